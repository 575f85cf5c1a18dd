/**
 * Writes recordings (proto/recording.schema.json): frames made small without a loss, and the file around them; checks files.
 *
 * Guarantees: a file appears under its final name whole and durable (temporary file, fsync, rename), and its name is made from its
 * content. Pictures are never made worse: JPEG would need an encoder that this package does not carry.
 */
import { createHash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import {
  DuallaneError,
  deltaHeadBytes,
  limits,
  placeOfIndex,
  Recording,
  type RecordingIndex,
  recordingFooterBytes,
  recordingMagic,
  sentenceOf,
} from '../../protocol/index.ts';

export type Pixels = { width: number; height: number; channels: number; pixels: Uint8Array };
export type EncodedFrame = { codec: 0 | 1; bytes: Uint8Array };

/** Level 1 is a third of the time of the default, for a tenth more bytes. */
const fast = { level: 1 } as const;
/** A difference this large, against the last whole frame, is compared with the whole frame. */
const doubtfulShare = 0.9;

export const recordingSuffix = '.dlrec';
export const unfinishedSuffix = '.tmp';

/** Frames of one episode, one after the other. Where differences do not pay, it is compared once, and then left for a while. */
export class FrameEncoder {
  #before: Pixels | undefined;
  #sinceKey = 0;
  #keyBytes = 0;
  /** Differences pay, whatever their size: they were smaller than the whole frame. */
  #isTrusted = false;
  /** Frames that are taken whole before a difference is tried again. */
  #wholes = 0;

  encode(frame: Pixels): EncodedFrame {
    const before = this.#before;
    this.#before = frame;
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

  #whole(frame: Pixels): EncodedFrame {
    return this.#key(deflateRawSync(frame.pixels, fast));
  }

  #key(bytes: Uint8Array): EncodedFrame {
    this.#sinceKey = 0;
    this.#keyBytes = bytes.length;
    this.#isTrusted = false;
    return { codec: 0, bytes };
  }

  #delta(bytes: Uint8Array): EncodedFrame {
    this.#sinceKey += 1;
    return { codec: 1, bytes };
  }
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

/** The bytes of a recording. `frames` as they stand in it, in the order of the index. */
export function recordingBytes(index: RecordingIndex, frames: readonly Uint8Array[]): Buffer {
  const body = [recordingMagic, ...frames, deflateRawSync(JSON.stringify(index))];
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt((body.at(-1) as Uint8Array).length));
  const hash = createHash('sha256');
  for (const bytes of [...body, length]) hash.update(bytes);
  return Buffer.concat([...body, length, hash.digest(), recordingMagic]);
}

/** Stores a recording in `directory`; answers its name. Throws what the file system throws, and leaves nothing then. */
export async function writeRecording(directory: string, run: string, episode: number, bytes: Buffer): Promise<string> {
  const hash = bytes.subarray(bytes.length - recordingFooterBytes + 8, bytes.length - recordingMagic.length).toString('hex');
  const name = `${run.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64)}-e${episode}-${hash.slice(0, 16)}${recordingSuffix}`;
  const temporary = join(directory, `${name}${unfinishedSuffix}`);
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(directory, name));
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
  const folder = await open(directory, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return name;
}

/** What is wrong with a stored recording, in a sentence; undefined for nothing. Reads all of it, and every frame. */
export async function checkRecording(path: string, bytesKnown: number): Promise<string | undefined> {
  try {
    const bytes = await readFile(path);
    if (bytes.length !== bytesKnown) return `it has ${bytes.length} bytes of ${bytesKnown}`;
    placeOfIndex(bytes);
    const footer = bytes.length - recordingFooterBytes;
    const hash = createHash('sha256')
      .update(bytes.subarray(0, footer + 8))
      .digest();
    if (!hash.equals(bytes.subarray(footer + 8, footer + 40))) return 'its bytes have changed';
    const recording = await Recording.open(new Uint8Array(bytes));
    for (let at = 0; at < recording.length; at += 1) await recording.frame(at);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'its file is gone';
    return error instanceof DuallaneError ? error.sentence : sentenceOf(error);
  }
}
