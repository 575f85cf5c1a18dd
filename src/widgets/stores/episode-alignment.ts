/**
 * Several episodes on one axis: which step of each belongs to a place of the one that leads. Pure.
 *
 * An episode is its steps' numbers on the axis, ascending: step index, seconds since its first step, the share of it that is over, or
 * the return so far (its highest yet: where a return falls, the episode stays where it was).
 */
import type { StepRow } from './episode-questions.ts';

export const alignments = ['step', 'time', 'fraction', 'return'] as const;
export type Alignment = (typeof alignments)[number];

type Steps = readonly Pick<StepRow, 'step' | 'atUs' | 'reward'>[];

/** The place of each step on the axis. */
export function axisOf(steps: Steps, alignment: Alignment): Float64Array {
  const axis = new Float64Array(steps.length);
  const first = steps[0]?.atUs ?? 0;
  let total = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (const [at, { step, atUs, reward }] of steps.entries()) {
    total += reward ?? 0;
    highest = Math.max(highest, total);
    axis[at] = {
      step,
      time: (atUs - first) / 1e6,
      fraction: steps.length > 1 ? at / (steps.length - 1) : 0,
      return: highest,
    }[alignment];
  }
  return axis;
}

/** Index of the last step at or before `place`; the first one before all, and by return the first that reaches it. */
export function stepAt(axis: Float64Array, place: number, alignment: Alignment): number {
  let [low, high] = [0, axis.length - 1];
  if (alignment === 'return') {
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((axis[middle] as number) >= place) high = middle;
      else low = middle + 1;
    }
    return Math.max(0, low);
  }
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((axis[middle] as number) <= place) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** Which of the episodes leads: the one that reaches farthest on the axis; of equals the one with the most steps. */
export function leaderOf(axes: readonly Float64Array[]): number {
  let leader = 0;
  for (const [at, axis] of axes.entries()) {
    const best = axes[leader] as Float64Array;
    const [end, bestEnd] = [axis.at(-1) ?? Number.NEGATIVE_INFINITY, best.at(-1) ?? Number.NEGATIVE_INFINITY];
    if (end > bestEnd || (end === bestEnd && axis.length > best.length)) leader = at;
  }
  return leader;
}

/** Index of the first step at which two episodes are not the same, and what differs; undefined when one is the other's beginning. */
export function firstDivergence(
  one: readonly StepRow[],
  other: readonly StepRow[],
): { at: number; what: string; values: [string, string] } | undefined {
  for (let at = 0; at < Math.min(one.length, other.length); at += 1) {
    const [a, b] = [one[at] as StepRow, other[at] as StepRow];
    const pairs: [string, unknown, unknown][] = [
      ['action', a.action, b.action],
      ['observation', a.observation, b.observation],
      ['reward', a.reward, b.reward],
      ['end', a.terminated || a.truncated, b.terminated || b.truncated],
    ];
    const found = pairs.find(([, left, right]) => left !== right);
    if (found) return { at, what: found[0], values: [String(found[1] ?? '–'), String(found[2] ?? '–')] };
  }
  return undefined;
}

export type Mark = { at: number; label: string; kind: 'event' | 'reward' | 'end' | 'divergence' };

/** Places worth jumping to: logged events, rewards unlike the usual one, the end. Ascending, all of them. */
export function marksOf(steps: readonly StepRow[], events: readonly { kind: string; atUs: number }[]): Mark[] {
  const marks: Mark[] = events.map(({ kind, atUs }) => ({ at: indexAtTime(steps, atUs), label: kind, kind: 'event' }));
  const usual = usualReward(steps);
  const odd = steps.flatMap(({ reward }, at) => (reward !== undefined && reward !== usual ? [{ at, reward }] : []));
  // Where rewards are all different, none of them is an event.
  if (odd.length <= Math.max(8, steps.length / 4))
    for (const { at, reward } of odd) marks.push({ at, label: `reward ${reward}`, kind: 'reward' });
  const last = steps.at(-1);
  if (last?.terminated || last?.truncated)
    marks.push({ at: steps.length - 1, label: last.terminated ? 'terminated' : 'truncated', kind: 'end' });
  return marks.sort((a, b) => a.at - b.at);
}

function usualReward(steps: readonly StepRow[]): number | undefined {
  const counts = new Map<number, number>();
  for (const { reward } of steps) if (reward !== undefined) counts.set(reward, (counts.get(reward) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** The step during which something happened that was logged at that time. */
export function indexAtTime(steps: readonly Pick<StepRow, 'atUs'>[], atUs: number): number {
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] as StepRow).atUs >= atUs) high = middle;
    else low = middle + 1;
  }
  return Math.max(0, low);
}
