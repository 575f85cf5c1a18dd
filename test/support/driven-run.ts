/** A training run in Python, with the SDK as a user has it, that logs what the test says when the test says it (driven_run.py). */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { python } from './daemon-parquet.ts';

/** What was logged so far. `published`: frames; `unsent`, `lost`: rows that no daemon has acknowledged, or never will. */
export type Logged = { steps: number; episodes: number; published: number; unsent: number; lost: number };
type Options = {
  home: string;
  name?: string;
  frames?: { width: number; height: number };
  /** A shared-memory folder of this size for the worker alone: a mount of its own. */
  sharedMemoryBytes?: number;
};

const script = join(process.cwd(), 'test/support/driven_run.py');

export class DrivenRun {
  readonly runId: string;
  /** What the worker said on stderr: warnings of the SDK. */
  readonly said: () => string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #answers: AsyncIterator<string>;
  /** Answers come in the order of the commands. */
  #last: Promise<unknown> = Promise.resolve();

  static async start(options: Options): Promise<DrivenRun> {
    const { home, name = 'driven', frames, sharedMemoryBytes } = options;
    const worker = [python, script, '--home', home, '--name', name];
    if (frames) worker.push('--frames', `${frames.width}x${frames.height}`);
    const mount = `mount -t tmpfs -o size=${sharedMemoryBytes} tmpfs /dev/shm && exec "$@"`;
    const [command = '', ...argv] =
      sharedMemoryBytes === undefined ? worker : ['unshare', '--map-root-user', '--mount', 'sh', '-c', mount, 'sh', ...worker];
    const child = spawn(command, argv, { stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await answers.next();
    if (first.done) throw new Error(`the worker ended before its run was open: ${said}`);
    const { run_id: runId } = JSON.parse(first.value) as { run_id: string };
    return new DrivenRun(runId, child, answers, () => said);
  }

  private constructor(
    runId: string,
    child: ChildProcessByStdio<Writable, Readable, Readable>,
    answers: AsyncIterator<string>,
    said: () => string,
  ) {
    this.runId = runId;
    this.#child = child;
    this.#answers = answers;
    this.said = said;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves when they are logged, which is before they are durable. */
  train(steps: number, perSecond = 0): Promise<Logged> {
    return this.#ask({ steps, per_second: perSecond });
  }

  /** Values by name, at an environment step. */
  log(values: Record<string, number>, at: number): Promise<Logged> {
    return this.#ask({ values, at });
  }

  /** Resolves when everything logged is durable, or after a minute. */
  flush(): Promise<Logged> {
    return this.#ask({ flush: true });
  }

  /** Ends the run and its process. Harmless when it has ended. */
  async end(outcome: 'succeeded' | 'failed' = 'succeeded'): Promise<Logged | undefined> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return undefined;
    const ended = once(this.#child, 'exit');
    const logged = await this.#ask({ end: outcome });
    await ended;
    return logged;
  }

  /** For the end of a test, whatever state it is in. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #ask(command: Record<string, unknown>): Promise<Logged> {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    const answer = this.#last.then(async () => {
      const next = await this.#answers.next();
      if (next.done) throw new Error(`the worker ended: ${this.said()}`);
      return JSON.parse(next.value) as Logged;
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }
}
