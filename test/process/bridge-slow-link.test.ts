/** A page on another continent beside one on the same host: the first degrades alone, says how, and is whole again when the link is. */
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { FrameRingWriter } from '../../src/pipeline/proxy/ring-writer.ts';
import { type Frame, limits } from '../../src/protocol/index.ts';
import { JpegCodec } from '../../src/protocol/jpeg.ts';
import { TestBridge } from '../support/bridge.ts';
import { ScriptedDaemon, stepRows } from '../support/bridge-daemon.ts';
import { TestPage } from '../support/bridge-page.ts';
import { shadedFrame } from '../support/shaded-frame.ts';
import { SlowLink } from '../support/slow-link.ts';

const rowsOfBatch = 100;
const pauseMs = 20;
const batches = 100;

const daemon = new ScriptedDaemon();
let bridge: TestBridge;
let link: SlowLink;

beforeAll(async () => {
  await daemon.start();
  bridge = await TestBridge.start({ home: daemon.home, daemonCommand: daemon.command });
  await bridge.untilConnected();
  link = await SlowLink.to(bridge);
});

afterAll(async () => {
  await link.close();
  await bridge.stop();
  daemon.dispose();
});

it('a view over 20 kB/s gets what the link carries and says so; the other gets every row; both are whole when the link is', async () => {
  daemon.openRun('R');
  const far = await TestPage.connect(link);
  const near = await TestPage.connect(bridge);
  const slow = far.view(1, { view: 'telemetry', run: 'R', kinds: ['steps'] });
  const quick = near.view(1, { view: 'telemetry', run: 'R', kinds: ['steps'] });
  for (const view of [slow, quick]) await far.until('both views', () => view.states.includes('waiting'));

  link.bytesPerSecond = 20_000;
  let published = 0;
  for (let i = 0; i < batches; i += 1) {
    daemon.publish('R', 'steps', stepRows('a', published, rowsOfBatch));
    published += rowsOfBatch;
    await near.until('every row', () => quick.liveRows('steps').length === published);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  expect(quick.counts('steps')?.skipped ?? 0).toBe(0);
  expect(quick.states).not.toContain('starved');

  await far.until('its own words', () => slow.states.includes('starved'));
  const sentences = far.of('status', 1).map(({ meta }) => meta.sentence);
  expect(sentences).toContain(
    'The connection to this page carries less than comes: some are skipped here. All of them are stored.',
  );
  await far.until('the end of what was on the way', () => slow.counts('steps')?.published === published);
  const counts = slow.counts('steps');
  expect(counts?.delivered).toBeLessThan(published / 2);
  expect((counts?.delivered ?? 0) + (counts?.skipped ?? 0)).toBe(published);
  await far.until('the gaps', () => slow.missed('steps') === counts?.skipped);

  link.bytesPerSecond = Number.POSITIVE_INFINITY;
  daemon.publish('R', 'steps', stepRows('a', published, 1));
  await far.until('live', () => slow.states.at(-1) === 'live');
  const shown = () => new Set(slow.rows('steps').map((row) => row.seq));
  await far.until('the newest rows, filled from history', () => {
    const seqs = shown();
    return Array.from({ length: limits.stepRowsShown }, (_, i) => published + 1 - i).every((seq) => seqs.has(seq));
  });
  expect(slow.rows('steps').some((row) => row.filled)).toBe(true);
  expect(shown().size).toBe(slow.rows('steps').length);
  await far.close();
  await near.close();
}, 60_000);

it('shaded frames over 1 MB/s come as JPEG, many a second; what stands still comes again without loss', async () => {
  const run = `bridge-slow-link-${process.pid}`;
  const size = { width: 640, height: 480, channels: 3 } as const;
  const pictures = Array.from({ length: 8 }, (_, i) => shadedFrame(size.width, size.height, i / 4));
  const writer = new FrameRingWriter({ streamId: run }, size);
  const page = await TestPage.connect(link);
  try {
    link.bytesPerSecond = 1_000_000;
    page.on((message) => {
      if (message.kind === 'frame') page.send('painted', 1, { frame: (message.meta as Frame).head, paint_ms: 1 });
    });
    page.frames(1, { view: 'frames', run, codecs: ['raw', 'deflate', 'jpeg'] });
    const frames = () => page.of('frame', 1);
    const jpegs = () => frames().filter(({ meta }) => meta.codec === 'jpeg');
    let head = 0;
    const publish = (): void => {
      const picture = pictures[head % pictures.length] as Uint8Array;
      head = writer.publish(picture, { lastReward: 0, rollingReturn: 0, stepRateHz: 60 }, '{}');
    };
    const beganMs = performance.now();
    while (jpegs().length < 20) {
      if (performance.now() - beganMs > 20_000)
        throw new Error(`after 20 s the page has ${frames().map(({ meta }) => meta.codec)}`);
      publish();
      await new Promise((resolve) => setTimeout(resolve, 16));
    }
    const newest = jpegs().at(-1);
    expect(newest?.body.length).toBeLessThan(100_000);
    const error = await meanError(
      newest?.body as Uint8Array,
      pictures[((newest?.meta.head ?? 1) - 1) % pictures.length] as Uint8Array,
    );
    expect(error).toBeLessThan(6);

    await page.until('the still', () => frames().at(-1)?.meta.still === true);
    const still = frames().at(-1);
    expect(still?.meta).toMatchObject({ head, codec: 'deflate', skipped: frames().at(-2)?.meta.skipped });
    expect(Buffer.compare(inflateSync(still?.body as Uint8Array), pictures[(head - 1) % pictures.length] as Uint8Array)).toBe(0);
    publish();
    await page.until('the next frame', () => frames().at(-1)?.meta.head === head);
    expect(frames().at(-1)?.meta.still).toBeUndefined();
    expect(page.of('error', 1)).toEqual([]);
  } finally {
    await page.close();
    writer.close();
    link.bytesPerSecond = Number.POSITIVE_INFINITY;
  }
}, 60_000);

/** How far off a JPEG's colours are, of 255. */
async function meanError(jpeg: Uint8Array, pixels: Uint8Array): Promise<number> {
  const { pixels: decoded } = (await JpegCodec.load()).decode(jpeg);
  return pixels.reduce((sum, value, i) => sum + Math.abs(value - (decoded[i] ?? 0)), 0) / pixels.length;
}
