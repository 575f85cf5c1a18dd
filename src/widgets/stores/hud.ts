import type { Frame } from '../../protocol/index.ts';

/** The HUD's lines, as the source system writes them. */
export function hudLines(frame: Pick<Frame, 'last_reward' | 'rolling_return' | 'step_rate_hz'>): [string, string, string] {
  return [
    `reward: ${frame.last_reward.toFixed(2)}`,
    `return: ${frame.rolling_return.toFixed(2)}`,
    `step/sec: ${frame.step_rate_hz.toFixed(1)}`,
  ];
}
