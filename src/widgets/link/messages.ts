/** What the page tells its link session and what it hears back: plain values, so that the session may live in a worker. */
import type {
  Control,
  Grant,
  LedgerList,
  Ledgers,
  OpenFrames,
  OpenTelemetry,
  Painted,
  PartList,
  Parts,
  RunEntry,
} from '../../protocol/index.ts';
import type { ChannelEvent, LinkState } from './page-link.ts';

export type Command =
  | { command: 'start'; socketUrl: string; page: string }
  /** The network is back: do not wait for the next attempt. */
  | { command: 'hurry' }
  | { command: 'open'; channel: number; request: OpenTelemetry | OpenFrames }
  | { command: 'close'; channel: number }
  | { command: 'grant'; channel: number; meta: Grant }
  | { command: 'painted'; channel: number; meta: Painted }
  | { command: 'control'; meta: Control }
  | { command: 'parts'; meta: Parts }
  | { command: 'ledgers'; meta: Ledgers };

export type Notice =
  | { notice: 'state'; state: LinkState }
  | { notice: 'runs'; runs: RunEntry[] }
  | { notice: 'event'; channel: number; event: ChannelEvent }
  | { notice: 'reply'; request: number }
  | { notice: 'partList'; request: number; list: PartList }
  | { notice: 'ledgerList'; request: number; list: LedgerList }
  | { notice: 'failed'; request: number; code: string; sentence: string };
