/**
 * Makes the catalogue anew when it is damaged or gone: from the parts and SQLite files themselves, and from whatever can still be read
 * of the old one.
 *
 * Guarantees
 * - The old file is kept beside as catalogue.damaged-<n>.sqlite; nothing of parts, rows or journal is changed.
 * - Every part that is as it was written (its name holds its checksum) is known again, each row once. What retention removed, and
 *   runs that were deleted, stay gone as far as the old file can still say so.
 * - The journal is left to the next start of the daemon, which reads it as after a kill.
 * What cannot be read of the old file is lost: counts of the ledger, and which batches a writer that is still alive had sent before.
 */
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { numbersOf, rowKinds } from '../../protocol/arrow.ts';
import type { RowKind } from '../../protocol/index.ts';
import { Catalogue, noEntry, type PartRecord } from './catalogue.ts';
import { readWhole, rowGroupRows } from './parquet.ts';
import { contentHash, type HistoryPlaces, partName } from './part-store.ts';
import { removalsOf } from './removals.ts';
import { checkRows, rowRangesOf } from './row-file.ts';

export type Rebuilt = { parts: number; rows: number; unreadable: string[]; keptAs: string | undefined };

/** Rows of a SQLite file that are listed as one part. */
const rangeRowsMax = 500_000;
const bytesOfRow = 40;
/** Told anew by the files themselves. */
const tablesMadeAnew = new Set(['definitions', 'parts', 'sealed_segments']);

/** The caller holds the home's lock. */
export async function rebuildCatalogue(home: string, places: HistoryPlaces): Promise<Rebuilt> {
  const path = join(home, 'catalogue.sqlite');
  const keptAs = setAside(home, path);
  const catalogue = new Catalogue(path);
  try {
    if (keptAs !== undefined) copyReadable(keptAs, catalogue.database);
    const unreadable: string[] = [];
    const found = [...(await parquetParts(places, unreadable)), ...sqliteParts(places, unreadable)];
    const parts = eachRowOnce(found, catalogue);
    const heads = parts.map(({ runId, kind, lastSeq }) => ({ runId, kind, lastSeq }));
    catalogue.seal({ number: 0, parts, heads, sessions: [], ledger: missingLedger(parts, catalogue) });
    return { parts: parts.length, rows: parts.reduce((sum, { rows }) => sum + rows, 0), unreadable, keptAs };
  } finally {
    catalogue.close();
  }
}

function setAside(home: string, path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  let number = 1;
  while (existsSync(join(home, `catalogue.damaged-${number}.sqlite`))) number += 1;
  const kept = join(home, `catalogue.damaged-${number}.sqlite`);
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(path + suffix)) renameSync(path + suffix, kept + suffix);
  return kept;
}

/** Tables of all rooms, row by row, as far as SQLite can still read each. */
function copyReadable(from: string, to: DatabaseSync): void {
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch {
      return undefined; // that is what the damage took
    }
  };
  const old = attempt(() => new DatabaseSync(from));
  if (old === undefined) return;
  const tables = attempt(() => old.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all()) ?? [];
  const known = new Set(
    to
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
      .map(({ name }) => name),
  );
  for (const { name, sql } of tables) {
    if (tablesMadeAnew.has(String(name)) || String(name).startsWith('sqlite_')) continue;
    attempt(() => {
      if (!known.has(String(name))) to.exec(String(sql));
      for (const row of old.prepare(`SELECT * FROM "${name}"`).iterate()) {
        const columns = Object.keys(row);
        const insert = `INSERT OR IGNORE INTO "${name}" (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
        to.prepare(insert).run(...Object.values(row));
      }
    });
  }
  attempt(() => {
    for (const { room, applied } of old.prepare('SELECT * FROM definitions').all())
      to.prepare('INSERT OR IGNORE INTO definitions VALUES (?, ?)').run(room ?? null, applied ?? null);
  });
  attempt(() => old.close());
}

async function parquetParts({ partsDirectory }: HistoryPlaces, unreadable: string[]): Promise<PartRecord[]> {
  const parts: PartRecord[] = [];
  for (const name of filesOf(partsDirectory, /\.parquet$/)) {
    const kind = /-(steps|episodes|metrics|events)-\d+-[0-9a-f]{16}\.parquet$/.exec(name)?.[1] as RowKind | undefined;
    try {
      const bytes = await readFile(join(partsDirectory, name));
      const sha256 = contentHash(bytes);
      if (kind === undefined || !name.endsWith(`-${sha256.slice(0, 16)}.parquet`)) throw new Error('its bytes have changed');
      const batches = readWhole(bytes);
      const rows = batches.reduce((sum, { numRows }) => sum + numRows, 0);
      const firstSeq = numbersOf(batches[0] as (typeof batches)[number], 'seq_id')[0] as number;
      const runId = String(batches[0]?.getChild('run_id')?.get(0));
      const range = { firstSeq, lastSeq: firstSeq + rows - 1, rows };
      parts.push({ name, form: 'parquet', runId, kind, ...range, bytes: bytes.length, rowGroupRows, sha256, level: 0 });
    } catch {
      unreadable.push(name);
    }
  }
  return parts;
}

function sqliteParts({ rowsDirectory }: HistoryPlaces, unreadable: string[]): PartRecord[] {
  const parts: PartRecord[] = [];
  for (const file of filesOf(rowsDirectory, /\.sqlite$/)) {
    try {
      const path = join(rowsDirectory, file);
      for (const kind of rowKinds)
        for (const { runId, firstSeq, lastSeq } of rowRangesOf(path, kind, rangeRowsMax)) {
          const { rows, sha256 } = checkRows(path, kind, firstSeq, lastSeq);
          const name = partName({ runId, kind }, firstSeq, sha256);
          const common = { name, form: 'sqlite' as const, runId, kind, firstSeq, lastSeq, rows, rowGroupRows, sha256, level: 0 };
          parts.push({ ...common, bytes: rows * bytesOfRow });
        }
    } catch {
      unreadable.push(file);
    }
  }
  return parts;
}

/** Parts that were being replaced when the daemon ended hold the same rows as the one in their place: the larger ones are taken. */
function eachRowOnce(found: readonly PartRecord[], catalogue: Catalogue): PartRecord[] {
  const taken: PartRecord[] = [];
  for (const part of [...found].sort((a, b) => b.rows - a.rows)) {
    const { runId, kind, firstSeq, lastSeq } = part;
    const others = [...taken.filter((one) => one.runId === runId), ...removalsOf(catalogue, runId)];
    const isThere = others.some((one) => one.kind === kind && one.firstSeq <= lastSeq && firstSeq <= one.lastSeq);
    if (!isThere && !catalogue.isForgotten(runId)) taken.push(part);
  }
  return taken.sort((a, b) => a.firstSeq - b.firstSeq);
}

/** Runs of whose ledger nothing can be read count at least the rows that are there. */
function missingLedger(parts: readonly PartRecord[], catalogue: Catalogue) {
  const lost = [...new Set(parts.map(({ runId }) => runId))].filter((runId) => catalogue.ledger(runId).length === 0);
  return lost.map((runId) => {
    const received = parts.reduce((sum, part) => sum + (part.runId === runId ? part.rows : 0), 0);
    return { runId, entry: { ...noEntry, received } };
  });
}

/** Whether a home holds sealed history: parts, or rows in SQLite. */
export const hasHistory = (home: string): boolean =>
  filesOf(join(home, 'parts'), /\.parquet$/).length + filesOf(join(home, 'rows'), /\.sqlite$/).length > 0;

const filesOf = (directory: string, pattern: RegExp): string[] =>
  existsSync(directory) ? readdirSync(directory).filter((name) => pattern.test(name)) : [];
