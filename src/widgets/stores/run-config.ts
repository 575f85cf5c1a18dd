/** What a view takes from a run's configuration, which anybody may have written: read with care, absent when it does not fit. */
import type { RunEntry } from '../../protocol/index.ts';

/** The run's own render throttle, environment TELEMETRY_SAMPLING_INTERVAL: show every n-th step. */
export function samplingInterval(run: Pick<RunEntry, 'config_json'>): number | undefined {
  let config: unknown;
  try {
    config = JSON.parse(run.config_json);
  } catch {
    return undefined; // The daemon hands on what it was given; a run without readable configuration has no throttle.
  }
  const value = at(at(config, 'environment'), 'TELEMETRY_SAMPLING_INTERVAL');
  const interval = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof interval === 'number' && Number.isInteger(interval) && interval >= 1 && interval <= 1_000_000
    ? interval
    : undefined;
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
