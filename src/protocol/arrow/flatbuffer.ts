/**
 * Read-only view of one flatbuffers table, for the metadata of Arrow IPC messages.
 *
 * Guarantees: never reads outside of the given bytes (a RangeError is thrown instead) and never believes a vector that is
 * longer than the bytes that hold it, so hostile metadata costs no more than its own length.
 * Format: https://flatbuffers.dev/internals (offsets are relative, vtables hold the fields' places).
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;
  readonly #vtable: number;
  readonly #vtableBytes: number;

  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
    this.#vtable = at - view.getInt32(at, true);
    this.#vtableBytes = view.getUint16(this.#vtable, true);
  }

  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** Where field `index` lies, 0 when it is absent. */
  #place(index: number): number {
    const slot = 4 + index * 2;
    if (slot + 2 > this.#vtableBytes) return 0;
    const offset = this.#view.getUint16(this.#vtable + slot, true);
    return offset === 0 ? 0 : this.#at + offset;
  }

  bool(index: number, otherwise: boolean): boolean {
    const place = this.#place(index);
    return place === 0 ? otherwise : this.#view.getUint8(place) !== 0;
  }

  uint8(index: number): number {
    const place = this.#place(index);
    return place === 0 ? 0 : this.#view.getUint8(place);
  }

  int16(index: number): number {
    const place = this.#place(index);
    return place === 0 ? 0 : this.#view.getInt16(place, true);
  }

  int32(index: number): number {
    const place = this.#place(index);
    return place === 0 ? 0 : this.#view.getInt32(place, true);
  }

  /** A 64-bit integer as a number. Throws RangeError beyond 2^53: no length here is that long. */
  int64(index: number): number {
    const place = this.#place(index);
    return place === 0 ? 0 : safeInt64(this.#view, place);
  }

  table(index: number): FlatTable | undefined {
    const place = this.#place(index);
    return place === 0 ? undefined : new FlatTable(this.#view, place + this.#view.getUint32(place, true));
  }

  string(index: number): string | undefined {
    const place = this.#place(index);
    if (place === 0) return undefined;
    const start = place + this.#view.getUint32(place, true);
    const length = this.#view.getUint32(start, true);
    if (start + 4 + length > this.#view.byteLength) throw new RangeError('a string reaches beyond the message');
    return new TextDecoder().decode(new Uint8Array(this.#view.buffer, this.#view.byteOffset + start + 4, length));
  }

  /** Tables of a vector of tables; empty when the field is absent. */
  tables(index: number): FlatTable[] {
    const { start, count } = this.#vector(index, 4);
    return Array.from(
      { length: count },
      (_, i) => new FlatTable(this.#view, start + i * 4 + this.#view.getUint32(start + i * 4, true)),
    );
  }

  /** Pairs of 64-bit integers of a vector of 16-byte structs (FieldNode, Buffer). */
  pairs(index: number): [number, number][] {
    const { start, count } = this.#vector(index, 16);
    return Array.from({ length: count }, (_, i) => [
      safeInt64(this.#view, start + i * 16),
      safeInt64(this.#view, start + i * 16 + 8),
    ]);
  }

  #vector(index: number, stride: number): { start: number; count: number } {
    const place = this.#place(index);
    if (place === 0) return { start: 0, count: 0 };
    const at = place + this.#view.getUint32(place, true);
    const count = this.#view.getUint32(at, true);
    if (at + 4 + count * stride > this.#view.byteLength) throw new RangeError('a vector reaches beyond the message');
    return { start: at + 4, count };
  }
}

function safeInt64(view: DataView, at: number): number {
  const value = view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
  if (!Number.isSafeInteger(value)) throw new RangeError('a length beyond 2^53');
  return value;
}
