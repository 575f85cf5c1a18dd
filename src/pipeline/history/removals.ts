/**
 * What retention took out of the catalogue, and says so for ever after.
 *
 * Guarantees: parts leave the catalogue in the same transaction in which their numbers are written down as removed, so that a number
 * is readable, removed, or a gap, and never two of these. Ranges that touch are kept as one.
 */
import { rowKinds } from '../../protocol/arrow.ts';
import type { RowKind } from '../../protocol/index.ts';
import type { Catalogue, PartRecord } from './catalogue.ts';

export type Removal = {
  kind: RowKind;
  firstSeq: number;
  lastSeq: number;
  rows: number;
  bytes: number;
  /** When the last of them went, ms since the epoch. */
  removedMs: number;
  /** The setting that asked for it, in words. */
  reason: string;
};

/** Takes parts out of the catalogue; their files are the caller's to remove. */
export function removeParts(catalogue: Catalogue, parts: readonly PartRecord[], reason: string, nowMs: number): void {
  const { database } = catalogue;
  const forget = database.prepare('DELETE FROM parts WHERE name = ?');
  const take = database.prepare('DELETE FROM removed_rows WHERE run_id = ? AND kind = ? AND last_seq = ? RETURNING *');
  const put = database.prepare('INSERT INTO removed_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  catalogue.transaction(() => {
    for (const { name, runId, kind, firstSeq, lastSeq, rows, bytes } of parts) {
      forget.run(name);
      const before = take.get(runId, kind, firstSeq - 1);
      put.run(
        runId,
        kind,
        Number(before?.first_seq ?? firstSeq),
        lastSeq,
        rows + Number(before?.rows ?? 0),
        bytes + Number(before?.bytes ?? 0),
        nowMs,
        reason,
      );
    }
  });
}

/** Of one run, kind after kind, each ascending. */
export function removalsOf({ database }: Catalogue, runId: string): Removal[] {
  return database
    .prepare('SELECT * FROM removed_rows WHERE run_id = ? ORDER BY first_seq')
    .all(runId)
    .map(
      (row): Removal => ({
        kind: row.kind as RowKind,
        firstSeq: Number(row.first_seq),
        lastSeq: Number(row.last_seq),
        rows: Number(row.rows),
        bytes: Number(row.bytes),
        removedMs: Number(row.removed_ms),
        reason: String(row.reason),
      }),
    )
    .sort((a, b) => rowKinds.indexOf(a.kind) - rowKinds.indexOf(b.kind));
}

/** Rows removed of each run that lost some. */
export function removedRows({ database }: Catalogue): Map<string, number> {
  const rows = database.prepare('SELECT run_id, sum(rows) AS rows FROM removed_rows GROUP BY run_id').all();
  return new Map(rows.map((row) => [String(row.run_id), Number(row.rows)]));
}

/** Of all runs of the home. */
export function removalTotals({ database }: Catalogue): { runs: number; rows: number; bytes: number } {
  const row = database
    .prepare(
      'SELECT count(DISTINCT run_id) AS runs, coalesce(sum(rows), 0) AS rows, coalesce(sum(bytes), 0) AS bytes FROM removed_rows',
    )
    .get();
  return { runs: Number(row?.runs ?? 0), rows: Number(row?.rows ?? 0), bytes: Number(row?.bytes ?? 0) };
}
