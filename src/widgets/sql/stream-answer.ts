/**
 * Runs one question on a connection of its own and hands its rows over while they are made.
 *
 * Guarantees
 * - Between two polls (about 20 ms) the thread is free, so a cancellation is seen; inside of one step of the engine it is not.
 * - Stops at `maxRows` or at `maxBytes` and says so; the rest is not computed.
 */
import type { DuckDBBindings } from '@duckdb/duckdb-wasm/blocking';
import { DataType, type Field, RecordBatchReader } from 'apache-arrow';
import { DuallaneError } from '../../protocol/index.ts';
import type { Listener } from './engine.ts';

/** Arrow bytes of one answer that the page keeps at most. */
const maxAnswerBytes = 512_000_000;
/** Rows are handed over when this much is together, or this long ago. */
const handOverBytes = 1_000_000;
const breatheEveryMs = 16;

export interface Streamed {
  rows: number;
  bytes: number;
  isCut: boolean;
}

export async function streamAnswer(
  bindings: DuckDBBindings,
  connection: number,
  sql: string,
  { maxRows, maxBytes = maxAnswerBytes }: { maxRows: number; maxBytes?: number },
  listener: Listener,
  breathe: () => Promise<void>,
  signal: AbortSignal,
): Promise<Streamed> {
  const header = await begin(bindings, connection, sql, breathe, signal);
  refuseEnums(header);
  listener.onColumns(header);
  const streamed: Streamed = { rows: 0, bytes: 0, isCut: false };
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let breathed = performance.now();
  const handOver = () => {
    if (waiting.length > 0) listener.onRows(waiting);
    waiting = [];
    waitingBytes = 0;
  };
  while (!streamed.isCut) {
    const chunk = bindings.fetchQueryResults(connection);
    if (chunk && chunk.length === 0) break;
    if (chunk) {
      const rows = rowsOf(header, chunk);
      streamed.isCut = streamed.rows + rows > maxRows || streamed.bytes + chunk.length > maxBytes;
      if (streamed.isCut && streamed.rows > 0) break;
      streamed.rows += rows;
      streamed.bytes += chunk.length;
      waiting.push(chunk.slice());
      waitingBytes += chunk.length;
    }
    if (waitingBytes >= handOverBytes) handOver();
    if (performance.now() - breathed >= breatheEveryMs) {
      handOver();
      await breathe();
      signal.throwIfAborted();
      breathed = performance.now();
    }
  }
  handOver();
  return streamed;
}

async function begin(
  bindings: DuckDBBindings,
  connection: number,
  sql: string,
  breathe: () => Promise<void>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  let header = bindings.startPendingQuery(connection, sql, true);
  while (header === null) {
    await breathe();
    if (signal.aborted) {
      bindings.cancelPendingQuery(connection);
      signal.throwIfAborted();
    }
    header = bindings.pollPendingQuery(connection);
  }
  return header.slice();
}

/** duckdb-wasm streams the indices of an ENUM but not its words: such a column would read as NULL. */
function refuseEnums(header: Uint8Array): void {
  const holdsEnum = (field: Field): boolean => DataType.isDictionary(field.type) || (field.type.children ?? []).some(holdsEnum);
  const found = RecordBatchReader.from([header]).open().schema.fields.find(holdsEnum);
  if (found)
    throw new DuallaneError(
      'sql-failed',
      `Column “${found.name}” is an ENUM, which cannot be shown. Cast it: ${found.name}::VARCHAR`,
    );
}

function rowsOf(header: Uint8Array, chunk: Uint8Array): number {
  let rows = 0;
  for (const batch of RecordBatchReader.from([header, chunk])) rows += batch.numRows;
  return rows;
}
