/** Waiting that ends with a lifetime: delays, back-off and one-shot signals. */
import { limits } from '../protocol/index.ts';

/** Resolves after `ms`, or at once when `signal` aborts. Never rejects and keeps no process alive. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** Grows from `reconnectFirstMs` by `reconnectFactor` up to `reconnectMaxMs`; each wait is 75 to 100 % of it. */
export class Backoff {
  readonly #random: () => number;
  #nextMs: number = limits.reconnectFirstMs;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  reset(): void {
    this.#nextMs = limits.reconnectFirstMs;
  }

  /** How long to wait now, ms. */
  next(): number {
    const waitMs = this.#nextMs * (0.75 + 0.25 * this.#random());
    this.#nextMs = Math.min(this.#nextMs * limits.reconnectFactor, limits.reconnectMaxMs);
    return waitMs;
  }
}

/** Listeners with lifetimes. One that throws is the emitter's error: it is not caught here. */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  get size(): number {
    return this.#listeners.size;
  }

  add(listener: (value: T) => void, { signal }: { signal: AbortSignal }): void {
    if (signal.aborted) return;
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
  }

  emit(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }
}
