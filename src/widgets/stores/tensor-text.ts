/**
 * A raw observation as text: little-endian numbers of a NumPy dtype such as `<f4`, as the SDK stores them.
 * Unknown dtypes and misfits are told by their size alone.
 */
const readers: Record<string, { bytes: number; read(view: DataView, at: number): number | bigint }> = {
  '|u1': { bytes: 1, read: (view, at) => view.getUint8(at) },
  '|i1': { bytes: 1, read: (view, at) => view.getInt8(at) },
  '|b1': { bytes: 1, read: (view, at) => view.getUint8(at) },
  '<i2': { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  '<u2': { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  '<i4': { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  '<u4': { bytes: 4, read: (view, at) => view.getUint32(at, true) },
  '<i8': { bytes: 8, read: (view, at) => view.getBigInt64(at, true) },
  '<f4': { bytes: 4, read: (view, at) => Number(view.getFloat32(at, true).toPrecision(5)) },
  '<f8': { bytes: 8, read: (view, at) => Number(view.getFloat64(at, true).toPrecision(6)) },
};

/** The numbers as a page can draw them; undefined for unknown dtypes and misfits, and for more than `most`. */
export function tensorNumbers(bytes: Uint8Array, dtype: string | undefined, most: number): number[] | undefined {
  const reader = readers[dtype ?? ''];
  if (!reader || bytes.length % reader.bytes !== 0 || bytes.length / reader.bytes > most) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / reader.bytes }, (_, i) => Number(reader.read(view, i * reader.bytes)));
}

/** The first `most` numbers in brackets, and how many there are when that is not all. */
export function tensorText(bytes: Uint8Array, dtype: string | undefined, most = 16): string {
  const reader = readers[dtype ?? ''];
  if (!reader || bytes.length % reader.bytes !== 0) return `${bytes.length} bytes`;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const total = bytes.length / reader.bytes;
  const shown: string[] = [];
  for (let i = 0; i < Math.min(total, most); i++) shown.push(String(reader.read(view, i * reader.bytes)));
  return total > most ? `[${shown.join(', ')}, … ${total} in all]` : `[${shown.join(', ')}]`;
}
