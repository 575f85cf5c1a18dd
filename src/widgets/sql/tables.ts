/**
 * The tables a question can name, their columns and SQL types. Source: proto/arrow-schemas.json and, for `runs`, the run list of
 * the page link; `config` is the run list's config_json, value by value.
 */
import { arrowSchemas, type RowKind, sqlViews } from '../../protocol/index.ts';
import type { TableName } from './engine.ts';

export interface Column {
  name: string;
  type: string;
  /** Text and binary of any length: decoded and loaded only for questions that name it. */
  isHeavy: boolean;
  /** Of few questions, in a table of very many rows: loaded only for questions that name it, too. */
  isRare?: boolean;
}

/** What nearly every question about steps is about. */
const usualOfSteps = ['run_id', 'agent_id', 'episode_index', 'step_index', 'reward', 'terminated', 'ts'];

const sqlTypes: Record<string, string> = {
  int32: 'INTEGER',
  int64: 'BIGINT',
  uint64: 'UBIGINT',
  float64: 'DOUBLE',
  bool: 'BOOLEAN',
  timestamp_us: 'TIMESTAMP',
  dict: 'VARCHAR',
  utf8: 'VARCHAR',
  binary: 'BLOB',
};

function columnsOf(kind: RowKind): readonly Column[] {
  return arrowSchemas[kind].map((column) => {
    const type = sqlTypes[column.type];
    if (!type) throw new Error(`column ${kind}.${column.name} has type ${column.type}, which has no SQL type`);
    const isHeavy = column.type === 'utf8' || column.type === 'binary';
    return { name: column.name, type, isHeavy, isRare: kind === 'steps' && !isHeavy && !usualOfSteps.includes(column.name) };
  });
}

const text = ['run_id', 'name', 'status', 'outcome', 'failure_reason', 'config_json', 'digest'];
const times = ['created_at', 'updated_at', 'finished_at'];
const counters = ['received', 'durable', 'repeated', 'duplicate', 'late', 'rejected', 'thinned', 'violations'];
const viewCounters = ['published', 'delivered', 'shown', 'skipped', 'thinned', 'overflowed', 'starvations'];

const light = (type: string, names: readonly string[]): Column[] => names.map((name) => ({ name, type, isHeavy: false }));

export const rowKinds: readonly RowKind[] = ['steps', 'episodes', 'metrics', 'events'];

export const tables: Readonly<Record<TableName, readonly Column[]>> = {
  runs: [
    ...light('VARCHAR', text),
    ...light('TIMESTAMP', times),
    ...light('BIGINT', [...counters, 'removed']),
    ...light('VARCHAR', ['kept']),
  ],
  config: light('VARCHAR', ['run_id', 'key', 'value']),
  episodes: columnsOf('episodes'),
  steps: columnsOf('steps'),
  metrics: columnsOf('metrics'),
  events: columnsOf('events'),
  ledger: [...light('VARCHAR', ['run_id', 'worker_id', 'agent_id']), ...light('BIGINT', counters)],
  ledger_gaps: [
    ...light('VARCHAR', ['run_id', 'kind']),
    ...light('BIGINT', ['first_seq', 'last_seq', 'rows']),
    ...light('VARCHAR', ['cause', 'reason']),
    ...light('TIMESTAMP', ['removed_at']),
  ],
  ledger_views: [
    ...light('VARCHAR', ['run_id', 'view', 'kind']),
    ...light('BOOLEAN', ['open']),
    ...light('BIGINT', viewCounters),
  ],
};

export const ledgerTables = ['ledger', 'ledger_gaps', 'ledger_views'] as const satisfies readonly TableName[];
/** Tables that are small and filled whole. */
export const wholeTables = ['runs', 'config', ...ledgerTables] as const satisfies readonly TableName[];

export const tableNames = Object.keys(tables) as TableName[];

export interface View {
  about: string;
  reads: readonly TableName[];
  columns: readonly Column[];
  sql: string;
}

/** The names CleanRL and Stable-Baselines3 give to the same numbers (proto/sql-views.json). */
export const views: ReadonlyMap<string, View> = new Map(
  Object.entries(sqlViews).map(([name, { columns, ...view }]) => [
    name,
    { ...view, columns: columns.map((column) => ({ ...column, isHeavy: false })) },
  ]),
);

export function isRowKind(name: string): name is RowKind {
  return (rowKinds as readonly string[]).includes(name);
}

export function isTableName(name: string): name is TableName {
  return Object.hasOwn(tables, name);
}

/** `"a"`, with quotes inside doubled. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `'a'`, with quotes inside doubled; NUL, which SQL text cannot hold, becomes U+FFFD. */
export function quoteText(value: string): string {
  return `'${value.replaceAll('\0', '�').replaceAll("'", "''")}'`;
}
