/** Real runs of two algorithms over seeds, compared in a notebook with no kernel; one joins while the view looks on. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import type { CompareState } from '../../src/widgets/elements/compare-words.ts';
import { screenshot, type Tab } from '../support/browser.ts';
import { python } from '../support/daemon-parquet.ts';
import { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { comparedFigures } from './compare/figures.ts';

type Element = { state: CompareState; picturesShown?: { shown: number; logged: number; runsWithPoints: number } };

let stage: Stage;
let tab: Tab;
let view: Locator;
let joined = '';

/** Ids of the runs, in the order they were made. */
async function train(...argv: string[]): Promise<string[]> {
  const script = join(process.cwd(), 'examples/tabular_control.py');
  const { stdout } = await promisify(execFile)(python, [script, ...argv], { env: { ...process.env, DUALLANE_HOME: stage.home } });
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ').at(-1) ?? '');
}

/** Steps to the left until a logged point is read; what is read out. */
async function readByKeys(chart: Locator, page: Tab['page']): Promise<string> {
  await chart.locator('canvas').focus();
  return await until(
    async () => {
      await page.keyboard.press('ArrowLeft');
      return (await chart.evaluate((element) => (element as unknown as { reading: string }).reading)) || undefined;
    },
    { what: 'a point to be read', withinMs: 30_000 },
  );
}

const look = (): Promise<Element> =>
  view.evaluate((element) => {
    const { state, picturesShown: seen } = element as unknown as Element;
    const { shown = 0, logged = 0, runsWithPoints = 0 } = seen ?? {};
    return { state: { ...state }, picturesShown: { shown, logged, runsWithPoints } };
  });

async function untilDrawn(runs: number, logged: number): Promise<Element> {
  let last: Element | undefined;
  return await until(
    async () => {
      last = await look();
      const { picturesShown: seen, state } = last;
      return seen?.runsWithPoints === runs && seen.logged === logged && state.state === 'ended' && last;
    },
    { what: () => `${logged} points of ${runs} runs to be drawn; now ${JSON.stringify(last)}`, withinMs: 60_000 },
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
  const { picturesShown } = await untilDrawn(6, 360);
  expect(picturesShown).toEqual({ shown: 360, logged: 360, runsWithPoints: 6 });
  await view.getByText('2 groups, 6 runs').waitFor();
  const table = view.getByRole('table');
  await table.getByRole('cell', { name: /^(not distinguishable|better|worse)$/ }).waitFor();
  expect(await table.getByRole('row').count()).toBe(3);
  await view.getByText('360 of 360 logged points shown').waitFor();
  await screenshot(tab, 'compare');
});

it('lets one more seed join, and names the one that the others lack', async () => {
  [joined = ''] = await train('--algorithms', 'sarsa', '--seeds', '1', '--first-seed', '3', '--episodes', '60');
  await untilDrawn(7, 420);
  await view.getByText('2 groups, 7 runs').waitFor();
  await view.getByRole('button', { name: /q-learning.*seed 3 missing/ }).waitFor();
});

it('reads a logged point by keys alone, and zooms', async () => {
  const chart = view.locator('duallane-compare-chart');
  const reading = await readByKeys(chart, tab.page);
  expect(reading).toMatch(/^(sarsa|q-learning): episode \d+, return -\d+.* at \d+/);
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

it('compares against another group, where and in which direction it is told, and keeps that as Python reads it', async () => {
  await view.getByRole('tab', { name: 'Summary' }).click();
  const cells = async (group: string): Promise<string[]> =>
    await view
      .getByRole('row', { name: new RegExp(`^${group} `) })
      .getByRole('cell')
      .allInnerTexts();
  const before = await cells('sarsa');
  await view.getByLabel('against').selectOption({ label: 'sarsa' });
  await until(async () => (await cells('sarsa'))[3] === 'baseline', { what: 'sarsa to be the baseline' });
  const against = await cells('q-learning');
  expect(against[3]?.startsWith(before[3]?.startsWith('−') ? '+' : '−')).toBe(true);
  await view.getByLabel('better').selectOption('lower');
  const turned: Record<string, string> = { better: 'worse', worse: 'better', 'not distinguishable': 'not distinguishable' };
  await view.getByText('lower is better').waitFor();
  await until(async () => (await cells('q-learning'))[4] === turned[against[4] ?? ''], { what: 'the verdict to be turned' });
  await view.getByLabel('at', { exact: true }).fill('300');
  await view.getByLabel('at', { exact: true }).press('Enter');
  await view.getByText('at environment step 300.0; lower is better').waitFor();
  const kept = await view.evaluate((element) => (element as unknown as { settings: Record<string, unknown> }).settings);
  expect(kept).toMatchObject({ better: 'lower', at: 300 });
  const script = `import duallane; print(duallane.compare(${JSON.stringify(kept.names)}, baseline=${JSON.stringify(kept.baseline)}, better="lower", at=300).figures()["q-learning"].against.verdict)`;
  const { stdout } = await promisify(execFile)(python, ['-c', script], { env: { ...process.env, DUALLANE_HOME: stage.home } });
  expect(stdout.trim()).toBe((await cells('q-learning'))[4]);
}, 60_000);

it('moves every view of the page to the episode that is picked, in the curve of seeds or in a table', async () => {
  const other = await stage.show('cursor.ipynb', [
    { view: 'live-telemetry', runs: [joined] },
    { view: 'run-compare', runs: [joined], settings: { names: ['nope'], baseline: 'zz', height: 420 } },
  ]);
  const [live, compared] = [other.page.locator('duallane-live-telemetry'), other.page.locator('duallane-run-compare')];
  await compared.scrollIntoViewIfNeeded();
  const chart = compared.locator('duallane-compare-chart');
  await chart.waitFor({ timeout: 60_000 });
  await compared.getByText('No run is called nope yet.').waitFor();
  await compared.getByText('No group or run here is called zz: choose another baseline.').waitFor();
  const reading = await readByKeys(chart, other.page);
  const episode = /episode (\d+)/.exec(reading)?.[1] ?? 'none';
  await other.page.keyboard.press('Enter');
  const marked = live.locator('tr[aria-current="true"]');
  await marked.waitFor({ timeout: 30_000 });
  expect(await marked.innerText()).toMatch(new RegExp(`(^|\\s)${episode}(\\s|$)`));
  await screenshot(other, 'compare-cursor');
});

comparedFigures(() => ({ stage }));
