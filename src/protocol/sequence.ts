/**
 * Sequence numbers as a reader sees them: what is new, what came before, what is missing.
 *
 * Guarantees
 * - `SequenceCursor` answers each number as fresh at most once, and names every jump.
 * - `SeqRanges` holds each number at most once, in as few ranges as possible, and never more than `maxRanges` of them:
 *   the lowest ones are let go and handed back.
 */
export type SeqRange = { readonly first: number; readonly last: number };

/** How many numbers a range holds. */
export function widthOf(range: SeqRange): number {
  return range.last - range.first + 1;
}

export type Arrival = {
  /** Numbers that were never seen, or undefined when all were. */
  fresh: SeqRange | undefined;
  /** How many of the arrival's numbers, from its beginning, were seen before. */
  repeated: number;
  /** Numbers between what was seen and what came. */
  missed: SeqRange | undefined;
};

/** The last number seen of an ascending sequence. Numbers are safe integers from 1; 0 is none. */
export class SequenceCursor {
  #last: number;

  constructor(last = 0) {
    this.#last = last;
  }

  get last(): number {
    return this.#last;
  }

  /** Rows `first` to `first + rows - 1` came. */
  arrive(first: number, rows: number): Arrival {
    const end = first + rows - 1;
    const repeated = Math.min(Math.max(this.#last - first + 1, 0), rows);
    const missed = rows > 0 && first > this.#last + 1 ? { first: this.#last + 1, last: first - 1 } : undefined;
    const fresh = repeated < rows ? { first: first + repeated, last: end } : undefined;
    if (fresh) this.#last = end;
    return { fresh, repeated, missed };
  }
}

/** A set of sequence numbers as ascending ranges that do not touch. */
export class SeqRanges {
  readonly #maxRanges: number;
  #ranges: SeqRange[] = [];

  constructor(maxRanges = Number.POSITIVE_INFINITY) {
    this.#maxRanges = maxRanges;
  }

  get ranges(): readonly SeqRange[] {
    return this.#ranges;
  }

  /** How many numbers are in the set. */
  get count(): number {
    return this.#ranges.reduce((sum, range) => sum + widthOf(range), 0);
  }

  has(seq: number): boolean {
    return this.#ranges.some((range) => range.first <= seq && seq <= range.last);
  }

  /** Adds first..last; answers the ranges let go to stay within the bound. */
  add(first: number, last: number): SeqRange[] {
    const end = this.#ranges.at(-1);
    if (end && end.last + 1 === first) {
      this.#ranges[this.#ranges.length - 1] = { first: end.first, last };
    } else if (!end || end.last < first) {
      this.#ranges.push({ first, last });
    } else {
      const touching = this.#ranges.filter((range) => range.last + 1 >= first && range.first <= last + 1);
      const apart = this.#ranges.filter((range) => !touching.includes(range));
      const joined = {
        first: Math.min(first, ...touching.map((range) => range.first)),
        last: Math.max(last, ...touching.map((range) => range.last)),
      };
      this.#ranges = [...apart, joined].sort((a, b) => a.first - b.first);
    }
    return this.#ranges.length > this.#maxRanges ? this.#ranges.splice(0, this.#ranges.length - this.#maxRanges) : [];
  }

  /** Takes first..last out of the set. */
  remove(first: number, last: number): void {
    this.#ranges = this.#ranges.flatMap((range) => {
      if (range.last < first || range.first > last) return [range];
      const left = range.first < first ? [{ first: range.first, last: first - 1 }] : [];
      const right = range.last > last ? [{ first: last + 1, last: range.last }] : [];
      return [...left, ...right];
    });
  }
}
