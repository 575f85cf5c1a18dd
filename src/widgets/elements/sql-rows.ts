/** What the result grid draws: an answer of the engine, or the first rows that were saved with the notebook. */
import type { AnswerColumn, ColumnNumbers } from '../sql/index.ts';

export interface GridRows {
  readonly columns: readonly AnswerColumn[];
  readonly rows: number;
  /** null is NULL; undefined when there is no such cell. */
  text(row: number, column: number): string | null | undefined;
  numbers?(column: number): ColumnNumbers | undefined;
}

/** Some of the rows, in the order of the index. */
export function rowsInOrder(base: GridRows, index: Uint32Array): GridRows {
  return {
    columns: base.columns,
    rows: index.length,
    text: (row, column) => (row >= 0 && row < index.length ? base.text(index[row] ?? -1, column) : undefined),
  };
}

/** The state that a notebook keeps of an answer. Plain JSON below 100 kB. */
export interface SavedAnswer {
  sql: string;
  columns: readonly AnswerColumn[];
  cells: readonly (readonly (string | null)[])[];
  rows: number;
  line: string;
  at_ms: number;
}

const savedRows = 50;
const savedCharacters = 80_000;
const cellCharacters = 400;

export function saveAnswer(rows: GridRows, sql: string, line: string, atMs: number): SavedAnswer {
  const cells: (string | null)[][] = [];
  let left = savedCharacters - sql.length;
  for (let row = 0; row < Math.min(savedRows, rows.rows); row += 1) {
    const texts = rows.columns.map((_, column) => rows.text(row, column)?.slice(0, cellCharacters) ?? null);
    left -= texts.reduce((sum, text) => sum + (text?.length ?? 0) + 4, 0);
    if (left < 0) break;
    cells.push(texts);
  }
  return { sql, columns: rows.columns, cells, rows: rows.rows, line, at_ms: atMs };
}

/** Reads what a notebook holds, which anybody may have written; undefined when it is no saved answer. */
export function readSaved(last: unknown): SavedAnswer | undefined {
  if (!last || typeof last !== 'object') return undefined;
  const { sql, columns, cells, rows, line, at_ms } = last as Partial<SavedAnswer>;
  if (
    typeof sql !== 'string' ||
    !Array.isArray(columns) ||
    !Array.isArray(cells) ||
    typeof rows !== 'number' ||
    typeof at_ms !== 'number'
  )
    return undefined;
  const isColumn = (column: Partial<AnswerColumn> | null) => typeof column?.name === 'string' && typeof column.type === 'string';
  const isRow = (row: unknown) => Array.isArray(row) && row.every((text) => text === null || typeof text === 'string');
  if (columns.length > 1000 || !columns.every(isColumn) || !cells.every(isRow)) return undefined;
  return { sql, columns, cells, rows, line: typeof line === 'string' ? line : '', at_ms };
}

export function rowsOfSaved(saved: SavedAnswer): GridRows {
  return { columns: saved.columns, rows: saved.cells.length, text: (row, column) => saved.cells[row]?.[column] };
}
