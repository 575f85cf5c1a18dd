/** Takes away what killed writers left in shared memory, once their run is known to be over. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Log, ringSegmentName, sentenceOf } from '../../protocol/index.ts';
import type { RunBus } from '../bus/index.ts';

/** From now on, until `signal` aborts: when a run of `changes` is TERM, its rings go. Never throws into the bus. */
export function removeRingsOfEndedRuns<Change extends { runId: string; status: string }>(
  changes: RunBus<Change>,
  { signal, log }: { signal: AbortSignal; log: Log },
): void {
  // Emptied at every event: the queue holds one change at a time.
  const queue = changes.subscribe('', { bounds: { events: 16, bytes: Number.POSITIVE_INFINITY }, signal, onQueued: take });

  function take(): void {
    for (let change = queue.take(); change !== undefined; change = queue.take()) {
      if (change.status === 'TERM') remove(change.runId);
    }
  }

  function remove(runId: string): void {
    try {
      for (const name of removeRings(runId)) log('info', 'frame-ring-collected', { runId, name });
    } catch (error) {
      log('warn', 'frame-ring-left', { runId, sentence: sentenceOf(error) });
    }
  }
}

/**
 * Removes the frame rings of a run that has ended: its own, those of its parallel workers (`<run_id>-w<index>`), and half-made
 * ones. Returns their names. Readers see the end of the stream. A host without the directory has none.
 */
export function removeRings(runId: string, directory = '/dev/shm'): string[] {
  const name = ringSegmentName(runId);
  const removed = namesIn(directory).filter(
    (found) => found.startsWith(name) && /^(-w\d+)?(\.\d+\.new)?$/.test(found.slice(name.length)),
  );
  for (const found of removed) rmSync(join(directory, found), { force: true });
  return removed;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
