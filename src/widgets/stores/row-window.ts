/**
 * The newest rows of a stream, ascending, each sequence number once, at most `capacity` of them.
 *
 * A batch may come late (history that fills a gap) or again (after a reconnect): rows are put where they belong, and the newer
 * content of a sequence number replaces the older.
 */
import type { Row, RowBatch } from './row-batch.ts';

export class RowWindow {
  readonly #capacity: number;
  #rows: Row[] = [];
  /** The newest row that was let go for want of room. */
  droppedSeq = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** A new array each time something changed; never changed afterwards. */
  get rows(): readonly Row[] {
    return this.#rows;
  }

  add(batch: RowBatch): void {
    const fresh: Row[] = [];
    for (let i = Math.max(0, batch.rows - this.#capacity); i < batch.rows; i++) fresh.push(batch.row(i));
    const first = fresh[0];
    if (!first) return;
    const newest = this.#rows.at(-1);
    const joined = !newest || newest.seq < first.seq ? [...this.#rows, ...fresh] : merged(this.#rows, fresh);
    const surplus = Math.max(0, joined.length - this.#capacity);
    if (surplus > 0) this.droppedSeq = Math.max(this.droppedSeq, joined[surplus - 1]?.seq ?? 0);
    if (batch.rows > this.#capacity) this.droppedSeq = Math.max(this.droppedSeq, first.seq - 1);
    this.#rows = surplus > 0 ? joined.slice(surplus) : joined;
  }

  /** Forgets rows after `seq`: they may come again with other content. */
  dropAbove(seq: number): void {
    this.#rows = this.#rows.filter((row) => row.seq <= seq);
  }

  clear(): void {
    this.#rows = [];
    this.droppedSeq = 0;
  }
}

function merged(before: readonly Row[], fresh: readonly Row[]): Row[] {
  const bySeq = new Map<number, Row>();
  for (const row of before) bySeq.set(row.seq, row);
  for (const row of fresh) bySeq.set(row.seq, row);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
