/** Who may enter whom, where the compiler cannot say it. The compiler's own walls are the references in each room's tsconfig.json. */
const rooms = ['protocol', 'pipeline', 'kernel-bridge', 'widgets'];

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    ...rooms.map((room) => ({
      name: `${room}-meets-others-over-the-wire`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: `^src/(${room}|protocol)/` },
    })),
    {
      name: 'protocol-doors',
      comment: 'Rooms enter protocol by index.ts, arrow.ts, jpeg.ts or wire.ts.',
      severity: 'error',
      from: { pathNot: '^(src/protocol|test|tools)/' },
      to: { path: '^src/protocol/', pathNot: '^src/protocol/(index|arrow|jpeg|wire)\\.ts$' },
    },
    {
      name: 'folders-by-their-door',
      comment: 'A folder of a room is entered by its index.ts from outside of it; a worker file is its own door.',
      severity: 'error',
      from: { path: '^src/(pipeline|kernel-bridge)/([^/]+)/' },
      to: { path: '^src/(pipeline|kernel-bridge)/([^/]+)/', pathNot: ['^src/$1/$2/', '/index\\.ts$', '\\.worker\\.ts$', '/durable-sink\\.ts$'] },
    },
    {
      name: 'neutral-means-no-node',
      severity: 'error',
      from: { path: '^src/(protocol/(?!generated/grpc|wire)|widgets)' },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'no-test-in-product', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|tools)/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'], exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
