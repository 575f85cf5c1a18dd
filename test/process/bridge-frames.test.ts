import { inflateSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { FrameRingWriter } from '../../src/pipeline/proxy/ring-writer.ts';
import type { Frame } from '../../src/protocol/index.ts';
import { TestBridge } from '../support/bridge.ts';
import { ScriptedDaemon } from '../support/bridge-daemon.ts';
import { TestPage } from '../support/bridge-page.ts';
import { SlowLink } from '../support/slow-link.ts';
import { until } from '../support/until.ts';

const daemon = new ScriptedDaemon();
const size = { width: 4, height: 3, channels: 3 } as const;
const writers: FrameRingWriter[] = [];
const pages: TestPage[] = [];
let bridge: TestBridge;
let streams = 0;

beforeAll(async () => {
  await daemon.start();
  bridge = await TestBridge.start({ home: daemon.home, daemonCommand: daemon.command });
  await bridge.untilConnected();
});

afterEach(async () => {
  for (const page of pages.splice(0)) await page.close();
  for (const writer of writers.splice(0)) writer.close();
});

afterAll(async () => {
  await bridge.stop();
  daemon.dispose();
});

function ring(runId: string): FrameRingWriter {
  const writer = new FrameRingWriter({ streamId: runId }, size);
  writers.push(writer);
  return writer;
}

function newRun(): string {
  streams += 1;
  return `bridge-frames-${process.pid}-${streams}`;
}

async function connect(): Promise<TestPage> {
  const page = await TestPage.connect(bridge);
  pages.push(page);
  return page;
}

/** Publishes a frame whose bytes all are `value`; answers its head. */
function publish(writer: FrameRingWriter, value: number): number {
  const metadata = JSON.stringify({ episode: 1, step: value, agent: 'a', t_ns: 1_000_000, reward: value, return: value * 2 });
  return writer.publish(
    new Uint8Array(36).fill(value),
    { lastReward: value, rollingReturn: value * 2, stepRateHz: 60 },
    metadata,
  );
}

/** Publishes, fifty a second, until it holds; answers the head by then. */
async function publishUntil(writer: FrameRingWriter, holds: () => boolean): Promise<number> {
  const goOn = (): false => {
    publish(writer, (writer.published + 1) % 256);
    return false;
  };
  await until(() => holds() || goOn(), { what: 'the frames to come' });
  return writer.published;
}

describe('the frames of a view', () => {
  it('come two at most before a paint, and then the newest: what lay between is counted', async () => {
    const run = newRun();
    const page = await connect();
    page.frames(1, { view: 'frames', run });
    await page.until('waiting', () => page.of('status', 1).at(-1)?.meta.state === 'waiting');
    const writer = ring(run);
    const heads = () => page.of('frame', 1).map(({ meta }) => meta.head);
    let head = await publishUntil(writer, () => heads().length === 2);
    for (const past = head + 20; head < past; ) {
      head = publish(writer, head + 1);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    expect(heads()).toHaveLength(2);
    const [first = 0, second = 0] = heads();
    page.send('painted', 1, { frame: first });
    await page.until('the newest', () => heads().length === 3);
    const newest = page.of('frame', 1).at(-1);
    expect(newest?.meta).toMatchObject({
      head,
      skipped: head - 3,
      width: 4,
      height: 3,
      channels: 3,
      codec: 'raw',
      last_reward: head,
      rolling_return: head * 2,
      episode: 1,
      step: head,
      agent: 'a',
      t_ms: 1,
    });
    expect([...(newest?.body ?? [])]).toEqual(Array(36).fill(head));
    for (const frame of [second, head]) page.send('painted', 1, { frame });
    await publishUntil(writer, () => heads().length === 4);
    expect(page.of('error', 1)).toEqual([]);
  });

  it('travel packed, without loss, over a narrow link to a page that takes both forms', async () => {
    const run = newRun();
    const large = { width: 320, height: 240, channels: 3 } as const;
    const bytes = large.width * large.height * 3;
    const writer = new FrameRingWriter({ streamId: run }, large);
    writers.push(writer);
    const link = await SlowLink.to(bridge);
    try {
      const page = await TestPage.connect(link);
      pages.push(page);
      link.bytesPerSecond = 1_000_000;
      page.on((message) => {
        if (message.kind === 'frame') page.send('painted', 1, { frame: (message.meta as Frame).head, paint_ms: 1 });
      });
      page.frames(1, { view: 'frames', run, codecs: ['raw', 'deflate'] });
      const codecs = (): string[] => page.of('frame', 1).map(({ meta }) => meta.codec);
      for (let value = 1; codecs().length < 4 || codecs().slice(-3).includes('raw'); value += 1) {
        if (value > 20) throw new Error(`the page still gets ${codecs()}`);
        const before = codecs().length;
        writer.publish(new Uint8Array(bytes).fill(value), { lastReward: 0, rollingReturn: 0, stepRateHz: 60 }, '{}');
        await page.until('the next frame', () => codecs().length > before);
      }
      const last = page.of('frame', 1).at(-1);
      const pixels = inflateSync(last?.body ?? new Uint8Array(0));
      expect([pixels.length, new Set(pixels)]).toEqual([bytes, new Set([last?.meta.head])]);
    } finally {
      await link.close();
    }
  });

  it('are compressed when the page asks for it', async () => {
    const run = newRun();
    publish(ring(run), 9);
    const page = await connect();
    page.frames(1, { view: 'frames', run, codecs: ['deflate'] });
    await page.until('a frame', () => page.of('frame', 1).length === 1);
    const frame = page.of('frame', 1)[0];
    expect(frame?.meta).toMatchObject({ codec: 'deflate', skipped: 0 });
    expect([...inflateSync(frame?.body ?? new Uint8Array(0))]).toEqual(Array(36).fill(9));
  });

  it('do not come again for a report of a frame that was not sent, or twice of the same', async () => {
    const run = newRun();
    const writer = ring(run);
    publish(writer, 1);
    const page = await connect();
    page.frames(1, { view: 'frames', run });
    await page.until('a frame', () => page.of('frame', 1).length === 1);
    await publishUntil(writer, () => page.of('frame', 1).length === 2);
    page.send('painted', 1, { frame: 99 });
    await page.until('painted-forged', () => page.of('error', 1).length === 1);
    const head = publish(writer, 3);
    await page.until('the forgery to have brought nothing', () => page.of('status', 1).at(-1)?.meta.state === 'live');
    expect(page.of('frame', 1).length).toBe(2);
    page.send('painted', 1, { frame: 1 });
    await page.until('the third', () => page.of('frame', 1).at(-1)?.meta.head === head);
    page.send('painted', 1, { frame: 1 });
    await page.until('the refusal', () => page.of('error', 1).length === 2);
    expect(page.of('frame', 1).length).toBe(3);
  });

  it('stop while the view is hidden and go on with the newest, also when the frame in flight was never reported', async () => {
    const run = newRun();
    const writer = ring(run);
    publish(writer, 1);
    const page = await connect();
    page.frames(1, { view: 'frames', run });
    await page.until('a frame', () => page.of('frame', 1).length === 1);
    page.send('grant', 1, { active: false });
    await page.until('paused', () => page.of('status', 1).at(-1)?.meta.state === 'paused');
    for (let value = 2; value <= 5; value += 1) publish(writer, value);
    page.send('grant', 1, { active: true });
    await page.until('the newest', () => page.of('frame', 1).length === 2);
    expect(page.of('frame', 1).at(-1)?.meta).toMatchObject({ head: 5, skipped: 3 });
    page.send('painted', 1, { frame: 1 });
    page.send('painted', 1, { frame: 5 });
    publish(writer, 6);
    await page.until('the next', () => page.of('frame', 1).length === 3);
    expect(page.of('error', 1)).toEqual([]);
  });

  it('end with the run: the view keeps its picture and says so', async () => {
    const run = newRun();
    daemon.openRun(run);
    const writer = ring(run);
    publish(writer, 1);
    const page = await connect();
    page.frames(1, { view: 'frames', run });
    await page.until('a frame', () => page.of('frame', 1).length === 1);
    daemon.endRun(run);
    writers.splice(0);
    writer.close();
    await page.until('the end', () => page.of('status', 1).at(-1)?.meta.state === 'ended');
    expect(page.of('status', 1).at(-1)?.meta.sentence).toMatch(/ended|closed/);
  });
});

describe('a worker that can make no ring', () => {
  const off = (sentence: string) => ({ kind: 'fast_lane_off', detail_json: JSON.stringify({ sentence }), ts: 1n });

  it('is quoted, to a view that was there and to one that comes later, until a worker starts that can', async () => {
    const run = newRun();
    daemon.openRun(run);
    const page = await connect();
    page.frames(1, { view: 'frames', run });
    await page.until('waiting', () => page.of('status', 1).at(-1)?.meta.state === 'waiting');
    daemon.publish(run, 'events', [off('No room for frames.')]);
    const states = (channel: number) => page.of('status', channel).map(({ meta }) => `${meta.state}: ${meta.sentence}`);
    await page.until('the word', () => states(1).at(-1) === 'unavailable: No room for frames.');
    page.frames(2, { view: 'frames', run });
    await page.until('the word again', () => states(2).at(-1) === 'unavailable: No room for frames.');
    daemon.publish(run, 'events', [{ kind: 'run_started', detail_json: '{}', ts: 2n }]);
    await page.until('hope', () => states(1).at(-1)?.startsWith('waiting') && states(2).at(-1)?.startsWith('waiting'));
    daemon.publish(run, 'events', [off('Still none.')]);
    publish(ring(run), 1);
    await page.until('a frame all the same', () => page.of('frame', 1).length === 1);
    await page.until('live', () => states(1).at(-1)?.startsWith('live'));
  });
});
