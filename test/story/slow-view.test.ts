/**
 * Story: one run, two views. One paints, the other never does. The durable lane loses nothing, the first view nothing either,
 * and what the slow one did not get is counted, told, and filled in when it paints again.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { decodeBatch, type Row, rowsOf } from '../../src/protocol/arrow.ts';
import { limits } from '../../src/protocol/index.ts';
import { TestBridge } from '../support/bridge.ts';
import { TestPage } from '../support/bridge-page.ts';
import { mainScript, nodePath, startDaemon, type TestDaemon } from '../support/daemon.ts';

const batches = 40;
const rowsOfBatch = 50;
const agents = ['red', 'blue'];
const total = batches * rowsOfBatch * agents.length;

let daemon: TestDaemon;
let bridge: TestBridge;

beforeAll(async () => {
  daemon = await startDaemon();
  const daemonCommand = [nodePath, mainScript, 'daemon', '--ensure', '--home', daemon.home];
  bridge = await TestBridge.start({ home: daemon.home, daemonCommand });
  await bridge.untilConnected();
});

afterAll(async () => {
  await bridge.stop();
  await daemon.stop();
});

function steps(batch: number): Row[] {
  return Array.from({ length: rowsOfBatch * agents.length }, (_, i) => ({
    agent_id: agents[i % agents.length] as string,
    episode_index: 0,
    step_index: batch * rowsOfBatch + Math.floor(i / agents.length),
    reward: 1,
    ts: 1_700_000_000_000_000n,
  }));
}

it('a view that never paints starves alone: no durable row is lost, the other view gets every row, and the counts add up', async () => {
  const { runId } = await daemon.openRun('slow view');
  const slowPage = await TestPage.connect(bridge);
  const quickPage = await TestPage.connect(bridge);
  const slow = slowPage.view(1, { view: 'telemetry', run: runId, kinds: ['steps', 'episodes'] }, { paints: false });
  const quick = quickPage.view(1, { view: 'telemetry', run: runId, kinds: ['steps', 'episodes'] });
  for (const view of [slow, quick]) await slowPage.until('both views to wait', () => view.states.includes('waiting'));

  const writer = daemon.writer(runId);
  for (let batch = 0; batch < batches; batch += 1) {
    await writer.publish('steps', steps(batch));
    await quickPage.until('the quick view', () => quick.liveRows('steps').length === (batch + 1) * rowsOfBatch * agents.length);
  }
  await writer.publish(
    'episodes',
    agents.map((agent_id) => ({ agent_id, episode_index: 0, total_reward: 1, steps: total / 2, ts: 1n, outcome: 'Success' })),
  );
  await slowPage.until('the slow view’s episodes', () => slow.liveRows('episodes').length === agents.length);

  // The durable lane: every row, once, whatever the views did.
  const tail = await bridge.get(`/tail/${runId}/steps?after=0&upto=${total}`);
  expect(tail.status).toBe(200);
  expect(seqsOf(tail.body)).toEqual(Array.from({ length: total }, (_, i) => i + 1));

  // The quick view: every row, and never short of credits.
  await quickPage.until('its ledger', () => quick.counts('steps')?.published === total);
  expect(quick.counts('steps')).toEqual({ published: total, delivered: total, skipped: 0, thinned: 0, overflowed: 0 });
  expect(quick.states).not.toContain('starved');
  expect(quick.liveRows('steps').map((row) => row.seq)).toEqual(Array.from({ length: total }, (_, i) => i + 1));

  // The slow one: 200 credits for each agent, the rest skipped and told; its episodes have credits of their own.
  const delivered = limits.creditsInitial * agents.length;
  await slowPage.until(
    'its ledger',
    () => slow.counts('steps')?.published === total && slow.missed('steps') === total - delivered,
  );
  expect(slow.counts('steps')).toEqual({ published: total, delivered, skipped: total - delivered, thinned: 0, overflowed: 0 });
  expect(slow.liveRows('steps').length).toBe(delivered);
  expect(slow.states.filter((state) => state === 'starved')).toEqual(['starved']);

  // It paints at last: credits are back, said once, and the steps its table shows are filled from history, each once.
  slow.paint('steps');
  await slowPage.until('resumed', () => slow.states.at(-1) === 'live');
  expect(slow.states.slice(slow.states.indexOf('starved'))).toEqual(['starved', 'live']);
  await slowPage.until('the fill', () => slow.rows('steps').filter((row) => row.filled).length >= limits.stepRowsShown);
  const filled = slow
    .rows('steps')
    .filter((row) => row.filled)
    .map((row) => row.seq);
  expect(filled.at(-1)).toBe(total);
  const seen = slow.rows('steps').map((row) => row.seq);
  expect(new Set(seen).size).toBe(seen.length);

  writer.end();
  await slowPage.close();
  await quickPage.close();
});

function seqsOf(body: Buffer): number[] {
  const seqs: number[] = [];
  for (let at = 0; at < body.length; ) {
    const length = body.readUInt32LE(at);
    seqs.push(...rowsOf(decodeBatch(body.subarray(at + 4, at + 4 + length))).map((row) => Number(row.seq_id)));
    at += 4 + length;
  }
  return seqs;
}
