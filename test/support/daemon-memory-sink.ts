/** A durable sink in memory, for unit tests of what stands before it: `commit()` is the group fsync. */

import type {
  Appended,
  DurableSink,
  LedgerCounts,
  NewBatch,
  PartEntry,
  Reach,
  SinkLoad,
  StoredBatch,
} from '../../src/pipeline/sinks/durable-sink.ts';
import { noCounts } from '../../src/pipeline/sinks/row-ledger.ts';
import { defaultSettings, type RunSettings } from '../../src/pipeline/sinks/run-settings.ts';
import { decodePublished, encodeBatch, slice } from '../../src/protocol/arrow.ts';
import { DuallaneError, type RowKind } from '../../src/protocol/index.ts';

type Lane = { batches: StoredBatch[]; head: number; watermark: number };
type Waiting = { lane: Lane; batch: StoredBatch; key: string | undefined; sequence: number; resolve: () => void };

export class MemorySink implements DurableSink {
  readonly #lanes = new Map<string, Lane>();
  readonly #keys = new Map<string, { firstSeq: number; durable: Promise<void> }>();
  readonly #sequences = new Map<string, number>();
  readonly #listeners = new Set<Parameters<DurableSink['onDurable']>[0]>();
  readonly #autoCommit: boolean;
  #waiting: Waiting[] = [];
  #duplicateRows = 0;
  readonly violations: string[] = [];
  readonly #settings = new Map<string, RunSettings>();
  readonly rejected: { agentId: string; count: number; sample: string }[] = [];

  constructor(options: { autoCommit: boolean } = { autoCommit: true }) {
    this.#autoCommit = options.autoCommit;
  }

  async append(batch: NewBatch): Promise<Appended> {
    decodePublished(batch.kind, batch.ipc, batch.rows);
    const session = batch.key ? sessionOf(batch.runId, batch.workerId, batch.key.writerSession) : undefined;
    const key = batch.key ? `${session}/${batch.key.batchSequence}` : undefined;
    const seen = key === undefined ? undefined : this.#keys.get(key);
    if (seen) {
      this.#duplicateRows += batch.rows;
      return { ...seen, duplicate: true };
    }
    if (batch.key && batch.key.batchSequence > 1 && !this.#keys.has(`${session}/${batch.key.batchSequence - 1}`)) {
      throw new DuallaneError('batch-out-of-order', `batch ${batch.key.batchSequence - 1} is missing: send it first`);
    }
    const lane = this.#lane(batch.runId, batch.kind);
    const firstSeq = lane.head + 1;
    lane.head += batch.rows;
    const { runId, workerId, kind, rows, ipc } = batch;
    const durable = new Promise<void>((resolve) => {
      this.#waiting.push({
        lane,
        batch: { runId, workerId, kind, rows, ipc, firstSeq },
        key: session,
        sequence: batch.key?.batchSequence ?? 0,
        resolve,
      });
    });
    if (key !== undefined) this.#keys.set(key, { firstSeq, durable });
    if (this.#autoCommit) setImmediate(() => this.commit());
    return { firstSeq, duplicate: false, durable };
  }

  commit(): void {
    const moved = new Map<string, { runId: string; kind: RowKind; watermark: number }>();
    for (const { lane, batch, key, sequence, resolve } of this.#waiting) {
      lane.batches.push(batch);
      lane.watermark = batch.firstSeq + batch.rows - 1;
      if (key !== undefined) this.#sequences.set(key, sequence);
      moved.set(`${batch.runId}/${batch.kind}`, { runId: batch.runId, kind: batch.kind, watermark: lane.watermark });
      resolve();
    }
    this.#waiting = [];
    for (const listener of this.#listeners) listener([...moved.values()]);
  }

  durableSequence(runId: string, workerId: string, writerSession: Uint8Array): number {
    return this.#sequences.get(sessionOf(runId, workerId, writerSession)) ?? 0;
  }

  rejectedRows(): number {
    return 0; // it refuses nothing
  }

  reach(runId: string, kind: RowKind): Reach {
    const { head, watermark } = this.#lane(runId, kind);
    return { sealedSeq: 0, watermark, head };
  }

  onDurable(listener: Parameters<DurableSink['onDurable']>[0], { signal }: { signal: AbortSignal }): void {
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
  }

  async *read(
    runId: string,
    kind: RowKind,
    afterSeq: number,
    options: { untilSeq?: number; signal?: AbortSignal } = {},
  ): AsyncIterable<StoredBatch> {
    const lane = this.#lane(runId, kind);
    const until = Math.min(options.untilSeq ?? lane.watermark, lane.watermark);
    for (const batch of [...lane.batches]) {
      const from = Math.max(0, afterSeq + 1 - batch.firstSeq);
      const to = Math.min(batch.rows, until + 1 - batch.firstSeq);
      if (from >= to) continue;
      const ipc = from === 0 && to === batch.rows ? batch.ipc : encodeBatch(slice(decodePublished(kind, batch.ipc), from, to));
      yield { ...batch, firstSeq: batch.firstSeq + from, rows: to - from, ipc };
    }
  }

  parts(): PartEntry[] {
    return [];
  }

  readPart(name: string): AsyncIterable<Uint8Array> {
    throw new DuallaneError('part-unknown', `there is no part ${name}`);
  }

  load(): SinkLoad {
    const times = { count: 0, sum: 0, buckets: [] };
    const intake = { rows: 0, bytes: 0, rowsMax: 1, bytesMax: 1, waiting: 0, fill: 0, isPressed: false };
    return {
      intake,
      flush: times,
      sync: times,
      retries: 0,
      unsealed: { segments: 0, bytes: 0, bytesMax: 1, isHolding: false },
      parts: { parts: 0, bytes: 0 },
      removed: { runs: 0, rows: 0, bytes: 0 },
    };
  }

  gaps(): [] {
    return [];
  }

  removals(): [] {
    return [];
  }

  removedRows(): ReadonlyMap<string, number> {
    return new Map();
  }

  async forget(runId: string): Promise<{ rows: number; bytes: number }> {
    let rows = 0;
    for (const [key, lane] of this.#lanes) {
      if (!key.startsWith(`${runId}/`)) continue;
      rows += lane.watermark;
      this.#lanes.delete(key);
    }
    return { rows, bytes: 0 };
  }

  reject(_runId: string, _workerId: string, agentId: string, count: number, sample: string): void {
    this.rejected.push({ agentId, count, sample });
  }

  violate(_runId: string, _workerId: string, _agentId: string, _count: number, sample: string): void {
    this.violations.push(sample);
  }

  configure(runId: string, settings: RunSettings): void {
    this.#settings.set(runId, settings);
  }

  settings(runId: string) {
    return { history: 'parquet' as const, ...(this.#settings.get(runId) ?? defaultSettings) };
  }

  ledger(): { entries: []; totals: LedgerCounts } {
    const rejected = this.rejected.reduce((sum, entry) => sum + entry.count, 0);
    const rejectedSamples = this.rejected.map((entry) => entry.sample);
    return { entries: [], totals: { ...noCounts(), duplicate: this.#duplicateRows, rejected, rejectedSamples } };
  }

  async close(): Promise<void> {
    this.commit();
  }

  #lane(runId: string, kind: RowKind): Lane {
    const key = `${runId}/${kind}`;
    const lane = this.#lanes.get(key) ?? { batches: [], head: 0, watermark: 0 };
    this.#lanes.set(key, lane);
    return lane;
  }
}

function sessionOf(runId: string, workerId: string, session: Uint8Array): string {
  return `${runId}/${workerId}/${Buffer.from(session).toString('hex')}`;
}
