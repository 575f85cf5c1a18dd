/**
 * Sealed rows on disk, in either form: writing a part, reading it whole, saying whether it is as it was written.
 *
 * Guarantees: a Parquet part appears under its final name whole and durable (temporary file, fsync, rename), a range of SQLite
 * rows in one transaction; a part's name is made from its content, so doing it again after a crash gives the same part.
 */
import { createHash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordBatch } from 'apache-arrow';
import { concat, decodeBatch, numbersOf } from '../../protocol/arrow.ts';
import { DuallaneError, type RowKind } from '../../protocol/index.ts';
import type { HistoryForm, PartRecord } from './catalogue.ts';
import { openPart, type PartFile, type RowsIpc, readRowGroup, rowGroupRows, writeParquetPart } from './parquet.ts';
import { checkRows, insertRows, readRows } from './row-file.ts';

/** Where a home keeps Parquet parts, and the SQLite files of runs. */
export type HistoryPlaces = { partsDirectory: string; rowsDirectory: string };
export type PartOwner = { runId: string; kind: RowKind };

export const temporarySuffix = '.tmp';

/** How much smaller rows are as Parquet than as Arrow, about. */
const parquetShare = 0.2;

/** Texts were checked when the batch was taken in, and its bytes have a checksum. */
export const isChecked = (): boolean => true;

export const partPath = ({ partsDirectory }: HistoryPlaces, name: string): string => join(partsDirectory, name);

/** The SQLite file of a run. */
export function rowFilePath({ rowsDirectory }: HistoryPlaces, runId: string): string {
  return join(rowsDirectory, `${fileSafe(runId)}-${sha256(runId).slice(0, 8)}.sqlite`);
}

/** Stores `batches` (all columns, numbers without holes) as one part. */
export async function storePart(
  places: HistoryPlaces,
  form: HistoryForm,
  { runId, kind }: PartOwner,
  batches: readonly RecordBatch[],
  level = 0,
): Promise<PartRecord> {
  const rows = concat(batches);
  const firstSeq = numbersOf(rows, 'seq_id')[0] as number;
  const common = { form, runId, kind, firstSeq, lastSeq: firstSeq + rows.numRows - 1, rows: rows.numRows, rowGroupRows, level };
  const nameOf = (hash: string) => partName({ runId, kind }, firstSeq, hash);
  if (form === 'sqlite') {
    const hash = insertRows(rowFilePath(places, runId), kind, [rows]);
    const bytes = Math.ceil(arrowBytes(rows) * parquetShare);
    return { ...common, name: nameOf(hash), bytes, sha256: hash };
  }
  const file = writeParquetPart(kind, rows);
  const hash = sha256(file);
  await writeDurably(partPath(places, nameOf(hash)), file);
  return { ...common, name: nameOf(hash), bytes: file.byteLength, sha256: hash };
}

/** All rows of a part. Throws `part-damaged` when it does not hold what the catalogue says. */
export async function loadPart(places: HistoryPlaces, part: PartRecord): Promise<RecordBatch[]> {
  const batches = part.form === 'sqlite' ? readAllRows(places, part) : await readAllGroups(places, part);
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  if (rows !== part.rows) throw damaged(part, `it holds ${rows} rows of ${part.rows}`);
  return batches.map(({ ipc }) => decodeBatch(ipc, isChecked));
}

const readAllRows = (places: HistoryPlaces, { runId, kind, firstSeq, lastSeq }: PartRecord): RowsIpc[] =>
  readRows(rowFilePath(places, runId), kind, firstSeq, lastSeq);

async function readAllGroups(places: HistoryPlaces, part: PartRecord): Promise<RowsIpc[]> {
  const bytes = await readFile(partPath(places, part.name));
  if (part.sha256 !== '' && sha256(bytes) !== part.sha256) throw damaged(part, 'its bytes have changed');
  const file = openPart(bytes);
  return groupsOf(part).flatMap((group) => readRowGroup(file, group, 0, part.rowGroupRows));
}

export const groupsOf = ({ rows, rowGroupRows: size }: PartRecord): number[] =>
  Array.from({ length: Math.ceil(rows / size) }, (_, group) => group);

export type RowRange = { rowGroup: number; offset: number; limit: number };

/** Some rows of one part; `file` is the part's Parquet, when it has been opened before. */
export function readRange(places: HistoryPlaces, part: PartRecord, file: PartFile | undefined, range: RowRange): RowsIpc[] {
  const { rowGroup, offset, limit } = range;
  if (file !== undefined) return readRowGroup(file, rowGroup, offset, limit);
  const first = part.firstSeq + rowGroup * part.rowGroupRows + offset;
  return readRows(rowFilePath(places, part.runId), part.kind, first, first + limit - 1);
}

/** The bytes of a part as Parquet, whatever its form. */
export async function partAsParquet(places: HistoryPlaces, part: PartRecord): Promise<Uint8Array> {
  if (part.form === 'parquet') return readFile(partPath(places, part.name));
  return writeParquetPart(part.kind, concat(await loadPart(places, part)));
}

/** What is wrong with a part, in a sentence; undefined for nothing. Reads all of it. */
export async function checkPart(places: HistoryPlaces, part: PartRecord): Promise<string | undefined> {
  try {
    if (part.form === 'sqlite') {
      const { rows, sha256: hash } = checkRows(rowFilePath(places, part.runId), part.kind, part.firstSeq, part.lastSeq);
      if (rows !== part.rows) return `it holds ${rows} rows of ${part.rows}`;
      return part.sha256 !== '' && hash !== part.sha256 ? 'its values have changed' : undefined;
    }
    const batches = await loadPart(places, part);
    const first = numbersOf(batches[0] as RecordBatch, 'seq_id')[0];
    return first === part.firstSeq ? undefined : `it begins with row ${first}, not ${part.firstSeq}`;
  } catch (error) {
    return error instanceof DuallaneError ? error.sentence : error instanceof Error ? error.message : String(error);
  }
}

function damaged(part: PartRecord, what: string): DuallaneError {
  return new DuallaneError('part-damaged', `part ${part.name} of run ${part.runId}: ${what}`);
}

/** A part's name holds the beginning of its checksum. */
export const partName = ({ runId, kind }: PartOwner, firstSeq: number, hash: string): string =>
  `${fileSafe(runId)}-${kind}-${firstSeq}-${hash.slice(0, 16)}.parquet`;

export const contentHash = (bytes: Uint8Array): string => sha256(bytes);

const fileSafe = (runId: string): string => runId.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64);
const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
const arrowBytes = (batch: RecordBatch): number => batch.data.children.reduce((sum, data) => sum + data.byteLength, 0);

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
