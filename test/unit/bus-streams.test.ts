import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Catalogue } from '../../src/pipeline/history/index.ts';
import { Ingest } from '../../src/pipeline/ingest/index.ts';
import { BridgeReports } from '../../src/pipeline/metrics/index.ts';
import { RunCatalogue, RunControls, RunRegistry } from '../../src/pipeline/runs/index.ts';
import {
  duallaneService,
  type ListeningServer,
  listenOnSocket,
  trainerService,
  trusted,
} from '../../src/pipeline/service/index.ts';
import { decodeBatch, encodeRows, rowsOf } from '../../src/protocol/arrow.ts';
import { duallane, trainer } from '../../src/protocol/wire.ts';
import { call, collect } from '../support/daemon.ts';
import { MemorySink } from '../support/daemon-memory-sink.ts';

/** The services in this process, on a sink whose group commit the test drives. */
class Bench {
  readonly sink = new MemorySink({ autoCommit: false });
  readonly registry = new RunRegistry(new RunCatalogue(new Catalogue(':memory:')), Date.now, () => undefined);
  readonly stopping = new AbortController();
  readonly ingest = new Ingest(this.sink, this.registry, () => undefined, this.stopping);
  readonly directory = mkdtempSync(join(tmpdir(), 'dl-'));
  readonly socket = join(this.directory, 's');
  server!: ListeningServer;
  duallane!: InstanceType<typeof duallane.DuallaneServiceClient>;
  trainer!: InstanceType<typeof trainer.TrainerServiceClient>;

  async open(): Promise<this> {
    const around = { log: () => undefined, stopping: this.stopping.signal, access: trusted };
    const control = { submit: () => Promise.reject(new Error('no processes here')), cancel: () => Promise.resolve() };
    const identity = { pid: 1, startedMs: 0, address: () => 'x', isHealthy: () => true };
    this.server = await listenOnSocket(this.socket, { metrics: () => '', health: () => ({}) }, (server) => {
      server.addService(
        duallane.DuallaneServiceService,
        duallaneService(
          this.ingest,
          this.registry,
          { runsDirectory: this.directory, metrics: () => '', reports: new BridgeReports(Date.now), retention: {} },
          around,
        ),
      );
      server.addService(
        trainer.TrainerServiceService,
        trainerService(this.ingest, this.registry, control, new RunControls(this.registry), identity, around),
      );
    });
    this.duallane = new duallane.DuallaneServiceClient(`unix:${this.socket}`, credentials.createInsecure());
    this.trainer = new trainer.TrainerServiceClient(`unix:${this.socket}`, credentials.createInsecure());
    return this;
  }

  async close(): Promise<void> {
    this.stopping.abort();
    this.duallane.close();
    this.trainer.close();
    await this.server.close(1_000);
    rmSync(this.directory, { recursive: true });
  }

  run(runId = 'run'): string {
    return this.registry.create({ runId, name: runId, configJson: '{}', digest: '', origin: 'opened', status: 'HSHK' }).runId;
  }

  /** Takes `rows` steps in, numbered from `first` in their step_index. */
  async steps(runId: string, first: number, rows: number): Promise<void> {
    const ipc = encodeRows(
      'steps',
      Array.from({ length: rows }, (_, row) => ({ agent_id: 'a', step_index: first + row })),
    );
    await this.ingest.take({ runId, workerId: 'w', kind: 'steps', rows, ipc });
  }

  end(runId: string): void {
    this.registry.finish(this.registry.get(runId), 'succeeded', '');
  }

  follow(runId: string, sinceSeq = 0) {
    return this.duallane.streamBatches({
      runId,
      cursors: [{ kind: duallane.BatchKind.STEPS, sinceSeq: BigInt(sinceSeq) }],
      snapshot: false,
    });
  }
}

const stepIndexes = (batches: readonly duallane.Batch[]) =>
  batches.filter((batch) => batch.rows > 0).flatMap((batch) => rowsOf(decodeBatch(batch.arrowIpc)).map((row) => row.step_index));
const upTo = (count: number, from = 1) => Array.from({ length: count - from + 1 }, (_, index) => from + index);

describe('StreamBatches', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await new Bench().open();
  });
  afterEach(() => bench.close());

  it('sends live rows before they are durable, and the watermark once they are', async () => {
    const runId = bench.run();
    const stream = bench.follow(runId);
    const first = collect(stream, (messages) => messages.some((message) => message.rows > 0));
    await new Promise((resolve) => stream.once('metadata', resolve).once('data', resolve) && setTimeout(resolve, 200));
    await bench.steps(runId, 1, 3);
    const [batch] = await first;
    expect(batch).toMatchObject({ rows: 3, firstSeq: 1n, watermark: 0n });

    const next = collect(bench.follow(runId), (messages) => messages.some((message) => message.watermark === 3n));
    bench.sink.commit();
    expect(stepIndexes(await next)).toEqual([1, 2, 3]);
  });

  it('gives each row once and in order across history, an overflown live queue, and rows that come meanwhile', async () => {
    const runId = bench.run();
    await bench.steps(runId, 1, 10);
    bench.sink.commit();
    const stream = bench.follow(runId, 4);
    stream.pause();
    for (let batch = 0; batch < 700; batch += 1) {
      await bench.steps(runId, 11 + batch * 2, 2);
      if (batch % 100 === 0) bench.sink.commit();
      if (batch % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    bench.sink.commit();
    bench.end(runId);
    stream.resume();
    const messages = await collect(stream);
    expect(stepIndexes(messages)).toEqual(upTo(1_410, 5));
    expect(messages.at(-1)?.watermark).toBe(1_410n);
  });

  it('waits for a run that does not exist yet, and ends when it has ended', async () => {
    const all = collect(bench.follow('later'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    bench.run('later');
    await bench.steps('later', 1, 2);
    bench.end('later');
    bench.sink.commit();
    expect(stepIndexes(await all)).toEqual([1, 2]);
  });

  it('ends a snapshot at the watermark of the call', async () => {
    const runId = bench.run();
    await bench.steps(runId, 1, 2);
    bench.sink.commit();
    await bench.steps(runId, 3, 2);
    const messages = await collect(bench.duallane.streamBatches({ runId, cursors: [], snapshot: true }));
    expect(stepIndexes(messages)).toEqual([1, 2]);
  });
});

describe('StreamRunSteps', () => {
  it('sends only durable rows, after since_seq, then live, and ends with the run', async () => {
    const bench = await new Bench().open();
    const runId = bench.run();
    await bench.steps(runId, 1, 5);
    bench.sink.commit();
    const all = collect(bench.trainer.streamRunSteps({ runId, sinceSeq: 2n }));
    await bench.steps(runId, 6, 2);
    bench.sink.commit();
    bench.end(runId);
    expect((await all).map((step) => [step.seqId, step.stepIndex])).toEqual([
      [3n, 3n],
      [4n, 4n],
      [5n, 5n],
      [6n, 6n],
      [7n, 7n],
    ]);
    await bench.close();
  });
});

describe('PublishBatches', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await new Bench().open();
  });
  afterEach(() => bench.close());

  const batch = (runId: string, batchSequence: number, session: Buffer): duallane.Batch => ({
    runId,
    workerId: 'w',
    writerSession: session,
    batchSequence: BigInt(batchSequence),
    kind: duallane.BatchKind.STEPS,
    rows: 1,
    arrowIpc: Buffer.from(encodeRows('steps', [{ agent_id: 'a', step_index: batchSequence }])),
    firstSeq: 0n,
    watermark: 0n,
  });

  it('acknowledges nothing that is not durable', async () => {
    const runId = bench.run();
    const stream = bench.duallane.publishBatches();
    const acks: bigint[] = [];
    stream.on('data', (ack: duallane.BatchAck) => acks.push(ack.batchSequence));
    stream.write(batch(runId, 1, Buffer.alloc(16)));
    stream.write(batch(runId, 2, Buffer.alloc(16)));
    while (bench.sink.reach(runId, 'steps').head < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(acks).toEqual([]);
    bench.sink.commit();
    await new Promise((resolve) => stream.once('data', resolve));
    expect(acks.at(-1)).toBe(2n);
    stream.end();
    await new Promise((resolve) => stream.once('end', resolve));
  });

  it.each([
    [
      'a batch after a hole',
      (runId: string, session: Buffer) => batch(runId, 3, session),
      status.FAILED_PRECONDITION,
      /batch 3 of worker w in run run was refused: batch 2 is missing/,
    ],
    [
      'a run nobody opened',
      (_: string, session: Buffer) => batch('nobody', 2, session),
      status.NOT_FOUND,
      /run nobody is not known/,
    ],
    [
      'bytes that are no Arrow',
      (runId: string, session: Buffer) => ({ ...batch(runId, 2, session), arrowIpc: Buffer.from('x') }),
      status.INVALID_ARGUMENT,
      /batch 2 of worker w in run run was refused.*go on with the next batch/,
    ],
    ['a short writer session', (runId: string) => batch(runId, 2, Buffer.alloc(3)), status.INVALID_ARGUMENT, /make 16 random/],
  ])('refuses %s by name, after acknowledging what came before', async (_, bad, code, sentence) => {
    const runId = bench.run();
    const session = randomBytes(16);
    const stream = bench.duallane.publishBatches();
    const acks: bigint[] = [];
    stream.on('data', (ack: duallane.BatchAck) => acks.push(ack.batchSequence));
    const failed = new Promise<{ code: number; details: string }>((resolve) => stream.once('error', resolve as never));
    stream.write(batch(runId, 1, session));
    stream.write(bad(runId, session));
    const timer = setInterval(() => bench.sink.commit(), 10);
    const failure = await failed;
    clearInterval(timer);
    expect(failure.code).toBe(code);
    expect(failure.details).toMatch(sentence);
    expect(acks).toEqual([1n]);
    expect(bench.sink.reach(runId, 'steps').watermark).toBe(1);
  });

  it('says which runs it knows', async () => {
    const runId = bench.run();
    const { runs } = await call<duallane.DescribeRunsResponse>((done) =>
      bench.duallane.describeRuns({ runIds: [runId, 'nobody'] }, done),
    );
    expect(runs.map((run) => [run.runId, run.status])).toEqual([[runId, 'HSHK']]);
  });
});
