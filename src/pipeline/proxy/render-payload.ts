/**
 * What a worker puts into `render_payload`: pictures for the fast lane, and everything else for the durable rows.
 *
 * RGB variants: {"mode":"rgb_array","rgb":HxWxC} (also "pixels", "frame"; HxW is one channel) and
 * {"mode":"rgb_array","shape":[h,w,c],"data":base64}. Source: contracts, section 3.
 */
import type { JsonObject } from '../../protocol/index.ts';

export type Picture = { width: number; height: number; channels: 1 | 3 | 4; pixels: Uint8Array };
export type PayloadReading = { kind: 'picture'; picture: Picture } | { kind: 'other' } | { kind: 'broken'; reason: string };

const pixelKeys = ['rgb', 'pixels', 'frame'] as const;

/** Whether a payload is a picture, and which. */
export function readPayload(payload: JsonObject): PayloadReading {
  const mode = payload.string('mode')?.toLowerCase();
  const pixelKey = pixelKeys.find((key) => payload.kind(key) === 'array');
  if (mode === undefined ? pixelKey === undefined : mode !== 'rgb_array' && mode !== 'rgb') return { kind: 'other' };
  if (pixelKey !== undefined) return nestedPicture(payload.source(pixelKey) ?? '');
  if (payload.kind('data') === 'string') return encodedPicture(payload);
  return { kind: 'broken', reason: 'an rgb_array payload has neither "rgb" nor "shape" and "data"' };
}

function encodedPicture(payload: JsonObject): PayloadReading {
  const shape = /^\[(\d{1,5}),(\d{1,5})(?:,(\d))?\]$/.exec(payload.compact('shape') ?? '');
  if (!shape) return { kind: 'broken', reason: 'the "shape" of an rgb_array payload is not [height, width, channels]' };
  return pictureOf(
    Number(shape[1]),
    Number(shape[2]),
    Number(shape[3] ?? 1),
    Buffer.from(payload.string('data') ?? '', 'base64'),
  );
}

function pictureOf(height: number, width: number, channels: number, pixels: Uint8Array): PayloadReading {
  const named = `${height} x ${width} x ${channels}`;
  if (height < 1 || width < 1 || (channels !== 1 && channels !== 3 && channels !== 4)) {
    return { kind: 'broken', reason: `a picture of ${named} is not height x width x 1, 3 or 4 channels` };
  }
  if (pixels.length !== height * width * channels)
    return { kind: 'broken', reason: `${pixels.length} bytes are not a picture of ${named}` };
  return { kind: 'picture', picture: { width, height, channels, pixels } };
}

/** Nested arrays of numbers, valid JSON: one pass over the text, no arrays made. Values are rounded into 0 to 255. */
function nestedPicture(source: string): PayloadReading {
  const pixels = new Uint8Array((source.length >> 1) + 1);
  const open = [0, 0, 0, 0]; // items seen in the array that is open at each depth
  const lengths = [-1, -1, -1, -1]; // items every array of a depth has
  let depth = 0;
  let leafDepth = -1;
  let count = 0;
  for (let at = 0; at < source.length; ) {
    const code = source.charCodeAt(at);
    if (code === 0x5b) {
      depth += 1;
      if (depth > 3) return ragged;
      open[depth] = 0;
      at += 1;
    } else if (code === 0x5d) {
      if (lengths[depth] === -1) lengths[depth] = open[depth] as number;
      if (lengths[depth] !== open[depth]) return ragged;
      depth -= 1;
      open[depth] = (open[depth] as number) + 1;
      at += 1;
    } else if (code === 0x2c || code <= 0x20) {
      at += 1;
    } else {
      if (leafDepth === -1) leafDepth = depth;
      if (leafDepth !== depth) return ragged;
      let end = at + 1;
      while (end < source.length && !isBoundary(source.charCodeAt(end))) end += 1;
      pixels[count] = pixelValue(source, at, end);
      count += 1;
      open[depth] = (open[depth] as number) + 1;
      at = end;
    }
  }
  const [, height = 0, width = 0, channels = 1] = lengths;
  return leafDepth < 2 ? ragged : pictureOf(height, width, leafDepth === 2 ? 1 : channels, pixels.slice(0, count));
}

const ragged: PayloadReading = { kind: 'broken', reason: 'the rows of an rgb_array payload are not of one length' };

function isBoundary(code: number): boolean {
  return code === 0x2c || code === 0x5d || code <= 0x20;
}

function pixelValue(source: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = source.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return clamped(Number(source.slice(from, to)));
    value = value * 10 + digit;
  }
  return Math.min(value, 255);
}

function clamped(value: number): number {
  return Number.isNaN(value) ? 0 : Math.min(255, Math.max(0, Math.round(value)));
}
