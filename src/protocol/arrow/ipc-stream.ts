/**
 * The messages of one Arrow IPC stream: schema, dictionaries, one record batch. Metadata only, bodies stay where they are.
 *
 * Guarantees: reads nothing outside of the bytes; a stream that is truncated, compressed, big-endian, holds several record
 * batches, replaced or delta dictionaries, or types outside of the contract is refused with a DuallaneError `batch-invalid`.
 * Format: https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format
 */
import { DuallaneError, sentenceOf } from '../error.ts';
import { FlatTable } from './flatbuffer.ts';
import type { ColumnType } from './schema.ts';

export type StreamField = {
  name: string;
  type: ColumnType;
  nullable: boolean;
  /** Set for `dict` alone. */
  dictionaryId?: number;
  metadata: Map<string, string>;
};
/** Rows with their nodes [length, null count] and buffers, all inside of the stream's bytes. */
export type StreamRows = { length: number; nodes: [number, number][]; buffers: Uint8Array[] };
export type IpcStream = { fields: readonly StreamField[]; dictionaries: Map<number, StreamRows>; rows: StreamRows };

const continuation = 0xffffffff;
const header = { schema: 1, dictionary: 2, rows: 3 } as const;

export function batchInvalid(sentence: string, cause?: unknown): DuallaneError {
  return new DuallaneError('batch-invalid', sentence, cause === undefined ? undefined : { cause });
}

/** Reads a stream that holds exactly one record batch. Throws `batch-invalid`. */
export function readIpcStream(ipc: Uint8Array): IpcStream {
  try {
    return readMessages(ipc);
  } catch (cause) {
    if (cause instanceof DuallaneError) throw cause;
    throw batchInvalid(
      `the bytes are not an Arrow IPC stream (${sentenceOf(cause)}); send one complete stream with one record batch`,
      cause,
    );
  }
}

function readMessages(ipc: Uint8Array): IpcStream {
  const view = new DataView(ipc.buffer, ipc.byteOffset, ipc.byteLength);
  let at = 0;
  let fields: readonly StreamField[] | undefined;
  let rows: StreamRows | undefined;
  const dictionaries = new Map<number, StreamRows>();
  while (at + 4 <= ipc.byteLength) {
    const first = view.getUint32(at, true);
    at += 4;
    const metadataBytes = first === continuation ? view.getInt32(at, true) : first;
    if (first === continuation) at += 4;
    if (metadataBytes === 0) break;
    if (metadataBytes < 0 || at + metadataBytes > ipc.byteLength)
      throw batchInvalid('the Arrow IPC stream is cut off inside of a message');
    const metadata = ipc.subarray(at, at + metadataBytes);
    const message = FlatTable.root(metadata);
    at += metadataBytes;
    const bodyBytes = message.int64(3);
    if (bodyBytes < 0 || at + bodyBytes > ipc.byteLength)
      throw batchInvalid('the Arrow IPC stream is cut off inside of a message body');
    const body = ipc.subarray(at, at + bodyBytes);
    at += bodyBytes;
    const content = message.table(2);
    if (content === undefined) throw batchInvalid('an Arrow IPC message has no content');
    switch (message.uint8(1)) {
      case header.schema:
        if (fields !== undefined) throw batchInvalid('the Arrow IPC stream holds two schemas');
        fields = knownFields(metadata) ?? readSchema(metadata, content);
        break;
      case header.dictionary: {
        const id = content.int64(0);
        const values = content.table(1);
        if (values === undefined || content.bool(2, false) || dictionaries.has(id))
          throw batchInvalid('a dictionary is empty, sent twice, or a delta; send each dictionary once and whole');
        dictionaries.set(id, readRows(values, body));
        break;
      }
      case header.rows:
        if (rows !== undefined)
          throw batchInvalid('the Arrow IPC stream holds more than one record batch; send one stream per batch');
        rows = readRows(content, body);
        break;
      default:
        throw batchInvalid(`Arrow IPC message type ${message.uint8(1)} has no place in a batch`);
    }
  }
  if (fields === undefined) throw batchInvalid('the Arrow IPC stream has no schema');
  if (rows === undefined) throw batchInvalid('the Arrow IPC stream has no record batch');
  return { fields, dictionaries, rows };
}

/** Schemas read before, newest last: a writer's batches say the same in every one, and reading it is most of a small batch's cost. */
const schemas: { metadata: Uint8Array; fields: readonly StreamField[] }[] = [];
const schemasKept = 16;
const schemaBytesKept = 16 * 1024;

/** The fields of a schema message, the same array for the same bytes. */
function knownFields(metadata: Uint8Array): readonly StreamField[] | undefined {
  return schemas.findLast((known) => isEqual(known.metadata, metadata))?.fields;
}

function readSchema(metadata: Uint8Array, content: FlatTable): readonly StreamField[] {
  if (content.int16(0) !== 0) throw batchInvalid('the Arrow IPC stream is big-endian; send little-endian');
  const fields = content.tables(1).map(readField);
  if (metadata.byteLength > schemaBytesKept) return fields;
  schemas.push({ metadata: metadata.slice(), fields });
  if (schemas.length > schemasKept) schemas.shift();
  return fields;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.byteLength !== b.byteLength) return false;
  for (let i = 0; i < a.byteLength; i++) if (a[i] !== b[i]) return false;
  return true;
}

function readRows(table: FlatTable, body: Uint8Array): StreamRows {
  if (table.table(3) !== undefined) throw batchInvalid('the record batch is compressed; send Arrow IPC without compression');
  const buffers = table.pairs(2).map(([offset, length]) => {
    if (offset < 0 || length < 0 || offset + length > body.byteLength)
      throw batchInvalid('a buffer of the record batch reaches beyond its body');
    return body.subarray(offset, offset + length);
  });
  return { length: table.int64(0), nodes: table.pairs(1), buffers };
}

function readField(field: FlatTable): StreamField {
  const name = field.string(0) ?? '';
  const metadata = new Map(field.tables(6).map((entry) => [entry.string(0) ?? '', entry.string(1) ?? '']));
  const encoding = field.table(4);
  const plain = plainType(field.uint8(2), field.table(3), name);
  if (encoding === undefined) return { name, type: plain, nullable: field.bool(1, false), metadata };
  const index = encoding.table(1);
  const indexIsInt32 = index === undefined || (index.int32(0) === 32 && index.bool(1, false));
  if (plain !== 'utf8' || !indexIsInt32)
    throw batchInvalid(`column ${name} is a dictionary of another type; use dictionary<int32, utf8>`);
  return { name, type: 'dict', nullable: field.bool(1, false), dictionaryId: encoding.int64(0), metadata };
}

function plainType(tag: number, type: FlatTable | undefined, name: string): ColumnType {
  switch (tag) {
    case 2: {
      const key = `${type?.bool(1, false) ? 'int' : 'uint'}${type?.int32(0)}`;
      if (key === 'int32' || key === 'int64' || key === 'uint64') return key;
      break;
    }
    case 3:
      if (type?.int16(0) === 2) return 'float64';
      break;
    case 4:
      return 'binary';
    case 5:
      return 'utf8';
    case 6:
      return 'bool';
    case 10:
      if (type?.int16(0) === 2 && !type.string(1)) return 'timestamp_us';
      break;
  }
  throw batchInvalid(`column ${name} has an Arrow type (id ${tag}) that no column of the contract has`);
}
