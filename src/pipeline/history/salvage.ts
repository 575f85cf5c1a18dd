/**
 * What can still be read of a damaged part, as new parts: row group by row group, and where one cannot be read, column by column.
 *
 * Guarantees: rows keep their numbers; a group whose numbers, or another column that may not be null, cannot be read is lost.
 */
import { readFile } from 'node:fs/promises';
import type { RecordBatch } from 'apache-arrow';
import {
  batchFromRows,
  type Cell,
  decodeBatch,
  numbersOf,
  type Row,
  rowsOf,
  slice,
  storedColumns,
} from '../../protocol/arrow.ts';
import type { PartRecord } from './catalogue.ts';
import { readGroupColumns } from './parquet.ts';
import { groupsOf, type HistoryPlaces, partPath, rowFilePath, storePart } from './part-store.ts';
import { readReadableRows } from './row-file.ts';

export type Salvaged = { parts: PartRecord[]; rows: number; emptied: string[] };

export async function salvagePart(places: HistoryPlaces, part: PartRecord): Promise<Salvaged> {
  const emptied = new Set<string>();
  const ranges = part.form === 'sqlite' ? salvageRows(places, part) : await salvageGroups(places, part, emptied);
  const parts: PartRecord[] = [];
  for (const batches of ranges) parts.push(await storePart(places, part.form, part, batches, part.level));
  return { parts, rows: parts.reduce((sum, { rows }) => sum + rows, 0), emptied: [...emptied] };
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

async function salvageGroups(places: HistoryPlaces, part: PartRecord, emptied: Set<string>): Promise<RecordBatch[][]> {
  const ranges: RecordBatch[][] = [];
  const file = await readFile(partPath(places, part.name)).catch(() => undefined);
  if (file === undefined) return ranges;
  let follows = false;
  for (const group of groupsOf(part)) {
    const first = part.firstSeq + group * part.rowGroupRows;
    const rows = Math.min(part.rowGroupRows, part.lastSeq - first + 1);
    const batches = salvageGroup(file, part, group, first, rows, emptied);
    if (batches !== undefined && follows) ranges.at(-1)?.push(...batches);
    else if (batches !== undefined) ranges.push(batches);
    follows = batches !== undefined;
  }
  return ranges;
}

function salvageGroup(file: Uint8Array, part: PartRecord, group: number, first: number, rows: number, emptied: Set<string>) {
  const whole = readWhole(file, group, rows, undefined);
  if (whole?.every((batch, i) => isNumbered(batch, first + rowsBefore(whole, i), part.runId))) return whole;
  const columns = new Map<string, Cell[]>();
  const lost: string[] = [];
  for (const { name, nullable } of storedColumns(part.kind)) {
    const cells = readWhole(file, group, rows, name)?.flatMap((batch) => rowsOf(batch).map((row) => row[name] ?? null));
    if (name === 'seq_id' || name === 'run_id') continue; // known without reading them
    if (cells !== undefined) columns.set(name, cells);
    else if (nullable) lost.push(name);
    else return undefined;
  }
  for (const name of lost) emptied.add(name);
  const salvaged = Array.from({ length: rows }, (_, i): Row => {
    const read = [...columns].map(([name, cells]): [string, Cell] => [name, cells[i]]);
    return { ...Object.fromEntries(read), seq_id: first + i, run_id: part.runId };
  });
  return [batchFromRows(part.kind, salvaged, undefined, { withDaemonColumns: true })];
}

function readWhole(file: Uint8Array, group: number, rows: number, column: string | undefined): RecordBatch[] | undefined {
  try {
    const batches = readGroupColumns(file, group, column).map(({ ipc }) => decodeBatch(ipc));
    return rowsBefore(batches, batches.length) === rows ? batches : undefined;
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
