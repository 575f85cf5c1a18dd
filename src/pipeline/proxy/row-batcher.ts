/**
 * Rows to batches: collects per kind, encodes when there are enough of them or after limits.sinkBatchMs.
 *
 * Guarantees
 * - No row is left behind: `flush` sends all. Batches leave in the order in which their first rows would have to.
 * - A value a column cannot hold is reported to `onUnfit`, its row is sent.
 * - No batch outgrows a gRPC message: text that is too long for one is left out and reported.
 */

import { type Cell, encodeRows, type Row } from '../../protocol/arrow.ts';
import { limits, type RowKind } from '../../protocol/index.ts';

export type Batch = { kind: RowKind; rows: number; ipc: Uint8Array };

const batchRows = 1024;
const batchBytes = 1 << 20;
const rowBytesMax = limits.grpcMessageBytes - 2 * batchBytes;

export class RowBatcher {
  readonly #send: (batch: Batch) => void;
  readonly #onUnfit: (sentence: string) => void;
  readonly #pending = new Map<RowKind, Row[]>();
  #rows = 0;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (batch: Batch) => void, onUnfit: (sentence: string) => void) {
    this.#send = send;
    this.#onUnfit = onUnfit;
  }

  add(kind: RowKind, row: Row): void {
    const fitting = this.#fitting(kind, row);
    const bytes = textBytes(fitting);
    if (this.#rows > 0 && this.#bytes + bytes > batchBytes) this.flush();
    const rows = this.#pending.get(kind) ?? [];
    rows.push(fitting);
    this.#pending.set(kind, rows);
    this.#rows += 1;
    this.#bytes += bytes;
    if (this.#rows >= batchRows) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), limits.sinkBatchMs);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batches = [...this.#pending];
    this.#pending.clear();
    this.#rows = 0;
    this.#bytes = 0;
    for (const [kind, rows] of batches) {
      const ipc = encodeRows(kind, rows, (_row, column, value) =>
        this.#onUnfit(`${kind}.${column} cannot hold ${String(value).slice(0, 80)}`),
      );
      this.#send({ kind, rows: rows.length, ipc });
    }
  }

  #fitting(kind: RowKind, row: Row): Row {
    if (textBytes(row) <= rowBytesMax) return row;
    const longest = Object.entries(row).reduce((a, b) => (lengthOf(b[1]) > lengthOf(a[1]) ? b : a));
    this.#onUnfit(`${kind}.${longest[0]} of ${lengthOf(longest[1])} bytes is too long for one message`);
    return this.#fitting(kind, { ...row, [longest[0]]: null });
  }
}

function textBytes(row: Row): number {
  let bytes = 64;
  for (const cell of Object.values(row)) bytes += lengthOf(cell);
  return bytes;
}

function lengthOf(cell: Cell): number {
  if (typeof cell !== 'string') return 0;
  return cell.length < 65_536 ? cell.length : Buffer.byteLength(cell);
}
