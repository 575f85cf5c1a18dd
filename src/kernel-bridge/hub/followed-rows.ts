/**
 * Follows one kind of rows of one run on a daemon that serves rows only, for as long as the bridge lives.
 *
 * Guarantees
 * - `settled` resolves when what the daemon holds has been taken over, or when it does not answer: it never rejects.
 * - A stream that breaks is opened again, for ever; what the daemon tells again is not told again here.
 * - Numbers that jump while an agent's steps jump too mean rows its queue dropped: the daemon's memory is read again.
 */
import { type Log, sentenceOf } from '../../protocol/index.ts';
import { Backoff, delay, Listeners } from '../waiting.ts';
import { ReplayOrder, type SeenRow } from './replay-order.ts';
import { RowLog, stepsBetween } from './row-log.ts';

/** Silence after which a replay is taken to be over, and how long its first row is waited for, ms. */
const quietMs = 400;
const firstRowMs = 2000;
const settleMs = 6000;
/** A worker may leave out steps itself: after so many vain looks the jumps are taken to be its own. */
const looksMost = 5;

type RowStream<Message> = AsyncIterable<Message> & { cancel(): void };
export type RowSource<Message> = {
  kind: 'steps' | 'episodes';
  /** From 0: the database first. From 1: the whole memory, then live. */
  open: (sinceSeq: 0n | 1n) => RowStream<Message>;
  read: (message: Message) => SeenRow<Message>;
  bytesOf: (message: Message) => number;
};

export class FollowedRows<Message> {
  readonly log: RowLog<Message>;
  readonly settled: Promise<void>;
  readonly #source: RowSource<Message>;
  readonly #logLine: Log;
  readonly #signal: AbortSignal;
  readonly #changes = new Listeners<void>();
  readonly #settle: () => void;
  #lastMs = 0;
  #looks = 0;

  constructor(source: RowSource<Message>, log: Log, signal: AbortSignal) {
    this.#source = source;
    this.#logLine = log;
    this.#signal = signal;
    this.log = new RowLog<Message>(source.bytesOf);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#settle = resolve;
    this.settled = Promise.race([promise, delay(settleMs, signal)]);
    void this.#keep();
  }

  onChange(listener: () => void, lifetime: { signal: AbortSignal }): void {
    this.#changes.add(listener, lifetime);
  }

  /** ms since the epoch of the last row, or of the beginning. */
  get lastMs(): number {
    return this.#lastMs;
  }

  async #keep(): Promise<void> {
    const backoff = new Backoff();
    while (!this.#signal.aborted) {
      this.#lastMs = Date.now();
      try {
        if ((await this.#follow()) === 'again') continue;
        backoff.reset();
      } catch (error) {
        if (this.#signal.aborted) return;
        this.#logLine('warn', 'rows-lost', { kind: this.#source.kind, reason: sentenceOf(error) });
      }
      await delay(backoff.next(), this.#signal);
    }
  }

  /** One stream from its replay to its end. 'again': rows are missing that a replay may have. */
  async #follow(): Promise<'ended' | 'again'> {
    const order = new ReplayOrder<Message>(this.#source.kind);
    await this.#readStored(order);
    this.log.reconnect();
    const stream = this.#source.open(1n);
    const cancel = () => stream.cancel();
    this.#signal.addEventListener('abort', cancel, { once: true });
    let lastSeq = 0;
    const onQuiet = () => {
      this.#take(order.settle());
      this.#settle();
    };
    const quiet = setTimeout(onQuiet, quietMs);
    try {
      for await (const message of stream) {
        quiet.refresh();
        this.#lastMs = Date.now();
        const row = this.#source.read(message);
        if (this.#isLoss(row, lastSeq)) return 'again';
        lastSeq = row.seq;
        this.#take(order.push(row));
      }
      return 'ended';
    } finally {
      clearTimeout(quiet);
      this.#take(order.settle());
      this.#signal.removeEventListener('abort', cancel);
      stream.cancel();
    }
  }

  async #readStored(order: ReplayOrder<Message>): Promise<void> {
    const stream = this.#source.open(0n);
    const over = new AbortController();
    const end = () => {
      over.abort();
      stream.cancel();
    };
    this.#signal.addEventListener('abort', end, { once: true, signal: over.signal });
    let quiet = setTimeout(end, firstRowMs);
    try {
      for await (const message of stream) {
        clearTimeout(quiet);
        if (!order.addStored(this.#source.read(message))) return;
        quiet = setTimeout(end, quietMs);
      }
    } catch (error) {
      if (!over.signal.aborted) throw error;
    } finally {
      clearTimeout(quiet);
      end();
    }
  }

  #isLoss(row: SeenRow<Message>, lastSeq: number): boolean {
    if (lastSeq === 0 || row.seq <= lastSeq + 1 || this.#looks >= looksMost) return false;
    const newest = this.log.newestOf(row.agent);
    if (!newest || row.timeUs <= newest.timeUs || stepsBetween(newest, row) === 0) return false;
    this.#looks += 1;
    return true;
  }

  #take(rows: readonly SeenRow<Message>[]): void {
    let isNew = false;
    for (const row of rows) isNew = this.log.add(row) || isNew;
    if (isNew) this.#changes.emit();
  }
}
