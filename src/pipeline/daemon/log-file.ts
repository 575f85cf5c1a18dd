/**
 * The daemon's log: <home>/log/daemon.log, one JSON line per event, rotated by size.
 *
 * Guarantees: at most `keptFiles` + 1 files of about `maxBytes` each. A line that cannot be written is lost, never thrown:
 * a full disk must not take the daemon down.
 */
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const maxBytes = 8 * 1024 * 1024;
const keptFiles = 3;

/** A writer of lines for `createLog`. */
export function rotatedLog(directory: string): (line: string) => void {
  const path = join(directory, 'daemon.log');
  let size = sizeOf(path);
  return (line) => {
    try {
      if (size > maxBytes) {
        rotate(path);
        size = 0;
      }
      appendFileSync(path, line, { mode: 0o600 });
      size += Buffer.byteLength(line);
    } catch {
      // Nothing is left to tell it to.
    }
  };
}

function rotate(path: string): void {
  for (let index = keptFiles - 1; index >= 0; index -= 1) {
    const from = index === 0 ? path : `${path}.${index}`;
    if (sizeOf(from) > 0) renameSync(from, `${path}.${index + 1}`);
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
