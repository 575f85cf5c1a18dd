/**
 * What a view, a store or the SQL engine asks of the page link: the one WebSocket of the page, and HTTP for history.
 *
 * Guarantees
 * - Reconnects for ever with back-off; each telemetry channel is opened again with `since` what its view has seen.
 * - Channel events come in order; after `signal` aborts none comes any more.
 */
import type {
  Batch,
  Control,
  Frame,
  Gap,
  LedgerList,
  LinkMetas,
  OpenFrames,
  OpenTelemetry,
  Painted,
  PartList,
  RecordingList,
  RowKind,
  RunEntry,
  Status,
} from '../../protocol/index.ts';

export type LinkState =
  | { state: 'connecting' }
  | { state: 'connected'; daemon: 'connected' | 'connecting' | 'incompatible' }
  | { state: 'reconnecting'; sentence: string; sinceMs: number }
  | { state: 'refused'; sentence: string };

export type ChannelEvent =
  | { kind: 'batch'; meta: Batch; body: Uint8Array }
  | { kind: 'frame'; meta: Frame; body: Uint8Array }
  | { kind: 'gap'; meta: Gap }
  | { kind: 'status'; meta: Status }
  | { kind: 'ledger'; meta: LinkMetas['ledger'] }
  | { kind: 'error'; meta: LinkMetas['error'] }
  /** The link came back; counts and credits start anew. */
  | { kind: 'reopened' };

/** Bytes [first, end) of a part, or its last ones. */
export type PieceRange = { first: number; end: number } | { lastBytes: number };

/** Bytes of a part from `first` on; it has `size` altogether. */
export interface Piece {
  bytes: Uint8Array;
  first: number;
  size: number;
}

export interface Channel {
  grant(active: boolean): void;
  painted(report: Painted): void;
}

export interface PageLink {
  readonly state: LinkState;
  /** The newest list of runs; empty until the bridge has sent one. */
  readonly runs: readonly RunEntry[];
  onState(listener: (state: LinkState) => void, lifetime: { signal: AbortSignal }): void;
  onRuns(listener: (runs: readonly RunEntry[]) => void, lifetime: { signal: AbortSignal }): void;
  open(request: OpenTelemetry | OpenFrames, onEvent: (event: ChannelEvent) => void, lifetime: { signal: AbortSignal }): Channel;
  control(action: Omit<Control, 'request'>): Promise<void>;
  parts(runs: readonly string[], kinds: readonly RowKind[]): Promise<PartList>;
  /** The whole ledger of these runs; of every run when none is named. */
  ledgers(runs: readonly string[]): Promise<LedgerList>;
  /** Bytes of an immutable part. Rejects with `history-unreachable`. */
  part(name: string, lifetime?: { signal?: AbortSignal }): Promise<Uint8Array<ArrayBuffer>>;
  /** Some of its bytes; a server that knows no ranges gives all of them. Rejects as `part`. */
  piece(name: string, range: PieceRange, lifetime: { signal: AbortSignal }): Promise<Piece>;
  /** What is recorded of a run's frames; the bytes of a recording are a part of its name. Rejects as `part`. */
  recordings(run: string, lifetime?: { signal?: AbortSignal }): Promise<RecordingList>;
  /** Rows after the parts: complete Arrow IPC streams with all columns of the kind. */
  tail(
    run: string,
    kind: RowKind,
    after: number,
    upto: number,
    lifetime?: { signal?: AbortSignal },
  ): Promise<Uint8Array<ArrayBuffer>[]>;
  /** A question for native DuckDB beside the Jupyter server, as JSON; the answer is a stream of frames. Rejects with `native-unreachable`. */
  askNative(body: string, lifetime: { signal: AbortSignal }): Promise<Response>;
}
