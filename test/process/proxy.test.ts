/** `duallane run` as a user runs it: real daemon, real worker processes. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isAlive } from '../support/alive.ts';
import { nodePath, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { runIdIn, type StartedCommand, startRun, storedRows } from '../support/proxied-run.ts';
import { until } from '../support/until.ts';

let daemon: TestDaemon;
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dl-'));
  daemon = await startDaemon();
});
afterAll(async () => {
  await daemon?.stop();
  rmSync(directory, { recursive: true, force: true });
});

let scripts = 0;
/** The command of a worker with this source. */
function script(source: string): string[] {
  scripts += 1;
  const path = join(directory, `worker-${scripts}.mjs`);
  writeFileSync(path, source);
  return [nodePath, path];
}

/** A file the test and its worker agree upon; not there yet. */
function sign(): string {
  scripts += 1;
  return join(directory, `sign-${scripts}`);
}

/** The pids a worker wrote into a file, once it did. */
function pidsIn(path: string): number[] | undefined {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return text.endsWith('\n') ? text.trim().split(' ').map(Number) : undefined;
}

/** Runs a worker to its end; `runId` is the run it made. */
async function complete(worker: readonly string[] | StartedCommand) {
  const finished = await ('finished' in worker ? worker : startRun(daemon.home, worker)).finished;
  return { ...finished, runId: runIdIn(finished.stderr) ?? `no run id in: ${finished.stderr}` };
}

async function lastEvent(runId: string) {
  const last = (await storedRows(daemon, runId, 'events')).at(-1);
  return { kind: last?.kind, detail: JSON.parse(String(last?.detail_json)) as Record<string, unknown> };
}

describe('rows', () => {
  it('stores every good line of 100,000 in one write and counts every bad one', async () => {
    const worker = script(`
      const steps = Array.from({ length: 100_000 }, (_, i) => JSON.stringify({ type: 'step', episode_index: Math.floor(i / 500), step_index: i % 500, reward: i }) + '\\n');
      const long = '{"type":"step","episode_index":200,"observation":[' + '1234567,'.repeat(1_250_000) + '0]}\\n';
      const bad = ['{"type":"step","reward":', '42', 'Traceback: no', '[1]', '{"loss":1}'].join('\\n') + '\\n';
      process.stdout.write(steps.join('') + bad + long + '{"type":"episode","episode_index":99,"total_reward":3}\\n{"type":"step","reward":1');
    `);
    const { stdout, code, runId } = await complete(worker);
    expect(code).toBe(0);
    const steps = await storedRows(daemon, runId, 'steps');
    expect(steps.length).toBe(100_001);
    expect(steps.every((row, index) => row.seq === index + 1)).toBe(true);
    expect(steps.slice(0, 100_000).every((row, index) => row.reward === index)).toBe(true);
    expect(String(steps.at(-1)?.observation_json)).toHaveLength(10_000_003);
    expect(await storedRows(daemon, runId, 'episodes')).toMatchObject([{ episode_index: 99, total_reward: 3 }]);
    expect(Number((await daemon.ledger(runId)).totals?.rejected)).toBe(6);
    expect(stdout).toBe('{"type":"step","reward":\n42\nTraceback: no\n[1]\n{"loss":1}\n{"type":"step","reward":1\n');
    expect(readFileSync(join(daemon.home, 'runs', runId, 'logs', 'worker.stdout.log'), 'utf8')).toBe(stdout);
    expect(await daemon.describe(runId)).toMatchObject({ status: 'TERM', outcome: 'succeeded' });
  });
});

describe('the end', () => {
  it('passes the exit code on, and the run has failed with the last words of stderr', async () => {
    const { code, stderr, runId } = await complete(script(`console.error('out of memory'); process.exitCode = 7;`));
    expect(code).toBe(7);
    expect(stderr).toContain('out of memory');
    expect(await lastEvent(runId)).toMatchObject({
      kind: 'run_failed',
      detail: { reason: 'the worker ended with exit code 7: out of memory', exit_code: 7 },
    });
    expect(await daemon.describe(runId)).toMatchObject({ status: 'TERM', outcome: 'failed' });
  });

  it('ends by the signal that ended the worker', async () => {
    const { signal, runId } = await complete(script(`process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1e6);`));
    expect(signal).toBe('SIGKILL');
    expect(await lastEvent(runId)).toMatchObject({ kind: 'run_failed', detail: { signal: 'SIGKILL' } });
  });

  it('passes SIGINT on to the whole group and calls the run cancelled', async () => {
    const pids = sign();
    const worker = script(`
      import { spawn } from 'node:child_process';
      import { writeFileSync } from 'node:fs';
      const child = spawn('sleep', ['1000']);
      writeFileSync(${JSON.stringify(pids)}, process.pid + ' ' + child.pid + '\\n');
      setInterval(() => {}, 1e6);
    `);
    const running = startRun(daemon.home, worker);
    const alive = await until(() => pidsIn(pids), { what: 'the pids' });
    running.process.kill('SIGINT');
    const { signal, runId } = await complete(running);
    expect(signal).toBe('SIGINT');
    await until(() => alive.every((pid) => !isAlive(pid)), { what: 'the end of the whole group' });
    expect(await lastEvent(runId)).toMatchObject({ kind: 'run_cancelled', detail: { reason: 'stopped by SIGINT' } });
    expect(await daemon.describe(runId)).toMatchObject({ outcome: 'canceled' });
  });

  it('kills a worker that ignores SIGTERM', async () => {
    const ready = sign();
    const worker = script(`
      import { writeFileSync } from 'node:fs';
      process.on('SIGTERM', () => {});
      setInterval(() => {}, 1e6);
      writeFileSync(${JSON.stringify(ready)}, '');
    `);
    const running = startRun(daemon.home, worker);
    await until(() => existsSync(ready), { what: 'the worker' });
    running.process.kill('SIGTERM');
    expect((await running.finished).signal).toBe('SIGKILL');
  });

  it('takes the worker and its children with it when the proxy itself is killed', async () => {
    const pids = sign();
    const worker = script(`
      import { spawn } from 'node:child_process';
      import { writeFileSync } from 'node:fs';
      const child = spawn('sleep', ['1000']);
      writeFileSync(${JSON.stringify(pids)}, process.pid + ' ' + child.pid + '\\n');
      setInterval(() => {}, 1e6);
    `);
    const running = startRun(daemon.home, worker);
    const alive = await until(() => pidsIn(pids), { what: 'the pids' });
    running.process.kill('SIGKILL');
    await until(() => alive.every((pid) => !isAlive(pid)), { what: 'the end of the whole group' });
  });

  it('does not wait for a child that the worker left behind with its output open', async () => {
    const { code } = await complete(['sh', '-c', `sleep 1000 & echo '{"type":"step"}'; exit 4`]);
    expect(code).toBe(4);
  });

  it('says which command does not exist', async () => {
    const { code, stderr, runId } = await complete(['no-such-worker', 'x']);
    expect(code).toBe(127);
    expect(stderr).toContain('duallane: no-such-worker cannot be started: there is no such command');
    expect(await daemon.describe(runId)).toMatchObject({ status: 'TERM', outcome: 'failed' });
  });

  it('leaves no frame ring behind', async () => {
    const { code, runId } = await complete(
      script(`
      for (let i = 0; i < 5; i += 1) console.log(JSON.stringify({ type: 'step', step_index: i, render_payload: { mode: 'rgb_array', rgb: [[[i, 0, 0], [0, 0, 0]]] } }));
    `),
    );
    expect(code).toBe(0);
    expect(readdirSync('/dev/shm').filter((name) => name.includes(runId))).toEqual([]);
    const steps = await storedRows(daemon, runId, 'steps');
    expect(steps.map((row) => row.frame_ref)).toEqual([1, 2, 3, 4, 5].map((n) => `mosaic.fastlane.${runId}#${n}`));
    expect(steps.every((row) => row.render_payload_json === null)).toBe(true);
  });
});

describe('the command line', () => {
  it('says what is missing', async () => {
    const { code, stderr } = await complete([]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("name the worker's command after --");
  });
});
