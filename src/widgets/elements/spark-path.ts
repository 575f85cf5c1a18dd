/** A line through points as SVG path data, within a box of `width` by `height` px. Points are not empty and ascend in x. */
export function sparkPath(points: readonly { x: number; y: number }[], width: number, height: number): string {
  const ys = points.map(({ y }) => y);
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const from = points[0]?.x ?? 0;
  const reach = (points.at(-1)?.x ?? 0) - from || 1;
  const tall = high - low || 1;
  const at = ({ x, y }: { x: number; y: number }): string =>
    `${(((x - from) / reach) * width).toFixed(1)} ${(height - 1 - ((y - low) / tall) * (height - 2)).toFixed(1)}`;
  return `M${points.map(at).join('L')}`;
}
