/** Small measuring instruments over bounded memory. */

export type Percentiles = { p50: number; p95: number; p99: number; samples: number };

/** Percentiles of the newest `capacity` samples. */
export class SampleWindow {
  readonly #capacity: number;
  readonly #values: number[] = [];
  #next = 0;
  #count = 0;

  constructor(capacity = 1024) {
    this.#capacity = capacity;
  }

  /** Samples since the beginning, kept or not. */
  get count(): number {
    return this.#count;
  }

  add(value: number): void {
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#capacity;
    this.#count += 1;
  }

  percentiles(): Percentiles | undefined {
    if (this.#values.length === 0) return undefined;
    const sorted = [...this.#values].sort((a, b) => a - b);
    const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99), samples: this.#count };
  }
}

/** Rate per second of a count that only grows, over the last `spanMs`. */
export class RateMeter {
  readonly #spanMs: number;
  #samples: { atMs: number; count: number }[] = [];

  constructor(spanMs = 3000) {
    this.#spanMs = spanMs;
  }

  note(atMs: number, count: number): void {
    const last = this.#samples.at(-1);
    // One sample per 50 ms is enough, and bounds them.
    if (last && atMs - last.atMs < 50) last.count = Math.max(last.count, count);
    else this.#samples.push({ atMs, count });
    while (this.#samples.length > 2 && (this.#samples[1]?.atMs ?? 0) < atMs - this.#spanMs) this.#samples.shift();
  }

  /** undefined until there are two samples; 0 when nothing was noted during the span. */
  perSecond(nowMs: number): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || first === last) return undefined;
    if (nowMs - last.atMs > this.#spanMs) return 0;
    return ((last.count - first.count) * 1000) / Math.max(1, Math.max(last.atMs, nowMs - 1000) - first.atMs);
  }
}
