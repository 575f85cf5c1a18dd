/** The daemon's columns on a published batch, and the way back: seq_id, run_id and worker_id in front of the worker's own. */
import { type Data, makeData, type RecordBatch, RecordBatchStreamWriter, Schema } from 'apache-arrow';
import type { RowKind } from '../generated/arrow-schemas.ts';
import { columnTypeOf, textVector } from './columns.ts';
import { batchOf } from './decode.ts';
import { batchInvalid } from './ipc-stream.ts';
import { arrowTypeOf, type Column, fieldOf, storedColumns } from './schema.ts';

/** Where rows stand in their run: the first one's seq_id when they follow each other, or each one's own. */
export type Sequence = number | ArrayLike<number>;

/**
 * `batch` with all columns of its kind, in schema order: what is there already stays (history mixes workers), seq_id counts up
 * from `sequence`, run_id and worker_id are the same in every row.
 */
export function withSequence(
  kind: RowKind,
  batch: RecordBatch,
  sequence: Sequence,
  runId: string,
  workerId: string,
): RecordBatch {
  const rows = batch.numRows;
  const children: Data[] = [];
  const fields = storedColumns(kind).map((column, position) => {
    const place = batch.schema.fields.findIndex((field) => field.name === column.name);
    const own = batch.data.children[place];
    const type = arrowTypeOf(column.type, position);
    // A dictionary's id belongs to its schema: the data is made anew under the id of this position.
    children.push((own ?? daemonColumn(column, rows, sequence, runId, workerId)).clone(type as never));
    return fieldOf(column, position, batch.schema.fields[place]?.metadata);
  });
  return batchOf(new Schema(fields), rows, children);
}

function daemonColumn(column: Column, rows: number, sequence: Sequence, runId: string, workerId: string): Data {
  switch (column.name) {
    case 'seq_id':
      return makeData({
        type: arrowTypeOf('int64', 0),
        length: rows,
        nullCount: 0,
        data: sequenceWords(rows, sequence),
      } as never);
    case 'run_id':
      return constantText(runId, rows);
    case 'worker_id':
      return constantText(workerId, rows);
    default:
      throw batchInvalid(`the batch has no column ${column.name}`);
  }
}

function sequenceWords(rows: number, sequence: Sequence): BigInt64Array {
  if (typeof sequence !== 'number' && sequence.length !== rows)
    throw new RangeError(`${sequence.length} numbers for ${rows} rows`);
  const words = new BigInt64Array(rows);
  // A number below 2^53 as its two halves: making a bigint for every row costs ten times as much.
  const halves = new Uint32Array(words.buffer);
  for (let i = 0; i < rows; i++) {
    const seq = typeof sequence === 'number' ? sequence + i : (sequence[i] as number);
    halves[2 * i] = seq % 2 ** 32;
    halves[2 * i + 1] = seq / 2 ** 32;
  }
  return words;
}

function constantText(text: string, rows: number): Data {
  return makeData({
    type: arrowTypeOf('dict', 0),
    length: rows,
    nullCount: 0,
    data: new Int32Array(rows),
    dictionary: textVector([text]),
  } as never);
}

/** `batch` with the named columns alone, in the order they have. */
export function select(batch: RecordBatch, names: readonly string[]): RecordBatch {
  const places = batch.schema.fields.flatMap((field, place) => (names.includes(field.name) ? [place] : []));
  return batchOf(
    new Schema(places.map((place) => batch.schema.fields[place] as never)),
    batch.numRows,
    places.map((place) => batch.data.children[place] as Data),
  );
}

/** `batch` with other field metadata, by column name; columns that are not named have none. */
export function withFieldMetadata(
  batch: RecordBatch,
  metadata: Readonly<Record<string, ReadonlyMap<string, string>>>,
): RecordBatch {
  const fields = batch.schema.fields.map((field, position) =>
    fieldOf(
      { name: field.name, type: columnTypeOf(field.type), nullable: field.nullable, setByDaemon: false },
      position,
      metadata[field.name] && new Map(metadata[field.name]),
    ),
  );
  return batchOf(new Schema(fields), batch.numRows, batch.data.children);
}

/** One complete, uncompressed Arrow IPC stream with exactly one record batch. */
export function encodeBatch(batch: RecordBatch): Uint8Array {
  return new RecordBatchStreamWriter({ autoDestroy: true }).writeAll([batch]).toUint8Array(true);
}

/** int32, int64, uint64, float64 or timestamp column as numbers, NaN where it is null. Beyond 2^53 the nearest double. */
export function numbersOf(batch: RecordBatch, name: string): Float64Array {
  const data = columnData(batch, name);
  const values = data.values as Int32Array | Float64Array | BigInt64Array | BigUint64Array;
  const numbers = new Float64Array(data.length);
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    const halves = new Uint32Array(values.buffer, values.byteOffset, data.length * 2);
    const highs = values instanceof BigInt64Array ? new Int32Array(values.buffer, values.byteOffset, data.length * 2) : halves;
    for (let i = 0; i < data.length; i++) numbers[i] = (highs[i * 2 + 1] as number) * 2 ** 32 + (halves[i * 2] as number);
  } else {
    numbers.set(values.subarray(0, data.length));
  }
  if (data.nullCount > 0) for (let i = 0; i < data.length; i++) if (!data.getValid(i)) numbers[i] = Number.NaN;
  return numbers;
}

/** The data of a column. Throws `batch-invalid` when the batch has none of that name. */
export function columnData(batch: RecordBatch, name: string): Data {
  const data = batch.data.children[batch.schema.fields.findIndex((field) => field.name === name)];
  if (data === undefined) throw batchInvalid(`the batch has no column ${name}`);
  return data;
}
