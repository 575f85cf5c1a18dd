/**
 * The bytes of a journal: a segment header, then records, each a checksummed header, two ids, the ledger's part and the rows.
 *
 * Guarantees
 * - A header and a body have a CRC-32 each, so damage in a body leaves the way to the next record known.
 * - Every header starts with the segment's random salt: no row's content can pass for a record.
 * - Records and the Arrow bytes in them start at multiples of 8.
 *
 * Little endian. Segment: magic "DUALJNL1", salt u32, crc u32 of the twelve bytes before. Record: salt u32, crc u32 (of what
 * follows up to the body), body crc u32, body bytes u32, type u8, kind u8, run id bytes u16, worker id bytes u16, has key u16,
 * ledger bytes u32, rows u32, first_seq f64, batch_sequence f64, writer session 16 bytes, run id, worker id, ledger (JSON), zeros,
 * body, zeros.
 */
import { crc32 } from 'node:zlib';
import { rowKinds } from '../../protocol/arrow.ts';
import type { RowKind } from '../../protocol/index.ts';
import type { LedgerChange } from './row-ledger.ts';

export type BatchKey = { writerSession: Uint8Array; batchSequence: number };

/** What a record says of itself. `ledger` alone (rows 0, no body) counts what was not stored, or uses up a refused batch's key. */
export type RecordHead = {
  type: 'rows' | 'ledger';
  kind: RowKind;
  runId: string;
  workerId: string;
  rows: number;
  firstSeq: number;
  key?: BatchKey | undefined;
  ledger: readonly LedgerChange[];
};

export const segmentHeadBytes = 16;
const magic = 'DUALJNL1';
const fixedBytes = 64;
const noSession = new Uint8Array(16);

const padded = (bytes: number): number => (bytes + 7) & ~7;

export function encodeSegmentHead(salt: number): Uint8Array {
  const head = Buffer.alloc(segmentHeadBytes);
  head.write(magic, 'latin1');
  head.writeUInt32LE(salt, 8);
  head.writeUInt32LE(crc32(head.subarray(0, 12)), 12);
  return head;
}

/** The salt of a segment, or undefined when the bytes do not start as one. */
function readSegmentHead(bytes: Buffer): number | undefined {
  if (bytes.length < segmentHeadBytes || bytes.toString('latin1', 0, 8) !== magic) return undefined;
  return crc32(bytes.subarray(0, 12)) === bytes.readUInt32LE(12) ? bytes.readUInt32LE(8) : undefined;
}

/** Header bytes, and the zeros that follow the body. `bodyCrc` is zlib's CRC-32. */
export function encodeRecord(
  salt: number,
  head: RecordHead,
  body: Uint8Array,
  bodyCrc: number,
): { head: Buffer; tail: Uint8Array } {
  const runId = Buffer.from(head.runId);
  const workerId = Buffer.from(head.workerId);
  const ledger = Buffer.from(JSON.stringify(head.ledger));
  const bytes = Buffer.alloc(padded(fixedBytes + runId.length + workerId.length + ledger.length));
  bytes.writeUInt32LE(salt, 0);
  bytes.writeUInt32LE(bodyCrc, 8);
  bytes.writeUInt32LE(body.byteLength, 12);
  bytes.writeUInt8(head.type === 'rows' ? 1 : 2, 16);
  bytes.writeUInt8(rowKinds.indexOf(head.kind), 17);
  bytes.writeUInt16LE(runId.length, 18);
  bytes.writeUInt16LE(workerId.length, 20);
  bytes.writeUInt16LE(head.key === undefined ? 0 : 1, 22);
  bytes.writeUInt32LE(ledger.length, 24);
  bytes.writeUInt32LE(head.rows, 28);
  bytes.writeDoubleLE(head.firstSeq, 32);
  bytes.writeDoubleLE(head.key?.batchSequence ?? 0, 40);
  bytes.set((head.key?.writerSession ?? noSession).subarray(0, 16), 48);
  bytes.set(runId, fixedBytes);
  bytes.set(workerId, fixedBytes + runId.length);
  bytes.set(ledger, fixedBytes + runId.length + workerId.length);
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4);
  return { head: bytes, tail: new Uint8Array(padded(body.byteLength) - body.byteLength) };
}

type ReadRecord =
  | { state: 'whole'; head: RecordHead; bodyOffset: number; bodyBytes: number; next: number }
  /** The header is sound, the body is not. */
  | { state: 'damaged'; head: RecordHead; next: number }
  /** The header is sound, the body is not all there. */
  | { state: 'cut'; next: number }
  | { state: 'none' };

/** What stands at `at` of a segment's bytes. */
function readRecord(bytes: Buffer, at: number, salt: number): ReadRecord {
  if (at + fixedBytes > bytes.length || bytes.readUInt32LE(at) !== salt) return { state: 'none' };
  const runIdBytes = bytes.readUInt16LE(at + 18);
  const workerIdBytes = bytes.readUInt16LE(at + 20);
  const ledgerBytes = bytes.readUInt32LE(at + 24);
  const headBytes = padded(fixedBytes + runIdBytes + workerIdBytes + ledgerBytes);
  if (at + headBytes > bytes.length || crc32(bytes.subarray(at + 8, at + headBytes)) !== bytes.readUInt32LE(at + 4))
    return { state: 'none' };
  const runAt = at + fixedBytes;
  const workerAt = runAt + runIdBytes;
  const ledgerAt = workerAt + workerIdBytes;
  const batchSequence = bytes.readDoubleLE(at + 40);
  const head: RecordHead = {
    type: bytes.readUInt8(at + 16) === 1 ? 'rows' : 'ledger',
    kind: rowKinds[bytes.readUInt8(at + 17)] as RowKind,
    runId: bytes.toString('utf8', runAt, workerAt),
    workerId: bytes.toString('utf8', workerAt, ledgerAt),
    rows: bytes.readUInt32LE(at + 28),
    firstSeq: bytes.readDoubleLE(at + 32),
    key:
      bytes.readUInt16LE(at + 22) === 0
        ? undefined
        : { writerSession: Uint8Array.from(bytes.subarray(at + 48, at + 64)), batchSequence },
    ledger: JSON.parse(bytes.toString('utf8', ledgerAt, ledgerAt + ledgerBytes)) as LedgerChange[],
  };
  const bodyOffset = at + headBytes;
  const bodyBytes = bytes.readUInt32LE(at + 12);
  const next = bodyOffset + padded(bodyBytes);
  if (bodyOffset + bodyBytes > bytes.length) return { state: 'cut', next };
  const isWhole = crc32(bytes.subarray(bodyOffset, bodyOffset + bodyBytes)) === bytes.readUInt32LE(at + 8);
  return isWhole ? { state: 'whole', head, bodyOffset, bodyBytes, next } : { state: 'damaged', head, next };
}

type Scanned = { head: RecordHead; bodyOffset: number; bodyBytes: number };
/** Bytes that are no whole record but have sound ones behind them; `lost` when their own header survived. */
type Damage = { at: number; bytes: number; lost?: RecordHead };
export type SegmentScan = { records: Scanned[]; damages: Damage[]; wholeBytes: number; tornBytes: number };

/** What is damaged in a segment's bytes, in words; undefined for nothing. A torn tail was never acknowledged: it is no damage. */
export function damageOfSegment(bytes: Buffer): string | undefined {
  if (readSegmentHead(bytes) === undefined) return bytes.length > 4096 ? 'its head cannot be read' : undefined;
  const { damages } = scanSegment(bytes);
  if (damages.length === 0) return undefined;
  const lost = damages.flatMap(({ lost: head }) =>
    head === undefined || head.rows === 0
      ? []
      : [`run ${head.runId}, ${head.kind} ${head.firstSeq} to ${head.firstSeq + head.rows - 1}`],
  );
  return `${damages.length} record${damages.length === 1 ? '' : 's'} cannot be read${lost.length > 0 ? `: ${lost.slice(0, 5).join('; ')}` : ''}`;
}

/** All whole records of a segment. What is damaged is skipped and named; what stops at the end of the file is the torn tail. */
export function scanSegment(bytes: Buffer): SegmentScan {
  const salt = readSegmentHead(bytes);
  if (salt === undefined) return { records: [], damages: [], wholeBytes: 0, tornBytes: bytes.length };
  const records: Scanned[] = [];
  const damages: Damage[] = [];
  let wholeBytes = segmentHeadBytes;
  let suspects: Damage[] = [];
  for (let at = segmentHeadBytes; at < bytes.length; ) {
    const record = readRecord(bytes, at, salt);
    if (record.state === 'whole' || record.state === 'damaged') {
      damages.push(...suspects);
      suspects = [];
      const end = Math.min(record.next, bytes.length);
      if (record.state === 'whole')
        records.push({ head: record.head, bodyOffset: record.bodyOffset, bodyBytes: record.bodyBytes });
      else damages.push({ at, bytes: end - at, lost: record.head });
      at = wholeBytes = end;
    } else {
      // A cut record's length may be right or the file's end may be: what looks like a record behind it decides.
      const next = nextSalt(bytes, at + 8, salt);
      suspects.push({ at, bytes: next - at });
      at = next;
    }
  }
  return { records, damages, wholeBytes, tornBytes: bytes.length - wholeBytes };
}

/** The next multiple of 8 where the salt stands, or the end. */
function nextSalt(bytes: Buffer, from: number, salt: number): number {
  const wanted = Buffer.alloc(4);
  wanted.writeUInt32LE(salt);
  for (let at = bytes.indexOf(wanted, from); at !== -1; at = bytes.indexOf(wanted, at + 1)) if (at % 8 === 0) return at;
  return bytes.length;
}
