/**
 * `duallane logs`: what a run's workers printed that is not telemetry, from <home>/runs/<run>/logs.
 *
 * `--follow` goes on until the run has ended and everything was shown, or Ctrl-C.
 */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DuallaneError, sentenceOf } from '../../protocol/index.ts';
import { runDirectoryName } from '../config.ts';
import { type Daemon, withDaemon } from './daemon-calls.ts';
import { findRun } from './find-run.ts';
import { commandOptions } from './options.ts';
import { json } from './text.ts';

const usage = 'logs RUN [--lines N] [--follow] [--home DIR] [--json]';
const linesDefault = 200;
const tailBytesMost = 4 << 20;
const pollMs = 300;

/** `--json`: the files with their last lines instead of text. Throws `usage`, `run-unknown`, `no-logs`. */
export async function logsCommand(argv: readonly string[]): Promise<number> {
  const flagsKnown = { lines: { type: 'string', short: 'n' }, follow: { type: 'boolean', short: 'f' } } as const;
  const { flags, home, json: isJson, names } = commandOptions(argv, flagsKnown, usage);
  const [name, ...more] = names;
  if (name === undefined || more.length > 0) throw new DuallaneError('usage', `name one run (usage: duallane ${usage})`);
  if (flags.follow && isJson) throw new DuallaneError('usage', 'use either --follow or --json');
  const lines = lineCount(flags.lines);
  return withDaemon(home, async (daemon) => {
    const { runId, status } = await findRun(daemon, name);
    const files = new LogFiles(join(home, 'runs', runDirectoryName(runId), 'logs'));
    const tails = files.tails(lines);
    if (tails.length === 0 && (status === 'TERM' || !flags.follow)) throw noLogs(runId);
    if (isJson) process.stdout.write(json(tails));
    else for (const { file, text } of tails) print(file, text, tails.length > 1);
    if (flags.follow) await follow(daemon, runId, files);
    return 0;
  });
}

async function follow(daemon: Daemon, runId: string, files: LogFiles): Promise<void> {
  for (let isOver = false; !isOver; ) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    isOver = (await findRun(daemon, runId)).status === 'TERM';
    // Read once more after the end was seen: the last lines may have come just before it.
    for (const { file, text } of files.news()) print(file, text, files.count > 1);
  }
}

/** The log files of one run, and how far each was shown. */
class LogFiles {
  readonly #directory: string;
  readonly #shown = new Map<string, number>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  get count(): number {
    return this.#names().length;
  }

  tails(lines: number): { file: string; text: string }[] {
    return this.#names().map((file) => {
      const size = this.#size(file);
      const from = Math.max(0, size - tailBytesMost);
      const text = this.#read(file, from, size);
      return { file, text: lastLines(text, lines) };
    });
  }

  news(): { file: string; text: string }[] {
    return this.#names().flatMap((file) => {
      const shown = this.#shown.get(file) ?? 0;
      const size = this.#size(file);
      if (size === shown) return [];
      // Smaller than before: it was rotated, and this is a new one.
      return [{ file, text: this.#read(file, size < shown ? 0 : shown, size) }];
    });
  }

  #names(): string[] {
    try {
      return readdirSync(this.#directory)
        .filter((name) => name.endsWith('.log'))
        .sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new DuallaneError('no-logs', `the logs cannot be read: ${sentenceOf(error)}`, { cause: error });
    }
  }

  #size(file: string): number {
    return statSync(join(this.#directory, file), { throwIfNoEntry: false })?.size ?? 0;
  }

  #read(file: string, from: number, to: number): string {
    const bytes = Buffer.alloc(to - from);
    const descriptor = openSync(join(this.#directory, file), 'r');
    try {
      const length = readSync(descriptor, bytes, 0, bytes.byteLength, from);
      this.#shown.set(file, from + length);
      return bytes.subarray(0, length).toString('utf8');
    } finally {
      closeSync(descriptor);
    }
  }
}

export function lastLines(text: string, count: number): string {
  const lines = text.split('\n');
  const isWhole = lines.at(-1) === '';
  if (isWhole) lines.pop();
  const kept = lines.slice(Math.max(0, lines.length - count)).join('\n');
  return isWhole && kept !== '' ? `${kept}\n` : kept;
}

function print(file: string, text: string, isOneOfMany: boolean): void {
  if (text === '') return;
  process.stdout.write(`${isOneOfMany ? `==> ${file} <==\n` : ''}${text}`);
}

function lineCount(text: string | undefined): number {
  const count = text === undefined ? linesDefault : Number(text);
  if (!Number.isSafeInteger(count) || count < 0)
    throw new DuallaneError('usage', `--lines wants a number of lines, not "${text}" (usage: duallane ${usage})`);
  return count;
}

function noLogs(runId: string): DuallaneError {
  return new DuallaneError(
    'no-logs',
    `there are no logs of run ${runId}: they are kept of workers that "duallane run -- COMMAND" or the daemon started; a notebook keeps its own output, and a script under "duallane run --wrap" prints where it was started`,
  );
}
