/** pause, resume, rate and step on the command line: with a worker that obeys, with one that cannot, with the source's daemon. */
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { trainer } from '../../src/protocol/wire.ts';
import { call, mainScript, nodePath, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { SourceDaemon } from '../support/source-daemon.ts';
import { until } from '../support/until.ts';

type Ended = { code: number; stdout: string; stderr: string };
const duallane = (...argv: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(nodePath, [mainScript, ...argv], { timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

describe('with our daemon', () => {
  let daemon: TestDaemon;
  beforeAll(async () => {
    daemon = await startDaemon();
  });
  afterAll(() => daemon.stop());
  const ours = (...argv: string[]) => duallane(...argv, '--home', daemon.home);

  /** A run whose worker listens; `heard` grows by what it is told. */
  async function followedRun(name: string): Promise<{ runId: string; heard: string[] }> {
    const { runId } = await daemon.openRun(name);
    await call((done) =>
      daemon.trainer.registerWorker(
        {
          runId,
          workerId: 'w',
          workerKind: '',
          protoVersion: 'MOSAIC/1.0',
          schemaId: '',
          schemaVersion: 1,
          supportsPause: true,
          supportsCheckpoint: false,
        },
        done,
      ),
    );
    await daemon.publish(runId, 'events', [{ ts: 0, kind: 'run_started', detail_json: '{}' }], 'w');
    const heard: string[] = [];
    const stream = daemon.trainer.controlStream();
    stream.on('error', () => undefined);
    stream.on('data', ({ event }: trainer.ControlEvent) => heard.push(`${event?.$case} ${event?.value}`));
    stream.write({ runId, event: undefined });
    await until(() => heard.length === 2, { what: 'the state a follower is told first' });
    return { runId, heard: heard.splice(0) && heard };
  }

  it('the worker hears of a pause, of steps, of the end of the pause and of a cap', async () => {
    const { runId, heard } = await followedRun('obedient');
    expect((await ours('pause', runId)).stdout).toBe(`run ${runId} (obedient) is paused: duallane resume ${runId}\n`);
    expect((await daemon.describe(runId)).status).toBe('PAUSE');
    expect((await ours('step', runId, '3')).stdout).toContain('may take 3 steps');
    expect((await ours('rate', runId, '50')).stdout).toContain('takes at most 50 steps a second per worker');
    expect((await ours('resume', runId)).stdout).toContain('goes on, at 50 steps a second per worker');
    expect((await ours('step', runId)).stdout).toContain('is not paused, so no step was given');
    expect((await ours('rate', runId, '0')).stdout).toContain('has no cap');
    await until(() => heard.length >= 5, { what: () => heard.join() });
    expect(heard).toEqual(['pause true', 'grantSteps 3', 'maxRateHz 50', 'resume true', 'maxRateHz 0']);
  });

  it('a run whose workers cannot be held is named as such', async () => {
    const { runId } = await daemon.openRun('stubborn');
    const { code, stderr } = await ours('pause', runId);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`no worker of run ${runId} can be paused or slowed down`)]);
  });

  it.each([
    [['rate', 'some run', 'fast'], 'HZ is a whole number of steps a second'],
    [['step', 'some run', '0'], 'COUNT is a whole number of steps, at least 1'],
    [['pause'], 'name a run'],
    [['runs', '--token-file', '/x'], 'add --daemon HOST:PORT'],
    [['runs', '--daemon', 'nowhere'], '--daemon nowhere is not HOST:PORT'],
  ])('duallane %s is wrong usage', async (argv, sentence) => {
    const { code, stderr } = await ours(...argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  });
});

describe('with the source’s daemon', () => {
  let source: SourceDaemon;
  beforeAll(async () => {
    source = await new SourceDaemon().start();
    source.openRun('01SOURCERUN');
  });
  afterAll(() => source.stop());
  const theirs = (...argv: string[]) => duallane(...argv, '--daemon', source.target);

  it('its runs are listed and looked at, though GetHealth never answers', async () => {
    expect((await theirs('runs')).stdout).toMatch(/01SOURCERUN +running/);
    const { stdout } = await theirs('status', '01SOURCERUN');
    expect(stdout).toMatch(/state +running/);
    expect(stdout).toContain('it tells no rows and keeps no ledger');
    expect((await theirs('status')).stdout).toContain(`the daemon at ${source.target}: does not answer GetHealth`);
  });

  it.each([['pause'], ['archive'], ['delete', '--yes'], ['metrics']])(
    '%s is refused in a sentence that says what is possible',
    async (...argv) => {
      const { code, stderr } = await theirs(...argv, ...(argv[0] === 'metrics' ? [] : ['01SOURCERUN']));
      expect(code).toBe(1);
      expect(stderr).toContain("serves the source's calls alone: its runs can be listed, looked at and cancelled");
    },
  );

  it('doctor tells what it serves', async () => {
    const { code, stdout } = await theirs('doctor');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/note +calls +It serves the source’s calls alone/)]);
  });

  it('a run of it is cancelled', async () => {
    expect((await theirs('cancel', '01SOURCERUN')).stdout).toContain('01SOURCERUN');
    expect((await theirs('runs')).stdout).toMatch(/01SOURCERUN +ended/);
  });
});
