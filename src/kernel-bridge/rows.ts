/** Rows as the bridge handles them: the kernels of the protocol room, put together for feeds, views and history. */
import type { RecordBatch } from 'apache-arrow';
import {
  columnData,
  concat,
  decodeBatch,
  dictionaryTexts,
  encodeBatch,
  select,
  slice,
  storedColumns,
  take,
  withSequence,
} from '../protocol/arrow.ts';
import type { RowKind } from '../protocol/index.ts';

/** Rows of one run and kind with all columns, seq_id first. */
export type Rows = RecordBatch;

/** Which stream each row belongs to: row i is of `names[codes[i]]`, or of `names[0]` when there are no codes. */
export type RowStreams = { codes: ArrayLike<number> | undefined; names: readonly string[] };

/** What StreamBatches delivered. Throws `batch-invalid`. */
export function decodeRows(kind: RowKind, ipc: Uint8Array, firstSeq: number, runId: string, workerId: string): Rows {
  return withSequence(kind, decodeBatch(ipc), firstSeq, runId, workerId);
}

/** Rows `from` to `to` (exclusive). */
export function sliceRows(rows: Rows, from: number, to: number): Rows {
  return slice(rows, from, to);
}

export function takeRows(rows: Rows, indices: ArrayLike<number>): Rows {
  return take(rows, indices);
}

export function concatRows(tables: readonly Rows[]): Rows {
  const [only] = tables;
  return tables.length === 1 && only ? only : concat(tables);
}

/** What a page gets: every column but run_id, which the channel says. */
export function encodeForPage(kind: RowKind, rows: Rows): Uint8Array {
  const columns = storedColumns(kind).map((column) => column.name);
  return encodeBatch(
    select(
      rows,
      columns.filter((name) => name !== 'run_id'),
    ),
  );
}

/** What SQL gets: every column. */
export function encodeWhole(rows: Rows): Uint8Array {
  return encodeBatch(rows);
}

/** Credits are per agent; events have none and count per worker. */
export function streamsOf(kind: RowKind, rows: Rows): RowStreams {
  const data = columnData(rows, kind === 'events' ? 'worker_id' : 'agent_id');
  return { codes: data.values as Int32Array, names: dictionaryTexts(data) };
}
