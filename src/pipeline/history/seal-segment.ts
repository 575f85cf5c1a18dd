/**
 * One segment of the journal -> parts, one per run, kind and unbroken range of numbers, in the form of their run.
 *
 * Guarantees: those of part-store.ts. Changes nothing but the directories of parts and rows.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { decodeBatch, withSequence } from '../../protocol/arrow.ts';
import type { HistoryForm, PartRecord } from './catalogue.ts';
import { type HistoryPlaces, isChecked, type PartOwner, storePart } from './part-store.ts';

/** Where the Arrow bytes of one batch stand in the segment. */
type SealRecord = { bodyOffset: number; bodyBytes: number; firstSeq: number; rows: number; workerId: string };
type SealLane = PartOwner & { form: HistoryForm; records: readonly SealRecord[] };
export type SealJob = { segmentPath: string; places: HistoryPlaces; lanes: readonly SealLane[] };

export async function sealSegment(job: SealJob): Promise<PartRecord[]> {
  const parts: PartRecord[] = [];
  const segment = await open(job.segmentPath, 'r');
  try {
    for (const lane of job.lanes) {
      for (const records of unbroken(lane.records)) {
        parts.push(await storePart(job.places, lane.form, lane, await batchesOf(segment, lane, records)));
      }
    }
  } finally {
    await segment.close();
  }
  await syncParts(job.places);
  return parts;
}

/** Makes the names of new parts durable. */
export async function syncParts({ partsDirectory, rowsDirectory }: HistoryPlaces): Promise<void> {
  for (const path of [partsDirectory, rowsDirectory]) {
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }
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

async function batchesOf(segment: FileHandle, { runId, kind }: SealLane, records: readonly SealRecord[]) {
  const batches = [];
  for (const { bodyOffset, bodyBytes, firstSeq, workerId } of records) {
    const { buffer, bytesRead } = await segment.read(Buffer.allocUnsafeSlow(bodyBytes), 0, bodyBytes, bodyOffset);
    if (bytesRead !== bodyBytes) throw new Error(`the segment ends inside of the batch at ${bodyOffset}`);
    batches.push(withSequence(kind, decodeBatch(buffer, isChecked), firstSeq, runId, workerId));
  }
  return batches;
}
