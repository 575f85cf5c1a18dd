/** A daemon is killed while the workers it started go on: the next one knows them again, and starts none twice. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { trainer } from '../../src/protocol/wire.ts';
import { isAlive } from '../support/alive.ts';
import { call, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { storedRows } from '../support/proxied-run.ts';
import { until } from '../support/until.ts';

let directory: string;
let daemon: TestDaemon;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dl-'));
  daemon = await startDaemon();
});
afterEach(async () => {
  writeFileSync(sign('stop'), '');
  await daemon.stop();
  rmSync(daemon.home, { recursive: true, force: true });
  rmSync(directory, { recursive: true, force: true });
});

const sign = (name: string) => join(directory, name);
const starts = () => (existsSync(sign('pids')) ? readFileSync(sign('pids'), 'utf8').trim().split('\n').map(Number) : []);

/** A worker that says at once that it lives, steps until it is told to stop, and ends with `exitCode`. */
function configOf(exitCode: number, metadata: Record<string, unknown> = {}): string {
  const script = sign('train.py');
  writeFileSync(
    script,
    `import json, os, sys, time
with open(${JSON.stringify(sign('pids'))}, "a") as pids:
    pids.write(f"{os.getpid()}\\n")
step = 0
while not os.path.exists(${JSON.stringify(sign('stop'))}):
    print(json.dumps({"type": "step", "step_index": step, "reward": 1}), flush=True)
    step += 1
    time.sleep(0.005)
print("these were my last words", file=sys.stderr)
sys.exit(${exitCode})
`,
  );
  return JSON.stringify({
    run_name: 'adopted',
    entry_point: script,
    arguments: [],
    environment: {},
    resources: { cpus: 1, memory_mb: 256, gpus: { requested: 0 } },
    artifacts: { output_prefix: 'x' },
    metadata: { worker: { script, worker_id: 'w1', use_grpc: false }, ...metadata },
  });
}

async function submit(configJson: string): Promise<string> {
  const request = { runId: '', configJson };
  return (await call<trainer.SubmitRunResponse>((done) => daemon.trainer.submitRun(request, done))).runId;
}

async function successor(change: (catalogue: DatabaseSync) => void = () => undefined): Promise<void> {
  const { home } = daemon;
  await daemon.kill();
  const catalogue = new DatabaseSync(join(home, 'catalogue.sqlite'));
  change(catalogue);
  catalogue.close();
  daemon = await startDaemon({ home });
}

const stored = async (runId: string) => (await storedRows(daemon, runId, 'steps')).length;
const ended = (runId: string) =>
  until(async () => (await daemon.describe(runId)).status === 'TERM' && daemon.describe(runId), { what: 'the end of the run' });

it('goes on with a worker that trains, keeps every row, answers a resubmission, and tells how it ended', async () => {
  const configJson = configOf(3);
  const runId = await submit(configJson);
  await until(async () => (await stored(runId)) > 20, { what: 'steps' });
  await successor();
  const before = await stored(runId);
  await until(async () => (await stored(runId)) > before + 20, { what: 'steps for the next daemon' });
  expect(await submit(configJson)).toBe(runId);
  expect(starts().filter(isAlive)).toHaveLength(1);
  writeFileSync(sign('stop'), '');
  expect(await ended(runId)).toMatchObject({
    outcome: 'failed',
    failureReason: 'the worker ended with exit code 3: these were my last words',
    workers: [{ workerId: 'w1', outcome: 'failed', exitCode: 3, stderrTail: expect.stringContaining('last words') }],
  });
  expect(starts()).toHaveLength(1);
  const rows = await storedRows(daemon, runId, 'steps');
  expect(rows.every((row, index) => row.step_index === index && row.seq === index + 1)).toBe(true);

  // What has ended is answered as it is, and runs again only when that is asked for.
  rmSync(sign('stop'));
  expect(await submit(configJson)).toBe(runId);
  const rerun = configOf(0, { rerun: true });
  const second = await submit(rerun);
  writeFileSync(sign('stop'), '');
  expect(await ended(second)).toMatchObject({ outcome: 'succeeded', failureReason: '' });
  rmSync(sign('stop'));
  const third = await submit(rerun);
  expect(third).not.toBe(second);
  writeFileSync(sign('stop'), '');
  await ended(third);
});

it('finds a worker whose start was not written down any more, and starts one that never was', async () => {
  const runId = await submit(configOf(0));
  await until(async () => (await stored(runId)) > 5, { what: 'steps' });
  const forget = (catalogue: DatabaseSync) => catalogue.exec("UPDATE runs SET child_pid = NULL, status = 'INIT'");
  await successor(forget);
  await until(async () => (await daemon.describe(runId)).status === 'EXEC', { what: 'the run to go on' });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(starts()).toHaveLength(1);
  await call((done) => daemon.trainer.cancelRun({ runId }, done));
  await until(() => starts().every((pid) => !isAlive(pid)), { what: 'the end of the worker' });

  await successor((catalogue) =>
    catalogue.exec(
      "UPDATE runs SET child_pid = NULL, status = 'INIT', outcome = NULL, cancel_requested = 0; DELETE FROM run_workers",
    ),
  );
  await until(() => starts().length === 2, { what: 'the start that was owed' });
  writeFileSync(sign('stop'), '');
  expect(await ended(runId)).toMatchObject({ outcome: 'succeeded' });
});
