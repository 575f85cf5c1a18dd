/** Workers run through the telemetry proxy as a user runs them, and what the daemon has of them afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll } from '@jest/globals';
import { decodeBatch, rowsOf } from '../../src/protocol/arrow.ts';
import type { RowKind } from '../../src/protocol/index.ts';
import { mainScript, nodePath, type TestDaemon } from './daemon.ts';

type Finished = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };
export type StartedCommand = { process: ChildProcess; finished: Promise<Finished>; output: { stdout: string; stderr: string } };
export type StoredRow = Record<string, unknown>;

/** What a failed test leaves running would keep Jest from ending. */
const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** `duallane run -- <worker>` in a home. */
export function startRun(home: string, worker: readonly string[], options: readonly string[] = []): StartedCommand {
  return startCommand(['run', '--home', home, ...options, '--', ...worker]);
}

/** `duallane <argv>`. */
export function startCommand(argv: readonly string[]): StartedCommand {
  const child = spawn(nodePath, [mainScript, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const finished = new Promise<Finished>((done) => child.once('close', (code, signal) => done({ code, signal, ...output })));
  return { process: child, finished, output };
}

/** The run's id, from what `duallane run` says on stderr; undefined before it does. */
export function runIdIn(stderr: string): string | undefined {
  return /duallane: run (\S+)/.exec(stderr)?.[1];
}

/** Every durable row of one kind, in seq order, with its seq_id as `seq`. */
export async function storedRows(daemon: TestDaemon, runId: string, kind: RowKind): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  for (const batch of await daemon.snapshot(runId, [kind])) {
    if (batch.rows === 0) continue;
    for (const [index, row] of rowsOf(decodeBatch(batch.arrowIpc)).entries())
      rows.push({ ...row, seq: Number(batch.firstSeq) + index });
  }
  return rows;
}
