/**
 * PublishBatches: batches in, acknowledgements out, durable first.
 *
 * Guarantees
 * - An acknowledgement names a batch that is on disk, with all before it of its writer session.
 * - A refused batch ends its stream with a status that names it; what was taken before it is still acknowledged first.
 * - When the daemon stops, everything taken is acknowledged before the stream ends.
 * - A writer is told with each acknowledgement whether anybody follows its run, and at once when somebody begins to.
 * - A full intake stops reading the stream, which HTTP/2 carries back to the writer.
 */
import type { handleBidiStreamingCall } from '@grpc/grpc-js';
import { DuallaneError } from '../../protocol/index.ts';
import type { duallane } from '../../protocol/wire.ts';
import { type Ingest, refusal } from '../ingest/index.ts';
import type { RunRegistry } from '../runs/index.ts';
import type { NewBatch } from '../sinks/durable-sink.ts';
import { fail, finish, Outflow, type Surroundings } from './calls.ts';
import { kindOf, seqOf } from './convert.ts';
import { requestInvalid } from './status.ts';

type Writer = { runId: string; workerId: string; writerSession: Buffer };
type KeyedBatch = NewBatch & Required<Pick<NewBatch, 'key'>>;

export function publishBatches(
  ingest: Ingest,
  registry: RunRegistry,
  around: Surroundings,
): handleBidiStreamingCall<duallane.Batch, duallane.BatchAck> {
  return (call) => {
    const out = new Outflow<duallane.BatchAck>(call);
    const acks = new Acknowledger(ingest, out, (error) => void conclude(error));
    const checked = new Set<string>();
    const attended = new Map<string, () => void>();
    let isConcluded = false;

    async function serve(): Promise<void> {
      // Leaving the loop must not destroy the call: its status has to go out still.
      for await (const message of call.iterator({ destroyOnReturn: false })) {
        if (isConcluded) return;
        const batch = batchOf(message as duallane.Batch);
        const writer = `${batch.runId}\0${batch.workerId}`;
        if (!checked.has(writer)) {
          around.access.checkWorker(call.metadata, registry.get(batch.runId), batch.workerId);
          checked.add(writer);
        }
        const appended = await ingest.take(batch).catch((error: unknown) => {
          throw refusal(batch, error);
        });
        if (!attended.has(batch.runId)) attended.set(batch.runId, ingest.attend(batch.runId, acks));
        acks.expect(batch, appended.durable);
      }
    }

    async function conclude(error?: unknown): Promise<void> {
      if (isConcluded) return;
      isConcluded = true;
      const reason = await acks.settled().then(
        () => error,
        (failure: unknown) => failure,
      );
      if (reason === undefined) finish(call, around);
      else fail(call, reason, around);
      for (const leave of attended.values()) leave();
      out.close();
    }

    const stop = () =>
      void conclude(new DuallaneError('stopping', 'the daemon is stopping: connect again and resend what was not acknowledged'));
    around.stopping.addEventListener('abort', stop, { signal: out.signal });
    call.once('cancelled', () => void conclude());
    serve().then(() => conclude(), conclude);
  };
}

/** Sends acknowledgements as batches become durable, one per writer session and turn of the loop. */
class Acknowledger {
  readonly #ingest: Ingest;
  readonly #out: Outflow<duallane.BatchAck>;
  readonly #onFailure: (error: unknown) => void;
  readonly #writers = new Map<string, Writer>();
  readonly #due = new Set<Writer>();
  readonly #pending = new Set<Promise<void>>();
  #failure: { error: unknown } | undefined;
  #flushing = false;

  /** `onFailure` is told when a batch that was taken cannot become durable. */
  constructor(ingest: Ingest, out: Outflow<duallane.BatchAck>, onFailure: (error: unknown) => void) {
    this.#ingest = ingest;
    this.#out = out;
    this.#onFailure = onFailure;
  }

  expect({ runId, workerId, key: { writerSession } }: KeyedBatch, durable: Promise<void>): void {
    const name = `${runId}\0${workerId}\0${Buffer.from(writerSession).toString('latin1')}`;
    const writer = this.#writers.get(name) ?? { runId, workerId, writerSession: Buffer.from(writerSession) };
    this.#writers.set(name, writer);
    const pending = durable.then(
      () => this.#acknowledge(writer),
      (error: unknown) => {
        this.#failure ??= { error };
        this.#onFailure(error);
      },
    );
    this.#pending.add(pending);
    void pending.finally(() => this.#pending.delete(pending));
  }

  /** Resolves when every expected batch was acknowledged; rejects when one cannot be. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
    this.#flush();
    if (this.#failure) throw this.#failure.error;
  }

  /** Somebody begins to follow the run: its writers hear of it now. */
  followed(runId: string): void {
    for (const writer of this.#writers.values()) if (writer.runId === runId) this.#acknowledge(writer);
  }

  #acknowledge(writer: Writer): void {
    this.#due.add(writer);
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    for (const { runId, workerId, writerSession } of this.#due) {
      const batchSequence = this.#ingest.sink.durableSequence(runId, workerId, writerSession);
      // An acknowledgement is small and one per session is in flight at most: no need to wait for the reader.
      void this.#out.send({
        runId,
        workerId,
        writerSession,
        batchSequence: BigInt(batchSequence),
        rejectedRows: BigInt(this.#ingest.sink.rejectedRows(runId, workerId, writerSession)),
        unfollowed: !this.#ingest.isFollowed(runId),
      });
    }
    this.#due.clear();
  }
}

/** Throws `request-invalid` for a batch without its ids. */
function batchOf(message: duallane.Batch): KeyedBatch {
  if (message.runId === '') throw requestInvalid('a batch has no run_id: set it to the id OpenRun answered');
  if (message.workerId === '')
    throw requestInvalid(`a batch of run ${message.runId} has no worker_id: name the worker, such as "worker_1"`);
  if (message.writerSession.byteLength !== 16) {
    throw requestInvalid(
      `a batch of worker ${message.workerId} in run ${message.runId} has a writer_session of ${message.writerSession.byteLength} bytes: make 16 random ones`,
    );
  }
  if (message.batchSequence < 1n)
    throw requestInvalid(`a batch of worker ${message.workerId} in run ${message.runId} has no batch_sequence: count from 1`);
  if (message.rows === 0) {
    throw new DuallaneError(
      'batch-invalid',
      `batch ${message.batchSequence} of worker ${message.workerId} in run ${message.runId} says it has no rows: send rows or nothing`,
    );
  }
  return {
    runId: message.runId,
    workerId: message.workerId,
    kind: kindOf(message.kind),
    rows: message.rows,
    ipc: message.arrowIpc,
    key: { writerSession: message.writerSession, batchSequence: seqOf(message.batchSequence, 'batch_sequence') },
  };
}
