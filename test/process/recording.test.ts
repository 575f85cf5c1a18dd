/** A daemon that records a run's frames off its ring: what is kept, what survives a kill, and what goes with the run. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, it } from '@jest/globals';
import { FrameRingWriter } from '../../src/pipeline/proxy/ring-writer.ts';
import { Recording } from '../../src/protocol/index.ts';
import type { duallane } from '../../src/protocol/wire.ts';
import { call, collect, mainScript, nodePath, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const noJpegs = () => Promise.reject(new Error('there are none'));
const size = { width: 16, height: 8, channels: 3 } as const;
const frameBytes = 16 * 8 * 3;
let ring: FrameRingWriter | undefined;
const daemons: TestDaemon[] = [];

afterEach(async () => {
  ring?.close();
  ring = undefined;
  for (const daemon of daemons.splice(0)) await daemon.stop();
});

async function start(home?: string): Promise<TestDaemon> {
  const daemon = await startDaemon(home === undefined ? {} : { home });
  daemons.push(daemon);
  return daemon;
}

const list = (daemon: TestDaemon, runId: string) =>
  call<duallane.ListRecordingsResponse>((done) => daemon.duallane.listRecordings({ runId }, done));

/** Plays an episode on the run's ring, slowly enough to be read, and tells its end. */
async function play(daemon: TestDaemon, runId: string, episode: number, steps: number, total: number): Promise<void> {
  ring ??= new FrameRingWriter({ streamId: runId }, size);
  for (let step = 0; step < steps; step += 1) {
    const metadata = JSON.stringify({ episode, step, agent: 'default', t_ns: 1_000_000 * step, reward: 1, return: step + 1 });
    ring.publish(Buffer.alloc(frameBytes, episode * 16 + step), { lastReward: 1, rollingReturn: step, stepRateHz: 1 }, metadata);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const row = {
    agent_id: 'default',
    episode_index: episode,
    total_reward: total,
    steps,
    terminated: true,
    ts: 0,
    outcome: 'Success',
  };
  await daemon.publish(runId, 'episodes', [row]);
}

/** The thread that reads frames has started. */
const untilLive = (daemon: TestDaemon, runId: string) =>
  until(async () => (await list(daemon, runId)).live, { what: 'the frames of the run to be read' });

async function untilRecorded(daemon: TestDaemon, runId: string, count: number): Promise<duallane.ListRecordingsResponse> {
  let last: duallane.ListRecordingsResponse | undefined;
  return until(
    async () => {
      last = await list(daemon, runId);
      return last.recordings.length === count && last;
    },
    { what: () => `${count} recordings; there are ${last?.recordings.map((one) => one.episodeIndex).join(', ')}` },
  );
}

const filesOf = (daemon: TestDaemon): string[] => readdirSync(join(daemon.home, 'recordings'));
const verify = (home: string, ...more: string[]) =>
  spawnSync(nodePath, [mainScript, 'verify', '--home', home, ...more], { encoding: 'utf8' });

it('what a policy asks for is recorded frame by frame, outlives kill -9, is verified, and goes with its run', async () => {
  const first = await start();
  const record = { every: 2, best: true };
  const { runId } = await first.openRun('recorded', JSON.stringify({ duallane: { record } }));
  await untilLive(first, runId);
  for (const [episode, total] of [3, 1, 2, 9].entries()) await play(first, runId, episode, 5, total);
  const { recordings, policy, live, usedBytes } = await untilRecorded(first, runId, 3);
  expect({ policy, live }).toEqual({ policy: 'every 2 episodes, the best so far', live: true });
  expect(recordings.map((one) => [Number(one.episodeIndex), ...one.reasons])).toEqual([
    [0, 'every', 'best'],
    [2, 'every'],
    [3, 'best'],
  ]);
  expect(Number(usedBytes)).toBe(recordings.reduce((sum, one) => sum + Number(one.bytes), 0));
  const [, second] = recordings as [duallane.Recording, duallane.Recording, duallane.Recording];
  expect(second).toMatchObject({ steps: 5n, totalReward: 2, terminated: true, frames: 5n });

  const chunks = await collect(first.duallane.readPart({ name: second.name, offset: 0n, length: 0n }));
  const bytes = Buffer.concat(chunks.map((chunk) => chunk.bytes));
  expect(bytes.equals(readFileSync(second.path))).toBe(true);
  const recording = await Recording.open(new Uint8Array(bytes), noJpegs);
  expect(recording.index.frames).toMatchObject({
    step: [0, 1, 2, 3, 4],
    t_us: [0, 1000, 2000, 3000, 4000],
    return: [1, 2, 3, 4, 5],
  });
  for (let at = 0; at < 5; at += 1)
    expect((await recording.frame(at)).pixels).toEqual(new Uint8Array(frameBytes).fill(2 * 16 + at));

  // What a kill in the middle of writing leaves.
  await first.kill();
  daemons.splice(0);
  writeFileSync(join(first.home, 'recordings', 'half.dlrec.tmp'), 'half');
  writeFileSync(join(first.home, 'recordings', 'nobody.dlrec'), 'unknown');
  // And a kill between a file and its entry.
  const catalogue = new DatabaseSync(join(first.home, 'catalogue.sqlite'));
  catalogue.exec(`DELETE FROM recordings WHERE name = '${second.name}'`);
  catalogue.close();
  const again = await start(first.home);
  expect(filesOf(again).sort()).toEqual(recordings.map((one) => one.name).sort());
  const named = ({ recordedAt: _, ...one }: duallane.Recording) => one;
  const byName = (all: duallane.Recording[]) => all.map(named).sort((a, b) => a.name.localeCompare(b.name));
  expect(byName((await list(again, runId)).recordings)).toEqual(byName(recordings));
  await untilLive(again, runId);
  await play(again, runId, 4, 5, 1);
  await untilRecorded(again, runId, 4);

  expect(verify(again.home).stdout).toContain('4 recordings');
  const damaged = Buffer.from(bytes);
  damaged[20] = (damaged[20] as number) ^ 1;
  writeFileSync(second.path, damaged);
  const found = verify(again.home);
  expect(found.stdout).toContain(`recording ${second.name} (run ${runId}, episode 2): its bytes have changed`);
  expect(found.status).toBe(1);

  await call((done) => again.trainer.cancelRun({ runId }, done));
  await until(async () => !(await list(again, runId)).live, { what: 'the run to be left' });
  await call((done) => again.duallane.deleteRun({ runId }, done));
  expect(filesOf(again)).toEqual([]);
  await expect(list(again, runId)).rejects.toThrow(/not known/);
}, 60_000);

it('a budget is honoured, and what went for it is counted; on demand it records a run that has no policy', async () => {
  const daemon = await start();
  const { runId } = await daemon.openRun('small', JSON.stringify({ duallane: { record: { every: 1, budget_mb: 1 } } }));
  await untilLive(daemon, runId);
  const noise = { width: 200, height: 200, channels: 3 } as const;
  ring = new FrameRingWriter({ streamId: runId }, noise);
  for (let episode = 0; episode < 4; episode += 1) {
    for (let step = 0; step < 4; step += 1) {
      const pixels = Buffer.from(Array.from({ length: 120_000 }, () => Math.floor(Math.random() * 256)));
      ring.publish(
        pixels,
        { lastReward: 0, rollingReturn: 0, stepRateHz: 0 },
        JSON.stringify({ episode, step, agent: 'default' }),
      );
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    const row = { agent_id: 'default', episode_index: episode, total_reward: 0, steps: 4, terminated: true, ts: 0, outcome: 'x' };
    await daemon.publish(runId, 'episodes', [row]);
  }
  const kept = await until(
    async () => {
      const now = await list(daemon, runId);
      return now.evicted === 2n && now;
    },
    { what: 'two recordings to go' },
  );
  expect(kept.recordings.map((one) => Number(one.episodeIndex))).toEqual([2, 3]);
  expect(kept.usedBytes).toBeLessThanOrEqual(1_000_000n);
  expect(filesOf(daemon)).toHaveLength(2);
  ring.close();
  ring = undefined;

  const plain = await daemon.openRun('plain');
  expect(await list(daemon, plain.runId)).toMatchObject({ recordings: [], policy: '', live: false });
  await call((done) => daemon.duallane.recordNext({ runId: plain.runId, episodes: 1 }, done));
  await untilLive(daemon, plain.runId);
  await play(daemon, plain.runId, 0, 4, 1);
  await play(daemon, plain.runId, 1, 4, 1);
  const asked = await untilRecorded(daemon, plain.runId, 1);
  expect(asked.recordings[0]).toMatchObject({ episodeIndex: 0n, reasons: ['demand'], frames: 4n });
  await call((done) => daemon.trainer.cancelRun({ runId: plain.runId }, done));
  await expect(call((done) => daemon.duallane.recordNext({ runId: plain.runId, episodes: 1 }, done))).rejects.toThrow(
    /has ended/,
  );
}, 60_000);

it('a policy that cannot be read is refused by name when the run is opened', async () => {
  const daemon = await start();
  const config = JSON.stringify({ duallane: { record: { evry: 3 } } });
  await expect(daemon.openRun('wrong', config)).rejects.toThrow('duallane.record.evry: is not a known key');
  expect(execFileSync(nodePath, [mainScript, 'runs', '--home', daemon.home, '--json'], { encoding: 'utf8' })).not.toContain(
    'wrong',
  );
});
