/** A page beside a daemon with the source's defects: its views are ordered, without duplicates, and say what cannot be reached. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { decodeBatch, rowsOf } from '../../src/protocol/arrow.ts';
import { trainer } from '../../src/protocol/wire.ts';
import { TestBridge } from '../support/bridge.ts';
import { TestPage, type TestView } from '../support/bridge-page.ts';
import { temporaryHome } from '../support/daemon.ts';
import { SourceDaemon } from '../support/source-daemon.ts';
import { until } from '../support/until.ts';

let daemon: SourceDaemon;
let bridge: TestBridge;
let page: TestPage;
const home = temporaryHome();
beforeAll(async () => {
  daemon = await new SourceDaemon().start();
  bridge = await TestBridge.start({ home, daemonCommand: ['/bin/false'], daemonTarget: daemon.target });
  await bridge.untilConnected(); // although GetHealth never answers
});
beforeEach(async () => {
  page = await TestPage.connect(bridge);
});
afterEach(() => page.close());
afterAll(async () => {
  await bridge?.stop();
  daemon.stop();
});

let clockUs = 1_700_000_000_000_000n;
function step(runId: string, index: number, fields: Partial<trainer.RunStep> = {}): trainer.RunStep {
  clockUs += 10n;
  return {
    ...trainer.RunStep.decode(new Uint8Array()),
    runId,
    agentId: 'a',
    workerId: 'w',
    stepIndex: BigInt(index),
    reward: index,
    actionJson: '1',
    observationJson: '[1,2]',
    renderPayloadJson: '{"mode":"grid"}',
    timestamp: { seconds: clockUs / 1_000_000n, nanos: Number(clockUs % 1_000_000n) * 1000 },
    ...fields,
  };
}
function publish(runId: string, from: number, to: number): void {
  for (let index = from; index < to; index += 1) daemon.publish('steps', step(runId, index));
}
function open(run: string): TestView {
  daemon.openRun(run);
  return view(run);
}
function view(run: string): TestView {
  return page.view(1, { view: 'telemetry', run, kinds: ['steps', 'episodes'], backlog: { steps: 20_000, episodes: 20_000 } });
}
const indices = (of: TestView) => of.rows('steps').map(({ cells }) => Number(cells.step_index));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const gaps = (kind = 'steps') =>
  page
    .of('gap', 1)
    .filter(({ meta }) => meta.kind === kind && meta.reason === 'unreachable')
    .map(({ meta }) => [meta.first, meta.last]);
/** Rows the view has, in the order of their numbers: live rows it had no credits for come later, as filled ones. */
const sorted = (of: TestView) => [...of.rows('steps')].sort((a, b) => a.seq - b.seq).map(({ cells }) => Number(cells.step_index));

it('shows what the daemon holds and then each new row, once, in order, whole, beside another busy run', async () => {
  daemon.openRun('R1');
  daemon.openRun('other');
  for (let index = 0; index < 300; index += 1) {
    publish('R1', index, index + 1);
    publish('other', index, index + 1);
  }
  const shown = view('R1');
  await page.until('the replay', () => shown.rows('steps').length === 300);
  for (let index = 300; index < 350; index += 1) {
    publish('R1', index, index + 1);
    publish('other', index, index + 1);
  }
  await page.until('the live rows', () => shown.rows('steps').length === 350);
  expect(indices(shown)).toEqual(range(0, 350));
  expect(shown.rows('steps').map(({ seq }) => seq)).toEqual(range(1, 351));
  // Rows the memory tells have everything; what only the database has lacks payload and worker.
  expect(shown.rows('steps').at(-1)?.cells).toMatchObject({
    render_payload_json: '{"mode":"grid"}',
    worker_id: 'w',
    reward: 349,
  });
  expect(gaps()).toEqual([]);
  const tail = await bridge.get('/tail/R1/steps?after=0&upto=350');
  let rows = 0;
  for (let at = 0; at < tail.body.length; at += 4 + tail.body.readUInt32LE(at))
    rows += rowsOf(decodeBatch(tail.body.subarray(at + 4, at + 4 + tail.body.readUInt32LE(at)))).length;
  expect(rows).toBe(350);
});

it('keeps rows that cannot be told apart, and episodes that the database lost to another agent', async () => {
  daemon.openRun('R2');
  const first = step('R2', 0);
  const twin = step('R2', 1);
  for (const row of [first, twin, twin]) daemon.publish('steps', row);
  for (const [agentId, episodeIndex] of [
    ['a', 0n],
    ['b', 0n],
    ['a', 1n],
    ['b', 1n],
  ] as const) {
    const { timestamp } = step('R2', 0);
    const empty = trainer.RunEpisode.decode(new Uint8Array());
    daemon.publish('episodes', { ...empty, runId: 'R2', agentId, episodeIndex, totalReward: 1, steps: 5n, timestamp });
  }
  const shown = view('R2');
  await page.until('the rows', () => shown.rows('steps').length >= 3 && shown.rows('episodes').length >= 4);
  daemon.publish('steps', step('R2', 2));
  const late = step('R2', 3);
  for (const row of [late, late]) daemon.publish('steps', row);
  await page.until('live twins', () => shown.rows('steps').length >= 6);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(sorted(shown)).toEqual([0, 1, 1, 2, 3, 3]);
  expect(shown.rows('episodes').map(({ cells }) => `${cells.agent_id}${cells.episode_index}`)).toEqual(['a0', 'b0', 'a1', 'b1']);
});

it('draws what the daemon has forgotten as a gap that cannot be reached', async () => {
  daemon.openRun('R3');
  daemon.isWriting = false;
  publish('R3', 0, 5000);
  daemon.isWriting = true;
  const shown = view('R3');
  await page.until('what its memory has', () => shown.rows('steps').length === 4096);
  expect(indices(shown)).toEqual(range(904, 5000));
  expect(gaps()).toEqual([[1, 904]]);
});

it('asks the daemon’s memory again when its queue has dropped rows', async () => {
  const shown = open('R4');
  publish('R4', 0, 20);
  await page.until('the first rows', () => shown.rows('steps').length === 20);
  daemon.dropNext = 30;
  publish('R4', 20, 60);
  await page.until('all rows', () => shown.rows('steps').length === 60);
  expect(sorted(shown)).toEqual(range(0, 60));
  expect(new Set(shown.rows('steps').map(({ seq }) => seq)).size).toBe(60);
  expect(gaps()).toEqual([]);
});

it('goes on after the daemon restarts with empty memory and numbers from 1, and says what was lost meanwhile', async () => {
  const shown = open('R5');
  publish('R5', 0, 40);
  await page.until('the first rows', () => shown.rows('steps').length === 40);
  await daemon.restart();
  daemon.openRun('R5');
  daemon.isWriting = false; // and nobody ever gets to see steps 40 to 49
  publish('R5', 50, 60);
  daemon.isWriting = true;
  await page.until('the rows after it', () => shown.rows('steps').length >= 50, 60_000);
  expect(sorted(shown)).toEqual([...range(0, 40), ...range(50, 60)]);
  expect(shown.rows('steps').map(({ seq }) => seq)).toEqual([...shown.rows('steps').map(({ seq }) => seq)].sort((a, b) => a - b));
});

it('cancels a run, says that it cannot pause one, and ends the view when the run has ended', async () => {
  const shown = open('R6');
  publish('R6', 0, 5);
  await page.until('the rows', () => shown.rows('steps').length === 5);
  page.send('control', 0, { request: 1, run: 'R6', action: 'pause' });
  page.send('control', 0, { request: 2, run: 'R6', action: 'cancel' });
  await page.until('both answers', () => page.of('error').length === 1 && page.of('reply').length === 1);
  expect(page.of('error')[0]?.meta).toMatchObject({ code: 'not-implemented', request: 1 });
  await page.until('the end', () => shown.states.at(-1) === 'ended');
  await until(
    () =>
      page
        .of('runs')
        .at(-1)
        ?.meta.runs.find((run) => run.run_id === 'R6')?.status === 'TERM',
    { what: 'TERM' },
  );
});
