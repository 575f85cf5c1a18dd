/** An answer as a file or on the clipboard. Exact: the texts are those of the cells, nothing is rounded. */
import type { GridRows } from './sql-rows.ts';

const rowsAtOnce = 5000;
/** What a clipboard takes without the page standing still. */
export const copiedMost = 100_000;

/** RFC 4180; NULL is an empty field, an empty text is "". The page breathes between slices. */
export async function csvOf(rows: GridRows, breathe: () => Promise<void>): Promise<Blob> {
  const slices: string[] = [`${rows.columns.map(({ name }) => field(name)).join(',')}\r\n`];
  for (let first = 0; first < rows.rows; first += rowsAtOnce) {
    slices.push(lines(rows, first, Math.min(rows.rows, first + rowsAtOnce), ',', field, '\r\n'));
    await breathe();
  }
  return new Blob(slices, { type: 'text/csv;charset=utf-8' });
}

/** Tab-separated, for a spreadsheet; at most `copiedMost` rows. */
export function tabbed(rows: GridRows): string {
  const head = `${rows.columns.map(({ name }) => name).join('\t')}\n`;
  return head + lines(rows, 0, Math.min(copiedMost, rows.rows), '\t', (text) => text.replace(/[\t\r\n]/g, ' '), '\n');
}

function lines(
  rows: GridRows,
  first: number,
  end: number,
  between: string,
  write: (text: string) => string,
  newline: string,
): string {
  let text = '';
  for (let row = first; row < end; row += 1) {
    text +=
      rows.columns
        .map((_, column) => {
          const cell = rows.text(row, column);
          return cell === null || cell === undefined ? '' : write(cell);
        })
        .join(between) + newline;
  }
  return text;
}

function field(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
