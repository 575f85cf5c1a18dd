/**
 * The catalogue's tables of runs and workers: what the registry remembers across restarts.
 *
 * Guarantees
 * - A change is on disk when `save` returns, together with its sequence number, in one transaction.
 * - Sequence numbers go on where they stopped, whatever was killed.
 */
import type { SQLInputValue } from 'node:sqlite';
import type { Catalogue } from '../history/index.ts';
import type { Run, Worker, WorkerEnd } from './run.ts';
import type { Outcome, RunStatus } from './run-state.ts';

const tables = [
  `CREATE TABLE runs (run_id TEXT PRIMARY KEY, name TEXT NOT NULL, config_json TEXT NOT NULL, digest TEXT NOT NULL, origin TEXT NOT NULL,
     session_token TEXT NOT NULL, created_ms INTEGER NOT NULL, status TEXT NOT NULL, outcome TEXT, failure_reason TEXT NOT NULL,
     updated_ms INTEGER NOT NULL, finished_ms INTEGER, heartbeat_ms INTEGER, seq_id INTEGER NOT NULL, gpu_slots TEXT NOT NULL,
     held_status TEXT, cancel_requested INTEGER NOT NULL, child_pid INTEGER, child_started TEXT) STRICT`,
  `CREATE TABLE run_workers (run_id TEXT NOT NULL, worker_id TEXT NOT NULL, registered INTEGER NOT NULL, worker_kind TEXT NOT NULL,
     proto_version TEXT NOT NULL, schema_id TEXT NOT NULL, schema_version INTEGER NOT NULL, supports_pause INTEGER NOT NULL,
     supports_checkpoint INTEGER NOT NULL, end_outcome TEXT, end_reason TEXT, PRIMARY KEY (run_id, worker_id)) STRICT, WITHOUT ROWID`,
  'ALTER TABLE runs ADD COLUMN max_rate_hz INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE run_workers ADD COLUMN exit_code INTEGER',
  "ALTER TABLE run_workers ADD COLUMN stderr_tail TEXT NOT NULL DEFAULT ''",
] as const;

/** Runs out of the usual lists. */
const archiveTables = ['CREATE TABLE archived_runs (run_id TEXT PRIMARY KEY, archived_ms INTEGER NOT NULL) STRICT'] as const;
const runColumns = `run_id, name, config_json, digest, origin, session_token, created_ms, status, outcome, failure_reason, updated_ms,
  finished_ms, heartbeat_ms, seq_id, gpu_slots, held_status, cancel_requested, child_pid, child_started, max_rate_hz`;
const workerColumns = `run_id, worker_id, registered, worker_kind, proto_version, schema_id, schema_version, supports_pause,
  supports_checkpoint, end_outcome, end_reason, exit_code, stderr_tail`;

type Row = Record<string, SQLInputValue>;

export class RunCatalogue {
  readonly #catalogue: Catalogue;
  readonly #saveRun;
  readonly #saveWorker;

  constructor(catalogue: Catalogue) {
    catalogue.define('runs', tables);
    catalogue.define('archive', archiveTables);
    this.#catalogue = catalogue;
    this.#saveRun = catalogue.database.prepare(insertInto('runs', runColumns));
    this.#saveWorker = catalogue.database.prepare(insertInto('run_workers', workerColumns));
  }

  /** Every known run with its workers, in order of creation. A run whose removal a kill interrupted is removed first. */
  load(): Run[] {
    for (const row of this.#catalogue.database.prepare('SELECT run_id FROM forgotten_runs').all())
      this.remove(String(row.run_id));
    const runs = new Map<string, Run>();
    for (const row of this.#catalogue.database.prepare('SELECT * FROM runs ORDER BY created_ms, run_id').all()) {
      const run = runFromRow(row as Row);
      runs.set(run.runId, run);
    }
    for (const row of this.#catalogue.database.prepare('SELECT * FROM run_workers').all()) {
      const worker = workerFromRow(row as Row);
      runs.get(String(row.run_id))?.workers.set(worker.workerId, worker);
    }
    for (const row of this.#catalogue.database.prepare('SELECT * FROM archived_runs').all()) {
      const run = runs.get(String(row.run_id));
      if (run) run.archivedMs = Number(row.archived_ms);
    }
    return [...runs.values()];
  }

  /** Whether the run was removed once: its id is not used again. */
  isForgotten(runId: string): boolean {
    return this.#catalogue.isForgotten(runId);
  }

  remove(runId: string): void {
    this.#catalogue.transaction(() => {
      for (const table of ['runs', 'run_workers', 'archived_runs'])
        this.#catalogue.database.prepare(`DELETE FROM ${table} WHERE run_id = ?`).run(runId);
    });
  }

  /** `archivedMs` undefined: back into the usual lists. */
  archive(runId: string, archivedMs: number | undefined): void {
    const { database } = this.#catalogue;
    if (archivedMs === undefined) database.prepare('DELETE FROM archived_runs WHERE run_id = ?').run(runId);
    else database.prepare('INSERT OR REPLACE INTO archived_runs VALUES (?, ?)').run(runId, archivedMs);
  }

  save(run: Run, changedWorkers: Iterable<Worker> = []): void {
    const workers = [...changedWorkers];
    if (workers.length === 0) {
      this.#saveRun.run(...rowOfRun(run));
      return;
    }
    this.#catalogue.transaction(() => {
      this.#saveRun.run(...rowOfRun(run));
      for (const worker of workers) this.#saveWorker.run(...rowOfWorker(run.runId, worker));
    });
  }
}

function insertInto(table: string, columns: string): string {
  return `INSERT OR REPLACE INTO ${table} (${columns}) VALUES (${columns.replaceAll(/\w+/g, '?')})`;
}

function rowOfRun(run: Run): SQLInputValue[] {
  return [
    run.runId,
    run.name,
    run.configJson,
    run.digest,
    run.origin,
    run.sessionToken,
    run.createdMs,
    run.status,
    run.outcome ?? null,
    run.failureReason,
    run.updatedMs,
    run.finishedMs ?? null,
    run.heartbeatMs ?? null,
    run.seqId,
    JSON.stringify(run.gpuSlots),
    run.heldStatus ?? null,
    run.cancelRequested ? 1 : 0,
    run.child?.pid ?? null,
    run.child?.startedTicks ?? null,
    run.maxRateHz,
  ];
}

function rowOfWorker(runId: string, worker: Worker): SQLInputValue[] {
  return [
    runId,
    worker.workerId,
    worker.registered ? 1 : 0,
    worker.workerKind,
    worker.protoVersion,
    worker.schemaId,
    worker.schemaVersion,
    worker.supportsPause ? 1 : 0,
    worker.supportsCheckpoint ? 1 : 0,
    worker.end?.outcome ?? null,
    worker.end?.reason ?? null,
    worker.end?.exitCode ?? null,
    worker.end?.stderrTail ?? '',
  ];
}

function runFromRow(row: Row): Run {
  const run: Run = {
    runId: String(row.run_id),
    name: String(row.name),
    configJson: String(row.config_json),
    digest: String(row.digest),
    origin: row.origin === 'submitted' ? 'submitted' : 'opened',
    sessionToken: String(row.session_token),
    createdMs: Number(row.created_ms),
    status: row.status as RunStatus,
    failureReason: String(row.failure_reason),
    updatedMs: Number(row.updated_ms),
    seqId: Number(row.seq_id),
    gpuSlots: JSON.parse(String(row.gpu_slots)) as number[],
    cancelRequested: row.cancel_requested === 1,
    maxRateHz: Number(row.max_rate_hz),
    workers: new Map(),
  };
  if (row.outcome !== null) run.outcome = row.outcome as Outcome;
  if (row.finished_ms !== null) run.finishedMs = Number(row.finished_ms);
  if (row.heartbeat_ms !== null) run.heartbeatMs = Number(row.heartbeat_ms);
  if (row.held_status !== null) run.heldStatus = row.held_status as RunStatus;
  if (row.child_pid !== null) run.child = { pid: Number(row.child_pid), startedTicks: String(row.child_started) };
  return run;
}

function workerFromRow(row: Row): Worker {
  const end = endFromRow(row);
  return {
    workerId: String(row.worker_id),
    registered: row.registered === 1,
    workerKind: String(row.worker_kind),
    protoVersion: String(row.proto_version),
    schemaId: String(row.schema_id),
    schemaVersion: Number(row.schema_version),
    supportsPause: row.supports_pause === 1,
    supportsCheckpoint: row.supports_checkpoint === 1,
    ...(end ? { end } : {}),
  };
}

function endFromRow(row: Row): WorkerEnd | undefined {
  if (row.end_outcome === null) return undefined;
  return {
    outcome: row.end_outcome as Outcome,
    reason: String(row.end_reason),
    ...(row.exit_code === null ? {} : { exitCode: Number(row.exit_code) }),
    ...(row.stderr_tail === '' ? {} : { stderrTail: String(row.stderr_tail) }),
  };
}
