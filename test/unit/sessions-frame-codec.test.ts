import { describe, expect, it } from '@jest/globals';
import { FrameCodec } from '../../src/kernel-bridge/sessions/frame-codec.ts';

const vga = 640 * 480 * 3;
const lossless = ['raw', 'deflate'] as const;
const all = ['raw', 'deflate', 'jpeg'] as const;
/** How flat pictures (few colours) and shaded ones (noise, 3D) pack. */
const flat = { deflate: 0.2, jpeg: 0.06 };
const shaded = { deflate: 0.83, jpeg: 0.06 };
const packMs = 8;

type Options = {
  atOnce?: number;
  bytesPerMs: number;
  roundTripMs: number;
  pictures?: typeof flat;
  everyMs?: number;
  allowed?: readonly (typeof all)[number][];
};

/** A view behind a link of so many bytes per ms, frames of `atOnce` bytes free, and such a round trip; of a worker that publishes every so many ms. */
function watched({ atOnce = 0, bytesPerMs, roundTripMs, pictures = flat, everyMs = 16, allowed = all }: Options) {
  let nowMs = 0;
  const link = { bytesPerMs, pictures, everyMs, stallMs: 0, packMs };
  const codec = new FrameCodec(
    allowed,
    () => roundTripMs,
    () => nowMs,
  );
  const pack = (form: 'deflate' | 'jpeg', raw: number): number => {
    codec.packed(form, raw, raw * link.pictures[form], link.packMs);
    return raw * link.pictures[form];
  };
  const frame = (raw = vga): (typeof all)[number] => {
    nowMs += link.everyMs;
    codec.published(Math.floor(nowMs / link.everyMs));
    const chosen = codec.choose(raw);
    const bytes = chosen === 'raw' ? raw : pack(chosen, raw);
    const tookMs = Math.max(0, bytes - atOnce) / link.bytesPerMs + link.stallMs;
    nowMs += tookMs;
    codec.arrived(chosen, bytes, tookMs);
    if (codec.toPack) pack(codec.toPack, raw);
    return chosen;
  };
  return { codec, link, frame, frames: (n: number, raw = vga) => Array.from({ length: n }, () => frame(raw)) };
}

describe('the form of a frame', () => {
  it('is raw on the same host, from the first frame on, whatever is in it', () => {
    for (const pictures of [flat, shaded])
      expect(new Set(watched({ bytesPerMs: 100_000, roundTripMs: 1, pictures }).frames(50))).toEqual(new Set(['raw']));
  });

  it('is raw on the same host when the machine is so busy that a frame takes 50 ms, and not on a link that is as wide', () => {
    const forms = (roundTripMs: number) =>
      new Set(
        watched({ bytesPerMs: vga / 50, roundTripMs, pictures: shaded })
          .frames(50)
          .slice(5),
      );
    expect([forms(1), forms(10)]).toEqual([new Set(['raw']), new Set(['jpeg'])]);
  });

  it('stays raw when a frame in ten waits for something else for a third of a second', () => {
    const { link, frame } = watched({ bytesPerMs: 100_000, roundTripMs: 1, pictures: shaded });
    const forms = Array.from({ length: 200 }, (_, i) => {
      link.stallMs = i % 10 === 9 ? 300 : 0;
      return frame();
    });
    expect(new Set(forms)).toEqual(new Set(['raw']));
  });

  it('is without loss on a link of 100 Mbit/s with 40 ms for pictures that pack well, from the first frame on', () => {
    expect(new Set(watched({ bytesPerMs: 12_500, roundTripMs: 40 }).frames(50))).toEqual(new Set(['deflate']));
  });

  it('is JPEG on that link for shaded pictures, after the first has shown that it is too narrow for them', () => {
    const { frames } = watched({ bytesPerMs: 12_500, roundTripMs: 40, pictures: shaded });
    expect(frames(50)).toEqual(['deflate', ...Array(49).fill('jpeg')]);
  });

  it('is without loss there for a worker that publishes ten frames a second: the link carries those', () => {
    const { frames } = watched({ bytesPerMs: 12_500, roundTripMs: 40, pictures: shaded, everyMs: 100 });
    expect(frames(60).slice(10)).not.toContain('jpeg');
  });

  it('is JPEG on a link of 1 MB/s for shaded pictures however slowly they come, and for flat ones too many to carry', () => {
    expect(watched({ bytesPerMs: 1000, roundTripMs: 40, pictures: shaded, everyMs: 1000 }).frames(10).at(-1)).toBe('jpeg');
    expect(watched({ bytesPerMs: 1000, roundTripMs: 40 }).frames(10).at(-1)).toBe('jpeg');
  });

  it('follows a link that becomes narrow, and one that becomes wide again', () => {
    const { link, frames } = watched({ bytesPerMs: 100_000, roundTripMs: 1, pictures: shaded });
    frames(5);
    link.bytesPerMs = 1000;
    expect(frames(3).at(-1)).toBe('jpeg');
    link.bytesPerMs = 100_000;
    expect(frames(30).at(-1)).toBe('raw');
  });

  it('is JPEG nearly always on a link that lets small frames pass at once and large ones not', () => {
    const { frames } = watched({ bytesPerMs: 1000, roundTripMs: 40, pictures: shaded, atOnce: 100_000 });
    expect(frames(3000).filter((form) => form !== 'jpeg').length).toBeLessThan(10);
  });

  it('is JPEG again soon after packing took long', () => {
    const { link, frame, frames } = watched({ bytesPerMs: 2000, roundTripMs: 40, pictures: shaded });
    frame();
    link.packMs = 500;
    frames(3);
    link.packMs = packMs;
    expect(frames(10).at(-1)).toBe('jpeg');
  });

  it('follows the pictures: flat ones after shaded ones travel without loss again, and the other way round', () => {
    const { link, frames } = watched({ bytesPerMs: 12_500, roundTripMs: 40, pictures: shaded });
    expect(frames(5).at(-1)).toBe('jpeg');
    link.pictures = { ...flat, deflate: 0.01 };
    expect(frames(200).at(-1)).toBe('deflate');
    link.pictures = shaded;
    expect(frames(20).at(-1)).toBe('jpeg');
  });

  it('is raw where packing gains nothing and the page takes no JPEG, however narrow the link', () => {
    const { link, frames } = watched({
      bytesPerMs: 1000,
      roundTripMs: 40,
      pictures: { ...shaded, deflate: 0.99 },
      allowed: lossless,
    });
    expect(frames(20).slice(-5)).toEqual(Array(5).fill('raw'));
    link.pictures = { ...flat, deflate: 0.1 }; // other pictures
    expect(frames(200).at(-1)).toBe('deflate');
  });

  it('is raw for a frame that is small anyway', () => {
    expect(new Set(watched({ bytesPerMs: 1000, roundTripMs: 40 }).frames(10, 84 * 84 * 3))).toEqual(new Set(['raw']));
  });

  it('is what the page can take, when that is one form only', () => {
    const taking = (...forms: (typeof all)[number][]) => watched({ bytesPerMs: 1000, roundTripMs: 40, allowed: forms });
    expect(taking('deflate').frame(10)).toBe('deflate');
    expect(taking().frame()).toBe('raw');
    expect(taking('jpeg').codec.chooseStill(vga)).toBeUndefined();
  });

  it('is another one when this one cannot be made', () => {
    const { codec, frames } = watched({ bytesPerMs: 1000, roundTripMs: 40, pictures: shaded });
    expect(frames(10).at(-1)).toBe('jpeg');
    codec.without('jpeg');
    expect(frames(10)).not.toContain('jpeg');
  });
});

describe('a picture that stands still', () => {
  it('comes again without loss, in the smaller form', () => {
    const narrow = watched({ bytesPerMs: 1000, roundTripMs: 40 });
    narrow.frames(10);
    expect(narrow.codec.chooseStill(vga)).toBe('deflate');
    const wide = watched({ bytesPerMs: 100_000, roundTripMs: 1 });
    wide.frames(10);
    expect(wide.codec.chooseStill(vga)).toBe('raw');
  });

  it('has stood for half a second, or for two frames of a slow worker, two seconds at most', () => {
    const after = (everyMs: number): number => {
      const { codec, frames } = watched({ bytesPerMs: 1e9, roundTripMs: 1, everyMs });
      frames(60);
      return Math.round(codec.stillAfterMs);
    };
    expect([16, 500, 60_000].map(after)).toEqual([500, 1000, 2000]);
  });
});
