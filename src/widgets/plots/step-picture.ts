/**
 * Draws one step: a grid world with its agent, an image-like observation, or the observation's numbers as bars.
 * Pure drawing, as curve.ts. What a cell is, is told by shape and letter as well as by colour.
 */
import type { Cell, CellKind, GridPicture } from '../stores/grid-cells.ts';
import type { NumbersPicture, PixelPicture, StepPicture } from '../stores/step-picture.ts';
import { cellNumber } from '../styles/words.ts';
import type { Area, CurveTheme } from './curve.ts';

const inset = 8;
const colours: Readonly<Partial<Record<CellKind, string>>> = {
  start: '#56b4e9',
  goal: '#009e73',
  hole: '#0072b2',
  hazard: '#d55e00',
  wall: '#777777',
  door: '#e69f00',
  key: '#e69f00',
  thing: '#cc79a7',
};

export function drawStepPicture(pen: CanvasRenderingContext2D, area: Area, picture: StepPicture, theme: CurveTheme): void {
  pen.fillStyle = theme.ground;
  pen.fillRect(area.left, area.top, area.width, area.height);
  const room: Area = {
    left: area.left + inset,
    top: area.top + inset,
    width: Math.max(1, area.width - 2 * inset),
    height: Math.max(1, area.height - 2 * inset),
  };
  switch (picture.form) {
    case 'grid':
      drawGrid(pen, room, picture, theme);
      break;
    case 'pixels':
      drawPixels(pen, room, picture);
      break;
    case 'numbers':
      drawNumbers(pen, room, picture, theme);
      break;
    default:
      picture satisfies never;
  }
}

function drawGrid(pen: CanvasRenderingContext2D, room: Area, { cells, agent }: GridPicture, theme: CurveTheme): void {
  const rows = cells.length;
  const cols = Math.max(1, ...cells.map((row) => row.length));
  const size = Math.max(2, Math.floor(Math.min(room.width / cols, room.height / rows, 56)));
  const left = Math.round(room.left + (room.width - size * cols) / 2);
  const top = Math.round(room.top + (room.height - size * rows) / 2);
  for (const [r, row] of cells.entries())
    for (const [c, cell] of row.entries())
      drawCell(pen, cell, { left: left + c * size, top: top + r * size, width: size, height: size }, theme);
  if (!agent || agent.row >= rows || agent.col >= cols) return;
  drawAgent(pen, left + (agent.col + 0.5) * size, top + (agent.row + 0.5) * size, size, agent.heading, theme);
}

function drawCell(pen: CanvasRenderingContext2D, cell: Cell, at: Area, theme: CurveTheme): void {
  const colour = colours[cell.kind];
  if (colour) {
    pen.fillStyle = colour;
    pen.globalAlpha = cell.kind === 'wall' || cell.kind === 'hole' ? 0.85 : 0.35;
    if (cell.kind === 'hole') {
      pen.beginPath();
      pen.arc(at.left + at.width / 2, at.top + at.height / 2, at.width * 0.38, 0, 2 * Math.PI);
      pen.fill();
    } else pen.fillRect(at.left, at.top, at.width, at.height);
    pen.globalAlpha = 1;
  }
  if (cell.kind === 'hazard') hatch(pen, at, colours.hazard ?? theme.text);
  if (cell.kind === 'unseen') hatch(pen, at, theme.grid);
  pen.strokeStyle = theme.grid;
  pen.lineWidth = 1;
  pen.strokeRect(at.left + 0.5, at.top + 0.5, at.width - 1, at.height - 1);
  if (cell.wallRight) {
    pen.fillStyle = theme.text;
    pen.fillRect(at.left + at.width - 2, at.top, 3, at.height);
  }
  if (!cell.text || at.width < 12) return;
  pen.fillStyle = cell.kind === 'hole' ? '#ffffff' : theme.text;
  pen.font = `600 ${Math.min(14, Math.floor(at.width * 0.45))}px ${theme.font}`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(cell.text, at.left + at.width / 2, at.top + at.height / 2 + 1);
}

function hatch(pen: CanvasRenderingContext2D, at: Area, colour: string): void {
  pen.save();
  pen.beginPath();
  pen.rect(at.left, at.top, at.width, at.height);
  pen.clip();
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.beginPath();
  for (let x = at.left - at.height; x < at.left + at.width; x += 6) {
    pen.moveTo(x, at.top + at.height);
    pen.lineTo(x + at.height, at.top);
  }
  pen.stroke();
  pen.restore();
}

const turns = { up: 0, right: 0.5, down: 1, left: 1.5 };

/** A disc, or an arrow where its heading is known; ringed, so that it is seen on any cell. */
function drawAgent(
  pen: CanvasRenderingContext2D,
  x: number,
  y: number,
  size: number,
  heading: keyof typeof turns | undefined,
  theme: CurveTheme,
): void {
  const radius = size * 0.3;
  pen.save();
  pen.translate(x, y);
  if (heading) pen.rotate(turns[heading] * Math.PI);
  pen.beginPath();
  if (heading) {
    pen.moveTo(0, -radius);
    pen.lineTo(radius * 0.85, radius);
    pen.lineTo(-radius * 0.85, radius);
    pen.closePath();
  } else pen.arc(0, 0, radius, 0, 2 * Math.PI);
  pen.fillStyle = '#d55e00';
  pen.fill();
  pen.strokeStyle = theme.ground;
  pen.lineWidth = 2;
  pen.stroke();
  pen.restore();
}

function drawPixels(pen: CanvasRenderingContext2D, room: Area, { width, height, rgb }: PixelPicture): void {
  const size = Math.max(1, Math.min(room.width / width, room.height / height));
  const left = room.left + (room.width - size * width) / 2;
  const top = room.top + (room.height - size * height) / 2;
  for (let i = 0; i < width * height; i++) {
    pen.fillStyle = `rgb(${rgb[i * 3]},${rgb[i * 3 + 1]},${rgb[i * 3 + 2]})`;
    const [x, y] = [left + (i % width) * size, top + Math.floor(i / width) * size];
    pen.fillRect(Math.floor(x), Math.floor(y), Math.ceil(size), Math.ceil(size));
  }
}

/** Bars from zero; the widest is the largest number of this step. */
function drawNumbers(pen: CanvasRenderingContext2D, room: Area, { values }: NumbersPicture, theme: CurveTheme): void {
  const most = Math.max(1e-9, ...values.map(Math.abs).filter(Number.isFinite));
  const step = Math.min(24, room.height / values.length);
  const middle = room.left + room.width * 0.4;
  const reach = room.width * 0.36;
  const top = room.top + (room.height - step * values.length) / 2;
  pen.font = `11px ${theme.font}`;
  pen.textBaseline = 'middle';
  values.forEach((value, i) => {
    const y = top + i * step;
    const length = Number.isFinite(value) ? (value / most) * reach : 0;
    pen.fillStyle = value < 0 ? '#d55e00' : '#0072b2';
    pen.fillRect(Math.min(middle, middle + length), y + step * 0.2, Math.abs(length), step * 0.6);
    if (step < 11) return;
    pen.fillStyle = theme.text;
    pen.textAlign = 'right';
    pen.fillText(cellNumber(value), room.left + room.width, y + step / 2);
  });
  pen.fillStyle = theme.quiet;
  pen.fillRect(Math.round(middle), top, 1, step * values.length);
}
