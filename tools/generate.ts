/**
 * Writes every contract of proto/ as TypeScript and as Python.
 *
 * Guarantees
 * - The output depends on proto/ and on the pinned generators alone: `npm run generate && git diff --exit-code`.
 * - Files in the output folders that no contract makes any more are removed.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { Ajv } from 'ajv';
import standaloneModule from 'ajv/dist/standalone/index.js';
import { compile, type JSONSchema } from 'json-schema-to-typescript';

const root = join(import.meta.dirname, '..');
const proto = join(root, 'proto');
const tsOut = join(root, 'src/protocol/generated');
const pyOut = join(root, 'python-shim/duallane/_contract');
const bin = (name: string): string => join(root, 'node_modules/.bin', name);
const python = join(root, '.venv/bin/python');
const banner = 'Generated from proto/ by tools/generate.ts. Do not edit.';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Field = { name: string; type: string; nullable?: boolean; set_by?: string };
type Link = {
  header: Json;
  kinds: { name: string; number: number; meta: string; from: string }[];
  $defs: Record<string, JSONSchema>;
};

const readJson = <T>(name: string): T => {
  const { $comment: _, ...rest } = JSON.parse(readFileSync(join(proto, name), 'utf8')) as Record<string, unknown>;
  return rest as T;
};

function writeText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text.endsWith('\n') ? text : `${text}\n`);
}

const writeTs = (name: string, text: string): void => writeText(join(tsOut, name), `// ${banner}\n\n${text}`);
const writePy = (name: string, text: string): void => writeText(join(pyOut, name), `# ${banner}\n\n${text}`);

/** SHA-256 over the contract files, names and bytes, in name order; the first 16 hex digits. */
function contractHash(): string {
  const hash = createHash('sha256');
  const files = readdirSync(proto, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(proto|json)$/.test(file) && !file.startsWith('fixtures'))
    .sort();
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(proto, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

function generateGrpc(): void {
  const options = [
    'outputServices=grpc-js',
    'forceLong=bigint',
    'useDate=false',
    'esModuleInterop=true',
    'env=node',
    'importSuffix=.ts',
    'enumsAsLiterals=true',
    'oneof=unions-value',
    'useExactTypes=false',
    'outputTypeRegistry=false',
    'outputJsonMethods=false',
    'outputPartialMethods=false',
    'removeEnumPrefix=true',
  ];
  const template = {
    version: 'v2',
    plugins: [{ local: bin('protoc-gen-ts_proto'), out: join(tsOut, 'grpc'), opt: options, include_imports: true }],
  };
  execFileSync(bin('buf'), ['generate', '--template', JSON.stringify(template)], { cwd: proto, stdio: 'inherit' });

  // Python's generated imports follow the path of the .proto file, so they are compiled from where the modules will live.
  const staging = mkdtempSync(join(tmpdir(), 'duallane-proto-'));
  const package_ = 'duallane/_contract';
  mkdirSync(join(staging, package_), { recursive: true });
  cpSync(join(proto, 'gymgui/trainer/trainer.proto'), join(staging, package_, 'trainer.proto'));
  cpSync(join(proto, 'duallane/v1/duallane.proto'), join(staging, package_, 'duallane.proto'));
  const files = ['trainer.proto', 'duallane.proto'].map((file) => join(package_, file));
  const out = relative(staging, join(root, 'python-shim')) || '.';
  execFileSync(
    python,
    ['-m', 'grpc_tools.protoc', '-I.', `--python_out=${out}`, `--pyi_out=${out}`, `--grpc_python_out=${out}`, ...files],
    { cwd: staging, stdio: 'inherit' },
  );
  rmSync(staging, { recursive: true });
}

function generateLimits(): void {
  const limits = readJson<Record<string, number>>('limits.json');
  writeTs('limits.ts', `export const limits = ${JSON.stringify(limits, null, 2)} as const;`);
  const lines = Object.entries(limits).map(
    ([name, value]) => `${name.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase()} = ${value}`,
  );
  writePy('limits.py', lines.join('\n'));
}

function generateArrow(): void {
  const schemas = readJson<Record<string, Field[]>>('arrow-schemas.json');
  const plain = Object.fromEntries(
    Object.entries(schemas).map(([kind, fields]) => [
      kind,
      fields.map((f) => ({ name: f.name, type: f.type, nullable: f.nullable ?? false, setByDaemon: f.set_by === 'daemon' })),
    ]),
  );
  writeTs(
    'arrow-schemas.ts',
    `export const arrowSchemas = ${JSON.stringify(plain, null, 2)} as const;\n\nexport type RowKind = keyof typeof arrowSchemas;`,
  );
  const types: Record<string, string> = {
    int64: 'pa.int64()',
    int32: 'pa.int32()',
    uint64: 'pa.uint64()',
    float64: 'pa.float64()',
    bool: 'pa.bool_()',
    utf8: 'pa.utf8()',
    binary: 'pa.binary()',
    dict: 'pa.dictionary(pa.int32(), pa.utf8())',
    timestamp_us: 'pa.timestamp("us")',
  };
  const bodies = Object.entries(schemas).map(([kind, fields]) => {
    const rows = fields.map(
      (f) => `            pa.field("${f.name}", ${types[f.type]}, nullable=${f.nullable ? 'True' : 'False'}),`,
    );
    return `    "${kind}": pa.schema(\n        [\n${rows.join('\n')}\n        ]\n    ),`;
  });
  const setByDaemon = `frozenset({"seq_id", "run_id", "worker_id"})`;
  writePy(
    'arrow_schemas.py',
    `import pyarrow as pa\n\nARROW_SCHEMAS = {\n${bodies.join('\n')}\n}\n\nSET_BY_DAEMON = ${setByDaemon}\n`,
  );
}

type SqlView = { about: string; reads: string[]; columns: { name: string; type: string }[]; sql: string[] };

function generateSqlViews(): void {
  const views = Object.entries(readJson<Record<string, SqlView>>('sql-views.json'));
  const plain = Object.fromEntries(views.map(([name, { sql, ...rest }]) => [name, { ...rest, sql: sql.join('\n') }]));
  writeTs('sql-views.ts', `export const sqlViews = ${JSON.stringify(plain, null, 2)} as const;`);
  const entries = views.map(
    ([name, { reads, sql }]) =>
      `    "${name}": (${JSON.stringify(reads).replace('[', '(').replace(']', ',)')}, """\\\n${sql.join('\n')}"""),`,
  );
  writePy('sql_views.py', `SQL_VIEWS: dict[str, tuple[tuple[str, ...], str]] = {\n${entries.join('\n')}\n}\n`);
}

function generateRing(): void {
  const layout = readJson<Record<string, Json>>('frame-ring.layout.json');
  writeTs('frame-ring.ts', `export const frameRingLayout = ${JSON.stringify(layout, null, 2)} as const;`);
  const offsets = (group: string): string =>
    Object.entries(layout[group] as Record<string, { offset: number }>)
      .map(([name, field]) => `${group.toUpperCase()}_${name.toUpperCase()} = ${field.offset}`)
      .join('\n');
  const scalars = Object.entries(layout)
    .filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => `${name.toUpperCase()} = ${JSON.stringify(value)}`)
    .join('\n');
  const hashes = Object.entries(layout.format_hashes as Record<string, number>).map(
    ([name, value]) => `FORMAT_${name} = ${value}`,
  );
  writePy('frame_ring.py', `${scalars}\n\n${offsets('header')}\n\n${offsets('slot')}\n\n${hashes.join('\n')}`);
}

async function generateTypes(schema: JSONSchema, name: string): Promise<string> {
  const text = await compile(schema, name, {
    bannerComment: '',
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
    strictIndexSignatures: true,
  });
  return text
    .replace(/ \*\n \* This interface was referenced by [^\n]*\n[^\n]*\n/g, '')
    .replace(/\/\*\*\n \* This interface was referenced by [^\n]*\n[^\n]*\n \*\/\n/g, '');
}

async function generateLink(): Promise<void> {
  const link = readJson<Link>('link.json');
  // One schema that names every definition makes one declaration for each.
  const types = await generateTypes(
    {
      $id: 'LinkDefinitions',
      type: 'object',
      properties: {},
      additionalProperties: false,
      definitions: rebase(link.$defs) as Record<string, JSONSchema>,
    },
    'LinkDefinitions',
  );
  const numbers = link.kinds.map((k) => `  ${k.name}: ${k.number},`).join('\n');
  const metas = link.kinds.map((k) => `  ${k.name}: ${k.meta};`).join('\n');
  const named = (from: string): string =>
    link.kinds
      .filter((k) => k.from === from || k.from === 'both')
      .map((k) => `'${k.name}'`)
      .join(' | ');
  writeTs(
    'link.ts',
    [
      types.replace(/export interface LinkDefinitions \{\s*\}\n?/, ''),
      `export const linkHeader = ${JSON.stringify(link.header, null, 2)} as const;`,
      `export const linkKinds = {\n${numbers}\n} as const;`,
      `export type LinkMetas = {\n${metas}\n};`,
      'export type LinkKind = keyof LinkMetas;',
      `export type PageKind = ${named('page')};`,
      `export type BridgeKind = ${named('bridge')};`,
    ].join('\n\n'),
  );
}

/** JSON with every `#/$defs/X` pointing to `#/definitions/X`, the draft-07 place. */
function rebase(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('#/$defs/', '#/definitions/'));
}

async function generateSchemas(): Promise<void> {
  for (const [file, name, out] of [
    ['view-output.schema.json', 'ViewOutput', 'view-output.ts'],
    ['run-config.schema.json', 'RunConfig', 'run-config.ts'],
    ['recording.schema.json', 'RecordingIndex', 'recording.ts'],
    ['recordings.schema.json', 'RecordingList', 'recordings.ts'],
  ] as const) {
    writeTs(out, await generateTypes(readJson<JSONSchema>(file), name));
  }
}

/** Validators as plain code: a page's content policy forbids making functions from text. */
function generateValidators(): void {
  const link = readJson<Link>('link.json');
  const ajv = new Ajv({ allErrors: true, strict: false, discriminator: false, code: { source: true, esm: true, lines: true } });
  ajv.addSchema({ $id: 'link', definitions: rebase(link.$defs) as Record<string, unknown> });
  ajv.addSchema(readJson<object>('view-output.schema.json'), 'view-output');
  ajv.addSchema(readJson<object>('run-config.schema.json'), 'run-config');
  ajv.addSchema(readJson<object>('recording.schema.json'), 'recording');
  ajv.addSchema(readJson<object>('recordings.schema.json'), 'recordings');
  const exports: Record<string, string> = {
    viewOutput: 'view-output',
    runConfig: 'run-config',
    recordingIndex: 'recording',
    recordingList: 'recordings',
  };
  for (const kind of link.kinds) {
    const id = `link-${kind.name}`;
    ajv.addSchema({ $id: id, $ref: `link#/definitions/${kind.meta}` });
    exports[kind.name] = id;
  }
  const standalone = (standaloneModule as unknown as { default?: typeof standaloneModule }).default ?? standaloneModule;
  const code = (standalone as unknown as (ajv: Ajv, names: Record<string, string>) => string)(ajv, exports)
    // ajv's own length of a string in code points, inlined so that no CommonJS is needed at run time.
    .replace(/const (\w+) = require\("ajv\/dist\/runtime\/ucs2length"\)\.default;/g, 'const $1 = (text) => [...text].length;')
    .replace(
      /const (\w+) = require\("ajv\/dist\/runtime\/equal"\)\.default;/g,
      'const $1 = (a, b) => JSON.stringify(a) === JSON.stringify(b);',
    );
  if (code.includes('require(')) throw new Error('a validator needs a module that is not inlined');
  writeTs('validators.js', code);
  const declarations = Object.keys(exports).map((name) => `export declare const ${name}: Validator;`);
  writeTs(
    'validators.d.ts',
    `export type SchemaError = { instancePath: string; message?: string; keyword: string; params: Record<string, unknown> };\nexport type Validator = { (value: unknown): boolean; errors?: SchemaError[] | null };\n${declarations.join('\n')}`,
  );
}

function generateContract(): void {
  const hash = contractHash();
  const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
  const mime = 'application/vnd.duallane.view+json';
  writeTs('contract.ts', `export const contract = { hash: '${hash}', version: '${version}', viewMime: '${mime}' } as const;`);
  writePy('contract.py', `HASH = "${hash}"\nVERSION = "${version}"\nVIEW_MIME = "${mime}"\n`);
}

for (const folder of [tsOut, pyOut]) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}
writePy('__init__.py', '"""The contracts of proto/, as Python."""\n');
mkdirSync(join(tsOut, 'grpc'));
generateGrpc();
generateLimits();
generateArrow();
generateSqlViews();
generateRing();
generateContract();
await generateLink();
await generateSchemas();
generateValidators();
