/** `duallane run` as a user runs it: real daemon, real worker processes. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { describeRun, isAlive, ledgerOf, node, type StartedCommand, storedRows, TestHome } from '../support/proxied-run.ts';
import { until } from '../support/until.ts';

let home: TestHome;
beforeEach(() => {
  home = new TestHome();
});
afterEach(() => home.close());

/** A worker of JavaScript lines. `at(path)` names a file in the home. */
function script(source: string): string[] {
  const path = join(home.path, `worker-${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(path, source);
  return [node, path];
}

const readText = (path: string) => readFileSync(path, 'utf8');
const runIn = (stderr: string) => /duallane: run (\S+)/.exec(stderr)?.[1] ?? `no run id in: ${stderr}`;
const endOf = async (client: Parameters<typeof storedRows>[0], runId: string) => {
  const last = (await storedRows(client, runId, 'EVENTS')).at(-1);
  return { kind: last?.['kind'], detail: JSON.parse(String(last?.['detail_json'])) as Record<string, unknown> };
};

describe('rows', () => {
  it('stores every good line of a burst and counts every bad one', async () => {
    const worker = script(`
      const steps = Array.from({ length: 50_000 }, (_, i) => JSON.stringify({ type: 'step', episode_index: Math.floor(i / 500), step_index: i % 500, reward: i }) + '\\n');
      const long = '{"type":"step","episode_index":200,"observation":[' + '1234567,'.repeat(1_250_000) + '0]}\\n';
      const bad = ['{"type":"step","reward":', '42', 'Traceback: no', '[1]', '{"loss":1}'].join('\\n') + '\\n';
      process.stdout.write(steps.join('') + bad + long + '{"type":"episode","episode_index":99,"total_reward":3}\\n{"type":"step","reward":1');
    `);
    const { stdout, stderr, code } = await home.start(worker).finished;
    expect(code).toBe(0);
    const runId = runIn(stderr);
    const { client } = await home.daemon();
    const steps = await storedRows(client, runId, 'STEPS');
    expect(steps.length).toBe(50_001);
    expect(steps.every((row, index) => row['seq'] === index + 1)).toBe(true);
    expect(steps.slice(0, 50_000).every((row, index) => row['reward'] === index)).toBe(true);
    expect(String(steps.at(-1)?.['observation_json'])).toHaveLength(10_000_003);
    expect(await storedRows(client, runId, 'EPISODES')).toMatchObject([{ episode_index: 99, total_reward: 3 }]);
    expect(Number((await ledgerOf(client, runId)).totals?.rejected)).toBe(6);
    expect(stdout).toBe('{"type":"step","reward":\n42\nTraceback: no\n[1]\n{"loss":1}\n{"type":"step","reward":1\n');
    expect(readText(join(home.path, 'runs', runId, 'logs', 'worker.stdout.log'))).toBe(stdout);
    expect(await describeRun(client, runId)).toMatchObject({ status: 'TERM', outcome: 'succeeded' });
    client.close();
  });

  it('survives kill -9 of the daemon in mid-run with every row once', async () => {
    const first = await home.daemon();
    first.client.close();
    const worker = script(`
      import { existsSync } from 'node:fs';
      const pause = () => new Promise((go) => setTimeout(go, 2));
      for (let i = 0; i < 20_000; i += 1) {
        process.stdout.write(JSON.stringify({ type: 'step', step_index: i, reward: 1 }) + '\\n');
        if (i % 100 === 0) await pause();
        if (i === 10_000) while (!existsSync(${JSON.stringify(join(home.path, 'killed'))})) await pause();
      }
    `);
    const running = home.start(worker);
    const runId = await until(() => /duallane: run (\S+)/.exec(stderrSoFar(running))?.[1], { what: 'the run id' });
    await until(async () => (await countDurable(runId)) >= 1000, { what: 'the first thousand rows' });
    process.kill(first.pid, 'SIGKILL');
    writeFileSync(join(home.path, 'killed'), '');
    const { code } = await running.finished;
    expect(code).toBe(0);
    const { client, pid } = await home.daemon();
    expect(pid).not.toBe(first.pid);
    const steps = await storedRows(client, runId, 'STEPS');
    expect(steps.map((row) => row['step_index'])).toEqual(Array.from({ length: 20_000 }, (_, index) => index));
    expect(await describeRun(client, runId)).toMatchObject({ status: 'TERM', outcome: 'succeeded' });
    client.close();
  });
});

const stderrSoFar = (running: StartedCommand) => running.output.stderr;

async function countDurable(runId: string): Promise<number> {
  const { client } = await home.daemon();
  const rows = await storedRows(client, runId, 'STEPS').finally(() => client.close());
  return rows.length;
}

describe('the end', () => {
  it('passes the exit code on, and the run has failed with the last words of stderr', async () => {
    const { code, stderr } = await home.start(script(`console.error('out of memory'); process.exitCode = 7;`)).finished;
    expect(code).toBe(7);
    expect(stderr).toContain('out of memory');
    const { client } = await home.daemon();
    const runId = runIn(stderr);
    expect(await endOf(client, runId)).toMatchObject({
      kind: 'run_failed',
      detail: { reason: 'the worker ended with exit code 7: out of memory', exit_code: 7 },
    });
    expect(await describeRun(client, runId)).toMatchObject({ status: 'TERM', outcome: 'failed' });
    client.close();
  });

  it('ends by the signal that ended the worker', async () => {
    const { signal, stderr } = await home.start(script(`process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1e6);`))
      .finished;
    expect(signal).toBe('SIGKILL');
    const { client } = await home.daemon();
    expect(await endOf(client, runIn(stderr))).toMatchObject({ kind: 'run_failed', detail: { signal: 'SIGKILL' } });
    client.close();
  });

  it('passes SIGINT on to the whole group and calls the run cancelled', async () => {
    const pids = join(home.path, 'pids');
    const worker = script(`
      import { spawn } from 'node:child_process';
      import { writeFileSync } from 'node:fs';
      const child = spawn('sleep', ['1000']);
      writeFileSync(${JSON.stringify(pids)}, process.pid + ' ' + child.pid + '\\n');
      setInterval(() => {}, 1e6);
    `);
    const running = home.start(worker);
    const alive = await until(() => existsSync(pids) && readText(pids).trim().split(' ').map(Number), { what: 'the pids' });
    running.process.kill('SIGINT');
    const { signal, stderr } = await running.finished;
    expect(signal).toBe('SIGINT');
    await until(() => alive.every((pid) => !isAlive(pid, readText)), { what: 'the end of the whole group' });
    const { client } = await home.daemon();
    expect(await endOf(client, runIn(stderr))).toMatchObject({ kind: 'run_cancelled', detail: { reason: 'stopped by SIGINT' } });
    expect(await describeRun(client, runIn(stderr))).toMatchObject({ outcome: 'canceled' });
    client.close();
  });

  it('kills a worker that ignores SIGTERM', async () => {
    const ready = join(home.path, 'ready');
    const worker = script(`
      import { writeFileSync } from 'node:fs';
      process.on('SIGTERM', () => {});
      setInterval(() => {}, 1e6);
      writeFileSync(${JSON.stringify(ready)}, '');
    `);
    const running = home.start(worker);
    await until(() => existsSync(ready), { what: 'the worker' });
    running.process.kill('SIGTERM');
    expect((await running.finished).signal).toBe('SIGKILL');
  });

  it('does not wait for a child that the worker left behind with its output open', async () => {
    const { code } = await home.start(['sh', '-c', `sleep 1000 & echo '{"type":"step"}'; exit 4`]).finished;
    expect(code).toBe(4);
  });

  it('says which command does not exist', async () => {
    const { code, stderr } = await home.start(['no-such-worker', 'x']).finished;
    expect(code).toBe(127);
    expect(stderr).toContain('duallane: no-such-worker cannot be started: there is no such command');
    const { client } = await home.daemon();
    expect(await describeRun(client, runIn(stderr))).toMatchObject({ status: 'TERM', outcome: 'failed' });
    client.close();
  });

  it('leaves no frame ring behind', async () => {
    const { code, stderr } = await home.start(
      script(`
      for (let i = 0; i < 5; i += 1) console.log(JSON.stringify({ type: 'step', step_index: i, render_payload: { mode: 'rgb_array', rgb: [[[i, 0, 0], [0, 0, 0]]] } }));
    `),
    ).finished;
    expect(code).toBe(0);
    expect(readdirSync('/dev/shm').filter((name) => name.includes(runIn(stderr)))).toEqual([]);
    const { client } = await home.daemon();
    const steps = await storedRows(client, runIn(stderr), 'STEPS');
    expect(steps.map((row) => row['frame_ref'])).toEqual([1, 2, 3, 4, 5].map((n) => `mosaic.fastlane.${runIn(stderr)}#${n}`));
    expect(steps.every((row) => row['render_payload_json'] === null)).toBe(true);
    client.close();
  });
});

describe('the command line', () => {
  it('says what is missing', async () => {
    const { code, stderr } = await home.start([]).finished;
    expect(code).not.toBe(0);
    expect(stderr).toContain("name the worker's command after --");
  });
});
