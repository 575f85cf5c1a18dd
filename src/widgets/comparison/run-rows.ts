/**
 * One run's episodes or values as plain columns of numbers, filled from Parquet parts and then from the tail.
 *
 * Guarantees
 * - Streams come in the order of their seq_ids; rows up to the last one held are skipped, so each is held once.
 * - Numbers are doubles: indices and times in µs are exact up to 2^53.
 */
import { type Data, DataType, tableFromIPC, type Vector } from 'apache-arrow';
import { DuallaneError } from '../../protocol/index.ts';

export const episodeColumns = ['seq_id', 'worker_id', 'agent_id', 'total_reward', 'steps', 'episode_index', 'ts'] as const;
export const valueColumns = ['seq_id', 'worker_id', 'agent_id', 'name', 'step', 'value', 'ts'] as const;
type Numeric = 'total_reward' | 'steps' | 'episode_index' | 'ts' | 'step' | 'value';
type Word = 'worker_id' | 'agent_id' | 'name';
export type Columns = { rows: number; numbers: Partial<Record<Numeric, Float64Array>>; words: Partial<Record<Word, Int32Array>> };

const words: readonly string[] = ['worker_id', 'agent_id', 'name'] satisfies Word[];

export class RunRows {
  #chunks: Columns[] = [];
  readonly #spelled: string[] = [];
  readonly #numbered = new Map<string, number>();
  /** Numbers of the words that stand in each column of words. */
  readonly #seen = new Map<string, Set<number>>();
  #whole: Columns | undefined;
  #upto = 0;

  get rows(): number {
    return this.#chunks.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** The text of a word's number. */
  word(number: number): string {
    return this.#spelled[number] ?? '';
  }

  numberOf(word: string): number | undefined {
    return this.#numbered.get(word);
  }

  /** What stands in a column of words, in the order it came. */
  spellingsOf(column: Word): string[] {
    return [...(this.#seen.get(column) ?? [])].map((number) => this.word(number));
  }

  /** Adds the rows of one complete Arrow IPC stream that are not held yet. */
  add(stream: Uint8Array, names: readonly string[]): void {
    const table = tableFromIPC(stream);
    const seqs = numbersOf(table.getChild('seq_id'), 'seq_id');
    let from = 0;
    while (from < seqs.length && (seqs[from] as number) <= this.#upto) from += 1;
    if (from === seqs.length) return;
    const columns: Columns = { rows: seqs.length - from, numbers: {}, words: {} };
    for (const name of names) {
      const column = table.getChild(name);
      if (name === 'seq_id') continue;
      if (words.includes(name)) {
        const numbers = this.#wordsOf(column, seqs.length).subarray(from);
        columns.words[name as Word] = numbers;
        this.#see(name, numbers);
      } else columns.numbers[name as Numeric] = numbersOf(column, name).subarray(from);
    }
    this.#chunks.push(columns);
    this.#upto = seqs.at(-1) as number;
    this.#whole = undefined;
  }

  /** All columns, in the order of seq_id. */
  get whole(): Columns {
    if (this.#whole) return this.#whole;
    const rows = this.rows;
    const whole: Columns = { rows, numbers: {}, words: {} };
    const first = this.#chunks[0];
    for (const name of Object.keys(first?.numbers ?? {}) as Numeric[]) {
      whole.numbers[name] = joined(this.#chunks, rows, ({ numbers }) => numbers[name], new Float64Array(rows));
    }
    for (const name of Object.keys(first?.words ?? {}) as Word[]) {
      whole.words[name] = joined(this.#chunks, rows, (columns) => columns.words[name], new Int32Array(rows));
    }
    this.#chunks = rows > 0 ? [whole] : [];
    this.#whole = whole;
    return whole;
  }

  #wordsOf(column: Vector | null, rows: number): Int32Array {
    const out = new Int32Array(rows).fill(-1);
    if (!column) return out;
    let at = 0;
    for (const data of column.data) {
      if (DataType.isDictionary(data.type)) {
        const keys = data.values as Int32Array;
        const numbers = spellings(data).map((word) => this.#number(word));
        for (let i = 0; i < data.length; i++) out[at + i] = numbers[keys[i] as number] ?? -1;
      } else {
        for (let i = 0; i < data.length; i++) out[at + i] = this.#number(String(column.get(at + i) ?? ''));
      }
      at += data.length;
    }
    return out;
  }

  #see(column: string, numbers: Int32Array): void {
    const seen = this.#seen.get(column) ?? new Set();
    let last = -1;
    for (const number of numbers) {
      if (number !== last && number >= 0) seen.add(number);
      last = number;
    }
    this.#seen.set(column, seen);
  }

  #number(word: string): number {
    const known = this.#numbered.get(word);
    if (known !== undefined) return known;
    this.#spelled.push(word);
    this.#numbered.set(word, this.#spelled.length - 1);
    return this.#spelled.length - 1;
  }
}

function spellings(data: Data): string[] {
  const dictionary = data.dictionary;
  return Array.from({ length: dictionary?.length ?? 0 }, (_, i) => String(dictionary?.get(i) ?? ''));
}

/** int32, int64, timestamps and doubles as doubles; nulls as NaN. */
function numbersOf(column: Vector | null, name: string): Float64Array {
  if (!column)
    throw new DuallaneError(
      'history-broken',
      `The history has no column ${name}. Reload the page; if it stays so, the history is damaged.`,
    );
  const out = new Float64Array(column.length);
  let at = 0;
  for (const data of column.data) {
    const { values, length } = data as { values: unknown; length: number };
    if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
      // Two halves as plain numbers: a bigint for each of five million values would cost seconds.
      const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
      for (let i = 0; i < length; i++) out[at + i] = ((halves[2 * i] as number) >>> 0) + (halves[2 * i + 1] as number) * 2 ** 32;
    } else out.set((values as Float64Array).subarray(0, length), at);
    if (data.nullCount > 0) for (let i = 0; i < length; i++) if (!data.getValid(i)) out[at + i] = Number.NaN;
    at += length;
  }
  return out;
}

function joined<T extends Float64Array | Int32Array>(
  chunks: readonly Columns[],
  rows: number,
  pick: (columns: Columns) => T | undefined,
  out: T,
): T {
  let at = 0;
  for (const columns of chunks) {
    const part = pick(columns);
    if (part) out.set(part as never, at);
    at += columns.rows;
  }
  return at === rows ? out : (out.subarray(0, at) as T);
}
