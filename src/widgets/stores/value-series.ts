/**
 * Values of one thing over one axis, such as the returns of an agent over its episodes: what a curve draws.
 *
 * Guarantees
 * - Ordered by x, each sequence number once, whatever order batches come in.
 * - At most `capacity` points are kept: when it is full the older half keeps only the lowest and highest of every eight.
 *   `total` still counts all, so that a view can say "n shown of N".
 * - A value that is not finite is no point, and is not forgotten: the newest of them stay in `oddities`.
 */
export type ValuePoint = { x: number; y: number; seq: number };

const meanOver = 100;
const group = 8;
const odditiesMost = 256;

export class ValueSeries {
  readonly #capacity: number;
  #points: ValuePoint[] = [];
  #means: number[] = [];
  /** Means before this index are up to date. */
  #meansUpTo = 0;
  #smooth: Smoothing = beginSmoothing(0);
  #oddities: ValuePoint[] = [];
  total = 0;

  constructor(capacity = 131_072) {
    this.#capacity = capacity;
  }

  get points(): readonly ValuePoint[] {
    return this.#points;
  }

  /** The newest points that are NaN or infinite, ordered by x. */
  get oddities(): readonly ValuePoint[] {
    return this.#oddities;
  }

  /** What came last on the axis, finite or not. */
  get newest(): ValuePoint | undefined {
    const [point, oddity] = [this.#points.at(-1), this.#oddities.at(-1)];
    return oddity && (!point || byX(point, oddity) < 0) ? oddity : point;
  }

  /** Mean over the last 100 points at each of them. */
  get means(): readonly number[] {
    this.#bringMeansUp();
    return this.#means;
  }

  /**
   * Time-weighted exponential moving average at each point: what is `reach` before it in x counts 1/e, however many points lie
   * between. Unbiased from the first point on.
   */
  smoothed(reach: number): readonly number[] {
    if (this.#smooth.reach !== reach) this.#smooth = beginSmoothing(reach);
    extendSmoothing(this.#smooth, this.#points);
    return this.#smooth.values;
  }

  /** Points of one batch, in any order; not finite ones are left out. */
  add(batch: readonly ValuePoint[]): void {
    const placed = batch.filter((point) => Number.isFinite(point.x));
    const fresh = placed.filter((point) => Number.isFinite(point.y));
    if (fresh.length < placed.length) this.#addOddities(placed.filter((point) => !Number.isFinite(point.y)));
    if (fresh.length === 0) return;
    fresh.sort(byX);
    const last = this.#points.at(-1);
    const first = fresh[0];
    if (!last || (first && byX(last, first) < 0)) {
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
    this.#oddities = this.#oddities.filter((point) => point.seq <= seq);
    this.#forgetLines();
  }

  #addOddities(fresh: readonly ValuePoint[]): void {
    const bySeq = new Map([...this.#oddities, ...fresh].map((point) => [point.seq, point]));
    this.#oddities = [...bySeq.values()].sort(byX).slice(-odditiesMost);
  }

  #merge(fresh: readonly ValuePoint[]): void {
    const replaced = new Set(fresh.map((point) => point.seq));
    const kept = this.#points.filter((point) => !replaced.has(point.seq));
    this.total += fresh.length - (this.#points.length - kept.length);
    this.#points = [...kept, ...fresh].sort(byX);
    this.#forgetLines();
  }

  #compact(): void {
    this.#bringMeansUp();
    extendSmoothing(this.#smooth, this.#points);
    const half = Math.floor(this.#points.length / 2 / group) * group;
    const points: ValuePoint[] = [];
    const means: number[] = [];
    const smooth: number[] = [];
    for (let start = 0; start < half; start += group) {
      const [low, high] = extremes(this.#points, start, start + group);
      for (const index of low < high ? [low, high] : [high, low]) {
        points.push(this.#points[index] as ValuePoint);
        means.push(this.#means[index] as number);
        smooth.push(this.#smooth.values[index] as number);
      }
    }
    this.#points = points.concat(this.#points.slice(half));
    this.#means = means.concat(this.#means.slice(half));
    this.#meansUpTo = this.#means.length;
    this.#smooth.values = smooth.concat(this.#smooth.values.slice(half));
  }

  #forgetLines(): void {
    this.#meansUpTo = 0;
    this.#means = [];
    this.#smooth = beginSmoothing(this.#smooth.reach);
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

type Smoothing = { reach: number; values: number[]; sum: number; weight: number; lastX: number };

function beginSmoothing(reach: number): Smoothing {
  return { reach, values: [], sum: 0, weight: 0, lastX: 0 };
}

function extendSmoothing(smoothing: Smoothing, points: readonly ValuePoint[]): void {
  for (let i = smoothing.values.length; i < points.length; i++) {
    const { x, y } = points[i] as ValuePoint;
    const hasBefore = smoothing.weight > 0 && smoothing.reach > 0;
    const decay = hasBefore ? Math.exp((smoothing.lastX - x) / smoothing.reach) : 0;
    smoothing.sum = smoothing.sum * decay + y;
    smoothing.weight = smoothing.weight * decay + 1;
    smoothing.lastX = x;
    smoothing.values.push(smoothing.sum / smoothing.weight);
  }
}

function byX(a: ValuePoint, b: ValuePoint): number {
  return a.x - b.x || a.seq - b.seq;
}

function extremes(points: readonly ValuePoint[], start: number, end: number): [number, number] {
  let low = start;
  let high = start + 1;
  for (let i = start; i < end; i++) {
    const y = points[i]?.y ?? 0;
    if (y < (points[low]?.y ?? 0)) low = i;
    if (y > (points[high]?.y ?? 0)) high = i;
  }
  return low === high ? [start, start + 1] : [low, high];
}
