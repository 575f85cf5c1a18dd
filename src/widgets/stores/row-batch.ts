/**
 * One Arrow record batch from the link, read lazily: a value is decoded when it is drawn, not when it arrives.
 *
 * Columns that the batch does not have, and nulls, read as undefined. A body that is no Arrow stream throws `batch-unreadable`.
 */
import { DataType, type RecordBatch, tableFromIPC, type Vector } from 'apache-arrow';
import { DuallaneError } from '../../protocol/index.ts';
import { tensorNumbers, tensorText } from './tensor-text.ts';

type Dictionary = { keys: Int32Array; words: (string | undefined)[]; isValid(index: number): boolean };

/** One row of a batch. It keeps its batch alive: windows of rows are bounded, so batches are. */
export type Row = { readonly seq: number; readonly index: number; readonly batch: RowBatch };

export class RowBatch {
  readonly #record: RecordBatch;
  readonly #columns = new Map<string, Vector | null>();
  readonly #numbers = new Map<string, (index: number) => number | undefined>();
  readonly #dictionaries = new Map<string, Dictionary | null>();
  readonly #seqs: BigInt64Array;

  /** These rows fill a gap from history: the view missed them when they came. */
  readonly isFilled: boolean;

  constructor(body: Uint8Array, { isFilled = false }: { isFilled?: boolean } = {}) {
    this.isFilled = isFilled;
    try {
      const batches = tableFromIPC(body).batches;
      if (batches.length !== 1 || !batches[0]) throw new Error(`${batches.length} record batches where one was expected`);
      this.#record = batches[0];
      const seqs: unknown = this.#record.getChild('seq_id')?.data[0]?.values;
      if (!(seqs instanceof BigInt64Array)) throw new Error('no int64 column seq_id');
      this.#seqs = seqs;
    } catch (cause) {
      throw new DuallaneError('batch-unreadable', 'Rows arrived in a form this page cannot read. Reload the page.', { cause });
    }
  }

  get rows(): number {
    return this.#record.numRows;
  }

  row(index: number): Row {
    return { seq: this.seq(index), index, batch: this };
  }

  seq(index: number): number {
    return Number(this.#seqs[index] ?? 0n);
  }

  text(name: string, index: number): string | undefined {
    const column = this.#column(name);
    const dictionary = this.#dictionary(name, column);
    if (dictionary) return dictionary.isValid(index) ? dictionary.words[dictionary.keys[index] ?? -1] : undefined;
    const value: unknown = column?.get(index);
    return value === null || value === undefined ? undefined : String(value);
  }

  number(name: string, index: number): number | undefined {
    let read = this.#numbers.get(name);
    if (!read) {
      read = numberReader(this.#column(name));
      this.#numbers.set(name, read);
    }
    return read(index);
  }

  flag(name: string, index: number): boolean {
    return this.#column(name)?.get(index) === true;
  }

  /** ms since the epoch, with fractions. */
  timeMs(index: number): number | undefined {
    return this.number('ts', index);
  }

  /** The observation: its JSON, else the raw tensor as text. */
  observation(index: number): string | undefined {
    const json = this.text('observation_json', index);
    if (json) return json;
    const bytes: unknown = this.#column('observation')?.get(index);
    return bytes instanceof Uint8Array ? tensorText(bytes, this.#metadata('observation', 'dtype')) : undefined;
  }

  /** The observation as a value: its JSON, else the tensor's numbers and shape; undefined when there is none that can be drawn. */
  observationValue(index: number): unknown {
    const json = this.text('observation_json', index);
    if (json) return parsed(json);
    const bytes: unknown = this.#column('observation')?.get(index);
    if (!(bytes instanceof Uint8Array)) return undefined;
    const numbers = tensorNumbers(bytes, this.#metadata('observation', 'dtype'), tensorMost);
    const shape = parsed(this.#metadata('observation', 'shape') ?? '');
    return numbers && shaped(numbers, Array.isArray(shape) ? shape : [numbers.length]);
  }

  /** Every agent the batch may name. */
  agents(): string[] {
    return this.#dictionary('agent_id', this.#column('agent_id'))?.words.filter((name) => name !== undefined) ?? [];
  }

  /** A dictionary's words are decoded once, not once a row. */
  #dictionary(name: string, column: Vector | null): Dictionary | null {
    let known = this.#dictionaries.get(name);
    if (known === undefined) {
      const words = column?.data[0]?.dictionary;
      const keys: unknown = column?.data[0]?.values;
      known =
        column && words && keys instanceof Int32Array
          ? { keys, words: [...words].map((word) => (typeof word === 'string' ? word : undefined)), isValid: validity(column) }
          : null;
      this.#dictionaries.set(name, known);
    }
    return known;
  }

  #metadata(column: string, key: string): string | undefined {
    return this.#record.schema.fields.find((field) => field.name === column)?.metadata.get(key);
  }

  #column(name: string): Vector | null {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = this.#record.getChild(name);
      this.#columns.set(name, column);
    }
    return column;
  }
}

/** A view draws at most so many numbers of one observation. */
const tensorMost = 4096;

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // A worker's text that is no JSON is shown as text in the table; there is nothing to draw.
  }
}

/** Nested arrays of the shape; the flat numbers when it does not fit. */
function shaped(numbers: readonly number[], shape: readonly unknown[]): unknown {
  if (shape.length === 0) return numbers[0];
  const [, ...inner] = shape;
  const size = inner.reduce<number>((product, length) => product * Number(length), 1);
  if (inner.length === 0 || !(size > 0) || numbers.length % size !== 0) return [...numbers];
  return Array.from({ length: numbers.length / size }, (_, i) => shaped(numbers.slice(i * size, (i + 1) * size), inner));
}

function validity(column: Vector): (index: number) => boolean {
  return column.nullCount === 0 ? () => true : (index) => column.isValid(index);
}

/** Plain numbers come straight from their buffer; timestamps, which need their unit, go the general way. */
function numberReader(column: Vector | null): (index: number) => number | undefined {
  const values: unknown = column?.data[0]?.values;
  const isPlain = values instanceof Float64Array || values instanceof BigInt64Array || values instanceof BigUint64Array;
  if (column && isPlain && (DataType.isInt(column.type) || DataType.isFloat(column.type))) {
    const isValid = validity(column);
    return (index) => (isValid(index) && index < values.length ? Number(values[index]) : undefined);
  }
  return (index) => {
    const value: unknown = column?.get(index);
    return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : undefined;
  };
}
