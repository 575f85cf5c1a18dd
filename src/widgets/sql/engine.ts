/**
 * What an SQL cell asks of an engine, whatever runs it: the page's own duckdb-wasm today, a native one beside the bridge later.
 *
 * Guarantees
 * - An answer counts every row that was durable when the question was asked, once; `reach` names how far that is.
 * - Rows come in order and in batches; after `signal` aborts none comes any more and the promise rejects with `sql-cancelled`.
 * - A question can only read. Every refusal is a DuallaneError whose sentence says what to do; codes: `sql-refused`,
 *   `sql-failed`, `sql-cancelled`, `sql-memory`, `engine-start`, `engine-lost`, `history-unreachable`, `history-incomplete`,
 *   `history-too-large`, `sql-parameter`.
 */
import type { RowKind } from '../../protocol/index.ts';

/** Tables about the ledger of runs: counts by worker and agent, numbers that are missing and why, and what views were shown. */
type LedgerTable = 'ledger' | 'ledger_gaps' | 'ledger_views';
export type TableName = RowKind | 'runs' | 'config' | LedgerTable;

/** A value a question is given: bound as a value of its own type, never written into the text. */
export type ParamValue = number | string | boolean | null | readonly string[] | readonly number[];
export type Params = Readonly<Record<string, ParamValue>>;

/** A question that other questions may use by its name, as if it were a table. */
export interface NamedQuestion {
  sql: string;
  params?: Params;
}

export type Progress =
  | { stage: 'starting'; loadedBytes: number; totalBytes: number }
  | { stage: 'waiting' }
  | { stage: 'listing'; tables: readonly TableName[] }
  | { stage: 'loading'; doneParts: number; parts: number; doneBytes: number; bytes: number; rows: number }
  | { stage: 'running' }
  /** Native DuckDB beside the Jupyter server has it. */
  | { stage: 'native' };

/** What the answer has seen of one run and kind: all rows up to and including seq_id `watermark`, which are `rows`. */
export interface Reach {
  run: string;
  kind: RowKind;
  watermark: number;
  rows: number;
}

export interface Summary {
  /** Rows handed over. */
  rows: number;
  /** There were more rows than `maxRows` (or than fit in the page); the rest was not computed. */
  isCut: boolean;
  /** Arrow bytes handed over. */
  bytes: number;
  /** Time inside the engine for the question itself, in ms. */
  askMs: number;
  /** Time to fetch and load history before it, in ms. */
  loadMs: number;
  loaded: { parts: number; rows: number; bytes: number };
  reach: readonly Reach[];
  /** Where it was answered; the page when left out. */
  engine?: 'native';
}

export interface Question {
  sql: string;
  /** Values of its `{{name}}`. */
  params?: Params;
  /** Values of `:run`, `:episode`, …; what is not there is NULL. */
  cursor?: Params;
  /** Results of other questions it may use by name. They are asked anew, on the same rows as this one. */
  named?: Readonly<Record<string, NamedQuestion>>;
  /** The runs the tables show; none given means every run. */
  runs?: readonly string[];
  /** Ask native DuckDB beside the Jupyter server at once; else only what is too large for the page goes there. */
  engine?: 'native';
  /** Rows to hand over at most. */
  maxRows?: number;
}

export interface Listener {
  onProgress?: (progress: Progress) => void;
  /** An Arrow IPC schema message: the stream's beginning. */
  onColumns: (header: Uint8Array) => void;
  /** Arrow IPC record batches that continue the stream. */
  onRows: (chunks: readonly Uint8Array[]) => void;
}

export interface SqlEngine {
  ask(question: Question, listener: Listener, lifetime: { signal: AbortSignal }): Promise<Summary>;
  /** Starts the engine before the first question. */
  start(): Promise<void>;
}
