/**
 * History inside of the engine: sealed parts in compressed tables, rows after them in tail tables, the run list, and the views a
 * question sees.
 *
 * Guarantees
 * - A part is loaded once for a set of heavy columns; a listing that no longer holds a loaded part makes that table start anew.
 * - A row is in the views once: the tail holds only rows after the run's last part.
 * - A part that decodes to another number of rows than the listing says throws `history-incomplete`; nothing of it is kept.
 */
import { DuallaneError, type LedgerList, type PartEntry, type RowKind, type RunEntry } from '../../protocol/index.ts';
import type { TableName } from './engine.ts';
import type { Engine } from './engine-bindings.ts';
import type { PartDecoder } from './part-decoder.ts';
import { configValues } from './run-configs.ts';
import { quoteName, quoteText, rowKinds, tables, wholeTables } from './tables.ts';

/** Tables of one kind that differ in their heavy columns. More would hold the light ones too often. */
const maxTablesPerKind = 3;
const stage = 'memory.main.arriving';

export interface SealedTable {
  readonly name: string;
  readonly kind: RowKind;
  readonly heavy: ReadonlySet<string>;
  /** Part name to run. */
  readonly parts: Map<string, string>;
  lastUsed: number;
}

export interface Tail {
  after: number;
  upto: number;
  rows: number;
}

export class KeptTables {
  readonly #engine: Engine;
  readonly #sealed: SealedTable[] = [];
  readonly #tails = new Map<RowKind, Map<string, Tail>>(rowKinds.map((kind) => [kind, new Map()]));
  #made = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    for (const table of wholeTables) engine.run(`CREATE TABLE mem.main.${table} (${definitionOf(table)})`);
    for (const kind of rowKinds) {
      engine.run(`CREATE TABLE memory.main.tail_${kind} (${definitionOf(kind)})`);
      engine.run(`CREATE TABLE memory.main.shape_${kind} (${definitionOf(kind)})`);
    }
  }

  /** The table for these heavy columns: one that has them all, or a new, empty one. */
  sealed(kind: RowKind, heavy: ReadonlySet<string>): SealedTable {
    const fits = this.#sealed.filter((table) => table.kind === kind && [...heavy].every((name) => table.heavy.has(name)));
    fits.sort((a, b) => b.parts.size - a.parts.size || a.heavy.size - b.heavy.size);
    const found = fits.find((table) => table.heavy.size === heavy.size) ?? fits[0] ?? this.#create(kind, heavy);
    found.lastUsed = ++this.#made;
    return found;
  }

  #create(kind: RowKind, heavy: ReadonlySet<string>): SealedTable {
    const siblings = this.#sealed.filter((table) => table.kind === kind).sort((a, b) => a.lastUsed - b.lastUsed);
    if (siblings.length >= maxTablesPerKind && siblings[0]) this.drop(siblings[0]);
    const table: SealedTable = {
      name: `mem.main.${kind}_${++this.#made}`,
      kind,
      heavy: new Set(heavy),
      parts: new Map(),
      lastUsed: this.#made,
    };
    this.#engine.run(`CREATE TABLE ${table.name} (${definitionOf(kind, heavy)})`);
    this.#sealed.push(table);
    return table;
  }

  drop(table: SealedTable): void {
    this.#sealed.splice(this.#sealed.indexOf(table), 1);
    this.#engine.run(`DROP TABLE ${table.name}`);
  }

  /** Adds one part; all of it or, when it throws, nothing. */
  addPart(table: SealedTable, run: string, entry: PartEntry, bytes: Uint8Array, decoder: PartDecoder): void {
    const wanted = columnsOf(table.kind, table.heavy);
    const decoded = decodePart(decoder, entry, bytes, wanted);
    this.#arrive([decoded], (columns) => {
      const arrived = this.#engine.number(`SELECT count(*) FROM ${stage}`);
      if (arrived !== entry.rows)
        throw incomplete(`part ${entry.name} holds ${arrived} rows where the listing says ${entry.rows}`);
      return this.#insertFromStage(table.name, wanted, columns, run);
    });
    table.parts.set(entry.name, run);
  }

  tail(kind: RowKind, run: string): Tail | undefined {
    return this.#tails.get(kind)?.get(run);
  }

  /** Forgets the run's tail rows up to and including `upto`: parts hold them now. */
  trimTail(kind: RowKind, run: string, upto: number): void {
    const held = this.tail(kind, run);
    if (!held) return;
    this.#engine.run(`DELETE FROM memory.main.tail_${kind} WHERE run_id = ${quoteText(run)} AND seq_id <= ${upto}`);
    if (upto >= held.upto) this.#tails.get(kind)?.delete(run);
    else {
      held.after = Math.max(held.after, upto);
      held.rows = this.#engine.number(`SELECT count(*) FROM memory.main.tail_${kind} WHERE run_id = ${quoteText(run)}`);
    }
    if (this.#tails.get(kind)?.size === 0)
      this.#engine.run(`CREATE OR REPLACE TABLE memory.main.tail_${kind} (${definitionOf(kind)})`);
  }

  /** Adds the rows after..upto, which may be fewer than the numbers are; `streams` are complete Arrow IPC streams. */
  addTail(kind: RowKind, run: string, after: number, upto: number, streams: readonly Uint8Array[]): number {
    const wanted = columnsOf(kind);
    const where = ` WHERE seq_id > ${after} AND seq_id <= ${upto}`;
    const rows = this.#arrive(streams, (columns) => {
      return this.#insertFromStage(`memory.main.tail_${kind}`, wanted, columns, run, where);
    });
    const held = this.tail(kind, run);
    this.#tails.get(kind)?.set(run, { after: held?.after ?? after, upto, rows: rows + (held?.rows ?? 0) });
    return rows;
  }

  replaceRuns(runs: readonly RunEntry[]): void {
    this.#replace('runs', runs.map(runRow));
    this.#replace('config', runs.flatMap(configRows));
  }

  replaceLedgers({ entries, gaps, views }: LedgerList): void {
    this.#replace(
      'ledger',
      entries.map((entry) => rowOf('ledger', entry)),
    );
    this.#replace(
      'ledger_gaps',
      gaps.map((gap) => rowOf('ledger_gaps', { ...gap, removed_at: gap.removed_ms })),
    );
    this.#replace(
      'ledger_views',
      views.map((view) => rowOf('ledger_views', view)),
    );
  }

  #replace(table: (typeof wholeTables)[number], rows: readonly string[]): void {
    this.#engine.run(`DELETE FROM mem.main.${table}`);
    for (let start = 0; start < rows.length; start += 200)
      this.#engine.run(`INSERT INTO mem.main.${table} VALUES ${rows.slice(start, start + 200).join(', ')}`);
  }

  /** SELECT of everything the named runs have of a kind, in the columns of `table`. */
  selectionOf(table: SealedTable, runs: readonly string[]): string {
    const columns = columnsOf(table.kind, table.heavy).map(quoteName).join(', ');
    const wanted = new Set(runs);
    const tailRuns = [...(this.#tails.get(table.kind)?.keys() ?? [])];
    const parts = [`SELECT ${columns} FROM ${table.name}${filterOf([...new Set(table.parts.values())], wanted)}`];
    if (tailRuns.length > 0) parts.push(`SELECT ${columns} FROM memory.main.tail_${table.kind}${filterOf(tailRuns, wanted)}`);
    return parts.join(' UNION ALL ');
  }

  /** Puts streams into the stage, hands its columns over, and empties it whatever happens. */
  #arrive(streams: readonly Uint8Array[], take: (columns: ReadonlySet<string>) => number): number {
    this.#engine.run(`DROP TABLE IF EXISTS ${stage}`);
    try {
      let isFirst = true;
      for (const stream of streams) {
        this.#engine.insert(stream, 'arriving', isFirst);
        isFirst = false;
      }
      if (isFirst) return 0;
      return take(
        new Set(
          this.#engine.texts(
            `SELECT column_name FROM duckdb_columns() WHERE database_name = 'memory' AND table_name = 'arriving'`,
          ),
        ),
      );
    } finally {
      this.#engine.run(`DROP TABLE IF EXISTS ${stage}`);
    }
  }

  #insertFromStage(target: string, wanted: readonly string[], has: ReadonlySet<string>, run: string, where = ''): number {
    const columns = wanted.filter((name) => has.has(name) || name === 'run_id');
    const values = columns.map((name) => (has.has(name) ? quoteName(name) : `${quoteText(run)} AS run_id`));
    return this.#engine.number(`INSERT INTO ${target} BY NAME SELECT ${values.join(', ')} FROM ${stage}${where}`);
  }
}

function incomplete(what: string): DuallaneError {
  return new DuallaneError(
    'history-incomplete',
    `The history could not be read whole: ${what}. Run the question again; if it stays so, the history is damaged.`,
  );
}

function decodePart(decoder: PartDecoder, entry: PartEntry, bytes: Uint8Array, wanted: readonly string[]): Uint8Array {
  try {
    return decoder.decode(bytes, wanted);
  } catch (cause) {
    throw new DuallaneError(
      'history-incomplete',
      `Part ${entry.name} of the history cannot be read: it is not the Parquet file it should be.`,
      { cause },
    );
  }
}

/** Columns of a kind in the contract's order; without `heavy` all of them. */
function columnsOf(kind: RowKind, heavy?: ReadonlySet<string>): string[] {
  return tables[kind].filter((column) => !column.isHeavy || !heavy || heavy.has(column.name)).map((column) => column.name);
}

function definitionOf(table: TableName, heavy?: ReadonlySet<string>): string {
  const kept = tables[table].filter((column) => !column.isHeavy || !heavy || heavy.has(column.name));
  return kept.map((column) => `${quoteName(column.name)} ${column.type}`).join(', ');
}

function filterOf(held: readonly string[], wanted: ReadonlySet<string>): string {
  if (held.every((run) => wanted.has(run))) return '';
  const names = held.filter((run) => wanted.has(run)).map(quoteText);
  return names.length === 0 ? ' WHERE false' : ` WHERE run_id IN (${names.join(', ')})`;
}

function timeOf(ms: number | null): string {
  return ms === null ? 'NULL' : `make_timestamp(${Math.round(ms * 1000)})`;
}

function runRow(run: RunEntry): string {
  const { totals } = run;
  const texts = [run.run_id, run.name, run.status, run.outcome, run.failure_reason, run.config_json, run.digest].map(quoteText);
  const times = [run.created_ms, run.updated_ms, run.finished_ms].map(timeOf);
  const counts = [totals.received, totals.durable, totals.repeated, totals.duplicate, totals.late, totals.rejected];
  const more = [totals.thinned, totals.violations, totals.removed, quoteText(run.kept)];
  return `(${[...texts, ...times, ...counts, ...more].join(', ')})`;
}

/** A row of a small table, its values by the names of the columns. */
function rowOf(table: TableName, row: object): string {
  const cells = new Map<string, string | number | boolean | null>(Object.entries(row));
  const values = tables[table].map(({ name, type }) => {
    const value = cells.get(name) ?? null;
    if (type === 'TIMESTAMP') return timeOf(value as number | null);
    return value === null ? 'NULL' : typeof value === 'string' ? quoteText(value) : String(value);
  });
  return `(${values.join(', ')})`;
}

function configRows(run: RunEntry): string[] {
  return configValues(run.config_json).map(({ key, value }) => `(${[run.run_id, key, value].map(quoteText).join(', ')})`);
}
