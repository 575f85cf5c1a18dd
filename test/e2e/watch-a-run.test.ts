/**
 * The first example as a user runs it, in a real JupyterLab and a real Notebook 7: while a cell keeps the kernel busy for 20 s, the
 * three views beside it move, because nothing of them passes through the kernel. The next day, without a kernel, SQL still answers.
 */

import { copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator } from 'playwright-core';
import { changeTheme, command, launchBrowser, openNotebook, openTab, screenshot, type Tab } from '../support/browser.ts';
import { firstExample, holdTraining } from '../support/first-example.ts';
import { cellEnded, kernelStatus, runCell, startCell } from '../support/notebook.ts';
import { examples, kernels, type NotebookServer, shutDownKernels, startNotebookServer } from '../support/notebook-server.ts';
import { until } from '../support/until.ts';
import { ask, frameCounts, liveLedger, stateOf, viewOf } from '../support/views.ts';

const { name: notebook, cells } = firstExample;
/** Looks at the views while the kernel is busy. */
const looks = 4;
/** Notebook 7 says these of its own, with no extension at all. */
const itsOwn = /schema|filebrowser:open-path/;

let server: NotebookServer;
let training: { release: () => void };
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([startNotebookServer(), launchBrowser()]);
}, 90_000);

afterAll(async () => {
  await browser?.close();
  await server?.end();
}, 60_000);

describe.each(['lab', 'notebook'] as const)('a cell that trains for 20 s in %s', (app) => {
  let tab: Tab;
  let live: Locator;
  let lane: Locator;
  let sql: Locator;

  beforeAll(async () => {
    // So tall that all three views are in sight at once.
    copyFileSync(join(examples, notebook), join(server.notebooks, notebook)); // without what the application before has saved
    training = holdTraining(server.notebooks);
    tab = await openTab(browser, server.jupyter, { width: 1280, height: 1900 });
    await openNotebook(tab, server.jupyter, notebook, { app });
    for (const cell of [cells.begin, cells.live, cells.lane, cells.question]) await runCell(tab, cell);
    live = await viewOf(tab, 'live-telemetry');
    lane = await viewOf(tab, 'fast-lane');
    sql = await viewOf(tab, 'sql-cell');
  }, 120_000);

  afterAll(() => tab?.context.close());

  /** The whole page, and the two live views alone as the README shows them. */
  async function takePictures(): Promise<void> {
    const whole = await screenshot(tab, `${app}-training`);
    const [top, bottom] = [await live.boundingBox(), await lane.boundingBox()];
    if (!top || !bottom) throw new Error('the views are not on the page');
    const clip = { x: top.x - 8, y: top.y - 40, width: top.width + 16, height: bottom.y + bottom.height - top.y + 48 };
    await tab.page.screenshot({ path: join(dirname(whole), `${app}-views.png`), clip });
  }

  it('moves all three views while the kernel is busy', async () => {
    await startCell(tab, cells.training);
    await live.scrollIntoViewIfNeeded();
    const seen: { shown: number; frames: number; episodes: number }[] = [];
    while (seen.length < looks) {
      const before = seen.at(-1) ?? { shown: 0, frames: 0, episodes: 0 };
      const next = await until(
        async () => {
          const steps = (await liveLedger(live))?.steps;
          const frames = (await frameCounts(lane)).framesShown;
          return steps && steps.shown > before.shown && frames > before.frames ? { shown: steps.shown, frames } : undefined;
        },
        { what: `rows and frames to move on from ${JSON.stringify(before)}`, withinMs: 60_000 },
      );
      const { columns, rows } = await ask(sql);
      if (seen.length === 1) await takePictures();
      if (seen.length === 0) expect(await live.locator('.status').innerText()).toBe('running');
      // Busy now means busy from the first look on: the kernel runs this one cell.
      expect(await kernelStatus(tab)).toBe('busy');
      seen.push({ ...next, episodes: Number(rows.at(-1)?.[columns.indexOf('episodes')]) });
    }
    training.release();
    const numbers = seen.map(({ episodes }) => episodes);
    expect(numbers[0]).toBeGreaterThan(0);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  }, 90_000);

  it('shows the end of the run, and counts that add up', async () => {
    await cellEnded(tab, cells.training, { withinMs: 60_000 });
    await until(async () => (await stateOf(live)) === 'ended', { what: 'the live view to say that the run has ended' });
    const ledger = await until(
      async () => {
        const now = await liveLedger(live);
        return now && now.steps.shown === now.steps.delivered && now.episodes.shown === now.episodes.delivered ? now : undefined;
      },
      { what: 'every delivered row to be shown' },
    );
    for (const { published, delivered, skipped, thinned, overflowed } of [ledger.steps, ledger.episodes])
      expect(delivered + skipped + thinned + overflowed).toBe(published);
    const inPage = await ask(
      sql,
      'SELECT count(*) AS episodes, sum(steps)::BIGINT AS steps FROM episodes GROUP BY run_id ORDER BY run_id',
    );
    const inPython = (await runCell(tab, cells.python)).text;
    const [episodes, steps] = inPage.rows.at(-1) ?? [];
    expect(Number(episodes)).toBe(ledger.watermarks.episodes);
    expect(Number(steps)).toBe(ledger.watermarks.steps);
    expect(inPython).toContain(`'episodes': ${episodes}, 'steps': ${steps}`);
  }, 90_000);

  it('looks as it should on light and on dark ground', async () => {
    await screenshot(tab, `${app}-ended-light`);
    await changeTheme(tab, 'JupyterLab Dark');
    await screenshot(tab, `${app}-ended-dark`);
    await changeTheme(tab, 'JupyterLab Light');
  }, 30_000);

  it('asks nothing of another server and breaks nothing of the page', () => {
    expect(tab.foreign).toEqual([]);
    expect(tab.errors.filter((error) => !itsOwn.test(error))).toEqual([]);
  });
});

describe('an SQL cell from the command palette', () => {
  it('answers over what is stored, with no notebook and no kernel', async () => {
    await shutDownKernels(server.jupyter);
    const tab = await openTab(browser, server.jupyter);
    await tab.page.goto(`${server.jupyter.url}lab?reset&token=${server.jupyter.token}`);
    await tab.page.locator('.jp-Launcher').waitFor({ timeout: 60_000 });
    await command(tab, 'apputils:activate-command-palette');
    await tab.page.locator('.lm-CommandPalette-input').fill('Open SQL Cell');
    await tab.page.locator('.lm-CommandPalette-item', { hasText: 'Open SQL Cell' }).click();
    const sql = await viewOf(tab, 'sql-cell');
    const answer = await ask(sql, 'SELECT name, outcome FROM runs');
    expect(answer).toMatchObject({
      columns: ['name', 'outcome'],
      rows: [
        ['cartpole', 'succeeded'],
        ['cartpole', 'succeeded'],
      ],
    });
    expect(await kernels(server.jupyter)).toEqual([]);
    expect(tab.foreign).toEqual([]);
    expect(tab.errors).toEqual([]);
    await screenshot(tab, 'sql-without-kernel');
    await tab.context.close();
  }, 90_000);
});
