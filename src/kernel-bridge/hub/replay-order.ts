/**
 * Puts what a daemon that serves rows only tells (contracts, section 7) into order, each row once.
 *
 * It tells a run in two ways. Asked from 0 it begins with its database (steps newest first, episodes oldest first, numbered 1..n
 * for the occasion, columns missing), and nothing marks where that ends but a jump in the numbers or a turn in time. Asked from 1 it
 * tells its whole memory, in order and whole, under numbers that count over all runs, and then lives. The two overlap.
 *
 * Guarantees
 * - A row that both tell comes once, in memory's form, which has all columns.
 * - Rows that cannot be told apart stay as many as the part that has more of them has: none is dropped for looking like another.
 * - Rows come in the order of their time, as far as the memory does.
 */
export type SeenRow<Payload> = {
  /** The stream's own number: made up, or global over runs. */
  seq: number;
  /** µs since the epoch. */
  timeUs: bigint;
  agent: string;
  episode: bigint;
  /** Of an episode's row: 0. */
  step: bigint;
  /** What two tellings of one row have in common. */
  key: string;
  payload: Payload;
};

/** The most the memory of such a daemon holds of one run. */
export const memoryRowsMost = 4096;

export class ReplayOrder<Payload> {
  readonly #isNewestFirst: boolean;
  #stored: SeenRow<Payload>[] = [];
  /** Of the database, ascending, not released yet; undefined while it is being told. */
  #remaining: SeenRow<Payload>[] | undefined;
  /** Released from the database and not told by the memory since. */
  readonly #released = new KeyCounts();
  #pushed = 0;

  constructor(kind: 'steps' | 'episodes') {
    this.#isNewestFirst = kind === 'steps';
  }

  /** A row of the stream from 0. False when the database's part is over: neither this row nor what follows belongs to it. */
  addStored(row: SeenRow<Payload>): boolean {
    const last = this.#stored.at(-1);
    if (row.seq !== this.#stored.length + 1) return false;
    if (last && (this.#isNewestFirst ? isAfter(row, last) : isAfter(last, row))) return false;
    this.#stored.push(row);
    return true;
  }

  /** A row of the stream from 1: the rows that may go on. */
  push(row: SeenRow<Payload>): SeenRow<Payload>[] {
    this.#pushed += 1;
    // The whole memory has been told: from here on an equal row is another row. Clocks are no measure, workers disagree.
    if (this.#pushed > memoryRowsMost) this.#released.clear();
    return this.#merge(row, this.#ascending());
  }

  /** Rows that may go on when the stream from 1 is silent: the memory tells nothing of them. */
  settle(): SeenRow<Payload>[] {
    return this.#release(this.#ascending(), Number.POSITIVE_INFINITY);
  }

  #ascending(): SeenRow<Payload>[] {
    this.#remaining ??= this.#isNewestFirst ? this.#stored.toReversed() : this.#stored;
    return this.#remaining;
  }

  #merge(row: SeenRow<Payload>, remaining: SeenRow<Payload>[]): SeenRow<Payload>[] {
    if (this.#released.take(row.key)) return [];
    const place = remaining.findIndex((candidate) => candidate.key === row.key);
    if (place >= 0) {
      const before = this.#release(remaining, place);
      remaining.shift();
      return [...before, row];
    }
    const later = remaining.findIndex((candidate) => candidate.timeUs > row.timeUs);
    const before = this.#release(remaining, later < 0 ? remaining.length : later);
    return [...before, row];
  }

  #release(remaining: SeenRow<Payload>[], count: number): SeenRow<Payload>[] {
    const rows = remaining.splice(0, count);
    for (const row of rows) this.#released.add(row.key);
    return rows;
  }
}

/** How many rows of each key. */
export class KeyCounts {
  readonly #counts = new Map<string, number>();

  add(key: string): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Takes one away; false when there was none. */
  take(key: string): boolean {
    const count = this.#counts.get(key);
    if (count === undefined) return false;
    if (count > 1) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
    return true;
  }

  clear(): void {
    this.#counts.clear();
  }
}

/** Later in time, or, at the same time, further on in the same agent's episodes. */
function isAfter<Payload>(row: SeenRow<Payload>, other: SeenRow<Payload>): boolean {
  if (row.timeUs !== other.timeUs) return row.timeUs > other.timeUs;
  if (row.agent !== other.agent) return false;
  return row.episode > other.episode || (row.episode === other.episode && row.step > other.step);
}
