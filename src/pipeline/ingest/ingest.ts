/**
 * The way in for every row: durable lane first, then the RunBus for whoever looks on.
 *
 * Guarantees
 * - A batch whose `durable` has resolved is on disk, and what its events said about the run has been done.
 * - The durable lane waits and never drops; live subscribers may lose a batch and know it from its numbers.
 * - Batches of one writer session are taken in the order of their batch_sequence, without a hole.
 * - A batch that is refused changes nothing, for no run.
 */
import { DuallaneError, type Log, type RowKind } from '../../protocol/index.ts';
import { Pulse, RunBus } from '../bus/index.ts';
import type { Run, RunRegistry } from '../runs/index.ts';
import type { Appended, DurableSink, NewBatch, StoredBatch } from '../sinks/durable-sink.ts';
import { applyEvents, countRejectedLines, type RunEvent, readEvents } from './lifecycle-events.ts';

export class Ingest {
  readonly sink: DurableSink;
  /** Topic: `liveTopic`. Batches as they were numbered, durable or not yet. */
  readonly live = new RunBus<StoredBatch>((batch) => batch.ipc.byteLength);
  /** Topic: a run's id. Beats when rows of the run became durable. */
  readonly durable = new Pulse();
  readonly #registry: RunRegistry;
  readonly #log: Log;
  readonly #taken = new Map<string, number>();
  readonly #attending = new Map<string, number>();

  constructor(sink: DurableSink, registry: RunRegistry, log: Log, { signal }: { signal: AbortSignal }) {
    this.sink = sink;
    this.#registry = registry;
    this.#log = log;
    sink.onDurable(
      (moved) => {
        for (const runId of new Set(moved.map((entry) => entry.runId))) this.durable.ring(runId);
      },
      { signal },
    );
  }

  /** Takes one batch in; waits while the intake is full. Throws `run-unknown`, `batch-hole`, and what the sink throws. */
  async take(batch: NewBatch): Promise<Appended> {
    const run = this.#registry.get(batch.runId);
    this.#refuseHole(batch);
    const appended = await this.sink.append(batch).catch((error: unknown) => {
      // The sink has used up the key of a batch it cannot store: the writer goes on with the next one.
      if (error instanceof DuallaneError && error.code === 'batch-invalid') this.#remember(batch);
      throw error;
    });
    this.#remember(batch);
    const events = batch.kind === 'events' ? readEvents(batch.ipc) : [];
    if (!appended.duplicate) {
      const { runId, workerId, kind, rows, ipc } = batch;
      this.live.publish(liveTopic(runId, kind), { runId, workerId, kind, rows, ipc, firstSeq: appended.firstSeq });
      for (const event of events) countRejectedLines(event, batch, this.sink);
    }
    this.#registry.rowsFrom(run, batch.key ? batch.workerId : undefined);
    return { ...appended, durable: this.#settle(appended.durable, run, batch.workerId, events) };
  }

  /** A publisher's stream is open on `runId`: keeps the lease until the returned function is called. */
  attend(runId: string): () => void {
    this.#attending.set(runId, (this.#attending.get(runId) ?? 0) + 1);
    return () => {
      const left = (this.#attending.get(runId) ?? 1) - 1;
      if (left > 0) this.#attending.set(runId, left);
      else this.#attending.delete(runId);
      const run = this.#registry.find(runId);
      if (run) this.#registry.sign(run);
    };
  }

  isAttended(runId: string): boolean {
    return this.#attending.has(runId);
  }

  async #settle(durable: Promise<void>, run: Run, workerId: string, events: readonly RunEvent[]): Promise<void> {
    await durable;
    for (const event of events) applyEvents(event, run, workerId, this.#registry, this.#log);
  }

  #refuseHole(batch: NewBatch): void {
    if (!batch.key) return;
    const taken = this.#takenOf(batch);
    if (batch.key.batchSequence <= taken + 1) return;
    throw new DuallaneError(
      'batch-hole',
      `batch ${batch.key.batchSequence} of worker ${batch.workerId} in run ${batch.runId} came after batch ${taken}: send from batch ${taken + 1} on again`,
    );
  }

  #remember(batch: NewBatch): void {
    if (batch.key) this.#taken.set(sessionKey(batch), Math.max(this.#takenOf(batch), batch.key.batchSequence));
  }

  #takenOf(batch: NewBatch): number {
    if (!batch.key) return 0;
    return this.#taken.get(sessionKey(batch)) ?? this.sink.durableSequence(batch.runId, batch.workerId, batch.key.writerSession);
  }
}

export function liveTopic(runId: string, kind: RowKind): string {
  return `${kind}/${runId}`;
}

function sessionKey(batch: NewBatch): string {
  return `${batch.runId}\0${batch.workerId}\0${Buffer.from(batch.key?.writerSession ?? []).toString('hex')}`;
}

/** Whether everything taken in of `runId` is durable. */
export function isSettled(sink: DurableSink, runId: string, kinds: readonly RowKind[]): boolean {
  return kinds.every((kind) => {
    const { head, watermark } = sink.reach(runId, kind);
    return watermark >= head;
  });
}
