/**
 * Where the columns of a Parquet file lie, from its footer: so that only those that are needed have to be fetched.
 *
 * Format: https://parquet.apache.org/docs/file-format/metadata/ (FileMetaData in Thrift's compact protocol). Every reader here throws
 * a RangeError or an Error for bytes against the format.
 */
interface ColumnChunk {
  column: string;
  /** Bytes [first, end) of the file. */
  first: number;
  end: number;
}

interface RowGroup {
  rows: number;
  chunks: readonly ColumnChunk[];
}

export interface Footer {
  rows: number;
  groups: readonly RowGroup[];
}

/** What stands behind the footer: its length and the file's mark. */
const trailerBytes = 8;
const mark = 0x31_52_41_50; // PAR1

/** Bytes of the footer with its trailer, from the end of a file. */
export function footerBytes(end: Uint8Array): number {
  const view = new DataView(end.buffer, end.byteOffset, end.byteLength);
  if (end.length < trailerBytes || view.getUint32(end.length - 4, true) !== mark) throw new Error('no Parquet file');
  return view.getUint32(end.length - trailerBytes, true) + trailerBytes;
}

/** `end`: the end of a file, with at least the whole footer. */
export function readFooter(end: Uint8Array): Footer {
  const from = end.length - footerBytes(end);
  const meta = new CompactReader(end.subarray(from, end.length - trailerBytes)).struct();
  return { rows: numberAt(meta, 3), groups: listAt(meta, 4).map(groupOf) };
}

type Value = number | Uint8Array | boolean | Value[] | Fields;
type Fields = Map<number, Value>;

function groupOf(group: Value): RowGroup {
  const chunks = listAt(group, 1).map((chunk): ColumnChunk => {
    const meta = at(chunk, 3);
    const path = listAt(meta, 3).map((word) => new TextDecoder().decode(word as Uint8Array));
    const dictionary = (meta as Fields).get(11);
    const first = typeof dictionary === 'number' && dictionary > 0 ? dictionary : numberAt(meta, 9);
    return { column: path.join('.'), first, end: first + numberAt(meta, 7) };
  });
  return { rows: numberAt(group, 3), chunks };
}

function at(fields: Value, id: number): Value {
  const value = fields instanceof Map ? fields.get(id) : undefined;
  if (value === undefined) throw new Error(`the Parquet footer lacks field ${id}`);
  return value;
}

function numberAt(fields: Value, id: number): number {
  const value = at(fields, id);
  if (typeof value !== 'number') throw new Error(`field ${id} of the Parquet footer is no number`);
  return value;
}

function listAt(fields: Value, id: number): Value[] {
  const value = at(fields, id);
  if (!Array.isArray(value)) throw new Error(`field ${id} of the Parquet footer is no list`);
  return value;
}

/** Thrift's compact protocol: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md */
class CompactReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  struct(): Fields {
    const fields: Fields = new Map();
    for (let id = 0; ; ) {
      const head = this.#byte();
      if (head === 0) return fields;
      id = head >> 4 === 0 ? this.#signed() : id + (head >> 4);
      const type = head & 15;
      fields.set(id, type === 1 || type === 2 ? type === 1 : this.#value(type));
    }
  }

  #value(type: number): Value {
    switch (type) {
      case 1: // In a list a boolean is a byte of its own.
      case 2:
        return this.#byte() === 1;
      case 3:
        return this.#byte();
      case 4:
      case 5:
      case 6:
        return this.#signed();
      case 7:
        return this.#take(8);
      case 8:
        return this.#take(this.#unsigned());
      case 9:
      case 10:
        return this.#list();
      case 12:
        return this.struct();
      default: // Maps: Parquet's metadata has none.
        throw new Error(`the Parquet footer has a value of type ${type}`);
    }
  }

  #list(): Value[] {
    const head = this.#byte();
    const length = head >> 4 === 15 ? this.#unsigned() : head >> 4;
    const values: Value[] = [];
    for (let i = 0; i < length; i++) values.push(this.#value(head & 15));
    return values;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError('the Parquet footer is cut short');
    return byte;
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('the Parquet footer is cut short');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** Exact up to 2^53; larger values lose their last bits. */
  #unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  #signed(): number {
    const value = this.#unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
