/** What a reader of somebody else's history gives: runs, and their rows one after the other. */
import { createHash } from 'node:crypto';
import type { Row } from '../../protocol/arrow.ts';
import type { RowKind } from '../../protocol/index.ts';

export type ImportedRow = { kind: RowKind; workerId: string; row: Row };
export type ImportedRun = {
  /** The id it had; for formats that have none, one made of name and content. */
  runId: string;
  name: string;
  /** Another one when the rows are others: `rows` gives the same, in the same order, as long as this stays. */
  content: string;
  rows: Iterable<ImportedRow>;
  /** What was read and is no row, by reason; filled while `rows` is read. */
  skipped: Map<string, number>;
};

/** A run of a format without ids. */
export function runOfFile(name: string, bytes: string | Uint8Array): ImportedRun {
  const content = shortHash(bytes);
  return { runId: `imported-${shortHash(`${name}\0${content}`)}`, name, content, rows: [], skipped: new Map() };
}

export function skip(run: Pick<ImportedRun, 'skipped'>, reason: string): void {
  run.skipped.set(reason, (run.skipped.get(reason) ?? 0) + 1);
}

/** The words of contracts, section 4, for how an episode ended. */
export function outcomeWord(terminated: boolean, truncated: boolean, totalReward: number): string {
  if (terminated) return totalReward > 0 ? 'Success' : totalReward < 0 ? 'Failed' : 'Completed';
  return truncated ? 'Timeout' : 'Running';
}

export const shortHash = (of: string | Uint8Array): string => createHash('sha256').update(of).digest('hex').slice(0, 16);
