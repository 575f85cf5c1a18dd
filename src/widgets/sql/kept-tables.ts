/**
 * History inside of the engine: sealed parts in compressed tables, rows after them in tail tables, the run list, and the views a
 * question sees.
 *
 * Guarantees
 * - A row group is loaded once for a set of columns; a listing that no longer holds a loaded part makes that table start anew.
 * - A row is in the views once: the tail holds only rows after the run's last part.
 * - A row group that decodes to another number of rows than its part says throws `history-incomplete`; nothing of it is kept.
 */
import { tableFromIPC } from 'apache-arrow';
import { DuallaneError, type LedgerList, type PartEntry, type RowKind, type RunEntry } from '../../protocol/index.ts';
import type { TableName } from './engine.ts';
import type { Engine } from './engine-bindings.ts';
import { configValues } from './run-configs.ts';
import { type Column, quoteName, quoteText, rowKinds, tables, wholeTables } from './tables.ts';

/** Tables of one kind that differ in their columns. More would hold the usual ones too often. */
const maxTablesPerKind = 3;
/** Row groups that are compressed together: more at a time is quicker, and longer until a cancellation is heard. */
const groupsTogether = 3;
/** Doubles hardly get smaller, and unpacking them took two thirds of a scan. */
const plain = ' USING COMPRESSION uncompressed';
const stage = 'memory.main.arriving';
const kept = 'mem.main';

export interface HeldPart {
  run: string;
  /** Row groups that are in the table, of how many. */
  groups: number;
  of: number;
}

export interface SealedTable {
  /** In the compressed database. */
  readonly name: string;
  readonly kind: RowKind;
  /** Its columns beside the usual ones. */
  readonly extra: ReadonlySet<string>;
  readonly parts: Map<string, HeldPart>;
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
  /** Groups of each part before those that are not settled yet. */
  readonly #unsettled = new Map<HeldPart, number>();
  #unsettledGroups = 0;
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

  /** The table with these columns beside the usual ones: one that has them all, or a new, empty one. */
  sealed(kind: RowKind, extra: ReadonlySet<string>): SealedTable {
    const fits = this.#sealed.filter((table) => table.kind === kind && [...extra].every((name) => table.extra.has(name)));
    fits.sort((a, b) => b.parts.size - a.parts.size || a.extra.size - b.extra.size);
    const found =
      fits.find((table) => table.extra.size === extra.size) ?? fits[0] ?? this.#create(kind, this.#widened(kind, extra));
    found.lastUsed = ++this.#made;
    return found;
  }

  /** What one table without texts can answer, one with more columns can as quickly: it takes the other's place. */
  #widened(kind: RowKind, extra: ReadonlySet<string>): ReadonlySet<string> {
    const isLight = (columns: ReadonlySet<string>) => tables[kind].every(({ name, isHeavy }) => !isHeavy || !columns.has(name));
    const narrower = this.#sealed.find((table) => table.kind === kind && isLight(table.extra));
    if (!narrower || !isLight(extra)) return extra;
    this.drop(narrower);
    return new Set([...extra, ...narrower.extra]);
  }

  #create(kind: RowKind, extra: ReadonlySet<string>): SealedTable {
    const siblings = this.#sealed.filter((table) => table.kind === kind).sort((a, b) => a.lastUsed - b.lastUsed);
    if (siblings.length >= maxTablesPerKind && siblings[0]) this.drop(siblings[0]);
    const table: SealedTable = {
      name: `${kind}_${++this.#made}`,
      kind,
      extra: new Set(extra),
      parts: new Map(),
      lastUsed: this.#made,
    };
    this.#engine.run(`CREATE TABLE ${kept}.${table.name} (${definitionOf(kind, extra)})`);
    this.#sealed.push(table);
    return table;
  }

  drop(table: SealedTable): void {
    this.#sealed.splice(this.#sealed.indexOf(table), 1);
    this.#engine.run(`DROP TABLE ${kept}.${table.name}`);
  }

  /** Adds the next row group of a part, which has `rows` rows; all of it or, when it throws, nothing. `settle` makes it last. */
  addGroup(table: SealedTable, held: HeldPart, part: PartEntry, rows: number, stream: Uint8Array): void {
    const wanted = columnsOf(table.kind, table.extra);
    const { numRows, schema } = tableFromIPC(stream);
    if (numRows !== rows) throw incomplete(`part ${part.name} holds ${numRows} rows where it should hold ${rows}`);
    if (String(schema.names) === String(wanted)) this.#append(table, held, stream);
    else this.#arrive([stream], (columns) => this.#insertFromStage(`${kept}.${table.name}`, wanted, columns, held.run));
    held.groups += 1;
    if (this.#unsettledGroups >= groupsTogether) this.settle();
  }

  /** After this the row groups that were added are in their tables, or, when it throws, count as never added. */
  settle(): void {
    this.#allOrNone(() => this.#engine.settle('COMMIT'));
    this.#unsettled.clear();
    this.#unsettledGroups = 0;
  }

  #append(table: SealedTable, held: HeldPart, stream: Uint8Array): void {
    if (!this.#unsettled.has(held)) this.#unsettled.set(held, held.groups);
    this.#unsettledGroups += 1;
    this.#allOrNone(() => this.#engine.append(stream, table.name));
  }

  #allOrNone(change: () => void): void {
    try {
      change();
    } catch (error) {
      for (const [held, groups] of this.#unsettled) held.groups = groups;
      this.#unsettled.clear();
      this.#unsettledGroups = 0;
      this.#engine.settle('ROLLBACK');
      throw error;
    }
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
    const columns = columnsOf(table.kind, table.extra).map(quoteName).join(', ');
    const wanted = new Set(runs);
    const tailRuns = [...(this.#tails.get(table.kind)?.keys() ?? [])];
    const parts = [
      `SELECT ${columns} FROM ${kept}.${table.name}${filterOf([...new Set([...table.parts.values()].map(({ run }) => run))], wanted)}`,
    ];
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

export function incomplete(what: string): DuallaneError {
  return new DuallaneError(
    'history-incomplete',
    `The history could not be read whole: ${what}. Run the question again; if it stays so, the history is damaged.`,
  );
}

/** Columns of a kind in the contract's order: the usual ones and `extra`; without `extra` all of them. */
export function columnsOf(kind: RowKind, extra?: ReadonlySet<string>): string[] {
  return keptColumns(kind, extra).map((column) => column.name);
}

function keptColumns(table: TableName, extra?: ReadonlySet<string>): readonly Column[] {
  return tables[table].filter(({ name, isHeavy, isRare }) => !(isHeavy || isRare) || !extra || extra.has(name));
}

function definitionOf(table: TableName, extra?: ReadonlySet<string>): string {
  const kept = keptColumns(table, extra);
  return kept.map(({ name, type }) => `${quoteName(name)} ${type}${type === 'DOUBLE' ? plain : ''}`).join(', ');
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
