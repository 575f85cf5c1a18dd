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

/** Where the axis of ascending curves begins: at 0, or below it where points are. */
export function lowerEnd(curves: readonly Float64Array[]): number {
  return Math.min(0, ...curves.flatMap((x) => x[0] ?? []));
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

/** Place of the first of ascending values that is not below `value`. */
export function lowerBound(values: Float64Array, value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * One value a bin: the mean of its points; between points the last value, because that is what the run was at; NaN before the first
 * point and after the last. Only the points of the bins are looked at.
 */
export function onGrid(x: Float64Array, y: Float64Array, grid: Grid): Float64Array {
  const out = new Float64Array(grid.bins).fill(Number.NaN);
  const end = grid.first + grid.bins;
  const binOf = (at: number): number => Math.floor((x[at] as number) / grid.width);
  // The edge is looked for a little too early: a quotient may round down to the bin before.
  let at = lowerBound(x, (grid.first - 1) * grid.width);
  while (at < x.length && binOf(at) < grid.first) at += 1;
  let held = at > 0 ? (y[at - 1] as number) : Number.NaN;
  let filled = 0;
  while (at < x.length) {
    const number = binOf(at);
    if (number >= end) break;
    const bin = number - grid.first;
    out.fill(held, filled, bin);
    const from = at;
    let sum = 0;
    for (; at < x.length && binOf(at) === number; at += 1) sum += y[at] as number;
    out[bin] = sum / (at - from);
    held = y[at - 1] as number;
    filled = bin + 1;
  }
  // The run goes on beyond: up to the edge it is known.
  if (at < x.length) out.fill(held, filled);
  return out;
}
