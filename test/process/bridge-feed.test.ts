import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { limits } from '../../src/protocol/index.ts';
import { TestBridge } from '../support/bridge.ts';
import { ScriptedDaemon, stepRows } from '../support/bridge-daemon.ts';
import { TestPage } from '../support/bridge-page.ts';

const daemon = new ScriptedDaemon();
let bridge: TestBridge;
const pages: TestPage[] = [];

async function connect(): Promise<TestPage> {
  const page = await TestPage.connect(bridge);
  pages.push(page);
  return page;
}

beforeAll(async () => {
  await daemon.start();
  bridge = await TestBridge.start({ home: daemon.home, daemonCommand: daemon.command });
  await bridge.untilConnected();
});

afterEach(async () => {
  for (const page of pages.splice(0)) await page.close();
});

afterAll(async () => {
  await bridge.stop();
  daemon.dispose();
});

describe('the rows of a view', () => {
  it('are first the newest of what was there, as history, and then each new row once, with one stream for two views', async () => {
    daemon.openRun('R1');
    daemon.publish('R1', 'steps', stepRows('a', 0, 100));
    const page = await connect();
    const view = page.view(1, { view: 'telemetry', run: 'R1', kinds: ['steps'] });
    await page.until('the backlog', () => view.rows('steps').length === limits.preViewSteps);
    const before = daemon.liveStreams;
    const other = page.view(2, { view: 'telemetry', run: 'R1', kinds: ['steps'], backlog: { steps: 0 } });
    await page.until('the second view', () => other.states.includes('live'));
    for (let i = 0; i < 5; i += 1) daemon.publish('R1', 'steps', stepRows('a', 100 + i * 10, 10));
    await page.until('50 rows', () => view.liveRows('steps').length === 50 && other.rows('steps').length === 50);
    expect(view.rows('steps').map((row) => row.seq)).toEqual(Array.from({ length: 114 }, (_, i) => 37 + i));
    expect(view.rows('steps').map((row) => row.cells.step_index)).toEqual(Array.from({ length: 114 }, (_, i) => 36 + i));
    expect(Object.keys(view.rows('steps')[0]?.cells ?? {})).toEqual(
      expect.arrayContaining(['seq_id', 'worker_id', 'agent_id', 'reward']),
    );
    expect(daemon.liveStreams).toBe(before);
  });

  it('go on after what a returning view has seen, without a row twice', async () => {
    daemon.openRun('R2');
    daemon.publish('R2', 'steps', stepRows('a', 0, 500));
    const page = await connect();
    const view = page.view(1, { view: 'telemetry', run: 'R2', kinds: ['steps'], since: { steps: 123 } });
    await page.until('the rest', () => view.rows('steps').length === 377);
    daemon.publish('R2', 'steps', stepRows('a', 500, 3));
    await page.until('three more', () => view.rows('steps').length === 380);
    expect(view.rows('steps').map((row) => row.seq)).toEqual(Array.from({ length: 380 }, (_, i) => 124 + i));
  });

  it('of one agent alone may be painted up to a number that another agent’s row has', async () => {
    daemon.openRun('R11');
    daemon.publish('R11', 'steps', [...stepRows('b', 0, 5), ...stepRows('a', 0, 5)]);
    const page = await connect();
    const view = page.view(1, { view: 'telemetry', run: 'R11', kinds: ['steps'], agents: ['b'] });
    await page.until('five rows', () => view.rows('steps').length === 5);
    page.send('painted', 1, { steps: { seq: 10, rows: 0 } });
    daemon.publish('R11', 'steps', stepRows('b', 5, 1));
    await page.until('one more', () => view.rows('steps').length === 6);
    await page.until('the ledger', () => view.counts('steps')?.delivered === 1);
    expect(page.of('error')).toEqual([]);
  });

  it('are told as a gap when a returning view has missed more than history brings back', async () => {
    daemon.openRun('R3');
    for (let i = 0; i < 10; i += 1) daemon.publish('R3', 'steps', stepRows('a', i * 2500, 2500));
    const page = await connect();
    const view = page.view(1, { view: 'telemetry', run: 'R3', kinds: ['steps'], since: { steps: 0 } });
    await page.until('20,000 rows', () => view.rows('steps').length === 20_000);
    expect(page.of('gap', 1).map((message) => message.meta)).toEqual([
      { kind: 'steps', first: 1, last: 5000, rows: 5000, reason: 'overflow' },
    ]);
    expect(view.rows('steps')[0]?.seq).toBe(5001);
  });

  it('wait for the watermark, so that a killed daemon’s forgotten numbers never show another row', async () => {
    daemon.openRun('R4');
    const page = await connect();
    const view = page.view(1, { view: 'telemetry', run: 'R4', kinds: ['steps'] });
    await page.until('the view to wait', () => view.states.includes('waiting'));
    daemon.publish('R4', 'steps', stepRows('a', 0, 10, 1));
    daemon.publish('R4', 'steps', stepRows('a', 10, 10, 1), { durable: false });
    await page.until('the durable rows', () => view.rows('steps').length === 10);
    daemon.kill();
    await page.until('reconnecting', () => view.states.includes('reconnecting'));
    await daemon.start();
    daemon.publish('R4', 'steps', stepRows('a', 10, 10, 2), { durable: false });
    daemon.commit('R4');
    await page.until('the rows of after', () => view.rows('steps').length === 20);
    expect(view.rows('steps').map((row) => row.seq)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(view.rows('steps').map((row) => row.cells.reward)).toEqual([...Array(10).fill(1), ...Array(10).fill(2)]);
  });

  it('that are long in becoming durable are let go and read again, and come in as many messages as they need', async () => {
    daemon.openRun('R12');
    const page = await connect();
    const view = page.view(1, { view: 'telemetry', run: 'R12', kinds: ['steps'] });
    await page.until('the view to wait', () => view.states.includes('waiting'));
    const streams = daemon.liveStreams;
    for (let i = 0; i < 4; i += 1) {
      const wide = stepRows('a', i * 20, 20).map((row) => ({ ...row, observation_json: `${i}`.repeat(1 << 20) }));
      daemon.publish('R12', 'steps', wide, { durable: false });
    }
    await page.until('the feed to begin anew', () => daemon.liveStreams >= streams + 2);
    expect(view.rows('steps')).toEqual([]);
    daemon.commit('R12');
    // 20 MB at a time: what the page has no room for is skipped, and comes out of turn when it has.
    await page.until('every row', () => view.rows('steps').length === 80);
    const seqs = view.rows('steps').map((row) => row.seq);
    expect(seqs.sort((a, b) => a - b)).toEqual(Array.from({ length: 80 }, (_, i) => i + 1));
    expect(String(view.rows('steps').at(-1)?.cells.observation_json).length).toBe(1 << 20);
    expect(page.of('error')).toEqual([]);
  });

  it('are counted when the daemon leaves a hole, and told as unreachable', async () => {
    daemon.openRun('R5');
    const page = await connect();
    const view = page.view(1, { view: 'telemetry', run: 'R5', kinds: ['steps'] });
    await page.until('the view to wait', () => view.states.includes('waiting'));
    daemon.publish('R5', 'steps', stepRows('a', 0, 5));
    daemon.publish('R5', 'steps', stepRows('a', 5, 5), { skip: 7 });
    await page.until('the gap', () => page.of('gap', 1).length === 1 && view.counts('steps')?.published === 17);
    expect(page.of('gap', 1)[0]?.meta).toEqual({ kind: 'steps', first: 6, last: 12, rows: 7, reason: 'unreachable' });
    expect(view.counts('steps')).toEqual({ published: 17, delivered: 10, skipped: 0, thinned: 0, overflowed: 7 });
  });

  it('stop while the view is hidden, are counted as skipped, and the steps still shown are filled in when it is back', async () => {
    daemon.openRun('R6');
    const page = await connect();
    const view = page.view(1, { view: 'telemetry', run: 'R6', kinds: ['steps'] });
    await page.until('the view to wait', () => view.states.includes('waiting'));
    daemon.publish('R6', 'steps', stepRows('a', 0, 5));
    await page.until('five rows', () => view.rows('steps').length === 5);
    page.send('grant', 1, { active: false });
    await page.until('paused', () => view.states.at(-1) === 'paused');
    daemon.publish('R6', 'steps', stepRows('a', 5, 40));
    await page.until('the count', () => view.counts('steps')?.skipped === 40);
    expect(view.rows('steps').length).toBe(5);
    page.send('grant', 1, { active: true });
    await page.until('live again', () => view.states.at(-1) === 'live');
    daemon.publish('R6', 'steps', stepRows('a', 45, 5));
    // The fill begins with the grant, the last rows come by themselves: whichever is first.
    await page.until('the fill', () => view.rows('steps').filter((row) => row.filled).length === 40);
    await page.until('the live rows', () => view.liveRows('steps').length === 10);
    const seqs = view
      .rows('steps')
      .map((row) => row.seq)
      .sort((a, b) => a - b);
    expect(seqs).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    await page.until('the ledger', () => view.counts('steps')?.published === 50);
    expect(view.counts('steps')).toEqual({ published: 50, delivered: 10, skipped: 40, thinned: 0, overflowed: 0 });
  });

  it('that came while the view was hidden are filled in when it is back, though no row comes any more', async () => {
    daemon.openRun('R13');
    const page = await connect();
    const view = page.view(1, { view: 'telemetry', run: 'R13', kinds: ['steps'] });
    await page.until('the view to wait', () => view.states.includes('waiting'));
    page.send('grant', 1, { active: false });
    await page.until('paused', () => view.states.at(-1) === 'paused');
    daemon.publish('R13', 'steps', stepRows('a', 0, 40));
    await page.until('the count', () => view.counts('steps')?.skipped === 40);
    page.send('grant', 1, { active: true });
    await page.until('the fill', () => view.rows('steps').filter((row) => row.filled).length === 40);
  });

  it('end with the run: the view says how, after its last row', async () => {
    daemon.openRun('R7');
    daemon.publish('R7', 'steps', stepRows('a', 0, 5));
    const page = await connect();
    const view = page.view(1, { view: 'telemetry', run: 'R7', kinds: ['steps', 'episodes'], backlog: { steps: 100 } });
    await page.until('live', () => view.states.includes('live'));
    daemon.publish('R7', 'steps', stepRows('a', 5, 5));
    daemon.endRun('R7');
    await page.until('the end', () => view.states.at(-1) === 'ended');
    expect(view.rows('steps').length).toBe(10);
    expect(page.of('status', 1).at(-1)?.meta.sentence).toContain('succeeded');
  });

  it('of a run nobody knows are unavailable with a sentence, and come when the run does', async () => {
    const page = await connect();
    const view = page.view(1, { view: 'telemetry', run: 'R8', kinds: ['steps'] });
    await page.until('unavailable', () => view.states.includes('unavailable'));
    expect(page.of('status', 1).find((message) => message.meta.state === 'unavailable')?.meta.sentence).toContain('R8');
    daemon.openRun('R8');
    daemon.publish('R8', 'steps', stepRows('a', 0, 5));
    await page.until('its rows', () => view.rows('steps').length === 5);
  });
});

describe('requests', () => {
  it('cancel a run, and say in a sentence what is not there yet', async () => {
    daemon.openRun('R9');
    const page = await connect();
    page.send('control', 0, { request: 1, run: 'R9', action: 'cancel' });
    await page.until('the reply', () => page.of('reply').some((message) => message.meta.request === 1));
    expect(daemon.canceled).toContain('R9');
    page.send('control', 0, { request: 2, run: 'R9', action: 'pause' });
    page.send('control', 0, { request: 3, run: 'nobody', action: 'cancel' });
    await page.until('two errors', () => page.of('error').length === 2);
    expect(
      page
        .of('error')
        .map(({ meta }) => [meta.code, meta.request])
        .sort(),
    ).toEqual([
      ['not-implemented', 2],
      ['run-unknown', 3],
    ]);
  });

  it('get the list of runs after hello, and again when it changes', async () => {
    const page = await connect();
    await page.until('runs', () =>
      page
        .of('runs')
        .at(-1)
        ?.meta.runs.some((run) => run.run_id === 'R1'),
    );
    daemon.openRun('R10');
    await page.until('the new run', () =>
      page
        .of('runs')
        .at(-1)
        ?.meta.runs.some((run) => run.run_id === 'R10'),
    );
  });
});
