/**
 * The way in for every row: durable lane first, then the RunBus for whoever looks on.
 *
 * Guarantees
 * - A batch whose `durable` has resolved is on disk, and what its events said about the run has been done.
 * - The durable lane waits and never drops; live subscribers may lose a batch and know it from its numbers.
 * - A batch that is refused changes no run.
 */
import { decodePublished } from '../../protocol/arrow.ts';
import type { Log, RowKind } from '../../protocol/index.ts';
import { Pulse, RunBus } from '../bus/index.ts';
import type { Run, RunRegistry } from '../runs/index.ts';
import type { Appended, DurableSink, NewBatch, StoredBatch } from '../sinks/durable-sink.ts';
import { applyEvents, countRejectedLines, type RunEvent, readEvents } from './lifecycle-events.ts';
import { ReadGate } from './read-gate.ts';
import { stepSchemaOf, stepViolations } from './step-schema.ts';

const readsAtOnce = 4;

/** Hears when somebody begins to follow a run that it publishes for. */
export type AttendingPublisher = { followed(runId: string): void };

export class Ingest {
  readonly sink: DurableSink;
  /** Topic: `liveTopic`. Batches as they were numbered, durable or not yet. */
  readonly live = new RunBus<StoredBatch>((batch) => batch.ipc.byteLength);
  /** Topic: a run's id. Beats when rows of the run became durable. */
  readonly durable = new Pulse((runId) => {
    for (const publisher of this.#attending.get(runId) ?? []) publisher.followed(runId);
  });
  readonly #registry: RunRegistry;
  readonly #log: Log;
  readonly #attending = new Map<string, Set<AttendingPublisher>>();
  readonly #reads = new ReadGate(readsAtOnce);

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

  /** Takes one batch in; waits while the intake is full. Throws `run-unknown` and what the sink throws. */
  async take(batch: NewBatch): Promise<Appended> {
    const run = this.#registry.get(batch.runId);
    const appended = await this.sink.append(batch);
    const events = batch.kind === 'events' ? eventsOf(batch, appended) : [];
    if (!appended.duplicate) {
      const { runId, workerId, kind, rows, ipc } = batch;
      this.live.publish(liveTopic(runId, kind), { runId, workerId, kind, rows, ipc, firstSeq: appended.firstSeq });
      for (const event of events) countRejectedLines(event, batch, this.sink);
      if (kind === 'steps' && this.sink.settings(runId).validate) this.#validate(batch, run);
    }
    this.#registry.rowsFrom(run, batch.key ? batch.workerId : undefined);
    return { ...appended, durable: this.#settle(appended.durable, run, batch.workerId, events) };
  }

  /** Durable rows after `afterSeq`, as `DurableSink.read`; ends early when `signal` aborts. */
  read(
    runId: string,
    kind: RowKind,
    afterSeq: number,
    options: { untilSeq?: number; signal: AbortSignal },
  ): AsyncIterable<StoredBatch> {
    return this.#reads.pass(this.sink.read(runId, kind, afterSeq, options), options.signal);
  }

  /** A publisher's stream is open on `runId`: keeps the lease until the returned function is called. */
  attend(runId: string, publisher: AttendingPublisher = { followed: () => undefined }): () => void {
    const publishers = this.#attending.get(runId) ?? new Set();
    this.#attending.set(runId, publishers.add(publisher));
    return () => {
      publishers.delete(publisher);
      if (publishers.size === 0 && this.#attending.get(runId) === publishers) this.#attending.delete(runId);
      const run = this.#registry.find(runId);
      if (run) this.#registry.sign(run);
    };
  }

  /** Whether anybody wants the run's rows as they come: a live stream of them, or its recorder. */
  isFollowed(runId: string): boolean {
    return this.durable.isHeard(runId) || this.live.audience(liveTopic(runId, 'episodes')) > 0;
  }

  isAttended(runId: string): boolean {
    return this.#attending.has(runId);
  }

  /** Counts the rows that are not what their worker registered; the batch is stored already. */
  #validate({ runId, workerId, ipc, rows }: NewBatch, run: Run): void {
    const schema = stepSchemaOf(run.workers.get(workerId)?.schemaId ?? '');
    for (const { agentId, count, samples } of stepViolations(decodePublished('steps', ipc, rows), schema)) {
      for (const sample of samples.slice(1)) this.sink.violate(runId, workerId, agentId, 1, sample);
      this.sink.violate(runId, workerId, agentId, count - Math.max(0, samples.length - 1), samples[0] ?? '');
    }
  }

  async #settle(durable: Promise<void>, run: Run, workerId: string, events: readonly RunEvent[]): Promise<void> {
    await durable;
    for (const event of events) applyEvents(event, run, workerId, this.#registry, this.#log);
  }
}

export function liveTopic(runId: string, kind: RowKind): string {
  return `${kind}/${runId}`;
}

/** A batch that was refused once is answered as a duplicate, so that its writer can go on: its events say nothing. */
function eventsOf(batch: NewBatch, { duplicate }: Appended): readonly RunEvent[] {
  try {
    return readEvents(batch.ipc);
  } catch (error) {
    if (duplicate) return [];
    throw error;
  }
}
