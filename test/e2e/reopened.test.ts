/** A notebook outlives its kernel: saved, reopened without one, it shows what it last had, and goes live where it can. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { contract, type ViewOutput } from '../../src/protocol/index.ts';
import { command, openNotebook, screenshot, type Tab } from '../support/browser.ts';
import { kernelStatus } from '../support/notebook.ts';
import { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { writeViewNotebook } from '../support/view-notebook.ts';
import { FastLaneOnPage, SqlOnPage, TelemetryOnPage } from '../support/views-on-page.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 90_000);

afterAll(() => stage?.close(), 60_000);

type Saved = { cells: { outputs: { data: Record<string, unknown> }[] }[] };

/** Undefined while the server is writing the file. */
function savedOutputs(name: string): { view: ViewOutput; html: string }[] | undefined {
  const text = readFileSync(join(stage.notebooks, name), 'utf8');
  if (!text.trimEnd().endsWith('}')) return undefined;
  const { cells } = JSON.parse(text) as Saved;
  return cells.flatMap(({ outputs }) =>
    outputs.map(({ data }) => ({ view: data[contract.viewMime] as ViewOutput, html: String(data['text/html']) })),
  );
}

/** Leaves the question which kernel to start, and what else is asked on top of it. */
async function withoutKernel(tab: Tab): Promise<void> {
  const dialogs = tab.page.locator('.jp-Dialog');
  await dialogs.first().waitFor();
  await until(
    async () => {
      await tab.page.keyboard.press('Escape');
      return (await dialogs.count()) === 0;
    },
    { what: 'the dialogs to be closed' },
  );
}

it('a saved notebook shows its last state without kernel and bridge, and goes live again while its run trains elsewhere', async () => {
  const run = await stage.run({ name: 'elsewhere', frames: { width: 96, height: 64 } });
  const runs = [run.runId];
  const name = 'reopened.ipynb';
  const views = [
    { view: 'live-telemetry', runs, settings: { height: 280 } },
    { view: 'fast-lane', runs, settings: { height: 200 } },
    { view: 'sql-cell', runs, settings: { sql: 'SELECT count(*) AS n FROM steps' } },
  ] satisfies Parameters<typeof writeViewNotebook>[1];
  // A kernel that is not here: nobody starts one.
  writeViewNotebook(join(stage.notebooks, name), views, 'of-another-machine');
  await stage.trust(name);
  await run.train(200);
  await run.flush();

  const tab = await stage.tab();
  await openNotebook(tab, stage.jupyter, name, { app: 'notebook', kernel: false });
  await withoutKernel(tab);
  const [telemetry, lane, sql] = [new TelemetryOnPage(tab), new FastLaneOnPage(tab), new SqlOnPage(tab)];
  await telemetry.untilLedger('the rows', (ledger) => ledger.watermarks.steps === 200);
  await until(async () => (await lane.counts()).framesShown > 0, { what: 'a frame' });
  expect(await sql.answer()).toEqual([{ n: '200' }]);
  const saved = await until(
    async () => {
      await command(tab, 'docmanager:save');
      const outputs = savedOutputs(name);
      return outputs?.every(({ view }) => view.last && view.poster) && outputs;
    },
    { what: "each view's last state to be saved" },
  );
  for (const { html } of saved) expect(html).toMatch(/^<img src="data:image\/png;base64,[A-Za-z0-9+/=]+" alt="Duallane: /);
  expect(saved.map(({ view }) => view.last)).toMatchObject([
    { name: 'elsewhere', steps: 200 },
    { name: 'elsewhere', last_reward: 1 },
    { cells: [['200']] },
  ]);
  await tab.page.close();

  await stage.restartJupyter('SIGTERM', { DUALLANE_NODE: '/nowhere/node' });
  const again = await stage.tab();
  await openNotebook(again, stage.jupyter, name, { app: 'notebook', kernel: false });
  await withoutKernel(again);
  const [oldTelemetry, oldLane, oldSql] = [new TelemetryOnPage(again), new FastLaneOnPage(again), new SqlOnPage(again)];
  for (const view of [oldTelemetry, oldLane]) {
    await view.until('reconnecting');
    await until(async () => (await view.text()).includes('/nowhere/node'), { what: 'the reason' });
    expect(await view.text()).toMatch(/Last state, .+ ago\. \/nowhere\/node cannot be run as Node/);
    expect(
      await view.locator.locator('img.memory').evaluate((image) => (image as HTMLImageElement).naturalWidth),
    ).toBeGreaterThan(0);
  }
  expect(await oldSql.locator.locator('.line').innerText()).toMatch(/^Saved answer, .+ ago · 1 row ·/);
  await screenshot(again, 'history-only');

  await stage.restartJupyter();
  const { steps } = await run.train(100, 50);
  await run.flush();
  await oldTelemetry.until('live', 60_000);
  await oldTelemetry.untilLedger('the rows since', (ledger) => ledger.watermarks.steps === steps);
  await until(async () => (await oldLane.counts()).framesShown > 0, { what: 'a frame' });
  expect(await oldSql.ask('SELECT count(*) AS n FROM steps')).toEqual([{ n: String(steps) }]);
  expect(await kernelStatus(again)).toBe('none');
  await run.end();
}, 180_000);
