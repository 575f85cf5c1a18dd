/**
 * Rows a view did not get: told to it as few gaps, and remembered so that history can fill them.
 *
 * Guarantees
 * - The rows of all gaps told add up to the rows that were skipped or overflowed.
 * - What is remembered for filling is bounded: the lowest rows are let go first.
 */
import { type Gap, type RowKind, type SeqRange, SeqRanges, widthOf } from '../../protocol/index.ts';

type Reason = Gap['reason'];

const rangesMost = 512;

export class GapLedger {
  readonly #kind: RowKind;
  readonly #untold = new Map<Reason, { first: number; last: number; rows: number }>();
  readonly #unfilled = new SeqRanges(rangesMost);

  constructor(kind: RowKind) {
    this.#kind = kind;
  }

  get hasUnfilled(): boolean {
    return this.#unfilled.ranges.length > 0;
  }

  /** The newest `count` ranges that history has not filled, the newest first. */
  newestUnfilled(count: number): SeqRange[] {
    return this.#unfilled.ranges.slice(-count).reverse();
  }

  /** Rows first..last, all of them, did not go to the view. Ascending calls. */
  miss(first: number, last: number, reason: Reason, { isFillable = reason !== 'unreachable' } = {}): void {
    const rows = last - first + 1;
    const open = this.#untold.get(reason);
    if (open)
      this.#untold.set(reason, { first: Math.min(open.first, first), last: Math.max(open.last, last), rows: open.rows + rows });
    else this.#untold.set(reason, { first, last, rows });
    if (isFillable) this.#unfilled.add(first, last);
  }

  /** What has not been told yet, at most one gap a reason. */
  tell(): Gap[] {
    const gaps = [...this.#untold].map(([reason, gap]) => ({ kind: this.#kind, ...gap, reason }));
    this.#untold.clear();
    return gaps;
  }

  /** The newest unfilled rows at or above `from`, at most `rows` of them, ascending; they are not answered again. */
  takeUnfilled(rows: number, from: number): SeqRange[] {
    const taken: SeqRange[] = [];
    let left = rows;
    for (const range of [...this.#unfilled.ranges].reverse()) {
      if (left === 0 || range.last < from) break;
      const first = Math.max(range.first, range.last - left + 1, from);
      taken.unshift({ first, last: range.last });
      left -= widthOf({ first, last: range.last });
    }
    for (const range of taken) this.#unfilled.remove(range.first, range.last);
    return taken;
  }

  /** Puts back what could not be filled. */
  restore(ranges: readonly SeqRange[]): void {
    for (const range of ranges) this.#unfilled.add(range.first, range.last);
  }
}
