/**
 * Intervals by the stratified percentile bootstrap, and how likely one group is better than another.
 *
 * After Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical Precipice" (rliable): runs are drawn with
 * replacement within each task, the statistic is taken over all of them, the interval lies between its 2.5 and 97.5 percentiles.
 * The same strata, seed and number of replicates give the same interval, here and in Python.
 */
import { iqm, iqmOfSorted, mean, quantileOfSorted, type Statistic, sortFew } from './estimates.ts';
import { resamples } from './random.ts';

/** Scores of one group: a list of runs for each task. One task is the usual case. */
export type Strata = readonly (readonly number[])[];
export type Interval = readonly [low: number, high: number];
export type Sampling = { replicates: number; seed: number };

export const usualSampling: Sampling = { replicates: 2000, seed: 0 };
/** Keeps the draws of a second group apart from those of the first. */
const otherGroup = 0x5bd1e995;

export function statisticOf(values: ArrayLike<number>, statistic: Statistic): number {
  return statistic === 'mean' ? mean(values) : iqm(values);
}

/** The statistic of each replicate, in their order. */
function replicatesOf(strata: Strata, statistic: Statistic, { replicates, seed }: Sampling): Float64Array {
  const flat = Float64Array.from(strata.flat());
  const sizes = strata.map((runs) => runs.length);
  return takeEach(flat, resamples(sizes, replicates, seed), statistic, replicates);
}

/** As replicatesOf, for picks that were drawn before. */
export function takeEach(flat: Float64Array, picks: Uint32Array, statistic: Statistic, replicates: number): Float64Array {
  const drawn = new Float64Array(flat.length);
  const out = new Float64Array(replicates);
  for (let r = 0, at = 0; r < replicates; r++) {
    for (let i = 0; i < drawn.length; i++, at++) drawn[i] = flat[picks[at] as number] as number;
    out[r] = statistic === 'mean' ? mean(drawn) : iqmOfSorted(sortFew(drawn));
  }
  return out;
}

/** The middle 95 %. Sorts what it is given. */
export function middle95(values: Float64Array): Interval {
  values.sort();
  return [quantileOfSorted(values, 0.025), quantileOfSorted(values, 0.975)];
}

/** 95 % interval of the statistic; undefined of fewer than two runs, which say nothing of spread. */
export function intervalOf(strata: Strata, statistic: Statistic, sampling: Sampling = usualSampling): Interval | undefined {
  return strata.flat().length < 2 ? undefined : middle95(replicatesOf(strata, statistic, sampling));
}

/** 95 % interval of `statistic(ours) - statistic(theirs)`, each group drawn by itself. */
export function differenceInterval(
  ours: Strata,
  theirs: Strata,
  statistic: Statistic,
  sampling: Sampling = usualSampling,
): Interval | undefined {
  if (ours.flat().length < 2 || theirs.flat().length < 2) return undefined;
  const a = replicatesOf(ours, statistic, sampling);
  const b = replicatesOf(theirs, statistic, { ...sampling, seed: sampling.seed ^ otherGroup });
  return middle95(a.map((value, r) => value - (b[r] as number)));
}

/**
 * P(a run of ours is better than one of theirs on the same task), ties counting half: the Mann-Whitney U over n * m, averaged
 * over the tasks both have. NaN when they share none. Tasks are matched by their place.
 */
export function probabilityOfImprovement(ours: Strata, theirs: Strata): number {
  const shares = ours.flatMap((runs, task) => {
    const others = theirs[task] ?? [];
    return runs.length > 0 && others.length > 0 ? [shareBetter(runs, others)] : [];
  });
  return mean(shares);
}

export function improvementInterval(ours: Strata, theirs: Strata, sampling: Sampling = usualSampling): Interval | undefined {
  if (ours.flat().length < 2 || theirs.flat().length < 2) return undefined;
  const a = drawnStrata(ours, sampling);
  const b = drawnStrata(theirs, { ...sampling, seed: sampling.seed ^ otherGroup });
  const out = new Float64Array(sampling.replicates);
  for (let r = 0; r < sampling.replicates; r++) out[r] = probabilityOfImprovement(a(r), b(r));
  return middle95(out);
}

function drawnStrata(strata: Strata, { replicates, seed }: Sampling): (replicate: number) => Strata {
  const flat = strata.flat();
  const picks = resamples(
    strata.map((runs) => runs.length),
    replicates,
    seed,
  );
  return (replicate) => {
    let at = replicate * flat.length;
    return strata.map((runs) => runs.map(() => flat[picks[at++] as number] as number));
  };
}

function shareBetter(ours: readonly number[], theirs: readonly number[]): number {
  let wins = 0;
  for (const a of ours) for (const b of theirs) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (ours.length * theirs.length);
}
