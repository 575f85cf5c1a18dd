/**
 * `npm run soak -- --minutes 30`: the daemon at full rate for a long time, with a subscriber that reads nothing and a disk that
 * stalls, and its memory as a series.
 *
 * One worker publishes batches of 4,096 steps as fast as they are acknowledged; every `runMs` a new run begins, and the one before the
 * last is deleted, so that the disk is not what ends it. Each run has a subscriber that follows it and one that never reads. Every
 * `stallEveryMs` the home's file system is frozen for `stallMs` (its own ext4 in a file, fsfreeze: needs the rights to mount; said and
 * left out without them). Fails when a row that was acknowledged is not there, or when memory grew: the highest of the last third over
 * 1.3 x that of the first, from 10 minutes on.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { duallane } from '../../src/protocol/wire.ts';
import { call, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { usage } from './figures.ts';
import { stepBatches } from './step-batches.ts';

const size = 4096;
const inFlight = 32;
const runMs = 60_000;
const stallEveryMs = 120_000;
const stallMs = 15_000;
const diskBytes = '24G';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, every: { type: 'string', default: '15' } },
});
const endsAt = Date.now() + Number(values.minutes) * 60_000;
if (!(endsAt > Date.now())) throw new Error(`how many minutes? A number above 0, not ${values.minutes}`);

/** A file system of its own for the home, which can be made to stall; undefined where none may be mounted. */
function mountDisk(folder: string): { home: string; freeze(): void; thaw(): void; remove(): void } | undefined {
  const image = join(folder, 'disk');
  const home = join(folder, 'home');
  mkdirSync(home);
  const run = (...[program, ...args]: [string, ...string[]]): boolean => spawnSync(program, args).status === 0;
  if (!run('truncate', '-s', diskBytes, image) || !run('mkfs.ext4', '-q', '-E', 'lazy_itable_init=1', image)) return undefined;
  if (!run('mount', '-o', 'loop', image, home)) return undefined;
  return {
    home,
    freeze: () => void run('fsfreeze', '-f', home),
    thaw: () => void run('fsfreeze', '-u', home),
    remove: () => void run('umount', home),
  };
}

type Tally = { acknowledged: number; followed: number; runs: number };

/** Publishes into one run until `untilMs`; then the run has ended, and every acknowledged row is counted. */
async function driveRun(daemon: TestDaemon, batches: readonly Buffer[], untilMs: number, tally: Tally): Promise<string> {
  const { runId } = await daemon.openRun(`soak ${++tally.runs}`);
  const cursors = [{ kind: duallane.BatchKind.STEPS, sinceSeq: 0n }];
  const stalled = daemon.duallane.streamBatches({ runId, cursors, snapshot: false }).on('error', () => undefined);
  const following = daemon.duallane.streamBatches({ runId, cursors, snapshot: false }).on('error', () => undefined);
  following.on('data', ({ rows }: duallane.Batch) => {
    tally.followed += rows;
  });
  const writer = daemon.writer(runId);
  const sent: Promise<unknown>[] = [];
  let published = 0;
  for (let at = 0; Date.now() < untilMs; at++) {
    if (sent.length >= inFlight) await sent.shift();
    const acknowledged = writer.send({ rows: size, arrowIpc: batches[at % batches.length] as Buffer });
    sent.push(acknowledged.then(() => (tally.acknowledged += size)));
    published += size;
  }
  await Promise.all(sent);
  writer.end();
  const { kinds } = await daemon.describe(runId);
  const stored = Number(kinds.find(({ kind }) => kind === duallane.BatchKind.STEPS)?.watermark);
  if (stored !== published) throw new Error(`run ${runId}: ${stored} of ${published} acknowledged rows are there`);
  await daemon.publish(runId, 'events', [{ ts: 0, kind: 'run_completed', detail_json: '{}' }]);
  stalled.cancel();
  following.cancel();
  return runId;
}

async function unsealedSegments(daemon: TestDaemon): Promise<string> {
  const { text } = await call<duallane.MetricsResponse>((done) => daemon.duallane.metrics({}, done));
  return /^duallane_journal_unsealed\S* (\S+)/m.exec(text)?.[1] ?? '?';
}

const folder = mkdtempSync(join(tmpdir(), 'dl-'));
const disk = mountDisk(folder);
if (disk === undefined) console.log('no stalled disk: this process may not mount a file system in a file');
const daemon = await startDaemon({ home: disk?.home ?? join(folder, 'home') });
const tally: Tally = { acknowledged: 0, followed: 0, runs: 0 };
const series: { minute: number; rss: number }[] = [];
const beganMs = Date.now();
let isStalled = false;
let before = 0;

async function look(): Promise<void> {
  const { rssMb, peakMb } = usage(daemon.card.pid);
  const minute = (Date.now() - beganMs) / 60_000;
  series.push({ minute, rss: rssMb });
  const rate = (tally.acknowledged - before) / Number(values.every);
  before = tally.acknowledged;
  const health = performance.now();
  const answered = await Promise.race([
    daemon.health().then(() => true),
    new Promise<boolean>((r) => setTimeout(r, 5000, false)),
  ]);
  console.log(
    `${minute.toFixed(1).padStart(5)} min  RSS ${rssMb} MB  peak ${peakMb} MB  ${Math.round(rate).toLocaleString('en')} rows/s` +
      `  followed ${tally.followed.toLocaleString('en')}  unsealed ${isStalled ? '-' : await unsealedSegments(daemon)}` +
      `  health ${answered ? `${(performance.now() - health).toFixed(0)} ms` : 'no answer in 5 s'}  load ${(loadavg()[0] ?? 0).toFixed(1)}${isStalled ? '  disk stalled' : ''}`,
  );
}

const looking = setInterval(() => void look(), Number(values.every) * 1000);
const stalling = setInterval(
  () => {
    isStalled = true;
    disk?.freeze();
    setTimeout(() => {
      disk?.thaw();
      isStalled = false;
    }, stallMs);
  },
  Math.min(stallEveryMs, (Number(values.minutes) * 60_000) / 2),
);
try {
  const batches = stepBatches(64, size);
  const ended: string[] = [];
  while (Date.now() < endsAt) {
    ended.push(await driveRun(daemon, batches, Math.min(endsAt, Date.now() + runMs), tally));
    const old = ended.length > 2 ? (ended.shift() as string) : undefined;
    if (old !== undefined) await call((done) => daemon.duallane.deleteRun({ runId: old }, done));
  }
  judge();
} finally {
  clearInterval(looking);
  clearInterval(stalling);
  disk?.thaw();
  await daemon.stop();
  disk?.remove();
  rmSync(folder, { recursive: true, force: true });
}

function judge(): void {
  const third = Math.ceil(series.length / 3);
  const highest = (part: typeof series): number => Math.max(...part.map(({ rss }) => rss));
  const [first, last] = [highest(series.slice(0, third)), highest(series.slice(-third))];
  console.log(
    `${tally.acknowledged.toLocaleString('en')} rows acknowledged in ${tally.runs} runs, all there; RSS at most ${first} MB in the first third, ${last} MB in the last`,
  );
  if (Number(values.minutes) >= 10 && last > 1.3 * first) throw new Error(`memory grew from ${first} to ${last} MB`);
}
