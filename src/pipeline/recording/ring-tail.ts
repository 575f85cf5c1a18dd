/**
 * Reads every frame of one segment, in order, as long as its writer is not more than the ring's capacity ahead.
 *
 * Guarantees
 * - A frame is handed over only when its slot's seq was 2n + 2 before and after the copy. Those that were overwritten first are
 *   counted; the writer is never waited for and never waits.
 * - The segment is opened for reading only and never unlinked; what it still holds after its writer took it away is read.
 * - Nothing throws: a segment that cannot be read is over.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import {
  isWhole,
  type RingFrameMetadata,
  type RingShape,
  readHeader,
  readRingMetadata,
  readSlot,
  ringFrameBytes,
  ringHeaderBytes,
  ringSlotHeaderBytes,
  ringSlotOffset,
} from '../../protocol/index.ts';

export type TailFrame = {
  metadata: RingFrameMetadata;
  width: number;
  height: number;
  channels: number;
  /** Read-only; of the frame alone. */
  pixels: Uint8Array;
};

export type TailListener = {
  /** Whether the pixels of this frame are wanted: those of others are not copied. */
  wants: (metadata: RingFrameMetadata) => boolean;
  /** `missed`: frames lost right before this one. */
  frame: (frame: TailFrame, missed: number) => void;
};

const identityEveryMs = 100;

export class RingTail {
  readonly #fd: number;
  #seen = 0;
  #missed = 0;
  #lookedAtMs = 0;
  #isOver = false;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** Undefined when there is no such segment, or it may not be read. */
  static open(path: string): RingTail | undefined {
    try {
      return new RingTail(openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK));
    } catch {
      return undefined;
    }
  }

  /** The file it has open. */
  get inode(): number {
    return fstatSync(this.#fd).ino;
  }

  /** Hands over what is new, at most `most` frames. Answers whether there is more now, nothing new, or never again. */
  read(listener: TailListener, most: number, nowMs: number): 'more' | 'idle' | 'over' {
    if (this.#isOver) return 'over';
    const head = Buffer.allocUnsafe(ringHeaderBytes);
    const stat = fstatSync(this.#fd);
    if (!this.#readInto(head, 0)) return this.#gone(stat.nlink, nowMs);
    const reading = readHeader(head, stat.size);
    if (reading.kind === 'bad') return this.#end();
    if (reading.kind === 'again') return this.#gone(stat.nlink, nowMs);
    const { header } = reading;
    // A head of zero is a header that is just being rewritten; a smaller one is a writer that began anew in its segment.
    if (header.head > 0 && header.head < this.#seen) this.#seen = 0;
    const first = Math.max(this.#seen + 1, header.head - header.shape.capacity + 1);
    this.#missed += Math.max(0, first - this.#seen - 1);
    let number = first;
    for (; number <= header.head && number < first + most; number += 1) this.#take(header.shape, number, listener);
    this.#seen = Math.max(this.#seen, number - 1);
    if (this.#seen < header.head) return 'more';
    if (header.isInvalidated) return this.#end();
    return first <= header.head ? 'more' : this.#gone(stat.nlink, nowMs);
  }

  close(): void {
    if (!this.#isOver) closeSync(this.#fd);
    this.#isOver = true;
  }

  #take(shape: RingShape, number: number, { wants, frame }: TailListener): void {
    const offset = ringSlotOffset(shape, number);
    const frameBytes = ringFrameBytes(shape);
    const head = Buffer.allocUnsafe(ringSlotHeaderBytes);
    const slot = this.#readInto(head, offset) ? readSlot(head, shape, number) : undefined;
    if (slot?.kind !== 'whole') {
      this.#missed += 1;
      return;
    }
    const text = Buffer.alloc(slot.metadataBytes);
    const isRead = slot.metadataBytes === 0 || this.#readInto(text, offset + ringSlotHeaderBytes + frameBytes);
    if (!isRead || !this.#isStill(offset, number)) {
      this.#missed += 1;
      return;
    }
    const metadata = readRingMetadata(text) ?? {};
    if (!wants(metadata)) {
      this.#missed = 0;
      return;
    }
    const pixels = Buffer.allocUnsafeSlow(frameBytes);
    if (!this.#readInto(pixels, offset + ringSlotHeaderBytes) || !this.#isStill(offset, number)) {
      this.#missed += 1;
      return;
    }
    const { width, height, channels } = shape;
    frame({ metadata, width, height, channels, pixels }, this.#missed);
    this.#missed = 0;
  }

  #isStill(offset: number, number: number): boolean {
    const seq = Buffer.allocUnsafe(8);
    return this.#readInto(seq, offset) && isWhole(seq, number);
  }

  /** Over once the name is gone: its writer has closed it, or another segment has the name. */
  #gone(links: number, nowMs: number): 'idle' | 'over' {
    if (nowMs - this.#lookedAtMs < identityEveryMs) return 'idle';
    this.#lookedAtMs = nowMs;
    return links === 0 ? this.#end() : 'idle';
  }

  #end(): 'over' {
    this.close();
    return 'over';
  }

  #readInto(buffer: Buffer, position: number): boolean {
    try {
      return readSync(this.#fd, buffer, 0, buffer.length, position) === buffer.length;
    } catch {
      return false;
    }
  }
}
