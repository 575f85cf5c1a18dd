/**
 * Leases: a run in EXEC or PAUSE that nobody hears of for `leaseMs` becomes FAULT, and comes back at the next sign of life.
 * An open publish stream and a live launched process are signs by being there.
 */
import type { RunRegistry } from './registry.ts';
import type { Run } from './run.ts';

export type LeaseOptions = { leaseMs: number; now: () => number; isAttended: (run: Run) => boolean; signal: AbortSignal };

export function watchLeases(registry: RunRegistry, { leaseMs, now, isAttended, signal }: LeaseOptions): void {
  const everyMs = Math.max(20, Math.min(5_000, leaseMs / 4));
  const timer = setInterval(() => {
    registry.flush();
    for (const run of registry.all()) {
      if (run.status !== 'EXEC' && run.status !== 'PAUSE' && run.status !== 'FAULT') continue;
      // A sign from the future: the clock was set back, and the lease begins anew.
      const isClockBack = run.status !== 'FAULT' && now() < registry.lastSignMs(run);
      if (isAttended(run) || isClockBack) registry.sign(run);
      else if (run.status !== 'FAULT' && now() - registry.lastSignMs(run) > leaseMs) {
        registry.move(
          run,
          'FAULT',
          `nothing was heard of the run for ${Math.round(leaseMs / 1000)} s: its worker may be dead or cut off`,
        );
      }
    }
  }, everyMs);
  timer.unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
