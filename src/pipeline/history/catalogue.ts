/**
 * The catalogue: one SQLite file that says what is sealed. Written by the daemon alone, opened by nobody else.
 *
 * Guarantees: WAL with synchronous FULL, so a transaction that has returned is on disk; a segment is sealed and its parts are
 * known in one transaction or not at all. Damage or another version is an error `catalogue-unusable`, never an empty start.
 *
 * Other rooms of the daemon keep their tables here too: `catalogue.define('runs', ['CREATE TABLE ...', 'ALTER TABLE ...'])`
 * runs, once per home, those of the listed statements that have not run yet (append only, never change one), each list in one
 * transaction; afterwards use `catalogue.database` (prepared statements; transactions must not span an `await`).
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { DuallaneError, type RowKind, sentenceOf } from '../../protocol/index.ts';
import type { LedgerEntry } from '../sinks/durable-sink.ts';

/** How rows are kept once they leave the journal. */
export const historyForms = ['parquet', 'sqlite'] as const;
export type HistoryForm = (typeof historyForms)[number];

/** A range of rows that is sealed: a Parquet file, or rows of the run's SQLite file (which a reader gets as Parquet, too). */
export type PartRecord = {
  name: string;
  form: HistoryForm;
  runId: string;
  kind: RowKind;
  firstSeq: number;
  lastSeq: number;
  rows: number;
  /** Of a range in SQLite: what it takes about as Parquet. */
  bytes: number;
  rowGroupRows: number;
  /** Of the file's bytes, or of the rows in SQLite (see row-file.ts). Empty for parts of before there were checksums. */
  sha256: string;
  /** How often its rows were merged into larger parts. */
  level: number;
};

/** Everything one sealed segment changes. */
export type SealedSegment = {
  number: number;
  parts: readonly PartRecord[];
  /** Last number given out, per run and kind. */
  heads: readonly { runId: string; kind: RowKind; lastSeq: number }[];
  sessions: readonly { runId: string; workerId: string; writerSession: Uint8Array; lastSequence: number }[];
  ledger: readonly { runId: string; entry: LedgerEntry }[];
};

const tables = [
  `CREATE TABLE parts (name TEXT PRIMARY KEY, run_id TEXT NOT NULL, kind TEXT NOT NULL, first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL,
     rows INTEGER NOT NULL, bytes INTEGER NOT NULL, row_group_rows INTEGER NOT NULL, segment INTEGER NOT NULL) STRICT`,
  'CREATE INDEX parts_in_order ON parts (run_id, kind, last_seq)',
  'CREATE TABLE sealed_segments (number INTEGER PRIMARY KEY) STRICT',
  'CREATE TABLE heads (run_id TEXT NOT NULL, kind TEXT NOT NULL, last_seq INTEGER NOT NULL, PRIMARY KEY (run_id, kind)) STRICT, WITHOUT ROWID',
  `CREATE TABLE writer_sessions (run_id TEXT NOT NULL, worker_id TEXT NOT NULL, session BLOB NOT NULL, last_sequence INTEGER NOT NULL,
     PRIMARY KEY (run_id, worker_id, session)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE ledger (run_id TEXT NOT NULL, worker_id TEXT NOT NULL, agent_id TEXT NOT NULL, received INTEGER NOT NULL, repeated INTEGER NOT NULL,
     duplicate INTEGER NOT NULL, late INTEGER NOT NULL, rejected INTEGER NOT NULL, samples TEXT NOT NULL,
     PRIMARY KEY (run_id, worker_id, agent_id)) STRICT, WITHOUT ROWID`,
  "ALTER TABLE parts ADD COLUMN form TEXT NOT NULL DEFAULT 'parquet'",
  "ALTER TABLE parts ADD COLUMN sha256 TEXT NOT NULL DEFAULT ''",
  'ALTER TABLE parts ADD COLUMN level INTEGER NOT NULL DEFAULT 0',
  "CREATE TABLE run_settings (run_id TEXT PRIMARY KEY, form TEXT NOT NULL DEFAULT '', rules_json TEXT NOT NULL DEFAULT '{}') STRICT, WITHOUT ROWID",
  'ALTER TABLE ledger ADD COLUMN thinned INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE ledger ADD COLUMN violations INTEGER NOT NULL DEFAULT 0',
  "ALTER TABLE ledger ADD COLUMN violation_samples TEXT NOT NULL DEFAULT '[]'",
] as const;

/** Runs that were removed: records of them that still stand in the journal mean nothing, and their ids are not used again. */
const forgottenTables = ['CREATE TABLE forgotten_runs (run_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID'] as const;

/** Rows that retention removed: their numbers are neither in parts nor lost. */
const removedTables = [
  `CREATE TABLE removed_rows (run_id TEXT NOT NULL, kind TEXT NOT NULL, first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL, rows INTEGER NOT NULL,
     bytes INTEGER NOT NULL, removed_ms INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (run_id, kind, first_seq)) STRICT, WITHOUT ROWID`,
] as const;

export class Catalogue {
  readonly database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #forgotten = new Set<string>();

  /** `readOnly`: looks on beside the daemon that writes it. */
  constructor(path: string, { readOnly = false }: { readOnly?: boolean } = {}) {
    try {
      this.database = new DatabaseSync(path, { timeout: 5000, readOnly });
      if (readOnly) return;
      this.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
      this.database.exec('CREATE TABLE IF NOT EXISTS definitions (room TEXT PRIMARY KEY, applied INTEGER NOT NULL) STRICT');
      this.define('history', tables);
      this.define('forgotten', forgottenTables);
      this.define('removed', removedTables);
      for (const row of this.#statement('SELECT run_id FROM forgotten_runs').all()) this.#forgotten.add(String(row.run_id));
    } catch (cause) {
      if (cause instanceof DuallaneError) throw cause;
      throw new DuallaneError(
        'catalogue-unusable',
        `cannot use ${path}: ${sentenceOf(cause)}; "duallane verify --salvage" makes it anew from the history's own files`,
        { cause },
      );
    }
  }

  /** Brings a room's tables up to its list of statements. Throws `catalogue-unusable` when the file is from a newer version. */
  define(room: string, statements: readonly string[]): void {
    const applied = Number(this.#row('SELECT applied FROM definitions WHERE room = ?', room)?.applied ?? 0);
    if (applied > statements.length)
      throw new DuallaneError(
        'catalogue-unusable',
        `the history of this home was written by a newer version (${room} ${applied}); use that version`,
      );
    if (applied === statements.length) return;
    this.transaction(() => {
      for (const statement of statements.slice(applied)) this.database.exec(statement);
      this.#run(
        'INSERT INTO definitions VALUES (?, ?) ON CONFLICT DO UPDATE SET applied = excluded.applied',
        room,
        statements.length,
      );
    });
  }

  /** Runs `change` whole or not at all. */
  transaction<T>(change: () => T): T {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const result = change();
      this.database.exec('COMMIT');
      return result;
    } catch (cause) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw cause;
    }
  }

  /** Removes what is known of a run's history, in one transaction. Answers the parts whose files may go. */
  forget(runId: string): PartRecord[] {
    const parts = this.#statement('SELECT * FROM parts WHERE run_id = ?').all(runId).map(partOf);
    this.transaction(() => {
      this.#run('INSERT OR IGNORE INTO forgotten_runs VALUES (?)', runId);
      for (const table of ['parts', 'heads', 'writer_sessions', 'ledger', 'run_settings', 'removed_rows'])
        this.#run(`DELETE FROM ${table} WHERE run_id = ?`, runId);
    });
    this.#forgotten.add(runId);
    return parts;
  }

  isForgotten(runId: string): boolean {
    return this.#forgotten.has(runId);
  }

  /** What belongs to a run that was forgotten meanwhile is left out. */
  seal(segment: SealedSegment): void {
    const isKept = ({ runId }: { runId: string }): boolean => !this.#forgotten.has(runId);
    const sealed: SealedSegment = {
      number: segment.number,
      parts: segment.parts.filter(isKept),
      heads: segment.heads.filter(isKept),
      sessions: segment.sessions.filter(isKept),
      ledger: segment.ledger.filter(isKept),
    };
    this.transaction(() => {
      for (const part of sealed.parts) this.#insertPart(part, sealed.number);
      for (const { runId, kind, lastSeq } of sealed.heads) {
        this.#run(
          'INSERT INTO heads VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET last_seq = max(last_seq, excluded.last_seq)',
          runId,
          kind,
          lastSeq,
        );
      }
      for (const { runId, workerId, writerSession, lastSequence } of sealed.sessions) {
        this.#run(
          'INSERT INTO writer_sessions VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET last_sequence = max(last_sequence, excluded.last_sequence)',
          runId,
          workerId,
          writerSession,
          lastSequence,
        );
      }
      for (const { runId, entry } of sealed.ledger) this.#addLedger(runId, entry);
      this.#run('INSERT INTO sealed_segments VALUES (?)', sealed.number);
    });
  }

  /** Other parts with the same rows take the place of parts, in one transaction. */
  replaceParts(gone: readonly PartRecord[], come: readonly PartRecord[]): void {
    this.transaction(() => {
      for (const part of gone) this.#run('DELETE FROM parts WHERE name = ?', part.name);
      for (const part of come) this.#insertPart(part, 0);
    });
  }

  /** What could be read of a damaged part takes its place; lost rows are counted in the run's ledger. */
  replaceDamaged(gone: PartRecord, come: readonly PartRecord[], lostRows: number): void {
    this.transaction(() => {
      this.#run('DELETE FROM parts WHERE name = ?', gone.name);
      for (const part of come) this.#insertPart(part, 0);
      if (lostRows === 0) return;
      const sample = `part damaged: ${lostRows} of the ${gone.kind} rows ${gone.firstSeq} to ${gone.lastSeq} are lost`;
      this.#addLedger(gone.runId, { ...noEntry, rejected: lostRows, rejectedSamples: [sample] });
    });
  }

  /** What SQLite finds wrong with the file; undefined for nothing. */
  check(): string | undefined {
    const found = this.database
      .prepare('PRAGMA integrity_check(5)')
      .all()
      .map((row) => String(row.integrity_check));
    return found.join() === 'ok' ? undefined : found.join('; ');
  }

  allParts(): PartRecord[] {
    return this.#statement('SELECT * FROM parts ORDER BY run_id, kind, last_seq').all().map(partOf);
  }

  /** The form a run was given, if it was. */
  formOf(runId: string): HistoryForm | undefined {
    const form = this.#row('SELECT form FROM run_settings WHERE run_id = ?', runId)?.form;
    return historyForms.find((known) => known === form);
  }

  /** What the run's configuration says of its history, as JSON; undefined when it was never asked. */
  rulesOf(runId: string): string | undefined {
    return this.#row('SELECT rules_json FROM run_settings WHERE run_id = ?', runId)?.rules_json as string | undefined;
  }

  setRules(runId: string, rulesJson: string): void {
    this.#run(
      'INSERT INTO run_settings (run_id, rules_json) VALUES (?, ?) ON CONFLICT DO UPDATE SET rules_json = excluded.rules_json',
      runId,
      rulesJson,
    );
  }

  setForm(runId: string, form: HistoryForm): void {
    this.#run(
      'INSERT INTO run_settings (run_id, form) VALUES (?, ?) ON CONFLICT DO UPDATE SET form = excluded.form',
      runId,
      form,
    );
  }

  /** Ids of the runs that have rows in a SQLite file. */
  runsWithRows(): string[] {
    return this.#statement("SELECT DISTINCT run_id FROM parts WHERE form = 'sqlite'")
      .all()
      .map((row) => String(row.run_id));
  }

  /** Ids of the runs that have parts. */
  runsWithParts(): string[] {
    return this.#statement('SELECT DISTINCT run_id FROM parts ORDER BY run_id')
      .all()
      .map((row) => String(row.run_id));
  }

  isSealed(segment: number): boolean {
    return this.#row('SELECT 1 FROM sealed_segments WHERE number = ?', segment) !== undefined;
  }

  lastSealed(): number {
    return Number(this.#row('SELECT max(number) AS number FROM sealed_segments')?.number ?? 0);
  }

  /** Forgets the numbers of segments whose files are gone; the highest stays, so that no number is used twice. */
  forgetSealedBefore(number: number): void {
    this.#run('DELETE FROM sealed_segments WHERE number < ? AND number < (SELECT max(number) FROM sealed_segments)', number);
  }

  /** Names of the parts that are files of their own. */
  partNames(): Set<string> {
    return new Set(
      this.#statement("SELECT name FROM parts WHERE form = 'parquet'")
        .all()
        .map((row) => String(row.name)),
    );
  }

  part(name: string): PartRecord | undefined {
    const row = this.#row('SELECT * FROM parts WHERE name = ?', name);
    return row === undefined ? undefined : partOf(row);
  }

  parts(runId: string, kind: RowKind): PartRecord[] {
    return this.#statement('SELECT * FROM parts WHERE run_id = ? AND kind = ? ORDER BY last_seq').all(runId, kind).map(partOf);
  }

  /** Of all runs. */
  partTotals(): { parts: number; bytes: number } {
    const row = this.#row('SELECT count(*) AS parts, coalesce(sum(bytes), 0) AS bytes FROM parts');
    return { parts: Number(row?.parts ?? 0), bytes: Number(row?.bytes ?? 0) };
  }

  /** Of a run's parts. */
  bytesOf(runId: string): number {
    return Number(this.#row('SELECT coalesce(sum(bytes), 0) AS bytes FROM parts WHERE run_id = ?', runId)?.bytes ?? 0);
  }

  /** The first part that holds rows after `afterSeq`. */
  partAfter(runId: string, kind: RowKind, afterSeq: number): PartRecord | undefined {
    const row = this.#row(
      'SELECT * FROM parts WHERE run_id = ? AND kind = ? AND last_seq > ? ORDER BY last_seq LIMIT 1',
      runId,
      kind,
      afterSeq,
    );
    return row === undefined ? undefined : partOf(row);
  }

  /** The last number that is in a part, or was until retention removed it. */
  sealedSeq(runId: string, kind: RowKind): number {
    const select = 'SELECT max(last_seq) AS last_seq FROM';
    return Math.max(
      ...['parts', 'removed_rows'].map((table) =>
        Number(this.#row(`${select} ${table} WHERE run_id = ? AND kind = ?`, runId, kind)?.last_seq ?? 0),
      ),
    );
  }

  head(runId: string, kind: RowKind): number {
    return Number(this.#row('SELECT last_seq FROM heads WHERE run_id = ? AND kind = ?', runId, kind)?.last_seq ?? 0);
  }

  lastSequence(runId: string, workerId: string, writerSession: Uint8Array): number {
    return Number(
      this.#row(
        'SELECT last_sequence FROM writer_sessions WHERE run_id = ? AND worker_id = ? AND session = ?',
        runId,
        workerId,
        writerSession,
      )?.last_sequence ?? 0,
    );
  }

  ledger(runId: string): LedgerEntry[] {
    return this.#statement('SELECT * FROM ledger WHERE run_id = ?')
      .all(runId)
      .map((row) => ({
        workerId: String(row.worker_id),
        agentId: String(row.agent_id),
        received: Number(row.received),
        durable: Number(row.received),
        repeated: Number(row.repeated),
        duplicate: Number(row.duplicate),
        late: Number(row.late),
        rejected: Number(row.rejected),
        thinned: Number(row.thinned),
        violations: Number(row.violations),
        rejectedSamples: JSON.parse(String(row.samples)) as string[],
        violationSamples: JSON.parse(String(row.violation_samples)) as string[],
      }));
  }

  close(): void {
    this.#statements.clear();
    this.database.close();
  }

  #insertPart(part: PartRecord, segment: number): void {
    this.#run(
      `INSERT INTO parts (name, run_id, kind, first_seq, last_seq, rows, bytes, row_group_rows, segment, form, sha256, level)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      part.name,
      part.runId,
      part.kind,
      part.firstSeq,
      part.lastSeq,
      part.rows,
      part.bytes,
      part.rowGroupRows,
      segment,
      part.form,
      part.sha256,
      part.level,
    );
  }

  #addLedger(runId: string, entry: LedgerEntry): void {
    const known = this.ledger(runId).find(({ workerId, agentId }) => workerId === entry.workerId && agentId === entry.agentId);
    const samples = [...(known?.rejectedSamples ?? []), ...entry.rejectedSamples].slice(0, 8);
    const violationSamples = [...(known?.violationSamples ?? []), ...entry.violationSamples].slice(0, 8);
    this.#run(
      `INSERT INTO ledger (run_id, worker_id, agent_id, received, repeated, duplicate, late, rejected, samples, thinned, violations, violation_samples)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET received = received + excluded.received,
         repeated = repeated + excluded.repeated, duplicate = duplicate + excluded.duplicate, late = late + excluded.late,
         rejected = rejected + excluded.rejected, samples = excluded.samples, thinned = thinned + excluded.thinned,
         violations = violations + excluded.violations, violation_samples = excluded.violation_samples`,
      runId,
      entry.workerId,
      entry.agentId,
      entry.received,
      entry.repeated,
      entry.duplicate,
      entry.late,
      entry.rejected,
      JSON.stringify(samples),
      entry.thinned,
      entry.violations,
      JSON.stringify(violationSamples),
    );
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #run(sql: string, ...values: (string | number | Uint8Array)[]): void {
    this.#statement(sql).run(...values);
  }

  #row(sql: string, ...values: (string | number | Uint8Array)[]) {
    return this.#statement(sql).get(...values);
  }
}

export const noEntry: LedgerEntry = {
  workerId: '',
  agentId: '',
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
};

function partOf(row: Record<string, unknown>): PartRecord {
  return {
    name: String(row.name),
    runId: String(row.run_id),
    kind: row.kind as RowKind,
    firstSeq: Number(row.first_seq),
    lastSeq: Number(row.last_seq),
    rows: Number(row.rows),
    bytes: Number(row.bytes),
    rowGroupRows: Number(row.row_group_rows),
    form: row.form as HistoryForm,
    sha256: String(row.sha256),
    level: Number(row.level),
  };
}
