/** How long something took, counted in buckets: constant memory, whatever is observed. Seconds. */
import type { HistogramFigures } from './exposition.ts';

const boundsSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

export class Histogram {
  readonly #counts = boundsSeconds.map(() => 0);
  #count = 0;
  #sum = 0;

  observe(seconds: number): void {
    this.#count += 1;
    this.#sum += seconds;
    const bucket = boundsSeconds.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  get figures(): HistogramFigures {
    let below = 0;
    const buckets = boundsSeconds.map((upTo, index) => {
      below += this.#counts[index] ?? 0;
      return { upTo, count: below };
    });
    return { count: this.#count, sum: this.#sum, buckets };
  }
}
