/**
 * When a worker may step: pause, single steps, and a cap on steps a second. Pure: it is told the time.
 *
 * Guarantees
 * - Over any time the worker takes no more than `maxRateHz` steps a second and one burst of `burstMs`; what it took beyond, because
 *   it was stopped a moment late, is waited for afterwards.
 * - While paused it takes as many steps as were granted; what it took beyond is taken off the next grant.
 */
import type { trainer } from '../../protocol/wire.ts';

/** `untilMs` undefined: until something is said. */
export type Verdict = { mayStep: true } | { mayStep: false; untilMs: number | undefined };

const burstMs = 20;

export class StepPace {
  #isPaused = false;
  /** Undefined until something is granted in this pause: steps that were on their way when it began are nobody's debt. */
  #granted: number | undefined;
  #maxRateHz = 0;
  /** Steps that may be taken now; below zero for those taken too soon. */
  #allowance = 1;
  #lastMs = 0;

  obey({ event }: trainer.ControlEvent, nowMs: number): void {
    this.#refill(nowMs);
    switch (event?.$case) {
      case 'pause':
      case 'resume':
        this.#isPaused = event.$case === 'pause';
        this.#granted = undefined;
        return;
      case 'maxRateHz':
        this.#maxRateHz = event.value;
        this.#allowance = Math.min(1, this.#allowance);
        return;
      case 'grantSteps':
        this.#granted = (this.#granted ?? 0) + event.value;
        return;
      default: // a word of a later version
    }
  }

  stepped(steps: number, nowMs: number): void {
    this.#refill(nowMs);
    if (this.#isPaused) {
      if (this.#granted !== undefined) this.#granted -= steps;
    } else if (this.#maxRateHz > 0) this.#allowance -= steps;
  }

  verdict(nowMs: number): Verdict {
    this.#refill(nowMs);
    if (this.#isPaused) return (this.#granted ?? 0) > 0 ? { mayStep: true } : { mayStep: false, untilMs: undefined };
    if (this.#maxRateHz === 0 || this.#allowance >= 1) return { mayStep: true };
    return { mayStep: false, untilMs: nowMs + ((1 - this.#allowance) / this.#maxRateHz) * 1000 };
  }

  #refill(nowMs: number): void {
    const burst = Math.max(1, (this.#maxRateHz * burstMs) / 1000);
    this.#allowance = Math.min(burst, this.#allowance + (Math.max(0, nowMs - this.#lastMs) / 1000) * this.#maxRateHz);
    this.#lastMs = nowMs;
  }
}
