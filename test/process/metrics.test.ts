/** What a scraper and a health check see of a real daemon with a real bridge, also while everything is busy. */
import { request } from 'node:http';
import { Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { limits } from '../../src/protocol/index.ts';
import { duallane, type trainer } from '../../src/protocol/wire.ts';
import { TestBridge } from '../support/bridge.ts';
import { TestPage } from '../support/bridge-page.ts';
import { call, mainScript, nodePath, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const kindsOfRows = 4;
let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startDaemon();
});
afterAll(() => daemon.stop());

const get = (path: string, method = 'GET'): Promise<{ status: number; type: string; body: string }> =>
  new Promise((resolve, reject) => {
    const asked = request({ socketPath: daemon.card.socket, path, method }, (response) => {
      let body = '';
      response.on('data', (bytes: Buffer) => {
        body += bytes.toString();
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: String(response.headers['content-type']), body }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });

/** The value of the sample whose name and labels match, or undefined. */
const sample = (text: string, pattern: RegExp): number | undefined => {
  const line = text.split('\n').find((candidate) => pattern.test(candidate));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
};
const steps = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ agent_id: 'a', episode_index: 0, step_index: index, reward: 1, ts: 0 }));

it('the same socket answers plain HTTP with Prometheus text, every line of which is well formed', async () => {
  const { runId } = await daemon.openRun('scraped');
  await daemon.publish(runId, 'steps', steps(10));
  const { status, type, body } = await get('/metrics');
  expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const samples = body.trimEnd().split('\n');
  for (const line of samples)
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|[a-z_:]+(\{(\w+="[^"]*",?)*\})? (NaN|[+-]Inf|-?[\d.e+-]+))$/);
  expect(sample(body, new RegExp(`^duallane_rows_durable_total\\{run="${runId}",kind="steps"\\}`))).toBe(10);
  expect(sample(body, new RegExp(`^duallane_ledger_received_total\\{run="${runId}",worker="worker_1",agent="a"\\}`))).toBe(10);
  expect(sample(body, /^duallane_fsync_seconds_count/)).toBeGreaterThan(0);
  expect(sample(body, /^duallane_intake_pressure /)).toBe(0);
  expect(sample(body, /^duallane_runs\{state="EXEC"\}/)).toBe(1);
  const rpc = await call<{ text: string }>((done) => daemon.duallane.metrics({}, done));
  expect(rpc.text).toContain(`duallane_rows_durable_total{run="${runId}",kind="steps"} 10`);
});

it('HTTP on the socket reads and does nothing else', async () => {
  expect((await get('/metrics', 'POST')).status).toBe(405);
  expect((await get('/anything')).status).toBe(404);
  expect(JSON.parse((await get('/health')).body)).toMatchObject({ pid: daemon.card.pid, healthy: true });
});

it('what a bridge counts of its views is in the metrics and in the run’s ledger, also after the page has gone', async () => {
  const daemonCommand = [nodePath, mainScript, 'daemon', '--ensure', '--home', daemon.home];
  const bridge = await TestBridge.start({ home: daemon.home, daemonCommand });
  try {
    await bridge.untilConnected();
    const { runId } = await daemon.openRun('watched');
    const page = await TestPage.connect(bridge);
    const view = page.view(1, { view: 'telemetry', run: runId, kinds: ['steps'] }, { paints: false });
    await page.until('the view to wait', () => view.states.includes('waiting'));
    await daemon.publish(runId, 'steps', steps(300));
    const of = (name: string) => new RegExp(`^duallane_view_${name}\\{bridge="\\w+",view="1.1",run="${runId}",kind="steps"\\}`);
    const text = await until(
      async () => {
        const { body } = await get('/metrics');
        return sample(body, of('skipped_total')) === 100 ? body : undefined;
      },
      { what: 'the view’s counts' },
    );
    expect(sample(text, of('delivered_total'))).toBe(200);
    expect(sample(text, of('shown_total'))).toBe(0);
    expect(sample(text, of('starving'))).toBe(1);
    expect(sample(text, of('starvations_total'))).toBe(1);
    expect(sample(text, of('credits'))).toBe(0);
    const [open] = (await daemon.ledger(runId)).views;
    expect(open).toMatchObject({ open: true, published: 300n, skipped: 100n, shown: 0n });
    expect(open?.gaps).toEqual([{ kind: 1, firstSeq: 201n, lastSeq: 300n }]);
    await page.close();
    const [closed] = await until(
      async () => {
        const { views } = await daemon.ledger(runId);
        return views.some((one) => !one.open) ? views : undefined;
      },
      { what: 'the closed view' },
    );
    expect(closed).toMatchObject({ open: false, published: 300n, skipped: 100n });
  } finally {
    await bridge.stop();
  }
});

it('what a bridge counts of its rings is in the metrics: how far the slowest view is behind', async () => {
  const ring = { runId: 'R', head: 100n, shown: 60n, publishRateHz: 30, reconnects: 2n, skipped: 7n, views: 1n };
  const report = { ...duallane.BridgeReport.decode(Buffer.alloc(0)), bridgeId: 'b', rings: [ring] };
  await call<duallane.BridgeReportResponse>((done) => daemon.duallane.reportBridge(report, done));
  const { body } = await get('/metrics');
  const of = (name: string) => sample(body, new RegExp(`^duallane_fastlane_${name}\\{bridge="b",run="R"\\}`));
  expect(['backlog', 'publish_rate_hz', 'reconnects_total', 'skipped_total', 'views'].map(of)).toEqual([40, 30, 2, 7, 1]);
});

it('health and metrics answer while four writers flood the daemon and fifty subscribers do not read', async () => {
  const { runId } = await daemon.openRun('flood');
  const stalled = Array.from({ length: 50 }, () => {
    const stream = daemon.duallane.streamBatches({ runId, cursors: [], snapshot: false });
    stream.on('error', () => undefined); // cancelled below
    stream.pause();
    return stream;
  });
  let isOver = false;
  let published = 0;
  const rows = steps(2000);
  const writers = Array.from({ length: 4 }, async (_, index) => {
    const writer = daemon.writer(runId, `w${index}`);
    while (!isOver) {
      await Promise.all(Array.from({ length: 8 }, () => writer.publish('steps', rows)));
      published += 8 * rows.length;
    }
    writer.end();
  });
  const answered = { health: 0, metrics: 0 };
  await until(() => published > 50_000, { what: 'the flood', withinMs: 60_000 });
  for (let look = 0; look < 20; look += 1) {
    // The deadline is a client's own (contracts: unary calls have 10 s); a daemon that starved these calls would break it.
    const health = await call<trainer.HealthCheckResponse>((done) =>
      daemon.trainer.getHealth({}, new Metadata(), { deadline: Date.now() + limits.unaryDeadlineMs }, done),
    );
    if (health.healthy) answered.health += 1;
    const { body } = await get('/metrics');
    if (sample(body, /^duallane_bus_subscribers /) === stalled.length * kindsOfRows) answered.metrics += 1;
  }
  isOver = true;
  await Promise.all(writers);
  for (const stream of stalled) stream.cancel();
  expect(answered).toEqual({ health: 20, metrics: 20 });
  const { body } = await get('/metrics');
  expect(sample(body, new RegExp(`^duallane_rows_durable_total\\{run="${runId}",kind="steps"\\}`))).toBe(published);
});
