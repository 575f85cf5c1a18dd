/** What RunCompare says: names of values and axes, its state in a sentence, and the line at its foot. */
import type { RunEntry } from '../../protocol/index.ts';
import type { Progress } from '../comparison/comparison-store.ts';
import type { RunGroup } from '../comparison/groups.ts';
import type { Picture } from '../comparison/messages.ts';
import { metricName } from '../comparison/run-curve.ts';
import type { LinkState } from '../link/page-link.ts';
import { count } from '../styles/words.ts';
import { axes, type CompareSettings } from './compare-settings.ts';

export type CompareState = {
  state: 'empty' | 'connecting' | 'loading' | 'live' | 'ended' | 'reconnecting' | 'error';
  sentence: string;
};

/** What the state is read from. `runs`: ids the view was given; `progress` and `picture` of the store, when there are any. */
type Seen = {
  link: LinkState | undefined;
  problem: string | undefined;
  groups: readonly RunGroup[];
  progress: Progress | undefined;
  picture: Picture | undefined;
  runs: readonly string[];
  chosen: CompareSettings;
};

const nothingYet: Progress = { isLoading: true, isBehind: false, loadedRuns: 0, runs: 0, rows: 0 };

export function compareState({ link, problem, groups, progress, picture, runs, chosen }: Seen): CompareState {
  if (!link || link.state === 'connecting') return { state: 'connecting', sentence: 'Connecting to the Jupyter server.' };
  if (link.state === 'refused') return { state: 'error', sentence: link.sentence };
  if (problem) return { state: 'error', sentence: `${problem} Trying again by itself.` };
  if (link.state === 'reconnecting') return { state: 'reconnecting', sentence: link.sentence };
  if (groups.length === 0) return { state: 'empty', sentence: noRunsWords(chosen.names, runs) };
  const { isLoading, isBehind, loadedRuns, runs: all, rows } = progress ?? nothingYet;
  if (loadedRuns < all)
    return { state: 'loading', sentence: `Loading history: ${count(loadedRuns)} of ${count(all)} runs, ${count(rows)} rows.` };
  if (!isLoading && picture?.logged === 0) return { state: 'empty', sentence: noPointsWords(chosen) };
  const lives = groups.some((group) => group.runs.some(({ status }) => status !== 'TERM'));
  return lives || isBehind ? { state: 'live', sentence: '' } : { state: 'ended', sentence: '' };
}

function noRunsWords(names: readonly string[], runs: readonly string[]): string {
  if (names.length > 0) return nobodyWords(names);
  if (runs.length > 0) return 'None of these runs is known here yet. They join as soon as they are opened.';
  return 'No run is known here yet. Start one with duallane.Run in Python: it joins by itself.';
}

function nobodyWords(names: readonly string[]): string {
  return `No run is called ${names.slice(0, 5).join(' or ')} yet. It joins as soon as it is opened.`;
}

/** What was asked for and is not among the groups that are drawn; empty when all of it is. `hasBaseline`: one was found. */
export function absentWords(
  { names, baseline }: Pick<CompareSettings, 'names' | 'baseline'>,
  groups: readonly RunGroup[],
  hasBaseline: boolean,
): string {
  const there = new Set(groups.flatMap(({ runs }) => runs.map(({ name }) => name)));
  const absent = names.filter((name) => !there.has(name));
  const isBaselineAbsent = baseline !== undefined && !hasBaseline && !absent.includes(baseline);
  return [
    absent.length > 0 ? nobodyWords(absent) : '',
    isBaselineAbsent ? `No group or run here is called ${baseline}: choose another baseline.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function noPointsWords({ value, axis, agent }: CompareSettings): string {
  if (axis === 'budget') return 'No run names its budget: put total_timesteps into the configuration, or choose another axis.';
  if (agent !== undefined) return `Agent ${agent} has logged nothing of this in any of the runs. Choose another agent.`;
  return `Nothing of ${valueLabel(value)} was logged in these runs yet.`;
}

export function valueLabel(value: string): string {
  return metricName(value) ?? (value === 'length' ? 'episode length' : 'return');
}

export function axisLabel(axis: string): string {
  return metricName(axis) ?? axes.find((known) => known.value === axis)?.label ?? axis;
}

export function runCount(groups: readonly RunGroup[]): number {
  return groups.reduce((sum, group) => sum + group.runs.length, 0);
}

/** Points shown of those logged; runs without any; groups left out; how many runs there are when only the newest are compared. */
export function footWords(
  picture: Picture,
  groups: readonly RunGroup[],
  hidden: number,
  newest: { most: number; known: readonly RunEntry[] } | undefined,
): string {
  const runs = runCount(groups);
  return [
    `${count(picture.shown)} of ${count(picture.logged)} logged points shown`,
    picture.runsWithPoints < runs && hidden === 0
      ? `${count(runs - picture.runsWithPoints)} of ${count(runs)} runs have none`
      : '',
    hidden > 0 ? `${count(hidden)} ${hidden === 1 ? 'group' : 'groups'} left out` : '',
    newest && newest.known.length > newest.most ? `the newest ${newest.most} of ${count(newest.known.length)} runs` : '',
  ]
    .filter(Boolean)
    .join(' · ');
}
