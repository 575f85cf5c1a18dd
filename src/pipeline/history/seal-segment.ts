/**
 * One segment of the journal -> immutable Parquet parts, one per run, kind and unbroken range of numbers.
 *
 * Guarantees: a part appears under its final name whole and durable (temporary file, fsync, rename, fsync of the directory); its
 * name is made from its content, so doing it again after a crash gives the same files. Changes nothing but the parts directory.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { concat, decodeBatch, withSequence } from '../../protocol/arrow.ts';
import type { RowKind } from '../../protocol/index.ts';
import type { PartRecord } from './catalogue.ts';
import { rowGroupRows, writeParquetPart } from './parquet.ts';

/** Where the Arrow bytes of one batch stand in the segment. */
export type SealRecord = { bodyOffset: number; bodyBytes: number; firstSeq: number; rows: number; workerId: string };
export type SealLane = { runId: string; kind: RowKind; records: readonly SealRecord[] };
export type SealJob = { segmentPath: string; partsDirectory: string; lanes: readonly SealLane[] };

/** Texts were checked when the batch was taken in, and its bytes have a checksum. */
const isChecked = (): boolean => true;

export const temporarySuffix = '.tmp';

export async function sealSegment(job: SealJob): Promise<PartRecord[]> {
  const parts: PartRecord[] = [];
  const segment = await open(job.segmentPath, 'r');
  try {
    for (const lane of job.lanes) {
      for (const records of unbroken(lane.records)) parts.push(await sealRange(segment, job.partsDirectory, lane, records));
    }
  } finally {
    await segment.close();
  }
  const directory = await open(job.partsDirectory, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
  return parts;
}

/** Records split where numbers are missing between them (rows lost to damage). */
function unbroken(records: readonly SealRecord[]): SealRecord[][] {
  const ranges: SealRecord[][] = [];
  let next = Number.NaN;
  for (const record of records) {
    if (record.firstSeq === next) ranges.at(-1)?.push(record);
    else ranges.push([record]);
    next = record.firstSeq + record.rows;
  }
  return ranges;
}

async function sealRange(
  segment: FileHandle,
  directory: string,
  { runId, kind }: SealLane,
  records: readonly SealRecord[],
): Promise<PartRecord> {
  const batches = [];
  for (const { bodyOffset, bodyBytes, firstSeq, workerId } of records) {
    const { buffer, bytesRead } = await segment.read(Buffer.allocUnsafeSlow(bodyBytes), 0, bodyBytes, bodyOffset);
    if (bytesRead !== bodyBytes) throw new Error(`the segment ends inside of the batch at ${bodyOffset}`);
    batches.push(withSequence(kind, decodeBatch(buffer, isChecked), firstSeq, runId, workerId));
  }
  const rows = concat(batches);
  const bytes = writeParquetPart(kind, rows);
  const first = records[0] as SealRecord;
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const name = `${fileSafe(runId)}-${kind}-${first.firstSeq}-${hash}.parquet`;
  await writeDurably(join(directory, name), bytes);
  return {
    name,
    runId,
    kind,
    firstSeq: first.firstSeq,
    lastSeq: first.firstSeq + rows.numRows - 1,
    rows: rows.numRows,
    bytes: bytes.byteLength,
    rowGroupRows,
  };
}

const fileSafe = (runId: string): string => runId.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64);

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}${temporarySuffix}`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } catch (cause) {
    // A full disk: what was written of it must not stay in the way of the next try.
    await file.close();
    await rm(temporary, { force: true });
    throw cause;
  }
  await file.close();
  await rename(temporary, path);
}
