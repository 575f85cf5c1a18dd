/**
 * When a question is asked again by itself: for rows it has not seen, or for a value that was changed.
 *
 * Guarantees: no more often than the last answer has been paid for (`restMs`), and one timer at a time.
 */
import { restMs } from '../sql/index.ts';

/** A slider that is moved asks when it rests so long. */
const slideMs = 150;

export class SqlFollowing {
  readonly #ask: () => void;
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: () => void) {
    this.#ask = ask;
  }

  stop(): void {
    clearTimeout(this.#later);
  }

  /** Asks now, or when the answer that is `ageMs` old and took `tookMs` has rested; `isWanted` is looked at then. */
  rows(answer: { atMs: number; tookMs: number }, isWanted: () => boolean): void {
    const waitMs = answer.atMs + restMs(answer.tookMs) - performance.now();
    if (waitMs <= 0) {
      if (isWanted()) this.#ask();
    } else this.#in(waitMs, () => this.rows(answer, isWanted));
  }

  /** A value was changed: asks when nothing more is changed for a moment. */
  value(): void {
    this.#in(slideMs, this.#ask);
  }

  #in(ms: number, act: () => void): void {
    clearTimeout(this.#later);
    this.#later = setTimeout(act, ms);
  }
}
