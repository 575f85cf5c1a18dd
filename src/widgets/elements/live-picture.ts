/** The poster of LiveTelemetry: name, status, the four numbers and the curve, as one opaque picture. */
import { type Curve, type CurveTheme, drawCurve } from '../plots/curve.ts';
import { count, decimal, logged } from '../styles/words.ts';
import type { Figures } from './live-figures.ts';

const width = 720;
const height = 300;

export type LivePicture = { title: string; status: string; figures: Figures; curve: Curve; theme: CurveTheme };

export function livePicture({ title, status, figures, curve, theme }: LivePicture): HTMLCanvasElement | undefined {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext('2d');
  if (!pen) return undefined;
  pen.fillStyle = theme.ground;
  pen.fillRect(0, 0, width, height);
  pen.textBaseline = 'middle';
  pen.fillStyle = theme.text;
  pen.font = `600 14px ${theme.font}`;
  pen.fillText(title.slice(0, 60), 16, 22);
  const after = 16 + pen.measureText(title.slice(0, 60)).width + 12;
  pen.font = `12px ${theme.font}`;
  pen.fillStyle = theme.quiet;
  pen.fillText(status, after, 22);
  pen.fillStyle = theme.text;
  const words = [
    `return ${logged(figures.lastReturn)}`,
    `100-ep mean ${decimal(figures.meanReturn)}`,
    `episodes ${count(figures.episodes)}`,
    `steps ${count(figures.steps)}`,
  ];
  pen.fillText(words.join('    '), 16, 46);
  drawCurve(pen, { left: 0, top: 60, width, height: height - 64 }, curve, theme);
  return canvas;
}
