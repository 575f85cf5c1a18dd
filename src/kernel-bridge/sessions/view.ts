/** What a channel carries: telemetry or frames, behind one set of questions. */
import type { LinkKind, LinkMetas, Log, Painted } from '../../protocol/index.ts';
import type { DaemonConnection, Feeds, RunList } from '../hub/index.ts';
import type { FrameRings } from '../ring/index.ts';
import type { PageSocket } from './page-socket.ts';

/** What one view is given: its way to the page, the hub, and its lifetime. */
export type ViewContext = {
  send: <K extends LinkKind>(kind: K, meta: LinkMetas[K], body?: Uint8Array) => void;
  socket: Pick<PageSocket, 'isCongested' | 'drained'>;
  feeds: Feeds;
  runList: RunList;
  connection: DaemonConnection;
  rings: FrameRings;
  log: Log;
  /** ms since the epoch. */
  now: () => number;
  signal: AbortSignal;
};

export interface View {
  /** The view can paint, or it cannot. */
  grant(isActive: boolean): void;
  /** Throws `painted-forged` for what was never sent. */
  painted(report: Painted): void;
  /** Twice a second while the page takes messages. */
  tick(): void;
}
