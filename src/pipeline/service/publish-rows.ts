/**
 * PublishRunSteps and PublishRunEpisodes: the source's client streams of single rows.
 *
 * Guarantees
 * - The reply comes when every accepted row is durable; `dropped` is 0 because nothing is.
 * - The run is named by the first message, must be known and have a registered worker; another run_id later ends the stream.
 * - Nothing a row holds ends the stream.
 */
import type { handleClientStreamingCall, ServerReadableStream } from '@grpc/grpc-js';
import type { Row } from '../../protocol/arrow.ts';
import { DuallaneError, type RowKind } from '../../protocol/index.ts';
import type { trainer } from '../../protocol/wire.ts';
import { type Ingest, RowBatcher } from '../ingest/index.ts';
import type { Run, RunRegistry } from '../runs/index.ts';
import type { Surroundings } from './calls.ts';
import { requestInvalid, toServiceError } from './status.ts';

type RowMessage = { runId: string; workerId: string };
type Reply = trainer.PublishTelemetryResponse;

export function publishRows<Message extends RowMessage>(
  kind: RowKind,
  rowOf: (message: Message, nowMs: number) => Row,
  ingest: Ingest,
  registry: RunRegistry,
  around: Surroundings,
): handleClientStreamingCall<Message, Reply> {
  return (call, callback) => {
    const intake = new RowIntake(kind, rowOf, ingest, registry, (run, workerId) =>
      around.access.checkWorker(call.metadata, run, workerId),
    );
    void readAll(call, intake, around.stopping)
      .then(() => intake.settled())
      .then(
        (accepted) => callback(null, { accepted: BigInt(accepted), dropped: 0n }),
        (error: unknown) => callback(toServiceError(error, around.log)),
      )
      .finally(() => intake.leave());
  };
}

class RowIntake<Message extends RowMessage> {
  readonly #kind: RowKind;
  readonly #rowOf: (message: Message, nowMs: number) => Row;
  readonly #ingest: Ingest;
  readonly #registry: RunRegistry;
  readonly #check: (run: Run, workerId: string | undefined) => void;
  readonly #checked = new Set<string>();
  #runId = '';
  #batcher: RowBatcher | undefined;
  leave: () => void = () => undefined;

  constructor(
    kind: RowKind,
    rowOf: (message: Message, nowMs: number) => Row,
    ingest: Ingest,
    registry: RunRegistry,
    check: (run: Run, workerId: string | undefined) => void,
  ) {
    this.#check = check;
    this.#kind = kind;
    this.#rowOf = rowOf;
    this.#ingest = ingest;
    this.#registry = registry;
  }

  get batcher(): RowBatcher | undefined {
    return this.#batcher;
  }

  /** Throws `request-invalid`, `run-unknown`, `no-worker`. */
  accept(message: Message): void {
    this.#batcher ??= this.#begin(message.runId);
    if (message.runId !== this.#runId)
      throw requestInvalid(
        `this stream belongs to run ${this.#runId}: send rows of run ${message.runId} on a stream of their own`,
      );
    if (!this.#checked.has(message.workerId)) {
      // Rows that name no worker are any worker's of the run.
      this.#check(this.#registry.get(message.runId), message.workerId || undefined);
      this.#checked.add(message.workerId);
    }
    this.#batcher.add(message.workerId, this.#rowOf(message, Date.now()));
  }

  async settled(): Promise<number> {
    return (await this.#batcher?.settled()) ?? 0;
  }

  #begin(runId: string): RowBatcher {
    if (runId === '') throw requestInvalid('the first row has no run_id: set it in every row');
    const run = this.#registry.get(runId);
    if (![...run.workers.values()].some((worker) => worker.registered)) {
      throw new DuallaneError('no-worker', `run ${runId} has no registered worker: call RegisterWorker before publishing rows`);
    }
    this.#runId = runId;
    this.leave = this.#ingest.attend(runId);
    this.#registry.rowsFrom(run, undefined);
    return new RowBatcher(this.#ingest, runId, this.#kind);
  }
}

/** Feeds the stream to `intake`; resolves at its end. What was accepted is stored also when the client breaks off. */
function readAll<Message extends RowMessage>(
  call: ServerReadableStream<Message, Reply>,
  intake: RowIntake<Message>,
  stopping: AbortSignal,
): Promise<void> {
  const reading = new AbortController();
  return new Promise<void>((resolve, reject) => {
    const refuse = (error: unknown) => {
      call.removeAllListeners('data');
      call.resume();
      reject(error);
    };
    call.on('data', (message: Message) => {
      try {
        intake.accept(message);
      } catch (error) {
        refuse(error);
        return;
      }
      if (!intake.batcher?.isFull) return;
      call.pause();
      intake.batcher.room().then(() => call.resume(), refuse);
    });
    call.once('end', resolve);
    call.once('error', reject);
    call.once('cancelled', () => resolve());
    stopping.addEventListener(
      'abort',
      () => refuse(new DuallaneError('stopping', 'the daemon is stopping: connect again and resend the rows of this stream')),
      { signal: reading.signal },
    );
  }).finally(() => reading.abort());
}
