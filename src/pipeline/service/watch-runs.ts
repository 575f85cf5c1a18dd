/**
 * WatchRuns: every matching run once (since_seq 0) or those that changed since, then each change as it happens.
 *
 * Guarantees: ascending in seq_id, the last state of every run always arrives; a reader that falls behind gets the latest state
 * of each run it missed instead of every step in between.
 */
import { limits } from '../../protocol/index.ts';
import type { trainer } from '../../protocol/wire.ts';
import { Wake } from '../bus/index.ts';
import { type Run, type RunChange, type RunRegistry, statusNumber } from '../runs/index.ts';
import type { Outflow } from './calls.ts';
import { seqOf, timestampOf } from './convert.ts';

const queueBounds = { events: limits.busQueueDefault, bytes: Number.POSITIVE_INFINITY };

export async function watchRuns(
  request: trainer.WatchRunsRequest,
  out: Outflow<trainer.RunRecord>,
  registry: RunRegistry,
): Promise<void> {
  const wake = new Wake();
  const queue = registry.changes.subscribe('', { bounds: queueBounds, signal: out.signal, onQueued: () => wake.ring() });
  out.signal.addEventListener('abort', () => wake.ring(), { once: true });
  const wanted = matching(request.statusFilter);
  let sent = seqOf(request.sinceSeq, 'since_seq');
  let dropped = -1; // forces the first look at the registry
  while (!out.signal.aborted) {
    if (queue.dropped !== dropped) {
      dropped = queue.dropped;
      // Copies: a run that changes while we wait for the reader must not carry us past another one's change.
      for (const run of registry.changedSince(sent).map((run) => ({ ...run }))) {
        sent = run.seqId;
        if (wanted(run)) await out.send(recordOf(run));
      }
    }
    const change = queue.take();
    if (change === undefined) await wake.next();
    else if (change.seqId > sent) {
      sent = change.seqId;
      if (wanted(change)) await out.send(recordOf(change));
    }
  }
}

/** Whether a run's status is in the filter; an empty filter is all. */
export function matching(filter: readonly trainer.RunStatus[]): (run: Pick<Run, 'status'>) => boolean {
  return (run) => filter.length === 0 || filter.includes(statusNumber(run.status));
}

export function recordOf(run: RunChange): trainer.RunRecord {
  return {
    runId: run.runId,
    status: statusNumber(run.status),
    digest: run.digest,
    createdAt: timestampOf(run.createdMs),
    updatedAt: timestampOf(run.updatedMs),
    lastHeartbeat: run.heartbeatMs === undefined ? undefined : timestampOf(run.heartbeatMs),
    gpuSlot: run.gpuSlots[0],
    failureReason: run.failureReason === '' ? undefined : run.failureReason,
    gpuSlots: [...run.gpuSlots],
    seqId: BigInt(run.seqId),
  };
}
