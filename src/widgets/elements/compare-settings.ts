/** What RunCompare's settings mean. Anybody may have written them into a notebook: what does not fit counts as absent. */
import type { GroupBy } from '../comparison/groups.ts';
import type { Axis, Value } from '../comparison/run-curve.ts';
import type { BandKind } from '../stats/bands.ts';
import type { Better } from '../stats/run-figures.ts';
import type { Smoothing } from '../stats/smoothing.ts';
import type { ViewSettings } from './view-element.ts';

export type CompareTab = 'summary' | 'config';
export type CompareSettings = {
  /** Runs of these names belong to the comparison, those yet to come too. */
  names: readonly string[];
  by: GroupBy;
  value: Value;
  axis: Axis;
  agent: string | undefined;
  smoothing: string;
  band: BandKind;
  /** Label or key of a group, or the id of one of its runs. */
  baseline: string | undefined;
  /** Which way the value gets better. */
  better: Better;
  threshold: number | undefined;
  at: number | undefined;
  /** Keys of groups that are not drawn. */
  hidden: readonly string[];
  tab: CompareTab;
  heightPx: number;
};

export const bands: readonly { value: BandKind; label: string }[] = [
  { value: 'iqm', label: 'IQM, 95 % interval' },
  { value: 'bootstrap', label: 'mean, 95 % interval' },
  { value: 'se', label: 'mean ± SE' },
  { value: 'sd', label: 'mean ± SD' },
  { value: 'min-max', label: 'mean, min to max' },
  { value: 'none', label: 'mean alone' },
];
export const smoothings: readonly string[] = ['off', 'mean 20', 'mean 100', 'ema 1%', 'ema 2%', 'ema 5%'];
export const axes: readonly { value: Axis; label: string }[] = [
  { value: 'step', label: 'environment step' },
  { value: 'episode', label: 'episode' },
  { value: 'time', label: 'wall time, s' },
  { value: 'process', label: 'process time, s' },
  { value: 'budget', label: 'fraction of budget' },
];

export function readCompareSettings(settings: ViewSettings): CompareSettings {
  const { names, by, value, axis, agent, smoothing, band, baseline, better, threshold, at, hidden, tab, height } = settings;
  const shown = value === 'length' || isMetric(value) ? value : 'return';
  return {
    names: texts(names),
    by: text(by) ?? 'seed',
    value: shown,
    axis: isMetric(axis) ? axis : (axes.find((known) => known.value === axis)?.value ?? 'step'),
    agent: text(agent),
    // Of values there may be few: the mean of a hundred of them would lag far behind.
    smoothing: typeof smoothing === 'string' && readSmoothing(smoothing) ? smoothing : isMetric(shown) ? 'ema 2%' : 'mean 100',
    band: bands.find((known) => known.value === band)?.value ?? 'iqm',
    baseline: text(baseline),
    better: better === 'higher' || better === 'lower' ? better : usuallyBetter(shown),
    threshold: number(threshold),
    at: number(at),
    hidden: texts(hidden),
    tab: tab === 'config' ? tab : 'summary',
    heightPx: typeof height === 'number' ? Math.max(360, Math.min(1600, height)) : 640,
  };
}

/** Which way a value gets better while nobody says: down for a loss, error, cost or regret, by the name's last part, else up. */
function usuallyBetter(value: Value): Better {
  return /^metric:(.*[^a-z])?(loss|error|cost|regret)(e?s)?([^a-z/][^/]*)?$/i.test(value) ? 'lower' : 'higher';
}

/** "off", "mean 100" (of the last 100 points), "ema 2%" (half-life of 2 % of the axis); undefined for other words. */
export function readSmoothing(words: string): Smoothing | undefined {
  if (words === 'off') return { kind: 'off' };
  const [, points] = /^mean (\d{1,6})$/.exec(words) ?? [];
  if (points !== undefined && Number(points) > 0) return { kind: 'mean', episodes: Number(points) };
  const [, percent] = /^ema (\d{1,2}(?:\.\d{1,3})?)%$/.exec(words) ?? [];
  return percent !== undefined && Number(percent) > 0 ? { kind: 'ema', share: Number(percent) / 100 } : undefined;
}

export function smoothingLabel(words: string): string {
  const smoothing = readSmoothing(words);
  if (smoothing?.kind === 'mean') return `mean of ${smoothing.episodes}`;
  return smoothing?.kind === 'ema' ? `EMA over ${words.slice('ema '.length).replace('%', ' %')}` : 'off';
}

function isMetric(value: unknown): value is `metric:${string}` {
  return typeof value === 'string' && value.startsWith('metric:') && value.length > 7 && value.length <= 300;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 2000) : undefined;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.flatMap((each) => text(each) ?? []).slice(0, 1000) : [];
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
