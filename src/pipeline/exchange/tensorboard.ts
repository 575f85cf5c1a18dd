/**
 * TensorBoard event files: scalars in and out.
 *
 * A file is a sequence of records: length u64 LE, masked CRC-32C of the length, bytes, masked CRC-32C of the bytes. The bytes are
 * a protobuf Event {wall_time 1 double, step 2 int64, file_version 3, summary 5 {value 1 {tag 1, simple_value 2 float, tensor 8
 * {dtype 1, float_val 5, double_val 6, tensor_content 4}}}}. Source: TensorFlow's event.proto, summary.proto, record format.
 * A torn tail ends reading; a record whose checksum is wrong is counted; what is not a scalar is counted.
 */
import { type ImportedRow, type ImportedRun, runOfFile, skip } from './imported.ts';
import { bytesField, doubleField, floatField, integerField, textField } from './protobuf.ts';

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc >>> 0;
});

function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
  crc = (crc ^ 0xffffffff) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

export function readEventFile(bytes: Buffer, name: string): ImportedRun {
  const run = runOfFile(name, bytes);
  run.rows = scalarsOf(run, bytes);
  return run;
}

function* scalarsOf(run: ImportedRun, bytes: Buffer): Generator<ImportedRow> {
  for (let at = 0; at + 12 <= bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    if (maskedCrc(bytes.subarray(at, at + 8)) !== bytes.readUInt32LE(at + 8)) {
      skip(run, 'records whose length is damaged: the rest of the file cannot be read');
      return;
    }
    if (at + 16 + length > bytes.length) {
      skip(run, 'records cut off at the end of the file');
      return;
    }
    const record = bytes.subarray(at + 12, at + 12 + length);
    const isWhole = maskedCrc(record) === bytes.readUInt32LE(at + 12 + length);
    at += 16 + length;
    if (!isWhole) skip(run, 'records with a wrong checksum');
    else yield* valuesOf(run, record);
  }
}

function* valuesOf(run: ImportedRun, record: Buffer): Generator<ImportedRow> {
  const fields = [...fieldsOf(record)];
  const wall = fields.find(({ number }) => number === 1)?.bytes.readDoubleLE(0) ?? 0;
  const step = BigInt.asIntN(64, fields.find(({ number }) => number === 2)?.varint ?? 0n);
  for (const { bytes: summary } of fields.filter(({ number }) => number === 5)) {
    for (const { bytes: value } of [...fieldsOf(summary)].filter(({ number }) => number === 1)) {
      const parts = [...fieldsOf(value)];
      const tag = parts.find(({ number }) => number === 1)?.bytes.toString() ?? '';
      const scalar =
        parts.find(({ number }) => number === 2)?.bytes.readFloatLE(0) ??
        tensorScalar(parts.find(({ number }) => number === 8)?.bytes);
      if (scalar === undefined) skip(run, 'values that are no scalars');
      else
        yield {
          kind: 'metrics',
          workerId: 'tensorboard',
          row: { agent_id: 'default', step, ts: Math.round(wall * 1e6), name: tag, value: scalar },
        };
    }
  }
}

/** A tensor of one float or double, as newer writers put scalars. */
function tensorScalar(tensor: Buffer | undefined): number | undefined {
  if (tensor === undefined) return undefined;
  const fields = [...fieldsOf(tensor)];
  const type = Number(fields.find(({ number }) => number === 1)?.varint ?? 0n);
  const bytesOf = (number: number) => fields.find((field) => field.number === number)?.bytes;
  const content = bytesOf(4) ?? bytesOf(type === 1 ? 5 : 6);
  if (type === 1 && content?.length === 4) return content.readFloatLE(0);
  return type === 2 && content?.length === 8 ? content.readDoubleLE(0) : undefined;
}

type Field = { number: number; varint: bigint; bytes: Buffer };

/** The fields of a protobuf message; what is cut off ends them. */
function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; at < message.length && shift < 70n; shift += 7n) {
      const byte = message[at++] as number;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < message.length) {
    const key = Number(varint() & 0xffffffffn);
    const wire = key & 7;
    const value = wire === 0 || wire === 2 ? varint() : 0n;
    const length = wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? Number(value) : 0;
    if (wire > 5 || wire === 3 || wire === 4 || at + length > message.length) return;
    yield { number: key >>> 3, varint: value, bytes: message.subarray(at, at + length) };
    at += length;
  }
}

export type Scalar = { wallS: number; step: bigint; tag: string; value: number };

/** The head of an event file. */
export const eventFileHead = (wallS: number): Buffer =>
  recordOf(Buffer.concat([doubleField(1, wallS), textField(3, 'brain.Event:2')]));

export function encodeScalar({ wallS, step, tag, value }: Scalar): Buffer {
  const summary = bytesField(1, Buffer.concat([textField(1, tag), floatField(2, value)]));
  return recordOf(Buffer.concat([doubleField(1, wallS), integerField(2, step), bytesField(5, summary)]));
}

function recordOf(bytes: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(bytes.length), 0);
  head.writeUInt32LE(maskedCrc(head.subarray(0, 8)), 8);
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(maskedCrc(bytes), 0);
  return Buffer.concat([head, bytes, tail]);
}
