/** What the comparison's worker is asked, out of what was chosen and which groups are drawn. */
import { budgetOf, flatConfig, taskOf } from '../comparison/groups.ts';
import type { Question } from '../comparison/messages.ts';
import { onGround } from '../styles/palette.ts';
import type { LegendGroup } from './compare-legend.ts';
import { type CompareSettings, readSmoothing } from './compare-settings.ts';

/** `ground`: the colour the points are drawn on. */
export function comparisonQuestion(legend: readonly LegendGroup[], chosen: CompareSettings, ground: string): Question {
  const { value, axis, agent, smoothing, band, better, threshold, at } = chosen;
  return {
    groups: legend
      .filter(({ isShown }) => isShown)
      .map(({ group, colour }) => ({
        key: group.key,
        colour: rgbOf(onGround(colour, ground)),
        runs: group.runs.map(({ run_id, config_json, created_ms: createdMs }) => {
          const config = flatConfig(config_json);
          return { id: run_id, task: taskOf(config), budget: budgetOf(config), createdMs };
        }),
      })),
    value,
    axis,
    agent,
    smoothing: readSmoothing(smoothing) ?? { kind: 'off' },
    band,
    statistic: band === 'iqm' ? 'iqm' : 'mean',
    better,
    baseline: legend.find(({ isBaseline }) => isBaseline)?.group.key,
    threshold,
    at,
  };
}

function rgbOf(colour: string): [number, number, number] {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return [red, green, blue];
}
