/**
 * What the comparison says, in numbers: every axis against values computed from history by a script of its own, the mouse, the
 * curve's smoothing, the table as it sorts and as it is copied.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import type { GroupLine } from '../../../src/widgets/comparison/messages.ts';
import type { GroupFigures } from '../../../src/widgets/stats/group-figures.ts';
import { changeTheme, screenshot, type Tab } from '../../support/browser.ts';
import { python } from '../../support/daemon-parquet.ts';
import type { Stage } from '../../support/stage.ts';
import { until } from '../../support/until.ts';

/** x, y, seconds since the run's beginning, episode. */
type Point = [number, number, number, number];
type Wanted = {
  at: number;
  threshold: number;
  groups: Record<
    string,
    {
      n: number;
      value: number;
      area: number;
      reached: number;
      reachedX: number | null;
      reachedSeconds: number | null;
      difference: number;
      improvement: number;
    }
  >;
  points: Record<string, Point[]>;
};
type Summary = { at: number; threshold: number; groups: (GroupFigures & { label: string })[] };

const loss = 'metric:losses/policy-loss';
const axes = [
  ['step', 'environment step'],
  ['episode', 'episode'],
  ['time', 'wall time, s'],
  ['process', 'process time, s'],
  ['budget', 'fraction of budget'],
  [loss, 'losses/policy-loss'],
] as const;

export function comparedFigures(place: () => { stage: Stage }): void {
  describe('what is compared', () => {
    let tab: Tab;
    let view: Locator;
    let wanted: { names: Record<string, string>; axes: Record<string, Wanted> };

    const summary = (): Promise<Summary | undefined> =>
      view.evaluate((element) => (element as unknown as { summary(): never }).summary());
    const cells = (column: number): Promise<string[]> =>
      view.locator(`duallane-compare-summary tbody tr td:nth-child(${column})`).allInnerTexts();

    async function choose(label: string, value: string): Promise<void> {
      await view.getByLabel(label, { exact: true }).selectOption(value);
    }

    beforeAll(async () => {
      const { stage } = place();
      const script = join(process.cwd(), 'test/support/compared_runs.py');
      const { stdout } = await promisify(execFile)(python, [script, stage.home], { maxBuffer: 2 ** 24 });
      wanted = JSON.parse(stdout) as typeof wanted;
      const names = [...new Set(Object.values(wanted.names))];
      const settings = { names, baseline: 'steady', height: 760 };
      tab = await stage.show('figures.ipynb', [{ view: 'run-compare', runs: [], settings }], 'lab');
      await tab.context.grantPermissions(['clipboard-read', 'clipboard-write']);
      view = tab.page.locator('duallane-run-compare');
      await view.getByText('4 groups, 17 runs').waitFor({ timeout: 60_000 });
    }, 120_000);

    it.each(axes)('over %s has the figures that history gives', async (axis, title) => {
      const { at, threshold, groups } = wanted.axes[axis] as Wanted;
      await choose('over', axis);
      let now: Summary | undefined;
      await until(
        async () => {
          now = await summary();
          return now !== undefined && Math.abs(now.at - at) < 1e-5;
        },
        { what: () => `the table at ${at}; it is at ${now?.at}`, withinMs: 30_000 },
      );
      await view.getByText(`at ${title} `).waitFor();
      expect(now?.threshold).toBeCloseTo(threshold, 6);
      for (const [label, want] of Object.entries(groups)) {
        const group = now?.groups.find((each) => each.label === label);
        expect({ label, n: group?.n, reached: group?.reached?.n }).toEqual({ label, n: want.n, reached: want.reached });
        expect(group?.value).toBeCloseTo(want.value, 6);
        // Where a pause is left out two points share an x, in either order.
        expect(group?.area).toBeCloseTo(want.area, 2);
        if (want.reachedX !== null) expect(group?.reached?.x).toBeCloseTo(want.reachedX, 4);
        if (want.reachedSeconds !== null) expect(group?.reached?.seconds).toBeCloseTo(want.reachedSeconds, 4);
        if (label === 'steady') continue;
        expect(group?.against?.difference).toBeCloseTo(want.difference, 6);
        expect(group?.against?.improvement).toBeCloseTo(want.improvement, 6);
        const [low, high] = group?.against?.interval ?? [Number.NaN, Number.NaN];
        expect(low <= want.difference && want.difference <= high).toBe(true);
      }
      if (axis === loss || axis === 'time') await screenshot(tab, `compare-over-${axis === loss ? 'loss' : axis}`);
    });

    it('tells better from alike, and gives no verdict of two seeds', async () => {
      await choose('over', 'episode');
      await until(async () => (await summary())?.at === wanted.axes.episode?.at, { what: 'the table over episodes' });
      const verdicts = Object.fromEntries((await summary())?.groups.map(({ label, against }) => [label, against?.verdict]) ?? []);
      expect(verdicts).toEqual({ steady: undefined, higher: 'better', alike: 'not distinguishable', few: 'too few seeds' });
      await view.getByRole('button', { name: /^few n 2 △/ }).waitFor();
    });

    it('reads by mouse only what was logged, with its own numbers', async () => {
      await choose('over', 'step');
      await until(async () => (await summary())?.at === wanted.axes.step?.at, { what: 'the table over steps' });
      const isLogged = (text: string): boolean => {
        const [, name, episode, y, x] = /^(\w+): episode (\d+), return (-?[\d.]+) at ([\d.]+)$/.exec(text) ?? [];
        return Object.entries(wanted.axes.step?.points ?? {}).some(
          ([run, points]) =>
            wanted.names[run] === name &&
            points.some(
              (point) => point[3] === Number(episode) && point[0] === Number(x) && Math.abs(point[1] - Number(y)) < 0.00501,
            ),
        );
      };
      const chart = view.locator('duallane-compare-chart');
      await chart.scrollIntoViewIfNeeded();
      const box = await chart.boundingBox();
      if (!box) throw new Error('the chart is not on the page');
      const read: string[] = [];
      const reading = () => chart.evaluate((element) => (element as unknown as { reading: string }).reading);
      for (let place = 0; place < 60; place += 1) {
        const [across, down] = [(place % 12) / 12, Math.floor(place / 12) / 5];
        await tab.page.mouse.move(box.x + 60 + across * (box.width - 80), box.y + 30 + down * (box.height - 70));
        await tab.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
        read.push(await reading());
        if (place === 8) await screenshot(tab, 'compare-hover');
      }
      const said = read.filter(Boolean).map((text) => text.replaceAll('−', '-'));
      expect(said.length).toBeGreaterThan(5);
      expect(said.length).toBeLessThan(60);
      expect(said.filter((text) => !isLogged(text))).toEqual([]);
      await tab.page.mouse.move(box.x + box.width / 2, box.y - 60);
      await until(async () => (await reading()) === '', { what: 'nothing to be read outside' });
    }, 30_000);

    it('smooths the points and then bins them', async () => {
      await choose('over', 'step');
      await choose('smooth', 'mean 20');
      await choose('band', 'min-max');
      const points = Object.entries(wanted.axes.step?.points ?? {});
      const ours = points.filter(([run]) => wanted.names[run] === 'higher').map(([, each]) => each);
      const expected = (left: number, right: number): number[] =>
        ours.flatMap((each) => {
          const smoothed = each.map(
            ([x], at) => [x, meanOf(each.slice(Math.max(0, at - 19), at + 1).map(([, y]) => y))] as const,
          );
          const inside = smoothed.filter(([x]) => x >= left && x < right).map(([, y]) => y);
          const before = smoothed.findLast(([x]) => x < left)?.[1];
          const isOver = (each.at(-1)?.[0] ?? 0) < left;
          return inside.length > 0 ? [meanOf(inside)] : before === undefined || isOver ? [] : [before];
        });
      const lines = (): Promise<GroupLine[]> =>
        view.evaluate((element) => {
          const { picturesShown } = element as unknown as { picturesShown: { lines: GroupLine[] } };
          return picturesShown.lines.map((line) => ({
            ...line,
            x: [...line.x],
            middle: [...line.middle],
            low: [...line.low],
          })) as never;
        });
      const label = new Map((await summary())?.groups.map(({ key, label: name }) => [name, key]));
      let line: GroupLine | undefined;
      const width = 2;
      const off = (): number[] =>
        [...(line?.x ?? [])].flatMap((x, bin) => {
          const values = expected(x - width / 2, x + width / 2);
          const [middle, low] = [line?.middle[bin] ?? Number.NaN, line?.low[bin] ?? Number.NaN];
          if (values.length === 0) return Number.isNaN(middle) ? [] : [x];
          const isRight = Math.abs(middle - meanOf(values)) < 1e-6;
          return isRight && (values.length < 2 || Math.abs(low - Math.min(...values)) < 1e-6) ? [] : [x];
        });
      await until(
        async () => {
          line = (await lines()).find(({ key }) => key === label.get('higher'));
          return line !== undefined && off().length === 0;
        },
        { what: () => `the smoothed line; bins that differ: ${off().join(' ')}`, withinMs: 10_000 },
      );
      expect(line?.x.length).toBeGreaterThan(100);
      await choose('smooth', 'mean 100');
      await choose('band', 'iqm');
    }, 30_000);

    it('sorts by any column, down, up and as it was, and copies what is seen as Markdown and LaTeX', async () => {
      await until(async () => (await cells(3)).length === 4, { what: 'four rows' });
      const asItWas = await cells(1);
      const head = view.getByRole('columnheader', { name: /^IQM/ }).getByRole('button');
      await head.click();
      expect(await cells(1)).toEqual(['higher', 'few', 'alike', 'steady']);
      await head.click();
      expect(await cells(1)).toEqual(['steady', 'alike', 'few', 'higher']);
      const clipboard = () => tab.page.evaluate(() => navigator.clipboard.readText());
      await view.getByRole('button', { name: 'Markdown' }).click();
      await view.getByText('4 rows copied as Markdown').waitFor();
      const markdown = (await clipboard()).split('\n').map((line) => line.replace(/^\| | \|$/g, '').split(' | '));
      expect(markdown.map(([group]) => group)).toEqual(['group', ':--', 'steady', 'alike', 'few', 'higher']);
      const plain = (await cells(3)).map((text) => text.replace(/\s/g, ' '));
      expect(markdown.slice(2).map((row) => row[2]?.replaceAll('\\', ''))).toEqual(plain);
      await view.getByRole('button', { name: 'LaTeX' }).click();
      await view.getByText('4 rows copied as LaTeX').waitFor();
      const latex = (await clipboard()).split('\n');
      expect(latex[0]).toBe('\\begin{tabular}{lrrrrrrrr}');
      expect(latex.slice(4, 8).map((line) => line.split(' & ')[2])).toEqual(plain.map((text) => text.replaceAll('−', '$-$')));
      expect(latex.slice(4, 8).every((line) => line.endsWith(' \\\\'))).toBe(true);
      await head.click();
      expect(await cells(1)).toEqual(asItWas);
      await changeTheme(tab, 'JupyterLab Dark');
      await screenshot(tab, 'compare-figures-dark');
      await changeTheme(tab, 'JupyterLab Light');
      await screenshot(tab, 'compare-figures-light');
    }, 30_000);
  });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
