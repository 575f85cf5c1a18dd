/**
 * A long line as at most four points per pixel column: first, lowest, highest, last. No peak is lost, and a column's content
 * depends on the domain alone, so that the picture does not shimmer while points arrive.
 */
export type Column = { first: number; low: number; high: number; last: number };

/** `count` points ascending in x; column c covers [x0 + c * w, x0 + (c + 1) * w). Columns without a point are undefined. */
export function binColumns(
  xAt: (index: number) => number,
  yAt: (index: number) => number,
  count: number,
  domain: readonly [number, number],
  columns: number,
): (Column | undefined)[] {
  const [x0, x1] = domain;
  const out = new Array<Column | undefined>(columns).fill(undefined);
  const perUnit = columns / (x1 - x0);
  if (!(perUnit > 0) || !Number.isFinite(perUnit)) return out;
  for (let i = 0; i < count; i++) {
    const x = xAt(i);
    if (x < x0 || x > x1) continue;
    const y = yAt(i);
    const at = Math.min(columns - 1, Math.floor((x - x0) * perUnit));
    const column = out[at];
    if (!column) out[at] = { first: y, low: y, high: y, last: y };
    else {
      if (y < column.low) column.low = y;
      if (y > column.high) column.high = y;
      column.last = y;
    }
  }
  return out;
}

/** Index of the point whose x is nearest, or -1 when there is none. */
export function nearestIndex(xAt: (index: number) => number, count: number, x: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xAt(middle) < x) low = middle + 1;
    else high = middle;
  }
  if (count === 0) return -1;
  return low > 0 && x - xAt(low - 1) <= xAt(low) - x ? low - 1 : low;
}
