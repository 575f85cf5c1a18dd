/** What the page and the engine's worker say to each other. Bytes are transferred, not copied. */
import type { LedgerList, PartList, RowKind, RunEntry } from '../../protocol/index.ts';
import type { Piece, PieceRange } from '../link/page-link.ts';
import type { Progress, Question, Summary } from './engine.ts';

export interface Failure {
  code: string;
  sentence: string;
}

/** History the worker wants from the page's link. */
export type Fetch =
  | { what: 'runs' }
  | { what: 'ledgers'; runs: readonly string[] }
  | { what: 'parts'; runs: readonly string[]; kinds: readonly RowKind[] }
  | { what: 'piece'; name: string; range: PieceRange }
  | { what: 'tail'; run: string; kind: RowKind; after: number; upto: number };

export interface Fetched {
  runs: readonly RunEntry[];
  ledgers: LedgerList;
  parts: PartList;
  piece: Piece;
  tail: readonly Uint8Array[];
}

export type ToWorker =
  | { kind: 'ask'; ask: number; question: Question }
  | { kind: 'cancel'; ask: number }
  /** One Arrow IPC stream to be made a Parquet file. */
  | { kind: 'parquet'; ask: number; stream: Uint8Array }
  | { kind: 'fetched'; fetch: number; value: Fetched[keyof Fetched] }
  | { kind: 'unfetched'; fetch: number; failure: Failure };

export type FromWorker =
  | { kind: 'starting'; loadedBytes: number; totalBytes: number }
  | { kind: 'ready' }
  | { kind: 'unstarted'; failure: Failure }
  | { kind: 'fetch'; fetch: number; wanted: Fetch }
  | { kind: 'unwanted'; fetch: number }
  | { kind: 'progress'; ask: number; progress: Progress }
  | { kind: 'columns'; ask: number; header: Uint8Array }
  | { kind: 'rows'; ask: number; chunks: readonly Uint8Array[] }
  | { kind: 'parquet'; ask: number; file: Uint8Array }
  | { kind: 'answered'; ask: number; summary: Summary; memoryBytes: number }
  | { kind: 'failed'; ask: number; failure: Failure; memoryBytes: number };
