/**
 * DeleteRun: a run and all of its history, for good.
 *
 * Guarantees
 * - History first, in one transaction with a mark that the run is gone, then its recordings, the registry, then its directory: killed anywhere, the
 *   next start finishes it or finds it done.
 * - A run that has not ended is refused; its id is never given out again, so a late writer cannot bring half of it back.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuallaneError, type Log, sentenceOf } from '../../protocol/index.ts';
import { runDirectoryName } from '../config.ts';
import type { Ingest } from '../ingest/index.ts';
import type { Recorder } from '../recording/index.ts';
import type { RunRegistry } from '../runs/index.ts';

export type RunRemoval = {
  ingest: Ingest;
  registry: RunRegistry;
  recorder: Recorder | undefined;
  runsDirectory: string;
  log: Log;
};

/** What was removed: durable rows of all kinds, and bytes of parts. Throws `run-unknown`, `run-alive`, `history-full`. */
export async function removeRun(runId: string, removal: RunRemoval): Promise<{ rows: number; bytes: number }> {
  const { ingest, registry, recorder, runsDirectory, log } = removal;
  const run = registry.get(runId);
  registry.checkEnded(run, 'deleted');
  const removed = await ingest.sink.forget(runId).catch((cause: unknown) => {
    throw new DuallaneError(
      'history-full',
      `run ${runId} cannot be deleted (${sentenceOf(cause)}): the disk takes no change; make some space and try again`,
      { cause },
    );
  });
  const frames = recorder?.forget(runId) ?? { recordings: 0, bytes: 0 };
  // Another call may have been faster.
  if (registry.find(runId) === run) registry.remove(run);
  await rm(join(runsDirectory, runDirectoryName(runId)), { recursive: true, force: true }).catch((cause: unknown) => {
    log('warn', 'run-directory-left', { runId, sentence: sentenceOf(cause) });
  });
  const { rows, bytes } = { rows: removed.rows, bytes: removed.bytes + frames.bytes };
  log('info', 'run-deleted', { runId, rows, bytes, recordings: frames.recordings });
  return { rows, bytes };
}
