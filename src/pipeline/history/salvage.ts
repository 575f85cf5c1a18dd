/**
 * What can still be read of a damaged part, as new parts: of Parquet row group by row group, of SQLite row by row.
 *
 * Guarantees: rows keep their numbers; a row group that cannot be read whole is lost.
 */
import { readFile } from 'node:fs/promises';
import type { RecordBatch } from 'apache-arrow';
import { decodeBatch, numbersOf, rowsOf, slice } from '../../protocol/arrow.ts';
import type { PartRecord } from './catalogue.ts';
import { openPart, readRowGroup } from './parquet.ts';
import { groupsOf, type HistoryPlaces, partPath, rowFilePath, storePart } from './part-store.ts';
import { readReadableRows } from './row-file.ts';

export type Salvaged = { parts: PartRecord[]; rows: number };

export async function salvagePart(places: HistoryPlaces, part: PartRecord): Promise<Salvaged> {
  const ranges = part.form === 'sqlite' ? salvageRows(places, part) : await salvageGroups(places, part);
  const parts: PartRecord[] = [];
  for (const batches of ranges) parts.push(await storePart(places, part.form, part, batches, part.level));
  return { parts, rows: parts.reduce((sum, { rows }) => sum + rows, 0) };
}

/** Batches that follow each other without a hole, range by range. */
function salvageRows(places: HistoryPlaces, part: PartRecord): RecordBatch[][] {
  const ranges: RecordBatch[][] = [];
  let next = Number.NaN;
  for (const { ipc } of readReadableRows(rowFilePath(places, part.runId), part.kind, part.firstSeq, part.lastSeq)) {
    const batch = decodeBatch(ipc);
    for (const { first, from, to } of unbroken(numbersOf(batch, 'seq_id'))) {
      const rows = slice(batch, from, to);
      if (first === next) ranges.at(-1)?.push(rows);
      else ranges.push([rows]);
      next = first + to - from;
    }
  }
  return ranges;
}

/** Stretches of numbers that follow each other. */
function unbroken(numbers: Float64Array): { first: number; from: number; to: number }[] {
  const stretches: { first: number; from: number; to: number }[] = [];
  numbers.forEach((number, i) => {
    const last = stretches.at(-1);
    if (last !== undefined && number === last.first + i - last.from) last.to = i + 1;
    else stretches.push({ first: number, from: i, to: i + 1 });
  });
  return stretches;
}

async function salvageGroups(places: HistoryPlaces, part: PartRecord): Promise<RecordBatch[][]> {
  const ranges: RecordBatch[][] = [];
  const file = await readFile(partPath(places, part.name)).catch(() => undefined);
  if (file === undefined) return ranges;
  let follows = false;
  for (const group of groupsOf(part)) {
    const first = part.firstSeq + group * part.rowGroupRows;
    const rows = Math.min(part.rowGroupRows, part.lastSeq - first + 1);
    const batches = salvageGroup(file, part, group, first, rows);
    if (batches !== undefined && follows) ranges.at(-1)?.push(...batches);
    else if (batches !== undefined) ranges.push(batches);
    follows = batches !== undefined;
  }
  return ranges;
}

/** The rows of a group when all of them can be read and have their numbers. */
function salvageGroup(file: Uint8Array, part: PartRecord, group: number, first: number, rows: number): RecordBatch[] | undefined {
  try {
    const batches = readRowGroup(openPart(file), group, 0, rows).map(({ ipc }) => decodeBatch(ipc));
    const isWhole = batches.every((batch, i) => isNumbered(batch, first + rowsBefore(batches, i), part.runId));
    return isWhole && rowsBefore(batches, batches.length) === rows ? batches : undefined;
  } catch {
    return undefined; // it cannot be read: that is what is being found out
  }
}

const rowsBefore = (batches: readonly RecordBatch[], end: number): number =>
  batches.slice(0, end).reduce((sum, { numRows }) => sum + numRows, 0);

function isNumbered(batch: RecordBatch, first: number, runId: string): boolean {
  const rows = rowsOf(batch);
  return rows.every(({ seq_id, run_id }, i) => seq_id === first + i && run_id === runId);
}
