/**
 * The SDK stores observations as raw tensor bytes; the row RPC wants JSON. Layout: the column's field metadata, `dtype` (numpy's
 * name) and `shape` (JSON array), or `layouts`: [[rows, {dtype, shape}], ...] where batches of several layouts were joined.
 */
type Layout = { dtype: string; shape: readonly number[] };

/** Reads row `i`'s bytes as nested JSON arrays; "" for bytes whose layout is not known. */
export type ObservationReader = (row: number, bytes: Uint8Array) => string;

export function observationReader(metadata: ReadonlyMap<string, string>): ObservationReader {
  const layouts = layoutsOf(metadata);
  return (row, bytes) => {
    let before = 0;
    for (const [rows, layout] of layouts) {
      before += rows;
      if (row < before) return jsonOf(bytes, layout);
    }
    return '';
  };
}

function layoutsOf(metadata: ReadonlyMap<string, string>): [number, Layout][] {
  const joined = parse(metadata.get('layouts'));
  if (Array.isArray(joined)) {
    return joined.flatMap((entry): [number, Layout][] => {
      const [rows, fields] = Array.isArray(entry) ? entry : [];
      const layout = layoutOf((fields ?? {}) as Record<string, unknown>);
      return typeof rows === 'number' ? [[rows, layout ?? { dtype: '', shape: [] }]] : [];
    });
  }
  const layout = layoutOf(Object.fromEntries(metadata));
  return layout ? [[Number.POSITIVE_INFINITY, layout]] : [];
}

function layoutOf(fields: Readonly<Record<string, unknown>>): Layout | undefined {
  const shape = typeof fields.shape === 'string' ? parse(fields.shape) : fields.shape;
  if (
    typeof fields.dtype !== 'string' ||
    !Array.isArray(shape) ||
    !shape.every((side) => Number.isSafeInteger(side) && side >= 0)
  )
    return undefined;
  return { dtype: fields.dtype, shape: shape as number[] };
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a publisher's own metadata, in a form of its own
  }
}

function jsonOf(bytes: Uint8Array, { dtype, shape }: Layout): string {
  const copy = bytes.slice(); // typed arrays want aligned bytes
  const name = dtype.replace(/^[<|=]/, '');
  const make = arrays[name];
  const count = shape.reduce((product, side) => product * side, 1);
  if (!make || dtype.startsWith('>')) return '';
  const values = make(copy.buffer, Math.floor(copy.byteLength / itemBytes(name)));
  if (values.length !== count) return '';
  return nest(values, shape, 0, { at: 0 }, name === 'bool' || name === '?' || name === 'b1');
}

type Values = ArrayLike<number | bigint>;
const arrays: Readonly<Record<string, (buffer: ArrayBuffer, length: number) => Values>> = aliases({
  'float64 f8': (buffer, length) => new Float64Array(buffer, 0, length),
  'float32 f4': (buffer, length) => new Float32Array(buffer, 0, length),
  'int64 i8': (buffer, length) => new BigInt64Array(buffer, 0, length),
  'int32 i4': (buffer, length) => new Int32Array(buffer, 0, length),
  'int16 i2': (buffer, length) => new Int16Array(buffer, 0, length),
  'int8 i1': (buffer, length) => new Int8Array(buffer, 0, length),
  'uint64 u8': (buffer, length) => new BigUint64Array(buffer, 0, length),
  'uint32 u4': (buffer, length) => new Uint32Array(buffer, 0, length),
  'uint16 u2': (buffer, length) => new Uint16Array(buffer, 0, length),
  'uint8 u1': (buffer, length) => new Uint8Array(buffer, 0, length),
  'bool b1 ?': (buffer, length) => new Uint8Array(buffer, 0, length),
});

function aliases<Value>(table: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(table).flatMap(([names, value]) => names.split(' ').map((name) => [name, value])));
}

function itemBytes(name: string): number {
  if (name === 'bool' || name === '?') return 1;
  const digits = Number(/\d+$/.exec(name)?.[0] ?? 1);
  return /^[fiub]\d$/.test(name) ? digits : digits / 8;
}

function nest(values: Values, shape: readonly number[], depth: number, cursor: { at: number }, isBool: boolean): string {
  const side = shape[depth];
  if (side === undefined) {
    const value = values[cursor.at];
    cursor.at += 1;
    if (isBool) return value === 0 ? 'false' : 'true';
    return typeof value === 'number' && !Number.isFinite(value) ? 'null' : String(value);
  }
  return `[${Array.from({ length: side }, () => nest(values, shape, depth + 1, cursor, isBool)).join(',')}]`;
}
