/** FLAN v1, byte for byte: what the writer leaves in a segment is the golden vector, and the codec reads it back. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FrameRingWriter } from '../../src/pipeline/proxy/ring-writer.ts';
import {
  createStores,
  invalidateStore,
  isWhole,
  publishStores,
  type RingStore,
  readHeader,
  readSlot,
  ringSegmentBytes,
  ringSegmentName,
  ringSlotOffset,
} from '../../src/protocol/index.ts';

type Golden = {
  width: number;
  height: number;
  channels: number;
  capacity: number;
  metadata_size: number;
  frames: { fill: number; last_reward: number; rolling_return: number; step_rate_hz: number; metadata: string }[];
  bytes_hex: string;
};
const golden = JSON.parse(readFileSync('proto/fixtures/frame-ring.golden.json', 'utf8')) as Golden;
const shape = {
  width: golden.width,
  height: golden.height,
  channels: golden.channels,
  capacity: golden.capacity,
  metadataBytes: golden.metadata_size,
};
const pixelsOf = (fill: number) => new Uint8Array(shape.width * shape.height * shape.channels).fill(fill);
const metricsOf = (frame: Golden['frames'][number]) => ({
  lastReward: frame.last_reward,
  rollingReturn: frame.rolling_return,
  stepRateHz: frame.step_rate_hz,
});

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flan-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('the golden vector', () => {
  it('is what the stores of the codec make of three frames', () => {
    const segment = new Uint8Array(ringSegmentBytes(shape));
    const apply = (stores: RingStore[]) => stores.forEach(({ offset, bytes }) => void segment.set(bytes, offset));
    apply(createStores(shape));
    golden.frames.forEach((frame, index) => {
      const body = new Uint8Array(pixelsOf(0).length + shape.metadataBytes);
      body.set(pixelsOf(frame.fill));
      body.set(Buffer.from(frame.metadata), pixelsOf(0).length);
      apply(publishStores(shape, index + 1, body, frame.metadata.length, metricsOf(frame)));
    });
    expect(Buffer.from(segment).toString('hex')).toBe(golden.bytes_hex);
  });

  it('is what the writer leaves in the file, and the file is gone after close', () => {
    const writer = new FrameRingWriter({ streamId: 'a/b', directory }, shape, {
      capacity: shape.capacity,
      metadataBytes: shape.metadataBytes,
    });
    for (const frame of golden.frames) writer.publish(pixelsOf(frame.fill), metricsOf(frame), frame.metadata);
    const path = join(directory, 'mosaic.fastlane.a_b');
    expect(readFileSync(path).toString('hex')).toBe(golden.bytes_hex);
    writer.close();
    expect(() => readFileSync(path)).toThrow('ENOENT');
  });

  it('reads back as its header, its newest frame and the one before', () => {
    const segment = Buffer.from(golden.bytes_hex, 'hex');
    expect(readHeader(segment, segment.length)).toEqual({
      kind: 'ring',
      header: {
        shape,
        slotBytes: 36,
        frameBytes: 12,
        isInvalidated: false,
        head: 3,
        lastReward: 1.5,
        rollingReturn: 2.5,
        stepRateHz: 3.5,
      },
    });
    for (const [n, metadataBytes] of [
      [3, 8],
      [2, 2],
    ] as const) {
      const offset = ringSlotOffset(shape, n);
      expect(readSlot(segment.subarray(offset), shape, n)).toEqual({ kind: 'whole', frameBytes: 12, metadataBytes });
      expect(segment[offset + 16]).toBe(n);
    }
  });

  it('does not give the frame that the ring has overwritten', () => {
    const segment = Buffer.from(golden.bytes_hex, 'hex');
    expect(readSlot(segment.subarray(ringSlotOffset(shape, 1)), shape, 1)).toEqual({ kind: 'again' });
    expect(isWhole(segment.subarray(ringSlotOffset(shape, 3)), 5)).toBe(false);
  });

  it('says that it is invalidated after the writer has said so', () => {
    const segment = Buffer.from(golden.bytes_hex, 'hex');
    const { offset, bytes } = invalidateStore();
    segment.set(bytes, offset);
    expect(readHeader(segment, segment.length)).toMatchObject({ kind: 'ring', header: { isInvalidated: true } });
  });
});

it('names the segment of a run whose id has a slash', () => {
  expect(ringSegmentName('team/run-1')).toBe('mosaic.fastlane.team_run-1');
});
