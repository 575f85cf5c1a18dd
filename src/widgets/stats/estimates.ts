/** Point estimates over a handful of seeds. Every function takes finite numbers; of none it answers NaN. */

export type Statistic = 'mean' | 'iqm';

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** Sample standard deviation (n - 1). NaN of fewer than two. */
export function sd(values: ArrayLike<number>): number {
  const middle = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((values[i] as number) - middle) ** 2;
  return values.length > 1 ? Math.sqrt(sum / (values.length - 1)) : Number.NaN;
}

/** Standard error of the mean. */
export function se(values: ArrayLike<number>): number {
  return sd(values) / Math.sqrt(values.length);
}

/** Mean of the middle half: floor(n / 4) values are left out at each end, as scipy.stats.trim_mean(values, 0.25) does. */
export function iqm(values: ArrayLike<number>): number {
  return iqmOfSorted(sortFew(Float64Array.from(values)));
}

/** Ascending, in place. Seeds are few: insertion beats the engine's own sort by far up to some dozens. */
export function sortFew(values: Float64Array): Float64Array {
  if (values.length > 48) return values.sort();
  for (let i = 1; i < values.length; i++) {
    const value = values[i] as number;
    let at = i;
    for (; at > 0 && (values[at - 1] as number) > value; at--) values[at] = values[at - 1] as number;
    values[at] = value;
  }
  return values;
}

export function iqmOfSorted(sorted: Float64Array): number {
  const cut = Math.floor(sorted.length * 0.25);
  let sum = 0;
  for (let i = cut; i < sorted.length - cut; i++) sum += sorted[i] as number;
  return sum / (sorted.length - 2 * cut);
}

/** Quantile by linear interpolation, as numpy.percentile's default. */
export function quantileOfSorted(sorted: Float64Array, share: number): number {
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export function median(values: ArrayLike<number>): number {
  return quantileOfSorted(Float64Array.from(values).sort(), 0.5);
}
