/** The poster of an SQL cell: the question, the first rows of its answer and the line that says how far it saw. */
import { drawAnswerChart } from '../plots/answer-chart.ts';
import { readChoice } from '../sql/index.ts';
import { themeOf } from './plot-canvas.ts';
import { chartOf } from './sql-chart.ts';
import type { ResultTab } from './sql-result.ts';
import { type GridRows, rowsOfSaved, type SavedAnswer } from './sql-rows.ts';

const width = 720;
const rowHeight = 20;
const shownRows = 8;

interface PictureTheme {
  ground: string;
  text: string;
  quiet: string;
  line: string;
  font: string;
  code: string;
}

function sqlPicture(sql: string, rows: GridRows, line: string, theme: PictureTheme): HTMLCanvasElement | undefined {
  const canvas = document.createElement('canvas');
  const lines = sql.trim().split('\n').slice(0, 4);
  const drawn = Math.min(shownRows, rows.rows);
  const tableTop = 16 + lines.length * 18 + 28;
  canvas.width = width;
  canvas.height = tableTop + (drawn + 1) * rowHeight + 12;
  const pen = canvas.getContext('2d');
  if (!pen) return undefined;
  pen.fillStyle = theme.ground;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.textBaseline = 'middle';
  pen.fillStyle = theme.text;
  pen.font = `12px ${theme.code}`;
  for (const [index, text] of lines.entries()) pen.fillText(text.slice(0, 96), 16, 20 + index * 18);
  pen.fillStyle = theme.quiet;
  pen.font = `11px ${theme.font}`;
  pen.fillText(drawn < rows.rows ? `${line} · the first ${drawn} are shown` : line, 16, tableTop - 18);
  const columns = rows.columns.slice(0, 7);
  const step = (width - 32) / Math.max(1, columns.length);
  for (const [index, column] of columns.entries()) {
    const edge = column.isNumber ? 16 + (index + 1) * step - 8 : 16 + index * step;
    pen.textAlign = column.isNumber ? 'right' : 'left';
    pen.font = `600 12px ${theme.font}`;
    pen.fillStyle = theme.text;
    pen.fillText(fitting(pen, column.name, step - 12), edge, tableTop + rowHeight / 2);
    pen.font = `12px ${theme.font}`;
    for (let row = 0; row < drawn; row += 1) {
      const text = rows.text(row, index);
      pen.fillStyle = text === null ? theme.quiet : theme.text;
      pen.fillText(fitting(pen, text ?? 'NULL', step - 12), edge, tableTop + (row + 1.5) * rowHeight + 2);
    }
  }
  pen.fillStyle = theme.line;
  pen.fillRect(16, tableTop + rowHeight, width - 32, 1);
  return canvas;
}

function fitting(pen: CanvasRenderingContext2D, text: string, room: number): string {
  let kept = text.slice(0, 80);
  while (kept.length > 1 && pen.measureText(kept).width > room) kept = `${kept.slice(0, -2)}…`;
  return kept;
}

function pictureTheme(host: Element): PictureTheme {
  const style = getComputedStyle(host);
  const read = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback;
  return {
    ground: read('--jp-layout-color1', '#ffffff'),
    text: read('--jp-ui-font-color1', '#212121'),
    quiet: read('--jp-ui-font-color2', '#616161'),
    line: read('--jp-border-color2', '#e0e0e0'),
    font: read('--jp-ui-font-family', 'system-ui, sans-serif'),
    code: read('--jp-code-font-family', 'monospace'),
  };
}

const chartHeight = 240;

/** The table, or the chart when that is what is looked at. */
export function answerPicture(
  host: Element,
  saved: SavedAnswer,
  tab: ResultTab,
  rows: GridRows | undefined,
  chosen: unknown,
): HTMLCanvasElement | undefined {
  const shown = rows ?? rowsOfSaved(saved);
  const choice = tab === 'chart' ? readChoice(chosen, shown) : undefined;
  if (!choice) return sqlPicture(saved.sql, rowsOfSaved(saved), saved.line, pictureTheme(host));
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, chartHeight];
  const pen = canvas.getContext('2d');
  if (pen) drawAnswerChart(pen, { left: 0, top: 0, width, height: chartHeight }, chartOf(shown, choice), themeOf(host));
  return canvas;
}
