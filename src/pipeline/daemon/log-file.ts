/**
 * The daemon's log: <home>/log/daemon.log, one JSON line per event, rotated by size.
 *
 * Guarantees
 * - At most `keptFiles` + 1 files of about `maxBytes` each. A line that cannot be written is lost, never thrown: a full disk must not
 *   take the daemon down.
 * - `write` never waits for the disk: lines of a stalled one wait in memory, at most `linesWaiting` of them; then they are counted, and
 *   the count is a line of its own. What waits at the process's end is written then.
 */
import { appendFileSync, statSync } from 'node:fs';
import { appendFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog } from '../../protocol/index.ts';

const maxBytes = 8 * 1024 * 1024;
const keptFiles = 3;
const linesWaiting = 4096;
const mode = 0o600;

/** A writer of lines for `createLog`. */
export function rotatedLog(directory: string): (line: string) => void {
  const path = join(directory, 'daemon.log');
  let size = sizeOf(path);
  let waiting: string[] = [];
  let lost = 0;
  let isWriting = false;
  const log = createLog((line) => waiting.push(line));

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      if (lost > 0) log('warn', 'log-lines-lost', { lines: lost });
      lost = 0;
      const text = waiting.join('');
      waiting = [];
      if (size > maxBytes) await rotate(path).then(() => (size = 0));
      await appendFile(path, text, { mode });
      size += Buffer.byteLength(text);
    }
  }

  process.once('exit', () => {
    try {
      if (waiting.length > 0) appendFileSync(path, waiting.join(''), { mode });
    } catch {
      // Nothing is left to tell it to.
    }
  });
  return (line) => {
    if (waiting.length < linesWaiting) waiting.push(line);
    else lost += 1;
    if (isWriting) return;
    isWriting = true;
    // In a turn of its own: the last words before an exit are still waiting then.
    setImmediate(() => {
      void drain()
        .catch(() => undefined) // nothing is left to tell it to
        .finally(() => {
          isWriting = false;
        });
    });
  };
}

async function rotate(path: string): Promise<void> {
  for (let index = keptFiles - 1; index >= 0; index -= 1) {
    const from = index === 0 ? path : `${path}.${index}`;
    if (sizeOf(from) > 0) await rename(from, `${path}.${index + 1}`);
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
