/** One Jest for everything in TypeScript; `npm test` runs the folders of test/ as projects of their own pace. */
const transform = {
  '^.+\\.(ts|js|mjs)$': [
    '@swc/jest',
    { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } },
  ],
};

const base = {
  transform,
  // These packages ship modules only.
  transformIgnorePatterns: [
    '/node_modules/(?!(@jupyter-widgets|lit|lit-html|lit-element|@lit|parquet-wasm|@jupyterlab|@jupyter|@bufbuild)/)',
  ],
  modulePathIgnorePatterns: ['<rootDir>/.cache', '<rootDir>/python-shim', '<rootDir>/build', '<rootDir>/.venv'],
  testEnvironment: 'node',
};

const project = (displayName, more = {}) => ({
  ...base,
  displayName,
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
  ...more,
});

export default {
  testTimeout: 60_000,
  projects: ['unit', 'contract', 'story', 'process', 'fault', 'e2e'].map((name) => project(name)),
};
