/** A daemon of the test's own, and commands run through its proxy as a user would run them. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { credentials } from '@grpc/grpc-js';
import { decodeBatch, rowsOf } from '../../src/protocol/arrow.ts';
import { limits } from '../../src/protocol/index.ts';
import { duallane } from '../../src/protocol/wire.ts';

export const node = resolve('node_modules/.bin/node');
export const main = resolve('src/pipeline/main.ts');
const run = promisify(execFile);

export type Finished = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };
export type StoredRow = Record<string, unknown>;

export class TestHome {
  readonly path = mkdtempSync(join(tmpdir(), 'dl-'));
  #pids = new Set<number>();

  /** Makes sure that a daemon lives; gives its pid and its client. */
  async daemon(): Promise<{ pid: number; client: duallane.DuallaneServiceClient }> {
    const { stdout } = await run(node, [main, 'daemon', '--ensure', '--home', this.path]);
    const card = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { pid: number; socket: string };
    this.#pids.add(card.pid);
    const size = { 'grpc.max_receive_message_length': limits.grpcMessageBytes, 'grpc.use_local_subchannel_pool': 1 };
    return {
      pid: card.pid,
      client: new duallane.DuallaneServiceClient(`unix:${card.socket}`, credentials.createInsecure(), size),
    };
  }

  /** `duallane run` of a worker command. */
  start(worker: readonly string[], options: readonly string[] = []): StartedCommand {
    return startCommand([main, 'run', '--home', this.path, ...options, '--', ...worker]);
  }

  async close(): Promise<void> {
    await this.daemon().catch(() => undefined); // learns the pid of one that was started in between
    for (const pid of this.#pids) killIfAlive(pid);
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}

export type StartedCommand = { process: ChildProcess; finished: Promise<Finished>; output: { stdout: string; stderr: string } };

export function startCommand(argv: readonly string[], environment?: NodeJS.ProcessEnv): StartedCommand {
  const child = spawn(node, argv, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
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

/** Every durable row of one kind, in seq order, with its seq_id as `seq`. */
export async function storedRows(
  client: duallane.DuallaneServiceClient,
  runId: string,
  kind: 'STEPS' | 'EPISODES' | 'EVENTS',
): Promise<StoredRow[]> {
  const cursors = [{ kind: duallane.BatchKind[kind], sinceSeq: 0n }];
  const rows: StoredRow[] = [];
  for await (const message of client.streamBatches({ runId, cursors, snapshot: true })) {
    const batch = message as duallane.Batch;
    if (batch.rows === 0) continue;
    rowsOf(decodeBatch(batch.arrowIpc)).forEach((row, index) => void rows.push({ ...row, seq: Number(batch.firstSeq) + index }));
  }
  return rows;
}

export function ledgerOf(client: duallane.DuallaneServiceClient, runId: string): Promise<duallane.LedgerResponse> {
  return new Promise((done, fail) => {
    client.ledger({ runId }, (error, response) => (error ? fail(error) : done(response)));
  });
}

export function describeRun(client: duallane.DuallaneServiceClient, runId: string): Promise<duallane.RunDescription> {
  return new Promise((done, fail) => {
    client.describeRuns({ runIds: [runId] }, (error, { runs } = { runs: [] }) => {
      const [found] = runs;
      if (error || !found) fail(error ?? new Error(`no run ${runId}`));
      else done(found);
    });
  });
}

export function killIfAlive(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether a process lives; one that only waits for its parent to ask is dead. */
export function isAlive(pid: number, readFile: (path: string) => string): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFile(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}
