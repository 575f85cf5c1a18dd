/**
 * Sender side of credit-based flow control: one credit lets one row leave for one view of one (run, agent).
 *
 * Guarantees
 * - Credits never go below zero and never above the window; the window stays between `creditWindowMin` and `creditWindowMax`.
 * - Rows in flight are bounded: what is unpainted is below one and a half of the largest window.
 * - Starving is told once, and again only after it was told that credits are back.
 * The window is what the view paints in a second, measured over at least one; it starts at `creditWindowInitial`. A report brings
 * a quarter of it, at least `creditsRefill`: a view that paints all it gets is soon given all there is, a slow one what it can take.
 * Source of the numbers: contracts, section 4 (proto/limits.json).
 */
import { limits } from './generated/limits.ts';

const paceSpanMs = 1000;

export class CreditPool {
  #credits: number = limits.creditsInitial;
  #window: number = limits.creditWindowInitial;
  #unpainted = 0;
  #starving = false;
  #starvations = 0;
  #paintedInSpan = 0;
  #spanFromMs: number | undefined;

  get credits(): number {
    return this.#credits;
  }

  get window(): number {
    return this.#window;
  }

  /** Rows that left and that no report has covered yet. */
  get unpainted(): number {
    return this.#unpainted;
  }

  /** True from the moment credits fell below `creditsStarvingBelow` until a grant lifted them to it again. */
  get isStarving(): boolean {
    return this.#starving;
  }

  /** Times it began to starve. */
  get starvations(): number {
    return this.#starvations;
  }

  /** Takes credits for up to `rows` rows; answers for how many there were. */
  spend(rows: number): number {
    const spent = Math.min(rows, this.#credits);
    this.#credits -= spent;
    this.#unpainted += spent;
    if (this.#credits < limits.creditsStarvingBelow) {
      if (!this.#starving) this.#starvations += 1;
      this.#starving = true;
    }
    return spent;
  }

  /** The view painted `rows` rows of this pool (0 for a report that covered none of it). Answers the credits it got for it. */
  painted(rows: number, nowMs: number): number {
    if (!Number.isSafeInteger(rows) || rows < 0 || rows > this.#unpainted) {
      throw new RangeError(`${rows} rows painted, ${this.#unpainted} are unpainted`);
    }
    this.#unpainted -= rows;
    this.#followPace(rows, nowMs);
    if (this.#unpainted * 2 >= this.#window) return 0;
    const before = this.#credits;
    this.#credits = Math.min(before + Math.max(limits.creditsRefill, this.#window >> 2), this.#window);
    if (this.#credits >= limits.creditsStarvingBelow) this.#starving = false;
    return this.#credits - before;
  }

  #followPace(rows: number, nowMs: number): void {
    this.#spanFromMs ??= nowMs;
    this.#paintedInSpan += rows;
    const elapsedMs = nowMs - this.#spanFromMs;
    if (elapsedMs < paceSpanMs) {
      // A clock that stepped back starts a new span.
      if (elapsedMs < 0) this.#spanFromMs = nowMs;
      return;
    }
    const pace = Math.round((this.#paintedInSpan * 1000) / elapsedMs);
    this.#window = Math.min(Math.max(pace, limits.creditWindowMin), limits.creditWindowMax);
    this.#credits = Math.min(this.#credits, this.#window);
    this.#spanFromMs = nowMs;
    this.#paintedInSpan = 0;
  }
}
