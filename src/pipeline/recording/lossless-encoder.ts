/** Frames of one episode made small without a loss: raw deflate, of the whole frame or of its difference to the one before. */
import { deflateRawSync } from 'node:zlib';
import { deltaHeadBytes, limits } from '../../protocol/index.ts';

export type Pixels = { width: number; height: number; channels: number; pixels: Uint8Array };
export type ExactFrame = { codec: 0 | 1; bytes: Uint8Array };

/** Level 1 is a third of the time of the default, for a tenth more bytes. */
const fast = { level: 1 } as const;
/** A difference this large, against the last whole frame, is compared with the whole frame. */
const doubtfulShare = 0.9;

/** Frames of one episode, one after the other. Where differences do not pay, it is compared once, and then left for a while. */
export class LosslessEncoder {
  #before: Pixels | undefined;
  /** The frame before is stored without a loss: a difference to it can be read. */
  #isBase = false;
  #sinceKey = 0;
  #keyBytes = 0;
  /** Differences pay, whatever their size: they were smaller than the whole frame. */
  #isTrusted = false;
  /** Frames that are taken whole before a difference is tried again. */
  #wholes = 0;

  encode(frame: Pixels): ExactFrame {
    const before = this.#isBase ? this.#before : undefined;
    this.#before = frame;
    this.#isBase = true;
    if (!before || !isSameShape(before, frame) || this.#sinceKey + 1 >= limits.recordingKeyEvery) return this.#whole(frame);
    if (this.#wholes > 0) {
      this.#wholes -= 1;
      return this.#whole(frame);
    }
    const delta = deflateRawSync(difference(before, frame), fast);
    if (this.#isTrusted || delta.length < this.#keyBytes * doubtfulShare) return this.#delta(delta);
    const whole = deflateRawSync(frame.pixels, fast);
    this.#isTrusted = delta.length <= whole.length;
    if (this.#isTrusted) return this.#delta(delta);
    this.#wholes = limits.recordingKeyEvery;
    return this.#key(whole);
  }

  /** The frame was stored otherwise: the next one has nothing to be a difference to. */
  skip(frame: Pixels): void {
    this.#before = frame;
    this.#isBase = false;
  }

  /** The frame before, however it was stored. */
  get before(): Pixels | undefined {
    return this.#before;
  }

  #whole(frame: Pixels): ExactFrame {
    return this.#key(deflateRawSync(frame.pixels, fast));
  }

  #key(bytes: Uint8Array): ExactFrame {
    this.#sinceKey = 0;
    this.#keyBytes = bytes.length;
    this.#isTrusted = false;
    return { codec: 0, bytes };
  }

  #delta(bytes: Uint8Array): ExactFrame {
    this.#sinceKey += 1;
    return { codec: 1, bytes };
  }
}

/** What the difference of two frames takes; undefined when there is none. */
export function differenceBytes(before: Pixels | undefined, frame: Pixels): number | undefined {
  return before && isSameShape(before, frame) ? deflateRawSync(difference(before, frame), fast).length : undefined;
}

function isSameShape(a: Pixels, b: Pixels): boolean {
  return a.width === b.width && a.height === b.height && a.channels === b.channels;
}

/** Codec 1: the rows from the first to the last that changed, XOR what they were. */
function difference(before: Pixels, frame: Pixels): Uint8Array {
  const row = frame.width * frame.channels;
  const isChanged = (at: number): boolean =>
    Buffer.compare(
      before.pixels.subarray(at * row, (at + 1) * row) as Buffer,
      frame.pixels.subarray(at * row, (at + 1) * row) as Buffer,
    ) !== 0;
  let first = 0;
  while (first < frame.height && !isChanged(first)) first += 1;
  let end = frame.height;
  while (end > first && !isChanged(end - 1)) end -= 1;
  const body = Buffer.allocUnsafeSlow(deltaHeadBytes + (end - first) * row);
  body.writeUInt32LE(first, 0);
  body.writeUInt32LE(end - first, 4);
  xorInto(body.subarray(deltaHeadBytes), before.pixels.subarray(first * row), frame.pixels.subarray(first * row));
  return body;
}

function xorInto(target: Uint8Array, one: Uint8Array, other: Uint8Array): void {
  const isAligned = [target, one, other].every((bytes) => bytes.byteOffset % 4 === 0);
  const words = isAligned ? target.length >> 2 : 0;
  if (words > 0) {
    const [to, a, b] = [wordsOf(target, words), wordsOf(one, words), wordsOf(other, words)];
    for (let i = 0; i < words; i += 1) to[i] = (a[i] as number) ^ (b[i] as number);
  }
  for (let i = words * 4; i < target.length; i += 1) target[i] = (one[i] as number) ^ (other[i] as number);
}

const wordsOf = (bytes: Uint8Array, count: number): Uint32Array => new Uint32Array(bytes.buffer, bytes.byteOffset, count);
