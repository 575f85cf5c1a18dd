/** How far a run is on its way, as far as its configuration says where it ends. */
import type { RunEntry } from '../../protocol/index.ts';

/** Steps a configuration plans, by the names of the daemon's own schedule, CleanRL, Stable-Baselines3 and Ray. */
const plans: readonly (readonly string[])[] = [
  ['schedule', 'max_steps'],
  ['total_timesteps'],
  ['total_steps'],
  ['max_steps'],
  ['timesteps_total'],
];

/** 0 to 1; undefined when nobody said where the run ends. */
export function runProgress(run: Pick<RunEntry, 'config_json' | 'kinds'>): number | undefined {
  const steps = run.kinds.find(({ kind }) => kind === 'steps')?.watermark ?? 0;
  const planned = plannedSteps(run.config_json);
  return planned === undefined ? undefined : Math.min(1, steps / planned);
}

function plannedSteps(json: string): number | undefined {
  let config: unknown;
  try {
    config = JSON.parse(json);
  } catch {
    return undefined; // A run without readable configuration has no plan.
  }
  for (const path of plans) {
    const value = path.reduce<unknown>(
      (at, key) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined,
      config,
    );
    if (typeof value === 'number' && Number.isFinite(value) && value >= 1) return value;
  }
  return undefined;
}
