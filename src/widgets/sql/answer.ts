/**
 * The rows of an answer, kept as the Arrow batches they came in; only cells that are looked at become text.
 *
 * A million rows cost their Arrow bytes and one entry per 2,048 rows.
 */
import {
  type Data,
  type DataType,
  type Field,
  type RecordBatch,
  RecordBatchReader,
  Table,
  DataType as Types,
  tableToIPC,
} from 'apache-arrow';
import { cellText } from './cells.ts';
import type { ColumnNumbers } from './row-order.ts';

export interface AnswerColumn {
  name: string;
  /** DuckDB's word for the type. */
  type: string;
  isNumber: boolean;
}

export class Answer {
  readonly columns: readonly AnswerColumn[];
  readonly #header: Uint8Array;
  readonly #batches: RecordBatch[] = [];
  /** Row at which each batch begins. */
  readonly #starts: number[] = [];
  #rows = 0;

  constructor(header: Uint8Array) {
    this.#header = header;
    this.columns = RecordBatchReader.from([header]).open().schema.fields.map(columnOf);
  }

  get rows(): number {
    return this.#rows;
  }

  add(chunks: readonly Uint8Array[]): void {
    for (const batch of RecordBatchReader.from([this.#header, ...chunks])) {
      if (batch.numRows === 0) continue;
      this.#starts.push(this.#rows);
      this.#batches.push(batch);
      this.#rows += batch.numRows;
    }
  }

  /** null is NULL; undefined when there is no such cell. */
  text(row: number, column: number): string | null | undefined {
    if (row < 0 || row >= this.#rows) return undefined;
    const index = this.#batchOf(row);
    const data = this.#batches[index]?.data.children[column];
    return data && cellText(data, row - (this.#starts[index] ?? 0));
  }

  /** A column of numbers, times (ms since 1970) or truth as doubles; undefined for any other. A double may be the nearest one. */
  numbers(column: number): ColumnNumbers | undefined {
    const type = this.columns[column]?.type ?? '';
    const isTime = type === 'TIMESTAMP' || type === 'DATE';
    if (!this.columns[column]?.isNumber && !isTime && type !== 'BOOLEAN') return undefined;
    const [values, isNull] = [new Float64Array(this.#rows), new Uint8Array(this.#rows)];
    let at = 0;
    for (const batch of this.#batches) {
      const data = batch.data.children[column];
      for (let row = 0; row < batch.numRows; row += 1, at += 1) {
        const isThere = data?.getValid(row) ?? false;
        isNull[at] = isThere ? 0 : 1;
        values[at] = data && isThere ? numberAt(data, row, isTime) : Number.NaN;
      }
    }
    return { values, isNull };
  }

  /** The whole answer as one Arrow IPC stream. */
  stream(): Uint8Array {
    const { schema } = RecordBatchReader.from([this.#header]).open();
    return tableToIPC(new Table(schema, this.#batches), 'stream');
  }

  #batchOf(row: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function numberAt(data: Data, row: number, isTime: boolean): number {
  const { type, values } = data;
  if (Types.isInt(type) || Types.isFloat(type)) return Number(values[row]);
  const text = cellText(data, row);
  if (text === null) return Number.NaN;
  if (Types.isBool(type)) return text === 'true' ? 1 : 0;
  return isTime ? Date.parse(`${text.replace(' ', 'T')}${text.length > 10 ? '' : 'T00:00'}Z`) : Number(text);
}

function columnOf(field: Field): AnswerColumn {
  const { type } = field;
  return { name: field.name, type: typeName(type), isNumber: Types.isInt(type) || Types.isFloat(type) || Types.isDecimal(type) };
}

const integers: Record<string, string> = { 8: 'TINYINT', 16: 'SMALLINT', 32: 'INTEGER', 64: 'BIGINT' };

function typeName(type: DataType): string {
  if (Types.isInt(type)) return `${type.isSigned ? '' : 'U'}${integers[type.bitWidth] ?? 'INTEGER'}`;
  if (Types.isFloat(type)) return type.precision === 2 ? 'DOUBLE' : 'FLOAT';
  if (Types.isDecimal(type))
    return type.scale === 0 && type.precision === 38 ? 'HUGEINT' : `DECIMAL(${type.precision},${type.scale})`;
  if (Types.isUtf8(type)) return 'VARCHAR';
  if (Types.isDictionary(type)) return 'VARCHAR';
  if (Types.isBool(type)) return 'BOOLEAN';
  if (Types.isTimestamp(type)) return type.timezone ? 'TIMESTAMPTZ' : 'TIMESTAMP';
  if (Types.isDate(type)) return 'DATE';
  if (Types.isTime(type)) return 'TIME';
  if (Types.isInterval(type)) return 'INTERVAL';
  if (Types.isBinary(type)) return 'BLOB';
  if (Types.isFixedSizeBinary(type)) return 'UHUGEINT';
  if (Types.isList(type)) return `${typeName(type.children[0]?.type as DataType)}[]`;
  if (Types.isStruct(type)) return 'STRUCT';
  if (Types.isMap(type)) return 'MAP';
  return 'NULL';
}
