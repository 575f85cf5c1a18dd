import { readFileSync } from 'node:fs';

/** Whether a process lives; one that only waits for its parent to ask is dead. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
