import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { bandOf } from '../../src/widgets/stats/bands.ts';
import {
  differenceInterval,
  improvementInterval,
  intervalOf,
  probabilityOfImprovement,
} from '../../src/widgets/stats/bootstrap.ts';
import { iqm, mean, quantileOfSorted, sd, se } from '../../src/widgets/stats/estimates.ts';
import { binMiddle, gridOver, gridTo, onGrid, rangeOf } from '../../src/widgets/stats/grid.ts';
import { compareGroups, type Group } from '../../src/widgets/stats/group-figures.ts';
import { draw, resamples } from '../../src/widgets/stats/random.ts';
import { areaTo } from '../../src/widgets/stats/run-figures.ts';
import { smooth, timeWeightedEma, trailingMean } from '../../src/widgets/stats/smoothing.ts';

// Each value's source is named in the file, with the versions and the command.
const golden = JSON.parse(readFileSync('proto/fixtures/seed-statistics.golden.json', 'utf8'));
const { scores, reference, ours } = golden;
const many = { replicates: 5000, seed: 1 };

/** Two bootstraps of one sample agree but for chance: within a twentieth of the interval's width. */
function expectNear(found: readonly number[] | undefined, wanted: readonly [number, number]): void {
  const room = (wanted[1] - wanted[0]) / 20;
  expect(Math.abs((found?.[0] ?? Number.NaN) - wanted[0])).toBeLessThan(room);
  expect(Math.abs((found?.[1] ?? Number.NaN) - wanted[1])).toBeLessThan(room);
}

describe('estimates', () => {
  it('are those of scipy and numpy', () => {
    for (const name of ['A', 'B']) {
      expect(iqm(scores[name])).toBeCloseTo(reference.scipy_trim_mean[name], 10);
      expect(mean(scores[name])).toBeCloseTo(reference.numpy_mean[name], 10);
      expect(sd(scores[name])).toBeCloseTo(reference.numpy_std_ddof1[name], 10);
      expect(se(scores[name])).toBeCloseTo(reference.scipy_sem[name], 10);
    }
    expect(quantileOfSorted(Float64Array.from(scores.A).sort(), 0.025)).toBeCloseTo(reference.numpy_percentile_2_5_A, 10);
    expect(iqm(scores.C.flat())).toBeCloseTo(reference.rliable_iqm.C.value, 10);
  });

  it('answer NaN of nothing and of what has no spread', () => {
    expect([mean([]), iqm([]), sd([3])]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe('intervals', () => {
  it('of the mean agree with scipy.stats.bootstrap', () => {
    expectNear(intervalOf([scores.A], 'mean', many), reference.scipy_bootstrap_mean.A);
    expectNear(intervalOf([scores.B], 'mean', many), reference.scipy_bootstrap_mean.B);
  });

  it('of the IQM over tasks agree with rliable', () => {
    expectNear(intervalOf([scores.A], 'iqm', many), reference.rliable_iqm.A.interval);
    expectNear(intervalOf(scores.C, 'iqm', many), reference.rliable_iqm.C.interval);
  });

  it('of a difference agree with scipy, and of P(improvement) with rliable', () => {
    expectNear(differenceInterval([scores.A], [scores.B], 'iqm', many), reference.scipy_bootstrap_difference_iqm);
    expect(probabilityOfImprovement([scores.A], [scores.B])).toBeCloseTo(reference.scipy_mannwhitneyu_share, 12);
    expect(probabilityOfImprovement(scores.C, scores.D)).toBeCloseTo(reference.rliable_improvement.value, 12);
    expectNear(improvementInterval(scores.C, scores.D, many), reference.rliable_improvement.interval);
  });

  it('do not exist of one run', () => {
    expect(intervalOf([[1]], 'mean')).toBeUndefined();
    expect(differenceInterval([[1, 2]], [[1]], 'mean')).toBeUndefined();
  });

  it('draw within a stratum only, evenly, and the same each time', () => {
    const picks = resamples([2, 3], 20_000, 5);
    const counts = [0, 0, 0, 0, 0];
    let strays = 0;
    for (const [at, pick] of picks.entries()) {
      if (pick < 2 !== at % 5 < 2) strays += 1;
      counts[pick] = (counts[pick] ?? 0) + 1;
    }
    expect(strays).toBe(0);
    for (const share of counts) expect(Math.abs(share / 20_000 - 1)).toBeLessThan(0.03);
    expect(Buffer.from(resamples([2, 3], 20_000, 5)).equals(Buffer.from(picks))).toBe(true);
    expect(Buffer.from(resamples([2, 3], 20_000, 6)).equals(Buffer.from(picks))).toBe(false);
    expect(Array.from({ length: 8 }, (_, at) => draw(0, at, 1000))).toEqual(ours.draws_seed_0_size_1000);
  });
});

describe('curves', () => {
  const x = Float64Array.from(golden.curve.x);
  const y = Float64Array.from(golden.curve.y);

  it('are smoothed as pandas does', () => {
    const near = (found: Float64Array, wanted: number[]) => wanted.map((value, i) => expect(found[i]).toBeCloseTo(value, 10));
    near(timeWeightedEma(x, y, 4), reference.pandas_ewm_halflife_4s);
    near(trailingMean(y, 3), reference.pandas_rolling_3);
    expect(smooth(x, y, { kind: 'off' }, 1)).toBe(y);
    near(smooth(x, y, { kind: 'ema', share: 0.02 }, 200), reference.pandas_ewm_halflife_4s);
  });

  it('have the area that numpy’s trapezoids give', () => {
    expect(areaTo(x, y, 30)).toBeCloseTo(reference.numpy_trapezoid_over_length, 12);
    expect(areaTo(x.slice(0, 1), y.slice(0, 1), 30)).toBe(1);
  });

  it('keep their bins while the end grows, until the width changes', () => {
    expect(gridTo(1000)).toEqual({ width: 5, bins: 201, first: 0 });
    expect(gridTo(999).width).toBe(5);
    expect(gridTo(1001).width).toBe(10);
    expect(gridTo(0)).toEqual({ width: 1, bins: 1, first: 0 });
    expect(binMiddle({ width: 5, bins: 3, first: 0 }, 2)).toBe(12.5);
    expect(rangeOf({ width: 5, bins: 3, first: 0 })).toBe(1000);
  });

  it('hold the last value between points, and nothing before the first or after the last', () => {
    const held = onGrid(Float64Array.of(12, 14, 31), Float64Array.of(1, 3, 7), { width: 10, bins: 5, first: 0 });
    expect([...held]).toEqual([Number.NaN, 2, 3, 7, Number.NaN]);
    const part = onGrid(Float64Array.of(12, 14, 31), Float64Array.of(1, 3, 7), { width: 10, bins: 2, first: 2 });
    expect([...part]).toEqual([3, 7]);
    expect(gridOver(500, 700)).toEqual({ width: 1, bins: 201, first: 500 });
  });
});

describe('bands', () => {
  const seeds = [1, 2, 3, 10].map((level) => ({ values: Float64Array.of(level, level * 2, Number.NaN), task: 0 }));

  it.each([
    ['none', [4, Number.NaN, Number.NaN]],
    ['min-max', [4, 1, 10]],
    ['sd', [4, 4 - sd([1, 2, 3, 10]), 4 + sd([1, 2, 3, 10])]],
    ['se', [4, 4 - se([1, 2, 3, 10]), 4 + se([1, 2, 3, 10])]],
  ] as const)('of kind %s are around the mean', (kind, wanted) => {
    const band = bandOf(seeds, 3, kind);
    expect([band.middle[0], band.low[0], band.high[0]]).toEqual(wanted);
    expect([band.n[0], band.n[2], band.middle[2]]).toEqual([4, 0, Number.NaN]);
  });

  it('of the bootstrap scale with the values, because neighbours draw alike', () => {
    for (const kind of ['bootstrap', 'iqm'] as const) {
      const { middle, low, high } = bandOf(seeds, 3, kind);
      expect([middle[1], low[1], high[1]]).toEqual([2 * (middle[0] ?? 0), 2 * (low[0] ?? 0), 2 * (high[0] ?? 0)]);
    }
    expect(bandOf(seeds, 3, 'iqm').middle[0]).toBe(2.5);
  });
});

describe('the table of a comparison', () => {
  const groups = golden.groups.map(
    (group: { key: string; runs: { id: string; task: string; x: number[]; y: number[] }[] }): Group => ({
      key: group.key,
      runs: group.runs.map(({ id, task, x, y }) => {
        const [at, raw] = [Float64Array.from(x), Float64Array.from(y)];
        return { id, task, curve: { x: at, raw, smoothed: trailingMean(raw, 3), seconds: at.map((value) => value / 10) } };
      }),
    }),
  );
  const compared = compareGroups(groups, { statistic: 'iqm', baseline: 'base' });

  it('is the golden one, which Python computes too', () => {
    expect(JSON.parse(JSON.stringify(compared))).toEqual(ours.compared);
  });

  it('says what cannot be told apart, and nothing of two seeds', () => {
    expect(compared.groups.map(({ key, against }) => [key, against?.verdict])).toEqual([
      ['base', undefined],
      ['higher', 'better'],
      ['same', 'not distinguishable'],
      ['pair', 'too few seeds'],
    ]);
  });

  it('turns verdict, P(improvement) and threshold round where lower is better, and no value', () => {
    const turned = compareGroups(groups, { statistic: 'iqm', baseline: 'base', better: 'lower' });
    const judged = turned.groups.map(({ key, against, reached }) => ({
      key,
      verdict: against?.verdict,
      improvement: against?.improvement,
      improvementInterval: against?.improvementInterval,
      reached,
    }));
    expect(JSON.parse(JSON.stringify(judged))).toEqual(ours.judged_where_lower_is_better);
    expect(judged.find(({ key }) => key === 'higher')).toMatchObject({ verdict: 'worse', improvement: 0 });
    const plain = ({ groups: rows }: typeof turned) =>
      rows.map(({ value, interval, against }) => [value, interval, against?.difference]);
    expect(plain(turned)).toEqual(plain(compared));
  });

  it('compares where asked, and counts who has not come there as missing', () => {
    const late = compareGroups(groups, { statistic: 'mean', at: 95 }).groups;
    expect(late.map(({ n, runs }) => [n, runs])).toEqual([
      [5, 5],
      [4, 5],
      [5, 5],
      [2, 2],
    ]);
  });
});
