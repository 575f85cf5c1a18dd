/**
 * What the daemon asks of durable storage. Parquet parts behind a journal are the first form of it; SQLite the second.
 *
 * Guarantees every form gives
 * - A batch whose `durable` has resolved is on disk and stays readable, whatever is killed.
 * - seq_ids run from 1 without holes, per run and kind, across restarts, and are never given twice.
 * - A batch key seen before is stored once: `append` answers `duplicate` and the first batch's numbers.
 * - `append` waits while the intake (limits.sinkIntakeRows, limits.sinkIntakeBytes) is full, and while too much is durable that is
 *   not in parts yet (see seal-backlog.ts); nothing is dropped.
 */
import type { RowKind } from '../../protocol/index.ts';
import type { HistoryForm, Removal } from '../history/index.ts';
import type { HistogramFigures } from '../metrics/index.ts';
import type { IntakeLoad } from './intake.ts';
import type { RunSettings } from './run-settings.ts';
import type { BacklogLoad } from './seal-backlog.ts';

/** Rows as they came from one worker: `ipc` is one Arrow IPC stream with one record batch, without the daemon's columns. */
export type NewBatch = {
  runId: string;
  workerId: string;
  kind: RowKind;
  rows: number;
  ipc: Uint8Array;
  /** Absent for rows that came over the row RPCs, which have no key. */
  key?: { writerSession: Uint8Array; batchSequence: number };
};

export type Appended = {
  /** Of a duplicate whose first numbers are no longer remembered: 0. */
  firstSeq: number;
  duplicate: boolean;
  /** Settles when the batch, and with it all before it, is on disk. Rejects only when the sink closes or fails for good. */
  durable: Promise<void>;
};

/** Durable rows of one run and kind: row i has seq_id firstSeq + i. A worker_id column in `ipc` wins over `workerId`. */
export type StoredBatch = { runId: string; workerId: string; kind: RowKind; firstSeq: number; rows: number; ipc: Uint8Array };

export type PartEntry = {
  name: string;
  kind: RowKind;
  firstSeq: number;
  lastSeq: number;
  rows: number;
  bytes: number;
  path: string;
};

/** How far one kind of one run reaches: inside of parts, durable, and taken in. 0 is none. */
export type Reach = {
  sealedSeq: number;
  watermark: number;
  head: number;
  /** Since when the watermark stands still although rows wait for it, ms since the epoch; absent when nothing waits. */
  waitsSinceMs?: number;
};

/** How busy the way to the disk is. Counted anyway: asking costs nothing that grows with history. */
export type SinkLoad = {
  intake: IntakeLoad;
  /** Writing and syncing one group; syncing alone. */
  flush: HistogramFigures;
  sync: HistogramFigures;
  /** Groups the disk did not take at once. */
  retries: number;
  /** Full journal segments that are not parts yet. */
  unsealed: BacklogLoad;
  parts: { parts: number; bytes: number };
  /** What retention has removed, of all runs that are still known. */
  removed: { runs: number; rows: number; bytes: number };
};

export type LedgerCounts = {
  received: number;
  durable: number;
  repeated: number;
  duplicate: number;
  late: number;
  rejected: number;
  thinned: number;
  violations: number;
  rejectedSamples: string[];
  violationSamples: string[];
};
export type LedgerEntry = LedgerCounts & { workerId: string; agentId: string };

export type SeqGap = { kind: RowKind; firstSeq: number; lastSeq: number };

export interface DurableSink {
  /**
   * Resolves when the batch was taken into the intake and numbered. Throws `batch-invalid` when `ipc` is not what `kind` says: its
   * rows are counted as rejected, its key is used up, and the same batch sent again is answered `duplicate`, so that its writer can
   * go on. Throws `batch-out-of-order` when batches of the session before it are missing, `sink-closed` when the daemon is stopping.
   */
  append(batch: NewBatch): Promise<Appended>;
  /** The last batchSequence of a writer session that is durable, with all before it; 0 for none. */
  durableSequence(runId: string, workerId: string, writerSession: Uint8Array): number;
  /** Rows of the session's refused batches that are counted as rejected, since the sink was opened. */
  rejectedRows(runId: string, workerId: string, writerSession: Uint8Array): number;
  reach(runId: string, kind: RowKind): Reach;
  /** Calls `listener` after each group commit with the runs and kinds that moved. */
  onDurable(
    listener: (moved: readonly { runId: string; kind: RowKind; watermark: number }[]) => void,
    lifetime: { signal: AbortSignal },
  ): void;
  /** Durable rows after `afterSeq`, ascending, each once, up to `untilSeq` or else the watermark at the call. */
  read(
    runId: string,
    kind: RowKind,
    afterSeq: number,
    options?: { untilSeq?: number; signal?: AbortSignal },
  ): AsyncIterable<StoredBatch>;
  parts(runId: string, kinds: readonly RowKind[]): PartEntry[];
  readPart(name: string, offset: number, length: number): AsyncIterable<Uint8Array>;
  /** Counts rows or lines that could not be stored, with a shortened sample. Durable with the next group commit. */
  reject(runId: string, workerId: string, agentId: string, count: number, sample: string): void;
  /** Counts what did not fit the schema a worker registered; the rows are stored all the same. */
  violate(runId: string, workerId: string, agentId: string, count: number, sample: string): void;
  /** What a run's configuration says of its history; on disk when this returns. A run it is not called for keeps everything. */
  configure(runId: string, settings: RunSettings): void;
  settings(runId: string): RunSettings & { history: HistoryForm };
  ledger(runId: string): { entries: LedgerEntry[]; totals: LedgerCounts };
  /** What retention has removed of a run, ascending per kind. */
  removals(runId: string): Removal[];
  /** How many rows retention has removed, of each run that lost some. */
  removedRows(): ReadonlyMap<string, number>;
  /** Numbers that were given out and whose rows cannot be read although nobody removed them, ascending per kind. */
  gaps(runId: string): SeqGap[];
  /**
   * Removes every row of a run, for good: once it resolves nothing of the run is read or comes back, whatever is killed. Its run_id
   * must not be used again. The caller sees to it that nobody publishes into it any more.
   */
  forget(runId: string): Promise<{ rows: number; bytes: number }>;
  load(): SinkLoad;
  /** Makes everything taken in durable, seals, and lets go of the files. */
  close(): Promise<void>;
}
