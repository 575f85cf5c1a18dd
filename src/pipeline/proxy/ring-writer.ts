/**
 * Producer side of the frame ring: one writer, any number of readers, never blocks. Node has no mmap: stores are positioned
 * writes to the segment's file, which readers of either kind see at once.
 *
 * Guarantees
 * - Every byte of the segment exists before it gets its name (zeros written, not a hole): a /dev/shm that is too small is the
 *   error `ring-space` at creation, and never one for a reader.
 * - A segment appears under its name whole: made under a private name, header written with the magic last, then renamed.
 * - Metrics are stored before the frame they belong to becomes whole. Metadata that is too long is left out, never cut.
 * - `close` invalidates and unlinks, if the name is still this segment's.
 */
import { closeSync, constants, fstatSync, openSync, renameSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  createStores,
  DuallaneError,
  invalidateStore,
  limits,
  publishStores,
  type RingMetrics,
  type RingShape,
  type RingStore,
  ringFrameBytes,
  ringSegmentBytes,
  ringSegmentName,
  sentenceOf,
} from '../../protocol/index.ts';

export type RingPlace = { streamId: string; directory?: string };
/** Width and height in pixels; channels 1, 3 or 4. */
export type FrameSize = Pick<RingShape, 'width' | 'height' | 'channels'>;

const zeroChunk = Buffer.alloc(1 << 20);
/** Shared memory belongs to others, too. */
const spaceLeftBytes = 1 << 20;

export class FrameRingWriter {
  readonly shape: RingShape;
  readonly #path: string;
  readonly #fd: number;
  readonly #body: Uint8Array;
  #published = 0;

  /** Throws `ring-space`, `ring-unsupported` (no such directory) or `ring-failed`; the sentence says that telemetry goes on. */
  constructor(
    { streamId, directory = '/dev/shm' }: RingPlace,
    size: FrameSize,
    options: { capacity?: number; metadataBytes?: number } = {},
  ) {
    this.shape = {
      ...size,
      capacity: options.capacity ?? limits.ringCapacity,
      metadataBytes: options.metadataBytes ?? limits.ringMetadataBytes,
    };
    this.#path = join(directory, ringSegmentName(streamId));
    this.#body = new Uint8Array(ringFrameBytes(this.shape) + this.shape.metadataBytes);
    this.#fd = createSegment(directory, this.#path, this.shape);
  }

  /** Frames published so far. */
  get published(): number {
    return this.#published;
  }

  /**
   * Publishes one frame and returns its number, from 1. `pixels`: uint8, rows, pixels, channels; exactly the ring's size, else
   * `frame-size`. `metadata`: JSON text {"episode","step","agent","t_ns","reward","return"}.
   */
  publish(pixels: Uint8Array, metrics: RingMetrics, metadata: string): number {
    const frameBytes = ringFrameBytes(this.shape);
    if (pixels.length !== frameBytes) {
      throw new DuallaneError('frame-size', `a frame of ${pixels.length} bytes does not fit a ring for ${frameBytes}`);
    }
    this.#body.set(pixels, 0);
    this.#body.fill(0, frameBytes);
    const encoded = Buffer.from(metadata, 'utf8');
    const metadataLength = encoded.length <= this.shape.metadataBytes ? encoded.length : 0;
    if (metadataLength > 0) this.#body.set(encoded, frameBytes);
    const n = this.#published + 1;
    for (const store of publishStores(this.shape, n, this.#body, metadataLength, metrics)) put(this.#fd, store);
    this.#published = n;
    return n;
  }

  /** Tells readers that this ring is over and takes its name away. */
  close(): void {
    try {
      put(this.#fd, invalidateStore());
      const own = fstatSync(this.#fd);
      const named = statSync(this.#path, { throwIfNoEntry: false });
      if (named && named.ino === own.ino && named.dev === own.dev) rmSync(this.#path, { force: true });
    } finally {
      closeSync(this.#fd);
    }
  }
}

function createSegment(directory: string, path: string, shape: RingShape): number {
  const bytes = ringSegmentBytes(shape);
  const fresh = `${path}.${process.pid}.new`;
  let fd: number | undefined;
  try {
    requireSpace(directory, bytes);
    rmSync(fresh, { force: true });
    fd = openSync(fresh, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    for (let at = 0; at < bytes; at += zeroChunk.length) {
      put(fd, { offset: at, bytes: zeroChunk.subarray(0, Math.min(zeroChunk.length, bytes - at)) });
    }
    for (const store of createStores(shape)) put(fd, store);
    invalidateFormer(path);
    renameSync(fresh, path);
    return fd;
  } catch (cause) {
    if (fd !== undefined) closeSync(fd);
    rmSync(fresh, { force: true });
    throw ringError(cause, directory, bytes);
  }
}

/** A reader of a segment that is about to lose its name (a worker that was killed left it) learns so at its next poll. */
function invalidateFormer(path: string): void {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    if (fstatSync(fd).size >= 80) put(fd, invalidateStore());
  } finally {
    closeSync(fd);
  }
}

function requireSpace(directory: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(directory);
  if (bavail * bsize < bytes + spaceLeftBytes) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
}

function put(fd: number, { offset, bytes }: RingStore): void {
  let done = 0;
  while (done < bytes.length) {
    const written = writeSync(fd, bytes, done, bytes.length - done, offset + done);
    if (written === 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    done += written;
  }
}

function ringError(cause: unknown, directory: string, bytes: number): DuallaneError {
  if (cause instanceof DuallaneError) return cause;
  const code = (cause as NodeJS.ErrnoException).code;
  const goesOn = 'The fast lane is off; training and telemetry go on.';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const megabytes = (bytes / 1e6).toFixed(1);
    return new DuallaneError(
      'ring-space',
      `${directory} has no room for a frame ring of ${megabytes} MB: enlarge it (docker run --shm-size). ${goesOn}`,
      { cause },
    );
  }
  if (code === 'ENOENT') return new DuallaneError('ring-unsupported', `This host has no ${directory}. ${goesOn}`, { cause });
  return new DuallaneError('ring-failed', `The frame ring cannot be made (${sentenceOf(cause)}). ${goesOn}`, { cause });
}
