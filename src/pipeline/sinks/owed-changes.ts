/**
 * Ledger changes without rows: they are written with the next group, within limits.sinkBatchMs.
 */
import { limits } from '../../protocol/index.ts';
import type { LedgerChange } from './row-ledger.ts';

export class OwedChanges {
  readonly #write: (runId: string, workerId: string, changes: LedgerChange[]) => void;
  #owed = new Map<string, { runId: string; workerId: string; changes: LedgerChange[] }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(write: (runId: string, workerId: string, changes: LedgerChange[]) => void) {
    this.#write = write;
  }

  add(runId: string, workerId: string, changes: LedgerChange[]): void {
    const key = `${runId}\0${workerId}`;
    const owed = this.#owed.get(key);
    if (owed === undefined) this.#owed.set(key, { runId, workerId, changes: [...changes] });
    else owed.changes = merged([...owed.changes, ...changes]);
    this.#timer ??= setTimeout(() => this.pay(), limits.sinkBatchMs).unref();
  }

  /** Writes what is owed now. */
  pay(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const owed = [...this.#owed.values()];
    this.#owed = new Map();
    for (const { runId, workerId, changes } of owed) this.#write(runId, workerId, changes);
  }
}

/** Changes of the same (worker, agent) in one. */
function merged(changes: readonly LedgerChange[]): LedgerChange[] {
  const sums = new Map<string, LedgerChange>();
  for (const { worker, agent, d = 0, x = 0, v = 0, samples = [], violationSamples = [] } of changes) {
    const key = `${worker}\0${agent}`;
    const sum = sums.get(key) ?? { worker, agent };
    sums.set(key, {
      worker,
      agent,
      d: (sum.d ?? 0) + d,
      x: (sum.x ?? 0) + x,
      v: (sum.v ?? 0) + v,
      samples: [...(sum.samples ?? []), ...samples].slice(0, 8),
      violationSamples: [...(sum.violationSamples ?? []), ...violationSamples].slice(0, 8),
    });
  }
  return [...sums.values()];
}
