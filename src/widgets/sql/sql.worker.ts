/**
 * The engine's worker: duckdb-wasm and the Parquet decoder in one thread of their own. Both WebAssembly files come from where
 * this script comes from; nothing else is fetched here.
 */

import * as duckdb from '@duckdb/duckdb-wasm/blocking';
import { createDuckDB, type DuckDBBindings, type DuckDBRuntime, VoidLogger } from '@duckdb/duckdb-wasm/blocking';
import initParquet, * as parquet from 'parquet-wasm/esm';
import { DuallaneError } from '../../protocol/index.ts';
import { breathe } from './breathe.ts';
import { Engine } from './engine-bindings.ts';
import { HistoryEngine } from './history-engine.ts';
import { parquetDecoder } from './part-decoder.ts';
import type { ToWorker } from './worker-messages.ts';
import { failureOf, PageSource, type Post, WorkerSide } from './worker-side.ts';

const duckdbUrl = new URL('@duckdb/duckdb-wasm/dist/duckdb-eh.wasm', import.meta.url).href;
const parquetUrl = new URL('parquet-wasm/esm/parquet_wasm_bg.wasm', import.meta.url).href;

const post: Post = (message, transfer) => self.postMessage(message, { transfer: transfer ?? [] });
const source = new PageSource(post);

/** duckdb's loader waits for ever when its file is missing or is not called WebAssembly: look first. */
async function check(url: string): Promise<void> {
  const { ok, status, headers } = await fetch(url, { method: 'HEAD' });
  const type = headers.get('content-type') ?? 'no type';
  if (!ok)
    throw new DuallaneError(
      'engine-start',
      `The SQL engine’s file is missing on the Jupyter server (HTTP ${status}). Install duallane again.`,
    );
  if (!type.startsWith('application/wasm')) {
    const sentence = `The Jupyter server sends the SQL engine as “${type}”, and the browser starts it only as application/wasm. Correct the server’s MIME types.`;
    throw new DuallaneError('engine-start', sentence);
  }
}

async function openDuckdb(): Promise<DuckDBBindings> {
  await check(duckdbUrl);
  const bundle = { mainModule: duckdbUrl, mainWorker: '' };
  const { BROWSER_RUNTIME } = duckdb as unknown as { BROWSER_RUNTIME: DuckDBRuntime };
  const bindings = await createDuckDB({ mvp: bundle, eh: bundle }, new VoidLogger(), BROWSER_RUNTIME);
  await bindings.instantiate(({ bytesLoaded, bytesTotal }) =>
    post({ kind: 'starting', loadedBytes: bytesLoaded, totalBytes: bytesTotal }),
  );
  return bindings;
}

async function start(): Promise<WorkerSide> {
  const [bindings, decoding] = await Promise.all([openDuckdb(), initParquet({ module_or_path: parquetUrl })]);
  const engine = new Engine(bindings);
  const memoryBytes = () => engine.memoryBytes() + decoding.memory.buffer.byteLength;
  const toParquet = (stream: Uint8Array) => parquet.writeParquet(parquet.Table.fromIPCStream(stream));
  return new WorkerSide(new HistoryEngine(engine, parquetDecoder(parquet), source, breathe), post, memoryBytes, toParquet);
}

const unstarted = (error: unknown) => post({ kind: 'unstarted', failure: { ...failureOf(error), code: 'engine-start' } });
/** duckdb's loader drops some of its own failures, and its promise then never settles. */
const onStray = (event: PromiseRejectionEvent) => unstarted(event.reason);
self.addEventListener('unhandledrejection', onStray);

const started = start();
started
  .then(() => {
    self.removeEventListener('unhandledrejection', onStray);
    post({ kind: 'ready' });
  })
  .catch(unstarted);

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'fetched' || data.kind === 'unfetched') source.settle(data);
  else void started.then((side) => side.hear(data)).catch(() => undefined); // `unstarted` has told the page why.
});
