/**
 * One cursor: what is selected in any view of the page is bound in every SQL cell, and what Python sets and reads is the same place.
 * In one notebook with a kernel.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { changeTheme, command, openNotebook, screenshot, type Tab } from '../../support/browser.ts';
import type { DrivenRun } from '../../support/driven-run.ts';
import { runCell, writeNotebook } from '../../support/notebook.ts';
import type { Stage } from '../../support/stage.ts';
import { until } from '../../support/until.ts';
import { answered, answerShown, viewOf } from '../../support/views.ts';

const cells = { compare: 0, selected: 1, pointed: 2, steps: 3, place: 4, runs: 5, read: 6 };

export function selection(place: () => { stage: Stage; run: DrivenRun }): void {
  describe('the one cursor of the page', () => {
    let tab: Tab;
    let ids: { cartpole: string; mountain: string };
    let compare: Locator;
    let selected: Locator;
    let pointed: Locator;
    let steps: Locator;

    const untilAnswers = async (cell: Locator, rows: (string | null)[][]): Promise<void> => {
      let now: (string | null)[][] = [];
      await until(
        async () => {
          ({ rows: now } = await answerShown(cell));
          return JSON.stringify(now) === JSON.stringify(rows);
        },
        { what: () => `the answer ${JSON.stringify(rows)}; it is ${JSON.stringify(now)}`, withinMs: 30_000 },
      );
    };
    /** What Python has, as it prints it. */
    const inPython = async (): Promise<string> => (await runCell(tab, cells.read)).text.trim();

    beforeAll(async () => {
      const { stage, run } = place();
      const other = await stage.run({ name: 'mountain' });
      await other.train(400);
      await other.end();
      ids = { cartpole: run.runId, mountain: other.runId };
      writeNotebook(stage.notebooks, 'cursor.ipynb', [
        `%load_ext duallane\nimport duallane\nduallane.compare(["${ids.cartpole}", "${ids.mountain}"], by="run", height=420)`,
        '%%duallane selected\nSELECT name FROM runs WHERE run_id IN (:selected_runs) ORDER BY name',
        '%%duallane pointed\nSELECT :run AS run, :agent AS agent, :episode AS episode, :step AS step',
        `%%duallane steps\nSELECT run_id, agent_id, episode_index, step_index FROM steps WHERE run_id = '${ids.mountain}' AND episode_index = 1 ORDER BY seq_id`,
        `duallane.cursor.move(run="${ids.mountain}", agent="red", episode=2, step=3)`,
        `duallane.cursor.runs = ["${ids.cartpole}"]`,
        'c = duallane.cursor\nprint(c.runs, c.run, c.agent, c.episode, c.step)',
      ]);
      tab = await stage.tab({ height: 1900 });
      await openNotebook(tab, stage.jupyter, 'cursor.ipynb');
      for (const cell of [cells.compare, cells.selected, cells.pointed, cells.steps, cells.read]) await runCell(tab, cell);
      compare = tab.page.locator('duallane-run-compare');
      [selected, pointed, steps] = [
        await viewOf(tab, 'sql-cell'),
        await viewOf(tab, 'sql-cell', 1),
        await viewOf(tab, 'sql-cell', 2),
      ];
      for (const cell of [selected, pointed, steps]) await answered(cell);
    }, 120_000);

    afterAll(() => tab?.context.close());

    it('gives nothing while nothing is selected', async () => {
      await untilAnswers(selected, []);
      await untilAnswers(pointed, [[null, null, null, null]]);
      await selected.getByText('nothing selected yet').waitFor();
      expect(await inPython()).toBe('[] None None None None');
    });

    it('binds the runs that are drawn in a comparison, in SQL and in Python', async () => {
      await compare.getByRole('button', { name: /^cartpole/ }).click();
      await untilAnswers(selected, [['mountain']]);
      await until(async () => (await inPython()).startsWith(`['${ids.mountain}'] `), { what: 'Python to have the runs' });
      await compare.getByRole('button', { name: /^cartpole/ }).click();
      await untilAnswers(selected, [['cartpole'], ['mountain']]);
    }, 60_000);

    it('binds the runs that are ticked in the side panel', async () => {
      await command(tab, 'duallane:show-runs');
      const panel = tab.page.locator('duallane-runs-list');
      await panel.getByLabel('Select cartpole').uncheck();
      await untilAnswers(selected, [['mountain']]);
      await panel.getByText('1 selected').waitFor();
      await screenshot(tab, 'cursor-selected-light');
      await changeTheme(tab, 'JupyterLab Dark');
      await screenshot(tab, 'cursor-selected-dark');
      await changeTheme(tab, 'JupyterLab Light');
    }, 60_000);

    it('binds the run, episode and step of a row that is clicked, and Python reads them', async () => {
      await steps.locator('#cell-4-3').click();
      const [run, agent, episode, step] = (await answerShown(steps)).rows[4] ?? [];
      expect([run, episode]).toEqual([ids.mountain, '1']);
      await untilAnswers(pointed, [[run ?? '', agent ?? '', episode ?? '', step ?? '']]);
      await until(async () => (await inPython()).endsWith(`] ${run} ${agent} ${episode} ${step}`), {
        what: 'Python to be there',
      });
    }, 60_000);

    it('goes where Python sets it', async () => {
      await runCell(tab, cells.place);
      await untilAnswers(pointed, [[ids.mountain, 'red', '2', '3']]);
      await runCell(tab, cells.runs);
      await untilAnswers(selected, [['cartpole']]);
      await tab.page.locator('duallane-runs-list').getByText('1 selected').waitFor();
      const tick = tab.page.locator('duallane-runs-list').getByLabel('Select cartpole');
      await until(() => tick.isChecked(), { what: 'the run to be ticked' });
    }, 60_000);
  });
}
