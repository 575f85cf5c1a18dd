/** Frames, most of one colour, in a real ring, as a worker publishes them; and what a worker that dies leaves behind. */
import { closeSync, openSync, readSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { FrameRingWriter } from '../../src/pipeline/proxy/ring-writer.ts';
import { ringSegmentName } from '../../src/protocol/index.ts';

export type Colour = readonly [number, number, number];
const place = '/dev/shm';
const headerBytes = 80;

export class RingPainter {
  readonly stream: string;
  readonly #size: { width: number; height: number; channels: 3 };
  readonly #writer: FrameRingWriter;
  #isClosed = false;

  constructor(stream: string, width = 64, height = 48) {
    this.stream = stream;
    this.#size = { width, height, channels: 3 };
    this.#writer = new FrameRingWriter({ streamId: stream }, this.#size);
  }

  /** Publishes a frame of one colour, whose reward is `reward`. */
  paint(colour: Colour, reward = 0): void {
    const pixels = Buffer.alloc(this.#size.width * this.#size.height * 3);
    for (let i = 0; i < pixels.length; i++) pixels[i] = colour[i % 3] ?? 0;
    this.publish(pixels, reward);
  }

  /** Publishes a frame, RGB. */
  publish(pixels: Uint8Array, reward = 0): void {
    const step = this.#writer.published + 1;
    const metadata = { episode: 0, step, agent: 'a', t_ns: Date.now() * 1e6, reward, return: reward };
    this.#writer.publish(pixels, { lastReward: reward, rollingReturn: reward, stepRateHz: 30 }, JSON.stringify(metadata));
  }

  /** What SIGKILL in the middle of a frame leaves: the next slot is marked as being written, and half of it is. */
  dieInTheMiddle(): void {
    const file = openSync(this.#path, 'r+');
    const header = Buffer.alloc(headerBytes);
    readSync(file, header, 0, headerBytes, 0);
    const [capacity, slotBytes] = [header.readUInt32LE(12), header.readUInt32LE(16)];
    const slotAt = headerBytes + (this.#writer.published % capacity) * slotBytes;
    const half = Buffer.alloc(16 + (slotBytes >> 1), 0xee);
    half.writeBigUInt64LE(BigInt(2 * (this.#writer.published + 1) + 1));
    writeSync(file, half, 0, half.length, slotAt);
    closeSync(file);
  }

  /** Harmless when it was closed before. */
  close(): void {
    if (!this.#isClosed) this.#writer.close();
    this.#isClosed = true;
  }

  /** Something else stands under the stream's name. */
  static litter(stream: string): void {
    const garbage = Buffer.alloc(4096, 'not a ring ');
    writeFileSync(join(place, `dl-litter-${process.pid}`), garbage);
    renameSync(join(place, `dl-litter-${process.pid}`), join(place, ringSegmentName(stream)));
  }

  static sweep(stream: string): void {
    rmSync(join(place, ringSegmentName(stream)), { force: true });
  }

  get #path(): string {
    return join(place, ringSegmentName(this.stream));
  }
}
