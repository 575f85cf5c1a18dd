/** Which frames of a recording are exact and which are JPEG, and what a reader makes of old, mixed and damaged ones. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Catalogue } from '../../src/pipeline/history/catalogue.ts';
import { EpisodeTake } from '../../src/pipeline/recording/episode-take.ts';
import { FrameEncoder } from '../../src/pipeline/recording/frame-encoder.ts';
import { checkRecording, writeRecording } from '../../src/pipeline/recording/recording-file.ts';
import { Recordings } from '../../src/pipeline/recording/recordings.ts';
import type { FrameForm } from '../../src/pipeline/sinks/record-policy.ts';
import { limits, Recording } from '../../src/protocol/index.ts';
import { JpegCodec, type Picture } from '../../src/protocol/jpeg.ts';
import { shadedFrame } from '../support/shaded-frame.ts';

let codec: JpegCodec;
beforeAll(async () => {
  codec = await JpegCodec.load();
});

const decode = async (file: Uint8Array) => codec.decode(file);
const shaded = (at: number, width = 160, height = 120): Picture => ({
  ...{ width, height, channels: 3 },
  pixels: shadedFrame(width, height, at / 10),
});
/** A square that moves over a flat ground. */
function flat(at: number): Picture {
  const pixels = new Uint8Array(160 * 120 * 3).fill(200);
  for (let row = 20; row < 40; row += 1) pixels.fill(30, (row * 160 + at) * 3, (row * 160 + at + 20) * 3);
  return { width: 160, height: 120, channels: 3, pixels };
}

function record(frames: readonly Picture[], form: FrameForm, jpeg = codec) {
  const take = new EpisodeTake({ agent: 'a', slot: 0, episode: 1 }, ['every'], new FrameEncoder(form, jpeg));
  for (const [step, frame] of frames.entries()) take.add({ ...frame, metadata: { step } }, 0);
  while (take.encodeNext());
  return { ...take.file('r', undefined, ['every']), trouble: take.trouble };
}

const sequence = (length: number, one: (at: number) => Picture) => Array.from({ length }, (_, at) => one(at));
const psnr = (one: Uint8Array, other: Uint8Array): number =>
  10 * Math.log10(255 ** 2 / (one.reduce((sum, value, i) => sum + (value - (other[i] as number)) ** 2, 0) / one.length));
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

describe('by content', () => {
  it('a shaded picture that hardly packs is JPEG from its second frame on, in half of the room, and off by 40 dB at most', async () => {
    const frames = sequence(2 * limits.recordingKeyEvery + 3, shaded);
    const { index, bytes } = record(frames, 'auto');
    expect(index.frames.codec).toEqual(frames.map((_, at) => (at === 0 ? 0 : 2)));
    expect(index.jpeg).toEqual({ quality: 95, sampling: '4:4:4' });
    expect(bytes.length).toBeLessThan(record(frames, 'lossless').bytes.length / 2);
    const recording = await Recording.open(new Uint8Array(bytes), decode);
    for (const [at, { pixels }] of frames.entries()) {
      const shown = (await recording.frame(at)).pixels;
      expect(recording.isExact(at)).toBe(at === 0);
      expect(recording.isExact(at) ? same(shown, pixels) : psnr(shown, pixels) > 40).toBe(true);
    }
  });

  it.each<[string, (at: number) => Picture]>([
    ['flat', flat],
    [
      'a photograph on which little moves',
      (at) => ({ ...shaded(0), pixels: shaded(0).pixels.map((v, i) => (i === at ? 0 : v)) }),
    ],
    ['of noise, which JPEG would blur', (at) => noise(at, 64)],
    ['shaded, with an alpha channel', (at) => ({ width: 120, height: 120, channels: 4, pixels: shadedFrame(160, 120, at) })],
  ])('a picture that is %s stays exact', async (_, one) => {
    const frames = sequence(40, one);
    const { index, bytes } = record(frames, 'auto');
    expect(index.frames.codec).not.toContain(2);
    expect(index.jpeg).toBeUndefined();
    const recording = await Recording.open(new Uint8Array(bytes), decode);
    expect(same((await recording.frame(39)).pixels, (frames[39] as Picture).pixels)).toBe(true);
  });

  it('a scene that turns flat is exact again with the frame it turns at, and one that turns shaded is JPEG soon', async () => {
    const frames = [...sequence(6, shaded), ...sequence(4, flat), ...sequence(6, shaded)];
    const { index, bytes } = record(frames, 'auto');
    expect(index.frames.codec).toEqual([0, 2, 2, 2, 2, 2, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
    const recording = await Recording.open(new Uint8Array(bytes), decode);
    for (const at of [6, 7, 8, 9]) expect(same((await recording.frame(at)).pixels, (frames[at] as Picture).pixels)).toBe(true);
  });
});

describe('as it is asked for', () => {
  it('"lossless" makes no JPEG, "jpeg" makes nothing else, but of a picture with alpha', () => {
    expect(record(sequence(4, shaded), 'lossless').index.frames.codec).not.toContain(2);
    expect(record(sequence(4, flat), 'jpeg').index.frames.codec).toEqual([2, 2, 2, 2]);
    const withAlpha = { width: 2, height: 1, channels: 4, pixels: new Uint8Array(8) };
    expect(record([flat(0), withAlpha, flat(1)], 'jpeg').index.frames.codec).toEqual([2, 0, 2]);
  });

  it('an encoder that fails or is not there costs no frame, and why is told', async () => {
    const broken = {
      encode: () => {
        throw new Error('no memory');
      },
    } as unknown as JpegCodec;
    const frames = sequence(5, shaded);
    for (const form of ['auto', 'jpeg'] as const) {
      const { bytes, trouble } = record(frames, form, broken);
      expect(trouble).toBe('no memory');
      const recording = await Recording.open(new Uint8Array(bytes), decode);
      for (const [at, { pixels }] of frames.entries()) expect(same((await recording.frame(at)).pixels, pixels)).toBe(true);
    }
    const without = new FrameEncoder('jpeg', undefined);
    expect(frames.map((frame) => without.encode(frame).codec)).not.toContain(2);
  });
});

const fixture = (name: string) => new Uint8Array(readFileSync(join(__dirname, '../../proto/fixtures', name)));

it('a recording of before there were JPEGs is read as it was written', async () => {
  const recording = await Recording.open(fixture('recording-lossless.dlrec'), decode);
  expect(recording.index.frames).toMatchObject({ codec: [0, 1, 1, 1, 1, 0], step: [0, 1, 2, 3, 4, 5] });
  for (let n = 0; n < recording.length; n += 1) {
    const { width, height, pixels } = await recording.frame(n);
    expect([width, height]).toEqual(n === 5 ? [2, 3] : [8, 6]);
    expect([...pixels]).toEqual(Array.from(pixels, (_, i) => (i * 7 + (i < n * 6 ? n : 0)) & 255));
  }
});

it('of a mixed recording a JPEG that is cut short and one whose bytes changed are named by step, and no other frame is lost', async () => {
  const recording = await Recording.open(fixture('recording-mixed.dlrec'), decode);
  expect(recording.index.frames.codec).toEqual([0, 1, 2, 2, 2, 0, 1]);
  await expect(recording.frame(3)).rejects.toThrow('The frame of step 13 cannot be read: it is no whole JPEG.');
  await expect(recording.frame(4)).rejects.toThrow('The frame of step 14 cannot be read: its bytes have changed.');
  for (const n of [6, 2, 0, 5, 1]) {
    const { width, pixels } = await recording.frame(n);
    const drawn = Uint8Array.from(pixels, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
      return [x * 8 + n, y * 8 + n, 100 + n][i % 3] as number;
    });
    expect(recording.isExact(n) ? same(pixels, drawn) : psnr(pixels, drawn) > 40).toBe(true);
  }
});

describe('a home', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'dlf-'));
    mkdirSync(join(home, 'recordings'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));
  const opened = () => {
    const catalogue = new Catalogue(join(home, 'catalogue.sqlite'));
    return { catalogue, recordings: new Recordings(home, catalogue, () => undefined) };
  };

  it('takes in old and mixed recordings with their real bytes and their JPEGs, and one of before there were any goes on', () => {
    for (const name of ['recording-lossless.dlrec', 'recording-mixed.dlrec'])
      copyFileSync(join(__dirname, '../../proto/fixtures', name), join(home, 'recordings', name));
    const first = opened();
    const kept = first.recordings.of('run-1');
    expect(kept.map((one) => [one.episode, one.frames, one.jpegFrames]).sort()).toEqual([
      [3, 6, 0],
      [4, 7, 3],
    ]);
    const bytes = fixture('recording-lossless.dlrec').length + fixture('recording-mixed.dlrec').length;
    expect(first.recordings.bytesOf('run-1')).toBe(bytes);
    first.catalogue.database.exec(
      "ALTER TABLE recordings DROP COLUMN jpeg_frames; UPDATE definitions SET applied = applied - 1 WHERE room = 'recordings'",
    );
    first.catalogue.close();
    const again = opened();
    expect(again.recordings.of('run-1').map((one) => one.jpegFrames)).toEqual([0, 0]);
    again.catalogue.close();
  });

  it('is verified frame by frame: a JPEG that is none is named, whatever the checksum of the file says', async () => {
    const { index, bytes } = record(sequence(4, shaded), 'auto');
    const path = join(home, 'recordings', await writeRecording(join(home, 'recordings'), 'r', index.episode, bytes));
    expect(await checkRecording(path, bytes.length, decode)).toBeUndefined();
    const mixed = join(__dirname, '../../proto/fixtures/recording-mixed.dlrec');
    expect(await checkRecording(mixed, fixture('recording-mixed.dlrec').length, decode)).toContain('step 13 cannot be read');
  });
});

function noise(at: number, side: number): Picture {
  let seed = at + 1;
  const pixels = Uint8Array.from({ length: side * side * 3 }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed >>> 24;
  });
  return { width: side, height: side, channels: 3, pixels };
}
