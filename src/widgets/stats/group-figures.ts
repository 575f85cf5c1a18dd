/**
 * The table of a comparison: each group's value at one matched x with its interval, and what sets it apart from the baseline.
 *
 * Guarantees
 * - All groups are looked at at the same x; runs that did not come that far are counted as missing, never filled in.
 * - No verdict of fewer than three seeds on either side; an interval of the difference that holds 0 is "not distinguishable".
 * - `better` says which way is up: it turns the verdict, P(improvement) and the threshold, and no value or difference.
 */
import {
  differenceInterval,
  type Interval,
  improvementInterval,
  intervalOf,
  probabilityOfImprovement,
  type Sampling,
  type Strata,
  statisticOf,
  usualSampling,
} from './bootstrap.ts';
import { mean, median, type Statistic, sd } from './estimates.ts';
import { lowerEnd } from './grid.ts';
import { type Better, figuresOfRun, type RunCurve, type RunFigures } from './run-figures.ts';

export const fewestSeeds = 3;

type GroupRun = { id: string; task: string; curve: RunCurve };
export type Group = { key: string; runs: readonly GroupRun[] };
type Verdict = 'better' | 'worse' | 'not distinguishable' | 'too few seeds';
type Against = {
  /** Group minus baseline. */
  difference: number;
  interval: Interval | undefined;
  /** Probability that a run of the group is better than one of the baseline. */
  improvement: number;
  improvementInterval: Interval | undefined;
  verdict: Verdict;
};
export type GroupFigures = {
  key: string;
  /** Runs that have a value at the matched x, of all there are. */
  n: number;
  runs: number;
  value: number | undefined;
  interval: Interval | undefined;
  mean: number | undefined;
  sd: number | undefined;
  area: number | undefined;
  /** Runs that came to the threshold, and the median x and seconds of those. */
  reached: { n: number; x: number | undefined; seconds: number | undefined } | undefined;
  against: Against | undefined;
  each: readonly ({ id: string } & RunFigures)[];
};
export type Comparing = {
  statistic: Statistic;
  /** Left out, higher is better. */
  better?: Better | undefined;
  /** The x to compare at; left out, the furthest that every run has come to. */
  at?: number | undefined;
  /** Key of the group to compare with. */
  baseline?: string | undefined;
  /** Level whose reaching is timed; left out, the baseline's value. */
  threshold?: number | undefined;
  sampling?: Sampling | undefined;
};
export type Compared = { at: number; threshold: number | undefined; groups: readonly GroupFigures[] };

export function compareGroups(groups: readonly Group[], comparing: Comparing): Compared {
  const { statistic, baseline, better = 'higher', sampling = usualSampling } = comparing;
  const at = comparing.at ?? commonReach(groups);
  const low = lowerEnd(groups.flatMap(({ runs }) => runs.map(({ curve }) => curve.x)));
  const tasks = [...new Set(groups.flatMap(({ runs }) => runs.map(({ task }) => task)))].sort();
  const strataOf = (each: readonly RunFigures[], runs: readonly GroupRun[]): Strata =>
    tasks.map((task) => each.flatMap(({ score }, i) => (score !== undefined && runs[i]?.task === task ? [score] : [])));
  const base = groups.find(({ key }) => key === baseline);
  const theirs = base && strataOf(eachOf(base, at, undefined, better, low), base.runs);
  const found = theirs && theirs.flat().length > 0 ? statisticOf(theirs.flat(), statistic) : undefined;
  const threshold = comparing.threshold ?? found;
  const figures = groups.map((group): GroupFigures => {
    const each = eachOf(group, at, threshold, better, low);
    const ours = strataOf(each, group.runs);
    const scores = ours.flat();
    const areas = each.flatMap(({ area }) => area ?? []);
    const hasAny = scores.length > 0;
    return {
      key: group.key,
      n: scores.length,
      runs: group.runs.length,
      value: hasAny ? statisticOf(scores, statistic) : undefined,
      interval: intervalOf(present(ours), statistic, sampling),
      mean: hasAny ? mean(scores) : undefined,
      sd: scores.length > 1 ? sd(scores) : undefined,
      area: areas.length > 0 ? mean(areas) : undefined,
      reached: threshold === undefined ? undefined : reachedOf(each),
      against:
        group !== base && theirs && hasAny && theirs.flat().length > 0
          ? against(ours, theirs, { statistic, better, sampling })
          : undefined,
      each: each.map((run, i) => ({ id: group.runs[i]?.id ?? '', ...run })),
    };
  });
  return { at, threshold, groups: figures };
}

/** The furthest x that every run with a point has come to; 0 when there is none. */
function commonReach(groups: readonly Group[]): number {
  const ends = groups.flatMap(({ runs }) => runs.flatMap(({ curve }) => curve.x.at(-1) ?? []));
  return ends.length > 0 ? Math.min(...ends) : 0;
}

function eachOf({ runs }: Group, at: number, threshold: number | undefined, better: Better, low: number): RunFigures[] {
  return runs.map(({ curve }) => figuresOfRun(curve, at, threshold, better, low));
}

/** Tasks without a run have nothing to draw from. */
function present(strata: Strata): Strata {
  return strata.filter((runs) => runs.length > 0);
}

function reachedOf(each: readonly RunFigures[]): GroupFigures['reached'] {
  const reached = each.flatMap((run) => run.reached ?? []);
  const [xs, seconds] = [reached.map(({ x }) => x), reached.map((run) => run.seconds)];
  return reached.length === 0
    ? { n: 0, x: undefined, seconds: undefined }
    : { n: reached.length, x: median(xs), seconds: median(seconds) };
}

type How = { statistic: Statistic; better: Better; sampling: Sampling };

function against(ours: Strata, theirs: Strata, { statistic, better, sampling }: How): Against {
  const interval = differenceInterval(present(ours), present(theirs), statistic, sampling);
  const isFew = Math.min(ours.flat().length, theirs.flat().length) < fewestSeeds;
  const isUp = better === 'higher';
  const improvement = probabilityOfImprovement(ours, theirs);
  const between = improvementInterval(ours, theirs, sampling);
  return {
    difference: statisticOf(ours.flat(), statistic) - statisticOf(theirs.flat(), statistic),
    interval,
    // Ties count half on either side, so what is lower is what is not higher.
    improvement: isUp ? improvement : 1 - improvement,
    improvementInterval: isUp || !between ? between : [1 - between[1], 1 - between[0]],
    verdict: isFew || !interval ? 'too few seeds' : verdictOf(interval, isUp),
  };
}

function verdictOf([low, high]: Interval, isUp: boolean): Verdict {
  if (low <= 0 && high >= 0) return 'not distinguishable';
  return low > 0 === isUp ? 'better' : 'worse';
}
