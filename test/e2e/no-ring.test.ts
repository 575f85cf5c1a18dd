/** A worker whose shared memory is too small for frames: the fast lane says so, and nothing else is touched. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { screenshot } from '../support/browser.ts';
import { Stage } from '../support/stage.ts';
import { FastLaneOnPage, SqlOnPage, TelemetryOnPage } from '../support/views-on-page.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 90_000);

afterAll(() => stage?.close(), 60_000);

it('1 MiB of /dev/shm: the fast lane says in one sentence what it needs and what is free; every step is stored and shown', async () => {
  const run = await stage.run({ name: 'small', frames: { width: 640, height: 480 }, sharedMemoryBytes: 1 << 20 });
  const views = [
    { view: 'fast-lane', runs: [run.runId], settings: { height: 200 } },
    { view: 'live-telemetry', runs: [run.runId], settings: { height: 280 } },
    { view: 'sql-cell', runs: [run.runId] },
  ] as const;
  const tab = await stage.show(
    'small.ipynb',
    views.map((view) => ({ ...view, runs: [...view.runs] })),
  );
  const [lane, telemetry] = [new FastLaneOnPage(tab), new TelemetryOnPage(tab)];
  await lane.until('waiting');

  expect(await run.train(5000)).toMatchObject({ steps: 5000, published: 0 });
  expect(await run.flush()).toMatchObject({ unsent: 0, lost: 0 });
  const { sentence } = await lane.until('unavailable');
  expect(sentence).toMatch(
    /^Frames need \d+ MB of \/dev\/shm; \d MB are free\. The fast lane is off; training and telemetry go on\.$/,
  );
  expect((await lane.text()).split(sentence)).toHaveLength(2);
  await telemetry.untilLedger('the steps', (ledger) => ledger.watermarks.steps === 5000);
  expect(await new SqlOnPage(tab).ask('SELECT count(*) AS n FROM steps')).toEqual([{ n: '5000' }]);
  await lane.locator.scrollIntoViewIfNeeded();
  await screenshot(tab, 'no-ring');

  // Also in a page that comes later, and what an earlier worker said does not outlive the run.
  await tab.page.reload();
  expect((await lane.until('unavailable')).sentence).toBe(sentence);
  await run.end();
  expect((await lane.until('ended')).sentence).toBe('The run has ended.');
}, 120_000);
