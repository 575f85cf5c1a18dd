/** What asks and compares, for everybody: reached by keys, named, legible in each theme. */
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { command, screenshot, type Tab } from '../../support/browser.ts';
import { faintTexts, obstacles } from '../../support/page-controls.ts';
import type { Stage } from '../../support/stage.ts';
import { until } from '../../support/until.ts';
import { answerShown, ask } from '../../support/views.ts';
import { themes } from './access.ts';

type Place = { stage: Stage; tab: Tab };

export function accessOfAsking(place: () => Place): void {
  describe('asking and comparing for everybody', () => {
    let tab: Tab;
    let views: Locator[];

    afterAll(async () => {
      await command(tab, 'apputils:change-theme', { theme: 'JupyterLab Light' });
      await tab.page.close();
    });

    it('every control is reached by the Tab key, shows its focus, and has a name', async () => {
      const { stage } = place();
      const run = await stage.run({ name: 'asked by everybody' });
      await run.train(400);
      await run.flush();
      const runs = [run.runId];
      tab = await stage.show(
        'asked.ipynb',
        [
          { view: 'sql-cell', runs, settings: { name: 'asked', params: { k: 5 } } },
          { view: 'run-compare', runs, settings: { height: 480 } },
          { view: 'episode-player', runs, settings: { height: 360 } },
        ],
        'lab',
      );
      views = ['sql-cell', 'run-compare', 'episode-player'].map((kind) => tab.page.locator(`duallane-${kind}`));
      const [sql, compare, player] = views as [Locator, Locator, Locator];
      await sql.scrollIntoViewIfNeeded();
      await ask(sql, 'SELECT episode_index, total_reward, steps FROM episodes ORDER BY total_reward LIMIT {{k}}');
      await compare.scrollIntoViewIfNeeded();
      await compare.getByRole('table').waitFor({ timeout: 60_000 });
      await player.scrollIntoViewIfNeeded();
      await player.getByRole('slider', { name: 'Step' }).waitFor({ timeout: 60_000 });
      for (const view of views) expect(await obstacles(tab, view)).toEqual([]);
    }, 120_000);

    it('an answer is sorted, opened, left and drawn by keys alone', async () => {
      const [sql] = views as [Locator];
      const { keyboard } = tab.page;
      const returns = async (): Promise<number[]> => (await answerShown(sql)).rows.map((row) => Number(row[1]));
      const before = await returns();
      expect(new Set(before).size).toBeGreaterThan(1);
      await sql.getByRole('grid').focus();
      for (const key of ['ArrowRight', 'ArrowUp', 'Enter']) await keyboard.press(key);
      await until(async () => String(await returns()) === String(before.toSorted((a, b) => b - a)), {
        what: 'the highest return first',
      });
      for (const key of ['ArrowDown', 'Enter']) await keyboard.press(key);
      expect(await sql.locator('.opened pre').textContent()).toBe(Math.max(...before).toFixed(1));
      await keyboard.press('Escape');
      await sql.locator('.opened').waitFor({ state: 'detached' });
      await keyboard.press('Escape');
      expect(await sql.getByRole('grid').evaluate((grid) => (grid.getRootNode() as ShadowRoot).activeElement === grid)).toBe(
        true,
      );
      await sql.getByRole('tab', { name: 'Table' }).focus();
      await keyboard.press('ArrowRight');
      await sql.getByLabel('Form').waitFor();
      await keyboard.press('ArrowLeft');
      await sql.getByRole('grid').waitFor();
    }, 60_000);

    it.each(themes)(
      'every text stands out from its ground in %s',
      async (theme, name, least) => {
        await command(tab, 'apputils:change-theme', { theme });
        await tab.page.locator(`body[data-jp-theme-name="${theme}"]`).waitFor({ state: 'attached' });
        await tab.page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
        for (const [at, view] of views.entries()) {
          await view.scrollIntoViewIfNeeded();
          await screenshot(tab, `asking-${at}-${name}`);
          expect(await faintTexts(view, least)).toEqual([]);
        }
      },
      30_000,
    );
  });
}
