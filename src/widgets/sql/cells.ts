/**
 * One value of an Arrow column as text, exactly: no number passes through a double that does not fit in it.
 *
 * Guarantees
 * - 64-bit and 128-bit integers and decimals keep every digit; times keep every microsecond and are UTC; binary is hexadecimal.
 * - Reads the column's buffers in place; nothing is converted but the cell that is asked for.
 */
import { type Data, DataType, TimeUnit, type Vector } from 'apache-arrow';

/** Bytes of a binary cell that are shown; the length is always. */
const shownBytes = 32;
const unitsPerSecond: Record<number, bigint> = {
  [TimeUnit.SECOND]: 1n,
  [TimeUnit.MILLISECOND]: 1_000n,
  [TimeUnit.MICROSECOND]: 1_000_000n,
  [TimeUnit.NANOSECOND]: 1_000_000_000n,
};
const decoder = new TextDecoder();

/** null for NULL. Nested values are written as DuckDB writes them: [1, 2], {'a': 1}. */
export function cellText(data: Data, index: number): string | null {
  if (DataType.isNull(data.type) || !data.getValid(index)) return null;
  const { type } = data;
  const at = data.offset + index;
  if (DataType.isDictionary(type)) return textIn(data.dictionary, Number(data.values[index]));
  if (DataType.isUtf8(type)) return decoder.decode(bytesAt(data, index));
  if (DataType.isBinary(type)) return hex(bytesAt(data, index));
  if (DataType.isBool(type)) return ((data.values[at >> 3] ?? 0) >> (at & 7)) & 1 ? 'true' : 'false';
  if (DataType.isInt(type)) return String(data.values[index]);
  if (DataType.isFloat(type)) return floatText(Number(data.values[index]));
  if (DataType.isDecimal(type)) return decimalText(wide(data.values as Uint32Array, index * 4, true), type.scale);
  if (DataType.isTimestamp(type)) return timestampText(ticks(data, index), unitsPerSecond[type.unit] ?? 1n);
  if (DataType.isDate(type)) return timestampText(BigInt(data.values[index]) * 86_400n, 1n).slice(0, -9);
  if (DataType.isTime(type)) return timeText(ticks(data, index), unitsPerSecond[type.unit] ?? 1n);
  if (DataType.isInterval(type)) return intervalText(data, index);
  if (DataType.isFixedSizeBinary(type) && type.byteWidth === 16)
    return String(wide(new Uint32Array((data.values as Uint8Array).slice(index * 16, index * 16 + 16).buffer), 0, false));
  return nestedText(data, index);
}

function nestedText(data: Data, index: number): string {
  const { type } = data;
  const quoted = (child: Data | undefined, at: number) => (child ? valueText(child, at) : 'NULL');
  if (DataType.isList(type) || DataType.isMap(type)) {
    const [first, last] = [data.valueOffsets[index] ?? 0, data.valueOffsets[index + 1] ?? 0];
    const child = data.children[0];
    const items = Array.from({ length: last - first }, (_, offset) => first + offset);
    if (DataType.isList(type)) return `[${items.map((at) => quoted(child, at)).join(', ')}]`;
    return `{${items.map((at) => `${quoted(child?.children[0], at)}=${quoted(child?.children[1], at)}`).join(', ')}}`;
  }
  if (DataType.isFixedSizeList(type)) {
    const items = Array.from({ length: type.listSize }, (_, offset) => index * type.listSize + offset);
    return `[${items.map((at) => quoted(data.children[0], at)).join(', ')}]`;
  }
  if (DataType.isStruct(type))
    return `{${type.children.map((field, child) => `'${field.name}': ${quoted(data.children[child], index)}`).join(', ')}}`;
  return '?';
}

function valueText(data: Data, index: number): string {
  const text = cellText(data, index);
  if (text === null) return 'NULL';
  return DataType.isUtf8(data.type) || DataType.isDictionary(data.type) ? `'${text}'` : text;
}

function textIn(vector: Vector | undefined, index: number): string | null {
  let left = index;
  for (const data of vector?.data ?? []) {
    if (left < data.length) return cellText(data, left);
    left -= data.length;
  }
  return null;
}

function bytesAt(data: Data, index: number): Uint8Array {
  return (data.values as Uint8Array).subarray(Number(data.valueOffsets[index]), Number(data.valueOffsets[index + 1]));
}

function hex(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, shownBytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length > shownBytes ? `${shown}… (${bytes.length} bytes)` : shown;
}

function floatText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return Object.is(value, -0) ? '-0.0' : value.toFixed(1);
  if (Number.isNaN(value)) return 'nan';
  return Number.isFinite(value) ? String(value) : value > 0 ? 'inf' : '-inf';
}

/** Four little-endian 32-bit words as one integer. */
function wide(words: Uint32Array, start: number, isSigned: boolean): bigint {
  let value = 0n;
  for (let word = 3; word >= 0; word -= 1) value = (value << 32n) | BigInt((words[start + word] ?? 0) >>> 0);
  return isSigned ? BigInt.asIntN(128, value) : value;
}

function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return String(unscaled);
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Arrow keeps 64-bit ticks as two words in some versions, as one bigint in others. */
function ticks(data: Data, index: number): bigint {
  const { values } = data;
  if (values instanceof BigInt64Array) return values[index] ?? 0n;
  if (values.length < data.length * 2) return BigInt(values[index]);
  return BigInt.asIntN(64, (BigInt(values[index * 2 + 1] >>> 0) << 32n) | BigInt(values[index * 2] >>> 0));
}

function fractionText(part: bigint, perSecond: bigint): string {
  if (part === 0n) return '';
  return `.${String(part)
    .padStart(String(perSecond).length - 1, '0')
    .replace(/0+$/, '')}`;
}

function timestampText(value: bigint, perSecond: bigint): string {
  if (value === 0x7fff_ffff_ffff_ffffn) return 'infinity';
  if (value === -0x7fff_ffff_ffff_ffffn) return '-infinity';
  const part = ((value % perSecond) + perSecond) % perSecond;
  const ms = Number(((value - part) / perSecond) * 1000n);
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return `${value} ticks`;
  return `${date
    .toISOString()
    .replace('T', ' ')
    .replace(/\.000Z$/, '')}${fractionText(part, perSecond)}`;
}

function timeText(value: bigint, perSecond: bigint): string {
  const seconds = Number(value / perSecond);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fractionText(value % perSecond, perSecond)}`;
}

function intervalText(data: Data, index: number): string {
  const words = data.values as Int32Array;
  const [months = 0, days = 0, low = 0, high = 0] = words.subarray(index * 4, index * 4 + 4);
  const nanoseconds = BigInt.asIntN(64, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
  const sign = nanoseconds < 0n ? '-' : '';
  const clock =
    nanoseconds === 0n ? '' : `${sign}${timeText((nanoseconds < 0n ? -nanoseconds : nanoseconds) / 1000n, 1_000_000n)}`;
  return [months ? `${months} months` : '', days ? `${days} days` : '', clock].filter(Boolean).join(' ') || '00:00:00';
}
