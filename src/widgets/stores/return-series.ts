/**
 * Returns of one agent over its episodes, with the mean of the last 100: what the curve draws.
 *
 * Guarantees
 * - Ordered by episode, each sequence number once, whatever order batches come in.
 * - At most `capacity` points are kept: when it is full the older half keeps only the lowest and highest of every eight.
 *   `total` still counts all, so that a view can say "n shown of N".
 */
export type ReturnPoint = { x: number; y: number; seq: number };

const meanOver = 100;
const group = 8;

export class ReturnSeries {
  readonly #capacity: number;
  #points: ReturnPoint[] = [];
  #means: number[] = [];
  /** Means before this index are up to date. */
  #meansUpTo = 0;
  total = 0;

  constructor(capacity = 131_072) {
    this.#capacity = capacity;
  }

  get points(): readonly ReturnPoint[] {
    return this.#points;
  }

  /** Mean over the last 100 episodes at each point. */
  get means(): readonly number[] {
    this.#bringMeansUp();
    return this.#means;
  }

  /** Points of one batch, in any order; not finite ones are left out. */
  add(batch: readonly ReturnPoint[]): void {
    const fresh = batch.filter((point) => Number.isFinite(point.y) && Number.isFinite(point.x));
    if (fresh.length === 0) return;
    fresh.sort(byEpisode);
    const last = this.#points.at(-1);
    const first = fresh[0];
    if (!last || (first && byEpisode(last, first) < 0)) {
      for (const point of fresh) this.#points.push(point);
      this.total += fresh.length;
    } else {
      this.#merge(fresh);
    }
    if (this.#points.length > this.#capacity) this.#compact();
  }

  dropAbove(seq: number): void {
    const kept = this.#points.filter((point) => point.seq <= seq);
    this.total -= this.#points.length - kept.length;
    this.#points = kept;
    this.#forgetMeansFrom(0);
  }

  #merge(fresh: readonly ReturnPoint[]): void {
    const replaced = new Set(fresh.map((point) => point.seq));
    const kept = this.#points.filter((point) => !replaced.has(point.seq));
    this.total += fresh.length - (this.#points.length - kept.length);
    this.#points = [...kept, ...fresh].sort(byEpisode);
    this.#forgetMeansFrom(0);
  }

  #compact(): void {
    this.#bringMeansUp();
    const half = Math.floor(this.#points.length / 2 / group) * group;
    const points: ReturnPoint[] = [];
    const means: number[] = [];
    for (let start = 0; start < half; start += group) {
      const [low, high] = extremes(this.#points, start, start + group);
      for (const index of low < high ? [low, high] : [high, low]) {
        points.push(this.#points[index] as ReturnPoint);
        means.push(this.#means[index] as number);
      }
    }
    this.#points = points.concat(this.#points.slice(half));
    this.#means = means.concat(this.#means.slice(half));
    this.#meansUpTo = this.#means.length;
  }

  #forgetMeansFrom(index: number): void {
    this.#meansUpTo = Math.min(this.#meansUpTo, index);
    this.#means.length = this.#meansUpTo;
  }

  #bringMeansUp(): void {
    const points = this.#points;
    let sum = 0;
    for (let i = Math.max(0, this.#meansUpTo - meanOver); i < this.#meansUpTo; i++) sum += points[i]?.y ?? 0;
    for (let i = this.#meansUpTo; i < points.length; i++) {
      sum += points[i]?.y ?? 0;
      if (i >= meanOver) sum -= points[i - meanOver]?.y ?? 0;
      this.#means.push(sum / Math.min(i + 1, meanOver));
    }
    this.#meansUpTo = points.length;
  }
}

function byEpisode(a: ReturnPoint, b: ReturnPoint): number {
  return a.x - b.x || a.seq - b.seq;
}

function extremes(points: readonly ReturnPoint[], start: number, end: number): [number, number] {
  let low = start;
  let high = start + 1;
  for (let i = start; i < end; i++) {
    const y = points[i]?.y ?? 0;
    if (y < (points[low]?.y ?? 0)) low = i;
    if (y > (points[high]?.y ?? 0)) high = i;
  }
  return low === high ? [start, start + 1] : [low, high];
}
