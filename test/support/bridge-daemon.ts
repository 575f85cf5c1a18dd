/**
 * A trainer daemon under the test's control, for what a real one will not do on demand: keep rows undurable, forget them,
 * leave holes, speak another contract. Same services, same socket, in the test's own process.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials, type ServerWritableStream, status } from '@grpc/grpc-js';
import { decodeBatch, encodeBatch, encodeRows, type Row, slice } from '../../src/protocol/arrow.ts';
import { contract, type RowKind } from '../../src/protocol/index.ts';
import { batchKinds, duallane, trainer } from '../../src/protocol/wire.ts';

type Stored = { firstSeq: number; rows: number; ipc: Uint8Array };
type Lane = { batches: Stored[]; head: number; watermark: number };
type Run = { id: string; status: string; outcome: string; lanes: Map<RowKind, Lane> };
type Stream = ServerWritableStream<duallane.StreamBatchesRequest, duallane.Batch>;
type Follower = { stream: Stream; kind: RowKind; run: Run; sentSeq: number };

export class ScriptedDaemon {
  readonly home = mkdtempSync(join(tmpdir(), 'dld-'));
  readonly runs = new Map<string, Run>();
  readonly canceled: string[] = [];
  /** How many StreamBatches calls were made that are no snapshots. */
  liveStreams = 0;
  #server: Server | undefined;
  #followers = new Set<Follower>();
  #generation = 0;

  /** What `daemonCommand` of a bridge is: prints the address of the living daemon, fails when there is none. */
  get command(): string[] {
    return ['cat', join(this.home, 'daemon.json')];
  }

  async start(options: { contract?: string } = {}): Promise<void> {
    this.#generation += 1;
    const socket = join(this.home, `d${this.#generation}.sock`);
    const server = new Server({ 'grpc.max_receive_message_length': 64 << 20, 'grpc.max_send_message_length': 64 << 20 });
    server.addService(duallane.DuallaneServiceService, this.#duallane() as never);
    server.addService(trainer.TrainerServiceService, this.#trainer() as never);
    await new Promise<void>((resolve, reject) =>
      server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve())),
    );
    this.#server = server;
    const address = { pid: this.#generation, socket, contract: options.contract ?? contract.hash, version: contract.version };
    writeFileSync(join(this.home, 'daemon.json'), JSON.stringify(address));
  }

  /** As kill -9: connections break, and what was not durable is forgotten. */
  kill(): void {
    rmSync(join(this.home, 'daemon.json'), { force: true });
    this.#server?.forceShutdown();
    this.#server = undefined;
    this.#followers.clear();
    for (const run of this.runs.values()) {
      for (const lane of run.lanes.values()) {
        lane.batches = lane.batches.filter((batch) => batch.firstSeq + batch.rows - 1 <= lane.watermark);
        lane.head = lane.watermark;
      }
    }
  }

  dispose(): void {
    this.kill();
    rmSync(this.home, { recursive: true, force: true });
  }

  openRun(id: string): void {
    this.runs.set(id, { id, status: 'EXEC', outcome: '', lanes: new Map() });
  }

  endRun(id: string): void {
    const run = this.#run(id);
    run.status = 'TERM';
    run.outcome = 'succeeded';
    for (const follower of this.#followers) if (follower.run === run) this.#flush(follower);
  }

  /** Publishes rows; durable at once unless said otherwise. Answers the first seq_id. */
  publish(id: string, kind: RowKind, rows: readonly Row[], options: { durable?: boolean; skip?: number } = {}): number {
    const run = this.#run(id);
    const lane = laneOf(run, kind);
    const firstSeq = lane.head + 1 + (options.skip ?? 0);
    lane.batches.push({ firstSeq, rows: rows.length, ipc: encodeRows(kind, rows) });
    lane.head = firstSeq + rows.length - 1;
    if (options.durable !== false) lane.watermark = lane.head;
    for (const follower of this.#followers) if (follower.run === run && follower.kind === kind) this.#flush(follower);
    return firstSeq;
  }

  /** Makes everything of the run durable. */
  commit(id: string): void {
    const run = this.#run(id);
    for (const lane of run.lanes.values()) lane.watermark = lane.head;
    for (const follower of this.#followers) {
      if (follower.run === run)
        follower.stream.write(batchOf(run.id, follower.kind, undefined, laneOf(run, follower.kind).watermark));
    }
  }

  #run(id: string): Run {
    const run = this.runs.get(id);
    if (!run) throw new Error(`no run ${id}`);
    return run;
  }

  #flush(follower: Follower): void {
    const lane = laneOf(follower.run, follower.kind);
    for (const batch of after(lane, follower.sentSeq, Number.MAX_SAFE_INTEGER)) {
      follower.stream.write(batchOf(follower.run.id, follower.kind, batch, lane.watermark));
      follower.sentSeq = batch.firstSeq + batch.rows - 1;
    }
    if (follower.run.status === 'TERM') {
      this.#followers.delete(follower);
      follower.stream.end();
    }
  }

  #duallane(): Partial<duallane.DuallaneServiceServer> {
    return {
      streamBatches: (stream) => {
        const { runId, cursors, snapshot } = stream.request;
        const run = this.runs.get(runId);
        if (!run) return void stream.emit('error', { code: status.NOT_FOUND, details: 'no such run' });
        if (!snapshot) this.liveStreams += 1;
        for (const { kind: number, sinceSeq } of cursors) {
          const kind = (Object.keys(batchKinds) as RowKind[]).find((name) => batchKinds[name] === number) ?? 'steps';
          const lane = laneOf(run, kind);
          if (snapshot) {
            for (const batch of after(lane, Number(sinceSeq), lane.watermark))
              stream.write(batchOf(runId, kind, batch, lane.watermark));
            continue;
          }
          const follower = { stream, kind, run, sentSeq: Number(sinceSeq) };
          this.#followers.add(follower);
          stream.once('cancelled', () => this.#followers.delete(follower));
          stream.write(batchOf(runId, kind, undefined, lane.watermark));
          this.#flush(follower);
        }
        if (snapshot) stream.end();
      },
      describeRuns: ({ request }, callback) => {
        const ids = request.runIds.length > 0 ? request.runIds : [...this.runs.keys()];
        callback(null, { runs: ids.flatMap((id) => describe(this.runs.get(id)) ?? []) });
      },
      listParts: ({ request }, callback) => {
        const run = this.runs.get(request.runId);
        if (!run) return callback({ code: status.NOT_FOUND, details: 'no such run' });
        callback(null, { parts: [], kinds: kindsOf(run) });
      },
      readPart: (stream) => void stream.emit('error', { code: status.NOT_FOUND, details: 'no such part' }),
    };
  }

  #trainer(): Partial<trainer.TrainerServiceServer> {
    return {
      getHealth: (_, callback) => callback(null, { pid: 1n, startedAt: undefined, listenAddress: '', healthy: true }),
      watchRuns: () => {
        // Stays open: its end tells that this daemon is gone.
      },
      cancelRun: ({ request }, callback) => {
        if (!this.runs.has(request.runId)) return callback({ code: status.NOT_FOUND, details: 'no such run' });
        this.canceled.push(request.runId);
        callback(null, {});
      },
    };
  }
}

function laneOf(run: Run, kind: RowKind): Lane {
  const lane = run.lanes.get(kind) ?? { batches: [], head: 0, watermark: 0 };
  run.lanes.set(kind, lane);
  return lane;
}

/** Batches after `since` up to `upto`, the first and last cut to it. */
function after(lane: Lane, since: number, upto: number): Stored[] {
  return lane.batches.flatMap((batch) => {
    const from = Math.max(since + 1 - batch.firstSeq, 0);
    const to = Math.min(upto - batch.firstSeq + 1, batch.rows);
    if (from >= to) return [];
    if (from === 0 && to === batch.rows) return [batch];
    return [{ firstSeq: batch.firstSeq + from, rows: to - from, ipc: encodeBatch(slice(decodeBatch(batch.ipc), from, to)) }];
  });
}

function batchOf(runId: string, kind: RowKind, batch: Stored | undefined, watermark: number): duallane.Batch {
  return {
    runId,
    workerId: 'worker_1',
    writerSession: Buffer.alloc(16),
    batchSequence: 0n,
    kind: batchKinds[kind],
    rows: batch?.rows ?? 0,
    arrowIpc: Buffer.from(batch?.ipc ?? []),
    firstSeq: BigInt(batch?.firstSeq ?? 0),
    watermark: BigInt(watermark),
  };
}

function kindsOf(run: Run): duallane.KindState[] {
  return [...run.lanes].map(([kind, lane]) => ({ kind: batchKinds[kind], sealedSeq: 0n, watermark: BigInt(lane.watermark) }));
}

function describe(run: Run | undefined): duallane.RunDescription | undefined {
  if (!run) return undefined;
  const at = { seconds: 1_700_000_000n, nanos: 0 };
  return {
    runId: run.id,
    name: run.id,
    status: run.status,
    outcome: run.outcome,
    failureReason: '',
    configJson: '{}',
    digest: '',
    createdAt: at,
    updatedAt: at,
    finishedAt: undefined,
    totals: undefined,
    archivedAt: undefined,
    maxRateHz: 0,
    workers: [],
    kept: '',
    removedRows: 0n,
    kinds: kindsOf(run),
  };
}

/** `count` plausible steps of one agent; `step_index` counts from `from`, and `reward` says which generation wrote it. */
export function stepRows(agent: string, from: number, count: number, reward = 1): Row[] {
  return Array.from({ length: count }, (_, i) => ({
    agent_id: agent,
    episode_index: 0,
    step_index: from + i,
    reward,
    ts: 1_700_000_000_000_000n,
    action_json: '1',
  }));
}
