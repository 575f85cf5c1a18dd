/**
 * The rows of an answer in another order, or only some of them: an index over the rows, which stay where they are.
 *
 * Guarantees
 * - Sorting keeps equal rows in the order they had; NULL is last, NaN before it, whichever way.
 * - A filter looks at the cells' texts as they are shown, in any column, letters of any case.
 * - The page breathes while rows are read; after `signal` aborts nothing is handed over.
 */
export interface OrderedBase {
  readonly columns: readonly { isNumber: boolean }[];
  readonly rows: number;
  text(row: number, column: number): string | null | undefined;
  /** The column as numbers where it has an order of numbers; NULL is undefined in `isNull`. */
  numbers?(column: number): ColumnNumbers | undefined;
}

export interface ColumnNumbers {
  values: Float64Array;
  /** 1 where the cell is NULL. */
  isNull: Uint8Array;
}

export interface RowOrder {
  column: number | undefined;
  isDescending: boolean;
  filter: string;
}

const sliceMs = 12;

/** Undefined: all rows as they came. */
export async function orderRows(
  base: OrderedBase,
  { column, isDescending, filter }: RowOrder,
  { signal, breathe }: { signal: AbortSignal; breathe: () => Promise<void> },
): Promise<Uint32Array | undefined> {
  const rest = slicing(breathe, signal);
  let index = filter.trim() === '' ? undefined : await filtered(base, filter.trim().toLowerCase(), rest);
  if (column === undefined) return index;
  index ??= Uint32Array.from({ length: base.rows }, (_, row) => row);
  const numbers =
    base.numbers?.(column) ?? (base.columns[column]?.isNumber ? await numbersOfTexts(base, column, rest) : undefined);
  const compare = numbers ? byNumber(numbers, isDescending) : byText(await textsOf(base, column, rest), isDescending);
  signal.throwIfAborted();
  return index.sort((a, b) => compare(a, b) || a - b);
}

type Rest = (row: number) => Promise<void> | undefined;

function slicing(breathe: () => Promise<void>, signal: AbortSignal): Rest {
  let since = performance.now();
  return (row) => {
    if (row % 256 !== 0 || performance.now() - since < sliceMs) return undefined;
    return breathe().then(() => {
      signal.throwIfAborted();
      since = performance.now();
    });
  };
}

async function filtered(base: OrderedBase, wanted: string, rest: Rest): Promise<Uint32Array> {
  const found: number[] = [];
  for (let row = 0; row < base.rows; row += 1) {
    if (base.columns.some((_, column) => base.text(row, column)?.toLowerCase().includes(wanted))) found.push(row);
    await rest(row);
  }
  return Uint32Array.from(found);
}

async function textsOf(base: OrderedBase, column: number, rest: Rest): Promise<(string | null)[]> {
  const texts: (string | null)[] = new Array(base.rows);
  for (let row = 0; row < base.rows; row += 1) {
    texts[row] = base.text(row, column) ?? null;
    await rest(row);
  }
  return texts;
}

async function numbersOfTexts(base: OrderedBase, column: number, rest: Rest): Promise<ColumnNumbers> {
  const texts = await textsOf(base, column, rest);
  return {
    values: Float64Array.from(texts, (text) =>
      text === null || text === 'nan' ? Number.NaN : Number(text.replace('inf', 'Infinity')),
    ),
    isNull: Uint8Array.from(texts, (text) => (text === null ? 1 : 0)),
  };
}

function byNumber({ values, isNull }: ColumnNumbers, isDescending: boolean): (a: number, b: number) => number {
  const sign = isDescending ? -1 : 1;
  /** 0 for a number, 1 for NaN, 2 for NULL. */
  const place = (row: number) => (isNull[row] ? 2 : Number.isNaN(values[row]) ? 1 : 0);
  return (a, b) => {
    const places = place(a) - place(b);
    if (places !== 0 || place(a) !== 0) return places;
    const [one, other] = [values[a] ?? 0, values[b] ?? 0];
    return one === other ? 0 : one < other ? -sign : sign;
  };
}

function byText(texts: readonly (string | null)[], isDescending: boolean): (a: number, b: number) => number {
  const sign = isDescending ? -1 : 1;
  return (a, b) => {
    const [one, other] = [texts[a] ?? null, texts[b] ?? null];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return one === other ? 0 : one < other ? -sign : sign;
  };
}
