/**
 * The live rows of one run and kind, from the daemon to every view that needs them: one StreamBatches for all.
 *
 * Guarantees
 * - Views get each seq_id once and ascending, whatever is killed: a row is handed out when the daemon's watermark covers it,
 *   so its number can never come to mean another row. What was received above the watermark is dropped with the connection.
 * - What waits for the watermark is at most `heldBytesMost`; beyond it the feed lets go and reads it again when it is durable.
 * - A hole the daemon leaves is told as `missed`, never passed over.
 */
import { DuallaneError, type Log, type RowKind, type SeqRange, SequenceCursor, sentenceOf } from '../../protocol/index.ts';
import type { duallane } from '../../protocol/wire.ts';
import { concatRows, decodeRows, type Rows, sliceRows } from '../rows.ts';
import { Backoff, delay } from '../waiting.ts';
import type { DaemonClients, DaemonConnection, DaemonState } from './daemon-connection.ts';
import { describeRun } from './describe-run.ts';
import { LiveBatch } from './live-batch.ts';
import { toBatchKind, toRowKind } from './translate.ts';

export type FeedState =
  | { state: 'connecting' | 'reconnecting' | 'unavailable'; sentence: string }
  | { state: 'live' }
  | { state: 'ended'; outcome: string };

export type FeedListener = {
  batch(batch: LiveBatch): void;
  state(state: FeedState): void;
  /** Rows the daemon did not deliver. */
  missed(range: SeqRange): void;
};

type Held = { firstSeq: number; rows: number; bytes: number; table: Rows };

/** Beyond it the feed lets go of what is not durable yet. */
const heldBytesMost = 64 << 20;
/** How long rows that were let go are left to become durable. */
const heldRetryMs = 1000;
const unknownRunRetryMs = 2000;

export class RunFeed {
  readonly runId: string;
  readonly kind: RowKind;
  readonly #connection: DaemonConnection;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #listeners = new Set<FeedListener>();
  #state: FeedState = { state: 'connecting', sentence: 'Connecting to the trainer daemon.' };
  #watermark = 0;
  /** What was handed out; undefined until the daemon has said where the run stands. */
  #released: SequenceCursor | undefined;
  #held: Held[] = [];
  #heldBytes = 0;
  readonly #positioned = Promise.withResolvers<void>();

  constructor(runId: string, kind: RowKind, connection: DaemonConnection, log: Log, signal: AbortSignal) {
    this.runId = runId;
    this.kind = kind;
    this.#connection = connection;
    this.#log = log;
    this.#signal = signal;
  }

  get state(): FeedState {
    return this.#state;
  }

  get watermark(): number {
    return this.#watermark;
  }

  /** Last seq_id handed out. */
  get position(): number {
    return this.#released?.last ?? 0;
  }

  /**
   * From the answer on, `listener` gets every row above it, and none at or below it. Waits for the daemon; states come at once.
   * Rejects with the signal's reason.
   */
  async attach(listener: FeedListener, signal: AbortSignal): Promise<number> {
    listener.state(this.#state);
    const waiting: FeedListener = { batch: () => {}, missed: () => {}, state: (state) => listener.state(state) };
    this.#listeners.add(waiting);
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      await Promise.race([this.#positioned.promise, aborted.promise]);
    } finally {
      this.#listeners.delete(waiting);
      signal.removeEventListener('abort', abort);
    }
    signal.throwIfAborted();
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
    return this.position;
  }

  /** Follows the run until it has ended or nobody needs it. */
  async keep(): Promise<void> {
    const backoff = new Backoff();
    while (!this.#signal.aborted) {
      try {
        const clients = await this.#connected();
        await this.#position(clients);
        await this.#follow(clients, backoff);
        if (await this.#hasEnded(clients)) return;
        await delay(heldRetryMs, this.#signal);
      } catch (error) {
        if (this.#signal.aborted) return;
        await delay(this.#explain(error, backoff), this.#signal);
      } finally {
        this.#held = [];
        this.#heldBytes = 0;
      }
    }
  }

  /** Waits for the daemon, and tells the views why there is none yet. */
  async #connected(): Promise<DaemonClients> {
    const waiting = new AbortController();
    const tell = (state: DaemonState) => {
      if (state.state === 'connected') return;
      const away = this.#released ? 'reconnecting' : 'connecting';
      this.#become({ state: state.state === 'incompatible' ? 'unavailable' : away, sentence: state.sentence });
    };
    this.#connection.onState(tell, { signal: waiting.signal });
    tell(this.#connection.state);
    try {
      return await this.#connection.connected(this.#signal);
    } finally {
      waiting.abort();
    }
  }

  /** Says what went wrong and answers how long to wait, ms. */
  #explain(error: unknown, backoff: Backoff): number {
    if (error instanceof DuallaneError && error.code === 'run-unknown') {
      this.#become({ state: 'unavailable', sentence: error.sentence });
      return unknownRunRetryMs;
    }
    this.#log('warn', 'feed-lost', { run: this.runId, kind: this.kind, position: this.position, reason: sentenceOf(error) });
    const why = error instanceof DuallaneError ? `The rows cannot be read: ${error.sentence}.` : 'The trainer daemon went away.';
    this.#become({ state: 'reconnecting', sentence: `${why} Trying again, from where the rows stopped.` });
    return backoff.next();
  }

  /** Where the run stands: the position of a new feed, and the proof that this daemon answers for an old one. */
  async #position(clients: DaemonClients): Promise<void> {
    const run = await describeRun(clients, this.runId, this.#signal);
    const durable = watermarkOf(run, this.kind);
    this.#watermark = Math.max(this.#watermark, durable);
    if (!this.#released) {
      this.#released = new SequenceCursor(durable);
      this.#positioned.resolve();
    } else if (durable < this.position) {
      this.#log('error', 'history-lost', { run: this.runId, kind: this.kind, position: this.position, watermark: durable });
    }
    this.#become({ state: 'live' });
  }

  async #follow(clients: DaemonClients, backoff: Backoff): Promise<void> {
    const received = new SequenceCursor(this.position);
    const stream = clients.duallane.streamBatches({
      runId: this.runId,
      cursors: [{ kind: toBatchKind(this.kind), sinceSeq: BigInt(this.position) }],
      snapshot: false,
    });
    const cancel = () => stream.cancel();
    this.#signal.addEventListener('abort', cancel, { once: true });
    try {
      for await (const message of stream) {
        backoff.reset();
        this.#watermark = Math.max(this.#watermark, Number(message.watermark));
        if (message.rows > 0 && toRowKind(message.kind) === this.kind) {
          this.#hold(received, Number(message.firstSeq), message.workerId, message.arrowIpc);
        }
        this.#release();
        if (this.#heldBytes > heldBytesMost) return;
      }
    } finally {
      this.#signal.removeEventListener('abort', cancel);
      stream.cancel();
    }
  }

  #hold(received: SequenceCursor, firstSeq: number, workerId: string, ipc: Uint8Array): void {
    const table = decodeRows(this.kind, ipc, firstSeq, this.runId, workerId);
    const { fresh, repeated } = received.arrive(firstSeq, table.numRows);
    if (!fresh) return;
    this.#held.push({
      firstSeq: fresh.first,
      rows: table.numRows - repeated,
      bytes: ipc.length,
      table: repeated > 0 ? sliceRows(table, repeated, table.numRows) : table,
    });
    this.#heldBytes += ipc.length;
  }

  /** Hands out what the watermark covers, as one batch. */
  #release(): void {
    const released = this.#released;
    if (!released) return;
    const ready: Held[] = [];
    for (let next = this.#held[0]; next && next.firstSeq <= this.#watermark; next = this.#held[0]) {
      const covered = Math.min(next.rows, this.#watermark - next.firstSeq + 1);
      if (ready.length > 0 && next.firstSeq !== endOf(ready) + 1) {
        this.#emit(released, ready.splice(0));
      }
      if (covered === next.rows) {
        this.#held.shift();
        this.#heldBytes -= next.bytes;
        ready.push(next);
      } else {
        ready.push({ ...next, rows: covered, table: sliceRows(next.table, 0, covered) });
        this.#held[0] = {
          firstSeq: next.firstSeq + covered,
          rows: next.rows - covered,
          bytes: next.bytes,
          table: sliceRows(next.table, covered, next.rows),
        };
        break;
      }
    }
    if (ready.length > 0) this.#emit(released, ready);
  }

  #emit(released: SequenceCursor, ready: readonly Held[]): void {
    const firstSeq = ready[0]?.firstSeq ?? 0;
    const table = concatRows(ready.map((held) => held.table));
    const bytes = ready.reduce((sum, held) => sum + held.bytes, 0);
    const { missed } = released.arrive(firstSeq, table.numRows);
    const batch = new LiveBatch(this.kind, firstSeq, table, this.#watermark, bytes);
    if (missed) this.#log('error', 'feed-hole', { run: this.runId, kind: this.kind, first: missed.first, last: missed.last });
    for (const listener of [...this.#listeners]) {
      if (missed) listener.missed(missed);
      listener.batch(batch);
    }
  }

  /** The stream ended without an error: because the run did, or because we let go of it. */
  async #hasEnded(clients: DaemonClients): Promise<boolean> {
    const run = await describeRun(clients, this.runId, this.#signal);
    if (run.status !== 'TERM' || this.position < watermarkOf(run, this.kind)) return false;
    this.#become({ state: 'ended', outcome: run.outcome });
    return true;
  }

  #become(state: FeedState): void {
    if (state.state === this.#state.state && sentenceIn(state) === sentenceIn(this.#state)) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener.state(state);
  }
}

function watermarkOf(run: duallane.RunDescription, kind: RowKind): number {
  return Number(run.kinds.find((entry) => toRowKind(entry.kind) === kind)?.watermark ?? 0);
}

function endOf(held: readonly Held[]): number {
  const last = held.at(-1);
  return last ? last.firstSeq + last.rows - 1 : 0;
}

function sentenceIn(state: FeedState): string | undefined {
  return 'sentence' in state ? state.sentence : undefined;
}
