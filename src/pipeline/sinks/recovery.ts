/**
 * What a start does with what the last life left: finishes sealed segments, removes orphans, reads the rest of the journal.
 *
 * Guarantees
 * - The torn tail of a segment (a record that was being written when the process died) is cut off and logged.
 * - Damage with whole records behind it is skipped, logged with its place and, when its header survived, with its rows, which
 *   are counted as rejected and whose numbers are not given out again; the segment is kept under journal/damaged/.
 */
import { link, mkdir, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DuallaneError, type Log, sentenceOf } from '../../protocol/index.ts';
import { type Catalogue, type HistoryPlaces, rowFilePath, temporarySuffix } from '../history/index.ts';
import { type RecordHead, scanSegment } from './journal-record.ts';
import { SegmentBooks } from './segment-books.ts';
import { SegmentFile, segmentName } from './segment-file.ts';

type RecoveredRecord = { segment: SegmentFile; head: RecordHead; bodyOffset: number; body: Uint8Array };
export type Recovered = { nextNumber: number; segments: { segment: SegmentFile; books: SegmentBooks }[] };

/** Receives each whole record, in order; answers whether it is new (false: a copy of one that came before). */
export type OnRecord = (record: RecoveredRecord) => boolean;
/** Receives the header of each record whose body is lost. */
export type OnLost = (head: RecordHead, books: SegmentBooks) => void;

export async function recoverJournal(
  directory: string,
  catalogue: Catalogue,
  log: Log,
  onRecord: OnRecord,
  onLost: OnLost,
): Promise<Recovered> {
  const numbers = (await readdir(directory))
    .flatMap((name) => (/^\d{12}\.journal$/.test(name) ? [Number.parseInt(name, 10)] : []))
    .sort((a, b) => a - b);
  const segments: Recovered['segments'] = [];
  for (const number of numbers) {
    const path = join(directory, segmentName(number));
    if (catalogue.isSealed(number)) {
      await rm(path, { force: true });
      continue;
    }
    const recovered = await recoverSegment(directory, path, number, log, onRecord, onLost);
    if (recovered !== undefined) segments.push(recovered);
  }
  catalogue.forgetSealedBefore(numbers[0] ?? Number.MAX_SAFE_INTEGER);
  return { nextNumber: Math.max(catalogue.lastSealed(), numbers.at(-1) ?? 0) + 1, segments };
}

async function recoverSegment(directory: string, path: string, number: number, log: Log, onRecord: OnRecord, onLost: OnLost) {
  const bytes = await readFile(path);
  const { records, damages, wholeBytes, tornBytes } = scanSegment(bytes);
  if (damages.length > 0 || (wholeBytes === 0 && tornBytes > 4096)) await keepAside(directory, path, number, log);
  if (wholeBytes === 0) {
    // The header is made durable before any record: no header, no acknowledged record, or damage, which was kept aside.
    if (tornBytes > 4096) log('error', 'journal-segment-unreadable', { segment: number, bytes: tornBytes });
    await rm(path);
    return undefined;
  }
  if (tornBytes > 0) {
    log('warn', 'journal-tail-cut', { segment: number, at: wholeBytes, bytes: tornBytes });
    await truncate(path, wholeBytes);
  }
  const books = new SegmentBooks();
  const segment = await SegmentFile.reopen(path, number, wholeBytes);
  for (const damage of damages) {
    const lost = damage.lost;
    log('error', 'journal-record-lost', {
      segment: number,
      at: damage.at,
      bytes: damage.bytes,
      run: lost?.runId,
      worker: lost?.workerId,
      kind: lost?.kind,
      firstSeq: lost?.firstSeq,
      rows: lost?.rows,
    });
  }
  let copies = 0;
  // Lost headers are looked at where they stand: numbers and records ascend together.
  const lost = damages.flatMap((damage) => (damage.lost === undefined ? [] : [{ at: damage.at, head: damage.lost }]));
  for (const { head, bodyOffset, bodyBytes } of records) {
    while (lost[0] !== undefined && lost[0].at < bodyOffset) onLost((lost.shift() as { head: RecordHead }).head, books);
    if (onRecord({ segment, head, bodyOffset, body: bytes.subarray(bodyOffset, bodyOffset + bodyBytes) })) books.add(head);
    else copies++;
  }
  for (const { head } of lost) onLost(head, books);
  if (copies > 0) log('info', 'journal-copies-skipped', { segment: number, records: copies });
  return { segment, books };
}

async function keepAside(directory: string, path: string, number: number, log: Log): Promise<void> {
  const aside = join(directory, 'damaged');
  await mkdir(aside, { recursive: true, mode: 0o700 });
  try {
    await link(path, join(aside, segmentName(number)));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new DuallaneError('journal-damaged', `cannot keep the damaged ${path} aside: ${sentenceOf(cause)}`, { cause });
  }
  log('error', 'journal-damaged', { segment: number, kept: join(aside, segmentName(number)) });
}

/** Removes files of parts and rows that no transaction knows; says which known ones are missing. */
export async function sweepParts(places: HistoryPlaces, catalogue: Catalogue, log: Log): Promise<void> {
  const parts = catalogue.partNames();
  const rowFiles = new Set(catalogue.runsWithRows().map((runId) => basename(rowFilePath(places, runId))));
  for (const [directory, known] of [
    [places.partsDirectory, parts],
    [places.rowsDirectory, rowFiles],
  ] as const) {
    const missing = new Set(known);
    for (const name of await readdir(directory)) {
      if (known.has(name.replace(/-(wal|shm)$/, ''))) {
        missing.delete(name);
        continue;
      }
      if (/\.(parquet|sqlite(-wal|-shm)?)$/.test(name) || name.endsWith(temporarySuffix))
        await rm(join(directory, name), { force: true });
    }
    for (const name of missing) log('error', 'part-missing', { part: name });
  }
}
