/**
 * An answer as a picture: line, bar, scatter or histogram, over columns that were guessed or chosen. Pure drawing, as curve.ts.
 *
 * Every row is in the picture or counted in `left`: what has no number to draw, and bars beyond those that fit.
 */
import { seriesStyle } from '../styles/palette.ts';
import { cellNumber, count } from '../styles/words.ts';
import type { Area, CurveTheme } from './curve.ts';
import { roundDomain, ticks, tickText } from './scale.ts';

type ChartForm = 'line' | 'bar' | 'scatter' | 'histogram';

interface ChartSeries {
  name: string;
  x: Float64Array;
  y: Float64Array;
}

export interface AnswerChart {
  form: ChartForm;
  x: string;
  y: string;
  isTime: boolean;
  series: readonly ChartSeries[];
  /** Words under bars. */
  labels: readonly string[];
  /** Rows that are not drawn. */
  left: number;
}

const margin = { left: 56, right: 16, top: 28, bottom: 36 };

/** `cursor` in px from the left. Gives the sentence that is read out there. */
export function drawAnswerChart(
  pen: CanvasRenderingContext2D,
  area: Area,
  chart: AnswerChart,
  theme: CurveTheme,
  cursor?: number,
): string | undefined {
  const plot: Area = {
    left: area.left + margin.left,
    top: area.top + margin.top,
    width: Math.max(1, area.width - margin.left - margin.right),
    height: Math.max(1, area.height - margin.top - margin.bottom),
  };
  pen.fillStyle = theme.ground;
  pen.fillRect(area.left, area.top, area.width, area.height);
  const isBars = chart.form === 'bar' || chart.form === 'histogram';
  const [x, y] = [xDomain(chart), yDomain(chart, isBars)];
  const toX = (value: number) => plot.left + ((value - x[0]) / (x[1] - x[0])) * plot.width;
  const toY = (value: number) => plot.top + plot.height - ((value - y[0]) / (y[1] - y[0])) * plot.height;
  drawAxes(pen, plot, chart, theme, x, y, toX, toY);
  pen.save();
  pen.beginPath();
  pen.rect(plot.left, plot.top - 2, plot.width, plot.height + 4);
  pen.clip();
  for (const [index, series] of chart.series.entries()) {
    if (chart.form === 'line') drawLine(pen, series, index, toX, toY);
    else if (chart.form === 'scatter') drawDots(pen, series, index, toX, toY);
    else drawBars(pen, chart, series, index, toX, toY, y[0]);
  }
  pen.restore();
  drawLegend(pen, area, plot, chart, theme);
  if (cursor === undefined) return undefined;
  return read(pen, plot, chart, theme, x[0] + ((cursor - plot.left) / plot.width) * (x[1] - x[0]), toX, toY);
}

function extent(arrays: readonly Float64Array[]): [number, number] | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const array of arrays)
    for (const value of array) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  return low <= high ? [low, high] : undefined;
}

function xDomain(chart: AnswerChart): [number, number] {
  if (chart.form === 'bar') return [-0.5, Math.max(1, chart.labels.length) - 0.5];
  const found = extent(chart.series.map(({ x }) => x)) ?? [0, 1];
  if (chart.form === 'histogram') return found[0] === found[1] ? [found[0] - 1, found[1] + 1] : widthsAdded(chart, found);
  return chart.form === 'line' && found[0] < found[1] ? found : roundDomain(...found, 6);
}

/** A histogram's x are the beginnings of its bins. */
function widthsAdded({ series }: AnswerChart, [low, high]: [number, number]): [number, number] {
  const bins = Math.max(1, ...series.map(({ x }) => x.length));
  return [low, high + (high - low) / Math.max(1, bins - 1)];
}

function yDomain(chart: AnswerChart, fromZero: boolean): [number, number] {
  const [low, high] = extent(chart.series.map(({ y }) => y)) ?? [0, 1];
  return fromZero ? roundDomain(Math.min(0, low), Math.max(0, high)) : roundDomain(low, high);
}

/** As the series is drawn: a line with its dashes, else a block. */
function drawSample(pen: CanvasRenderingContext2D, form: ChartForm, index: number, x: number, y: number): void {
  if (form !== 'line') {
    pen.fillStyle = colourOf(index);
    pen.fillRect(x, y - 4, 8, 8);
    return;
  }
  pen.strokeStyle = colourOf(index);
  pen.lineWidth = 2;
  pen.setLineDash([...seriesStyle('', index).dash]);
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x + 20, y);
  pen.stroke();
  pen.setLineDash([]);
}

function colourOf(index: number): string {
  return seriesStyle('', index).colour;
}

function drawAxes(
  pen: CanvasRenderingContext2D,
  plot: Area,
  chart: AnswerChart,
  theme: CurveTheme,
  x: [number, number],
  y: [number, number],
  toX: (value: number) => number,
  toY: (value: number) => number,
): void {
  pen.font = `11px ${theme.font}`;
  pen.textBaseline = 'middle';
  pen.textAlign = 'right';
  for (const tick of ticks(y[0], y[1], 5)) {
    pen.fillStyle = theme.grid;
    pen.fillRect(plot.left, Math.round(toY(tick)), plot.width, 1);
    pen.fillStyle = theme.quiet;
    pen.fillText(tickText(tick), plot.left - 6, toY(tick));
  }
  pen.textAlign = 'center';
  const below = plot.top + plot.height + 12;
  if (chart.form === 'bar') {
    const step = Math.max(1, Math.ceil((chart.labels.length * 70) / plot.width));
    for (let at = 0; at < chart.labels.length; at += step) {
      const label = chart.labels[at] ?? '';
      pen.fillText(label.length > 14 ? `${label.slice(0, 13)}…` : label, toX(at), below);
    }
  } else {
    for (const tick of ticks(x[0], x[1], Math.max(2, Math.floor(plot.width / 90)))) {
      pen.fillText(chart.isTime ? timeText(tick, x[1] - x[0]) : tickText(tick), toX(tick), below);
    }
  }
  pen.fillText(chart.x, plot.left + plot.width / 2, below + 15);
}

function timeText(ms: number, span: number): string {
  const text = new Date(ms).toISOString();
  return span > 3 * 86_400_000 ? text.slice(5, 10) : text.slice(11, 19);
}

function drawLine(
  pen: CanvasRenderingContext2D,
  { x, y }: ChartSeries,
  index: number,
  toX: (v: number) => number,
  toY: (v: number) => number,
): void {
  pen.strokeStyle = colourOf(index);
  pen.lineWidth = 1.5;
  pen.setLineDash([...seriesStyle('', index).dash]);
  pen.beginPath();
  // A pixel column with many points becomes its lowest and highest.
  let [column, low, high] = [Number.NaN, 0, 0];
  let isOpen = false;
  for (let at = 0; at < x.length; at += 1) {
    const [px, py] = [Math.round(toX(x[at] ?? 0)), toY(y[at] ?? Number.NaN)];
    if (Number.isNaN(py)) {
      isOpen = false;
      column = Number.NaN;
      continue;
    }
    if (px === column && x.length > 2000) {
      if (py < low || py > high) pen.lineTo(px, py);
      [low, high] = [Math.min(low, py), Math.max(high, py)];
      continue;
    }
    if (isOpen) pen.lineTo(px, py);
    else pen.moveTo(px, py);
    isOpen = true;
    [column, low, high] = [px, py, py];
  }
  pen.stroke();
  pen.setLineDash([]);
  if (x.length <= 60) drawDots(pen, { name: '', x, y }, index, toX, toY);
}

function drawDots(
  pen: CanvasRenderingContext2D,
  { x, y }: ChartSeries,
  index: number,
  toX: (v: number) => number,
  toY: (v: number) => number,
): void {
  pen.fillStyle = colourOf(index);
  const size = x.length > 5000 ? 1.5 : x.length > 500 ? 2.5 : 4;
  pen.globalAlpha = x.length > 500 ? 0.5 : 0.9;
  for (let at = 0; at < x.length; at += 1) {
    const py = toY(y[at] ?? Number.NaN);
    if (!Number.isNaN(py)) pen.fillRect(toX(x[at] ?? 0) - size / 2, py - size / 2, size, size);
  }
  pen.globalAlpha = 1;
}

function drawBars(
  pen: CanvasRenderingContext2D,
  chart: AnswerChart,
  { x, y }: ChartSeries,
  index: number,
  toX: (v: number) => number,
  toY: (v: number) => number,
  base: number,
): void {
  pen.fillStyle = colourOf(index);
  const isHistogram = chart.form === 'histogram';
  const binWidth = isHistogram ? (x.length > 1 ? (x[1] ?? 0) - (x[0] ?? 0) : 1) : 1;
  const slot = Math.abs(toX(binWidth) - toX(0));
  const share = isHistogram ? slot - 1 : (slot * 0.8) / chart.series.length;
  for (let at = 0; at < x.length; at += 1) {
    const value = y[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const left = isHistogram ? toX(x[at] ?? 0) : toX(x[at] ?? 0) - slot * 0.4 + index * share;
    const [top, bottom] = [toY(Math.max(value, 0)), toY(Math.max(base, Math.min(value, 0)))];
    pen.fillRect(left, top, Math.max(1, share), Math.max(1, bottom - top));
  }
}

function drawLegend(pen: CanvasRenderingContext2D, area: Area, plot: Area, chart: AnswerChart, theme: CurveTheme): void {
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.font = `11px ${theme.font}`;
  let at = plot.left;
  const y = area.top + 14;
  for (const [index, { name }] of chart.series.entries()) {
    const width = pen.measureText(name).width + 34;
    if (at + width > area.left + area.width && index > 0) {
      pen.fillStyle = theme.quiet;
      pen.fillText(`and ${chart.series.length - index} more`, at, y);
      return;
    }
    drawSample(pen, chart.form, index, at, y);
    pen.fillStyle = theme.text;
    pen.fillText(name, at + 24, y);
    at += width;
  }
}

function read(
  pen: CanvasRenderingContext2D,
  plot: Area,
  chart: AnswerChart,
  theme: CurveTheme,
  wanted: number,
  toX: (v: number) => number,
  toY: (v: number) => number,
): string | undefined {
  const half =
    chart.form === 'histogram' && (chart.series[0]?.x.length ?? 0) > 1
      ? ((chart.series[0]?.x[1] ?? 0) - (chart.series[0]?.x[0] ?? 0)) / 2
      : 0;
  let best: { index: number; at: number; distance: number } | undefined;
  for (const [index, { x, y }] of chart.series.entries())
    for (let at = 0; at < x.length; at += 1) {
      const distance = Math.abs((x[at] ?? 0) + half - wanted);
      if (!Number.isNaN(y[at]) && (!best || distance < best.distance)) best = { index, at, distance };
    }
  const series = best && chart.series[best.index];
  if (!best || !series) return undefined;
  const [x, y] = [series.x[best.at] ?? 0, series.y[best.at] ?? 0];
  const name =
    chart.form === 'bar'
      ? (chart.labels[x] ?? '')
      : chart.isTime
        ? new Date(x).toISOString().slice(0, 19).replace('T', ' ')
        : cellNumber(x);
  const words = `${chart.series.length > 1 ? `${series.name}, ` : ''}${chart.x} ${name}: ${chart.form === 'histogram' ? count(y) : cellNumber(y)}`;
  pen.fillStyle = theme.text;
  if (chart.form === 'line' || chart.form === 'scatter') pen.fillRect(toX(x) - 3, toY(y) - 3, 6, 6);
  pen.font = `600 11px ${theme.font}`;
  pen.textBaseline = 'top';
  const width = pen.measureText(words).width + 12;
  const left = Math.max(plot.left, Math.min(toX(x + half) - width / 2, plot.left + plot.width - width));
  pen.fillStyle = theme.ground;
  pen.fillRect(left, plot.top, width, 20);
  pen.strokeStyle = theme.grid;
  pen.strokeRect(left + 0.5, plot.top + 0.5, width - 1, 19);
  pen.fillStyle = theme.text;
  pen.textAlign = 'left';
  pen.fillText(words, left + 6, plot.top + 5);
  return words;
}
