/** SubmitRun: the daemon starts the proxy, the proxy starts the worker; what the worker prints is stored, and cancelling ends it all. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { trainer } from '../../src/protocol/wire.ts';
import { isAlive } from '../support/alive.ts';
import { call, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { storedRows } from '../support/proxied-run.ts';
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

async function submit(name: string, python: string): Promise<string> {
  const script = join(directory, `${name}.py`);
  writeFileSync(script, python);
  const config = {
    run_name: name,
    entry_point: script,
    arguments: [],
    environment: {},
    resources: { cpus: 1, memory_mb: 256, gpus: { requested: 0 } },
    artifacts: { output_prefix: 'x' },
    metadata: { worker: { script, agent_id: 'walker', worker_id: 'w1', use_grpc: false } },
  };
  const request = { runId: '', configJson: JSON.stringify(config) };
  const { runId } = await call<trainer.SubmitRunResponse>((done) => daemon.trainer.submitRun(request, done));
  return runId;
}

it('stores what the worker prints, keeps its other words in the run’s logs, and ends with its exit code', async () => {
  const runId = await submit(
    'failing',
    `import sys
print('{"type":"step","step_index":1,"reward":2}')
print("one epoch done")
print("no more money", file=sys.stderr)
sys.exit(5)
`,
  );
  await until(async () => (await daemon.describe(runId)).status === 'TERM', { what: 'the end of the run' });
  expect(await daemon.describe(runId)).toMatchObject({
    outcome: 'failed',
    failureReason: 'the worker ended with exit code 5: no more money',
  });
  expect(await storedRows(daemon, runId, 'steps')).toMatchObject([{ step_index: 1, reward: 2, agent_id: 'walker' }]);
  const logOf = (stream: string) => readFileSync(join(daemon.home, 'runs', runId, 'logs', `w1.${stream}.log`), 'utf8');
  expect(logOf('stdout')).toBe('one epoch done\n');
  expect(logOf('stderr')).toBe('no more money\n');
});

it('is cancelled with everything it started', async () => {
  const pids = join(directory, 'pids');
  const runId = await submit(
    'endless',
    `import os, subprocess, time
child = subprocess.Popen(["sleep", "1000"])
print('{"type":"step"}', flush=True)
open(${JSON.stringify(pids)}, "w").write(f"{os.getpid()} {os.getppid()} {child.pid}\\n")
time.sleep(1000)
`,
  );
  const alive = await until(
    () =>
      existsSync(pids) && readFileSync(pids, 'utf8').endsWith('\n') && readFileSync(pids, 'utf8').trim().split(' ').map(Number),
    { what: 'the pids' },
  );
  await call((done) => daemon.trainer.cancelRun({ runId }, done));
  expect(await daemon.describe(runId)).toMatchObject({ status: 'TERM', outcome: 'canceled' });
  await until(() => alive.every((pid) => !isAlive(pid)), { what: 'the end of worker, proxy and child' });
});

it('leaves no frame ring in shared memory although the proxy was killed', async () => {
  const pids = join(directory, 'parent');
  const runId = await submit(
    'killed',
    `import os, time
print('{"type":"step","render_payload":{"mode":"rgb_array","rgb":[[1,2]]}}', flush=True)
open(${JSON.stringify(pids)}, "w").write(f"{os.getppid()}\\n")
time.sleep(1000)
`,
  );
  const rings = () => readdirSync('/dev/shm').filter((name) => name.includes(runId));
  await until(() => rings().length === 1 && existsSync(pids) && readFileSync(pids, 'utf8').endsWith('\n'), { what: 'the ring' });
  process.kill(Number(readFileSync(pids, 'utf8')), 'SIGKILL');
  await until(async () => (await daemon.describe(runId)).status === 'TERM', { what: 'the end of the run' });
  expect(await daemon.describe(runId)).toMatchObject({ outcome: 'failed' });
  await until(() => rings().length === 0, { what: 'the end of the ring' });
});
