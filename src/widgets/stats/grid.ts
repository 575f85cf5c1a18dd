/**
 * Curves of different runs on one x: bins of a round width that begin at multiples of it, so a bin stays where it is while points
 * arrive, and its content changes only while points of its own do.
 */
export type Grid = { width: number; bins: number };

/** Bins there are about at most: enough for a screen, few enough for an interval in each. */
const usualBins = 200;

/** Bins from 0 to `high` whose width is 1, 2 or 5 times a power of ten. */
export function gridTo(high: number, wanted = usualBins): Grid {
  if (!(high > 0) || !Number.isFinite(high)) return { width: 1, bins: 1 };
  const raw = high / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const lead = [1, 2, 5, 10].find((step) => step * power >= raw * (1 - 1e-9)) ?? 10;
  const width = lead * power;
  return { width, bins: Math.floor(high / width) + 1 };
}

/** The rounded length of the axis: what shares of it are of. Changes only when the width does. */
export function rangeOf({ width }: Grid): number {
  return width * usualBins;
}

/** The x a bin is drawn at. */
export function binMiddle({ width }: Grid, bin: number): number {
  return (bin + 0.5) * width;
}

/**
 * One value a bin: the mean of its points; between points the last value, because that is what the run was at; NaN before the first
 * point and after the last.
 */
export function onGrid(x: Float64Array, y: Float64Array, grid: Grid): Float64Array {
  const sums = new Float64Array(grid.bins);
  const counts = new Uint32Array(grid.bins);
  const lasts = new Float64Array(grid.bins);
  let [first, last] = [grid.bins, -1];
  for (let i = 0; i < x.length; i++) {
    const bin = Math.min(grid.bins - 1, Math.floor((x[i] as number) / grid.width));
    if (!(bin >= 0)) continue;
    sums[bin] = (sums[bin] as number) + (y[i] as number);
    counts[bin] = (counts[bin] as number) + 1;
    lasts[bin] = y[i] as number;
    if (bin < first) first = bin;
    if (bin > last) last = bin;
  }
  const out = new Float64Array(grid.bins).fill(Number.NaN);
  let held = Number.NaN;
  for (let bin = first; bin <= last; bin++) {
    const n = counts[bin] as number;
    out[bin] = n > 0 ? (sums[bin] as number) / n : held;
    if (n > 0) held = lasts[bin] as number;
  }
  return out;
}
