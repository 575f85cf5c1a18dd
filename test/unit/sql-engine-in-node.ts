/** The page's engine, in Node: the same core on duckdb-wasm's Node build. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { DuckDBBindings } from '@duckdb/duckdb-wasm/blocking';
import * as duckdb from '@duckdb/duckdb-wasm/blocking';
import { type Table, tableFromIPC } from 'apache-arrow';
import * as parquet from 'parquet-wasm';
import type { Progress, Question, Summary } from '../../src/widgets/sql/engine.ts';
import { Engine } from '../../src/widgets/sql/engine-bindings.ts';
import { HistoryEngine } from '../../src/widgets/sql/history-engine.ts';
import type { HistorySource } from '../../src/widgets/sql/history-source.ts';
import { parquetDecoder } from '../../src/widgets/sql/part-decoder.ts';

export const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Starting the engine takes a second: tests that need only one at a time open a new database in the same one. */
let shared: Promise<DuckDBBindings> | undefined;

export async function reopenEngine(): Promise<Engine> {
  shared ??= startBindings();
  return new Engine(await shared);
}

export async function openEngine(): Promise<Engine> {
  return new Engine(await startBindings());
}

async function startBindings(): Promise<DuckDBBindings> {
  const dist = dirname(createRequire(join(process.cwd(), 'package.json')).resolve('@duckdb/duckdb-wasm/dist/duckdb-eh.wasm'));
  const bundle = { mainModule: join(dist, 'duckdb-eh.wasm'), mainWorker: '' };
  const { NODE_RUNTIME } = duckdb as unknown as { NODE_RUNTIME: Parameters<typeof duckdb.createDuckDB>[2] };
  const bindings = await duckdb.createDuckDB({ mvp: bundle, eh: bundle }, new duckdb.VoidLogger(), NODE_RUNTIME);
  await bindings.instantiate(() => undefined);
  return bindings;
}

export function historyEngine(engine: Engine, source: HistorySource): HistoryEngine {
  return new HistoryEngine(engine, parquetDecoder(parquet), source, breathe);
}

export interface Answered {
  summary: Summary;
  table: Table;
  rows: Record<string, unknown>[];
  progress: Progress[];
}

export async function askWhole(
  engine: HistoryEngine,
  question: Question | string,
  signal = new AbortController().signal,
): Promise<Answered> {
  const chunks: Uint8Array[] = [];
  const progress: Progress[] = [];
  const asked = typeof question === 'string' ? { sql: question } : question;
  const listener = {
    onProgress: (now: Progress) => progress.push(now),
    onColumns: (header: Uint8Array) => chunks.push(header),
    onRows: (rows: readonly Uint8Array[]) => chunks.push(...rows),
  };
  const summary = await engine.ask(asked, listener, { signal });
  const table = tableFromIPC(new Uint8Array(Buffer.concat(chunks)));
  return { summary, table, rows: table.toArray().map((row) => row.toJSON()), progress };
}
