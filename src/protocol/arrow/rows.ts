/**
 * Plain rows to Arrow and back, for the row RPCs, the proxy and whoever prints.
 *
 * Guarantees: no row is lost: a value its column cannot hold becomes null, or 0, false or "" where the column has no nulls,
 * and is reported to `onUnfit`. Integers come as number or bigint, timestamps as microseconds since the epoch, UTC.
 */
import { type Data, DataType, makeData, type RecordBatch } from 'apache-arrow';
import type { RowKind } from '../generated/arrow-schemas.ts';
import { bytesData, dictionaryTexts, textVector } from './columns.ts';
import { batchOf } from './decode.ts';
import { arrowTypeOf, type Column, publishedColumns, schemaOf, storedColumns } from './schema.ts';
import { encodeBatch } from './stored-batch.ts';

export type Cell = number | bigint | string | boolean | Uint8Array | null | undefined;
export type Row = Readonly<Record<string, Cell>>;
type OnUnfit = (row: number, column: string, value: Cell) => void;

/** A published batch of `rows`: keys are column names; what is absent is null, or 0, false, "" where the column has no nulls. */
export function batchFromRows(
  kind: RowKind,
  rows: readonly Row[],
  onUnfit?: OnUnfit,
  options?: { withDaemonColumns?: boolean },
): RecordBatch {
  const columns = options?.withDaemonColumns ? storedColumns(kind) : publishedColumns(kind);
  const children = columns.map((column, position) => columnFromRows(column, position, rows, onUnfit));
  return batchOf(schemaOf(columns), rows.length, children);
}

/** The same as one Arrow IPC stream. */
export function encodeRows(kind: RowKind, rows: readonly Row[], onUnfit?: OnUnfit): Uint8Array {
  return encodeBatch(batchFromRows(kind, rows, onUnfit));
}

/** The rows of a batch. Integers are numbers where they are safe, else bigint; timestamps are microseconds. */
export function rowsOf(batch: RecordBatch): Record<string, Exclude<Cell, undefined>>[] {
  const readers = batch.schema.fields.map((field, place) => ({
    name: field.name,
    read: cellReader(batch.data.children[place] as Data),
  }));
  return Array.from({ length: batch.numRows }, (_, row) => {
    const cells: Record<string, Exclude<Cell, undefined>> = {};
    for (const { name, read } of readers) cells[name] = read(row);
    return cells;
  });
}

function columnFromRows(column: Column, position: number, rows: readonly Row[], onUnfit: OnUnfit | undefined): Data {
  const length = rows.length;
  const nullBitmap = new Uint8Array((length + 7) >> 3);
  let nullCount = 0;
  const convert = converters[column.type];
  const values = rows.map((row, index) => {
    const cell = row[column.name];
    let value = cell === null || cell === undefined ? undefined : convert(cell);
    if (value === undefined && cell !== null && cell !== undefined) onUnfit?.(index, column.name, cell);
    if (value === undefined && column.nullable) nullCount++;
    else nullBitmap[index >> 3] = (nullBitmap[index >> 3] as number) | (1 << (index & 7));
    value ??= zeros[column.type];
    return value;
  });
  const nulls = { nullCount, ...(nullCount > 0 && { nullBitmap }) };
  const common = { type: arrowTypeOf(column.type, position), length, ...nulls };
  switch (column.type) {
    case 'int32':
      return makeData({ ...common, data: Int32Array.from(values as number[]) } as never);
    case 'float64':
      return makeData({ ...common, data: Float64Array.from(values as number[]) } as never);
    case 'int64':
    case 'timestamp_us':
      return makeData({ ...common, data: BigInt64Array.from(values as bigint[]) } as never);
    case 'uint64':
      return makeData({ ...common, data: BigUint64Array.from(values as bigint[]) } as never);
    case 'bool': {
      const bits = new Uint8Array((length + 7) >> 3);
      values.forEach((value, i) => {
        if (value) bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7));
      });
      return makeData({ ...common, data: bits } as never);
    }
    case 'utf8':
    case 'binary': {
      const encoded = values.map((value) => (typeof value === 'string' ? utf8.encode(value) : (value as Uint8Array)));
      return bytesData(column.type, encoded, nullCount > 0 ? { nullBitmap, nullCount } : undefined);
    }
    case 'dict': {
      const entries = new Map<string, number>();
      const indices = Int32Array.from(values as string[], (text) => {
        const known = entries.get(text) ?? entries.size;
        entries.set(text, known);
        return known;
      });
      return makeData({ ...common, data: indices, dictionary: textVector([...entries.keys()]) } as never);
    }
    default:
      return column.type satisfies never;
  }
}

const utf8 = new TextEncoder();
const zeros = {
  int32: 0,
  int64: 0n,
  uint64: 0n,
  float64: 0,
  bool: false,
  utf8: '',
  binary: new Uint8Array(0),
  timestamp_us: 0n,
  dict: '',
} as const;

const int64 = (cell: Cell): bigint | undefined => {
  const value = integer(cell);
  return value !== undefined && BigInt.asIntN(64, value) === value ? value : undefined;
};
const text = (cell: Cell): string | undefined =>
  typeof cell === 'string' ? cell : typeof cell === 'object' ? undefined : String(cell);

/** Undefined: the column cannot hold the value. */
const converters = {
  int32: (cell: Cell) => {
    const value = integer(cell);
    return value !== undefined && BigInt.asIntN(32, value) === value ? Number(value) : undefined;
  },
  int64,
  timestamp_us: int64,
  uint64: (cell: Cell) => {
    const value = integer(cell);
    return value !== undefined && BigInt.asUintN(64, value) === value ? value : undefined;
  },
  float64: (cell: Cell) =>
    typeof cell === 'number' || typeof cell === 'bigint' || typeof cell === 'boolean' ? Number(cell) : undefined,
  bool: (cell: Cell) =>
    typeof cell === 'boolean' ? cell : typeof cell === 'number' || typeof cell === 'bigint' ? Boolean(cell) : undefined,
  utf8: text,
  dict: text,
  binary: (cell: Cell) => (cell instanceof Uint8Array ? cell : undefined),
};

function integer(cell: Cell): bigint | undefined {
  if (typeof cell === 'bigint') return cell;
  if (typeof cell === 'boolean') return cell ? 1n : 0n;
  return typeof cell === 'number' && Number.isInteger(cell) ? BigInt(cell) : undefined;
}

function cellReader(data: Data): (row: number) => Exclude<Cell, undefined> {
  const read = validReader(data);
  return data.nullCount === 0 ? read : (row) => (data.getValid(row) ? read(row) : null);
}

function validReader(data: Data): (row: number) => Exclude<Cell, undefined> {
  const { type, values, valueOffsets } = data;
  if (DataType.isDictionary(type)) {
    const texts = dictionaryTexts(data);
    return (row) => texts[values[row]] ?? null;
  }
  if (DataType.isBool(type)) return (row) => ((values[(data.offset + row) >> 3] >> ((data.offset + row) & 7)) & 1) === 1;
  if (DataType.isUtf8(type)) return (row) => textDecoder.decode(values.subarray(valueOffsets[row], valueOffsets[row + 1]));
  if (DataType.isBinary(type)) return (row) => values.slice(valueOffsets[row], valueOffsets[row + 1]);
  return (row) => {
    const value = values[row] as number | bigint;
    if (typeof value === 'number') return value;
    return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
  };
}

const textDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
