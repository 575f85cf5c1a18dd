/**
 * Rings the bells of those who wait for one topic (a run's durable rows, its state). Carries nothing: who wakes looks.
 */
import type { Wake } from './wake.ts';

export class Pulse {
  readonly #bells = new Map<string, Set<Wake>>();
  readonly #onAttached: (topic: string) => void;

  /** `onAttached` hears of each that begins to wait. */
  constructor(onAttached: (topic: string) => void = () => undefined) {
    this.#onAttached = onAttached;
  }

  /** Whether anybody waits for `topic`. */
  isHeard(topic: string): boolean {
    return this.#bells.has(topic);
  }

  ring(topic: string): void {
    for (const wake of this.#bells.get(topic) ?? []) wake.ring();
  }

  ringAll(): void {
    for (const bells of this.#bells.values()) for (const wake of bells) wake.ring();
  }

  /** Rings `wake` at each beat of `topic` until `signal` aborts. */
  attach(topic: string, wake: Wake, { signal }: { signal: AbortSignal }): void {
    if (signal.aborted) return;
    const bells = this.#bells.get(topic) ?? new Set();
    this.#bells.set(topic, bells.add(wake));
    signal.addEventListener(
      'abort',
      () => {
        bells.delete(wake);
        if (bells.size === 0 && this.#bells.get(topic) === bells) this.#bells.delete(topic);
      },
      { once: true },
    );
    this.#onAttached(topic);
  }
}
