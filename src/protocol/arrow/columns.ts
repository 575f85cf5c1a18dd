/**
 * Column-wise `take` and `concat` over typed arrays: what thinning, slicing and sealing are made of.
 *
 * Guarantees: rows and nulls come out exactly as they went in; a dictionary is shared by `take` and unified by `concat`;
 * field metadata that is the same in all batches is kept (see `mergedMetadata` for where it is not). Inputs are not changed.
 */
import { type Data, DataType, makeData, type RecordBatch, Schema, Vector } from 'apache-arrow';
import { DuallaneError } from '../error.ts';
import { batchOf, hasBit } from './decode.ts';
import { type Layout, layoutMetadata, layoutRunsOf } from './layouts.ts';
import { type ColumnType, fieldOf } from './schema.ts';

type Words = Int32Array | BigInt64Array | BigUint64Array | Float64Array;

/** Rows of `batch` at `indices`, in that order; an index may come several times. Throws RangeError for an index outside. */
export function take(batch: RecordBatch, indices: ArrayLike<number>): RecordBatch {
  const rows = batch.numRows;
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number;
    if (!(index >= 0 && index < rows)) throw new RangeError(`row ${index} of a batch of ${rows}`);
  }
  return batchOf(
    batch.schema,
    indices.length,
    batch.data.children.map((data) => takeColumn(data, indices)),
  );
}

/** Rows `from` to `to` (exclusive). */
export function slice(batch: RecordBatch, from: number, to: number): RecordBatch {
  return take(
    batch,
    Int32Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i),
  );
}

/** All rows of `batches`, which have the same columns, one after the other. */
export function concat(batches: readonly RecordBatch[]): RecordBatch {
  const first = batches[0];
  if (first === undefined) throw new DuallaneError('batch-invalid', 'nothing to concatenate');
  const length = batches.reduce((sum, batch) => sum + batch.numRows, 0);
  const fields = first.schema.fields.map((field, position) => {
    const type = columnTypeOf(field.type);
    for (const batch of batches) {
      const other = batch.schema.fields[position];
      if (
        other?.name !== field.name ||
        columnTypeOf(other.type) !== type ||
        batch.schema.fields.length !== first.schema.fields.length
      ) {
        throw new DuallaneError('batch-invalid', `cannot concatenate batches of different columns at ${field.name}`);
      }
    }
    const nullable = batches.some((batch) => batch.schema.fields[position]?.nullable);
    return fieldOf({ name: field.name, type, nullable, setByDaemon: false }, position, mergedMetadata(batches, position));
  });
  const children = fields.map((field, position) =>
    concatColumn(
      field.type,
      batches.map((batch) => batch.data.children[position] as Data),
      length,
    ),
  );
  return batchOf(new Schema(fields), length, children);
}

/** Field metadata of the concatenation: where batches differ (agents with observations of different shapes), as layouts.ts says. */
function mergedMetadata(batches: readonly RecordBatch[], position: number): Map<string, string> {
  const runs: [number, Layout][] = [];
  let last = '';
  for (const batch of batches) {
    const metadata = batch.schema.fields[position]?.metadata ?? new Map();
    for (const [rows, layout] of layoutRunsOf(metadata, batch.numRows)) {
      const text = JSON.stringify(Object.entries(layout).sort(([a], [b]) => (a < b ? -1 : 1)));
      const previous = runs.at(-1);
      if (previous !== undefined && last === text) previous[0] += rows;
      else runs.push([rows, layout]);
      last = text;
    }
  }
  return layoutMetadata(runs, 0, Number.POSITIVE_INFINITY);
}

/** `batch` with null in the named utf8 and binary columns of the rows `isGone` says; everything else is shared. */
export function blank(batch: RecordBatch, names: readonly string[], isGone: (row: number) => boolean): RecordBatch {
  const children = batch.schema.fields.map((field, place) => {
    const data = batch.data.children[place] as Data;
    return names.includes(field.name) ? blankColumn(data, isGone) : data;
  });
  return batchOf(batch.schema, batch.numRows, children);
}

function blankColumn(data: Data, isGone: (row: number) => boolean): Data {
  const { length, type, values, valueOffsets } = data;
  const nullBitmap = new Uint8Array((length + 7) >> 3);
  const offsets = new Int32Array(length + 1);
  let kept = 0;
  for (let row = 0, bytes = 0; row < length; row++) {
    if (!isGone(row) && data.getValid(row)) {
      nullBitmap[row >> 3] = (nullBitmap[row >> 3] as number) | (1 << (row & 7));
      bytes += valueOffsets[row + 1] - valueOffsets[row];
      kept++;
    }
    offsets[row + 1] = bytes;
  }
  const bytes = new Uint8Array(offsets[length] as number);
  for (let row = 0; row < length; row++)
    if (hasBit(nullBitmap, row)) copyBytes(values, valueOffsets[row], valueOffsets[row + 1], bytes, offsets[row] as number);
  return makeData({ type, length, nullCount: length - kept, nullBitmap, valueOffsets: offsets, data: bytes } as never);
}

export function columnTypeOf(type: DataType): ColumnType {
  if (DataType.isDictionary(type)) return 'dict';
  if (DataType.isInt(type)) return type.bitWidth === 32 ? 'int32' : type.isSigned ? 'int64' : 'uint64';
  if (DataType.isFloat(type)) return 'float64';
  if (DataType.isBool(type)) return 'bool';
  if (DataType.isUtf8(type)) return 'utf8';
  if (DataType.isBinary(type)) return 'binary';
  if (DataType.isTimestamp(type)) return 'timestamp_us';
  throw new DuallaneError('batch-invalid', `no column of the contract is ${type}`);
}

function takeColumn(data: Data, indices: ArrayLike<number>): Data {
  const length = indices.length;
  const type = data.type;
  const validity = data.nullCount > 0 ? takeBits(data.nullBitmap, data.offset, indices) : undefined;
  const common = { type, length, nullBitmap: validity?.bits, nullCount: validity === undefined ? 0 : length - validity.ones };
  if (DataType.isBool(type)) return makeData({ ...common, data: takeBits(data.values, data.offset, indices).bits } as never);
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    const source = data.valueOffsets as Int32Array;
    const valueOffsets = new Int32Array(length + 1);
    let bytes = 0;
    for (let i = 0; i < length; i++) {
      const index = indices[i] as number;
      bytes += (source[index + 1] as number) - (source[index] as number);
      valueOffsets[i + 1] = within32(bytes);
    }
    const values = new Uint8Array(bytes);
    for (let i = 0; i < length; i++) {
      const index = indices[i] as number;
      copyBytes(data.values, source[index] as number, source[index + 1] as number, values, valueOffsets[i] as number);
    }
    return makeData({ ...common, valueOffsets, data: values } as never);
  }
  const values = takeWords(data.values as Words, indices);
  return makeData({ ...common, data: values, ...(data.dictionary && { dictionary: data.dictionary }) } as never);
}

function takeWords(source: Words, indices: ArrayLike<number>): Words {
  const target = new (source.constructor as new (length: number) => Words)(indices.length);
  for (let i = 0; i < indices.length; i++) target[i] = source[indices[i] as number] as never;
  return target;
}

function takeBits(source: Uint8Array, offset: number, indices: ArrayLike<number>): { bits: Uint8Array; ones: number } {
  const bits = new Uint8Array((indices.length + 7) >> 3);
  let ones = 0;
  for (let i = 0; i < indices.length; i++) {
    if (!hasBit(source, offset + (indices[i] as number))) continue;
    bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7));
    ones++;
  }
  return { bits, ones };
}

/** Short values are copied by hand: subarray + set costs more than the bytes do. */
function copyBytes(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): void {
  if (to - from > 64) target.set(source.subarray(from, to), at);
  else for (let i = from, j = at; i < to; ) target[j++] = source[i++] as number;
}

function concatColumn(type: DataType, columns: readonly Data[], length: number): Data {
  const nullCount = columns.reduce((sum, data) => sum + data.nullCount, 0);
  const nullBitmap =
    nullCount > 0 ? concatBits(columns, length, (data) => (data.nullCount > 0 ? data.nullBitmap : undefined)) : undefined;
  const common = { type, length, nullCount, nullBitmap };
  if (DataType.isBool(type)) return makeData({ ...common, data: concatBits(columns, length, (data) => data.values) } as never);
  if (DataType.isUtf8(type) || DataType.isBinary(type)) return makeData({ ...common, ...concatTexts(columns, length) } as never);
  if (DataType.isDictionary(type)) return makeData({ ...common, ...concatDictionaries(columns, length) } as never);
  const target = new ((columns[0] as Data).values.constructor as new (length: number) => Words)(length);
  let at = 0;
  for (const data of columns) {
    target.set((data.values as Words).subarray(0, data.length) as never, at);
    at += data.length;
  }
  return makeData({ ...common, data: target } as never);
}

/** `bitsOf` gives undefined for a column whose bits are all one. */
function concatBits(columns: readonly Data[], length: number, bitsOf: (data: Data) => Uint8Array | undefined): Uint8Array {
  const target = new Uint8Array((length + 7) >> 3);
  let at = 0;
  for (const data of columns) {
    const source = bitsOf(data);
    if (source !== undefined && at % 8 === 0 && data.offset % 8 === 0) {
      const from = data.offset >> 3;
      target.set(source.subarray(from, from + ((data.length + 7) >> 3)), at >> 3);
      // What lies behind the last row of the source is not ours: the next column's bits are set with "or".
      const rest = (at + data.length) & 7;
      const last = (at + data.length) >> 3;
      if (rest > 0) target[last] = (target[last] as number) & ((1 << rest) - 1);
    } else {
      for (let i = 0; i < data.length; i++) {
        if (source !== undefined && !hasBit(source, data.offset + i)) continue;
        target[(at + i) >> 3] = (target[(at + i) >> 3] as number) | (1 << ((at + i) & 7));
      }
    }
    at += data.length;
  }
  return target;
}

function concatTexts(columns: readonly Data[], length: number): { valueOffsets: Int32Array; data: Uint8Array } {
  const bytes = columns.reduce(
    (sum, { valueOffsets, length }) => sum + ((valueOffsets[length] as number) - (valueOffsets[0] as number)),
    0,
  );
  const valueOffsets = new Int32Array(length + 1);
  const data = new Uint8Array(within32(bytes));
  let row = 0;
  let at = 0;
  for (const column of columns) {
    const source = column.valueOffsets as Int32Array;
    const start = source[0] as number;
    data.set(column.values.subarray(start, source[column.length]), at);
    for (let i = 1; i <= column.length; i++) valueOffsets[row + i] = (source[i] as number) - start + at;
    row += column.length;
    at += (source[column.length] as number) - start;
  }
  return { valueOffsets, data };
}

function concatDictionaries(columns: readonly Data[], length: number): { data: Int32Array; dictionary: Vector } {
  const entries = new Map<string, number>();
  const data = new Int32Array(length);
  let at = 0;
  for (const column of columns) {
    const renumbered = dictionaryTexts(column).map((text) => {
      const known = entries.get(text) ?? entries.size;
      entries.set(text, known);
      return known;
    });
    renumber(column, renumbered, data.subarray(at, at + column.length));
    at += column.length;
  }
  return { data, dictionary: textVector([...entries.keys()]) };
}

/** Writes a column's indices as the joined dictionary counts them; 0 where it is null. `target` holds zeros. */
function renumber(column: Data, renumbered: readonly number[], target: Int32Array): void {
  const { length, nullCount, nullBitmap, offset } = column;
  const source = column.values as Int32Array;
  if (nullCount === length) return;
  if (nullCount === 0 && renumbered.every((entry, i) => entry === i)) {
    target.set(source.subarray(0, length));
    return;
  }
  for (let i = 0; i < length; i++) {
    if (nullCount === 0 || hasBit(nullBitmap, offset + i)) target[i] = renumbered[source[i] as number] as number;
  }
}

const textsOfDictionary = new WeakMap<Vector, readonly string[]>();

/** The entries of a dictionary column, decoded once per dictionary. */
export function dictionaryTexts(column: Data): readonly string[] {
  const dictionary = column.dictionary;
  if (dictionary === undefined) return [];
  let texts = textsOfDictionary.get(dictionary);
  if (texts === undefined) {
    texts = Array.from({ length: dictionary.length }, (_, i) => String(dictionary.get(i)));
    textsOfDictionary.set(dictionary, texts);
  }
  return texts;
}

/** A utf8 vector in one chunk. */
export function textVector(texts: readonly string[]): Vector {
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  return new Vector([bytesData('utf8', encoded)]);
}

/** A utf8 or binary column without nulls from its values. */
export function bytesData(
  type: 'utf8' | 'binary',
  values: readonly Uint8Array[],
  nulls?: { nullBitmap: Uint8Array; nullCount: number },
): Data {
  const valueOffsets = new Int32Array(values.length + 1);
  let bytes = 0;
  for (let i = 0; i < values.length; i++) valueOffsets[i + 1] = bytes = within32(bytes + (values[i] as Uint8Array).byteLength);
  const data = new Uint8Array(bytes);
  for (let i = 0; i < values.length; i++) data.set(values[i] as Uint8Array, valueOffsets[i]);
  const { type: arrow } = fieldOf({ name: '', type, nullable: true, setByDaemon: false }, 0);
  return makeData({ type: arrow, length: values.length, nullCount: 0, ...nulls, valueOffsets, data } as never);
}

function within32(bytes: number): number {
  if (bytes > 0x7fffffff)
    throw new DuallaneError('batch-too-large', `a text column of ${bytes} bytes does not fit into one batch; use fewer rows`);
  return bytes;
}
