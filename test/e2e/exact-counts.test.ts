/**
 * What is in the page is what was logged: rows published, durable, counted by SQL and by each view's own ledger, to the row.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ViewLedger } from '../../src/widgets/stores/telemetry-store.ts';
import { DrivenRun } from '../support/driven-run.ts';
import { Stage } from '../support/stage.ts';
import { SqlOnPage, TelemetryOnPage } from '../support/views-on-page.ts';

const manySteps = 100_000;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 90_000);

afterAll(() => stage?.close(), 60_000);

/** Every live row is accounted for, and what was delivered has been painted. */
function addsUp({ steps, episodes }: ViewLedger): boolean {
  return [steps, episodes].every(
    ({ published, delivered, skipped, thinned, overflowed, shown }) =>
      delivered + skipped + thinned + overflowed === published && shown === delivered,
  );
}

it('100,000 steps of two agents are published, durable, counted by SQL and accounted for by each view, exactly', async () => {
  const run = await DrivenRun.start({ home: stage.home, name: 'exact' });
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
