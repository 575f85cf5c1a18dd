/**
 * One segment of the journal on disk, shared by its one writer and any number of readers.
 *
 * Guarantees: bytes below `bytes` are durable; a reader that has `acquire`d it can read on after the segment was sealed and
 * its file removed; the descriptor is closed when the owner and all readers have let go.
 */

import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeSegmentHead, segmentHeadBytes } from './journal-record.ts';

export const segmentName = (number: number): string => `${String(number).padStart(12, '0')}.journal`;

export class SegmentFile {
  readonly number: number;
  readonly path: string;
  readonly salt: number;
  #file: FileHandle;
  #bytes: number;
  #users = 1;

  private constructor(number: number, path: string, salt: number, file: FileHandle, bytes: number) {
    this.number = number;
    this.path = path;
    this.salt = salt;
    this.#file = file;
    this.#bytes = bytes;
  }

  /** A new, empty, durable segment. What a failed attempt left under this number (nothing was acknowledged from it) is replaced. */
  static async create(directory: string, number: number): Promise<SegmentFile> {
    const path = join(directory, segmentName(number));
    const salt = randomBytes(4).readUInt32LE();
    const file = await open(path, 'w+', 0o600);
    try {
      await writeAll(file, [encodeSegmentHead(salt)], 0);
      await file.datasync();
      await syncDirectory(directory);
    } catch (cause) {
      await file.close();
      throw cause;
    }
    return new SegmentFile(number, path, salt, file, segmentHeadBytes);
  }

  /** A segment of an earlier life, for reading. */
  static async reopen(path: string, number: number, bytes: number): Promise<SegmentFile> {
    return new SegmentFile(number, path, 0, await open(path, 'r'), bytes);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#bytes <= segmentHeadBytes;
  }

  /** Appends and makes durable. On failure the file is cut back to what was durable before, as well as it can be. */
  async append(buffers: readonly Uint8Array[]): Promise<{ syncMs: number }> {
    try {
      const end = await writeAll(this.#file, buffers, this.#bytes);
      const writtenMs = performance.now();
      await this.#file.datasync();
      this.#bytes = end;
      return { syncMs: performance.now() - writtenMs };
    } catch (cause) {
      // Whole records that stay behind are recognised by their numbers when the journal is replayed.
      await this.#file.truncate(this.#bytes).catch(() => undefined);
      throw cause;
    }
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await this.#file.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) throw new Error(`${this.path} ends at ${offset + done}`);
      done += bytesRead;
    }
    return bytes;
  }

  acquire(): void {
    this.#users++;
  }

  async release(): Promise<void> {
    if (--this.#users === 0) await this.#file.close();
  }
}

/** Writes at `position`, whatever the system takes at a time. Returns where the last byte ends. */
async function writeAll(file: FileHandle, buffers: readonly Uint8Array[], position: number): Promise<number> {
  let waiting = buffers.filter((buffer) => buffer.byteLength > 0);
  let at = position;
  while (waiting.length > 0) {
    const { bytesWritten } = await file.writev(waiting.slice(0, 1000), at);
    if (bytesWritten === 0) throw new Error('the file took no bytes');
    at += bytesWritten;
    waiting = skip(waiting, bytesWritten);
  }
  return at;
}

function skip(buffers: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let rest = bytes;
  let whole = 0;
  while (whole < buffers.length && rest >= (buffers[whole] as Uint8Array).byteLength)
    rest -= (buffers[whole++] as Uint8Array).byteLength;
  const left = buffers.slice(whole);
  if (rest > 0) left[0] = (left[0] as Uint8Array).subarray(rest);
  return left;
}

/** Makes the names in a directory durable. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function makeDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
}
