/** History from elsewhere, and for elsewhere, through the command line and a real daemon. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { duallane as wire } from '../../src/protocol/wire.ts';
import { call, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { python } from '../support/daemon-parquet.ts';
import { startCommand, storedRows } from '../support/proxied-run.ts';

let daemon: TestDaemon;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dl-'));
  daemon = await startDaemon();
});
afterEach(async () => {
  await daemon.stop();
  rmSync(folder, { recursive: true, force: true });
});
/** An empty telemetry file of the source. */
function sourceFile(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(`CREATE TABLE steps (episode_id TEXT, step_index INTEGER, action INTEGER, observation BLOB, reward REAL, terminated INTEGER,
      truncated INTEGER, info BLOB, render_payload BLOB, timestamp TEXT, agent_id TEXT, run_id TEXT, worker_id TEXT, episode_seed INTEGER);
    CREATE TABLE episodes (episode_id TEXT PRIMARY KEY, total_reward REAL, steps INTEGER, terminated INTEGER, truncated INTEGER, metadata BLOB,
      timestamp TEXT, agent_id TEXT, run_id TEXT, worker_id TEXT, ep_index INTEGER, game_id TEXT)`);
  return database;
}

/** One whose run OLD has `count` steps of two workers, each step with its number as reward. */
function longSourceFile(path: string, count: number): void {
  const database = sourceFile(path);
  database.exec(`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${count})
    INSERT INTO steps SELECT 'OLD-ep000001', i, 1, NULL, i, 0, 0, NULL, NULL, '2026-01-02T03:04:05+00:00', 'a', 'OLD', 'w' || (i % 2), NULL FROM n`);
  database.close();
}
const duallane = (...argv: string[]) => startCommand([...argv, '--home', daemon.home]).finished;

describe('duallane import', () => {
  it('takes the episodes of a monitor.csv, and counts the line that is none', async () => {
    const file = join(folder, 'monitor.csv');
    writeFileSync(
      file,
      '#{"t_start": 1700000000.5, "env_id": "CartPole-v1"}\nr,l,t,success\n12.5,10,0.25,1\nbroken\n-3,7,1.5,0\n',
    );
    const done = await duallane('import', file, '--json');
    expect(done).toMatchObject({ code: 0, stderr: '' });
    const [told] = JSON.parse(done.stdout);
    expect(told).toMatchObject({ rows: 2, skipped: { 'lines that are no episode': 1 } });
    const rows = await storedRows(daemon, told.run_id, 'episodes');
    expect(rows).toMatchObject([
      {
        total_reward: 12.5,
        steps: 10,
        episode_index: 0,
        ts: 1_700_000_000_750_000,
        game_id: 'CartPole-v1',
        metadata_json: '{"success":"1"}',
      },
      { total_reward: -3, steps: 7, episode_index: 1, ts: 1_700_000_002_000_000 },
    ]);
    expect((await daemon.describe(told.run_id)).outcome).toBe('succeeded');
  });

  it("takes every run of the source's file with its ids, leaves ghosts out, and doubles nothing when it is done again", async () => {
    const file = join(folder, 'telemetry.sqlite');
    const database = sourceFile(file);
    const blob = (value: unknown) => Buffer.from(JSON.stringify(value));
    const insert = database.prepare('INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    const array = {
      __type__: 'ndarray',
      dtype: 'float32',
      shape: [2],
      encoding: 'base64',
      data: Buffer.from(new Float32Array([0.5, -2]).buffer).toString('base64'),
    };
    insert.run(
      'OLD1-ep000003',
      4,
      1,
      blob(array),
      1.5,
      1,
      0,
      blob({ policy_label: 'greedy' }),
      null,
      '2026-01-02T03:04:05.000006+00:00',
      'a',
      'OLD1',
      null,
      42,
    );
    insert.run('', 0, 1, null, 9, 0, 0, null, null, '2026-01-02T03:04:05+00:00', 'a', 'OLD1', null, null);
    database
      .prepare('INSERT INTO episodes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        'OLD2-ep000000',
        2,
        8,
        0,
        1,
        blob({ seed: { __type__: 'tuple', data: [1, 2] } }),
        '2026-01-02T03:04:05+00:00',
        'b',
        'OLD2',
        'w7',
        0,
        'G',
      );
    database.close();
    expect(await duallane('import', file)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('left out: 1 ghost rows without an episode'),
    });
    const [step, ...others] = await storedRows(daemon, 'OLD1', 'steps');
    expect(others).toEqual([]);
    expect(step).toMatchObject({
      episode_index: 3,
      step_index: 4,
      reward: 1.5,
      terminated: true,
      action_json: '1',
      observation_json: '[0.5,-2]',
      policy_label: 'greedy',
      episode_seed: 42,
      ts: Date.parse('2026-01-02T03:04:05Z') * 1000 + 6,
    });
    const episodes = await storedRows(daemon, 'OLD2', 'episodes');
    expect(episodes).toMatchObject([{ agent_id: 'b', outcome: 'Timeout', game_id: 'G', metadata_json: '{"seed":[1,2]}' }]);
    expect(await duallane('import', file)).toMatchObject({ code: 0, stdout: expect.stringContaining('is in this home already') });
    expect(await storedRows(daemon, 'OLD2', 'episodes')).toEqual(episodes);
  });

  it('killed in the middle goes on where it ended: every row is there once, in order, and the run ends with the last one', async () => {
    const file = join(folder, 'telemetry.sqlite');
    const count = 60_000;
    longSourceFile(file, count);
    const follower = daemon.duallane.streamBatches({ runId: 'OLD', cursors: [], snapshot: false });
    const firstRows = once(follower, 'data');
    const first = startCommand(['import', file, '--home', daemon.home]);
    await firstRows;
    first.process.kill('SIGKILL');
    follower.on('error', () => undefined).cancel();
    expect((await first.finished).signal).toBe('SIGKILL');
    const { status, kinds } = await daemon.describe('OLD');
    expect([status, Number(kinds[0]?.watermark) < count]).toEqual(['EXEC', true]);
    expect(await duallane('import', file)).toMatchObject({ code: 0, stdout: 'run OLD imported with 60 000 rows\n' });
    const rows = await storedRows(daemon, 'OLD', 'steps');
    for (const worker of [0, 1])
      expect(rows.map(({ reward }) => Number(reward)).filter((reward) => reward % 2 === worker)).toEqual(
        Array.from({ length: count / 2 }, (_, i) => 2 * i + worker),
      );
    expect(await daemon.describe('OLD')).toMatchObject({ status: 'TERM', outcome: 'succeeded' });
    expect(await duallane('import', file)).toMatchObject({ code: 0, stdout: expect.stringContaining('is in this home already') });
  });

  it('of a file that holds other rows than when it was begun says what to do, and changes nothing', async () => {
    await daemon.openRun('OLD', JSON.stringify({ imported: 'another state' }), 'OLD');
    const file = join(folder, 'telemetry.sqlite');
    longSourceFile(file, 10);
    expect(await duallane('import', file)).toMatchObject({ code: 1, stdout: expect.stringContaining('duallane cancel OLD') });
    expect(await storedRows(daemon, 'OLD', 'steps')).toEqual([]);
  });

  it('of a damaged SQLite file imports nothing and names the damage', async () => {
    const file = join(folder, 'telemetry.sqlite');
    longSourceFile(file, 20_000);
    const bytes = readFileSync(file);
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 4096);
    writeFileSync(file, bytes);
    expect(await duallane('import', file)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/nothing of it was imported.*recover/),
    });
    const { runs } = await call<wire.DescribeRunsResponse>((done) => daemon.duallane.describeRuns({ runIds: [] }, done));
    expect(runs).toEqual([]);
  });

  it('says what it can read when it is given something else', async () => {
    const file = join(folder, 'notes.txt');
    writeFileSync(file, 'hello');
    expect(await duallane('import', file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('monitor.csv of Stable-Baselines3'),
    });
  });
});

describe('duallane export', () => {
  it('writes Parquet that DuckDB and pandas read as one table, CSV, and event files that come back as the same scalars', async () => {
    const { runId } = await daemon.openRun('out', '{}', 'team/run 1'.replace(' ', '_'));
    await daemon.publish(
      runId,
      'metrics',
      [0.5, -2, 1e-3].map((value, i) => ({
        agent_id: 'default',
        step: i * 100,
        name: 'loss, "train"',
        value,
        ts: 1_000_000 * (i + 1),
      })),
    );
    await daemon.publish(runId, 'episodes', [{ agent_id: 'a', episode_index: 0, total_reward: 3, steps: 9, ts: 5_000_000 }]);
    const out = join(folder, 'out');
    expect(await duallane('export', runId, '--to', out)).toMatchObject({ code: 0, stderr: '' });
    const script = `
import json, sys, duckdb, pandas
glob = sys.argv[1] + "/metrics/**/*.parquet"
rows = duckdb.sql(f"SELECT run_id, step, name, value FROM read_parquet('{glob}', hive_partitioning = true) ORDER BY seq_id").fetchall()
frame = pandas.read_parquet(sys.argv[1] + "/metrics")
print(json.dumps([rows, list(frame["value"]), sorted(set(map(str, frame["run_id"])))]))`;
    const { stdout } = await promisify(execFile)(python, ['-c', script, out]);
    const [rows, values, runs] = JSON.parse(stdout);
    expect(rows).toEqual([0.5, -2, 1e-3].map((value, i) => [runId, i * 100, 'loss, "train"', value]));
    expect(values).toEqual([0.5, -2, 1e-3]);
    expect(runs).toEqual([runId]);
    expect(await duallane('export', runId, '--to', out, '--as', 'csv')).toMatchObject({ code: 0 });
    const csv = readFileSync(join(out, `${encodeURIComponent(runId)}-metrics.csv`), 'utf8');
    expect(csv.split('\n')[1]).toBe(`1,${runId},worker_1,default,0,1000000,"loss, ""train""",0.5`);
    expect(await duallane('export', runId, '--to', out, '--as', 'wandb')).toMatchObject({ code: 0, stderr: '' });
    const offline = readdirSync(out).find((name) => name.startsWith('offline-run-')) ?? '';
    const log = readFileSync(join(out, offline, 'run-team-run_1.wandb'));
    expect(offline).toMatch(/^offline-run-\d{8}_\d{6}-team-run_1$/);
    expect(log.subarray(0, 4).toString()).toBe(':W&B');
    for (const text of ['loss, "train"', 'global_step', 'rollout/ep_rew/a']) expect(log.includes(text)).toBe(true);
    expect(await duallane('export', runId, '--to', out, '--as', 'tensorboard')).toMatchObject({ code: 0 });
    const events = join(out, encodeURIComponent(runId));
    const back = JSON.parse((await duallane('import', join(events, readdirSync(events)[0] as string), '--json')).stdout)[0];
    expect(back).toMatchObject({ rows: 5, skipped: {} });
    const scalars = (await storedRows(daemon, back.run_id, 'metrics')).map(({ name, step, value, ts }) => [
      name,
      step,
      value,
      ts,
    ]);
    expect(scalars.slice(0, 2)).toEqual([
      ['loss, "train"', 0, 0.5, 1_000_000],
      ['loss, "train"', 100, -2, 2_000_000],
    ]);
    expect(scalars.slice(3)).toEqual([
      ['rollout/ep_rew/a', 0, 3, 5_000_000],
      ['rollout/ep_len/a', 0, 9, 5_000_000],
    ]);
  });
});
