/**
 * The run registry: every run this home knows, its state, and who waits for changes.
 *
 * Guarantees
 * - Only moves of the table in run-state.ts happen; TERM is final and its outcome never changes.
 * - Every change gets the next number of one durable sequence over all runs, is on disk, and only then announced.
 * - Signs of life change no number: they keep the lease and bring a FAULT back by themselves.
 * Failure modes: a run that cannot be written down is not created (`history-full`). A later change that the disk refuses is true
 * in memory, announced, logged once, and written by `flush` as soon as the disk takes it. Heartbeat times reach the disk with
 * `flush` too: a kill may forget the last seconds of them.
 */
import { randomBytes } from 'node:crypto';
import { DuallaneError, type Log, runWord, sentenceOf } from '../../protocol/index.ts';
import { Pulse, RunBus } from '../bus/index.ts';
import type { RunCatalogue } from './catalogue.ts';
import type { Child, Run, Worker, WorkerEnd } from './run.ts';
import { mayMove, type Outcome, type RunStatus } from './run-state.ts';

export type NewRun = {
  runId: string;
  name: string;
  configJson: string;
  digest: string;
  origin: Run['origin'];
  status: RunStatus;
  gpuSlots?: readonly number[];
};

/** A run as it was right after a change. */
export type RunChange = Readonly<Omit<Run, 'workers'>>;

export class RunRegistry {
  /** Topic "": every change of every run, in order. */
  readonly changes = new RunBus<RunChange>();
  /** Topic: a run's id. Beats when the run changes or comes to exist. */
  readonly pulse = new Pulse();
  readonly #catalogue: RunCatalogue;
  readonly #now: () => number;
  readonly #runs = new Map<string, Run>();
  readonly #lifeMs = new Map<string, number>();
  readonly #unsaved = new Set<Run>();
  readonly #log: Log;
  readonly #prepare: (fresh: NewRun) => void;
  #isRefused = false;
  #seqId = 0;

  /** `prepare` sees every new run before it exists; what it throws is why the run is not created. */
  constructor(catalogue: RunCatalogue, now: () => number, log: Log, prepare: (fresh: NewRun) => void = () => undefined) {
    this.#catalogue = catalogue;
    this.#prepare = prepare;
    this.#now = now;
    this.#log = log;
    for (const run of catalogue.load()) {
      this.#runs.set(run.runId, run);
      this.#lifeMs.set(run.runId, now()); // its workers get a whole lease to find the new daemon
      this.#seqId = Math.max(this.#seqId, run.seqId);
    }
  }

  find(runId: string): Run | undefined {
    return this.#runs.get(runId);
  }

  /** Throws `run-unknown`. */
  get(runId: string): Run {
    const run = this.#runs.get(runId);
    if (!run)
      throw new DuallaneError(
        'run-unknown',
        `run ${runId} is not known here: "duallane runs --all" lists those that are; a worker opens its run before it sends rows`,
      );
    return run;
  }

  /** All runs, in order of creation. */
  all(): Run[] {
    return [...this.#runs.values()];
  }

  create(fresh: NewRun): Run {
    if (this.#runs.has(fresh.runId))
      throw new DuallaneError('run-exists', `run ${fresh.runId} exists already: choose another id or leave it empty`);
    if (this.#catalogue.isForgotten(fresh.runId))
      throw new DuallaneError('run-deleted', `run ${fresh.runId} was deleted: choose another id or leave it empty`);
    this.#prepare(fresh);
    const nowMs = this.#now();
    const run: Run = {
      runId: fresh.runId,
      name: fresh.name,
      configJson: fresh.configJson,
      digest: fresh.digest,
      origin: fresh.origin,
      sessionToken: randomBytes(16).toString('hex'),
      createdMs: nowMs,
      status: fresh.status,
      failureReason: '',
      updatedMs: nowMs,
      seqId: this.#seqId,
      gpuSlots: fresh.gpuSlots ?? [],
      cancelRequested: false,
      maxRateHz: 0,
      workers: new Map(),
    };
    this.#record(run);
    this.#runs.set(run.runId, run);
    this.#announce(run);
    this.#lifeMs.set(run.runId, nowMs);
    return run;
  }

  /** Moves a run on; the state it has already is no change. Throws `run-state` for a move that is not in the table. */
  move(run: Run, status: RunStatus, failureReason = ''): void {
    if (run.status === status) return;
    if (!mayMove(run.status, status)) {
      throw new DuallaneError('run-state', `run ${run.runId} is ${runWord(run)} and cannot become ${runWord({ status })}`);
    }
    this.#change(run, () => {
      if (status === 'FAULT') run.heldStatus = run.status;
      else delete run.heldStatus;
      run.status = status;
      run.failureReason = failureReason;
    });
  }

  /** TERM with its outcome; nothing when the run has ended before. */
  finish(run: Run, outcome: Outcome, reason: string): void {
    if (run.status === 'TERM') return;
    this.#change(run, () => {
      run.status = 'TERM';
      run.outcome = run.cancelRequested ? 'canceled' : outcome;
      if (!run.cancelRequested) run.failureReason = run.outcome === 'succeeded' ? '' : reason;
      run.finishedMs = this.#now();
      delete run.heldStatus;
      delete run.child;
    });
  }

  /** From here on the run's outcome is canceled, whatever its worker says when it is stopped. */
  requestCancel(run: Run, reason: string): void {
    if (run.cancelRequested || run.status === 'TERM') return;
    this.#change(run, () => {
      run.cancelRequested = true;
      run.failureReason = reason;
    });
  }

  /** Throws `run-alive` for a run that has not ended, `history-full` when the disk refuses it. */
  archive(run: Run, isArchived: boolean): void {
    this.checkEnded(run, 'archived');
    const archivedMs = isArchived ? (run.archivedMs ?? this.#now()) : undefined;
    this.#written(run, () => this.#catalogue.archive(run.runId, archivedMs));
    if (archivedMs === undefined) delete run.archivedMs;
    else run.archivedMs = archivedMs;
    this.#announce(run);
  }

  /** Forgets a run whose history is gone. Throws `run-alive`, `history-full`. */
  remove(run: Run): void {
    this.checkEnded(run, 'deleted');
    this.#written(run, () => this.#catalogue.remove(run.runId));
    this.#runs.delete(run.runId);
    this.#lifeMs.delete(run.runId);
    this.#unsaved.delete(run);
    this.#announce(run);
  }

  /** Whether the run was deleted: it does not come back. */
  isDeleted(runId: string): boolean {
    return this.#catalogue.isForgotten(runId);
  }

  /** Throws `run-alive` for a run that has not ended; `participle` says what was to be done with it. */
  checkEnded(run: Run, participle: 'archived' | 'deleted'): void {
    if (run.status === 'TERM') return;
    throw new DuallaneError(
      'run-alive',
      `run ${run.runId} is ${runWord(run)} and cannot be ${participle}: wait for its end, or stop it with "duallane cancel ${run.runId}"`,
    );
  }

  #written(run: Run, write: () => void): void {
    try {
      write();
    } catch (cause) {
      throw new DuallaneError('history-full', `run ${run.runId} cannot be changed on disk (${sentenceOf(cause)}): make space`, {
        cause,
      });
    }
  }

  /**
   * Holds or releases a run. A run that is in FAULT comes back held or not, as was said last. Throws `run-state` for one that
   * does not run, `run-ended`.
   */
  setPaused(run: Run, isPaused: boolean): void {
    if (run.status === 'FAULT' && (run.heldStatus === 'EXEC' || run.heldStatus === 'PAUSE')) {
      const held = isPaused ? 'PAUSE' : 'EXEC';
      if (run.heldStatus !== held) this.#change(run, () => Object.assign(run, { heldStatus: held }));
      return;
    }
    if (run.status === 'PAUSE' || run.status === 'EXEC') this.move(run, isPaused ? 'PAUSE' : 'EXEC');
    else if (isPaused) {
      throw new DuallaneError(
        run.status === 'TERM' ? 'run-ended' : 'run-state',
        `run ${run.runId} is ${runWord(run)}: a run can be paused while it is running, from its first row to its end`,
      );
    }
  }

  /** Steps a second each worker may take; 0 lifts the cap. */
  setMaxRate(run: Run, maxRateHz: number): void {
    if (run.status !== 'TERM' && run.maxRateHz !== maxRateHz) this.#change(run, () => Object.assign(run, { maxRateHz }));
  }

  setChild(run: Run, child: Child | undefined): void {
    if (child) run.child = child;
    else delete run.child;
    this.#save(run);
  }

  /** A worker told us who it is. INIT, HSHK and FAULT become RDY. */
  register(run: Run, told: Worker): void {
    // One that registers late, after its rows said that it ended, has ended all the same: only run_started begins it again.
    const end = run.workers.get(told.workerId)?.end;
    const worker = end ? { ...told, end } : told;
    run.workers.set(worker.workerId, worker);
    this.#save(run, [worker]);
    if (run.status === 'INIT' || run.status === 'HSHK' || run.status === 'FAULT') this.move(run, 'RDY');
    this.sign(run);
  }

  /** Rows of `workerId` came: the worker is one of the run's, and the run runs. */
  rowsFrom(run: Run, workerId: string | undefined): void {
    if (workerId !== undefined && !run.workers.has(workerId)) {
      const worker = publishingWorker(workerId);
      run.workers.set(workerId, worker);
      this.#save(run, [worker]);
    }
    this.sign(run);
    if (run.status === 'INIT' || run.status === 'HSHK' || run.status === 'RDY') this.move(run, 'EXEC');
  }

  /** A worker began (again). */
  workerStarted(run: Run, workerId: string): void {
    this.rowsFrom(run, workerId);
    const worker = run.workers.get(workerId);
    if (run.status === 'TERM' || !worker?.end) return;
    delete worker.end;
    this.#save(run, [worker]);
  }

  /**
   * A worker ended; the run ends with its last one: failed when one failed, else canceled when one was, else succeeded. Of failed
   * ones the reason is that of a worker which said why: that its process had an exit code says less.
   */
  workerEnded(run: Run, workerId: string, end: WorkerEnd): void {
    const worker = run.workers.get(workerId) ?? publishingWorker(workerId);
    worker.end ??= end;
    run.workers.set(workerId, worker);
    this.#save(run, [worker]);
    this.finishWhenAllEnded(run);
  }

  /**
   * The process of a launched run is gone, and the run with it: whoever has not said how it ended, ended as the launched worker
   * did, by its own word or else by `end`.
   */
  processEnded(run: Run, workerId: string, end: WorkerEnd): void {
    const told = run.workers.get(workerId)?.end ?? end;
    const silent = [...run.workers.values()].filter((worker) => worker.end === undefined);
    for (const worker of silent) worker.end = told;
    if (silent.length > 0) this.#save(run, silent);
    if (run.workers.has(workerId)) this.finishWhenAllEnded(run);
    else this.workerEnded(run, workerId, told);
  }

  finishWhenAllEnded(run: Run): void {
    const ends = [...run.workers.values()].map((worker) => worker.end);
    if (run.status === 'TERM' || ends.length === 0 || ends.includes(undefined)) return;
    const failed = ends.filter((end) => end?.outcome === 'failed');
    const decisive =
      failed.find((end) => end?.exitCode === undefined) ??
      failed[0] ??
      ends.find((end) => end?.outcome === 'canceled') ??
      ends[0];
    if (decisive) this.finish(run, decisive.outcome, decisive.reason);
  }

  /** A heartbeat: a sign of life that is shown. */
  heartbeat(run: Run): void {
    run.heartbeatMs = this.#now();
    this.#unsaved.add(run);
    this.sign(run);
  }

  /** A sign of life: keeps the lease; a run that faulted in EXEC or PAUSE goes on there. */
  sign(run: Run): void {
    this.#lifeMs.set(run.runId, this.#now());
    if (run.status === 'FAULT' && run.heldStatus !== undefined && mayMove('FAULT', run.heldStatus))
      this.move(run, run.heldStatus);
  }

  /** ms since the epoch of the last sign of life. */
  lastSignMs(run: Run): number {
    return this.#lifeMs.get(run.runId) ?? run.updatedMs;
  }

  /** Runs changed after `seqId`, in the order of their changes. */
  changedSince(seqId: number): Run[] {
    return this.all()
      .filter((run) => run.seqId > seqId)
      .sort((a, b) => a.seqId - b.seqId);
  }

  /** Writes what is not on disk yet: heartbeat times, and changes that the disk refused. */
  flush(): void {
    const runs = [...this.#unsaved];
    this.#unsaved.clear();
    for (const run of runs) this.#save(run, run.workers.values());
  }

  #change(run: Run, apply: () => void): void {
    apply();
    run.updatedMs = this.#now();
    this.#commit(run);
    this.#announce(run);
  }

  /** Throws `history-full` and leaves no trace when the run cannot be written down. */
  #record(run: Run): void {
    run.seqId = this.#seqId + 1;
    try {
      this.#catalogue.save(run);
    } catch (cause) {
      throw new DuallaneError(
        'history-full',
        `run ${run.runId} cannot be written down (${sentenceOf(cause)}): make space and try again`,
        {
          cause,
        },
      );
    }
    this.#seqId = run.seqId;
  }

  #commit(run: Run): void {
    this.#seqId += 1;
    run.seqId = this.#seqId;
    this.#save(run);
  }

  #save(run: Run, workers: Iterable<Worker> = []): void {
    try {
      this.#catalogue.save(run, workers);
      if (this.#isRefused) this.#log('info', 'run-saved-again', { runId: run.runId });
      this.#isRefused = false;
    } catch (error) {
      this.#unsaved.add(run);
      if (!this.#isRefused) this.#log('error', 'run-not-saved', { runId: run.runId, sentence: sentenceOf(error) });
      this.#isRefused = true;
    }
  }

  #announce(run: Run): void {
    const { workers: _, ...change } = run;
    this.changes.publish('', change);
    this.pulse.ring(run.runId);
  }
}

function publishingWorker(workerId: string): Worker {
  return {
    workerId,
    registered: false,
    workerKind: '',
    protoVersion: '',
    schemaId: '',
    schemaVersion: 0,
    supportsPause: false,
    supportsCheckpoint: false,
  };
}
