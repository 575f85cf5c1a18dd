/**
 * Clients that misbehave towards a living daemon: it stays small, and others do not notice.
 * DUALLANE_KILLS above 10 (`npm run test:long`) opens and drops 10,000 streams, CI 1,000.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type duallane, openDaemonChannel, trainer } from '../../src/protocol/wire.ts';
import { call, failureOf, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const streams = Number(process.env.DUALLANE_KILLS ?? 10) > 10 ? 10_000 : 1_000;
const atOnce = 100;
let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startDaemon();
});
afterAll(() => daemon.stop());

const step = { agent_id: 'a', episode_index: 0, step_index: 0, reward: 1, ts: 0 };
const subscribers = async (): Promise<number> => {
  const { text } = await call<duallane.MetricsResponse>((done) => daemon.duallane.metrics({}, done));
  return Number(/^duallane_bus_subscribers (\d+)$/m.exec(text)?.[1]);
};

it(`${streams} streams opened and dropped leave nothing behind`, async () => {
  const { runId } = await daemon.openRun('dropped');
  await daemon.publish(runId, 'steps', [step]);
  // A connection that drops over a thousand in a burst is closed by Node's HTTP/2 server (CVE-2023-44487): each round has its own.
  const client = () => openDaemonChannel(daemon.target, {}, { 'grpc.use_local_subchannel_pool': 1 });
  const open = (careless: ReturnType<typeof client>) => {
    const stream = careless.duallane.streamBatches({ runId, cursors: [], snapshot: false });
    const rows = careless.trainer.streamRunSteps({ runId, sinceSeq: 0n });
    const control = careless.trainer.controlStream();
    for (const each of [stream, rows, control]) each.on('error', () => undefined); // cancelled below
    control.write({ runId, event: undefined });
    return [stream, rows, control];
  };
  const files = readdirSync(`/proc/${daemon.card.pid}/fd`).length;
  for (let opened = 0; opened < streams; opened += atOnce * 3) {
    const careless = client();
    const some = Array.from({ length: atOnce }, () => open(careless)).flat();
    await call<duallane.DescribeRunsResponse>((done) => careless.duallane.describeRuns({ runIds: [runId] }, done));
    await call<trainer.HealthCheckResponse>((done) => careless.trainer.getHealth({}, done)); // calls of a connection begin in order
    for (const stream of some) stream.cancel();
    careless.close();
  }
  await until(async () => (await subscribers()) === 0, { what: 'the last subscriber to be let go' });
  expect(readdirSync(`/proc/${daemon.card.pid}/fd`).length).toBeLessThan(files + 20);
  // Whoever comes after them is served.
  const [batch] = await daemon.snapshot(runId, ['steps']);
  expect(batch?.rows).toBe(1);
});

it('a client that drops streams without end may lose its connection, and nobody else notices', async () => {
  const { runId } = await daemon.openRun('reset');
  await daemon.publish(runId, 'steps', [step]);
  const careless = openDaemonChannel(daemon.target, {}, { 'grpc.use_local_subchannel_pool': 1 });
  const other = daemon.duallane.streamBatches({ runId, cursors: [], snapshot: false });
  const ended: unknown[] = [];
  other.on('error', (error) => ended.push(error)).on('end', () => ended.push('end'));
  const before = await until(subscribers, { what: 'the other subscriber' }); // one for each kind
  for (let round = 0; round < 30; round += 1) {
    const some = Array.from({ length: atOnce }, () => careless.trainer.streamRunSteps({ runId, sinceSeq: 0n }));
    for (const each of some) each.on('error', () => undefined); // cancelled below
    await daemon.health();
    for (const stream of some) stream.cancel();
  }
  careless.close();
  await until(async () => (await subscribers()) === before, { what: `${before} subscribers, as before` });
  expect(ended).toEqual([]);
  other.on('error', () => undefined).cancel();
});

it('a message over 64 MiB is refused by its size, and the daemon goes on', async () => {
  const { runId } = await daemon.openRun('too large');
  const large = '[0]'.padEnd(65 * 1024 * 1024);
  const careless = openDaemonChannel(daemon.target, {}, { 'grpc.max_send_message_length': -1 });
  const refused = await failureOf(
    call<trainer.SubmitRunResponse>((done) => careless.trainer.submitRun({ runId, configJson: large }, done)),
  );
  careless.close();
  expect(refused.code).toBe(status.RESOURCE_EXHAUSTED);
  expect(refused.details).toContain('larger than max');
  await daemon.publish(runId, 'steps', [step]);
  expect((await daemon.describe(runId)).kinds[0]?.watermark).toBe(1n);
});

it.each([
  ['rows before RegisterWorker', 'no-worker', (runId: string) => [{ runId }]],
  ['rows that name no run', 'request-invalid', () => [{ runId: '' }]],
  ['rows of a run nobody knows', 'run-unknown', () => [{ runId: 'nobody' }]],
])('%s are refused with %s', async (_, code, rows) => {
  const { runId } = await daemon.openRun('in the wrong order');
  const refused = await failureOf(
    call<trainer.PublishTelemetryResponse>((done) => {
      const stream = daemon.trainer.publishRunSteps(done);
      for (const row of rows(runId)) stream.write({ ...trainer.RunStep.decode(Buffer.alloc(0)), ...row });
      stream.end();
    }),
  );
  expect(refused.metadata.get('duallane-code')).toEqual([code]);
});

it('lives in a heap whose young part is bounded, though nobody asked for it', () => {
  const argv = readFileSync(`/proc/${daemon.card.pid}/cmdline`, 'utf8').split('\0');
  expect(daemon.process.pid).toBe(daemon.card.pid);
  expect(argv).toContain('--max-semi-space-size=8');
});
