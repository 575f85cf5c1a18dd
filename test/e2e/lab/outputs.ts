/**
 * Outputs that live: behind a hub's prefix and an idling proxy, in two browsers, in a tab of their own, converted to HTML, in a
 * notebook that nobody trusts.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ViewOutput } from '../../../src/protocol/index.ts';
import { command, openNotebook, openTab, screenshot, type Tab } from '../../support/browser.ts';
import type { DrivenRun } from '../../support/driven-run.ts';
import { hub } from '../../support/hub.ts';
import { IdleProxy } from '../../support/idle-proxy.ts';
import type { Stage } from '../../support/stage.ts';
import { until } from '../../support/until.ts';
import { writeViewNotebook } from '../../support/view-notebook.ts';
import { TelemetryOnPage } from '../../support/views-on-page.ts';

const linkPath = `${hub.baseUrl}duallane/link`;
/** Runs in the page when a text became markup. */
const hostile = '<img src=x onerror="globalThis.wasHacked = true">';

type Place = { stage: Stage };

export function outputs(place: () => Place): void {
  describe('outputs that live', () => {
    let stage: Stage;
    let run: DrivenRun;

    beforeAll(async () => {
      stage = place().stage;
      run = await stage.run({ name: hostile, frames: { width: 96, height: 64 } });
      await run.train(200);
      await run.flush();
    }, 60_000);

    afterAll(async () => {
      await run?.end();
    }, 30_000);

    const viewOf = (settings: ViewOutput['settings'] = {}) => ({
      view: 'live-telemetry' as const,
      runs: [run.runId],
      settings: { height: 300, ...settings },
    });

    async function showsAll(...views: TelemetryOnPage[]): Promise<void> {
      const { steps } = await run.flush();
      for (const view of views) await view.untilLedger(`all ${steps} steps`, (ledger) => ledger.watermarks.steps === steps);
    }

    function isHacked(tab: Tab): Promise<unknown> {
      return tab.page.evaluate(() => (globalThis as { wasHacked?: boolean }).wasHacked);
    }

    describe('behind a hub and a proxy that idles', () => {
      it('the quiet link outlives the proxy’s patience; cut, it comes back with every row', async () => {
        const proxy = await IdleProxy.start(stage.jupyter.url, hub.idleMs);
        const jupyter = { ...stage.jupyter, url: `${proxy.origin}${hub.baseUrl}` };
        const tab = await openTab(stage.browser, jupyter);
        try {
          writeViewNotebook(join(stage.notebooks, 'proxied.ipynb'), [viewOf()]);
          await openNotebook(tab, jupyter, 'proxied.ipynb', { app: 'notebook', kernel: false });
          const view = new TelemetryOnPage(tab);
          await showsAll(view);
          await until(() => proxy.ageMs(linkPath) > 3 * hub.idleMs, { what: 'the link to have been quiet for long' });
          expect(proxy.idled).not.toContain(linkPath);
          await run.train(100);
          await showsAll(view);
          proxy.cut(linkPath);
          await view.until('reconnecting');
          await run.train(100);
          await showsAll(view);
          await view.until('live');
          expect(tab.foreign).toEqual([]);
        } finally {
          await tab.context.close();
          await proxy.close();
        }
      }, 90_000);
    });

    describe('one notebook in two places', () => {
      it('two browsers show the same rows', async () => {
        writeViewNotebook(join(stage.notebooks, 'two.ipynb'), [viewOf()]);
        const tabs = [await stage.tab(), await stage.tab()];
        for (const tab of tabs) await openNotebook(tab, stage.jupyter, 'two.ipynb', { app: 'notebook', kernel: false });
        const views = tabs.map((tab) => new TelemetryOnPage(tab));
        await showsAll(...views);
        await run.train(300, 300);
        await showsAll(...views);
        const [one, other] = await Promise.all(
          views.map((view) => view.locator.evaluate((element) => (element as unknown as { figures: object }).figures)),
        );
        expect({ ...one, elapsedMs: 0, stepsPerSecond: 0, meanStepsPerSecond: 0 }).toEqual({
          ...other,
          elapsedMs: 0,
          stepsPerSecond: 0,
          meanStepsPerSecond: 0,
        });
        for (const tab of tabs) await tab.page.close();
      }, 90_000);

      it('“Create New View for Output” makes a second one that follows the run and the settings of the first', async () => {
        const name = 'tab.ipynb';
        writeViewNotebook(join(stage.notebooks, name), [viewOf()]);
        await stage.trust(name);
        const tab = await stage.tab();
        await openNotebook(tab, stage.jupyter, name, { app: 'lab', kernel: false });
        const first = new TelemetryOnPage(tab);
        await showsAll(first);
        await command(tab, 'notebook:create-output-view');
        await until(async () => (await tab.page.locator('duallane-live-telemetry').count()) === 2, { what: 'a second view' });
        const second = new TelemetryOnPage(tab, 1);
        await run.train(300, 300);
        await showsAll(first, second);
        await screenshot(tab, 'output-in-a-tab');
        const throttle = (view: TelemetryOnPage) => view.locator.getByRole('slider', { name: 'Show every n-th step' });
        await throttle(second).press('ArrowRight');
        await until(async () => (await throttle(first).getAttribute('aria-valuetext')) === 'one of 2 steps', {
          what: 'the first view to follow the throttle of the second',
        });
        await tab.page.close();
      }, 90_000);
    });

    describe('a saved output elsewhere', () => {
      it('nbconvert’s HTML shows the poster, without a script of ours', async () => {
        const name = 'converted.ipynb';
        writeViewNotebook(join(stage.notebooks, name), [viewOf()]);
        await stage.trust(name);
        const tab = await stage.tab();
        await openNotebook(tab, stage.jupyter, name, { app: 'notebook', kernel: false });
        await showsAll(new TelemetryOnPage(tab));
        const path = join(stage.notebooks, name);
        await until(
          async () => {
            await command(tab, 'docmanager:save');
            return readFileSync(path, 'utf8').includes('data:image/png;base64,');
          },
          { what: 'the poster to be saved' },
        );
        await tab.page.close();
        await promisify(execFile)(join(process.cwd(), '.venv/bin/jupyter'), [
          'nbconvert',
          '--to',
          'html',
          '--log-level',
          'ERROR',
          path,
        ]);
        const html = readFileSync(path.replace('.ipynb', '.html'), 'utf8');
        const context = await stage.browser.newContext({ javaScriptEnabled: false, offline: true });
        const page = await context.newPage();
        await page.setContent(html.slice(html.indexOf('<body')), { waitUntil: 'commit' });
        const poster = page.locator('img[alt^="Duallane: "]');
        await poster.waitFor();
        const box = await poster.boundingBox();
        expect([box?.width, box?.height]).toEqual([720, 300]);
        await page.screenshot({ path: join(process.cwd(), 'test/e2e/screenshots/nbconvert.png') });
        await context.close();
      }, 90_000);

      it('a notebook that nobody trusts: the view is drawn, nothing of it becomes markup, and nothing is written back', async () => {
        const name = 'untrusted.ipynb';
        const path = join(stage.notebooks, name);
        writeViewNotebook(path, [
          viewOf({ agent: hostile, filter: hostile }),
          { view: 'live-telemetry', runs: [run.runId], title: hostile, settings: { height: 300 } },
          { view: 'sql-cell', runs: [], settings: { sql: `SELECT '${hostile}' AS text`, name: hostile } },
          { view: 'live-telemetry', runs: ['../../etc/passwd'] },
        ]);
        const markup = JSON.stringify(`${hostile}<script>globalThis.wasHacked = true</script>`).slice(1, -1);
        const text = readFileSync(path, 'utf8').replaceAll('<p>', () => `${markup}<p>`);
        writeFileSync(path, text);
        const tab = await stage.tab();
        await openNotebook(tab, stage.jupyter, name, { app: 'notebook', kernel: false });
        const view = new TelemetryOnPage(tab, 1);
        await showsAll(view);
        expect(await view.text()).toContain(hostile); // the run's name, as text
        expect(await tab.page.locator('.duallane-sentence').innerText()).toMatch(/Run its cell again/);
        expect(await tab.page.locator('duallane-sql-cell').evaluate((cell) => (cell as unknown as { state: string }).state)).toBe(
          'idle',
        );
        expect(await isHacked(tab)).toBeUndefined();
        await command(tab, 'docmanager:save');
        await view.untilLedger('a ledger', () => true);
        expect(readFileSync(path, 'utf8')).not.toContain('data:image/png');
        await screenshot(tab, 'untrusted');
        await tab.page.close();
      }, 90_000);
    });
  });
}
