/**
 * Ends a worker's process group when the proxy is killed with SIGKILL and can do it no more: a small process that waits for the
 * end of a pipe only the proxy holds.
 *
 * Guarantees: SIGTERM, then SIGKILL after limits.cancelGraceMs, to the group, held or not; nothing when `dismiss` was called before.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { limits } from '../../protocol/index.ts';

const script = `read -r _; kill -s TERM -- "-$1" && kill -s CONT -- "-$1" && sleep "$2" && kill -s KILL -- "-$1"`;

export class WorkerGuard {
  readonly #process: ChildProcess;

  constructor(groupId: number) {
    const seconds = String(limits.cancelGraceMs / 1000);
    // A group of its own: what kills the proxy's group must not take the guard with it.
    this.#process = spawn('/bin/sh', ['-c', script, 'duallane-guard', String(groupId), seconds], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // Without a shell there is no guard; the worker still ends with its next line, for want of a reader.
    this.#process.once('error', () => undefined);
    this.#process.stdin?.once('error', () => undefined);
    this.#process.unref();
  }

  dismiss(): void {
    this.#process.kill('SIGKILL');
  }
}
