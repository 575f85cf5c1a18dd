/** Protocol buffers' wire format, as far as other people's files need it written: varints, doubles, and what has a length. */

export const textField = (number: number, value: string): Buffer => bytesField(number, Buffer.from(value));

export const bytesField = (number: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([keyOf(number, 2), varintOf(BigInt(bytes.length)), bytes]);

/** An int64: a negative value takes ten bytes. */
export const integerField = (number: number, value: bigint): Buffer =>
  Buffer.concat([keyOf(number, 0), varintOf(BigInt.asUintN(64, value))]);

export function doubleField(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([keyOf(number, 1), bytes]);
}

export function floatField(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([keyOf(number, 5), bytes]);
}

const keyOf = (number: number, wire: number): Buffer => varintOf(BigInt((number << 3) | wire));

function varintOf(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
