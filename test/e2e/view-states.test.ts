/**
 * The states of the views that ask history (SqlCell, RunCompare, the player): empty, loading, broken, huge. Each has to say what it is
 * in, and is pictured in both themes for people to look at.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Locator, Route } from 'playwright-core';
import { changeTheme, inBothThemes, openNotebook, type Tab } from '../support/browser.ts';
import { python } from '../support/daemon-parquet.ts';
import { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { writeViewNotebook } from '../support/view-notebook.ts';
import { answered, ask, stateOf, write } from '../support/views.ts';

type Views = { sql: Locator; compare: Locator; player: Locator };

let stage: Stage;
let fresh: string;
let long: string;
let many: string[];

const runPython = async (...argv: string[]): Promise<string> => (await promisify(execFile)(python, argv)).stdout.trim();

beforeAll(async () => {
  stage = await Stage.open();
  fresh = (await stage.run({ name: 'fresh' })).runId;
  const episode = `import duallane, sys
with duallane.Run("long", home=sys.argv[1], frames_per_second=0) as run:
    for step in range(30_000):
        run.log_step(1.0 if step % 1000 else -5.0, step == 29_999, observation=[step / 30_000, 0.5], action=step % 4)
print(run.run_id)`;
  long = await runPython('-c', episode, stage.home);
  many = JSON.parse(await runPython(join(process.cwd(), 'test/bench/p9_runs.py'), stage.home, '50', '1000')) as string[];
}, 120_000);

afterAll(() => stage?.close(), 60_000);

/** One of each, of these runs. */
async function show(
  name: string,
  runs: Record<keyof Views, string[]>,
  before?: (tab: Tab) => Promise<void>,
): Promise<[Tab, Views]> {
  const tab = await stage.tab({ height: 1500 });
  await before?.(tab);
  writeViewNotebook(join(stage.notebooks, name), [
    { view: 'sql-cell', runs: runs.sql, settings: { height: 200 } },
    { view: 'run-compare', runs: runs.compare, settings: { height: 560 } },
    { view: 'episode-player', runs: runs.player, settings: { height: 340 } },
  ]);
  await openNotebook(tab, stage.jupyter, name, { app: 'notebook', kernel: false });
  const view = (kind: string) => tab.page.locator(`duallane-${kind}`);
  return [tab, { sql: view('sql-cell'), compare: view('run-compare'), player: view('episode-player') }];
}

async function untilState(view: Locator, wanted: string): Promise<void> {
  let state = '';
  await until(
    async () => {
      state = await stateOf(view);
      return state === wanted;
    },
    { what: () => `the state ${wanted}; it is ${state}`, withinMs: 60_000 },
  );
}

const named = ({ sql, compare, player }: Views, state: string): Record<string, Locator> => ({
  [`sql-${state}`]: sql,
  [`compare-${state}`]: compare,
  [`player-${state}`]: player,
});

it('empty: each says what will appear', async () => {
  const [tab, views] = await show('empty.ipynb', { sql: [], compare: ['nobody'], player: [fresh] });
  await views.sql.getByText('Begin with').waitFor();
  await views.compare.getByText('None of these runs is known here yet.').waitFor();
  await views.player.getByText('No episode of this run is over yet').waitFor();
  await inBothThemes(tab, named(views, 'empty'));
  await tab.context.close();
}, 90_000);

it('loading, broken, and whole again: each says how far it is, what went wrong, and goes on by itself or at a click', async () => {
  const held: Route[] = [];
  let isBroken = false;
  const [tab, views] = await show('held.ipynb', { sql: [long], compare: many, player: [long] }, async ({ page }) => {
    await page.route(/\/duallane\/(parts|tail)\//, async (route) => {
      if (isBroken) await route.abort('connectionfailed');
      else held.push(route);
    });
  });
  await write(views.sql, 'SELECT count(*) AS steps FROM steps');
  await views.sql.locator('button.run').click();
  await untilState(views.compare, 'loading');
  let line = '';
  await until(
    async () => {
      line = await views.sql.locator('.line').innerText();
      return /^(Loading history|Waiting for|Asking what)/.test(line);
    },
    { what: () => `history to be asked for; it says ${line}`, withinMs: 60_000 },
  );
  await views.player
    .getByText(/Looking for episodes|Reading the steps|Fetching/)
    .first()
    .waitFor();
  await inBothThemes(tab, named(views, 'loading'));

  isBroken = true;
  for (const route of held.splice(0)) await route.abort('connectionfailed');
  await untilState(views.sql, 'failed');
  await untilState(views.compare, 'error');
  await views.compare.getByText('Trying again by itself.').waitFor();
  await inBothThemes(tab, named(views, 'error'));

  await tab.page.unroute(/\/duallane\/(parts|tail)\//);
  await views.player.getByRole('button', { name: 'Look again' }).click();
  await views.player.getByText('1 of 30\u202f000').waitFor();
  await untilState(views.compare, 'ended');
  await views.sql.locator('button.run').click();
  expect((await answered(views.sql)).rows).toEqual([['30000']]);
  await tab.context.close();
}, 180_000);

it('huge: a million rows, fifty runs, thirty thousand steps', async () => {
  const [tab, views] = await show('huge.ipynb', { sql: [long], compare: many, player: [long] });
  const { line } = await ask(views.sql, 'SELECT range AS n, sin(range / 1000) AS y FROM range(1000000)');
  expect(line).toMatch(/1\u202f000\u202f000 rows/);
  await untilState(views.compare, 'ended');
  await views.compare.getByText('50\u202f000 of 50\u202f000 logged points shown').waitFor();
  await views.compare.getByText('10 groups, 50 runs').waitFor();
  await views.player.getByText('1 of 30\u202f000').waitFor();
  await views.player.locator('[role=slider]').focus();
  await tab.page.keyboard.press('End');
  await views.player.getByText('30\u202f000 of 30\u202f000').waitFor();
  const corner = (): Promise<number[]> =>
    views.player
      .locator('duallane-episode-pane canvas')
      .evaluate((canvas) => [...((canvas as HTMLCanvasElement).getContext('2d')?.getImageData(2, 2, 1, 1).data ?? [])]);
  const light = await corner();
  await changeTheme(tab, 'JupyterLab Dark');
  await until(async () => String(await corner()) !== String(light), { what: 'the picture to take the colours of the theme' });
  await inBothThemes(tab, named(views, 'huge'));
  await tab.context.close();
}, 120_000);
