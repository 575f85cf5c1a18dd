/**
 * Story: one frame. A worker prints a picture with a step; the telemetry proxy takes it out of the line and puts it into the run's
 * frame ring, with the numbers of that very step; the bridge reads it there and hands it to a page, newest first, two at a time.
 * The step's row goes the other way, to disk, and says which frame was its own.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Frame } from '../../src/protocol/index.ts';
import { TestBridge } from '../support/bridge.ts';
import { TestPage } from '../support/bridge-page.ts';
import { mainScript, nodePath, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { runIdIn, type StartedCommand, startRun, storedRows } from '../support/proxied-run.ts';
import { until } from '../support/until.ts';

/** Ten steps of an episode; the picture of step n is one colour, n. The worker waits for the test before it goes on. */
const steps = 10;
const worker = (go: string) => `
import { existsSync } from 'node:fs';
const row = (n) => Array.from({ length: 3 }, () => [n, n, n]);
for (let n = 0; n < ${steps}; n += 1) {
  while (!existsSync(${JSON.stringify(go)} + n)) await new Promise((again) => setTimeout(again, 5));
  const picture = { mode: 'rgb_array', rgb: [row(n), row(n)] };
  console.log(JSON.stringify({ type: 'step', episode_index: 4, step_index: n, reward: 0.5, render_payload: picture }));
}
while (!existsSync(${JSON.stringify(go)} + 'end')) await new Promise((again) => setTimeout(again, 5));
`;

let directory: string;
let daemon: TestDaemon;
let bridge: TestBridge;
let page: TestPage;
let running: StartedCommand;
let runId: string;

const go = (sign: number | 'end') => writeFileSync(join(directory, `go-${sign}`), '');
const frames = () => page.of('frame', 1);
const lastStatus = () => page.of('status', 1).at(-1)?.meta.state;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dl-'));
  daemon = await startDaemon();
  const daemonCommand = [nodePath, mainScript, 'daemon', '--ensure', '--home', daemon.home];
  bridge = await TestBridge.start({ home: daemon.home, daemonCommand });
  page = await TestPage.connect(bridge);
  const script = join(directory, 'worker.mjs');
  writeFileSync(script, worker(join(directory, 'go-')));
  running = startRun(daemon.home, [nodePath, script], ['--agent-id', 'walker']);
  runId = await until(() => runIdIn(running.output.stderr), { what: 'the run id' });
});

afterAll(async () => {
  go('end');
  await running?.finished;
  await page?.close();
  await bridge?.stop();
  await daemon?.stop();
  rmSync(directory, { recursive: true, force: true });
});

it('shows the picture of a step with the numbers of that step', async () => {
  page.frames(1, { view: 'frames', run: runId });
  await page.until('a view that waits', () => lastStatus() === 'waiting');
  go(0);
  await page.until('the first frame', () => frames().length === 1);
  expect(frames()[0]?.meta).toMatchObject({
    head: 1,
    width: 3,
    height: 2,
    channels: 3,
    codec: 'raw',
    episode: 4,
    step: 0,
    agent: 'walker',
    last_reward: 0.5,
    rolling_return: 0.5,
    skipped: 0,
  });
  expect([...(frames()[0]?.body ?? [])]).toEqual(Array(18).fill(0));
  await page.until('live', () => page.of('status', 1).some((message) => message.meta.state === 'live'));
});

it('gives a view that was busy the newest frame, and says what it skipped', async () => {
  for (let n = 1; n < steps; n += 1) go(n);
  await until(async () => (await storedRows(daemon, runId, 'steps')).length === steps, { what: 'all steps on disk' });
  const sent = frames().map(({ meta }) => meta.head);
  expect(sent.length).toBeLessThanOrEqual(2); // nothing was painted yet: nothing more was sent
  for (const frame of sent) page.send('painted', 1, { frame });
  await page.until('the newest frame', () => frames().at(-1)?.meta.head === steps);
  const newest = frames().at(-1)?.meta as Frame;
  expect(newest).toMatchObject({ step: steps - 1, rolling_return: steps / 2, skipped: steps - frames().length });
  expect([...(frames().at(-1)?.body ?? [])]).toEqual(Array(18).fill(steps - 1));
});

it('keeps every row on disk, with the frame it had and without its pixels', async () => {
  const rows = await storedRows(daemon, runId, 'steps');
  expect(rows.map((row) => row.step_index)).toEqual(Array.from({ length: steps }, (_, n) => n));
  expect(rows.map((row) => row.frame_ref)).toEqual(rows.map((_, n) => `mosaic.fastlane.${runId}#${n + 1}`));
  expect(rows.every((row) => row.render_payload_json === null)).toBe(true);
});

it('ends the fast lane when the worker ends', async () => {
  go('end');
  expect((await running.finished).code).toBe(0);
  const sent = frames().length;
  await page.until('the end of the stream', () => lastStatus() === 'ended');
  expect(frames()).toHaveLength(sent);
});
