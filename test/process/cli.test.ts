/** The operator's commands as they are called, against a real daemon. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runDirectoryName } from '../../src/pipeline/config.ts';
import { contract } from '../../src/protocol/index.ts';
import { failureOf, mainScript, nodePath, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startDaemon();
});
afterAll(() => daemon.stop());

type Ended = { code: number; stdout: string; stderr: string };
const duallane = (...argv: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(nodePath, [mainScript, ...argv, '--home', daemon.home], { timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
const step = (reward: number) => ({ agent_id: 'a', episode_index: 0, step_index: reward, reward, ts: 0 });

async function run(name: string, { rows = 3, ended = true } = {}): Promise<string> {
  const { runId } = await daemon.openRun(name);
  if (rows > 0)
    await daemon.publish(
      runId,
      'steps',
      Array.from({ length: rows }, (_, index) => step(index)),
    );
  if (ended) await daemon.publish(runId, 'events', [{ ts: 0, kind: 'run_completed', detail_json: '{}' }]);
  return runId;
}

describe('duallane', () => {
  const bare = (word: string) => spawnSync(nodePath, [mainScript, word], { encoding: 'utf8' });
  it.each(['--help', '-h', 'help'])('%s says what there is, and that is no failure', (word) => {
    const { status, stdout, stderr } = bare(word);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^usage: duallane <command>/);
  });
  it('--version says the version alone', () => {
    expect(bare('--version')).toMatchObject({ status: 0, stdout: `${contract.version}\n` });
  });
  it.each([
    ['runs', 'runs   [--all]', 'status'],
    ['daemon', '[--keep-days N]', 'proxy'],
    ['resume', 'pause RUN... | resume RUN...', 'rate'],
    ['run', 'run --wrap', 'runs'],
    ['run --name me', 'run    [--home DIR]', 'proxy'],
  ])('%s --help says how that command is used, and no other', (command, own, other) => {
    const [name = '', ...rest] = command.split(' ');
    const { status, stdout, stderr } = spawnSync(nodePath, [mainScript, name, ...rest, '--help'], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^usage: duallane\n/);
    expect(stdout).toContain(own);
    expect(stdout).not.toMatch(new RegExp(`^  ${other} `, 'm'));
    expect(stdout).toContain('RUN is a run id');
  });
  it('of a command that is not there is wrong usage', () => {
    expect(bare('jog')).toMatchObject({ status: 2, stderr: expect.stringContaining('there is no command "jog"') });
  });
});

describe('duallane runs', () => {
  it('lists names, states and rows, the newest first, and the same as JSON', async () => {
    const first = await run('older', { ended: false });
    const second = await run('newer');
    const { code, stdout } = await duallane('runs');
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^RUN +NAME +STATE +STEPS +EPISODES +REJECTED +BEGAN +TOOK$/);
    const at = (id: string) => lines.findIndex((line) => line.startsWith(id));
    expect(at(second)).toBeLessThan(at(first));
    expect(lines[at(first)]).toMatch(/older +running +3 +0 +0 +\d+ s ago/);
    expect(lines[at(second)]).toMatch(/newer +succeeded +3/);
    const listed = JSON.parse((await duallane('runs', '--json')).stdout) as { run_id: string; kinds: { watermark: number }[] }[];
    expect(listed.find((entry) => entry.run_id === second)?.kinds[0]?.watermark).toBe(3);
  });
});

describe('duallane status', () => {
  it('names the daemon, its socket and the states of its runs', async () => {
    const { stdout } = await duallane('status');
    expect(stdout).toMatch(new RegExp(`daemon +healthy, pid ${daemon.card.pid}, version`));
    expect(stdout).toContain(daemon.card.socket);
  });

  it('shows the ledger of a run per worker and agent, with samples of what was rejected', async () => {
    const runId = await run('with rubbish', { ended: false });
    const detail_json = JSON.stringify({ count: 2, samples: ['half a li\u001b[31mne'], agent_id: 'a' });
    await daemon.publish(runId, 'events', [{ ts: 0, kind: 'rejected_lines', detail_json }]);
    const { stdout } = await duallane('status', 'with rubbish');
    expect(stdout).toMatch(/state +running/);
    expect(stdout).toMatch(/durable +3 steps, 0 episodes, 0 metrics, 1 events/);
    expect(stdout).toMatch(/worker_1 +a +3 +3 +0 +0 +0 +2 +0 +0\n/);
    expect(stdout).toContain('rejected: half a li [31mne\n');
    const asJson = JSON.parse((await duallane('status', runId, '--json')).stdout) as { ledger: { totals: { rejected: number } } };
    expect(asJson.ledger.totals.rejected).toBe(2);
  });

  it('says what to do about a run that is not there', async () => {
    const ended = await duallane('status', 'nothing-like-it');
    expect(ended).toEqual({
      code: 1,
      stdout: '',
      stderr: 'duallane: there is no run "nothing-like-it" in this home: "duallane runs --all" lists what is there\n',
    });
  });
});

describe('duallane cancel', () => {
  it('ends a run as canceled', async () => {
    const runId = await run('to stop', { ended: false });
    const { stdout } = await duallane('cancel', runId);
    expect(stdout).toBe(`run ${runId} (to stop) has ended: canceled\n`);
    expect((await daemon.describe(runId)).outcome).toBe('canceled');
  });
  it('without a run is wrong usage', async () => {
    const ended = await duallane('cancel');
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('name a run');
  });
});

describe('duallane archive', () => {
  it('takes a run out of the list, keeps its history, and brings it back', async () => {
    const runId = await run('old news');
    expect((await duallane('archive', runId)).stdout).toContain('is archived; its history stays');
    const { stdout } = await duallane('runs');
    expect(stdout).not.toContain(runId);
    expect(stdout).toMatch(/1 archived: duallane runs --all\n$/);
    expect((await duallane('runs', '--all')).stdout).toMatch(new RegExp(`${runId}.*succeeded \\(archived\\)`));
    expect((await daemon.snapshot(runId, ['steps'])).reduce((sum, batch) => sum + batch.rows, 0)).toBe(3);
    await duallane('archive', runId, '--restore');
    expect((await duallane('runs')).stdout).toContain(runId);
  });
  it('refuses a run that has not ended', async () => {
    const runId = await run('busy', { ended: false });
    const { code, stderr } = await duallane('archive', runId);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `duallane: run ${runId} is running and cannot be archived: wait for its end, or stop it with "duallane cancel ${runId}"\n`,
    );
  });
});

describe('duallane delete', () => {
  it('asks, and where nobody can answer deletes nothing', async () => {
    const runId = await run('dear');
    const { code, stderr } = await duallane('delete', runId);
    expect(code).toBe(1);
    expect(stderr).toContain('add --yes');
    expect((await daemon.describe(runId)).outcome).toBe('succeeded');
  });
  it('refuses a run that has not ended', async () => {
    const runId = await run('alive', { ended: false });
    expect((await duallane('delete', runId, '--yes')).stderr).toContain('cannot be deleted: wait for its end');
  });
  it('removes rows, logs and parts of one run, of no other, and its id is not used again', async () => {
    const kept = await run('kept');
    const runId = await run('gone', { rows: 500 });
    const logs = join(daemon.home, 'runs', runId, 'logs');
    mkdirSync(logs, { recursive: true });
    const { stdout } = await duallane('delete', runId, '--yes');
    expect(stdout).toMatch(new RegExp(`run ${runId} \\(gone\\) is deleted: 501 rows`));
    expect(existsSync(logs)).toBe(false);
    await expect(daemon.describe(runId)).rejects.toThrow('not known');
    expect((await daemon.describe(kept)).kinds[0]?.watermark).toBe(3n);
    const again = await failureOf(daemon.openRun('again', '{}', runId));
    expect(again.metadata.get('duallane-code')).toEqual(['run-deleted']);
    const late = await failureOf(daemon.publish(runId, 'steps', [step(1)]));
    expect(late.metadata.get('duallane-code')).toEqual(['run-unknown']);
  });
});

describe('duallane logs', () => {
  it('shows the last lines, and follows until the run has ended', async () => {
    const runId = await run('talker', { ended: false });
    const logs = join(daemon.home, 'runs', runId, 'logs');
    mkdirSync(logs, { recursive: true });
    writeFileSync(join(logs, 'w.stderr.log'), 'one\ntwo\nthree\n');
    expect((await duallane('logs', runId, '--lines', '2')).stdout).toBe('two\nthree\n');
    const following = spawn(nodePath, [mainScript, 'logs', runId, '--follow', '--home', daemon.home]);
    let seen = '';
    following.stdout.on('data', (bytes: Buffer) => {
      seen += bytes.toString();
    });
    await until(() => seen.includes('three'), { what: 'the lines of before' });
    writeFileSync(join(logs, 'w.stderr.log'), 'four\n', { flag: 'a' });
    await until(() => seen.includes('four'), { what: 'the new line' });
    writeFileSync(join(logs, 'w.stderr.log'), 'last words\n', { flag: 'a' });
    await daemon.publish(runId, 'events', [{ ts: 0, kind: 'run_completed', detail_json: '{}' }]);
    const code = await new Promise((resolve) => following.once('exit', resolve));
    expect([code, seen]).toEqual([0, 'one\ntwo\nthree\nfour\nlast words\n']);
  });
  it('of two runs whose ids differ in "/" and "_" alone are kept apart, also when one is deleted', async () => {
    const opened = await Promise.all(['sweep/1', 'sweep_1'].map((runId) => daemon.openRun('named', '{}', runId)));
    for (const [index, { runId }] of opened.entries()) {
      const logs = join(daemon.home, 'runs', runDirectoryName(runId), 'logs');
      mkdirSync(logs, { recursive: true });
      writeFileSync(join(logs, 'w.stderr.log'), `words of ${index}\n`);
      await daemon.publish(runId, 'events', [{ ts: 0, kind: 'run_completed', detail_json: '{}' }]);
    }
    expect((await duallane('logs', 'sweep/1')).stdout).toBe('words of 0\n');
    expect((await duallane('delete', 'sweep/1', '--yes')).code).toBe(0);
    expect((await duallane('logs', 'sweep_1')).stdout).toBe('words of 1\n');
  });
  it('says why there are none', async () => {
    const runId = await run('silent');
    expect((await duallane('logs', runId)).stderr).toMatch(/a notebook keeps its own output.*"duallane run --wrap" prints where/);
  });
});

it('a deleted run does not come back when the daemon is killed and its journal is read again', async () => {
  const other = await startDaemon();
  const { runId } = await other.openRun('gone');
  const { runId: neighbour } = await other.openRun('stays');
  await other.publish(runId, 'steps', [step(1)]);
  await other.publish(neighbour, 'steps', [step(1), step(2)]);
  await other.publish(runId, 'events', [{ ts: 0, kind: 'run_completed', detail_json: '{}' }]);
  await new Promise<void>((resolve, reject) =>
    other.duallane.deleteRun({ runId }, (error) => (error ? reject(error) : resolve())),
  );
  await other.kill();
  const next = await startDaemon(other.home);
  await expect(next.describe(runId)).rejects.toThrow('not known');
  expect(await next.snapshot(runId)).toEqual([]);
  expect((await next.describe(neighbour)).kinds[0]?.watermark).toBe(2n);
  expect(await next.stop()).toBe(0);
  expect(readdirSync(join(other.home, 'parts')).filter((name) => name.startsWith(runId))).toEqual([]);
  other.removeHome();
});
