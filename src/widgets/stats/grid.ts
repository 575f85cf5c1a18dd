/**
 * Curves of different runs on one x: bins of a round width that begin at multiples of it, so a bin stays where it is while points
 * arrive, and its content changes only while points of its own do.
 */
export type Grid = { width: number; bins: number /** Number of the first bin, which begins at first * width. */; first: number };

/** Bins there are about at most: enough for a screen, few enough for an interval in each. */
const usualBins = 200;

/** Bins from 0 to `high` whose width is 1, 2 or 5 times a power of ten. */
export function gridTo(high: number, wanted = usualBins): Grid {
  return gridOver(0, high, wanted);
}

/** Bins over [low, high], numbered from 0: those of a part of the axis are bins of the whole at that width. */
export function gridOver(low: number, high: number, wanted = usualBins): Grid {
  if (!(high > low) || !Number.isFinite(high - low)) return { width: 1, bins: 1, first: Math.floor(low) || 0 };
  const raw = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const lead = [1, 2, 5, 10].find((step) => step * power >= raw * (1 - 1e-9)) ?? 10;
  const width = lead * power;
  const first = Math.floor(low / width);
  return { width, bins: Math.floor(high / width) - first + 1, first };
}

/** The rounded length of the axis: what shares of it are of. Changes only when the width does. */
export function rangeOf({ width }: Grid): number {
  return width * usualBins;
}

/** The x a bin is drawn at. */
export function binMiddle({ width, first }: Grid, bin: number): number {
  return (first + bin + 0.5) * width;
}

/**
 * One value a bin: the mean of its points; between points the last value, because that is what the run was at; NaN before the first
 * point and after the last.
 */
export function onGrid(x: Float64Array, y: Float64Array, grid: Grid): Float64Array {
  const sums = new Float64Array(grid.bins);
  const counts = new Uint32Array(grid.bins);
  const lasts = new Float64Array(grid.bins);
  const end = grid.first + grid.bins;
  let held = Number.NaN;
  let last = -1;
  for (let i = 0; i < x.length; i++) {
    const number = Math.floor((x[i] as number) / grid.width);
    if (number < grid.first) held = y[i] as number;
    if (number >= end) last = grid.bins - 1; // The run goes on beyond: up to the edge it is known.
    const bin = number - grid.first;
    if (!(bin >= 0) || bin >= grid.bins) continue;
    sums[bin] = (sums[bin] as number) + (y[i] as number);
    counts[bin] = (counts[bin] as number) + 1;
    lasts[bin] = y[i] as number;
    if (bin > last) last = bin;
  }
  const out = new Float64Array(grid.bins).fill(Number.NaN);
  for (let bin = 0; bin <= last; bin++) {
    const n = counts[bin] as number;
    out[bin] = n > 0 ? (sums[bin] as number) / n : held;
    if (n > 0) held = lasts[bin] as number;
  }
  return out;
}
