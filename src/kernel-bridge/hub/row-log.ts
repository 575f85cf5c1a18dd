/**
 * What a daemon that serves rows only has told of one run and kind, under numbers of our own.
 *
 * Guarantees
 * - Numbers ascend and stay: a row told again after a reconnect keeps the one it has.
 * - What is known to be missing (before the first row, over an outage) has numbers nobody gets: a hole, at least as long as the
 *   rows' own indices show. Readers see it as unreachable.
 * - At most `rowsMost` rows and about `bytesMost` bytes are kept; the oldest fall out and become unreachable.
 */
import { KeyCounts, memoryRowsMost, type SeenRow } from './replay-order.ts';

export type LoggedRow<Payload> = { seq: number; row: SeenRow<Payload> };

const rowsMost = 20_000;
const bytesMost = 64 << 20;
/** Database and memory together. */
const replayRowsMost = 2 * memoryRowsMost;

export class RowLog<Payload> {
  readonly #bytesOf: (payload: Payload) => number;
  #rows: LoggedRow<Payload>[] = [];
  #bytes = 0;
  #last = 0;
  /** What the open connection may tell again, and whether it did tell any of it. */
  #before: KeyCounts | undefined;
  #overlaps = true;
  #told = 0;

  constructor(bytesOf: (payload: Payload) => number) {
    this.#bytesOf = bytesOf;
  }

  /** The last number given out, 0 for none. */
  get last(): number {
    return this.#last;
  }

  newestOf(agent: string): SeenRow<Payload> | undefined {
    return this.#rows.findLast(({ row }) => row.agent === agent)?.row;
  }

  /** A connection begins, and with it a replay of what may be here already. */
  reconnect(): void {
    this.#overlaps = this.#rows.length === 0;
    this.#told = 0;
    this.#before = new KeyCounts();
    for (const { row } of this.#rows) this.#before.add(row.key);
  }

  /** False for a row that is here already. */
  add(row: SeenRow<Payload>): boolean {
    this.#told += 1;
    if (this.#told > replayRowsMost) this.#before = undefined; // all is told: an equal row is another row from here on
    if (this.#before?.take(row.key)) {
      this.#overlaps = true;
      return false;
    }
    const missing = this.#missingBefore(row);
    this.#last += missing + 1;
    this.#rows.push({ seq: this.#last, row });
    this.#bytes += this.#bytesOf(row.payload);
    this.#overlaps = true;
    while (this.#rows.length > rowsMost || (this.#bytes > bytesMost && this.#rows.length > 1)) this.#drop();
    return true;
  }

  /** Rows after `after` up to `upto`, at most `count`. */
  after(after: number, upto: number, count: number): LoggedRow<Payload>[] {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#rows[middle]?.seq ?? 0) <= after) low = middle + 1;
      else high = middle;
    }
    return this.#rows.slice(low, low + count).filter(({ seq }) => seq <= upto);
  }

  #missingBefore(row: SeenRow<Payload>): number {
    if (this.#last === 0) return Number(row.episode + row.step);
    return this.#overlaps ? 0 : Math.max(1, stepsBetween(this.newestOf(row.agent), row));
  }

  #drop(): void {
    const dropped = this.#rows.shift();
    if (dropped) this.#bytes -= this.#bytesOf(dropped.row.payload);
  }
}

/** Rows of an agent that its indices show to be missing between two of them, at least. */
export function stepsBetween<Payload>(from: SeenRow<Payload> | undefined, to: SeenRow<Payload>): number {
  if (!from) return Number(to.episode + to.step);
  if (to.episode === from.episode) return Math.max(0, Number(to.step - from.step) - 1);
  return to.episode < from.episode ? 0 : Number(to.episode - from.episode - 1n + to.step);
}
