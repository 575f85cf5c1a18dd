/** What one run's curve comes to: its score at a step, how soon it got somewhere, how much it had on the way. */

/** Which way a value gets better. */
export type Better = 'higher' | 'lower';
/** Ascending in x. y: smoothed for what depends on a level, raw for the score. seconds: since the run was opened. */
export type RunCurve = { x: Float64Array; raw: Float64Array; smoothed: Float64Array; seconds: Float64Array };
export type RunFigures = {
  /** Mean of what was logged in the last tenth of the way from `low` to `at`; undefined when the run did not come that far. */
  score: number | undefined;
  /** Mean height of the smoothed curve up to `at`: area under it over its length. */
  area: number | undefined;
  /** x and seconds at which the smoothed curve first is at `threshold`, or beyond it on the better side. */
  reached: { x: number; seconds: number } | undefined;
};

const lastShare = 0.1;

/** `low`: where the axis begins: 0, or below it where points are. */
export function figuresOfRun(curve: RunCurve, at: number, threshold: number | undefined, better: Better, low = 0): RunFigures {
  const end = curve.x.at(-1);
  const isThere = end !== undefined && end >= at - 1e-9 * Math.abs(at);
  return {
    score: isThere ? scoreAt(curve, at, low) : undefined,
    area: isThere ? areaTo(curve.x, curve.smoothed, at) : undefined,
    reached: threshold === undefined ? undefined : firstAt(curve, threshold, better),
  };
}

function scoreAt({ x, raw }: RunCurve, at: number, low: number): number | undefined {
  const from = at * (1 - lastShare) + low * lastShare;
  let [sum, n] = [0, 0];
  let before: number | undefined;
  for (let i = 0; i < x.length && (x[i] as number) <= at; i++) {
    before = raw[i] as number;
    if ((x[i] as number) <= from) continue;
    sum += before;
    n += 1;
  }
  return n > 0 ? sum / n : (before ?? raw[0]);
}

/** Trapezoids between the points up to `at`, over the length they cover; a single point is its own height. */
export function areaTo(x: Float64Array, y: Float64Array, at: number): number | undefined {
  let [area, length] = [0, 0];
  for (let i = 1; i < x.length && (x[i] as number) <= at; i++) {
    const step = (x[i] as number) - (x[i - 1] as number);
    area += (step * ((y[i] as number) + (y[i - 1] as number))) / 2;
    length += step;
  }
  return length > 0 ? area / length : y[0];
}

function firstAt({ x, smoothed, seconds }: RunCurve, threshold: number, better: Better): RunFigures['reached'] {
  for (let i = 0; i < x.length; i++) {
    const y = smoothed[i] as number;
    if (better === 'lower' ? y <= threshold : y >= threshold) return { x: x[i] as number, seconds: seconds[i] as number };
  }
  return undefined;
}
