/**
 * Batches to the daemon, kept until it says that they are on disk.
 *
 * Guarantees
 * - Every batch gets the next batch_sequence of one writer session and is held until acknowledged; after a reconnect all
 *   unacknowledged ones go again, in order. The daemon knows them by their key, so each is stored once.
 * - An acknowledgement of what was never sent is ignored: nothing is let go of that the daemon cannot have.
 * - At most about `unacknowledgedBytesMax` are held: `room` waits for acknowledgements, and with it whoever reads the worker.
 * - A daemon that does not serve batches gets the rows one by one, each at least once; what has no row RPC is counted as lost.
 * - Reconnects for ever, with back-off. Only a refusal that a resend cannot change (unknown run, ended run, wrong contract)
 *   ends it: `failure` says why, and from then on batches are counted as lost instead of held.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientDuplexStream, type ServiceError, status } from '@grpc/grpc-js';
import { DuallaneError, type Log, limits, sentenceOf } from '../../protocol/index.ts';
import { batchKinds, type duallane } from '../../protocol/wire.ts';
import type { DaemonConnection } from './daemon-connection.ts';
import type { Batch } from './row-batcher.ts';
import { publishAsRows } from './row-calls.ts';
import { Signal } from './signal.ts';

const unacknowledgedBytesMax = 64 << 20;
const hangUpMs = 2000;

export type PublisherIdentity = { runId: string; workerId: string };
type BatchStream = ClientDuplexStream<duallane.Batch, duallane.BatchAck>;

export class BatchPublisher {
  readonly #identity: PublisherIdentity;
  readonly #connect: () => Promise<DaemonConnection>;
  readonly #log: Log;
  readonly #useConnection: (connection: DaemonConnection) => () => void;
  readonly #session = randomBytes(16);
  readonly #changed = new Signal();
  #held: duallane.Batch[] = [];
  #heldBytes = 0;
  #lastSequence = 0n;
  /** How many of #held went out on the open stream. */
  #sent = 0;
  /** The last batch that went out on any. */
  #furthest = 0n;
  #stream: BatchStream | undefined;
  #isWritable = false;
  #failedAttempts = 0;
  #failure: DuallaneError | undefined;
  #rowsLost = 0;
  #servesRowsOnly = false;

  /** `connect` makes a connection to a living daemon, starting one where it may; `useConnection` may use it too, until what it returns is called. */
  constructor(
    identity: PublisherIdentity,
    connect: () => Promise<DaemonConnection>,
    log: Log,
    useConnection: (connection: DaemonConnection) => () => void = () => () => undefined,
  ) {
    this.#identity = identity;
    this.#connect = connect;
    this.#log = log;
    this.#useConnection = useConnection;
  }

  get failure(): DuallaneError | undefined {
    return this.#failure;
  }

  /** Rows that were not taken because of `failure`, and rows that wait for their acknowledgement. */
  get counts(): { rowsLost: number; rowsHeld: number } {
    return { rowsLost: this.#rowsLost, rowsHeld: this.#held.reduce((sum, batch) => sum + batch.rows, 0) };
  }

  publish({ kind, rows, ipc }: Batch): void {
    if (this.#failure) {
      this.#rowsLost += rows;
      return;
    }
    this.#lastSequence += 1n;
    this.#held.push({
      ...this.#identity,
      writerSession: this.#session,
      batchSequence: this.#lastSequence,
      kind: batchKinds[kind],
      rows,
      arrowIpc: Buffer.from(ipc.buffer, ipc.byteOffset, ipc.byteLength),
      firstSeq: 0n,
      watermark: 0n,
    });
    this.#heldBytes += ipc.byteLength;
    this.#pump();
    if (this.#servesRowsOnly) this.#changed.notify();
  }

  /** Resolves when another batch may be held. */
  async room(): Promise<void> {
    while (this.#heldBytes > unacknowledgedBytesMax && !this.#failure) await this.#changed.next();
  }

  /** Resolves when everything published is acknowledged, or `failure` is set, or `signal` aborts. */
  async drained(signal: AbortSignal): Promise<void> {
    while (this.#held.length > 0 && !this.#failure && !signal.aborted) await this.#changed.next(signal);
  }

  /** Keeps a stream open until `signal` aborts, then hangs up. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#failure) {
      try {
        await this.#runOnce(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!this.#servesRowsOnly && (error as Partial<ServiceError>).code === status.UNIMPLEMENTED) {
          this.#servesRowsOnly = true;
          this.#log('warn', 'daemon-serves-rows-only', {
            sentence: 'the daemon takes no batches: steps and episodes go one by one, values and events nowhere',
          });
          continue;
        }
        this.#judge(error);
        if (!this.#failure) await this.#backOff(signal);
      }
    }
  }

  async #runOnce(signal: AbortSignal): Promise<void> {
    const connection = await this.#connect();
    const leave = this.#useConnection(connection);
    try {
      if (this.#servesRowsOnly) await this.#publishRows(connection, signal);
      else await this.#stay(connection.duallane.publishBatches(), signal);
    } finally {
      leave();
      connection.close();
    }
  }

  /** Resolves when `signal` aborted; rejects when the daemon goes away. */
  async #publishRows(connection: DaemonConnection, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const [batch] = this.#held;
      if (!batch) {
        await this.#changed.next(signal);
        continue;
      }
      this.#furthest = batch.batchSequence;
      const taken = await publishAsRows(connection, batch);
      this.#rowsLost += Math.max(0, batch.rows - taken);
      this.#acknowledge({
        ...this.#identity,
        writerSession: this.#session,
        batchSequence: batch.batchSequence,
        rejectedRows: 0n,
        unfollowed: false,
      });
    }
  }

  /** Resolves when `signal` aborted and the stream is closed; rejects when the stream ends before. */
  #stay(stream: BatchStream, signal: AbortSignal): Promise<void> {
    this.#stream = stream;
    this.#sent = 0;
    this.#isWritable = true;
    return new Promise<void>((resolve, reject) => {
      const hangUp = (): void => {
        stream.end();
        setTimeout(() => stream.cancel(), hangUpMs).unref();
      };
      const over = (error?: unknown): void => {
        signal.removeEventListener('abort', hangUp);
        this.#stream = undefined;
        if (signal.aborted) resolve();
        else reject(error ?? new DuallaneError('stream-ended', 'the daemon ended the stream'));
      };
      signal.addEventListener('abort', hangUp, { once: true });
      stream.on('data', (ack: duallane.BatchAck) => this.#acknowledge(ack));
      stream.on('drain', () => {
        this.#isWritable = true;
        this.#pump();
      });
      stream.once('error', over);
      stream.once('end', () => over());
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#stream && this.#isWritable && this.#sent < this.#held.length) {
      const batch = this.#held[this.#sent] as duallane.Batch;
      this.#isWritable = this.#stream.write(batch);
      this.#sent += 1;
      if (batch.batchSequence > this.#furthest) this.#furthest = batch.batchSequence;
    }
  }

  #acknowledge(ack: duallane.BatchAck): void {
    if (ack.runId !== this.#identity.runId || !this.#session.equals(ack.writerSession)) return;
    if (ack.batchSequence > this.#furthest) {
      this.#log('error', 'acknowledgement-ignored', { acknowledged: Number(ack.batchSequence), sent: Number(this.#furthest) });
      return;
    }
    let done = 0;
    while (done < this.#held.length && (this.#held[done] as duallane.Batch).batchSequence <= ack.batchSequence) {
      this.#heldBytes -= (this.#held[done] as duallane.Batch).arrowIpc.byteLength;
      done += 1;
    }
    if (done === 0) return;
    if (this.#failedAttempts > 0) this.#log('info', 'publishing-again', { attempts: this.#failedAttempts });
    this.#failedAttempts = 0;
    this.#held = this.#held.slice(done);
    this.#sent = Math.max(0, this.#sent - done);
    this.#changed.notify();
  }

  #judge(error: unknown): void {
    if (!isFinal(error)) {
      this.#failedAttempts += 1;
      const level = this.#failedAttempts === 1 ? 'warn' : 'debug';
      this.#log(level, 'daemon-away', {
        sentence: sentenceOf(error),
        attempt: this.#failedAttempts,
        rows_waiting: this.counts.rowsHeld,
      });
      return;
    }
    const sentence = (error as ServiceError).details || sentenceOf(error);
    this.#failure = new DuallaneError('publish-refused', `the daemon refuses this run's telemetry: ${sentence}`, {
      cause: error,
    });
    this.#log('error', 'publish-refused', { sentence: this.#failure.sentence });
    this.#rowsLost += this.counts.rowsHeld;
    this.#held = [];
    this.#heldBytes = 0;
    this.#changed.notify();
  }

  async #backOff(signal: AbortSignal): Promise<void> {
    const { reconnectFirstMs, reconnectFactor, reconnectMaxMs } = limits;
    const fullMs = Math.min(reconnectMaxMs, reconnectFirstMs * reconnectFactor ** (this.#failedAttempts - 1));
    await sleep(fullMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
  }
}

/** Whether sending the same again can never succeed. */
function isFinal(error: unknown): boolean {
  const { code, metadata } = error as Partial<ServiceError>;
  switch (code) {
    case status.NOT_FOUND:
    case status.INVALID_ARGUMENT:
    case status.UNAUTHENTICATED:
    case status.PERMISSION_DENIED:
    case status.UNIMPLEMENTED:
      return true;
    case status.FAILED_PRECONDITION:
      return metadata?.get('duallane-code')[0] !== 'batch-hole';
    default:
      return false;
  }
}
