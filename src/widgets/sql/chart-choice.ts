/**
 * Which picture an answer makes, guessed from its columns and changed by whoever looks, and the numbers of that picture.
 */
import type { AnswerColumn } from './answer.ts';
import type { ColumnNumbers } from './row-order.ts';

export const chartForms = ['line', 'bar', 'scatter', 'histogram'] as const;

export interface ChartChoice {
  form: (typeof chartForms)[number];
  /** Column names. */
  x: string;
  /** Several only for lines and bars. */
  y: readonly string[];
  /** One series for each value of this column; '' for none. */
  by: string;
}

export interface ChartRows {
  readonly columns: readonly AnswerColumn[];
  readonly rows: number;
  text(row: number, column: number): string | null | undefined;
  numbers?(column: number): ColumnNumbers | undefined;
}

const seriesMost = 50;
/** Values of a column that is no name of anything: with more of them it is hardly meant to group. */
const groupsMost = 12;
const barsMost = 200;
const runsAlong =
  /(^|_)(step|steps|index|bin|bucket|time|ts|at|second|minute|seq_id|episode|day|slot|t|x|range|n_updates|iterations|from_episode)$/i;
const names = /(^|_)(id|seed|digest)$|^(run|agent|worker|env_slot)/i;

function isTime(column: AnswerColumn): boolean {
  return column.type === 'TIMESTAMP' || column.type === 'DATE';
}

/** Undefined when the answer holds nothing that could be drawn. */
export function guessChart(rows: ChartRows): ChartChoice | undefined {
  const { columns } = rows;
  const along = columns.find(isTime) ?? columns.find((column) => column.isNumber && runsAlong.test(column.name) && rows.rows > 1);
  const measured = columns.filter((column) => column.isNumber && column !== along && !names.test(column.name));
  const values = measured.filter(({ name }) => !runsAlong.test(name));
  const y = (values.length > 0 ? values : measured).map(({ name }) => name);
  const texts = columns.filter((column) => column.type === 'VARCHAR');
  const by = texts.find((column) => isGrouping(rows, columns.indexOf(column)))?.name ?? '';
  if (along && y.length > 0) return { form: 'line', x: along.name, y: by ? y.slice(0, 1) : y.slice(0, 4), by };
  if (texts[0] && y.length > 0 && rows.rows <= barsMost)
    return { form: 'bar', x: labelColumn(rows, texts) ?? texts[0].name, y: y.slice(0, 3), by: '' };
  if (y.length >= 2) return { form: 'scatter', x: y[0] ?? '', y: y.slice(1, 2), by };
  const only = y[0] ?? along?.name;
  return only === undefined ? undefined : { form: 'histogram', x: only, y: [], by: '' };
}

/** A few values that come again; of runs, agents and the like any number: one line through all of them would say nothing. */
function isGrouping(rows: ChartRows, column: number): boolean {
  const isName = names.test(rows.columns[column]?.name ?? '');
  const sampled = Math.min(rows.rows, 5000);
  const found = new Set<string | null>();
  for (let row = 0; row < sampled; row += 1) {
    found.add(rows.text(row, column) ?? null);
    if (!isName && found.size > groupsMost) return false;
  }
  return found.size > 1 && (found.size > groupsMost ? found.size * 2 <= sampled : found.size < rows.rows);
}

/** The text whose values tell the rows apart. */
function labelColumn(rows: ChartRows, texts: readonly AnswerColumn[]): string | undefined {
  return texts.find((column) => {
    const index = rows.columns.indexOf(column);
    return new Set(Array.from({ length: rows.rows }, (_, row) => rows.text(row, index))).size === rows.rows;
  })?.name;
}

/** What somebody chose, where it still fits the columns; else the guess. */
export function readChoice(raw: unknown, rows: ChartRows): ChartChoice | undefined {
  const guess = guessChart(rows);
  if (!guess || typeof raw !== 'object' || raw === null) return guess;
  const { form, x, y, by } = raw as Partial<ChartChoice>;
  const has = (name: unknown) => rows.columns.some((column) => column.name === name);
  if (!chartForms.some((known) => known === form) || !has(x)) return guess;
  const ys = Array.isArray(y) ? y.filter((name) => has(name) && numeric(rows, name)) : [];
  if (form !== 'histogram' && ys.length === 0) return guess;
  return { form: form as ChartChoice['form'], x: x as string, y: ys, by: has(by) ? (by as string) : '' };
}

export function numeric(rows: ChartRows, name: string): boolean {
  const column = rows.columns.find((each) => each.name === name);
  return column !== undefined && (column.isNumber || isTime(column));
}

export interface ChartNumbers {
  series: { name: string; x: Float64Array; y: Float64Array }[];
  labels: string[];
  isTime: boolean;
  left: number;
}

export function chartNumbers(rows: ChartRows, choice: ChartChoice): ChartNumbers {
  const column = (name: string) => rows.columns.findIndex((each) => each.name === name);
  const x = column(choice.x);
  const base = { labels: [] as string[], isTime: rows.columns[x] !== undefined && isTime(rows.columns[x]) };
  if (choice.form === 'histogram') return { ...base, ...histogram(valuesOf(rows, x), choice.x) };
  if (choice.form === 'bar') {
    const shown = Math.min(rows.rows, barsMost);
    base.labels = Array.from({ length: shown }, (_, row) => rows.text(row, x) ?? 'NULL');
    const places = Float64Array.from({ length: shown }, (_, row) => row);
    const series = choice.y.map((name) => ({ name, x: places, y: valuesOf(rows, column(name)).slice(0, shown).map(finite) }));
    return { ...base, isTime: false, series, left: rows.rows - shown };
  }
  const xs = valuesOf(rows, x);
  const groups = groupsOf(rows, column(choice.by), xs, choice.form === 'line');
  const series = choice.y.flatMap((name) => {
    const ys = valuesOf(rows, column(name));
    return [...groups.rows].map(([group, members]) => {
      const named = [group, choice.y.length > 1 || group === '' ? name : ''].filter(Boolean).join(' ');
      const at = (values: Float64Array) => Float64Array.from(members, (row) => finite(values[row]));
      return { name: named, x: at(xs), y: at(ys) };
    });
  });
  return { ...base, series, left: groups.left };
}

/** Infinity would push everything else out of the picture: a hole, as NaN. */
function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : Number.NaN;
}

function valuesOf(rows: ChartRows, column: number): Float64Array {
  const numbers = rows.numbers?.(column)?.values;
  if (numbers) return numbers;
  return Float64Array.from({ length: rows.rows }, (_, row) => {
    const text = rows.text(row, column);
    if (text === null || text === undefined) return Number.NaN;
    return rows.columns[column]?.isNumber ? Number(text) : Date.parse(`${text.replace(' ', 'T')}Z`);
  });
}

/** Rows that have an x, by the value of a column; those of a line in the order of x. */
function groupsOf(
  rows: ChartRows,
  column: number,
  xs: Float64Array,
  isLine: boolean,
): { rows: Map<string, Uint32Array>; left: number } {
  const found = new Map<string, number[]>();
  let left = 0;
  for (let row = 0; row < rows.rows; row += 1) {
    const name = column < 0 ? '' : (rows.text(row, column) ?? 'NULL');
    const group = found.get(name);
    if (!Number.isFinite(xs[row]) || (!group && found.size >= seriesMost)) left += 1;
    else if (group) group.push(row);
    else found.set(name, [row]);
  }
  const ordered = [...found].map(([name, members]): [string, Uint32Array] => {
    const isInOrder = !isLine || members.every((row, at) => at === 0 || (xs[row] ?? 0) >= (xs[members[at - 1] ?? 0] ?? 0));
    const index = Uint32Array.from(members);
    return [name, isInOrder ? index : index.sort((a, b) => (xs[a] ?? 0) - (xs[b] ?? 0))];
  });
  return { rows: new Map(ordered), left };
}

/** Equal bins of a round width, about as many as the square root of the values, at most 60. */
function histogram(values: Float64Array, name: string): Pick<ChartNumbers, 'series' | 'left'> {
  const finite = values.filter((value) => Number.isFinite(value));
  const left = values.length - finite.length;
  if (finite.length === 0) return { series: [], left };
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of finite) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const bins = Math.max(1, Math.min(60, Math.ceil(Math.sqrt(finite.length))));
  const raw = (high - low || 1) / bins;
  const power = 10 ** Math.floor(Math.log10(raw));
  const width = ([1, 2, 2.5, 5, 10].find((lead) => lead * power >= raw) ?? 10) * power;
  const start = Math.floor(low / width) * width;
  const counts = new Float64Array(Math.floor((high - start) / width) + 1);
  for (const value of finite) {
    const bin = Math.min(counts.length - 1, Math.floor((value - start) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return {
    series: [
      {
        name: `${name}: rows in bins of ${Number(width.toPrecision(3))}`,
        x: Float64Array.from(counts, (_, bin) => start + bin * width),
        y: counts,
      },
    ],
    left,
  };
}
