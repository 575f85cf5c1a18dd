/**
 * Rows of one run and kind that are durable and that no view of this feed has seen: what a feed hands to its views.
 *
 * Shared by all views of the feed, so the whole batch is encoded at most once, and only when somebody takes all of it.
 */
import type { RowKind } from '../../protocol/index.ts';
import { encodeForPage, type Rows, streamsOf, takeRows } from '../rows.ts';

export class LiveBatch {
  readonly kind: RowKind;
  /** Row i has seq_id firstSeq + i. */
  readonly firstSeq: number;
  readonly rows: number;
  readonly watermark: number;
  /** Of the Arrow streams it was made of: what keeping it costs, about. */
  readonly bytes: number;
  readonly #table: Rows;
  #streams: ReturnType<typeof streamsOf> | undefined;
  #whole: Uint8Array | undefined;

  constructor(kind: RowKind, firstSeq: number, table: Rows, watermark: number, bytes: number) {
    this.kind = kind;
    this.firstSeq = firstSeq;
    this.rows = table.numRows;
    this.watermark = watermark;
    this.bytes = bytes;
    this.#table = table;
  }

  get lastSeq(): number {
    return this.firstSeq + this.rows - 1;
  }

  /** All columns. To be read, not changed. */
  get table(): Rows {
    return this.#table;
  }

  /** Which agent's stream each row belongs to. */
  get streams(): ReturnType<typeof streamsOf> {
    this.#streams ??= streamsOf(this.kind, this.#table);
    return this.#streams;
  }

  /** One Arrow IPC stream of the rows at `indices` (ascending). */
  encode(indices: Int32Array): Uint8Array {
    if (indices.length < this.rows) return encodeForPage(this.kind, takeRows(this.#table, indices));
    this.#whole ??= encodeForPage(this.kind, this.#table);
    return this.#whole;
  }
}
