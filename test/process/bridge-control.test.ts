/** What a page asks of a run reaches the run's workers: page, real bridge, real daemon, a worker behind the proxy. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Control } from '../../src/protocol/index.ts';
import { TestBridge } from '../support/bridge.ts';
import { TestPage } from '../support/bridge-page.ts';
import { mainScript, nodePath, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { runIdIn, startRun, storedRows } from '../support/proxied-run.ts';
import { until } from '../support/until.ts';

let daemon: TestDaemon;
let bridge: TestBridge;
let page: TestPage;
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dl-'));
  daemon = await startDaemon();
  const daemonCommand = [nodePath, mainScript, 'daemon', '--ensure', '--home', daemon.home];
  bridge = await TestBridge.start({ home: daemon.home, daemonCommand });
  await bridge.untilConnected();
  page = await TestPage.connect(bridge);
});
afterAll(async () => {
  await page?.close();
  await bridge?.stop();
  await daemon?.stop();
  rmSync(directory, { recursive: true, force: true });
});

let requests = 0;
/** "done", or the code and the sentence of the refusal. */
async function ask(run: string, action: Control['action'], value?: number): Promise<string | [string, string]> {
  requests += 1;
  const request = requests;
  page.send('control', 0, { request, run, action, ...(value === undefined ? {} : { value }) });
  return until(
    () => {
      if (page.of('reply').some(({ meta }) => meta.request === request)) return 'done';
      const error = page.of('error').find(({ meta }) => meta.request === request)?.meta;
      return error && ([error.code, error.sentence] as [string, string]);
    },
    { what: `an answer to ${action}` },
  );
}

it('holds, steps, slows down and ends a worker from the page, and says why it cannot', async () => {
  const path = join(directory, 'stepper.mjs');
  writeFileSync(
    path,
    `for (let i = 0; ; i += 1) {
       console.log(JSON.stringify({ type: 'step', step_index: i, reward: 1 }));
       await new Promise((go) => setTimeout(go, 2));
     }`,
  );
  const command = startRun(daemon.home, [nodePath, path]);
  const runId = await until(() => runIdIn(command.output.stderr), { what: 'the run' });
  const stored = async () => (await storedRows(daemon, runId, 'steps')).length;
  await until(async () => (await stored()) > 10, { what: 'steps' });
  const statusOfRun = () =>
    page
      .of('runs')
      .at(-1)
      ?.meta.runs.find((run) => run.run_id === runId)?.status;

  expect(await ask(runId, 'pause')).toBe('done');
  await page.until('PAUSE in the list of runs', () => statusOfRun() === 'PAUSE');
  await new Promise((resolve) => setTimeout(resolve, 500)); // what was on its way
  const held = await stored();
  expect(await ask(runId, 'step', 3)).toBe('done');
  await until(async () => (await stored()) >= held + 3, { what: 'the steps' });
  expect(await ask(runId, 'rate', 100_000)).toBe('done');
  expect((await daemon.describe(runId)).maxRateHz).toBe(100_000);
  expect(await ask(runId, 'resume')).toBe('done');
  const after = await stored();
  await until(async () => (await stored()) > after + 50, { what: 'more steps' });
  await page.until('EXEC in the list of runs', () => statusOfRun() === 'EXEC');

  expect(await ask(runId, 'rate')).toEqual(['control-value', expect.stringContaining('steps a second')]);
  expect(await ask('nobody', 'pause')).toEqual(['run-unknown', expect.stringContaining('nobody')]);
  const { runId: deaf } = await daemon.openRun();
  await daemon.publish(deaf, 'steps', [{ agent_id: 'a' }]);
  expect(await ask(deaf, 'pause')).toEqual(['pause-unsupported', expect.stringContaining('no worker')]);

  expect(await ask(runId, 'cancel')).toBe('done');
  expect((await command.finished).signal).toBe('SIGTERM');
  expect(await ask(runId, 'resume')).toEqual(['run-ended', expect.stringContaining('has ended')]);
});
