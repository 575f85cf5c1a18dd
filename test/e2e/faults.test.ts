/**
 * The page stays open while everything behind it is killed: the daemon, the bridge, the Jupyter server. Views come back by
 * themselves, and in the end hold and count what was logged.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { screenshot, type Tab } from '../support/browser.ts';
import type { DrivenRun } from '../support/driven-run.ts';
import { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { FastLaneOnPage, SqlOnPage, TelemetryOnPage } from '../support/views-on-page.ts';

let stage: Stage;
let run: DrivenRun;
let tab: Tab;
let telemetry: TelemetryOnPage;
let lane: FastLaneOnPage;
let sql: SqlOnPage;

beforeAll(async () => {
  stage = await Stage.open();
  run = await stage.run({ name: 'unbroken', frames: { width: 96, height: 64 } });
  await run.train(100);
  const runs = [run.runId];
  tab = await stage.show('faults.ipynb', [
    { view: 'live-telemetry', runs, settings: { height: 280, tab: 'steps' } },
    { view: 'fast-lane', runs, settings: { height: 200 } },
    { view: 'sql-cell', runs },
  ]);
  telemetry = new TelemetryOnPage(tab);
  lane = new FastLaneOnPage(tab);
  sql = new SqlOnPage(tab);
  await showsRow(100);
}, 90_000);

afterAll(() => stage?.close(), 60_000);

/** The newest row that the step table shows is the one with this number. */
async function showsRow(seq: number): Promise<void> {
  let ledger: unknown;
  await until(
    async () => {
      ledger = await telemetry.ledger();
      return tab.page.evaluate((wanted) => {
        type Store = { ledger?: { watermarks: { steps: number } }; state: { state: string } };
        const view = document.querySelector('duallane-live-telemetry') as (Element & Store) | null;
        return view?.state.state === 'live' && view.ledger?.watermarks.steps === wanted;
      }, seq);
    },
    { what: () => `row ${seq} to be shown; the ledger is ${JSON.stringify(ledger)}`, withinMs: 60_000 },
  );
}

/** Logs some more rows and frames; the views show them. */
async function goesOn(): Promise<void> {
  const before = await lane.counts();
  const { steps } = await run.train(60, 200);
  await run.flush();
  await showsRow(steps);
  await until(async () => (await lane.counts()).framesShown > before.framesShown, { what: 'new frames' });
}

it('kill -9 of the daemon in mid-run: it comes back, the view resumes, and SQL in the page has each logged row once, in place', async () => {
  const training = run.train(20_000, 5000);
  const { pid } = stage.daemon;
  await telemetry.untilLedger('rows of the run', (ledger) => ledger.watermarks.steps > 2000);
  await stage.kill(pid);
  await telemetry.until('reconnecting');
  const logged = await training;
  expect(await run.flush()).toMatchObject({ unsent: 0, lost: 0 });
  expect(stage.daemon.pid).not.toBe(pid);
  await showsRow(logged.steps);
  const question =
    'SELECT count(*) AS n, count(DISTINCT seq_id) AS numbers, min(seq_id) AS first, max(seq_id) AS last, ' +
    'sum(CASE WHEN reward = seq_id - 1 THEN 1 ELSE 0 END)::BIGINT AS in_place FROM steps';
  const all = String(logged.steps);
  expect(await sql.ask(question)).toEqual([{ n: all, numbers: all, first: '1', last: all, in_place: all }]);
  await goesOn();
}, 120_000);

it('kill -9 of the bridge: the views say so and resume where they were', async () => {
  const { pid } = await stage.health();
  await stage.kill(pid);
  await telemetry.until('reconnecting');
  await lane.until('reconnecting');
  await screenshot(tab, 'reconnecting');
  await goesOn();
  expect((await stage.health()).pid).not.toBe(pid);
}, 60_000);

it('the Jupyter server is restarted under the open page, by SIGTERM and by SIGKILL: the views resume', async () => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    await stage.restartJupyter(signal);
    await goesOn();
  }
}, 90_000);

it('the page is reloaded in mid-run: the views resume, and no view of the old page is left in the bridge', async () => {
  const training = run.train(400, 200);
  await tab.page.reload();
  await tab.page.locator('duallane-live-telemetry').first().waitFor();
  const { steps } = await training;
  await run.flush();
  await showsRow(steps);
  await goesOn();
  await until(async () => (await stage.health()).pages === 1, { what: 'the old page to be forgotten' });
  expect(await stage.health()).toMatchObject({ views: 2 });
}, 60_000);
