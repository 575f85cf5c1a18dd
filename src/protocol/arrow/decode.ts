/**
 * Arrow IPC bytes -> RecordBatch, with every length, offset, dictionary index and text checked before anything is built on it.
 *
 * Guarantees: zero-copy when the bytes are 8-byte aligned (else one copy); throws DuallaneError `batch-invalid` and nothing
 * else; a batch that passes can be taken from, concatenated, encoded and sealed without failing on its content.
 */
import { type Data, makeData, RecordBatch, Schema, Struct, Vector } from 'apache-arrow';
import type { RowKind } from '../generated/arrow-schemas.ts';
import { batchInvalid, type IpcStream, readIpcStream, type StreamField, type StreamRows } from './ipc-stream.ts';
import { arrowTypeOf, fieldOf, publishedColumns } from './schema.ts';

/** More distinct texts than this in one dictionary are not a category; send such a column's rows in smaller batches. */
const dictionaryEntriesMax = 1 << 20;
/** What a publisher may send beyond one entry a row: every entry costs time, used or not. */
const unusedEntriesMax = 1 << 16;

/** Says whether bytes are whole UTF-8. Node's `isUtf8` is ten times as fast as the default, which works everywhere. */
export type TextCheck = (bytes: Uint8Array) => boolean;

/** Decodes one batch of any columns whose types the contract knows. Throws `batch-invalid`. */
export function decodeBatch(ipc: Uint8Array, isUtf8: TextCheck = decodesAsUtf8): RecordBatch {
  const stream = readIpcStream(aligned(ipc));
  const children = readColumns(stream, isUtf8);
  return batchOf(schemaOfStream(stream.fields), stream.rows.length, children);
}

function readColumns({ fields, rows, dictionaries }: IpcStream, isUtf8: TextCheck): Data[] {
  const buffers = new BufferCursor(rows, isUtf8);
  const children = fields.map((field, position) => readColumn(field, position, rows.length, buffers, dictionaries));
  buffers.end();
  return children;
}

/** By the fields of a stream, which are the same array for the same schema bytes. */
const streamSchemas = new WeakMap<readonly StreamField[], Schema>();
const publishedSchemas = new WeakMap<readonly StreamField[], { kind: RowKind; schema: Schema }>();

function schemaOfStream(fields: readonly StreamField[]): Schema {
  let schema = streamSchemas.get(fields);
  if (schema === undefined) {
    schema = new Schema(fields.map((field, position) => fieldOf({ ...field, setByDaemon: false }, position, field.metadata)));
    streamSchemas.set(fields, schema);
  }
  return schema;
}

/**
 * Decodes a batch as a worker publishes it: exactly the columns of `kind` but the daemon's, in order, no null where the schema
 * has none, `rows` rows (when given). Throws `batch-invalid` with a sentence that says what to change.
 */
export function decodePublished(kind: RowKind, ipc: Uint8Array, rows?: number, isUtf8: TextCheck = decodesAsUtf8): RecordBatch {
  const stream = readIpcStream(aligned(ipc));
  const children = readColumns(stream, isUtf8);
  const schema = publishedSchemaOf(kind, stream.fields);
  const { length } = stream.rows;
  if (rows !== undefined && length !== rows) throw batchInvalid(`the batch says ${rows} rows and holds ${length}`);
  if (length === 0) throw batchInvalid('the batch holds no rows; leave it out');
  for (const [position, { name, nullable }] of schema.fields.entries()) {
    const entries = children[position]?.dictionary?.length ?? 0;
    if (entries > Math.max(length, unusedEntriesMax))
      throw batchInvalid(
        `the dictionary of column ${name} has ${entries} entries for ${length} rows; leave out what no row uses (at most ${unusedEntriesMax}, or one a row)`,
      );
    const nulls = children[position]?.nullCount ?? 0;
    if (!nullable && nulls > 0) throw batchInvalid(`column ${name} of ${kind} has no nulls; this one has ${nulls}`);
  }
  return batchOf(schema, length, children);
}

/** The contract's schema with the publisher's metadata. Throws `batch-invalid` when the columns are not the contract's. */
function publishedSchemaOf(kind: RowKind, fields: readonly StreamField[]): Schema {
  const known = publishedSchemas.get(fields);
  if (known?.kind === kind) return known.schema;
  const columns = publishedColumns(kind);
  if (fields.map(({ name }) => name).join() !== columns.map(({ name }) => name).join()) {
    const names = fields.map(({ name }) => name).join(', ');
    throw batchInvalid(
      `a batch of ${kind} has the columns ${columns.map(({ name }) => name).join(', ')}; this one has ${names.slice(0, 400) || 'none'}`,
    );
  }
  const schema = new Schema(
    columns.map((column, position) => {
      const field = fields[position] as StreamField;
      if (field.type !== column.type)
        throw batchInvalid(
          `column ${column.name} of ${kind} is ${column.type === 'dict' ? 'dictionary<int32, utf8>' : column.type}; this one is ${arrowTypeOf(field.type, position)}`,
        );
      return fieldOf(column, position, field.metadata);
    }),
  );
  publishedSchemas.set(fields, { kind, schema });
  return schema;
}

const structs = new WeakMap<Schema, Struct>();

/**
 * `children` all hold `length` rows. RecordBatch's own constructor makes the schema anew, twice, for columns that may differ in
 * length: that was most of what a small batch cost.
 */
export function batchOf(schema: Schema, length: number, children: readonly Data[]): RecordBatch {
  let type = structs.get(schema);
  if (type === undefined) {
    type = new Struct(schema.fields);
    structs.set(schema, type);
  }
  const data = makeData({ type, length, nullCount: 0, children: [...children] });
  return Object.assign(Object.create(RecordBatch.prototype) as RecordBatch, { schema, data, _metadata: new Map() });
}

/** The bytes at an address that typed arrays of 8-byte items can lie on. */
function aligned(ipc: Uint8Array): Uint8Array {
  return ipc.byteOffset % 8 === 0 ? ipc : new Uint8Array(ipc);
}

class BufferCursor {
  readonly #rows: StreamRows;
  readonly isUtf8: TextCheck;
  #node = 0;
  #buffer = 0;

  constructor(rows: StreamRows, isUtf8: TextCheck) {
    this.#rows = rows;
    this.isUtf8 = isUtf8;
  }

  node(length: number, name: string): { nullCount: number } {
    const node = this.#rows.nodes[this.#node++];
    if (node === undefined || node[0] !== length || node[1] < 0 || node[1] > length)
      throw batchInvalid(`column ${name} does not hold the batch's ${length} rows`);
    return { nullCount: node[1] };
  }

  /** The next buffer, at least `bytes` long and at an address its items can lie on. */
  next(bytes: number, name: string): Uint8Array {
    const buffer = this.#rows.buffers[this.#buffer++];
    if (buffer === undefined || buffer.byteLength < bytes)
      throw batchInvalid(`a buffer of column ${name} is shorter than its rows`);
    return buffer.byteOffset % 8 === 0 ? buffer : new Uint8Array(buffer);
  }

  end(): void {
    if (this.#node !== this.#rows.nodes.length || this.#buffer !== this.#rows.buffers.length)
      throw batchInvalid('the record batch holds more buffers than its schema has columns');
  }
}

function readColumn(
  field: StreamField,
  position: number,
  length: number,
  buffers: BufferCursor,
  dictionaries: ReadonlyMap<number, StreamRows>,
): Data {
  if (!Number.isSafeInteger(length) || length < 0 || length > 0x7fffffff) throw batchInvalid(`the batch says ${length} rows`);
  const { name } = field;
  const { nullCount } = buffers.node(length, name);
  const validity = buffers.next(nullCount > 0 ? (length + 7) >> 3 : 0, name);
  const nullBitmap = nullCount > 0 ? validity : undefined;
  if (nullBitmap !== undefined && length - countBits(nullBitmap, length) !== nullCount)
    throw batchInvalid(`column ${name} miscounts its nulls`);
  const common = { length, nullCount, nullBitmap };
  const type = arrowTypeOf(field.type, position);
  switch (field.type) {
    case 'int32':
      return makeData({ ...common, type, data: words(buffers.next(length * 4, name), Int32Array, length) } as never);
    case 'int64':
    case 'timestamp_us':
      return makeData({ ...common, type, data: words(buffers.next(length * 8, name), BigInt64Array, length) } as never);
    case 'uint64':
      return makeData({ ...common, type, data: words(buffers.next(length * 8, name), BigUint64Array, length) } as never);
    case 'float64':
      return makeData({ ...common, type, data: words(buffers.next(length * 8, name), Float64Array, length) } as never);
    case 'bool':
      return makeData({ ...common, type, data: buffers.next((length + 7) >> 3, name) } as never);
    case 'utf8':
    case 'binary': {
      const { valueOffsets, data } = readTexts(buffers, length, name, field.type === 'utf8');
      return makeData({ ...common, type, valueOffsets, data } as never);
    }
    case 'dict': {
      const indices = words(buffers.next(length * 4, name), Int32Array, length);
      const dictionary = readDictionary(dictionaries.get(field.dictionaryId ?? -1), name, buffers.isUtf8);
      const entries = dictionary.length;
      for (let i = 0; i < length; i++) {
        const index = indices[i] as number;
        if ((index < 0 || index >= entries) && (nullBitmap === undefined || hasBit(nullBitmap, i)))
          throw batchInvalid(`column ${name} points at entry ${index} of a dictionary of ${entries}`);
      }
      return makeData({ ...common, type, data: indices, dictionary: new Vector([dictionary]) } as never);
    }
    default:
      return field.type satisfies never;
  }
}

function readDictionary(rows: StreamRows | undefined, name: string, isUtf8: TextCheck): Data {
  const type = arrowTypeOf('utf8', 0);
  // pyarrow and others send no dictionary for a column that is null in every row.
  if (rows === undefined)
    return makeData({ type, length: 0, nullCount: 0, valueOffsets: new Int32Array(1), data: new Uint8Array(0) } as never);
  if (rows.length > dictionaryEntriesMax)
    throw batchInvalid(`the dictionary of column ${name} has ${rows.length} entries; at most ${dictionaryEntriesMax} are taken`);
  const buffers = new BufferCursor(rows, isUtf8);
  const { nullCount } = buffers.node(rows.length, name);
  if (nullCount > 0) throw batchInvalid(`the dictionary of column ${name} holds a null; put nulls into the indices`);
  buffers.next(0, name);
  const texts = readTexts(buffers, rows.length, name, true);
  buffers.end();
  return makeData({ type, length: rows.length, nullCount: 0, ...texts } as never);
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function readTexts(
  buffers: BufferCursor,
  length: number,
  name: string,
  isText: boolean,
): { valueOffsets: Int32Array; data: Uint8Array } {
  // An array of no rows may come with no offsets at all.
  const bytes = buffers.next(length === 0 ? 0 : (length + 1) * 4, name);
  const valueOffsets = length === 0 ? new Int32Array(1) : words(bytes, Int32Array, length + 1);
  const data = buffers.next(0, name);
  let previous = valueOffsets[0] as number;
  if (previous < 0) throw batchInvalid(`column ${name} has offsets that do not ascend inside of its bytes`);
  for (let i = 1; i <= length; i++) {
    const offset = valueOffsets[i] as number;
    if (offset < previous) throw batchInvalid(`column ${name} has offsets that do not ascend inside of its bytes`);
    previous = offset;
  }
  if (previous > data.byteLength) throw batchInvalid(`column ${name} has offsets that do not ascend inside of its bytes`);
  if (isText) checkText(valueOffsets, data, previous, length, name, buffers.isUtf8);
  return { valueOffsets, data };
}

/** Whole UTF-8, and no value that starts inside of a character. */
function checkText(
  valueOffsets: Int32Array,
  data: Uint8Array,
  end: number,
  length: number,
  name: string,
  isUtf8: TextCheck,
): void {
  if (!isUtf8(data.subarray(valueOffsets[0], end)))
    throw batchInvalid(`column ${name} holds bytes that are not UTF-8; use the binary column for bytes`);
  for (let i = 0; i < length; i++) {
    const offset = valueOffsets[i] as number;
    if (offset < end && ((data[offset] as number) & 0xc0) === 0x80)
      throw batchInvalid(`column ${name} splits a character between two rows`);
  }
}

function decodesAsUtf8(bytes: Uint8Array): boolean {
  try {
    strictUtf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

type WordArray = Int32ArrayConstructor | BigInt64ArrayConstructor | BigUint64ArrayConstructor | Float64ArrayConstructor;

function words<T extends WordArray>(bytes: Uint8Array, Words: T, length: number): InstanceType<T> {
  return new Words(bytes.buffer as ArrayBuffer, bytes.byteOffset, length) as InstanceType<T>;
}

export const hasBit = (bitmap: Uint8Array, index: number): boolean => (((bitmap[index >> 3] as number) >> (index & 7)) & 1) === 1;

const bitsOfByte = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

/** Ones among the first `length` bits. */
function countBits(bitmap: Uint8Array, length: number): number {
  let ones = 0;
  const whole = length >> 3;
  for (let i = 0; i < whole; i++) ones += bitsOfByte[bitmap[i] as number] as number;
  for (let i = whole << 3; i < length; i++) if (hasBit(bitmap, i)) ones++;
  return ones;
}
