/**
 * Which rows a view did not get, and what history has filled in since. At most `capacity` gaps: the closest two become one.
 */
import type { Gap } from '../../protocol/index.ts';

export type GapSpan = { first: number; last: number; rows: number; healedRows: number; reason: Gap['reason'] };

export class GapList {
  readonly #capacity: number;
  #spans: GapSpan[] = [];
  healedRows = 0;

  constructor(capacity = 256) {
    this.#capacity = capacity;
  }

  get spans(): readonly GapSpan[] {
    return this.#spans;
  }

  add(gap: Gap): void {
    const { first, last, rows, reason } = gap;
    this.#spans.push({ first, last, rows, healedRows: 0, reason });
    this.#spans.sort((a, b) => a.first - b.first);
    if (this.#spans.length > this.#capacity) this.#joinClosest();
  }

  /** Rows first..last came after all, `rows` of them. */
  heal(first: number, last: number, rows: number): void {
    this.healedRows += rows;
    let left = rows;
    for (const span of this.#spans) {
      if (span.last < first || span.first > last || left === 0) continue;
      const here = Math.min(left, span.rows - span.healedRows);
      span.healedRows += here;
      left -= here;
    }
  }

  clear(): void {
    this.#spans = [];
    this.healedRows = 0;
  }

  #joinClosest(): void {
    let at = 1;
    const distance = (i: number): number => (this.#spans[i]?.first ?? 0) - (this.#spans[i - 1]?.last ?? 0);
    for (let i = 2; i < this.#spans.length; i++) if (distance(i) < distance(at)) at = i;
    const [a, b] = this.#spans.slice(at - 1, at + 1);
    if (!a || !b) return;
    const joined = { ...a, last: Math.max(a.last, b.last), rows: a.rows + b.rows, healedRows: a.healedRows + b.healedRows };
    this.#spans.splice(at - 1, 2, joined);
  }
}
