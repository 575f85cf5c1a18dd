/**
 * One kind of rows on its way to one view: what was before as history, then live rows through the gate, and what credits made
 * it miss from history again.
 *
 * Guarantees
 * - History rows are below the position at which live rows begin, and are sent before them. They spend no credits.
 * - Live rows that wait for the history are bounded by the credits and by `waitingBytesMost`; the rest overflows, counted.
 * - Filling never competes with live rows: it waits for a report that leaves the view with credits, or for a view that
 *   comes back, or a link that has room again, with nothing to report; one fill a time, until nothing is left to fill.
 */
import type { Batch, KindLedger, OpenTelemetry, PaintedKind, RowKind, SeqRange } from '../../protocol/index.ts';
import { DuallaneError, limits, sentenceOf } from '../../protocol/index.ts';
import { durableRows, type FeedState, type LiveBatch, type RunFeed } from '../hub/index.ts';
import { encodeForPage, type Rows, streamsOf, takeRows } from '../rows.ts';
import { Backoff, delay } from '../waiting.ts';
import { RowGate } from './row-gate.ts';
import type { LaneReport, ViewContext } from './view.ts';

export type LaneContext = Omit<ViewContext, 'rings' | 'runList'> & {
  isActive: () => boolean;
  onState: (kind: RowKind, state: FeedState) => void;
};

const reportedGapsMost = 16;

type Extent = { firstSeq: number; watermark: number; isHistory: boolean; isFilled?: boolean };
type Waiting = { batch: LiveBatch; indices: Int32Array };

/** History of a view reaches back this far at most; older rows are for SQL. */
const historyRowsMost = 20_000;
const waitingBytesMost = 16 << 20;
const fillRowsMost = 1000;
const defaultBacklog: Record<RowKind, number> = {
  steps: limits.preViewSteps,
  episodes: limits.preViewEpisodes,
  metrics: limits.preViewSteps,
  events: limits.preViewEpisodes,
};
/** How far back of the newest row a gap is filled: what the step table shows, and the whole of a curve's history. */
const fillReach: Record<RowKind, number> = {
  steps: limits.stepRowsShown,
  episodes: historyRowsMost,
  metrics: historyRowsMost,
  events: historyRowsMost,
};

export class KindLane {
  readonly kind: RowKind;
  readonly #request: OpenTelemetry;
  readonly #context: LaneContext;
  readonly #feed: RunFeed;
  readonly #gate: RowGate;
  #waiting: Waiting[] | undefined = [];
  #waitingBytes = 0;
  #isFilling = false;
  #isWaitingForRoom = false;
  #historySeq = 0;

  constructor(kind: RowKind, request: OpenTelemetry, context: LaneContext) {
    this.kind = kind;
    this.#request = request;
    this.#context = context;
    const every = kind === 'steps' && request.every !== undefined ? { every: request.every } : {};
    const isOfAgents = kind === 'steps' || kind === 'episodes';
    this.#gate = new RowGate(kind, { ...(isOfAgents && request.agents && { agents: request.agents }), ...every });
    this.#feed = context.feeds.use(request.run, kind, context.signal);
  }

  get isStarving(): boolean {
    return this.#gate.isStarving;
  }

  get starvations(): number {
    return this.#gate.starvations;
  }

  get ledger(): KindLedger {
    return {
      counts: { ...this.#gate.counts },
      credits: this.#gate.credits,
      window: this.#gate.window,
      watermark: this.#feed.watermark,
    };
  }

  get report(): LaneReport {
    const { counts, credits, window, shown, isStarving, starvations, gaps } = this.#gate;
    const told = { counts: { ...counts }, credits, window, shown, isStarving, starvations };
    return { runId: this.#request.run, kind: this.kind, ...told, gaps: gaps.newestUnfilled(reportedGapsMost) };
  }

  /** Runs until the view's history is sent; live rows come by themselves from then on. */
  async start(): Promise<void> {
    const { signal, onState } = this.#context;
    try {
      const position = await this.#feed.attach(
        {
          batch: (batch) => this.#live(batch),
          state: (state) => onState(this.kind, state),
          missed: (range) => this.#gate.missed(range.first, range.last),
        },
        signal,
      );
      // What lies before the view's live rows it may have seen on an earlier link: painting it is no forgery.
      this.#gate.sent(position);
      await this.#sendHistory(position);
      const waiting = this.#waiting ?? [];
      this.#waiting = undefined;
      for (const { batch, indices } of waiting) this.#deliver(batch, indices);
      void this.#catchUpWithRoom();
    } catch (error) {
      if (signal.aborted) return;
      this.#context.log('error', 'lane-failed', { run: this.#request.run, kind: this.kind, reason: sentenceOf(error) });
      throw error;
    }
  }

  /** The view's report. Throws `painted-forged`. */
  painted(report: PaintedKind): void {
    this.#gate.painted(report, this.#context.now());
    this.catchUp();
  }

  /** Fills what the view missed, if it can take it now. To be called when the view can be seen again: it may have nothing to paint. */
  catchUp(): void {
    if (!this.#isFilling && this.#mayFill()) void this.#fill();
  }

  /** Gaps that were not told yet. */
  tellGaps(): void {
    for (const gap of this.#gate.gaps.tell()) this.#context.send('gap', gap);
  }

  #live(batch: LiveBatch): void {
    const { isActive, socket } = this.#context;
    const isFull = this.#waitingBytes > waitingBytesMost;
    const arrivals = { firstSeq: batch.firstSeq, rows: batch.rows, ...batch.streams };
    const indices = this.#gate.admit(arrivals, { isActive: isActive(), isCongested: socket.isCongested || isFull });
    if (socket.isCongested) void this.#catchUpWithRoom();
    if (indices.length === 0) return;
    if (this.#waiting) {
      this.#waiting.push({ batch, indices });
      this.#waitingBytes += batch.bytes;
    } else {
      this.#deliver(batch, indices);
    }
  }

  #deliver(batch: LiveBatch, indices: Int32Array): void {
    const extent = { firstSeq: batch.firstSeq, watermark: batch.watermark, isHistory: false };
    this.#sendFitting(extent, indices, (some) => batch.encode(some));
  }

  async #sendHistory(position: number): Promise<void> {
    const since = this.#request.since?.[this.kind];
    const backlog = since === undefined ? (this.#request.backlog?.[this.kind] ?? defaultBacklog[this.kind]) : historyRowsMost;
    const after = Math.max(since ?? 0, position - Math.min(backlog, historyRowsMost), 0);
    this.#historySeq = after;
    if (since !== undefined && after > since) {
      this.#context.send('gap', { kind: this.kind, first: since + 1, last: after, rows: after - since, reason: 'overflow' });
    }
    await this.#readHistory(position);
  }

  /** Sends what is durable up to `upto`, however often the daemon goes away meanwhile. */
  async #readHistory(upto: number): Promise<void> {
    const { connection, signal, log, socket } = this.#context;
    const backoff = new Backoff();
    while (this.#historySeq < upto) {
      try {
        const clients = await connection.connected(signal);
        const request = { runId: this.#request.run, kind: this.kind, after: this.#historySeq, upto };
        for await (const rows of durableRows(clients, request, signal)) {
          await socket.drained();
          signal.throwIfAborted();
          this.#tellUnreachable(rows.firstSeq);
          this.#sendRows(rows.table, rows.firstSeq, rows.watermark, {});
          this.#historySeq = rows.lastSeq;
        }
        // A snapshot ends at its own watermark; one that is below ours has lost rows, and waiting brings them back or not at all.
        if (this.#historySeq < upto) await delay(backoff.next(), signal);
      } catch (error) {
        signal.throwIfAborted();
        log('warn', 'history-unreachable', { run: this.#request.run, kind: this.kind, reason: sentenceOf(error) });
        await delay(backoff.next(), signal);
      }
      signal.throwIfAborted();
    }
  }

  /** History may have a hole: what a daemon with a memory only forgot, what was not kept. */
  #tellUnreachable(firstSeq: number): void {
    const first = this.#historySeq + 1;
    const last = firstSeq - 1;
    if (last < first) return;
    this.#context.send('gap', { kind: this.kind, first, last, rows: last - first + 1, reason: 'unreachable' });
  }

  /** Sends the rows of `table` the view wants, and of them, when given, those in `only`. */
  #sendRows(table: Rows, firstSeq: number, watermark: number, { only }: { only?: readonly SeqRange[] }): void {
    const { codes, names } = streamsOf(this.kind, table);
    const wanted = names.map((name) => this.#gate.wants(name));
    const indices: number[] = [];
    for (let row = 0; row < table.numRows; row += 1) {
      const seq = firstSeq + row;
      if (!wanted[codes?.[row] ?? 0]) continue;
      if (!only || only.some((range) => range.first <= seq && seq <= range.last)) indices.push(row);
    }
    const extent = {
      firstSeq,
      watermark: Math.max(watermark, this.#feed.watermark),
      isHistory: true,
      isFilled: only !== undefined,
    };
    this.#sendFitting(extent, Int32Array.from(indices), (some) =>
      encodeForPage(this.kind, some.length === table.numRows ? table : takeRows(table, some)),
    );
  }

  /** Sends the rows at `indices` as one message, or as several when they do not fit into one. */
  #sendFitting(extent: Extent, indices: Int32Array, encode: (indices: Int32Array) => Uint8Array): void {
    if (indices.length === 0) return;
    const first = extent.firstSeq + (indices[0] ?? 0);
    const last = extent.firstSeq + (indices.at(-1) ?? 0);
    const meta: Batch = {
      kind: this.kind,
      first_seq: first,
      last_seq: last,
      rows: indices.length,
      watermark: extent.watermark,
      history: extent.isHistory,
      counts: { ...this.#gate.counts },
      ...(extent.isFilled && { filled: true }),
    };
    try {
      this.#context.send('batch', meta, encode(indices));
      this.#gate.sent(last);
    } catch (error) {
      if (!(error instanceof DuallaneError) || error.code !== 'link-too-large') throw error;
      if (indices.length > 1) {
        const half = indices.length >> 1;
        this.#sendFitting(extent, indices.subarray(0, half), encode);
        this.#sendFitting(extent, indices.subarray(half), encode);
        return;
      }
      if (!extent.isHistory) this.#gate.refuse(first);
      const sentence = `Row ${first} of ${this.kind} is stored, but too large to be shown: ${error.sentence}`;
      this.#context.send('error', { code: error.code, sentence });
    }
  }

  /** What overflowed may have been the last there was: no row would come whose report asks for it. */
  async #catchUpWithRoom(): Promise<void> {
    if (this.#isWaitingForRoom) return;
    this.#isWaitingForRoom = true;
    await this.#context.socket.drained();
    this.#isWaitingForRoom = false;
    if (!this.#context.signal.aborted) this.catchUp();
  }

  #mayFill(): boolean {
    const { isActive, socket } = this.#context;
    if (this.#waiting || !this.#gate.gaps.hasUnfilled || this.#gate.isStarving) return false;
    return isActive() && !socket.isCongested && this.#gate.unpainted === 0;
  }

  async #fill(): Promise<void> {
    const { connection, signal, log, socket } = this.#context;
    const ranges = this.#gate.gaps.takeUnfilled(fillRowsMost, this.#feed.position - fillReach[this.kind]);
    const [lowest, highest] = [ranges[0], ranges.at(-1)];
    if (!lowest || !highest) return;
    this.#isFilling = true;
    let filled = lowest.first - 1;
    let isWhole = false;
    try {
      const clients = await connection.connected(signal);
      const request = { runId: this.#request.run, kind: this.kind, after: lowest.first - 1, upto: highest.last };
      for await (const rows of durableRows(clients, request, signal)) {
        await socket.drained();
        signal.throwIfAborted();
        this.#sendRows(rows.table, rows.firstSeq, rows.watermark, { only: ranges });
        filled = rows.lastSeq;
      }
      isWhole = true;
    } catch (error) {
      if (signal.aborted) return;
      log('warn', 'fill-unreachable', { run: this.#request.run, kind: this.kind, reason: sentenceOf(error) });
      this.#gate.gaps.restore(
        ranges.flatMap((range) => (range.last > filled ? [{ ...range, first: Math.max(range.first, filled + 1) }] : [])),
      );
    } finally {
      this.#isFilling = false;
    }
    if (isWhole) void this.#catchUpWithRoom();
  }
}
