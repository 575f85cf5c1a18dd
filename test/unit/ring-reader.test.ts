/** The ring reader against segments of every condition. Real files in a directory of the test's own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { FrameRings, type FrameSnapshot, type RingStatus, type RingWatch } from '../../src/kernel-bridge/ring/index.ts';
import { FrameRingWriter } from '../../src/pipeline/proxy/ring-writer.ts';
import { createStores, publishStores, ringSegmentBytes, ringSlotOffset } from '../../src/protocol/index.ts';
import { until } from '../support/until.ts';

const run = 'run-1';
const size = { width: 4, height: 3, channels: 3 };
const metrics = { lastReward: 1, rollingReturn: 2, stepRateHz: 3 };
let directory: string;
let lifetime: AbortController;
let statuses: RingStatus[];
let heads: number[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ring-'));
  lifetime = new AbortController();
  statuses = [];
  heads = [];
});
afterEach(() => {
  lifetime.abort();
  rmSync(directory, { recursive: true, force: true });
});

const rings = (stalledMs = 60_000) => new FrameRings(directory, { lookMs: 5, stalledMs });
const watchWith = (source: FrameRings): RingWatch =>
  source.watch(run, { onStatus: (status) => statuses.push(status), onHead: (head) => heads.push(head), signal: lifetime.signal });
const writerOf = (of = size) => new FrameRingWriter({ streamId: run, directory }, of);
const frameOf = (fill: number, of = size) => new Uint8Array(of.width * of.height * of.channels).fill(fill);
const states = () => statuses.map((status) => status.state);
const reached = (state: RingStatus['state']) => until(() => statuses.at(-1)?.state === state, { what: `status ${state}` });

function frameIn(watch: RingWatch, seen?: FrameSnapshot): FrameSnapshot {
  const reading = watch.newest(seen);
  if (reading.kind !== 'frame') throw new Error(`no frame but ${reading.kind}`);
  return reading.frame;
}

it('waits for a segment, attaches to it, and gives its newest frame once', async () => {
  const watch = watchWith(rings());
  expect(watch.newest()).toEqual({ kind: 'none' });
  await reached('waiting');
  const writer = writerOf();
  writer.publish(frameOf(1), metrics, '');
  writer.publish(frameOf(2), metrics, '{"episode":7,"step":5,"agent":"a","t_ns":1790000000000000001,"reward":-0.5,"return":NaN}');
  await reached('attached');
  await until(() => heads.includes(2), { what: 'head 2' });
  const frame = frameIn(watch);
  expect(frame).toMatchObject({
    generation: 1,
    head: 2,
    published: 2,
    width: 4,
    height: 3,
    channels: 3,
    lastReward: -0.5,
    stepRateHz: 3,
  });
  expect(frame.metadata).toMatchObject({ episode: 7, step: 5, agent: 'a', return: Number.NaN });
  expect([...frame.pixels]).toEqual([...frameOf(2)]);
  expect(watch.newest(frame)).toEqual({ kind: 'unchanged' });
  writer.publish(frameOf(3), metrics, '');
  expect(frameIn(watch, frame)).toMatchObject({ head: 3, metadata: null, lastReward: 1, rollingReturn: 2 });
  expect(frame.pixels[0]).toBe(2);
  writer.close();
});

it('attaches again when the writer makes a ring of another size, and goes on counting', async () => {
  const watch = watchWith(rings());
  const first = writerOf();
  first.publish(frameOf(1), metrics, '');
  first.publish(frameOf(2), metrics, '');
  await until(() => watch.published === 2, { what: 'two frames' });
  const before = frameIn(watch);
  first.close();
  const wide = { width: 8, height: 2, channels: 4 };
  const second = writerOf(wide);
  second.publish(frameOf(9, wide), metrics, '');
  await until(() => watch.published === 3, { what: 'the third frame' });
  expect(frameIn(watch, before)).toMatchObject({ generation: 2, head: 1, published: 3, width: 8, channels: 4 });
  expect(states()).toContain('reconnecting');
  second.close();
});

it('notices a segment that was replaced by rename although nobody invalidated it', async () => {
  const watch = watchWith(rings());
  const first = writerOf();
  first.publish(frameOf(1), metrics, '');
  await until(() => watch.published === 1, { what: 'one frame' });
  const path = join(directory, 'mosaic.fastlane.run-1');
  renameSync(path, `${path}.hidden`);
  const second = writerOf();
  second.publish(frameOf(2), metrics, '');
  await until(() => watch.published === 2, { what: 'the second frame' });
  expect(frameIn(watch).pixels[0]).toBe(2);
  first.close();
  second.close();
});

it('keeps the last frame readable when the writer has closed, and says that it ended', async () => {
  const watch = watchWith(rings(50));
  const writer = writerOf();
  writer.publish(frameOf(1), metrics, '');
  await reached('attached');
  writer.publish(frameOf(5), metrics, '');
  writer.close();
  await reached('ended');
  expect(frameIn(watch)).toMatchObject({ head: 2 });
  expect(frameIn(watch).pixels[0]).toBe(5);
});

it('says stalled when head stands still, and attached at the next frame', async () => {
  watchWith(rings(30));
  const writer = writerOf();
  writer.publish(frameOf(1), metrics, '');
  await reached('stalled');
  writer.publish(frameOf(2), metrics, '');
  await until(() => states().lastIndexOf('attached') > states().indexOf('stalled'), { what: 'attached again' });
  writer.close();
});

it('calls a garbage segment unavailable in one sentence, and attaches when a real one takes its place', async () => {
  const path = join(directory, 'mosaic.fastlane.run-1');
  writeFileSync(path, Buffer.alloc(4096, 0x5a));
  const watch = watchWith(rings());
  await reached('unavailable');
  expect(statuses.at(-1)?.sentence).toBe('The frame ring cannot be read: it does not begin with FLAN.');
  expect(watch.newest()).toEqual({ kind: 'none' });
  rmSync(path);
  const writer = writerOf();
  writer.publish(frameOf(1), metrics, '');
  await reached('attached');
  writer.close();
});

it.each([
  ['a directory', (path: string) => mkdirSync(path)],
  ['a pipe', (path: string) => void execFileSync('bash', ['-c', `mkfifo '${path}'`])],
  ['an empty file', (path: string) => writeFileSync(path, '')],
  ['a header of zeros', (path: string) => writeFileSync(path, Buffer.alloc(200))],
])('neither throws nor hangs when the segment is %s', async (_, make) => {
  make(join(directory, 'mosaic.fastlane.run-1'));
  const watch = watchWith(rings());
  await until(() => statuses.length > 0, { what: 'a status' });
  expect(watch.newest()).toEqual({ kind: 'none' });
  expect(['waiting', 'unavailable']).toContain(watch.status.state);
});

it('survives a segment that is cut short while it is attached', async () => {
  const watch = watchWith(rings());
  const writer = writerOf();
  writer.publish(frameOf(1), metrics, '');
  await reached('attached');
  truncateSync(join(directory, 'mosaic.fastlane.run-1'), 100);
  await until(() => watch.status.state !== 'attached', { what: 'another state' });
  expect(['reconnecting', 'unavailable', 'ended']).toContain(watch.status.state);
  writer.close();
});

it('does not give a frame that is half written, and gives it when it is whole', async () => {
  const shape = { ...size, capacity: 2, metadataBytes: 8 };
  const segment = new Uint8Array(ringSegmentBytes(shape));
  const path = join(directory, 'mosaic.fastlane.run-1');
  const stores = [...createStores(shape), ...publishStores(shape, 1, new Uint8Array(44).fill(1), 0, metrics)];
  for (const { offset, bytes } of stores) segment.set(bytes, offset);
  const wholeAt = ringSlotOffset(shape, 1);
  segment[wholeAt] = 3; // odd: being written
  writeFileSync(path, segment);
  const watch = watchWith(rings());
  await reached('attached');
  expect(watch.newest()).toEqual({ kind: 'again' });
  segment[wholeAt] = 6; // even, but another frame's
  writeFileSync(path, segment);
  expect(watch.newest()).toEqual({ kind: 'again' });
  segment[wholeAt] = 4;
  writeFileSync(path, segment);
  expect(frameIn(watch).head).toBe(1);
});

it('shares one copy of a frame among the views that look at it', async () => {
  const source = rings();
  const watch = watchWith(source);
  const other = source.watch(run, { signal: lifetime.signal });
  const writer = writerOf();
  writer.publish(frameOf(1), metrics, '');
  await until(() => watch.published === 1, { what: 'one frame' });
  expect(frameIn(watch).pixels).toBe(frameIn(other).pixels);
  writer.close();
});
