/**
 * Draws one logged value: its name and newest value above, points faint, a smoothed line, the range at the side. Where it was NaN or
 * infinite a mark stands at the upper edge.
 * Pure drawing, as curve.ts.
 */
import { cellNumber, count } from '../styles/words.ts';
import { binColumns, nearestIndex } from './bins.ts';
import type { Area, CurveTheme } from './curve.ts';
import { roundUp, tickText } from './scale.ts';

type SmallLine = {
  agent: string;
  colour: string;
  dash: readonly number[];
  points: readonly { x: number; y: number }[];
  /** Values that are not finite. */
  oddities: readonly { x: number; y: number }[];
  smoothed: readonly number[];
};
export type SmallChart = { name: string; lines: readonly SmallLine[] };

const margin = { left: 4, right: 48, top: 22, bottom: 4 };

/** `cursor` as in drawCurve. Gives the sentence that is read out there. */
export function drawSmallChart(
  pen: CanvasRenderingContext2D,
  area: Area,
  chart: SmallChart,
  theme: CurveTheme,
  cursor?: number,
): string | undefined {
  const lines = chart.lines.filter(({ points, oddities }) => points.length + oddities.length > 0);
  const plot: Area = {
    left: area.left + margin.left,
    top: area.top + margin.top,
    width: Math.max(1, area.width - margin.left - margin.right),
    height: Math.max(1, area.height - margin.top - margin.bottom),
  };
  pen.fillStyle = theme.ground;
  pen.fillRect(area.left, area.top, area.width, area.height);
  const x = xDomain(lines);
  const { domain: y, low, high } = yDomain(lines);
  const toX = (value: number): number => plot.left + ((value - x[0]) / (x[1] - x[0])) * plot.width;
  const toY = (value: number): number => plot.top + plot.height - ((value - y[0]) / (y[1] - y[0])) * plot.height;
  drawRange(pen, plot, theme, { y, low, high }, toY);
  for (const line of lines) drawValues(pen, plot, line, x, toY);
  for (const line of lines) drawOddities(pen, plot, line, theme, toX);
  const read = cursor === undefined ? undefined : readAt(lines, x[0] + ((cursor - plot.left) / plot.width) * (x[1] - x[0]));
  if (read) drawMark(pen, plot, theme, read, toX, toY);
  const newest = newestOf(lines);
  drawHead(pen, area, theme, chart.name, read?.point.y ?? newest?.y);
  if (!read) return undefined;
  const whose = lines.length > 1 ? `${read.line.agent}, ` : '';
  return `${chart.name}, ${whose}step ${count(read.point.x)}: ${cellNumber(read.point.y)}`;
}

type Reading = { line: SmallLine; point: { x: number; y: number } };

function newestOf(lines: readonly SmallLine[]): { x: number; y: number } | undefined {
  const ends = lines.flatMap(({ points, oddities }) => [points.at(-1), oddities.at(-1)]);
  return ends.reduce((a, b) => (!a || (b && b.x >= a.x) ? b : a), undefined);
}

function readAt(lines: readonly SmallLine[], wanted: number): Reading | undefined {
  let read: (Reading & { distance: number }) | undefined;
  for (const line of lines) {
    const point = line.points[nearestIndex((i) => line.points[i]?.x ?? 0, line.points.length, wanted)];
    const distance = Math.abs((point?.x ?? Number.POSITIVE_INFINITY) - wanted);
    if (point && (!read || distance < read.distance)) read = { line, point, distance };
  }
  return read;
}

function xDomain(lines: readonly SmallLine[]): [number, number] {
  const all = lines.flatMap(({ points, oddities }) => [points, oddities]);
  const low = Math.min(...all.map((points) => points[0]?.x ?? Number.POSITIVE_INFINITY));
  const high = Math.max(...all.map((points) => points.at(-1)?.x ?? Number.NEGATIVE_INFINITY));
  if (!Number.isFinite(low)) return [0, 1];
  const from = low < (high - low) * 0.5 ? 0 : low;
  return [from, from + roundUp(Math.max(1, high - from))];
}

/** Between the lowest and the highest point, never empty; `low` and `high` are theirs, undefined when there is none. */
function yDomain(lines: readonly SmallLine[]): { domain: [number, number]; low?: number; high?: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { points } of lines) {
    for (const { y } of points) {
      if (y < low) low = y;
      if (y > high) high = y;
    }
  }
  if (!Number.isFinite(low)) return { domain: [0, 1] };
  const room = (high - low) * 0.04 || Math.abs(low) * 0.1 || 1;
  return { domain: [low - room, high + room], low, high };
}

function drawRange(
  pen: CanvasRenderingContext2D,
  plot: Area,
  theme: CurveTheme,
  { y, low, high }: { y: readonly [number, number]; low: number | undefined; high: number | undefined },
  toY: (value: number) => number,
): void {
  pen.strokeStyle = theme.grid;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(plot.left, plot.top + plot.height + 0.5);
  pen.lineTo(plot.left + plot.width, plot.top + plot.height + 0.5);
  if (y[0] < 0 && y[1] > 0) {
    pen.moveTo(plot.left, Math.round(toY(0)) + 0.5);
    pen.lineTo(plot.left + plot.width, Math.round(toY(0)) + 0.5);
  }
  pen.stroke();
  if (low === undefined || high === undefined) return;
  pen.font = `10px ${theme.font}`;
  pen.fillStyle = theme.quiet;
  pen.textAlign = 'left';
  pen.textBaseline = 'top';
  const side = margin.right - 6;
  if (high !== low) pen.fillText(tickText(Number(high.toPrecision(3))), plot.left + plot.width + 4, plot.top, side);
  pen.textBaseline = 'bottom';
  pen.fillText(tickText(Number(low.toPrecision(3))), plot.left + plot.width + 4, plot.top + plot.height, side);
}

function drawValues(
  pen: CanvasRenderingContext2D,
  plot: Area,
  line: SmallLine,
  x: readonly [number, number],
  toY: (value: number) => number,
): void {
  const bins = (ys: (index: number) => number) =>
    binColumns((i) => line.points[i]?.x ?? 0, ys, line.points.length, x, Math.floor(plot.width));
  pen.fillStyle = line.colour;
  pen.globalAlpha = 0.4;
  bins((i) => line.points[i]?.y ?? 0).forEach((column, i) => {
    if (!column) return;
    const top = toY(column.high);
    pen.fillRect(plot.left + i - 0.5, top - 1, 2, Math.max(2, toY(column.low) - top + 1));
  });
  pen.globalAlpha = 1;
  pen.strokeStyle = line.colour;
  pen.lineWidth = 1.5;
  pen.setLineDash([...line.dash]);
  pen.beginPath();
  bins((i) => line.smoothed[i] ?? 0).forEach((column, i) => {
    if (column) pen.lineTo(plot.left + i + 0.5, toY((column.low + column.high) / 2));
  });
  pen.stroke();
  pen.setLineDash([]);
}

function drawOddities(
  pen: CanvasRenderingContext2D,
  plot: Area,
  { oddities }: SmallLine,
  theme: CurveTheme,
  toX: (value: number) => number,
): void {
  pen.fillStyle = theme.text;
  for (const { x } of oddities) pen.fillRect(Math.round(toX(x)) - 1, plot.top - 1, 2, 6);
}

function drawMark(
  pen: CanvasRenderingContext2D,
  plot: Area,
  theme: CurveTheme,
  { line, point }: Reading,
  toX: (value: number) => number,
  toY: (value: number) => number,
): void {
  const at = Math.round(toX(point.x)) + 0.5;
  pen.strokeStyle = theme.quiet;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(at, plot.top);
  pen.lineTo(at, plot.top + plot.height);
  pen.stroke();
  pen.fillStyle = line.colour;
  pen.beginPath();
  pen.arc(at, toY(point.y), 3, 0, 2 * Math.PI);
  pen.fill();
}

function drawHead(pen: CanvasRenderingContext2D, area: Area, theme: CurveTheme, name: string, value: number | undefined): void {
  const middle = area.top + 11;
  pen.textBaseline = 'middle';
  pen.textAlign = 'right';
  pen.font = `600 11px ${theme.font}`;
  pen.fillStyle = theme.text;
  const text = cellNumber(value);
  pen.fillText(text, area.left + area.width - 4, middle);
  const room = area.width - pen.measureText(text).width - 20;
  pen.font = `11px ${theme.font}`;
  pen.fillStyle = theme.quiet;
  pen.textAlign = 'left';
  let shown = name;
  // The end of a name such as losses/policy tells more than its beginning.
  while (shown.length > 4 && pen.measureText(shown).width > room) shown = `…${shown.slice(shown.startsWith('…') ? 2 : 1)}`;
  pen.fillText(shown, area.left + 4, middle);
}
