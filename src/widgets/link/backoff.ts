import { limits } from '../../protocol/index.ts';

/**
 * How long to wait before attempt n (from 0), in ms: limits.reconnect*, with jitter of a fifth to either side so that the
 * pages of one server do not come back in step. `random` gives 0 up to 1.
 */
export function reconnectDelayMs(attempt: number, random: () => number): number {
  const steady = Math.min(limits.reconnectMaxMs, limits.reconnectFirstMs * limits.reconnectFactor ** attempt);
  return Math.round(steady * (0.8 + 0.4 * random()));
}
