/**
 * Tells of each further agent of one run, once, by its first step: a channel of steps so thinned that each agent sends one row.
 *
 * The first agent is not told of: the run's own view shows it. The channel closes when the run has ended.
 */
import type { PageLink } from '../link/page-link.ts';
import { KindTally } from '../stores/kind-tally.ts';
import { RowBatch } from '../stores/row-batch.ts';

/** The most that the link allows: of each agent's steps the first, and one in a million. */
const thinnedTo = 1_000_000;

export function agentBeginnings(
  link: Pick<PageLink, 'open' | 'onRuns'>,
  run: string,
  tell: (agent: string) => void,
  life: { signal: AbortSignal },
): void {
  const known = new Set<string>();
  const tally = new KindTally();
  const own = new AbortController();
  const both = { signal: AbortSignal.any([life.signal, own.signal]) };
  link.onRuns((runs) => {
    if (runs.find(({ run_id }) => run_id === run)?.status === 'TERM') own.abort();
  }, both);
  const channel = link.open(
    { view: 'telemetry', run, kinds: ['steps'], every: thinnedTo },
    (event) => {
      if (event.kind === 'reopened') tally.reopened();
      if (event.kind !== 'batch') return;
      tally.took(event.meta.rows, event.meta.last_seq, event.meta.history, undefined);
      for (const agent of new RowBatch(event.body).agents()) {
        if (known.has(agent)) continue;
        if (known.size > 0) tell(agent);
        known.add(agent);
      }
      const report = tally.painted()?.report;
      if (report) channel.painted({ steps: report });
    },
    both,
  );
}
