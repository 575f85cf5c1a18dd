/** What LiveTelemetry's settings mean. Anybody may have written them into a notebook: what does not fit counts as absent. */
import { isRecordsTab, type RecordsTab } from './records.ts';
import type { ViewSettings } from './view-element.ts';

export type Beside = 'auto' | 'step' | 'frame' | 'nothing';
export type LiveSettings = {
  /** Show every n-th step; undefined leaves it to the run. */
  every: number | undefined;
  agent: string | undefined;
  /** undefined leaves it to what the run logs. */
  tab: RecordsTab | undefined;
  filter: string;
  /** Reach of the smoothed curve, episodes; 0 is off. */
  smoothing: number;
  beside: Beside;
  heightPx: number;
};

export const thinnings: readonly number[] = [1, 2, 4, 8, 16, 64, 256];
export const smoothings: readonly number[] = [0, 5, 20, 100, 500];
export const besides: readonly { value: Beside; label: string }[] = [
  { value: 'auto', label: 'picture' },
  { value: 'step', label: 'newest step' },
  { value: 'frame', label: 'newest frame' },
  { value: 'nothing', label: 'curve only' },
];

export function readLiveSettings(settings: ViewSettings): LiveSettings {
  const { every, agent, tab, filter, smoothing, beside, frame, height } = settings;
  const isCount = typeof every === 'number' && Number.isInteger(every) && every >= 1 && every <= 1_000_000;
  const isReach = typeof smoothing === 'number' && smoothing >= 0 && smoothing <= 1e6;
  return {
    every: isCount ? every : undefined,
    agent: typeof agent === 'string' && agent ? agent.slice(0, 256) : undefined,
    tab: isRecordsTab(tab) ? tab : undefined,
    filter: typeof filter === 'string' ? filter.slice(0, 500) : '',
    smoothing: isReach ? smoothing : 20,
    beside: frame === true ? 'frame' : (besides.find(({ value }) => value === beside)?.value ?? 'auto'),
    heightPx: typeof height === 'number' ? Math.max(280, Math.min(1600, height)) : 460,
  };
}

/** The choices, with the one in force among them. */
export function withChosen(choices: readonly number[], chosen: number): readonly number[] {
  return choices.includes(chosen) ? choices : [...choices, chosen].sort((a, b) => a - b);
}
