/**
 * Draws a comparison: every logged point faint, a line and a band for each group, the cursor's point, and the one that is read.
 * Pure drawing: what to draw comes in, nothing is kept.
 */
import type { Domain, GroupLine, LoggedPoint } from '../comparison/messages.ts';
import { cellNumber } from '../styles/words.ts';
import { type Area, type CurveTheme, drawAxes, drawDisc, drawUpright } from './curve.ts';
import { tickText } from './scale.ts';

type DrawnGroup = { line: GroupLine; label: string; colour: string; dash: readonly number[]; isBaseline: boolean };
export type ComparePlot = {
  groups: readonly DrawnGroup[];
  view: { x: Domain; y: Domain };
  /** The picture of points and what it is of. */
  points: { image: CanvasImageSource; x: Domain; y: Domain } | undefined;
  titles: { x: string; y: string };
  /** x at which the table compares. */
  at: number | undefined;
  cursor: LoggedPoint | undefined;
  read: LoggedPoint | undefined;
  readLabel: string;
};

const margin = { left: 52, right: 12, top: 22, bottom: 34 };

export function plotArea(area: Area): Area {
  return {
    left: area.left + margin.left,
    top: area.top + margin.top,
    width: Math.max(1, area.width - margin.left - margin.right),
    height: Math.max(1, area.height - margin.top - margin.bottom),
  };
}

/** Gives the sentence that is read out at the point. */
export function drawComparison(
  pen: CanvasRenderingContext2D,
  area: Area,
  plot: ComparePlot,
  theme: CurveTheme,
): string | undefined {
  const room = plotArea(area);
  const { x, y } = plot.view;
  const toX = (value: number): number => room.left + ((value - x[0]) / (x[1] - x[0])) * room.width;
  const toY = (value: number): number => room.top + room.height - ((value - y[0]) / (y[1] - y[0])) * room.height;
  pen.font = `11px ${theme.font}`;
  pen.fillStyle = theme.ground;
  pen.fillRect(area.left, area.top, area.width, area.height);
  drawAxes(pen, room, theme, x, y, toX, toY);
  drawTitles(pen, area, room, theme, plot.titles);
  pen.save();
  pen.beginPath();
  pen.rect(room.left, room.top, room.width, room.height);
  pen.clip();
  if (plot.points) drawPoints(pen, plot.points, toX, toY);
  for (const group of plot.groups) drawBand(pen, group, toX, toY);
  for (const group of plot.groups) drawMiddle(pen, group, toX, toY);
  if (plot.at !== undefined) drawUpright(pen, room, toX(plot.at), theme.quiet, [2, 3]);
  if (plot.cursor) drawUpright(pen, room, toX(plot.cursor.x), theme.text, []);
  pen.restore();
  const colourOf = (point: LoggedPoint): string => plot.groups.find(({ line }) => line.key === point.group)?.colour ?? theme.text;
  if (plot.cursor) drawDisc(pen, toX(plot.cursor.x), toY(plot.cursor.y), colourOf(plot.cursor), theme, 4);
  const { read } = plot;
  if (!read) return undefined;
  drawDisc(pen, toX(read.x), toY(read.y), colourOf(read), theme, 5);
  const episode = read.episode === undefined ? '' : `episode ${read.episode}, `;
  const text = `${plot.readLabel}: ${episode}${plot.titles.y} ${cellNumber(read.y)} at ${tickText(read.x)}`;
  drawReading(pen, room, theme, text, toX(read.x));
  return text;
}

function drawTitles(
  pen: CanvasRenderingContext2D,
  area: Area,
  room: Area,
  theme: CurveTheme,
  titles: { x: string; y: string },
): void {
  pen.fillStyle = theme.quiet;
  pen.textBaseline = 'middle';
  pen.textAlign = 'left';
  pen.fillText(titles.y, room.left, area.top + 11);
  pen.textAlign = 'right';
  pen.fillText(titles.x, room.left + room.width, area.top + area.height - 8);
}

function drawPoints(
  pen: CanvasRenderingContext2D,
  { image, x, y }: { image: CanvasImageSource; x: Domain; y: Domain },
  toX: (value: number) => number,
  toY: (value: number) => number,
): void {
  const [left, top] = [toX(x[0]), toY(y[1])];
  pen.imageSmoothingEnabled = false;
  pen.drawImage(image, left, top, toX(x[1]) - left, toY(y[0]) - top);
}

function drawBand(
  pen: CanvasRenderingContext2D,
  { line, colour }: DrawnGroup,
  toX: (value: number) => number,
  toY: (value: number) => number,
): void {
  pen.fillStyle = colour;
  pen.globalAlpha = 0.18;
  for (const [from, to] of pieces(line.low)) {
    pen.beginPath();
    for (let i = from; i < to; i++) pen.lineTo(toX(line.x[i] as number), toY(line.high[i] as number));
    for (let i = to - 1; i >= from; i--) pen.lineTo(toX(line.x[i] as number), toY(line.low[i] as number));
    pen.closePath();
    pen.fill();
  }
  pen.globalAlpha = 1;
}

function drawMiddle(
  pen: CanvasRenderingContext2D,
  { line, colour, dash, isBaseline }: DrawnGroup,
  toX: (value: number) => number,
  toY: (value: number) => number,
): void {
  pen.strokeStyle = colour;
  pen.lineWidth = isBaseline ? 3 : 2;
  pen.lineJoin = 'round';
  pen.setLineDash([...dash]);
  for (const [from, to] of pieces(line.middle)) {
    pen.beginPath();
    for (let i = from; i < to; i++) pen.lineTo(toX(line.x[i] as number), toY(line.middle[i] as number));
    if (to - from === 1) pen.lineTo(toX(line.x[from] as number) + 2, toY(line.middle[from] as number));
    pen.stroke();
  }
  pen.setLineDash([]);
}

/** Runs of finite values, [from, to). */
function pieces(values: Float64Array): [number, number][] {
  const found: [number, number][] = [];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    const from = i;
    while (i < values.length && Number.isFinite(values[i])) i += 1;
    found.push([from, i]);
  }
  return found;
}

function drawReading(pen: CanvasRenderingContext2D, room: Area, theme: CurveTheme, text: string, at: number): void {
  const width = pen.measureText(text).width + 12;
  const left = Math.max(room.left, Math.min(at + 8, room.left + room.width - width));
  pen.fillStyle = theme.ground;
  pen.strokeStyle = theme.grid;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.rect(Math.round(left) + 0.5, room.top + 4.5, Math.round(width), 20);
  pen.fill();
  pen.stroke();
  pen.fillStyle = theme.text;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.fillText(text, Math.round(left) + 6.5, room.top + 15);
}
