/** Takes away what killed writers left in shared memory, once the run is known to be over. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ringSegmentName } from '../../protocol/index.ts';

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
