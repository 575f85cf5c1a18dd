/**
 * Writes the files of recordings (proto/recording.schema.json), and checks them.
 *
 * Guarantees: a file appears under its final name whole and durable (temporary file, fsync, rename), and its name is made from its
 * content.
 */
import { createHash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import {
  DuallaneError,
  type JpegDecode,
  placeOfIndex,
  Recording,
  type RecordingIndex,
  recordingFooterBytes,
  recordingMagic,
  sentenceOf,
} from '../../protocol/index.ts';

export const recordingSuffix = '.dlrec';
export const unfinishedSuffix = '.tmp';

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
export async function checkRecording(path: string, bytesKnown: number, decodeJpeg: JpegDecode): Promise<string | undefined> {
  try {
    const bytes = await readFile(path);
    if (bytes.length !== bytesKnown) return `it has ${bytes.length} bytes of ${bytesKnown}`;
    placeOfIndex(bytes);
    const footer = bytes.length - recordingFooterBytes;
    const hash = createHash('sha256')
      .update(bytes.subarray(0, footer + 8))
      .digest();
    if (!hash.equals(bytes.subarray(footer + 8, footer + 40))) return 'its bytes have changed';
    const recording = await Recording.open(new Uint8Array(bytes), decodeJpeg);
    for (let at = 0; at < recording.length; at += 1) await recording.frame(at);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'its file is gone';
    return error instanceof DuallaneError ? error.sentence : sentenceOf(error);
  }
}
