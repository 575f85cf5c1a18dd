/** What the registry knows of one run. Times are ms since the epoch. */
import type { Outcome, RunStatus } from './run-state.ts';

/** How a worker ended: what it said, or what its process told. */
export type WorkerEnd = {
  outcome: Outcome;
  reason: string;
  exitCode?: number;
  /** The last lines of its stderr, as its proxy read them. */
  stderrTail?: string;
};

export type Worker = {
  workerId: string;
  /** Told us by RegisterWorker; false for one that only published. */
  registered: boolean;
  workerKind: string;
  protoVersion: string;
  schemaId: string;
  schemaVersion: number;
  supportsPause: boolean;
  supportsCheckpoint: boolean;
  end?: WorkerEnd;
};

/** A process this daemon, or the one before it, launched: the pid alone may have been given to somebody else since. */
export type Child = { pid: number; startedTicks: string };

export type Run = {
  readonly runId: string;
  readonly name: string;
  readonly configJson: string;
  readonly digest: string;
  readonly origin: 'submitted' | 'opened';
  readonly sessionToken: string;
  readonly createdMs: number;
  status: RunStatus;
  outcome?: Outcome;
  failureReason: string;
  updatedMs: number;
  finishedMs?: number;
  heartbeatMs?: number;
  /** Number of the last change of this run, over all runs: what WatchRuns counts with. */
  seqId: number;
  gpuSlots: readonly number[];
  /** Where FAULT goes back to when the run is heard again. */
  heldStatus?: RunStatus;
  cancelRequested: boolean;
  /** Set while the run is out of the usual lists. */
  archivedMs?: number;
  /** Steps a second each of its workers may take; 0 is no cap. */
  maxRateHz: number;
  child?: Child;
  readonly workers: Map<string, Worker>;
};
