/**
 * The visible ledger: what was received, kept, repeated, duplicated, late and rejected, per run, worker and agent.
 *
 * Guarantees: every change travels in the journal with the rows it is about, so that counts and rows are durable together;
 * memory grows with (run, worker, agent), not with rows.
 *
 * thinned counts rows that lost heavy columns to the run's rules, violations what did not fit the schema its worker registered.
 * received and durable count rows (durable after their group commit; after a restart both start from what is durable).
 */
import type { LedgerCounts, LedgerEntry } from './durable-sink.ts';

/** A change of one (worker, agent) of a run. Absent counts are 0; `r` received, `p` repeated, `d` duplicate, `l` late, `x` rejected, `t` thinned, `v` violations. */
export type LedgerChange = {
  worker: string;
  agent: string;
  r?: number;
  p?: number;
  d?: number;
  l?: number;
  x?: number;
  t?: number;
  v?: number;
  samples?: string[];
  violationSamples?: string[];
};

const rejectedSamplesMax = 8;
const rejectedSampleCharacters = 200;

export const noCounts = (): LedgerCounts => ({
  received: 0,
  durable: 0,
  repeated: 0,
  duplicate: 0,
  late: 0,
  rejected: 0,
  thinned: 0,
  violations: 0,
  rejectedSamples: [],
  violationSamples: [],
});

export class RowLedger {
  readonly #runs = new Map<string, Map<string, LedgerEntry>>();
  readonly #load: (runId: string) => LedgerEntry[];

  /** `load` gives what the catalogue has of a run, read once, when the run is first touched. */
  constructor(load: (runId: string) => LedgerEntry[]) {
    this.#load = load;
  }

  /** Counts at intake: everything but `durable`. */
  receive(runId: string, changes: readonly LedgerChange[]): void {
    for (const change of changes) addChange(this.#entry(runId, change.worker, change.agent), change);
  }

  /** Counts rows that have become durable. */
  settle(runId: string, changes: readonly LedgerChange[]): void {
    for (const change of changes) this.#entry(runId, change.worker, change.agent).durable += change.r ?? 0;
  }

  of(runId: string): { entries: LedgerEntry[]; totals: LedgerCounts } {
    const entries = [...this.#run(runId).values()].map((entry) => ({
      ...entry,
      rejectedSamples: [...entry.rejectedSamples],
      violationSamples: [...entry.violationSamples],
    }));
    const totals = noCounts();
    for (const entry of entries) mergeCounts(totals, entry);
    return { entries, totals };
  }

  dropRun(runId: string): void {
    this.#runs.delete(runId);
  }

  #run(runId: string): Map<string, LedgerEntry> {
    let run = this.#runs.get(runId);
    if (run === undefined) {
      run = new Map(this.#load(runId).map((entry) => [`${entry.workerId}\0${entry.agentId}`, entry]));
      this.#runs.set(runId, run);
    }
    return run;
  }

  #entry(runId: string, workerId: string, agentId: string): LedgerEntry {
    const run = this.#run(runId);
    const key = `${workerId}\0${agentId}`;
    const entry = run.get(key) ?? { workerId, agentId, ...noCounts() };
    run.set(key, entry);
    return entry;
  }
}

/** Sums the changes that travel in one segment, for the catalogue's transaction when the segment is sealed. */
export class LedgerSum {
  readonly #entries = new Map<string, { runId: string; entry: LedgerEntry }>();

  add(runId: string, changes: readonly LedgerChange[]): void {
    for (const change of changes) {
      const key = `${runId}\0${change.worker}\0${change.agent}`;
      const sum = this.#entries.get(key) ?? { runId, entry: { workerId: change.worker, agentId: change.agent, ...noCounts() } };
      this.#entries.set(key, sum);
      addChange(sum.entry, change);
    }
  }

  entries(): { runId: string; entry: LedgerEntry }[] {
    return [...this.#entries.values()];
  }
}

function addChange(entry: LedgerCounts, change: LedgerChange): void {
  entry.received += change.r ?? 0;
  entry.repeated += change.p ?? 0;
  entry.duplicate += change.d ?? 0;
  entry.late += change.l ?? 0;
  entry.rejected += change.x ?? 0;
  entry.thinned += change.t ?? 0;
  entry.violations += change.v ?? 0;
  addSamples(entry.rejectedSamples, change.samples ?? []);
  addSamples(entry.violationSamples, change.violationSamples ?? []);
}

function mergeCounts(sum: LedgerCounts, entry: LedgerCounts): void {
  sum.received += entry.received;
  sum.durable += entry.durable;
  sum.repeated += entry.repeated;
  sum.duplicate += entry.duplicate;
  sum.late += entry.late;
  sum.rejected += entry.rejected;
  sum.thinned += entry.thinned;
  sum.violations += entry.violations;
  addSamples(sum.rejectedSamples, entry.rejectedSamples);
  addSamples(sum.violationSamples, entry.violationSamples);
}

function addSamples(kept: string[], samples: readonly string[]): void {
  const free = rejectedSamplesMax - kept.length;
  if (free > 0) kept.push(...samples.slice(0, free).map((sample) => sample.slice(0, rejectedSampleCharacters)));
}
