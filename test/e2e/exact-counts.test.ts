/**
 * What is in the page is what was logged: rows published, durable, counted by SQL and by each view's own ledger, to the row.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ViewCounts } from '../../src/widgets/stores/kind-tally.ts';
import type { ViewLedger } from '../../src/widgets/stores/telemetry-store.ts';
import { Stage } from '../support/stage.ts';
import type { SavedView } from '../support/view-notebook.ts';
import { SqlOnPage, TelemetryOnPage } from '../support/views-on-page.ts';

const manySteps = 100_000;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 90_000);

afterAll(() => stage?.close(), 60_000);

/** Rows that came, live or as history, and rows that did not. Those that were healed are in it twice. */
function seen({ shown, fromHistory, skipped }: ViewCounts): number {
  return shown + fromHistory + skipped;
}

/** Every live row is accounted for, and what was delivered has been painted. */
function addsUp({ steps, episodes }: ViewLedger): boolean {
  return [steps, episodes].every(
    ({ published, delivered, skipped, thinned, overflowed, shown }) =>
      delivered + skipped + thinned + overflowed === published && shown === delivered,
  );
}

it('100,000 steps of two agents are published, durable, counted by SQL and accounted for by each view, exactly', async () => {
  const run = await stage.run({ name: 'exact' });
  const { runId } = run;
  await run.train(100);
  await run.flush();
  const tab = await stage.show('exact.ipynb', [
    { view: 'live-telemetry', runs: [runId], settings: { height: 280 } },
    { view: 'live-telemetry', runs: [runId], settings: { height: 280, every: 4 } },
    { view: 'sql-cell', runs: [runId] },
  ]);
  const [whole, thinned, sql] = [new TelemetryOnPage(tab), new TelemetryOnPage(tab, 1), new SqlOnPage(tab)];
  for (const view of [whole, thinned]) await view.untilLedger('the rows before', (ledger) => ledger.steps.fromHistory === 100);

  const logged = await run.train(manySteps - 100);
  expect(await run.flush()).toMatchObject({ steps: manySteps, unsent: 0, lost: 0 });

  const since = { steps: manySteps - 100, episodes: logged.episodes - 4 };
  for (const view of [whole, thinned]) {
    const ledger = await view.untilLedger(
      'every row to be accounted for',
      (now) => now.steps.published === since.steps && now.episodes.published === since.episodes && addsUp(now),
    );
    expect(ledger.watermarks).toEqual({ steps: manySteps, episodes: logged.episodes });
    expect(ledger.steps.thinned > 0).toBe(view === thinned);
    expect(ledger.totals).toMatchObject({ repeated: 0, duplicate: 0, rejected: 0 });
  }
  const question =
    'SELECT agent_id, count(*) AS n, count(DISTINCT (env_slot, episode_index, step_index)) AS places, ' +
    'sum(CASE WHEN reward = seq_id - 1 THEN 1 ELSE 0 END)::BIGINT AS in_place FROM steps GROUP BY ALL ORDER BY ALL';
  const half = String(manySteps / 2);
  expect(await sql.ask(question)).toEqual([
    { agent_id: 'blue', n: half, places: half, in_place: half },
    { agent_id: 'red', n: half, places: half, in_place: half },
  ]);
  expect(await sql.ask('SELECT count(*) AS n, sum(steps)::BIGINT AS steps FROM episodes')).toEqual([
    { n: String(logged.episodes), steps: String(logged.episodes * 25) },
  ]);
  await run.end();
}, 120_000);

it('a page that cannot paint and a view that is scrolled away starve alone: the other view shows every row, and all rows are stored', async () => {
  const run = await stage.run({ name: 'starved' });
  const { runId } = run;
  const small: SavedView = { view: 'live-telemetry', runs: [runId], settings: { height: 280 } };
  const tab = await stage.show('starved.ipynb', [small, 200, small]);
  const [lively, away] = [new TelemetryOnPage(tab), new TelemetryOnPage(tab, 1)];
  const stuckTab = await stage.show('stuck.ipynb', [small]);
  const stuck = new TelemetryOnPage(stuckTab);
  await away.locator.scrollIntoViewIfNeeded();
  await run.train(100);
  await away.untilLedger('the first rows', (ledger) => ledger.steps.shown + ledger.steps.fromHistory === 100);
  await stuck.untilLedger('the first rows', (ledger) => ledger.steps.shown + ledger.steps.fromHistory === 100);
  await lively.locator.scrollIntoViewIfNeeded();
  const livelyBefore = await lively.untilLedger(
    'the first rows',
    (ledger) => ledger.steps.shown + ledger.steps.fromHistory === 100,
  );
  await away.until('paused');
  const awayBefore = await away.untilLedger('a ledger', () => true);
  // What a page does whose main thread is taken, or whose tab is frozen: it hears, and never paints.
  await stuckTab.page.evaluate(() => {
    const held: FrameRequestCallback[] = [];
    const page = globalThis as unknown as { paintAgain: () => void };
    const paint = globalThis.requestAnimationFrame.bind(globalThis);
    globalThis.requestAnimationFrame = (callback) => held.push(callback);
    page.paintAgain = () => {
      globalThis.requestAnimationFrame = paint;
      for (const callback of held) paint(callback);
    };
  });

  let rows = 100;
  for (let burst = 0; burst < 10; burst += 1) {
    await run.train(200);
    rows += 200;
    await lively.untilLedger('each burst to be painted', (now) => now.steps.shown + now.steps.fromHistory === rows);
  }
  const ledger = await lively.untilLedger('the lively view to be done', (now) => addsUp(now) && now.watermarks.steps === rows);
  expect(ledger.steps.skipped + ledger.steps.overflowed).toBe(livelyBefore.steps.skipped);
  const starved = await stuck.until('starved');
  expect(starved.sentence).toContain('All of them are stored');
  const stuckLedger = await stuck.untilLedger('the stuck view to be told', (now) => now.watermarks.steps === rows);
  expect(stuckLedger.steps.skipped).toBeGreaterThan(1000);
  const awayLedger = await away.untilLedger('a ledger', () => true);
  expect(awayLedger.steps.shown).toBe(awayBefore.steps.shown);

  await stuckTab.page.evaluate(() => (globalThis as unknown as { paintAgain: () => void }).paintAgain());
  await away.locator.scrollIntoViewIfNeeded();
  await run.train(100);
  for (const view of [stuck, away]) {
    const back = await view.untilLedger('the view to be back', (now) => addsUp(now) && now.watermarks.steps === rows + 100);
    const all = back.watermarks.steps + back.watermarks.episodes;
    expect(seen(back.steps) + seen(back.episodes) - back.healed).toBe(all);
    await view.until('live');
  }
  await run.end();
}, 120_000);
