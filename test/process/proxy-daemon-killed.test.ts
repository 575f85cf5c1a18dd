/** kill -9 of the daemon while a worker is being published: the proxy brings a new one up and sends again what it must. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { isAlive } from '../support/alive.ts';
import { type Card, nodePath, startDaemon } from '../support/daemon.ts';
import { runIdIn, startCommand, startRun, storedRows } from '../support/proxied-run.ts';
import { until } from '../support/until.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dl-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

const rowCount = 20_000;

it('stores every row once although the daemon was killed in mid-run', async () => {
  const killed = join(home, 'killed');
  const script = join(home, 'worker.mjs');
  writeFileSync(
    script,
    `import { existsSync } from 'node:fs';
     const pause = () => new Promise((go) => setTimeout(go, 1));
     for (let i = 0; i < ${rowCount}; i += 1) {
       process.stdout.write(JSON.stringify({ type: 'step', step_index: i, reward: 1 }) + '\\n');
       if (i % 100 === 0) await pause();
       if (i === ${rowCount / 2}) while (!existsSync(${JSON.stringify(killed)})) await pause();
     }`,
  );
  const first = await startDaemon({ home });
  const running = startRun(home, [nodePath, script]);
  const runId = await until(() => runIdIn(running.output.stderr), { what: 'the run id' });
  await until(async () => (await storedRows(first, runId, 'steps')).length >= 1000, { what: 'the first thousand rows' });
  await first.kill();
  writeFileSync(killed, '');
  expect((await running.finished).code).toBe(0);

  // The daemon that the proxy has brought up is stopped, so that what is on disk speaks.
  const { stdout } = await startCommand(['daemon', '--ensure', '--home', home]).finished;
  const { pid } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Card;
  expect(pid).not.toBe(first.card.pid);
  process.kill(pid, 'SIGTERM');
  await until(() => !isAlive(pid), { what: 'the end of the second daemon' });
  const third = await startDaemon({ home });
  const steps = await storedRows(third, runId, 'steps');
  expect(steps.map((row) => row.step_index)).toEqual(Array.from({ length: rowCount }, (_, index) => index));
  expect(steps.map((row) => row.seq)).toEqual(Array.from({ length: rowCount }, (_, index) => index + 1));
  expect(await third.describe(runId)).toMatchObject({ status: 'TERM', outcome: 'succeeded' });
  await third.stop();
});
