/**
 * Tells the daemon, every `everyMs`, what this bridge counts of its pages, views and frame rings, so that one page of metrics and
 * one ledger show all of it.
 *
 * Guarantees: views that closed are told of once; nothing is told while nothing is open and nothing was closed; a daemon that does not
 * take reports is left alone until the next connection. A report that fails is for the next one to make good: counts are totals.
 */
import { randomBytes } from 'node:crypto';
import { type ServiceError, status } from '@grpc/grpc-js';
import { contract, type Log, sentenceOf } from '../protocol/index.ts';
import type { duallane } from '../protocol/wire.ts';
import { call, type DaemonConnection, toBatchKind } from './hub/index.ts';
import type { FramesReport, LaneReport, Session, TalliedView } from './sessions/index.ts';
import { delay } from './waiting.ts';

export type TallyOptions = {
  connection: DaemonConnection;
  log: Log;
  /** ms since the epoch. */
  now: () => number;
  signal: AbortSignal;
};

const everyMs = 2000;

export class Tallies {
  readonly #options: TallyOptions;
  readonly #bridgeId = randomBytes(4).toString('hex');
  readonly #pageNumbers = new Map<Session, number>();
  readonly #heads = new Map<string, { head: number; atMs: number }>();
  #gone: duallane.ViewReport[] = [];
  #pages = 0;
  /** The connection that refused reports. */
  #refusedBy: number | undefined;
  #wasQuiet = true;

  constructor(options: TallyOptions) {
    this.#options = options;
  }

  /** A page is there; its last words are kept when it goes. */
  watch(session: Session): void {
    this.#pages += 1;
    this.#pageNumbers.set(session, this.#pages);
    session.signal.addEventListener('abort', () => {
      this.#gone.push(...this.#viewsOf(session, session.tally()));
      this.#pageNumbers.delete(session);
    });
  }

  async keep(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      await delay(everyMs, signal);
      if (!signal.aborted) await this.#tell();
    }
  }

  async #tell(): Promise<void> {
    const { connection, log, signal } = this.#options;
    if (connection.state.state !== 'connected' || this.#refusedBy === connection.reconnects) return;
    const report = this.#report();
    const isQuiet = report.pages === 0n && report.views.length === 0;
    if (isQuiet && this.#wasQuiet) return;
    try {
      const { duallane: client } = connection.clients();
      await call(client, client.reportBridge, report, signal);
      this.#wasQuiet = isQuiet;
    } catch (error) {
      this.#gone.push(...report.views.filter((view) => !view.open));
      if ((error as ServiceError).code === status.UNIMPLEMENTED) this.#refusedBy = connection.reconnects;
      else if (!signal.aborted) log('debug', 'tallies-not-told', { reason: sentenceOf(error) });
    }
  }

  #report(): duallane.BridgeReport {
    const { connection } = this.#options;
    const tallied = [...this.#pageNumbers.keys()].map((session) => ({ session, views: session.tally() }));
    const views = [...tallied.flatMap(({ session, views: some }) => this.#viewsOf(session, some)), ...this.#gone];
    this.#gone = [];
    const frames = tallied.flatMap(({ views: some }) =>
      some.flatMap(({ isOpen, figures }) => (isOpen && 'frames' in figures ? [figures.frames] : [])),
    );
    return {
      bridgeId: this.#bridgeId,
      pid: BigInt(process.pid),
      version: contract.version,
      pages: BigInt(this.#pageNumbers.size),
      views,
      rings: this.#ringsOf(frames),
      reconnects: BigInt(connection.reconnects),
      rssBytes: BigInt(process.memoryUsage.rss()),
    };
  }

  #viewsOf(session: Session, views: readonly TalliedView[]): duallane.ViewReport[] {
    const page = this.#pageNumbers.get(session) ?? 0;
    return views.flatMap(({ channel, isOpen, figures }) =>
      'lanes' in figures ? figures.lanes.map((lane) => viewReport(`${page}.${channel}`, lane, isOpen)) : [],
    );
  }

  /** One report a ring, of the view that is farthest behind. */
  #ringsOf(frames: readonly FramesReport[]): duallane.RingReport[] {
    const nowMs = this.#options.now();
    const runIds = new Set(frames.map(({ runId }) => runId));
    for (const runId of this.#heads.keys()) if (!runIds.has(runId)) this.#heads.delete(runId);
    return [...runIds].map((runId) => {
      const views = frames.filter((view) => view.runId === runId);
      const head = Math.max(...views.map((view) => view.head));
      const before = this.#heads.get(runId);
      this.#heads.set(runId, { head, atMs: nowMs });
      const publishRateHz = before && nowMs > before.atMs ? (Math.max(0, head - before.head) * 1000) / (nowMs - before.atMs) : 0;
      return {
        runId,
        head: BigInt(head),
        shown: BigInt(Math.min(...views.map((view) => view.shown))),
        publishRateHz,
        reconnects: BigInt(Math.max(...views.map((view) => view.reconnects))),
        skipped: BigInt(Math.max(...views.map((view) => view.skipped))),
        views: BigInt(views.length),
      };
    });
  }
}

function viewReport(view: string, lane: LaneReport, isOpen: boolean): duallane.ViewReport {
  const { counts } = lane;
  const kind = toBatchKind(lane.kind);
  return {
    view,
    runId: lane.runId,
    kind,
    published: BigInt(counts.published),
    delivered: BigInt(counts.delivered),
    shown: BigInt(lane.shown),
    skipped: BigInt(counts.skipped),
    thinned: BigInt(counts.thinned),
    overflowed: BigInt(counts.overflowed),
    credits: BigInt(lane.credits),
    window: BigInt(lane.window),
    starving: lane.isStarving,
    starvations: BigInt(lane.starvations),
    gaps: lane.gaps.map(({ first, last }) => ({ kind, firstSeq: BigInt(first), lastSeq: BigInt(last) })),
    open: isOpen,
  };
}
