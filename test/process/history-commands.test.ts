/** History as people ask for it on the command line, against a real daemon. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openPart, readRowGroup } from '../../src/pipeline/history/parquet.ts';
import { decodeBatch, type Row, rowsOf } from '../../src/protocol/arrow.ts';
import { TestBridge } from '../support/bridge.ts';
import { call, failureOf, mainScript, nodePath, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { startCommand, storedRows } from '../support/proxied-run.ts';

let daemon: TestDaemon;
let bridge: TestBridge | undefined;
afterEach(async () => {
  await bridge?.stop();
  bridge = undefined;
  await daemon.stop();
});

const duallane = (...argv: string[]) => startCommand([...argv, '--home', daemon.home]).finished;
const rowsOfPart = (bytes: Buffer) => readRowGroup(openPart(bytes), 0, 0, 1e6).flatMap(({ ipc }) => rowsOf(decodeBatch(ipc)));
const steps = (from: number, count: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({
    agent_id: 'a',
    episode_index: 0,
    step_index: from + i,
    reward: (from + i) / 3,
    terminated: from + i === 24,
    observation_json: `[${from + i}]`,
    render_payload_json: '{"mode":"grid","grid":["ab","cd"]}',
    ts: 1_000_000 + from + i,
  }));

describe('a run of which not everything is kept', () => {
  it('keeps rewards and what its rules say, and the ledger shows the rules and what they cost', async () => {
    daemon = await startDaemon();
    const config = { duallane: { history: 'sqlite', keep: { render_payloads: false, heavy_every: 10 } } };
    const { runId } = await daemon.openRun('thin', JSON.stringify(config));
    await daemon.publish(runId, 'steps', steps(0, 25));
    const rows = await storedRows(daemon, runId, 'steps');
    expect(rows.map(({ reward }) => reward)).toEqual(steps(0, 25).map(({ reward }) => reward));
    expect(rows.filter((row) => row.observation_json !== null).map((row) => row.step_index)).toEqual([0, 10, 20, 24]);
    expect(rows.filter((row) => row.render_payload_json !== null)).toEqual([]);
    const { totals, history, kept } = await daemon.ledger(runId);
    expect({ history, kept }).toEqual({
      history: 'sqlite',
      kept: 'without render payloads, heavy columns of every 10th step and of last steps',
    });
    expect(totals).toMatchObject({ received: 25n, durable: 25n, thinned: 25n });
  });

  it('is refused, by name of the setting, when the rules make no sense', async () => {
    daemon = await startDaemon();
    for (const [duallane, sentence] of [
      [{ history: 'csv' }, 'duallane.history: is one of parquet, sqlite'],
      [{ keep: { heavy_every: 0 } }, 'duallane.keep.heavy_every: is a whole number of 1 or more'],
      [{ keep: { rewards: false } }, 'duallane.keep.rewards: is not a known key'],
    ] as const)
      expect((await failureOf(daemon.openRun('thin', JSON.stringify({ duallane })))).details).toBe(sentence);
  });
});

describe('a run whose steps are checked', () => {
  it('stores what does not fit its schema, counts it by agent and shows samples', async () => {
    daemon = await startDaemon();
    const { runId } = await daemon.openRun('checked', JSON.stringify({ duallane: { validate: true } }));
    const request = {
      runId,
      workerId: 'worker_1',
      workerKind: 'w',
      protoVersion: '',
      schemaId: 'maze.step.grid',
      schemaVersion: 1,
    };
    await call((done) => daemon.trainer.registerWorker({ ...request, supportsPause: false, supportsCheckpoint: false }, done));
    const grid = (cells: unknown) => ({ render_payload_json: JSON.stringify({ mode: 'grid', grid: cells }) });
    const rows: Row[] = [
      { agent_id: 'a', step_index: 1, ...grid(['ab', 'cd']) },
      { agent_id: 'a', step_index: 2, ...grid(['ab', 'c']) },
      { agent_id: 'b', step_index: 3, render_payload_json: '{"mode":"rgb_array","rgb":[[[0,0,0]]]}' },
    ];
    await daemon.publish(runId, 'steps', rows);
    const violations = async () =>
      (await daemon.ledger(runId)).entries.map(({ agentId, received, violations: count, violationSamples }) => ({
        agentId,
        received,
        count,
        violationSamples,
      }));
    const expected = [
      {
        agentId: 'a',
        received: 2n,
        count: 1n,
        violationSamples: ["episode 0 step 2: the grid's rows are not of one length: row 1 has 1 cells, row 0 has 2"],
      },
      { agentId: 'b', received: 1n, count: 1n, violationSamples: ['episode 0 step 3: the render payload is rgb, not grid'] },
    ];
    expect(await violations()).toEqual(expected);
    expect((await storedRows(daemon, runId, 'steps')).map(({ step_index }) => step_index)).toEqual([1, 2, 3]);
    const { stdout } = await duallane('status', runId);
    expect(stdout).toMatch(/worker_1 +b +1 +1 +0 +0 +0 +0 +0 +1\n/);
    expect(stdout).toContain('violation: episode 0 step 3: the render payload is rgb, not grid');
  });
});

describe('duallane verify --salvage', () => {
  it('makes a lost catalogue anew: the run is listed again, with its rows from parts and from the journal', async () => {
    const home = mkdtempSync(join(tmpdir(), 'dl-'));
    try {
      daemon = await startDaemon({ home });
      const { runId } = await daemon.openRun('lost');
      await daemon.publish(runId, 'steps', steps(0, 10));
      await call((done) => daemon.duallane.compactHistory({ runId }, done)); // seals
      await daemon.publish(runId, 'steps', steps(10, 5));
      await daemon.kill(); // five rows are in the journal alone
      for (const suffix of ['', '-wal', '-shm']) rmSync(join(home, `catalogue.sqlite${suffix}`), { force: true });
      expect(await duallane('verify', '--salvage')).toMatchObject({ code: 0, stdout: expect.stringContaining('made anew with') });
      daemon = await startDaemon({ home });
      expect((await storedRows(daemon, runId, 'steps')).map(({ step_index }) => step_index)).toEqual(
        steps(0, 15).map(({ step_index }) => step_index),
      );
      expect(await daemon.describe(runId)).toMatchObject({ status: 'TERM', outcome: 'failed' });
      expect((await duallane('status', runId)).stdout).toContain('the catalogue was damaged: its rows are here');
    } finally {
      await daemon.kill();
      rmSync(home, { recursive: true, force: true });
    }
  });
});

describe('duallane convert', () => {
  it('moves a run between forms while it runs; its rows and what the page is served stay the same', async () => {
    daemon = await startDaemon({ args: ['--history', 'sqlite'] });
    const daemonCommand = [nodePath, mainScript, 'daemon', '--ensure', '--home', daemon.home];
    bridge = await TestBridge.start({ home: daemon.home, daemonCommand });
    await bridge.untilConnected();
    const { runId } = await daemon.openRun('moving');
    const writer = daemon.writer(runId);
    await writer.publish('steps', steps(0, 10));
    expect(await duallane('convert', runId, '--to', 'sqlite')).toMatchObject({ code: 0, stderr: '' });
    const before = await storedRows(daemon, runId, 'steps');
    const served = async () => {
      const { parts, kinds } = await daemon.listParts(runId, ['steps']);
      const bodies = await Promise.all(parts.map(async ({ name }) => (await bridge?.get(`/parts/${name}`))?.body as Buffer));
      return {
        forms: parts.map(({ path }) => (path === '' ? 'sqlite' : 'parquet')),
        kinds,
        rows: bodies.flatMap(rowsOfPart),
      };
    };
    const first = await served();
    expect(first.forms).toEqual(['sqlite']);
    expect(first.kinds[0]).toMatchObject({ sealedSeq: 10n, watermark: 10n });
    const moved = await duallane('convert', runId, '--to', 'parquet');
    expect(moved).toMatchObject({ code: 0, stdout: expect.stringContaining('is kept as parquet: 1 part written, 10 rows') });
    const second = await served();
    expect(second).toEqual({ ...first, forms: ['parquet'] });
    await writer.publish('steps', steps(10, 5));
    expect(await duallane('compact', runId)).toMatchObject({ code: 0 });
    writer.end();
    const after = await storedRows(daemon, runId, 'steps');
    expect(after.slice(0, 10)).toEqual(before);
    expect((await served()).rows.map(({ step_index }) => step_index)).toEqual(Array.from({ length: 15 }, (_, i) => i));
    expect((await daemon.listParts(runId, ['steps'])).parts).toHaveLength(1);
  });

  it('says what to do when it is asked for what is not there', async () => {
    daemon = await startDaemon();
    expect(await duallane('convert', 'nobody', '--to', 'sqlite')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no run "nobody"'),
    });
    expect(await duallane('convert', 'nobody', '--to', 'csv')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('use parquet or sqlite'),
    });
  });
});
