/**
 * The worker: a process group of its own, no shell, its two output streams ours to read.
 *
 * Guarantees
 * - Signals go to the whole group. After `stop` the group gets SIGKILL when it outlives `graceMs`.
 * - `ended` settles once, also when the command cannot be started (exit code 127 or 126, as shells have it).
 * - When this process is killed, the group is ended by its guard.
 * - Children that outlive the worker and hold its output open are killed, so that the end of the output comes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { limits, sentenceOf } from '../../protocol/index.ts';
import type { WorkerCommand } from './config.ts';
import { WorkerGuard } from './worker-guard.ts';

export type WorkerEnd =
  | { kind: 'exited'; code: number }
  | { kind: 'signalled'; signal: NodeJS.Signals }
  | { kind: 'not-started'; code: 126 | 127; sentence: string };

/** The proxy's own launcher may kill it at limits.cancelGraceMs: be a little earlier. */
const graceMs = limits.cancelGraceMs * 0.9;
/** How long the output of a worker that has ended may stay open and silent. */
const silenceMs = 2000;

export class WorkerProcess {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly ended: Promise<WorkerEnd>;
  readonly #child: ChildProcess;
  readonly #guard: WorkerGuard | undefined;
  #killTimer: NodeJS.Timeout | undefined;
  #silenceTimer: NodeJS.Timeout | undefined;
  #openStreams = 2;

  constructor({ argv: [program, ...args], environment }: WorkerCommand) {
    const child = spawn(program, args, { detached: true, env: environment, stdio: ['inherit', 'pipe', 'pipe'] });
    this.#child = child;
    this.#guard = child.pid === undefined ? undefined : new WorkerGuard(child.pid);
    this.stdout = child.stdout;
    this.stderr = child.stderr;
    this.ended = new Promise((resolve) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        if (child.pid === undefined) resolve(notStarted(program, error));
      });
      child.once('exit', (code, signal) => resolve(signal ? { kind: 'signalled', signal } : { kind: 'exited', code: code ?? 1 }));
    });
    for (const stream of [this.stdout, this.stderr]) stream.once('close', () => this.#streamClosed());
    void this.ended.then(() => this.stillTalking());
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Passes a signal on to the whole group. */
  signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Passes SIGTERM on, and SIGKILL when it does not help. */
  stop(): void {
    this.signal('SIGTERM');
    this.#killTimer ??= setTimeout(() => this.signal('SIGKILL'), graceMs);
  }

  /** To be called for output that comes: after the worker's end, silence ends its group. */
  stillTalking(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) return;
    clearTimeout(this.#silenceTimer);
    if (this.#openStreams > 0) this.#silenceTimer = setTimeout(() => this.signal('SIGKILL'), silenceMs);
  }

  #streamClosed(): void {
    this.#openStreams -= 1;
    if (this.#openStreams > 0) return;
    void this.ended.then(() => this.#guard?.dismiss());
    clearTimeout(this.#silenceTimer);
    clearTimeout(this.#killTimer);
  }
}

function notStarted(program: string, error: NodeJS.ErrnoException): WorkerEnd {
  const why = error.code === 'ENOENT' ? 'there is no such command' : sentenceOf(error);
  return { kind: 'not-started', code: error.code === 'ENOENT' ? 127 : 126, sentence: `${program} cannot be started: ${why}` };
}
