/**
 * @jest-environment node
 */
/** What waits to be sealed is bounded: writers wait for slow sealing, and for sealing that fails they do not. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openParquetSink, type ParquetSink } from '../../src/pipeline/sinks/index.ts';
import { SealBacklog } from '../../src/pipeline/sinks/seal-backlog.ts';
import { decodeBatch, encodeRows, rowsOf } from '../../src/protocol/arrow.ts';
import { until } from '../support/until.ts';

const segmentBytes = 30_000;
const backlogBytes = 150_000;
const intakeBytes = 60_000;
let home: string;
let sink: ParquetSink;
let events: string[];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'dl-'));
  events = [];
  sink = await openParquetSink({ home, segmentBytes, backlogBytes, intakeBytes, log: (_level, event) => events.push(event) });
});
afterEach(async () => {
  await sink.close();
  rmSync(home, { recursive: true, force: true });
});

/** About 10 kB. */
const batch = (n: number) => {
  const rows = Array.from({ length: 100 }, (_, i) => ({
    agent_id: 'a',
    episode_index: n,
    step_index: i,
    observation_json: `"${'x'.repeat(40)}"`,
  }));
  return { runId: 'run', workerId: 'w', kind: 'steps' as const, rows: 100, ipc: encodeRows('steps', rows) };
};

async function storedEpisodes(): Promise<unknown[]> {
  const episodes: unknown[] = [];
  for await (const { ipc } of sink.read('run', 'steps', 0))
    for (const row of rowsOf(decodeBatch(ipc))) if (row.step_index === 0) episodes.push(row.episode_index);
  return episodes;
}

it('lets no more wait than its bound and what is in the intake; writers wait and every row is stored', async () => {
  const count = 120;
  let most = 0;
  let waited = false;
  const durable: Promise<void>[] = [];
  const append = async (n: number): Promise<void> => {
    const appended = await sink.append(batch(n));
    durable.push(appended.durable);
    const { unsealed, intake } = sink.load();
    most = Math.max(most, unsealed.bytes);
    waited ||= unsealed.isHolding && intake.waiting > 0;
  };
  await Promise.all(Array.from({ length: count }, (_, n) => append(n)));
  await Promise.all(durable);
  expect(waited).toBe(true);
  expect(most).toBeGreaterThanOrEqual(backlogBytes);
  expect(most).toBeLessThan(backlogBytes + intakeBytes + 2 * segmentBytes);
  expect(events.filter((event) => event === 'sealing-behind').length).toBeGreaterThan(0);
  expect(await storedEpisodes()).toEqual(Array.from({ length: count }, (_, n) => n));
  await sink.sealRun('run');
  await until(() => sink.load().unsealed.segments === 0, { what: 'the end of the backlog' });
  expect(events.filter((event) => event.startsWith('sealing-')).at(-1)).toBe('sealing-relieved');
});

it('holds nobody while sealing fails, and seals everything once it can', async () => {
  const parts = join(home, 'parts');
  rmSync(parts, { recursive: true });
  writeFileSync(parts, '');
  const count = 60;
  for (let n = 0; n < 4; n++) await (await sink.append(batch(n))).durable;
  sink.seal();
  await until(() => events.includes('seal-failed'), { what: 'sealing to fail' });
  for (let n = 4; n < count; n++) await (await sink.append(batch(n))).durable;
  expect(sink.load().unsealed.bytes).toBeGreaterThan(2 * backlogBytes);
  expect(events).not.toContain('sealing-behind');
  rmSync(parts);
  mkdirSync(parts);
  await until(() => sink.load().unsealed.segments <= 1, { what: 'the backlog to be sealed' });
  expect(await storedEpisodes()).toEqual(Array.from({ length: count }, (_, n) => n));
});

/** How many threads of this process run at a lower priority than its first. */
const givingWay = (): number => {
  const niceOf = (thread: string) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  };
  const first = niceOf(String(process.pid));
  return readdirSync('/proc/self/task').filter((thread) => niceOf(thread) > first).length;
};

(process.platform === 'linux' ? it : it.skip)(
  'seals at a low priority until a quarter of the bound waits, then at the usual one',
  async () => {
    for (let n = 0; n < 2; n++) await (await sink.append(batch(n))).durable;
    await sink.sealRun('run');
    expect(givingWay()).toBe(1);
    await Promise.all(Array.from({ length: 60 }, (_, n) => sink.append(batch(n + 2))));
    await sink.sealRun('run');
    expect(givingWay()).toBe(0);
  },
);

it('says once when writers are held and once when they go on, at half of the bound', () => {
  const told: unknown[] = [];
  const backlog = new SealBacklog({
    bytesMax: 1000,
    onHold: (isHolding) => told.push(isHolding),
    log: (level, event) => told.push(`${level} ${event}`),
  });
  const at = (bytes: number, isFailing = false) => backlog.update({ segments: 1, bytes, isFailing });
  at(249);
  expect(backlog.isUrgent).toBe(false);
  at(999);
  expect([backlog.isUrgent, told]).toEqual([true, []]);
  for (const bytes of [1000, 1400, 999, 500]) at(bytes);
  expect(told).toEqual(['warn sealing-behind', true]);
  expect(backlog.load).toEqual({ segments: 1, bytes: 500, bytesMax: 1000, isHolding: true });
  at(499);
  at(999);
  expect(told.splice(0)).toEqual(['warn sealing-behind', true, 'info sealing-relieved', false]);
  at(1000);
  at(1200, true);
  at(5000, true);
  expect(told).toEqual(['warn sealing-behind', true, 'info sealing-relieved', false]);
});
