/**
 * Between rows and the pixels of a scroll bar: one to one while a browser can lay the rows out, scaled beyond that.
 *
 * `top` is a row, with fractions: the one at the upper edge. Pure arithmetic.
 */

/** Browsers stop laying out between 17 and 33 million px. */
const spaceMostPx = 8_000_000;

export class ScrollSpan {
  readonly #rowPx: number;
  rows = 0;
  /** Height in which rows are seen, px. */
  viewPx = 0;

  constructor(rowPx: number) {
    this.#rowPx = rowPx;
  }

  get spacePx(): number {
    return Math.min(spaceMostPx, this.rows * this.#rowPx);
  }

  get isScaled(): boolean {
    return this.rows * this.#rowPx > spaceMostPx;
  }

  /** The row at the upper edge when the last one touches the lower. */
  get lastTop(): number {
    return Math.max(0, this.rows - this.viewPx / this.#rowPx);
  }

  topAt(scrollPx: number): number {
    if (!this.isScaled) return Math.min(this.lastTop, Math.max(0, scrollPx / this.#rowPx));
    const freePx = Math.max(1, this.spacePx - this.viewPx);
    return Math.min(1, Math.max(0, scrollPx / freePx)) * this.lastTop;
  }

  scrollAt(top: number): number {
    if (!this.isScaled) return top * this.#rowPx;
    return this.lastTop === 0 ? 0 : (top / this.lastTop) * (this.spacePx - this.viewPx);
  }

  /** Rows [first, end) to draw for `top`, and the empty space above and below them, px. */
  slice(top: number, overscan = 4): { first: number; end: number; above: number; below: number } {
    const at = Math.max(0, Math.min(top, this.lastTop));
    const first = Math.max(0, Math.floor(at) - overscan);
    const end = Math.min(this.rows, Math.ceil(at + this.viewPx / this.#rowPx) + overscan);
    const above = Math.max(0, this.scrollAt(at) - (at - first) * this.#rowPx);
    return { first, end, above, below: Math.max(0, this.spacePx - above - (end - first) * this.#rowPx) };
  }
}
