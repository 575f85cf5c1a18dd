/**
 * Everything that is built: the page's federated bundle and the two Node programs.
 *
 * - `lab`: Jupyter loads `static/remoteEntry.<hash>.js` by the name in the labextension's package.json, under any base_url.
 * - `node`: `duallane.js` (daemon, proxy, commands) and `bridge.js`, which run with no node_modules beside them. They are not
 *   minified: a crash prints the whole line it happened in.
 */
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SwcMinifyWebpackPlugin } from 'swc-minify-webpack-plugin';
import webpack from 'webpack';

const root = import.meta.dirname;
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const { name, version, description, license } = readJson(join(root, 'package.json'));
const core = readJson(join(root, 'node_modules/@jupyterlab/core-meta/core.package.json'));
const labextension = join(root, 'python-shim/duallane/labextension');

const typescript = {
  test: /\.ts$/,
  use: { loader: 'swc-loader', options: { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } } },
};

/** What the page's Jupyter brings: never bundled, any version of its major that the page has. */
function shared() {
  const ours = [
    'application',
    'apputils',
    'coreutils',
    'launcher',
    'notebook',
    'rendermime',
    'rendermime-interfaces',
    'services',
    'settingregistry',
    'statusbar',
    'ui-components',
  ];
  const names = core.jupyterlab.singletonPackages.filter(
    (n) => /^@(lumino|codemirror|lezer)\//.test(n) || ours.includes(n.replace('@jupyterlab/', '')),
  );
  const entry = (singletonName) => [singletonName, { import: false, singleton: true, requiredVersion: rangeOf(singletonName) }];
  return Object.fromEntries([...names, '@jupyter-widgets/base'].map(entry));
}

/** The major range that a shared package may come from. */
function rangeOf(packageName) {
  if (packageName === '@jupyter-widgets/base') return '>=6.0.0';
  const range = core.resolutions[packageName] ?? core.dependencies[packageName];
  return `>=${/\d+/.exec(range)[0]}.0.0`;
}

/** Writes what Jupyter reads beside the bundle: package.json with the entry's hashed name, and install.json. */
const labextensionFiles = {
  apply(compiler) {
    compiler.hooks.afterEmit.tap('labextension-files', (compilation) => {
      const entry = Object.keys(compilation.assets).find((file) => file.startsWith('remoteEntry.'));
      const build = { load: `static/${entry}`, extension: './extension' };
      mkdirSync(labextension, { recursive: true });
      const write = (file, content) => writeFileSync(join(labextension, file), `${JSON.stringify(content, null, 2)}\n`);
      write('package.json', {
        name,
        version,
        description,
        license,
        jupyterlab: { extension: true, outputDir: 'static', schemaDir: 'schemas', _build: build },
      });
      // Settings: Jupyter looks for schemas/<package>/<plugin>.json, and beside them for the version.
      const schemas = join(labextension, 'schemas', name);
      mkdirSync(schemas, { recursive: true });
      cpSync(join(root, 'src/widgets/lab/schema'), schemas, { recursive: true });
      writeFileSync(join(schemas, 'package.json.orig'), JSON.stringify({ name, version }));
      write('install.json', {
        packageManager: 'python',
        packageName: 'duallane',
        uninstallInstructions: 'pip uninstall duallane',
      });
    });
  },
};

/** Beside the Node programs: the word that they are modules, and the codecs of Parquet and JPEG that they read from their own folder. */
const codecs = ['parquet-wasm/node/parquet_wasm_bg.wasm', '@cornerstonejs/codec-libjpeg-turbo-8bit/dist/libjpegturbowasm.wasm'];
const nodeFiles = {
  apply(compiler) {
    compiler.hooks.afterEmit.tap('node-files', () => {
      for (const codec of codecs) copyFileSync(join(root, 'node_modules', codec), join(compiler.outputPath, basename(codec)));
      writeFileSync(join(compiler.outputPath, 'package.json'), '{ "type": "module" }\n');
    });
  },
};

const common = (mode) => ({
  mode,
  context: root,
  devtool: mode === 'production' ? false : 'source-map',
  resolve: { extensions: ['.ts', '.js'] },
  performance: { hints: false },
  cache: { type: 'filesystem', cacheDirectory: join(root, '.cache/webpack') },
  stats: 'errors-warnings',
});

const lab = (mode) => ({
  ...common(mode),
  name: 'lab',
  target: ['web', 'es2022'],
  entry: {},
  output: {
    path: join(labextension, 'static'),
    clean: true,
    publicPath: 'auto',
    filename: '[name].[contenthash].js',
    chunkFilename: '[name].[contenthash].js',
    assetModuleFilename: '[name].[contenthash][ext]',
    hashFunction: 'sha256',
    uniqueName: name,
  },
  // The package's own entry for browsers names a file that it does not carry.
  resolve: {
    extensions: ['.ts', '.js'],
    alias: {
      '@duckdb/duckdb-wasm/blocking$': join(root, 'node_modules/@duckdb/duckdb-wasm/dist/duckdb-browser-blocking.mjs'),
    },
  },
  // The engine's loader asks whether __filename is there before it takes it; without this, webpack answers yes.
  node: { global: true, __filename: false, __dirname: false },
  module: {
    rules: [
      typescript,
      { test: /\.wasm$/, type: 'asset/resource' },
      { test: /duckdb-browser-eh\.worker\.js$/, type: 'asset/resource' },
    ],
  },
  optimization: { minimizer: [new SwcMinifyWebpackPlugin()] },
  plugins: [
    new webpack.container.ModuleFederationPlugin({
      name,
      library: { type: 'var', name: ['_JUPYTERLAB', name] },
      filename: 'remoteEntry.[contenthash].js',
      exposes: { './index': './src/widgets/index.ts', './extension': './src/widgets/extension.ts' },
      shared: shared(),
    }),
    labextensionFiles,
  ],
});

const node = (mode) => ({
  ...common(mode),
  name: 'node',
  devtool: false,
  target: 'node24',
  entry: { duallane: './src/pipeline/main.ts', bridge: './src/kernel-bridge/main.ts' },
  experiments: { outputModule: true },
  output: {
    path: join(root, 'python-shim/duallane/node'),
    clean: true,
    filename: '[name].js',
    chunkFilename: '[name].[contenthash].js',
    assetModuleFilename: '[name].[contenthash][ext]',
    module: true,
    chunkFormat: 'module',
    library: { type: 'module' },
  },
  module: { rules: [typescript, { test: /\.wasm$/, type: 'asset/resource' }] },
  resolve: { extensions: ['.ts', '.js'], alias: { bufferutil: false, 'utf-8-validate': false } },
  optimization: { minimize: false },
  // Without these, ws takes the emptied native add-ons for real ones and dies at the first message of 32 bytes.
  plugins: [
    nodeFiles,
    new webpack.DefinePlugin({ 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' }),
  ],
});

export default (_env, { mode = 'production' }) => [lab(mode), node(mode)];
