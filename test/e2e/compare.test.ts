/** Real runs of two algorithms over seeds, compared in a notebook with no kernel; one joins while the view looks on. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import type { CompareState } from '../../src/widgets/elements/run-compare.ts';
import { screenshot, type Tab } from '../support/browser.ts';
import { python } from '../support/daemon-parquet.ts';
import { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';

type Element = { state: CompareState; picturesShown?: { shown: number; logged: number; runsWithPoints: number } };

let stage: Stage;
let tab: Tab;
let view: Locator;

async function train(...argv: string[]): Promise<void> {
  const script = join(process.cwd(), 'examples/tabular_control.py');
  await promisify(execFile)(python, [script, ...argv], { env: { ...process.env, DUALLANE_HOME: stage.home } });
}

const look = (): Promise<Element> =>
  view.evaluate((element) => {
    const { state, picturesShown: seen } = element as unknown as Element;
    const { shown = 0, logged = 0, runsWithPoints = 0 } = seen ?? {};
    return { state: { ...state }, picturesShown: { shown, logged, runsWithPoints } };
  });

async function untilRuns(runs: number): Promise<Element> {
  let last: Element | undefined;
  return await until(
    async () => {
      last = await look();
      return last.picturesShown?.runsWithPoints === runs && last.state.state === 'ended' && last;
    },
    { what: () => `${runs} runs to be drawn; now ${JSON.stringify(last)}`, withinMs: 60_000 },
  );
}

beforeAll(async () => {
  stage = await Stage.open();
  tab = await stage.show('compare.ipynb', [
    { view: 'run-compare', runs: [], settings: { names: ['sarsa', 'q-learning'], baseline: 'q-learning' } },
  ]);
  view = tab.page.locator('duallane-run-compare');
}, 120_000);

afterAll(() => stage?.close(), 60_000);

it('says what will appear before any run of these names is there', async () => {
  await until(async () => (await look()).state.state === 'empty', { what: 'the view to be empty', withinMs: 60_000 });
  await view.getByText('No run is called sarsa or q-learning yet.').waitFor();
  await screenshot(tab, 'compare-empty');
});

it('draws every logged point of the seeds that join, and tells the groups apart as far as it can', async () => {
  await train('--algorithms', 'sarsa', 'q-learning', '--seeds', '3', '--episodes', '60');
  const { picturesShown } = await untilRuns(6);
  expect(picturesShown).toEqual({ shown: 360, logged: 360, runsWithPoints: 6 });
  await view.getByText('2 groups, 6 runs').waitFor();
  const table = view.getByRole('table');
  await table.getByRole('cell', { name: /^(not distinguishable|higher|lower)$/ }).waitFor();
  expect(await table.getByRole('row').count()).toBe(3);
  await view.getByText('360 of 360 logged points shown').waitFor();
  await screenshot(tab, 'compare');
});

it('lets one more seed join, and names the one that the others lack', async () => {
  await train('--algorithms', 'sarsa', '--seeds', '1', '--first-seed', '3', '--episodes', '60');
  await untilRuns(7);
  await view.getByText('2 groups, 7 runs').waitFor();
  await view.getByRole('button', { name: /q-learning.*seed 3 missing/ }).waitFor();
});

it('reads a logged point by keys alone, and moves the page’s cursor to its episode', async () => {
  const chart = view.locator('duallane-compare-chart');
  await chart.locator('canvas').focus();
  const read = () => chart.evaluate((element) => (element as unknown as { reading: string }).reading);
  const reading = await until(
    async () => {
      await tab.page.keyboard.press('ArrowLeft');
      return await read();
    },
    { what: 'a point to be read', withinMs: 30_000 },
  );
  expect(reading).toMatch(/^(sarsa|q-learning): episode \d+, return -\d+.* at \d+/);
  await tab.page.keyboard.press('Enter');
  await tab.page.keyboard.press('+');
  await until(async () => ((await look()).picturesShown?.shown ?? 0) < 420, { what: 'fewer points in view' });
  await screenshot(tab, 'compare-zoomed');
  await tab.page.keyboard.press('0');
  await until(async () => (await look()).picturesShown?.shown === 420, { what: 'all points in view' });
});

it('leaves a group out at a click, and says so; the difference of configurations is under its tab', async () => {
  await view.getByRole('button', { name: /^sarsa n 4/ }).click();
  await view.getByText('1 group left out').waitFor();
  await view.getByRole('button', { name: /^sarsa n 4/ }).click();
  await view.getByRole('tab', { name: 'Config (1 differ)' }).click();
  await view.getByRole('cell', { name: 'algo', exact: true }).waitFor();
  await screenshot(tab, 'compare-config');
});
