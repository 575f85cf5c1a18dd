/**
 * Draws the return curve: every episode faint, a smoothed line, the mean over the last 100 as a thin dotted one, gaps hatched, one
 * point read out.
 * Pure drawing: what to draw comes in, nothing is kept.
 */
import { onGround } from '../styles/palette.ts';
import { cellNumber, count } from '../styles/words.ts';
import { binColumns, nearestIndex } from './bins.ts';
import { roundDomain, roundUp, ticks, tickText } from './scale.ts';

type CurvePoint = { x: number; y: number; seq: number };
export type CurveLine = {
  name: string;
  colour: string;
  dash: readonly number[];
  points: readonly CurvePoint[];
  /** Returns that are not finite: a mark at the upper edge. */
  oddities?: readonly CurvePoint[];
  means: readonly number[];
  smoothed: readonly number[];
};
/** Episodes from..to of which some rows are missing, in x. */
export type CurveGap = { from: number; to: number; isHealed: boolean };
export type CurveTheme = { text: string; quiet: string; grid: string; ground: string; font: string };
/** `smoothing`: reach of the smoothed line, episodes; 0 leaves the mean alone. */
/** `mark`: the episode that the page's cursor is at, of the line of that name or of whichever has it. */
export type Curve = {
  lines: readonly CurveLine[];
  gaps: readonly CurveGap[];
  smoothing: number;
  mark?: { name: string | undefined; x: number } | undefined;
};
export type Area = { left: number; top: number; width: number; height: number };

const margin = { left: 48, right: 12, top: 24, bottom: 20 };

/** `cursor`: x in pixels of `area` where the reader points, or undefined. Gives the sentence that is read out there. */
export function drawCurve(
  pen: CanvasRenderingContext2D,
  area: Area,
  curve: Curve,
  theme: CurveTheme,
  cursor?: number,
): string | undefined {
  const plot = plotOf(area);
  pen.font = `11px ${theme.font}`;
  pen.fillStyle = theme.ground;
  pen.fillRect(area.left, area.top, area.width, area.height);
  const ground = String(pen.fillStyle); // the theme's colour, whatever its notation, as #rrggbb
  const drawn = curve.lines.filter((line) => line.points.length > 0);
  const lines = drawn.map((line) => ({ ...line, colour: onGround(line.colour, ground) }));
  const x = xDomain(lines);
  const y = yDomain(lines, tickCount(plot));
  const toX = (value: number): number => plot.left + ((value - x[0]) / (x[1] - x[0])) * plot.width;
  const toY = (value: number): number => plot.top + plot.height - ((value - y[0]) / (y[1] - y[0])) * plot.height;
  drawAxes(pen, plot, theme, x, y, toX, toY);
  pen.save();
  pen.beginPath();
  pen.rect(plot.left, plot.top, plot.width, plot.height);
  pen.clip();
  for (const gap of curve.gaps) drawGap(pen, plot, theme, gap, toX);
  for (const line of lines) drawRaw(pen, plot, line, x, toY);
  pen.fillStyle = theme.text;
  for (const { oddities = [] } of lines) for (const odd of oddities) pen.fillRect(Math.round(toX(odd.x)) - 1, plot.top, 2, 6);
  const isSmooth = curve.smoothing > 0;
  for (const line of lines) {
    drawLine(pen, plot, line, line.means, x, toY, isSmooth ? meanStyle : { width: 2, dash: line.dash, alpha: 1 });
    if (isSmooth) drawLine(pen, plot, line, line.smoothed, x, toY, { width: 2, dash: line.dash, alpha: 1 });
  }
  if (curve.mark) drawMark(pen, plot, theme, lines, curve.mark, toX, toY);
  pen.restore();
  drawLegend(pen, plot, theme, lines, curve.smoothing);
  return cursor === undefined ? undefined : drawCursor(pen, plot, theme, lines, x, cursor, toX, toY);
}

function plotOf(area: Area): Area {
  return {
    left: area.left + margin.left,
    top: area.top + margin.top,
    width: Math.max(1, area.width - margin.left - margin.right),
    height: Math.max(1, area.height - margin.top - margin.bottom),
  };
}

/** The point that is read out at `cursor`, px of the area, and whose it is. */
export function pointAt(area: Area, { lines }: Curve, cursor: number): { name: string; point: CurvePoint } | undefined {
  const drawn = lines.filter((line) => line.points.length > 0);
  const read = readAt(plotOf(area), drawn, xDomain(drawn), cursor);
  const point = read?.line.points[read.index];
  return read && point && { name: read.line.name, point };
}

function readAt(
  plot: Area,
  lines: readonly CurveLine[],
  x: readonly [number, number],
  cursor: number,
): { line: CurveLine; index: number; distance: number } | undefined {
  const wanted = x[0] + ((cursor - plot.left) / plot.width) * (x[1] - x[0]);
  let read: { line: CurveLine; index: number; distance: number } | undefined;
  for (const line of lines) {
    const index = nearestIndex((i) => line.points[i]?.x ?? 0, line.points.length, wanted);
    const distance = Math.abs((line.points[index]?.x ?? Number.POSITIVE_INFINITY) - wanted);
    if (!read || distance < read.distance) read = { line, index, distance };
  }
  return read;
}

function drawMark(
  pen: CanvasRenderingContext2D,
  plot: Area,
  theme: CurveTheme,
  lines: readonly CurveLine[],
  mark: { name: string | undefined; x: number },
  toX: (value: number) => number,
  toY: (value: number) => number,
): void {
  const of = lines.filter(({ name }) => mark.name === undefined || name === mark.name);
  const found = of.flatMap((line) => line.points.filter(({ x }) => x === mark.x).map((point) => ({ line, point })))[0];
  if (!found) return;
  const at = toX(mark.x);
  drawUpright(pen, plot, at, theme.text);
  drawDisc(pen, Math.round(at) + 0.5, toY(found.point.y), found.line.colour, theme, 4);
}

function xDomain(lines: readonly CurveLine[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { points } of lines) {
    low = Math.min(low, points[0]?.x ?? low);
    high = Math.max(high, points.at(-1)?.x ?? high);
  }
  if (!Number.isFinite(low)) return [0, 10];
  // Grows in round steps, so that bins stay where they are; starts at 0 unless only the end of a long run is known.
  const from = low < (high - low) * 0.5 ? 0 : low;
  return [from, from + roundUp(Math.max(10, high - from))];
}

function tickCount(plot: Area): number {
  return Math.max(2, Math.floor(plot.height / 36));
}

function yDomain(lines: readonly CurveLine[], marks: number): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { points } of lines) {
    for (const { y } of points) {
      if (y < low) low = y;
      if (y > high) high = y;
    }
  }
  return Number.isFinite(low) ? roundDomain(low, high, marks) : [0, 1];
}

/** Ticks of both axes, with lines across for y. */
export function drawAxes(
  pen: CanvasRenderingContext2D,
  plot: Area,
  theme: CurveTheme,
  x: readonly [number, number],
  y: readonly [number, number],
  toX: (value: number) => number,
  toY: (value: number) => number,
): void {
  pen.lineWidth = 1;
  pen.strokeStyle = theme.grid;
  pen.fillStyle = theme.quiet;
  pen.textBaseline = 'middle';
  pen.textAlign = 'right';
  for (const tick of ticks(y[0], y[1], tickCount(plot))) {
    const at = Math.round(toY(tick)) + 0.5;
    pen.beginPath();
    pen.moveTo(plot.left, at);
    pen.lineTo(plot.left + plot.width, at);
    pen.stroke();
    pen.fillText(tickText(tick), plot.left - 8, at);
  }
  pen.textBaseline = 'top';
  const marks = ticks(x[0], x[1], Math.max(2, Math.floor(plot.width / 90)));
  for (const tick of marks) {
    const at = toX(tick);
    pen.textAlign = at > plot.left + plot.width - 24 ? 'right' : 'center';
    pen.fillText(tickText(tick), Math.min(at, plot.left + plot.width), plot.top + plot.height + 5);
  }
}

function drawGap(
  pen: CanvasRenderingContext2D,
  plot: Area,
  theme: CurveTheme,
  gap: CurveGap,
  toX: (value: number) => number,
): void {
  const from = Math.max(plot.left, toX(gap.from));
  const to = Math.min(plot.left + plot.width, Math.max(toX(gap.to), from + 3));
  if (to <= from) return;
  pen.save();
  pen.beginPath();
  pen.rect(from, plot.top, to - from, plot.height);
  pen.clip();
  pen.strokeStyle = theme.quiet;
  pen.globalAlpha = gap.isHealed ? 0.15 : 0.5;
  pen.beginPath();
  for (let at = from - plot.height; at < to; at += 6) {
    pen.moveTo(at, plot.top + plot.height);
    pen.lineTo(at + plot.height, plot.top);
  }
  pen.stroke();
  pen.restore();
}

function drawRaw(
  pen: CanvasRenderingContext2D,
  plot: Area,
  line: CurveLine,
  x: readonly [number, number],
  toY: (value: number) => number,
): void {
  const columns = binColumns(
    (i) => line.points[i]?.x ?? 0,
    (i) => line.points[i]?.y ?? 0,
    line.points.length,
    x,
    Math.floor(plot.width),
  );
  pen.fillStyle = line.colour;
  pen.globalAlpha = 0.4;
  columns.forEach((column, i) => {
    if (!column) return;
    const top = toY(column.high);
    pen.fillRect(plot.left + i - 0.5, top - 1, 2, Math.max(2, toY(column.low) - top + 1));
  });
  pen.globalAlpha = 1;
}

type LineStyle = { width: number; dash: readonly number[]; alpha: number };

const meanStyle: LineStyle = { width: 1.25, dash: [1.5, 2.5], alpha: 0.9 };

function drawLine(
  pen: CanvasRenderingContext2D,
  plot: Area,
  line: CurveLine,
  ys: readonly number[],
  x: readonly [number, number],
  toY: (value: number) => number,
  { width, dash, alpha }: LineStyle,
): void {
  const columns = binColumns(
    (i) => line.points[i]?.x ?? 0,
    (i) => ys[i] ?? 0,
    line.points.length,
    x,
    Math.floor(plot.width),
  );
  pen.strokeStyle = line.colour;
  pen.lineWidth = width;
  pen.globalAlpha = alpha;
  pen.lineJoin = 'round';
  pen.setLineDash([...dash]);
  pen.beginPath();
  columns.forEach((column, i) => {
    if (!column) return;
    const at = plot.left + i + 0.5;
    pen.lineTo(at, toY(column.first));
    if (column.high !== column.low) {
      pen.lineTo(at, toY(column.low));
      pen.lineTo(at, toY(column.high));
      pen.lineTo(at, toY(column.last));
    }
  });
  pen.stroke();
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

/** Above the plot: what is drawn, and whose lines they are when there are several. */
function drawLegend(
  pen: CanvasRenderingContext2D,
  plot: Area,
  theme: CurveTheme,
  lines: readonly CurveLine[],
  smoothing: number,
): void {
  const middle = plot.top - 13;
  const end = plot.left + plot.width;
  pen.textBaseline = 'middle';
  pen.textAlign = 'left';
  pen.fillStyle = theme.quiet;
  const what = smoothing > 0 ? `line: smoothed over ${count(smoothing)}, dotted: mean of 100` : 'line: mean of 100';
  const named = lines.length > 1 ? lines : [];
  const caption = plot.width > (named.length > 0 ? 720 : 360) ? `return by episode · ${what}` : 'return by episode';
  pen.fillText(caption, plot.left, middle);
  let at = plot.left + pen.measureText(caption).width + 24;
  for (const [i, line] of named.entries()) {
    const name = line.name.length > 18 ? `${line.name.slice(0, 17)}…` : line.name;
    const width = 22 + pen.measureText(name).width;
    const more = `+${named.length - i}`;
    if (at + width + (i + 1 < named.length ? pen.measureText(more).width + 12 : 0) > end) {
      pen.fillStyle = theme.quiet;
      pen.fillText(more, at, middle);
      break;
    }
    pen.strokeStyle = line.colour;
    pen.lineWidth = 2;
    pen.setLineDash([...line.dash]);
    pen.beginPath();
    pen.moveTo(at, middle);
    pen.lineTo(at + 16, middle);
    pen.stroke();
    pen.setLineDash([]);
    pen.fillStyle = theme.text;
    pen.fillText(name, at + 20, middle);
    at += width + 12;
  }
}

function drawCursor(
  pen: CanvasRenderingContext2D,
  plot: Area,
  theme: CurveTheme,
  lines: readonly CurveLine[],
  x: readonly [number, number],
  cursor: number,
  toX: (value: number) => number,
  toY: (value: number) => number,
): string | undefined {
  const read = readAt(plot, lines, x, cursor);
  const point = read?.line.points[read.index];
  if (!read || !point) return undefined;
  const at = toX(point.x);
  drawUpright(pen, plot, at, theme.quiet);
  drawDisc(pen, Math.round(at) + 0.5, toY(point.y), read.line.colour, theme, 4);
  const whose = lines.length > 1 ? `${read.line.name}, ` : '';
  const text = `${whose}episode ${count(point.x)}: return ${cellNumber(point.y)}, smoothed ${cellNumber(read.line.smoothed[read.index])}, mean ${cellNumber(read.line.means[read.index])}`;
  drawReading(pen, plot, theme, text, Math.round(at) + 0.5);
  return text;
}

function drawReading(pen: CanvasRenderingContext2D, plot: Area, theme: CurveTheme, text: string, at: number): void {
  const width = pen.measureText(text).width + 12;
  const left = Math.max(plot.left, Math.min(at + 8, plot.left + plot.width - width));
  pen.fillStyle = theme.ground;
  pen.strokeStyle = theme.grid;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.rect(Math.round(left) + 0.5, plot.top + plot.height - 26.5, Math.round(width), 20);
  pen.fill();
  pen.stroke();
  pen.fillStyle = theme.text;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.fillText(text, Math.round(left) + 6.5, plot.top + plot.height - 16);
}

/** A line from top to bottom at a pixel, one pixel wide. */
export function drawUpright(
  pen: CanvasRenderingContext2D,
  room: Area,
  at: number,
  colour: string,
  dash: readonly number[] = [],
): void {
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.setLineDash([...dash]);
  pen.beginPath();
  pen.moveTo(Math.round(at) + 0.5, room.top);
  pen.lineTo(Math.round(at) + 0.5, room.top + room.height);
  pen.stroke();
  pen.setLineDash([]);
}

/** A point that is read or looked at, set off from what lies beneath. */
export function drawDisc(
  pen: CanvasRenderingContext2D,
  x: number,
  y: number,
  colour: string,
  theme: CurveTheme,
  radius: number,
): void {
  pen.fillStyle = colour;
  pen.strokeStyle = theme.ground;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
  pen.stroke();
}
