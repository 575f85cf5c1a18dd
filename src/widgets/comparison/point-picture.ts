/** All logged points as one faint picture: each is in it, however many there are, and many in one place make it stronger. */
import { lowerBound } from '../stats/grid.ts';
import type { Domain } from './messages.ts';
import type { LoggedCurve } from './run-curve.ts';

type Coloured = { colour: readonly [number, number, number]; curves: readonly LoggedCurve[] };

const mostAlpha = 170;
/** Opacity of a point where it is alone: few must be seen, many must not hide the lines. */
const alphas: readonly [upTo: number, first: number, more: number][] = [
  [5000, 120, 30],
  [100_000, 70, 20],
  [Number.POSITIVE_INFINITY, 40, 12],
];

export function drawPoints(
  groups: readonly Coloured[],
  { x: xs, y: ys }: { x: Domain; y: Domain },
  { width, height }: { width: number; height: number },
): { width: number; height: number; rgba: Uint8ClampedArray; shown: number } {
  const [wide, high] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
  const rgba = new Uint8ClampedArray(wide * high * 4);
  const pixels = new Uint32Array(rgba.buffer);
  const [perX, perY] = [wide / (xs[1] - xs[0]), high / (ys[1] - ys[0])];
  const logged = groups.reduce((sum, { curves }) => sum + curves.reduce((points, { x }) => points + x.length, 0), 0);
  const [, first, more] = alphas.find(([upTo]) => logged <= upTo) ?? [0, 40, 12];
  const counts = new Uint32Array(wide * high);
  let shown = 0;
  for (const { colour, curves } of groups) {
    counts.fill(0);
    for (const { x, y } of curves) {
      for (let i = lowerBound(x, xs[0]); i < x.length && (x[i] as number) <= xs[1]; i++) {
        const column = Math.floor(((x[i] as number) - xs[0]) * perX);
        const row = high - 1 - Math.floor(((y[i] as number) - ys[0]) * perY);
        // The point on the far edge is in view, too.
        const at = column === wide ? wide - 1 : column;
        const on = row === -1 ? 0 : row;
        if (!(at >= 0 && at < wide && on >= 0 && on < high)) continue;
        shown += 1;
        const place = on * wide + at;
        counts[place] = (counts[place] as number) + 1;
      }
    }
    // Little endian: the first byte in memory is the lowest.
    const rgb = (colour[0] | (colour[1] << 8) | (colour[2] << 16)) >>> 0;
    paint(pixels, rgb, counts, wide, { first, more });
  }
  return { width: wide, height: high, rgba, shown };
}

/** A point is two pixels wide and high: what a pixel gets is counted at its own place and at those to the left, above, and both. */
function paint(
  pixels: Uint32Array,
  rgb: number,
  counts: Uint32Array,
  wide: number,
  { first, more }: { first: number; more: number },
): void {
  for (let at = 0; at < counts.length; at++) {
    const hasLeft = at % wide > 0;
    let points = counts[at] as number;
    if (hasLeft) points += counts[at - 1] as number;
    if (at >= wide) points += counts[at - wide] as number;
    if (at >= wide && hasLeft) points += counts[at - wide - 1] as number;
    if (points === 0) continue;
    const before = (pixels[at] as number) >>> 24;
    const alpha = Math.min(mostAlpha, (before === 0 ? first - more : before) + points * more);
    pixels[at] = (rgb | (alpha << 24)) >>> 0;
  }
}
