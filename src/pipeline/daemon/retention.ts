/**
 * Lets go of history that is older or larger than was set: at the daemon's start, and from time to time.
 *
 * Guarantees: those of sinks/retention.ts and of HistoryUpkeep.remove. Every removal is logged and stays in the run's ledger. What
 * cannot be removed now (a full disk) is tried again at the next turn.
 */
import { type Log, sentenceOf } from '../../protocol/index.ts';
import type { Recordings } from '../recording/index.ts';
import type { RunRegistry } from '../runs/index.ts';
import { dueRemovals, type HistoryRetention, type ParquetSink, type StoredRun } from '../sinks/index.ts';

export type RetentionOptions = {
  sink: ParquetSink;
  registry: RunRegistry;
  recordings: Recordings;
  limits: HistoryRetention;
  everyMs: number;
  now: () => number;
  log: Log;
  signal: AbortSignal;
};

export function watchRetention(options: RetentionOptions): void {
  const { everyMs, signal, log } = options;
  let last = Promise.resolve();
  let wasOver = false;
  const look = (): void => {
    last = last
      .then(async () => {
        const isOver = (await removeDue(options)) > 0;
        if (isOver && !wasOver) log('warn', 'history-over-size', { bytes: options.limits.bytes });
        wasOver = isOver;
      })
      .catch((error: unknown) => {
        if (!signal.aborted) log('warn', 'retention-failed', { reason: sentenceOf(error) });
      });
  };
  look();
  const timer = setInterval(look, everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

/** Resolves with the bytes by which all history is still too large. */
async function removeDue({ sink, registry, recordings, limits, now, log, signal }: RetentionOptions): Promise<number> {
  const stored = registry.all().map((run): StoredRun => {
    const { retain } = sink.settings(run.runId);
    return {
      runId: run.runId,
      ...(run.status === 'TERM' && { endedMs: run.finishedMs ?? run.updatedMs }),
      isArchived: run.archivedMs !== undefined,
      ...(retain && { own: retain }),
      bytes: sink.catalogue.bytesOf(run.runId) + recordings.bytesOf(run.runId),
    };
  });
  const { removals, excessBytes } = dueRemovals(stored, limits, now());
  for (const { runId, choose, reason, isWhole } of removals) {
    if (signal.aborted) return 0;
    // It may have been archived while another run's rows went.
    if (registry.find(runId)?.archivedMs !== undefined) continue;
    const { parts, rows, bytes } = await sink.upkeep.remove(runId, { choose, reason, nowMs: now() });
    const recorded = isWhole ? recordings.forget(runId) : undefined;
    if (recorded && recorded.recordings > 0) log('info', 'history-removed', { run: runId, ...recorded, reason });
    if (parts > 0) log('info', 'history-removed', { run: runId, parts, rows, bytes, reason });
  }
  return excessBytes;
}
