/** A page on another continent beside one on the same host: the first degrades alone, says how, and is whole again when the link is. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { limits } from '../../src/protocol/index.ts';
import { TestBridge } from '../support/bridge.ts';
import { ScriptedDaemon, stepRows } from '../support/bridge-daemon.ts';
import { TestPage } from '../support/bridge-page.ts';
import { SlowLink } from '../support/slow-link.ts';

const rowsOfBatch = 100;
const pauseMs = 20;
const batches = 100;

const daemon = new ScriptedDaemon();
let bridge: TestBridge;
let link: SlowLink;

beforeAll(async () => {
  await daemon.start();
  bridge = await TestBridge.start({ home: daemon.home, daemonCommand: daemon.command });
  await bridge.untilConnected();
  link = await SlowLink.to(bridge);
});

afterAll(async () => {
  await link.close();
  await bridge.stop();
  daemon.dispose();
});

it('a view over 20 kB/s gets what the link carries and says so; the other gets every row; both are whole when the link is', async () => {
  daemon.openRun('R');
  const far = await TestPage.connect(link);
  const near = await TestPage.connect(bridge);
  const slow = far.view(1, { view: 'telemetry', run: 'R', kinds: ['steps'] });
  const quick = near.view(1, { view: 'telemetry', run: 'R', kinds: ['steps'] });
  for (const view of [slow, quick]) await far.until('both views', () => view.states.includes('waiting'));

  link.bytesPerSecond = 20_000;
  let published = 0;
  for (let i = 0; i < batches; i += 1) {
    daemon.publish('R', 'steps', stepRows('a', published, rowsOfBatch));
    published += rowsOfBatch;
    await near.until('every row', () => quick.liveRows('steps').length === published);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  expect(quick.counts('steps')?.skipped ?? 0).toBe(0);
  expect(quick.states).not.toContain('starved');

  await far.until('its own words', () => slow.states.includes('starved'));
  const sentences = far.of('status', 1).map(({ meta }) => meta.sentence);
  expect(sentences).toContain(
    'The connection to this page carries less than comes: some are skipped here. All of them are stored.',
  );
  await far.until('the end of what was on the way', () => slow.counts('steps')?.published === published);
  const counts = slow.counts('steps');
  expect(counts?.delivered).toBeLessThan(published / 2);
  expect((counts?.delivered ?? 0) + (counts?.skipped ?? 0)).toBe(published);
  await far.until('the gaps', () => slow.missed('steps') === counts?.skipped);

  link.bytesPerSecond = Number.POSITIVE_INFINITY;
  daemon.publish('R', 'steps', stepRows('a', published, 1));
  await far.until('live', () => slow.states.at(-1) === 'live');
  const shown = () => new Set(slow.rows('steps').map((row) => row.seq));
  await far.until('the newest rows, filled from history', () => {
    const seqs = shown();
    return Array.from({ length: limits.stepRowsShown }, (_, i) => published + 1 - i).every((seq) => seqs.has(seq));
  });
  expect(slow.rows('steps').some((row) => row.filled)).toBe(true);
  expect(shown().size).toBe(slow.rows('steps').length);
  await far.close();
  await near.close();
}, 60_000);
