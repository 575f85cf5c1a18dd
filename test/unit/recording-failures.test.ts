/** Which episodes count as failed, for environments that reward going on, that cost every step, and that say so themselves. */
import { expect, it } from '@jest/globals';
import type { EpisodeEnd } from '../../src/pipeline/recording/episode-take.ts';
import { FailureRule } from '../../src/pipeline/recording/failure-rule.ts';

type Way = 'terminated' | 'truncated' | 'left';
const end = (way: Way, totalReward: number | null, steps = 100, success?: boolean): EpisodeEnd => ({
  ...{ agent: 'a', slot: 0, episode: 0, seed: null, steps, totalReward, success },
  terminated: way === 'terminated',
  truncated: way === 'truncated',
});
const times = (count: number, one: (at: number) => EpisodeEnd) => Array.from({ length: count }, (_, at) => one(at));
function failed(ends: readonly EpisodeEnd[], below?: number): boolean[] {
  const rule = new FailureRule(below);
  return ends.map((one) => rule.judge(one));
}

it('where going on is rewarded, a fall is a failure once the end of the time is usual, and the end of the time never is', () => {
  const found = failed([...times(8, () => end('truncated', 500, 500)), end('terminated', 480, 480), end('truncated', 500, 500)]);
  expect(found).toEqual([...Array(8).fill(false), true, false]);
});

it('where every step costs, the goal is none, and running out of time is once the goal is usual', () => {
  const learning = [...times(8, () => end('truncated', -200, 200)), end('terminated', -150, 150), end('terminated', -95, 95)];
  expect(failed(learning)).toEqual(Array(10).fill(false));
  expect(failed([...learning, ...times(8, () => end('terminated', -120, 120)), end('truncated', -200, 200)]).at(-1)).toBe(true);
});

it('a crash is one and a landing is not, before and after flights that ran out of time', () => {
  expect(failed([end('terminated', -180, 80), end('terminated', 230, 250)])).toEqual([true, false]);
  const flights = times(8, () => end('truncated', -20, 1000));
  expect(failed([...flights, end('terminated', -180, 80), end('terminated', 230, 250)]).slice(8)).toEqual([true, false]);
});

it('an end long before the usual one is one while nothing else is known', () => {
  expect(failed([...times(8, () => end('terminated', 100, 100)), end('terminated', 40, 40), end('terminated', 60, 60)])).toEqual([
    ...Array(8).fill(false),
    true,
    false,
  ]);
});

it('what the environment says goes before what is guessed, and a given return before both', () => {
  const ends = [end('terminated', -5, 9, true), end('truncated', 5, 9, false), end('left', 5, 9)];
  expect(failed(ends)).toEqual([false, true, false]);
  expect(failed(ends, 0)).toEqual([true, false, false]);
  expect(failed([end('terminated', null)], 0)).toEqual([false]);
});
