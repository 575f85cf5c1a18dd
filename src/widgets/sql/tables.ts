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
}

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
    return { name: column.name, type, isHeavy: column.type === 'utf8' || column.type === 'binary' };
  });
}

const text = ['run_id', 'name', 'status', 'outcome', 'failure_reason', 'config_json', 'digest'];
const times = ['created_at', 'updated_at', 'finished_at'];
const counters = ['received', 'durable', 'repeated', 'duplicate', 'late', 'rejected'];

export const rowKinds: readonly RowKind[] = ['steps', 'episodes', 'metrics', 'events'];

export const tables: Readonly<Record<TableName, readonly Column[]>> = {
  runs: [
    ...text.map((name) => ({ name, type: 'VARCHAR', isHeavy: false })),
    ...times.map((name) => ({ name, type: 'TIMESTAMP', isHeavy: false })),
    ...counters.map((name) => ({ name, type: 'BIGINT', isHeavy: false })),
  ],
  config: ['run_id', 'key', 'value'].map((name) => ({ name, type: 'VARCHAR', isHeavy: false })),
  episodes: columnsOf('episodes'),
  steps: columnsOf('steps'),
  metrics: columnsOf('metrics'),
  events: columnsOf('events'),
};

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
