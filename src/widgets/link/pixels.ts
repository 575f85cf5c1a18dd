/**
 * Frames as the canvas takes them: inflated or decoded, RGBA, opaque.
 *
 * A frame whose bytes do not fit its own header throws `frame-size`: it is refused, never drawn wrong.
 */
import { DuallaneError, type Frame, type RecordedFrame } from '../../protocol/index.ts';

const opaque = 0xff000000;

/** RGBA, uint8, row-major, of `width * height` pixels with 1 (grey), 3 (RGB) or 4 (RGBA) channels each. */
export function toRgba(pixels: Uint8Array, width: number, height: number, channels: 1 | 3 | 4): Uint8Array<ArrayBuffer> {
  const count = width * height;
  if (count === 0 || pixels.length !== count * channels) {
    throw new DuallaneError('frame-size', `a frame of ${width} x ${height} x ${channels} came with ${pixels.length} bytes`);
  }
  if (channels === 4) return pixels.slice();
  const out = new Uint32Array(count);
  if (channels === 1) {
    for (let i = 0; i < count; i++) out[i] = opaque | ((pixels[i] ?? 0) * 0x010101);
  } else {
    for (let i = 0, p = 0; i < count; i++, p += 3) {
      out[i] = opaque | ((pixels[p + 2] ?? 0) << 16) | ((pixels[p + 1] ?? 0) << 8) | (pixels[p] ?? 0);
    }
  }
  return new Uint8Array(out.buffer);
}

/** Undoes zlib (codec deflate). Rejects when the bytes are not zlib or more than `limit` bytes come out. */
export async function inflate(packed: Uint8Array, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([packed as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('deflate'));
  const out = new Uint8Array(limit);
  let filled = 0;
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
    if (filled + chunk.length > limit) throw new DuallaneError('frame-size', `a packed frame holds more than ${limit} bytes`);
    out.set(chunk, filled);
    filled += chunk.length;
  }
  return out.subarray(0, filled);
}

/** A JPEG file as RGBA pixels, of its own colours. Rejects when it is none. */
export async function decodeJpeg(file: Uint8Array<ArrayBuffer>): Promise<RecordedFrame> {
  const picture = await createImageBitmap(new Blob([file], { type: 'image/jpeg' }), { colorSpaceConversion: 'none' });
  const { width, height } = picture;
  try {
    const pen = new OffscreenCanvas(width, height).getContext('2d', { alpha: false, willReadFrequently: true });
    if (!pen) throw new DuallaneError('frame-unreadable', 'this browser draws no pictures off the screen');
    pen.drawImage(picture, 0, 0);
    return { width, height, channels: 4, pixels: new Uint8Array(pen.getImageData(0, 0, width, height).data.buffer) };
  } finally {
    picture.close();
  }
}

async function decodeSized(file: Uint8Array<ArrayBuffer>, width: number, height: number): Promise<Uint8Array<ArrayBuffer>> {
  const frame = await decodeJpeg(file);
  if (frame.width === width && frame.height === height) return frame.pixels as Uint8Array<ArrayBuffer>;
  throw new DuallaneError('frame-size', `a JPEG of ${frame.width} x ${frame.height} came as ${width} x ${height}`);
}

/** The frame with four channels and plain bytes, whatever it came as; `codec` goes on telling that. */
export async function canvasFrame(meta: Frame, body: Uint8Array): Promise<{ meta: Frame; body: Uint8Array<ArrayBuffer> }> {
  const { width, height, channels, codec } = meta;
  const told: Frame = { ...meta, channels: 4 };
  if (codec === 'jpeg') return { meta: told, body: await decodeSized(body as Uint8Array<ArrayBuffer>, width, height) };
  const plain = codec === 'deflate' ? await inflate(body, width * height * channels) : body;
  return { meta: told, body: toRgba(plain, width, height, channels) };
}
