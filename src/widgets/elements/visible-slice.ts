/** Which rows of a long table to draw, and the empty space before and after them. */
export type Slice = { first: number; end: number; above: number; below: number };

/** Rows that a viewport of `height` px at `scrollTop` px touches, and `overscan` more on either side; [first, end). */
export function visibleSlice(scrollTop: number, height: number, rowHeight: number, rows: number, overscan = 4): Slice {
  const top = Math.max(0, Math.min(scrollTop, rows * rowHeight - height));
  const first = Math.max(0, Math.floor(top / rowHeight) - overscan);
  const end = Math.min(rows, Math.ceil((top + height) / rowHeight) + overscan);
  return { first, end: Math.max(first, end), above: first * rowHeight, below: Math.max(0, rows - end) * rowHeight };
}
