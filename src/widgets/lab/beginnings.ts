/** Tells of every run whose first row comes while the page looks on: once each, none of those that were there before. */
import type { RunEntry } from '../../protocol/index.ts';
import type { PageLink } from '../link/page-link.ts';

export function beginnings(
  link: Pick<PageLink, 'onRuns' | 'onState'>,
  tell: (run: RunEntry) => void,
  life: { signal: AbortSignal },
): void {
  const known = new Set<string>();
  let isConnected = false;
  let hasList = false;
  link.onState((state) => {
    isConnected = state.state === 'connected' && state.daemon === 'connected';
  }, life);
  link.onRuns((runs) => {
    if (!isConnected && runs.length === 0) return;
    for (const run of runs) {
      if (known.has(run.run_id) || !hasRows(run)) continue;
      known.add(run.run_id);
      if (hasList && run.status !== 'TERM') tell(run);
    }
    hasList = true;
  }, life);
}

function hasRows({ kinds }: RunEntry): boolean {
  return kinds.some(({ kind, watermark }) => (kind === 'steps' || kind === 'episodes') && watermark > 0);
}
