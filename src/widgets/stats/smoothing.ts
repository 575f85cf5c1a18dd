/**
 * Smoothing of what was logged, before anything is binned: a bin then holds what was smoothed, not the other way round.
 * The points are ascending in x; the result has one value for each of them.
 */
export type Smoothing = { kind: 'off' } | { kind: 'mean'; episodes: number } | { kind: 'ema'; share: number };

/**
 * Exponential mean with weights that halve over `halfLife` of x, whatever the distance of the points: pandas' ewm(halflife, times)
 * with adjust=True.
 */
export function timeWeightedEma(x: Float64Array, y: Float64Array, halfLife: number): Float64Array {
  const out = new Float64Array(y.length);
  let [sum, weight] = [0, 0];
  for (let i = 0; i < y.length; i++) {
    const kept = i === 0 ? 0 : 0.5 ** (((x[i] as number) - (x[i - 1] as number)) / halfLife);
    sum = sum * kept + (y[i] as number);
    weight = weight * kept + 1;
    out[i] = sum / weight;
  }
  return out;
}

/** Mean of the last `reach` points, of fewer at the beginning. */
export function trailingMean(y: Float64Array, reach: number): Float64Array {
  const out = new Float64Array(y.length);
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    sum += y[i] as number;
    if (i >= reach) sum -= y[i - reach] as number;
    out[i] = sum / Math.min(i + 1, reach);
  }
  return out;
}

/** `range`: the rounded length of the x axis, which a share is of. */
export function smooth(x: Float64Array, y: Float64Array, smoothing: Smoothing, range: number): Float64Array {
  switch (smoothing.kind) {
    case 'off':
      return y;
    case 'mean':
      return trailingMean(y, smoothing.episodes);
    case 'ema':
      return timeWeightedEma(x, y, smoothing.share * range);
    default:
      return smoothing satisfies never;
  }
}
