/** A group of seeds as one line and a band around it, bin by bin. */
import { middle95, type Sampling, takeEach, usualSampling } from './bootstrap.ts';
import { iqm, mean, sd, se } from './estimates.ts';
import { resamples } from './random.ts';

export type BandKind = 'none' | 'min-max' | 'sd' | 'se' | 'bootstrap' | 'iqm';
/** NaN where there is none; `n`: seeds that have a value in the bin. */
export type Band = { middle: Float64Array; low: Float64Array; high: Float64Array; n: Uint16Array };

export type Edges = readonly [low: number, high: number];
/** The edges of a bin: computed now, or as they are kept; undefined where they are not to be had in time. */
type EdgesOf = (bin: number, compute: () => Edges) => Edges | undefined;

/** `task`: which stratum a seed belongs to; seeds of one task are drawn among themselves. */
export type Seed = { values: Float64Array; task: number };

/**
 * The line is the IQM for `iqm` and the mean otherwise. Bands of fewer than two seeds do not exist. Bootstrap bands of a bin draw
 * the same replicates as those of its neighbours, so the band does not shiver.
 */
export function bandOf(
  seeds: readonly Seed[],
  bins: number,
  kind: BandKind,
  sampling: Sampling = usualSampling,
  edgesAt: EdgesOf = (_, compute) => compute(),
): Band {
  const [middle, low, high] = [0, 1, 2].map(() => new Float64Array(bins).fill(Number.NaN)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const n = new Uint16Array(bins);
  const ordered = [...seeds].sort((a, b) => a.task - b.task);
  const drawn = new Map<string, Uint32Array>();
  for (let bin = 0; bin < bins; bin++) {
    const there = ordered.filter(({ values }) => Number.isFinite(values[bin]));
    n[bin] = there.length;
    if (there.length === 0) continue;
    const values = Float64Array.from(there, (seed) => seed.values[bin] as number);
    middle[bin] = kind === 'iqm' ? iqm(values) : mean(values);
    const edges =
      there.length > 1 && kind !== 'none' ? edgesAt(bin, () => edgesOf(values, there, kind, sampling, drawn)) : undefined;
    if (edges) [low[bin], high[bin]] = edges;
  }
  return { middle, low, high, n };
}

function edgesOf(
  values: Float64Array,
  seeds: readonly Seed[],
  kind: Exclude<BandKind, 'none'>,
  sampling: Sampling,
  drawn: Map<string, Uint32Array>,
): Edges {
  switch (kind) {
    case 'min-max':
      return [Math.min(...values), Math.max(...values)];
    case 'sd':
      return [mean(values) - sd(values), mean(values) + sd(values)];
    case 'se':
      return [mean(values) - se(values), mean(values) + se(values)];
    case 'bootstrap':
    case 'iqm': {
      const sizes = sizesOf(seeds);
      const key = String(sizes);
      const picks = drawn.get(key) ?? resamples(sizes, sampling.replicates, sampling.seed);
      drawn.set(key, picks);
      return middle95(takeEach(values, picks, kind === 'iqm' ? 'iqm' : 'mean', sampling.replicates));
    }
    default:
      return kind satisfies never;
  }
}

function sizesOf(seeds: readonly Seed[]): number[] {
  const sizes = new Map<number, number>();
  for (const { task } of seeds) sizes.set(task, (sizes.get(task) ?? 0) + 1);
  return [...sizes.values()];
}
