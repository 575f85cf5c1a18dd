import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FrameRingWriter } from '../../src/pipeline/proxy/ring-writer.ts';
import { EpisodeTake } from '../../src/pipeline/recording/episode-take.ts';
import { FrameEncoder } from '../../src/pipeline/recording/frame-encoder.ts';
import { checkRecording, writeRecording } from '../../src/pipeline/recording/recording-file.ts';
import type { RecordingRecord } from '../../src/pipeline/recording/recording-record.ts';
import { beyondBudget } from '../../src/pipeline/recording/recordings.ts';
import { type Finished, RunRecorder } from '../../src/pipeline/recording/run-recorder.ts';
import { noRecording, type RecordPolicy, readRecordPolicy, recordSentence } from '../../src/pipeline/sinks/record-policy.ts';
import { limits, Recording } from '../../src/protocol/index.ts';
import type { JpegCodec } from '../../src/protocol/jpeg.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dlr-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const noJpegs = () => Promise.reject(new Error('there are none'));
const metrics = { lastReward: 0, rollingReturn: 0, stepRateHz: 0 };
const place = { agent: 'a', slot: 0, episode: 3 };

function takeOf(frames: readonly { width: number; height: number; channels: number; pixels: Uint8Array }[]): EpisodeTake {
  const take = new EpisodeTake(place, ['every'], new FrameEncoder('lossless', undefined));
  for (const [step, frame] of frames.entries())
    take.add({ ...frame, metadata: { step, t_ns: 1e18 + step, reward: 1, return: step } }, 0);
  while (take.encodeNext());
  return take;
}

describe('a recording', () => {
  const frame = fc
    .record({ width: fc.integer({ min: 1, max: 5 }), height: fc.integer({ min: 1, max: 5 }), channels: fc.constantFrom(1, 3, 4) })
    .chain((shape) => {
      const length = shape.width * shape.height * shape.channels;
      return fc.uint8Array({ minLength: length, maxLength: length }).map((pixels) => ({ ...shape, pixels }));
    });

  it('gives back every frame as it was, in any order of asking, whatever sizes follow each other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(frame, { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 12 }),
        async (frames, order) => {
          // Each one three times, a byte changed at a time: what a recording is made for.
          const all = frames.flatMap((one) => {
            const other = Uint8Array.from(one.pixels);
            other[other.length - 1] = ((other.at(-1) as number) + 1) & 255;
            return [one, { ...one, pixels: other }, one];
          });
          const { bytes } = takeOf(all).file('r', undefined, ['every']);
          const recording = await Recording.open(new Uint8Array(bytes), noJpegs);
          expect(recording.length).toBe(all.length);
          for (const at of order.map((n) => n % all.length)) {
            const { pixels, ...shape } = await recording.frame(at);
            expect({ ...shape, pixels: [...pixels] }).toEqual({
              ...all[at],
              pixels: [...(all[at] as { pixels: Uint8Array }).pixels],
            });
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('costs a few bytes for a frame in which little moves, and has a whole one now and then', () => {
    const pixels = Uint8Array.from({ length: 60 * 40 * 3 }, () => Math.floor(Math.random() * 256));
    const frames = Array.from({ length: 100 }, (_, at) => {
      const copy = pixels.slice();
      copy[at] = 0;
      return { width: 60, height: 40, channels: 3, pixels: copy };
    });
    const { index } = takeOf(frames).file('r', undefined, []);
    const wholes = index.frames.codec.filter((codec) => codec === 0).length;
    expect(wholes).toBe(Math.ceil(100 / limits.recordingKeyEvery));
    const deltas = index.frames.length.filter((_, at) => index.frames.codec[at] === 1);
    expect(Math.max(...deltas)).toBeLessThan(400);
  });

  it('of which any byte is another, or the end is missing, is named as damaged', async () => {
    const { index, bytes } = takeOf([{ width: 2, height: 2, channels: 3, pixels: new Uint8Array(12).fill(7) }]).file(
      'r',
      undefined,
      [],
    );
    const name = await writeRecording(directory, 'r/x', index.episode, bytes);
    expect(readdirSync(directory)).toEqual([name]);
    expect(await checkRecording(join(directory, name), bytes.length, noJpegs)).toBeUndefined();
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] as number) ^ flip;
        writeFileSync(join(directory, name), changed);
        expect(await checkRecording(join(directory, name), bytes.length, noJpegs)).toMatch(/changed|cannot be read/);
      }),
      { numRuns: 60 },
    );
    writeFileSync(join(directory, name), bytes.subarray(0, -5));
    expect(await checkRecording(join(directory, name), bytes.length, noJpegs)).toContain('bytes of');
    await expect(Recording.open(new Uint8Array(bytes.subarray(0, -5)), noJpegs)).rejects.toThrow('cut short');
  });

  it('that cannot be written leaves nothing behind', async () => {
    const file = join(directory, 'taken');
    writeFileSync(file, '');
    await expect(writeRecording(file, 'r', 1, Buffer.alloc(8))).rejects.toThrow();
    expect(readdirSync(directory)).toEqual(['taken']);
  });
});

describe('a policy', () => {
  it.each([
    [undefined, ''],
    [true, 'the best and the worst so far, failures'],
    [10, 'every 10 episodes'],
    ['every=3, best, failure_below=20', 'every 3 episodes, the best so far, failures (below 20)'],
    [{ every: 1, worst: true, budget_mb: 1 }, 'every episode, the worst so far'],
    ['every=1,frames=jpeg', 'every episode; as JPEG'],
    [{ best: true, frames: 'lossless' }, 'the best so far; lossless'],
  ])('%j is told in words', (value, words) => {
    expect(recordSentence(readRecordPolicy(value))).toBe(words);
  });

  it.each([
    [{ evry: 1 }],
    [{ every: 1.5 }],
    [{ best: 'yes' }],
    [{ budget_mb: 0 }],
    ['every=often'],
    ['every=1,frames=png'],
    [{ frames: 95 }],
    [[1]],
  ])('%j is refused', (value) => {
    expect(() => readRecordPolicy(value)).toThrow(/duallane\.record/);
  });
});

describe('the budget', () => {
  const one = (name: string, reasons: string[], bytes = 10) => ({ name, reasons, bytes }) as RecordingRecord;

  it('lets go of what is worth least first, of that the oldest, and never of more than it must', () => {
    const kept = [
      one('every 1', ['every']),
      one('best 1', ['best']),
      one('asked', ['demand']),
      one('failure 1', ['failure']),
      one('every 2', ['every']),
      one('best 2', ['best']),
      one('failure 2', ['failure']),
    ];
    const gone = (budget: number) => beyondBudget(kept, budget).map(({ name }) => name);
    expect(gone(70)).toEqual([]);
    expect(gone(69)).toEqual(['best 1']);
    expect(gone(50)).toEqual(['best 1', 'every 1']);
    expect(gone(10)).toEqual(['best 1', 'every 1', 'every 2', 'failure 1', 'failure 2', 'best 2']);
  });
});

describe('a run that is recorded', () => {
  function record(policy: Partial<RecordPolicy>, jpeg?: JpegCodec) {
    const finished: Finished[] = [];
    let passed = 0;
    const recorder = new RunRecorder({
      runId: 'r',
      policy: { ...noRecording, ...policy },
      directory,
      jpeg,
      onFinished: (one) => finished.push(one),
      onPassed: () => {
        passed += 1;
      },
      onTrouble: (sentence) => {
        throw new Error(sentence);
      },
    });
    const ring = new FrameRingWriter({ streamId: 'r', directory }, { width: 4, height: 3, channels: 3 });
    let now = 0;
    const read = () => {
      now += 300;
      while (recorder.poll(now));
    };
    const play = (episode: number, total: number, steps = 3, told = true) => {
      for (let step = 0; step < steps; step += 1) {
        const metadata = JSON.stringify({ episode, step, agent: 'a', t_ns: 1, reward: 1, return: step });
        ring.publish(Buffer.alloc(36, episode * 10 + step), metrics, metadata);
        read();
      }
      if (told) recorder.ended({ ...place, episode, steps, totalReward: total, terminated: true, truncated: false, seed: 7 });
      read();
    };
    const kept = () => finished.map(({ index }) => [index.episode, ...index.reasons]);
    return { recorder, ring, play, read, kept, finished, passed: () => passed };
  }

  it('keeps every k-th, each new best and worst, and nothing else', () => {
    const { play, kept } = record({ every: 4, best: true, worst: true });
    for (const [episode, total] of [5, 9, 3, 4, 4, 10, 9].entries()) play(episode, total);
    expect(kept()).toEqual([
      [0, 'every', 'best', 'worst'],
      [1, 'best'],
      [2, 'worst'],
      [4, 'every'],
      [5, 'best'],
    ]);
  });

  it('keeps failures: a return of 0 or less, or an end long before the usual one; of those in one second the first', () => {
    const { play, kept, passed, read } = record({ failures: true });
    play(0, -1);
    play(1, 0);
    expect(passed()).toBe(0);
    expect(kept()).toEqual([
      [0, 'failure'],
      [1, 'failure'],
    ]);
    for (let episode = 2; episode < 12; episode += 1) play(episode, 5, 5);
    play(12, 5, 2);
    for (let i = 0; i < 4; i += 1) read();
    expect(kept().slice(2)).toEqual([[12, 'failure']]);
    const { play: playFast, kept: keptFast, passed: passedFast } = record({ failureBelow: 3, failures: true });
    playFast(0, 2, 1);
    playFast(1, 2, 1);
    expect([keptFast(), passedFast()]).toEqual([[[0, 'failure']], 1]);
  });

  it('records the next episode when asked, from its beginning, and copies no other frame', () => {
    const { play, kept, recorder, finished } = record({});
    play(0, 1);
    recorder.demand(1);
    play(1, 1);
    play(2, 1);
    expect(kept()).toEqual([[1, 'demand']]);
    expect(finished[0]?.index).toMatchObject({ seed: 7, steps: 3, terminated: true, missed: 0, frames: { step: [0, 1, 2] } });
  });

  it('reads every frame there is before it makes one small, and judges an episode when a later one is read', () => {
    let encoded = 0;
    const jpeg = {
      encode: () => {
        encoded += 1;
        return new Uint8Array(1);
      },
    } as unknown as JpegCodec;
    const { ring, recorder, finished } = record({ every: 1, frames: 'jpeg' }, jpeg);
    const publish = (episode: number, step: number) =>
      ring.publish(Buffer.alloc(36, step), metrics, JSON.stringify({ episode, step, agent: 'a' }));
    for (let round = 0; round < 5; round += 1) {
      for (let step = 0; step < 8; step += 1) publish(round < 4 ? 0 : 1, round * 8 + step);
      if (round === 0)
        recorder.ended({ ...place, episode: 0, steps: 32, totalReward: 1, terminated: true, truncated: false, seed: null });
      if (round === 4) break;
      expect([recorder.poll(300), recorder.poll(300)]).toEqual([true, true]);
    }
    expect(encoded).toBe(0);
    while (finished.length === 0) expect(recorder.poll(300)).toBe(true);
    expect(finished[0]?.index).toMatchObject({
      episode: 0,
      missed: 0,
      frames: { step: Array.from({ length: 32 }, (_, at) => at) },
    });
    expect(encoded).toBe(32);
  });

  it('says how many frames it was too late for, and has those it read in order', async () => {
    const { ring, recorder, finished, read } = record({ every: 1 });
    for (let step = 0; step < 30; step += 1) {
      const metadata = JSON.stringify({ episode: 0, step, agent: 'a' });
      ring.publish(Buffer.alloc(36, step), metrics, metadata);
    }
    recorder.ended({ ...place, episode: 0, steps: 30, totalReward: 1, terminated: true, truncated: false, seed: null });
    read();
    const { index, bytes } = finished[0] as Finished;
    expect(index.missed + index.frames.step.length).toBe(30);
    expect(index.frames.step).toEqual([22, 23, 24, 25, 26, 27, 28, 29]);
    const recording = await Recording.open(new Uint8Array(bytes), noJpegs);
    expect((await recording.frame(7)).pixels).toEqual(new Uint8Array(36).fill(29));
  });

  it('reads what a closed ring still holds, and keeps an episode whose end was never told', () => {
    const { play, ring, recorder, kept, finished } = record({ every: 1 });
    play(0, 1, 3, false);
    ring.close();
    recorder.finish(10_000);
    while (recorder.poll(10_000));
    expect(kept()).toEqual([[0, 'every']]);
    expect(finished[0]?.index).toMatchObject({ steps: null, total_reward: 2, frames: { step: [0, 1, 2] } });
  });

  it('reads a ring that is over once, though its name is still there', () => {
    const { play, ring, finished, recorder, read } = record({ every: 1 });
    for (let step = 0; step < 20; step += 1) play(0, 1, 1, false);
    const path = join(directory, readdirSync(directory)[0] as string);
    const bytes = readFileSync(path);
    bytes.writeUInt32LE(1, 8); // invalidated
    writeFileSync(path, bytes);
    for (let i = 0; i < 3; i += 1) read();
    recorder.finish(10_000);
    while (recorder.poll(10_000));
    expect(finished).toHaveLength(1);
    expect(finished[0]?.index.missed).toBe(19); // the step is the same: what came again
    ring.close();
  });

  it('goes on with the next ring when its writer made another one', () => {
    const { play, ring, kept, finished, recorder, read } = record({ every: 1 });
    play(0, 1, 3);
    ring.close();
    const other = new FrameRingWriter({ streamId: 'r', directory }, { width: 8, height: 2, channels: 1 });
    for (let step = 0; step < 2; step += 1) {
      other.publish(Buffer.alloc(16, step), metrics, JSON.stringify({ episode: 1, step, agent: 'a' }));
      read();
    }
    other.close();
    recorder.finish(20_000);
    while (recorder.poll(20_000));
    expect(kept()).toEqual([
      [0, 'every'],
      [1, 'every'],
    ]);
    expect(finished[1]?.index).toMatchObject({ shapes: [[2, 8, 1]], frames: { step: [0, 1] } });
  });
});

it('a stored recording is the same bytes that were made', async () => {
  const { bytes } = takeOf([{ width: 1, height: 1, channels: 1, pixels: new Uint8Array(1) }]).file('r', undefined, []);
  const name = await writeRecording(directory, 'r', 0, bytes);
  expect(readFileSync(join(directory, name)).equals(bytes)).toBe(true);
});
