/** What a reader of somebody else's history gives: runs, and their rows one after the other. */
import type { Row } from '../../protocol/arrow.ts';
import type { RowKind } from '../../protocol/index.ts';

export type ImportedRow = { kind: RowKind; workerId: string; row: Row };
export type ImportedRun = {
  /** The id it had; empty for formats that have none. */
  runId: string;
  name: string;
  rows: Iterable<ImportedRow>;
  /** What was read and is no row, by reason; filled while `rows` is read. */
  skipped: Map<string, number>;
};

export function skip(run: Pick<ImportedRun, 'skipped'>, reason: string): void {
  run.skipped.set(reason, (run.skipped.get(reason) ?? 0) + 1);
}

/** The words of contracts, section 4, for how an episode ended. */
export function outcomeWord(terminated: boolean, truncated: boolean, totalReward: number): string {
  if (terminated) return totalReward > 0 ? 'Success' : totalReward < 0 ? 'Failed' : 'Completed';
  return truncated ? 'Timeout' : 'Running';
}
