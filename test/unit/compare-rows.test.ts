import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  figure,
  latexTable,
  markdownTable,
  type SummaryRow,
  sorted,
  summaryColumns,
} from '../../src/widgets/elements/compare-rows.ts';
import { readCompareSettings, readSmoothing } from '../../src/widgets/elements/compare-settings.ts';

const golden = JSON.parse(readFileSync('proto/fixtures/seed-statistics.golden.json', 'utf8'));
const row = (more: Partial<SummaryRow>): SummaryRow => ({
  key: 'k',
  label: 'ppo',
  isBaseline: false,
  n: 5,
  runs: 5,
  value: 187.44,
  interval: [170, 203.5],
  mean: 180,
  sd: 12,
  area: 99.5,
  reached: { n: 4, x: 12_000, seconds: 3.25 },
  against: {
    difference: -12.25,
    interval: [-30, 4],
    improvement: 0.28,
    improvementInterval: [0, 0.6],
    verdict: 'not distinguishable',
  },
  each: [],
  ...more,
});
const columns = summaryColumns({ statistic: 'iqm', axis: 'step', better: 'higher', threshold: 150 });

describe('the summary of a comparison', () => {
  it('says values with their intervals, and what is not there with a dash', () => {
    const texts = columns.map((column) => column.text(row({ n: 4 })));
    expect(texts).toEqual([
      'ppo',
      '4 of 5',
      '187.4 [170.0, 203.5]',
      '−12.25 [−30.00, 4.00]',
      'not distinguishable',
      '0.280 [0.000, 0.600]',
      '12\u202f000 (4 of 5)',
      '3.25',
      '99.50',
    ]);
    const none = { value: undefined, interval: undefined, area: undefined, reached: undefined, against: undefined };
    expect(columns.map((column) => column.text(row(none))).slice(2)).toEqual(['–', '–', '', '–', '–', '–', '–']);
    expect(columns[3]?.text(row({ isBaseline: true }))).toBe('baseline');
    expect([figure(undefined), figure(Number.NaN), figure(0.1234), figure(-1234.5)]).toEqual(['–', '–', '0.123', '−1\u202f235']);
  });

  it('sorts by what a cell means, with empty cells last either way', () => {
    const rows = [row({ label: 'a', value: 9 }), row({ label: 'b', value: undefined }), row({ label: 'c', value: 100 })];
    const labels = (isDescending: boolean) => sorted(rows, columns[2], isDescending).map(({ label }) => label);
    expect([labels(true), labels(false)]).toEqual([
      ['c', 'a', 'b'],
      ['a', 'c', 'b'],
    ]);
  });

  it('is LaTeX and Markdown in which a name is a name', () => {
    const rows = [row({ label: 'ppo_50% & \\x|<b>' })];
    const latex = latexTable(columns, rows);
    expect(latex).toContain('ppo\\_50\\% \\& \\textbackslash{}x|<b> & 5 & 187.4 [170.0, 203.5] & $-$12.25');
    expect(latex.split('\n')).toHaveLength(7);
    expect(latex.startsWith('\\begin{tabular}{lrrrrrrrr}\n\\toprule')).toBe(true);
    const markdown = markdownTable(columns, rows).split('\n');
    expect(markdown[2]).toMatch(/^\| ppo\\_50% & \\\\x\\\|\\<b\\> \| 5 \| 187\.4 \\\[170\.0, 203\.5\\\]/);
    expect(markdown[1]?.split('|').length).toBe(columns.length + 2);
  });
});

describe('the settings of a comparison', () => {
  it('are taken as absent when they do not fit', () => {
    const odd = {
      names: [3, ''],
      by: 7,
      value: 'sum',
      axis: 'metric:',
      smoothing: 'mean -3',
      band: 'all',
      at: 'x',
      tab: 1,
      height: 1e9,
    };
    expect(readCompareSettings(odd)).toEqual({ ...readCompareSettings({}), heightPx: 1600 });
    expect(readCompareSettings({ value: 'metric:losses/kl', axis: 'time', at: 10, names: ['ppo'] })).toMatchObject({
      value: 'metric:losses/kl',
      axis: 'time',
      at: 10,
      names: ['ppo'],
    });
  });

  it.each(Object.entries<string>(golden.better))('take it that %s is better %s, as Python does', (value, better) => {
    expect(readCompareSettings({ value }).better).toBe(better);
    const other = better === 'lower' ? 'higher' : 'lower';
    expect(readCompareSettings({ value, better: other }).better).toBe(other);
    expect(readCompareSettings({ value, better: 'sideways' }).better).toBe(better);
  });

  it('know a smoothing by its words', () => {
    expect(readSmoothing('mean 50')).toEqual({ kind: 'mean', episodes: 50 });
    expect(readSmoothing('ema 0.5%')).toEqual({ kind: 'ema', share: 0.005 });
    for (const words of ['', 'mean 0', 'ema', 'ema 0%', 'mean 1e3']) expect(readSmoothing(words)).toBeUndefined();
  });
});
