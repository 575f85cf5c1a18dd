import { describe, expect, it } from '@jest/globals';
import { FrameCodec } from '../../src/kernel-bridge/sessions/frame-codec.ts';

const vga = 640 * 480 * 3;

/** A view behind a link of so many bytes per ms and such a round trip, whose frames pack to `share` of their size. */
function watched(bytesPerMs: number, roundTripMs: number, share = 0.2) {
  let nowMs = 0;
  const link = { bytesPerMs, share };
  const codec = new FrameCodec(
    ['raw', 'deflate'],
    () => roundTripMs,
    () => nowMs,
  );
  const frame = (raw = vga): string => {
    const chosen = codec.choose(raw);
    const bytes = chosen === 'deflate' ? raw * link.share : raw;
    if (chosen === 'deflate') codec.packed(raw, bytes, 8);
    codec.sent(bytes);
    nowMs += bytes / link.bytesPerMs + roundTripMs + 10;
    codec.painted(1);
    return chosen;
  };
  return { link, frame, frames: (n: number) => Array.from({ length: n }, () => frame()) };
}

describe('the form of a frame', () => {
  it('is raw on the same host, from the first frame on', () => {
    expect(new Set(watched(100_000, 1).frames(20))).toEqual(new Set(['raw']));
  });

  it('is packed on a link of 100 Mbit/s with 40 ms, from the first frame on', () => {
    expect(new Set(watched(12_500, 40).frames(20))).toEqual(new Set(['deflate']));
  });

  it('follows a link that becomes narrow, and one that becomes wide again', () => {
    const { link, frames } = watched(100_000, 1);
    frames(5);
    link.bytesPerMs = 1000;
    expect(frames(6).at(-1)).toBe('deflate');
    link.bytesPerMs = 100_000;
    expect(frames(20).at(-1)).toBe('raw');
  });

  it('is raw where packing gains nothing, however narrow the link', () => {
    const { link, frames } = watched(1000, 40, 0.99);
    expect(frames(20).slice(-5)).toEqual(Array(5).fill('raw'));
    link.share = 0.1; // other pictures
    expect(frames(60).at(-1)).toBe('deflate');
  });

  it('is raw for a frame that is small anyway', () => {
    expect(new Set(Array.from({ length: 10 }, () => watched(1000, 40).frame(84 * 84 * 3)))).toEqual(new Set(['raw']));
  });

  it('is what the page can take, when that is one form only', () => {
    const only = new FrameCodec(
      ['deflate'],
      () => 1,
      () => 0,
    );
    expect(only.choose(10)).toBe('deflate');
    expect(
      new FrameCodec(
        [],
        () => 500,
        () => 0,
      ).choose(vga),
    ).toBe('raw');
  });
});
