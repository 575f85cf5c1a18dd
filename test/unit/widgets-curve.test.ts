import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { binColumns, nearestIndex } from '../../src/widgets/plots/bins.ts';
import { pointAt } from '../../src/widgets/plots/curve.ts';
import { roundDomain, roundUp, ticks, tickText } from '../../src/widgets/plots/scale.ts';
import { ValueSeries } from '../../src/widgets/stores/value-series.ts';
import { onGround } from '../../src/widgets/styles/palette.ts';

const at =
  (values: readonly number[]) =>
  (index: number): number =>
    values[index] ?? Number.NaN;

describe('binning', () => {
  it('loses no peak and no edge, whatever the line', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 1, max: 60 }),
        (ys, columns) => {
          const xs = ys.map((_, i) => i);
          const bins = binColumns(at(xs), at(ys), ys.length, [0, ys.length], columns).filter((bin) => bin !== undefined);
          expect(Math.max(...bins.map((bin) => bin.high))).toBe(Math.max(...ys));
          expect(Math.min(...bins.map((bin) => bin.low))).toBe(Math.min(...ys));
          expect(bins[0]?.first).toBe(ys[0]);
          expect(bins.at(-1)?.last).toBe(ys.at(-1));
        },
      ),
    );
  });

  it('does not change a full column when points arrive after it', () => {
    const xs = Array.from({ length: 1000 }, (_, i) => i);
    const ys = xs.map((x) => Math.sin(x * 12.9898) * 43.7);
    const before = binColumns(at(xs), at(ys), 500, [0, 1000], 100);
    const after = binColumns(at(xs), at(ys), 1000, [0, 1000], 100);
    expect(after.slice(0, 50)).toEqual(before.slice(0, 50));
  });

  it('leaves out points outside of the domain, and survives an empty one', () => {
    expect(binColumns(at([-1, 5, 11]), at([1, 2, 3]), 3, [0, 10], 1)).toEqual([{ first: 2, low: 2, high: 2, last: 2 }]);
    expect(binColumns(at([1]), at([1]), 1, [3, 3], 2)).toEqual([undefined, undefined]);
  });

  it('finds the nearest point', () => {
    expect([-5, 1.4, 1.6, 99].map((x) => nearestIndex(at([0, 1, 2, 8]), 4, x))).toEqual([0, 1, 2, 3]);
    expect(nearestIndex(at([]), 0, 1)).toBe(-1);
  });
});

describe('axes', () => {
  it('round up to a number that is not below', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e12, noNaN: true }), (value) => {
        const rounded = roundUp(value);
        expect(rounded).toBeGreaterThanOrEqual(value * (1 - 1e-8));
        expect(rounded).toBeLessThanOrEqual(value * 1.4);
      }),
    );
  });

  it('end on ticks and hold what they must', () => {
    expect(roundDomain(8, 497, 4)).toEqual([0, 600]);
    expect(ticks(0, 600, 4)).toEqual([0, 200, 400, 600]);
    const wide = roundDomain(-30, 30, 3);
    expect(ticks(...wide, 3)).toEqual([wide[0], 0, wide[1]]);
    expect(roundDomain(5, 5)).toEqual([4.5, 5.5]);
    expect(roundDomain(0, 0)).toEqual([-1, 1]);
  });

  it('are written as people read numbers', () => {
    expect([0, 0.25, -500, 1500, 25_000, 3e6].map(tickText)).toEqual(['0', '0.25', '-500', '1\u202f500', '25k', '3M']);
  });
});

describe('the return series', () => {
  const points = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => ({ x: from + i, y: from + i, seq: from + i + 1 }));

  it('has the mean of at most the last 100 episodes at each point', () => {
    const series = new ValueSeries();
    series.add(points(0, 300));
    expect(series.means[0]).toBe(0);
    expect(series.means[99]).toBe(49.5);
    expect(series.means[299]).toBe(249.5);
  });

  it('keeps what is NaN apart, and knows that it came last', () => {
    const series = new ValueSeries();
    series.add([...points(0, 3), { x: 3, y: Number.NaN, seq: 4 }, { x: 1.5, y: Number.POSITIVE_INFINITY, seq: 5 }]);
    expect(series.points).toHaveLength(3);
    expect(series.oddities.map(({ x }) => x)).toEqual([1.5, 3]);
    expect(series.newest).toEqual({ x: 3, y: Number.NaN, seq: 4 });
    series.add([{ x: 4, y: 1, seq: 6 }]);
    expect(series.newest?.y).toBe(1);
    series.dropAbove(3);
    expect(series.oddities).toEqual([]);
  });

  it('has a smoothed line that begins at the first point, and forgets by distance and not by number', () => {
    const series = new ValueSeries();
    series.add([{ x: -1e6, y: 4, seq: 1 }]);
    expect(series.smoothed(10)).toEqual([4]);
    const dense = new ValueSeries();
    dense.add(Array.from({ length: 101 }, (_, i) => ({ x: i / 10, y: 0, seq: i + 1 })));
    dense.add([{ x: 10 + 10 * Math.LN2, y: 1, seq: 200 }]);
    const weights = 0.5 * Array.from({ length: 101 }, (_, i) => Math.exp(-i / 100)).reduce((a, b) => a + b, 0);
    expect(dense.smoothed(10).at(-1)).toBeCloseTo(1 / (1 + weights), 10);
    expect(dense.smoothed(1e-9).at(-1)).toBe(1);
  });

  it('smooths the same whether points come one by one or at once', () => {
    const [whole, single] = [new ValueSeries(64), new ValueSeries(64)];
    for (const point of points(0, 60)) {
      single.add([point]);
      single.smoothed(7);
    }
    whole.add(points(0, 60));
    expect(single.smoothed(7)).toEqual(whole.smoothed(7));
    single.add(points(60, 200));
    expect(single.smoothed(7)).toHaveLength(single.points.length);
  });

  it('gives the same curve in whatever order batches come, and however often', () => {
    const inOrder = new ValueSeries();
    inOrder.add(points(0, 400));
    const shuffled = new ValueSeries();
    for (const [from, to] of [
      [300, 400],
      [0, 150],
      [100, 250],
      [250, 300],
      [0, 10],
    ] as const)
      shuffled.add(points(from, to));
    expect(shuffled.points).toEqual(inOrder.points);
    expect(shuffled.means).toEqual(inOrder.means);
    expect(shuffled.total).toBe(400);
  });

  it('stays within its capacity and keeps the highest and the lowest return', () => {
    const series = new ValueSeries(1000);
    for (let i = 0; i < 20_000; i++) series.add([{ x: i, y: i === 777 ? 1e6 : i === 778 ? -1e6 : i % 50, seq: i + 1 }]);
    expect(series.points.length).toBeLessThanOrEqual(1000);
    expect(series.total).toBe(20_000);
    const returns = series.points.map((point) => point.y);
    expect([Math.max(...returns), Math.min(...returns)]).toEqual([1e6, -1e6]);
    expect(series.means.at(-1)).toBeCloseTo(24.5);
    expect(series.means).toHaveLength(series.points.length);
  });

  it('leaves out what cannot be drawn', () => {
    const series = new ValueSeries();
    series.add([
      { x: 1, y: Number.NaN, seq: 1 },
      { x: 2, y: Number.POSITIVE_INFINITY, seq: 2 },
      { x: 3, y: 5, seq: 3 },
    ]);
    expect(series.points).toEqual([{ x: 3, y: 5, seq: 3 }]);
  });
});

describe('a colour on a ground', () => {
  it('stands out from white and from black, and stays what it is where it already does', () => {
    expect(onGround('#d55e00', '#ffffff')).toBe('#d55e00');
    expect(onGround('#56b4e9', '#212121')).toBe('#56b4e9');
    for (const colour of ['#0072b2', '#e69f00', '#56b4e9', '#cc79a7'])
      for (const ground of ['#ffffff', '#212121', '#000000']) {
        const seen = onGround(colour, ground);
        expect(contrastOf(seen, ground)).toBeGreaterThanOrEqual(3.5);
      }
    expect(onGround('#0072b2', 'white')).toBe('#0072b2');
  });
});

/** By the formula of WCAG 2, written anew. */
function contrastOf(one: string, other: string): number {
  const bright = (hex: string): number =>
    [0.2126, 0.7152, 0.0722].reduce((sum, weight, at) => {
      const share = Number.parseInt(hex.slice(1 + at * 2, 3 + at * 2), 16) / 255;
      return sum + weight * (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
    }, 0.05);
  return Math.max(bright(one), bright(other)) / Math.min(bright(one), bright(other));
}

describe('the point under the pointer', () => {
  const line = (name: string, xs: number[]) => ({
    name,
    colour: '#000000',
    dash: [],
    points: xs.map((x) => ({ x, y: 1, seq: x })),
    means: xs,
    smoothed: xs,
  });
  const area = { left: 0, top: 0, width: 160, height: 100 }; // 48 px and 12 px are margins: 10 px an episode

  it('is the nearest of all lines, by its name, and none where nothing is drawn', () => {
    const curve = { lines: [line('a', [0, 4, 10]), line('b', [7])], gaps: [], smoothing: 0 };
    expect(pointAt(area, curve, 48 + 41)).toMatchObject({ name: 'a', point: { x: 4 } });
    expect(pointAt(area, curve, 48 + 66)).toMatchObject({ name: 'b', point: { x: 7 } });
    expect(pointAt(area, { lines: [], gaps: [], smoothing: 0 }, 60)).toBeUndefined();
  });
});
