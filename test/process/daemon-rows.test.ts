import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { duallane, trainer } from '../../src/protocol/wire.ts';
import { call, collect, failureOf, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { python } from '../support/daemon-parquet.ts';
import { storedRows } from '../support/proxied-run.ts';
import { until } from '../support/until.ts';

const { RunStatus } = trainer;

describe("the source's wire", () => {
  let daemon: TestDaemon;
  beforeAll(async () => {
    daemon = await startDaemon({ args: ['--listen', '127.0.0.1:0', '--trust-loopback'], env: { DUALLANE_LEASE_MS: '400' } });
  });
  afterAll(() => daemon.stop());

  const step = (runId: string, more: Partial<trainer.RunStep> = {}): trainer.RunStep => ({
    ...trainer.RunStep.decode(new Uint8Array(0)),
    runId,
    ...more,
  });
  const register = (runId: string, more: Partial<trainer.RegisterWorkerRequest> = {}) =>
    call<trainer.RegisterWorkerResponse>((done) =>
      daemon.trainer.registerWorker(
        { ...trainer.RegisterWorkerRequest.decode(new Uint8Array(0)), runId, workerId: 'w', ...more },
        done,
      ),
    );
  const publish = (rows: readonly trainer.RunStep[]) =>
    call<trainer.PublishTelemetryResponse>((done) => {
      const stream = daemon.trainer.publishRunSteps(done);
      for (const row of rows) stream.write(row);
      stream.end();
    });
  const openRegistered = async () => {
    const { runId } = await daemon.openRun();
    await register(runId);
    return runId;
  };
  const storedSteps = (runId: string, count: number, sinceSeq = 0n) =>
    collect(daemon.trainer.streamRunSteps({ runId, sinceSeq }), (steps) => steps.length >= count);

  it('serves an unmodified Python client over TCP: 10,000 steps out and back, in order, each once', async () => {
    const { runId } = await daemon.openRun();
    const { stdout } = await promisify(execFile)(
      python,
      [join(process.cwd(), 'test', 'process', 'daemon_client.py'), daemon.card.listen ?? '', runId, '10000'],
      {
        env: { PYTHONPATH: join(process.cwd(), 'python-shim') },
        timeout: 90_000,
      },
    );
    expect(JSON.parse(stdout)).toEqual({
      accepted_version: 'MOSAIC/1.0',
      accepted: 10_000,
      dropped: 0,
      episodes: 3,
      tail: [9_996, 9_997, 9_998, 9_999, 10_000],
      live_rows: 10_000,
      live_in_order: true,
      ended: true,
    });
  });

  it("refuses calls in a wrong order, each with the source's status", async () => {
    const { runId } = await daemon.openRun();
    const codes = async (attempts: readonly Promise<unknown>[]) =>
      Promise.all(attempts.map(async (attempt) => (await failureOf(attempt)).code));
    expect(await codes([publish([step('')]), publish([step('nobody')]), publish([step(runId)])])).toEqual([
      status.INVALID_ARGUMENT,
      status.NOT_FOUND,
      status.FAILED_PRECONDITION,
    ]);
    expect(await codes([register(''), register('nobody')])).toEqual([status.INVALID_ARGUMENT, status.NOT_FOUND]);
    await register(runId, { protoVersion: 'X/2' }).then((answer) =>
      expect(answer).toMatchObject({ acceptedVersion: 'X/2', sessionToken: expect.stringMatching(/^.{16,}$/) }),
    );
    expect(await codes([publish([step(runId), step('another')])])).toEqual([status.INVALID_ARGUMENT]);
    await call((done) => daemon.trainer.cancelRun({ runId }, done));
    expect(await codes([register(runId), call((done) => daemon.trainer.heartbeat({ runId: 'nobody' }, done))])).toEqual([
      status.FAILED_PRECONDITION,
      status.NOT_FOUND,
    ]);
  });

  it('stores odd values as ordinary rows and counts what no column can hold', async () => {
    const runId = await openRegistered();
    const odd = [
      step(runId, { reward: Number.NaN, agentId: '' }),
      step(runId, { reward: Number.NEGATIVE_INFINITY, stepIndex: 2n ** 63n - 1n }),
      step(runId, { reward: 1e308, stepIndex: 2n ** 64n - 1n, actionJson: 'kept' }),
      step(runId, {
        payloadVersion: 4_000_000_000,
        episodeSeed: 2n ** 64n - 1n,
        timestamp: { seconds: -1n, nanos: 500_000_000 },
      }),
      step(runId, { timestamp: { seconds: 2n ** 62n, nanos: 0 } }),
      step(runId, {
        observationJson: '\u0000\ud800 not json',
        renderPayloadJson: '{"mode":"grid"}',
        policyLabel: 'p',
        backend: 'b',
        frameRef: 'f',
        renderHintJson: '{}',
      }),
    ];
    expect(await publish(odd)).toEqual({ accepted: 6n, dropped: 0n });
    const rows = await storedSteps(runId, 6);
    expect(rows.map((row) => row.seqId)).toEqual([1n, 2n, 3n, 4n, 5n, 6n]);
    expect(rows[0]).toMatchObject({ reward: Number.NaN, agentId: 'default' });
    expect(rows[1]).toMatchObject({ reward: Number.NEGATIVE_INFINITY, stepIndex: 2n ** 63n - 1n });
    expect(rows[2]).toMatchObject({ reward: 1e308, stepIndex: 0n, actionJson: 'kept' });
    expect(rows[3]).toMatchObject({
      payloadVersion: 0,
      episodeSeed: 2n ** 64n - 1n,
      timestamp: { seconds: -1n, nanos: 500_000_000 },
    });
    expect(rows[5]).toMatchObject({
      renderPayloadJson: '{"mode":"grid"}',
      policyLabel: 'p',
      backend: 'b',
      frameRef: 'f',
      renderHintJson: '{}',
    });
    const { totals } = await until(
      async () => {
        const ledger = await daemon.ledger(runId);
        return ledger.totals?.rejected === 3n && ledger;
      },
      { what: 'three rejected values' },
    );
    expect(totals?.rejectedSamples.join()).toMatch(/step_index 18446744073709551615/);
    const kept = (await storedRows(daemon, runId, 'events')).map((row) => JSON.parse(String(row.detail_json)));
    expect(kept.map(({ seq_id, column, value }) => [seq_id, column, value])).toEqual([
      [3, 'step_index', '18446744073709551615'],
      [4, 'payload_version', '4000000000'],
      [5, 'ts', String(2n ** 62n * 1_000_000n)],
    ]);
  });

  it('gives the rows of several workers in one stream their own workers back', async () => {
    const runId = await openRegistered();
    await publish(
      Array.from({ length: 700 }, (_, index) => step(runId, { workerId: `w${index % 3}`, stepIndex: BigInt(index) })),
    );
    const rows = await storedSteps(runId, 700);
    expect(rows.every((row) => row.workerId === `w${Number(row.stepIndex) % 3}`)).toBe(true);
    expect(new Set(rows.map((row) => row.stepIndex)).size).toBe(700);
    expect((await storedSteps(runId, 3, 697n)).map((row) => row.seqId)).toEqual([698n, 699n, 700n]);
  });

  it('keeps the rows of a client that broke off in the middle', async () => {
    const runId = await openRegistered();
    const stream = daemon.trainer.publishRunSteps(() => undefined);
    for (let index = 0; index < 300; index += 1) stream.write(step(runId, { stepIndex: BigInt(index) }));
    await storedSteps(runId, 256);
    stream.cancel();
    expect(await storedSteps(runId, 300)).toHaveLength(300);
  });

  it('turns a silent run FAULT, and EXEC again at a heartbeat, and tells those who watch', async () => {
    const runId = await openRegistered();
    const { runs } = await call<trainer.ListRunsResponse>((done) => daemon.trainer.listRuns({ statusFilter: [] }, done));
    const since = BigInt(Math.max(...runs.map((run) => Number(run.seqId))));
    const watched = collect(
      daemon.trainer.watchRuns({ statusFilter: [], sinceSeq: since }),
      (records) => records.filter((record) => record.runId === runId).length >= 3,
    );
    await publish([step(runId)]);
    await until(async () => (await daemon.describe(runId)).status === 'FAULT', { what: 'FAULT' });
    await call((done) => daemon.trainer.heartbeat({ runId }, done));
    const records = (await watched).filter((record) => record.runId === runId);
    expect(records.map((record) => record.status)).toEqual([RunStatus.EXEC, RunStatus.FAULT, RunStatus.EXEC]);
    expect(records.every((record, index) => index === 0 || record.seqId > (records[index - 1]?.seqId ?? 0n))).toBe(true);
    const filtered = await call<trainer.ListRunsResponse>((done) =>
      daemon.trainer.listRuns({ statusFilter: [RunStatus.EXEC] }, done),
    );
    expect(filtered.runs.find((run) => run.runId === runId)?.lastHeartbeat).toBeDefined();
    expect(filtered.runs.every((run) => run.status === RunStatus.EXEC)).toBe(true);
  });

  it.each(['steps', 'events'] as const)(
    'refuses a bad batch of %s once, and lets its writer go on with the next, other runs untouched',
    async (kind) => {
      const { runId } = await daemon.openRun();
      const other = await daemon.openRun();
      const session = randomBytes(16);
      const bad = {
        kind: duallane.BatchKind[kind === 'steps' ? 'STEPS' : 'EVENTS'],
        rows: 3,
        arrowIpc: Buffer.from('no arrow'),
        batchSequence: 1n,
      };
      const bystander = daemon.writer(other.runId);
      await bystander.publish('steps', [{ agent_id: 'a' }]);
      const failure = await failureOf(daemon.writer(runId, 'w', session).send(bad));
      expect([failure.code, failure.metadata.get('duallane-code')]).toEqual([status.INVALID_ARGUMENT, ['batch-invalid']]);
      expect(failure.details).toMatch(`batch 1 of worker w in run ${runId} was refused`);
      const again = daemon.writer(runId, 'w', session);
      await again.send(bad);
      await again.publish('steps', [{ agent_id: 'a' }]);
      expect([again.rejectedRows, bystander.rejectedRows]).toEqual([3, 0]);
      await bystander.publish('steps', [{ agent_id: 'a' }]);
      expect((await daemon.describe(runId)).totals).toMatchObject({ durable: 1n, rejected: 3n });
      expect((await daemon.describe(other.runId)).totals).toMatchObject({ durable: 2n, rejected: 0n });
      again.end();
      bystander.end();
    },
  );

  it('tells a writer with its acknowledgements whether its run is followed, and at once when somebody begins to', async () => {
    const { runId } = await daemon.openRun();
    const other = await daemon.openRun();
    const [writer, bystander] = [daemon.writer(runId), daemon.writer(other.runId)];
    await Promise.all([writer, bystander].map((one) => one.publish('steps', [{ agent_id: 'a' }])));
    expect([writer.isFollowed, bystander.isFollowed]).toEqual([false, false]);
    const stream = daemon.duallane.streamBatches({ runId, cursors: [], snapshot: false });
    stream.on('error', () => undefined);
    await until(() => writer.isFollowed === true, { what: 'word of the follower, with nothing sent' });
    expect([writer.acknowledged, bystander.isFollowed]).toEqual([1, false]);
    stream.cancel();
    await until(async () => (await writer.publish('steps', [{ agent_id: 'a' }]), writer.isFollowed === false), {
      what: 'word that nobody follows any more',
    });
    writer.end();
    bystander.end();
  });

  it('ends a run with its last worker, and counts the lines a proxy could not store', async () => {
    const { runId } = await daemon.openRun();
    await daemon.publish(runId, 'events', [{ kind: 'run_started' }], 'one');
    await daemon.publish(runId, 'steps', [{ agent_id: 'a' }], 'two');
    const detail = JSON.stringify({ count: 5, samples: ['{"half', 'not json'], agent_id: 'a' });
    await daemon.publish(runId, 'events', [{ kind: 'rejected_lines', detail_json: detail }, { kind: 'run_completed' }], 'one');
    expect(await daemon.describe(runId)).toMatchObject({
      status: 'EXEC',
      totals: { rejected: 5n, rejectedSamples: expect.arrayContaining(['{"half', 'not json']) },
    });
    await daemon.publish(runId, 'events', [{ kind: 'run_failed', detail_json: '{"exit_code": 7}' }], 'two');
    expect(await daemon.describe(runId)).toMatchObject({
      status: 'TERM',
      outcome: 'failed',
      failureReason: 'the worker ended with exit code 7',
    });
    expect((await failureOf(daemon.openRun('again', '', runId))).code).toBe(status.FAILED_PRECONDITION);
  });
});
