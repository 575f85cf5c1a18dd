/** The side panel of runs, and the controls of a run, with a real worker behind them. */
import { describe, expect, it } from '@jest/globals';
import { isAlive } from '../../support/alive.ts';
import { command, screenshot, type Tab } from '../../support/browser.ts';
import type { DrivenRun } from '../../support/driven-run.ts';
import type { Stage } from '../../support/stage.ts';
import { until } from '../../support/until.ts';
import { TelemetryOnPage } from '../../support/views-on-page.ts';

type Place = { stage: Stage; tab: Tab };

export function runsPanel(place: () => Place): void {
  describe('the side panel of runs', () => {
    let alive: DrivenRun;

    it('lists runs with their true states, narrows them by a filter, and opens views in tabs', async () => {
      const { stage, tab } = place();
      const done = await stage.run({ name: 'done' });
      await done.train(100);
      await done.end();
      alive = await stage.run({ name: 'alive', frames: { width: 96, height: 64 } });
      await alive.train(200);
      const training = alive.train(1_000_000, 100);
      training.catch(() => undefined); // it is canceled in the end
      await command(tab, 'duallane:show-runs');
      const panel = tab.page.locator('duallane-runs-list');
      const states = (): Promise<string[]> =>
        panel
          .locator('li.run')
          .evaluateAll((rows) =>
            rows.map((row) => ['.name', '.word'].map((part) => row.querySelector<HTMLElement>(part)?.innerText.trim()).join(' ')),
          );
      await until(async () => String(await states()) === 'alive running,done succeeded', {
        what: 'both runs with their states',
      });
      await until(async () => (await panel.locator('li.run svg.spark').count()) === 2, { what: 'a line of returns for each' });
      await panel.locator('input.filter').fill('succeeded');
      await until(async () => String(await states()) === 'done succeeded', { what: 'the filter to leave one' });
      await panel.locator('input.filter').fill('');
      await tab.context.grantPermissions(['clipboard-read']);
      await panel.getByRole('button', { name: 'Copy a question in SQL about done' }).click();
      expect(await tab.page.evaluate(() => navigator.clipboard.readText())).toContain(`WHERE run_id = '${done.runId}'`);
      await panel.getByRole('button', { name: 'Open the fast lane of alive' }).click();
      await tab.page.locator('duallane-frame-tile').waitFor();
      await panel.getByRole('button', { name: 'Open the live view of alive' }).click();
      await new TelemetryOnPage(tab).until('live');
      await screenshot(tab, 'runs-panel');
    }, 90_000);

    it('pause holds the worker, step lets it make exactly one, resume and a cap are obeyed', async () => {
      const { tab } = place();
      const view = new TelemetryOnPage(tab);
      const reach = async (): Promise<number> => (await view.ledger())?.watermarks.steps ?? 0;
      const press = (name: string) => view.locator.getByRole('button', { name }).click();
      await press('Pause the run');
      await view.until('paused');
      let before = await reach();
      const held = await until(
        async () => {
          await new Promise((resolve) => setTimeout(resolve, 500));
          const now = await reach();
          const stands = now === before;
          before = now;
          return stands && { now };
        },
        { what: 'the rows on their way to have come' },
      );
      await press('Make one step');
      await view.untilLedger('one more step', (ledger) => ledger.watermarks.steps > held.now);
      expect(await reach()).toBe(held.now + 1);
      await screenshot(tab, 'paused');
      await press('Resume the run');
      await view.untilLedger('the run to go on', (ledger) => ledger.watermarks.steps > held.now + 50);
      await view.locator.locator('select.rate-cap').selectOption('10');
      const rate = (): Promise<number | undefined> =>
        view.locator.evaluate(
          (element) => (element as unknown as { figures: { stepsPerSecond?: number } }).figures.stepsPerSecond,
        );
      await until(async () => ((await rate()) ?? 100) < 20, { what: 'the cap to be seen in steps per second' });
    }, 60_000);

    it('cancel asks first, and the answer "Keep" changes nothing; "Stop run" ends the worker', async () => {
      const { stage, tab } = place();
      const view = new TelemetryOnPage(tab);
      await view.locator.getByRole('button', { name: 'Cancel the run' }).click();
      await view.locator.getByRole('button', { name: 'Keep', exact: true }).waitFor();
      await screenshot(tab, 'cancel-asks');
      await tab.page.keyboard.press('Enter'); // the focus is on what changes nothing
      await view.locator.getByRole('button', { name: 'Cancel the run' }).waitFor();
      const { watermarks } = await view.untilLedger('a ledger', () => true);
      await view.untilLedger('the run to go on', (ledger) => ledger.watermarks.steps > watermarks.steps);
      expect(isAlive(alive.pid)).toBe(true);
      await view.locator.getByRole('button', { name: 'Cancel the run' }).click();
      await view.locator.getByRole('button', { name: 'Stop run' }).click();
      expect((await view.until('ended')).sentence).toMatch(/^The run was canceled/);
      await until(() => !isAlive(alive.pid), { what: 'the worker to end' });
      expect(await stage.health()).toMatchObject({ daemon: { state: 'connected' } });
    }, 60_000);

    it('a run that begins opens its view, and its second agent one of its own, where the settings say so; the focus stays', async () => {
      const { stage, tab } = place();
      const { url, token } = stage.jupyter;
      const set = async (settings: Record<string, boolean>): Promise<void> => {
        const { status } = await fetch(`${url}lab/api/settings/@duallane/lab:runs`, {
          method: 'PUT',
          headers: { Authorization: `token ${token}` },
          body: JSON.stringify({ raw: JSON.stringify(settings) }),
        });
        expect(status).toBe(204);
      };
      await set({ openNewRuns: true, openNewAgents: true });
      await tab.page.goto(`${url}lab?reset&token=${token}`);
      await tab.page.locator('.duallane-status', { hasText: 'Duallane: idle' }).waitFor({ timeout: 60_000 });
      const begun = await stage.run({ name: 'begun' });
      await begun.train(500, 100);
      const tabs = (): Promise<string[]> => tab.page.locator('#jp-main-dock-panel .lm-TabBar-tabLabel').allInnerTexts();
      let opened: string[] = [];
      await until(
        async () => {
          opened = await tabs();
          return String([...opened].sort()) === 'Launcher,begun,begun · blue';
        },
        { what: () => `both views to be opened; there are ${opened}` },
      );
      expect(await tab.page.locator('.lm-TabBar-tab.jp-mod-current').innerText()).toMatch(/Launcher/);
      await begun.end();
      await set({});
    }, 90_000);
  });
}
