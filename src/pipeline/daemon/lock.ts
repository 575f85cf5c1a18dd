/**
 * A lock on a file that dies with the process: SQLite's exclusive lock, which the operating system holds.
 *
 * Guarantees
 * - At most one process holds it, however many try at once; a killed holder (kill -9) lets go at once.
 * - No pid is compared and no file has to be removed, so there is nothing stale to guess about.
 * Failure modes: a file system without locks (some network homes) makes `take` throw `home-unusable`.
 * Surprise: the locked file must never be opened by other means in this process; closing it would drop the lock.
 */
import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { DuallaneError } from '../../protocol/index.ts';

export type FileLock = { release(): void };

const sqliteBusy = 5;

/** The lock on `path`, or undefined when somebody else holds it. Never waits. */
export function takeLock(path: string): FileLock | undefined {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    chmodSync(path, 0o600);
    return { release: () => database.close() };
  } catch (cause) {
    database.close();
    if (isBusy(cause)) return undefined;
    throw new DuallaneError(
      'home-unusable',
      `${path} cannot be locked (${String(cause)}): put the home on a local disk with --home`,
      { cause },
    );
  }
}

/** The lock on `path` as soon as it is free; undefined when that takes more than `withinMs`. */
export async function waitForLock(path: string, withinMs: number): Promise<FileLock | undefined> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const lock = takeLock(path);
    if (lock || Date.now() >= deadline) return lock;
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 30));
  }
}

function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode;
  return code !== undefined && (code & 0xff) === sqliteBusy;
}
