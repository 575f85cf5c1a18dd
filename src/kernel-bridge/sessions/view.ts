/** What a channel carries: telemetry or frames, behind one set of questions. */
import type { Counts, LinkKind, LinkMetas, Log, Painted, RowKind, SeqRange } from '../../protocol/index.ts';
import type { DaemonConnection, Feeds, RunList } from '../hub/index.ts';
import type { FrameRings } from '../ring/index.ts';
import type { JpegThread } from './jpeg-thread.ts';
import type { PageSocket } from './page-socket.ts';

/** What one view is given: its way to the page, the hub, and its lifetime. */
export type ViewContext = {
  send: <K extends LinkKind>(kind: K, meta: LinkMetas[K], body?: Uint8Array) => void;
  socket: Pick<PageSocket, 'isCongested' | 'drained' | 'roundTripMs' | 'leastRoundTripMs' | 'onArrival'>;
  feeds: Feeds;
  runList: RunList;
  connection: DaemonConnection;
  rings: FrameRings;
  jpeg: JpegThread;
  log: Log;
  /** ms since the epoch. */
  now: () => number;
  signal: AbortSignal;
};

/** What one kind of rows of a view came to, for the daemon's metrics and ledger. */
export type LaneReport = {
  runId: string;
  kind: RowKind;
  counts: Counts;
  /** Live rows that were painted. */
  shown: number;
  credits: number;
  window: number;
  isStarving: boolean;
  starvations: number;
  /** Rows not shown that history has not filled. */
  gaps: readonly SeqRange[];
};

/** `head`, `shown`: frames published so far, and up to the one painted last. */
export type FramesReport = { runId: string; head: number; shown: number; skipped: number; reconnects: number };

export type ViewFigures = { lanes: readonly LaneReport[] } | { frames: FramesReport };

export interface View {
  readonly figures: ViewFigures;
  /** Rows are skipped, or were a moment ago, because the view had no credits. */
  readonly isStarved: boolean;
  /** The view can paint, or it cannot. */
  grant(isActive: boolean): void;
  /** Throws `painted-forged` for what was never sent. */
  painted(report: Painted): void;
  /** Twice a second while the page takes messages. */
  tick(): void;
}
