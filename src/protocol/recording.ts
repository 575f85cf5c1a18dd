/**
 * Reads a recording: the frames of one episode in one file. Format: proto/recording.schema.json.
 *
 * Guarantees
 * - A file that is cut short or not of the format is `recording-damaged` with what is wrong; no frame is ever half of one. A frame
 *   that is damaged takes no other with it than the differences to it.
 * - Frames come exactly as they were published, but those that `isExact` says are JPEG. Any frame costs at most
 *   `limits.recordingKeyEvery` inflations, the one after the last read costs one.
 */
import { DuallaneError } from './error.ts';
import type { RecordingIndex } from './generated/recording.ts';
import { recordingIndex as validate } from './generated/validators.js';

export const recordingMagic = new TextEncoder().encode('DLREC1\n\0');
export const recordingFooterBytes = 48;
/** Head of a frame of codec 1: first row and rows, u32 each. */
export const deltaHeadBytes = 8;

/** Pixels, uint8: rows, then pixels, then channels. */
export type RecordedFrame = { width: number; height: number; channels: number; pixels: Uint8Array };

/** A JPEG file as pixels; rejects for what is none. The browser's in the page, libjpeg-turbo (jpeg.ts) elsewhere. */
export type JpegDecode = (file: Uint8Array<ArrayBuffer>) => Promise<RecordedFrame>;

/** Codec of frames that are JPEG files. */
export const jpegCodec = 2;

export class Recording {
  readonly index: RecordingIndex;
  readonly #decodeJpeg: JpegDecode;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #last: { at: number; frame: RecordedFrame } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(bytes: Uint8Array<ArrayBuffer>, index: RecordingIndex, decodeJpeg: JpegDecode) {
    this.#bytes = bytes;
    this.index = index;
    this.#decodeJpeg = decodeJpeg;
  }

  /** Throws `recording-damaged`. The checksum is the daemon's to look at (`duallane verify`): its name is made from it. */
  static async open(bytes: Uint8Array<ArrayBuffer>, decodeJpeg: JpegDecode): Promise<Recording> {
    const { indexAt, indexBytes } = placeOfIndex(bytes);
    const text = new TextDecoder().decode(await inflate(bytes.subarray(indexAt, indexAt + indexBytes)));
    let index: unknown;
    try {
      index = JSON.parse(text);
    } catch (cause) {
      throw damaged('its index is not JSON', cause);
    }
    if (!validate(index)) throw damaged('its index is of another form');
    checkFrames(index as RecordingIndex, indexAt);
    return new Recording(bytes, index as RecordingIndex, decodeJpeg);
  }

  /** Frames in it. */
  get length(): number {
    return this.index.frames.step.length;
  }

  /** False for a frame that is a JPEG: close to what was published. */
  isExact(at: number): boolean {
    return this.index.frames.codec[at] !== jpegCodec;
  }

  /** Frame `at`, from 0; of a JPEG the channels are the decoder's. Its pixels are a copy that nobody else writes to. One is read after the other. */
  frame(at: number): Promise<RecordedFrame> {
    const turn = this.#turn.then(async () => {
      const { pixels, ...shape } = await this.#read(at);
      return { ...shape, pixels: pixels.slice() };
    });
    this.#turn = turn.catch(() => {
      this.#last = undefined;
    });
    return turn;
  }

  async #read(at: number): Promise<RecordedFrame> {
    if (at < 0 || at >= this.length) throw new RangeError(`frame ${at} of ${this.length}`);
    if (this.#last?.at === at) return this.#last.frame;
    const { codec } = this.index.frames;
    let from = at;
    while (codec[from] === 1 && this.#last?.at !== from - 1) from -= 1;
    for (let next = from; next <= at; next += 1) this.#last = { at: next, frame: await this.#decode(next) };
    return (this.#last as { frame: RecordedFrame }).frame;
  }

  async #decode(at: number): Promise<RecordedFrame> {
    const { frames, shapes } = this.index;
    const [height, width, channels] = shapes[frames.shape[at] as number] as [number, number, number];
    const size = width * height * channels;
    const offset = frames.offset[at] as number;
    const stored = this.#bytes.subarray(offset, offset + (frames.length[at] as number));
    if (frames.crc && crc32(stored) !== frames.crc[at]) throw this.#damagedAt(at, 'its bytes have changed');
    if (frames.codec[at] === jpegCodec) return this.#jpeg(at, stored, width, height);
    const body = await inflate(stored);
    if (frames.codec[at] === 0) {
      if (body.length !== size) throw this.#damagedAt(at, `it has ${body.length} bytes of ${size}`);
      return { width, height, channels, pixels: body };
    }
    const pixels = this.#last?.frame.pixels;
    const head = new DataView(body.buffer, body.byteOffset, body.byteLength);
    const [first, rows] = body.length < deltaHeadBytes ? [0, -1] : [head.getUint32(0, true), head.getUint32(4, true)];
    const row = width * channels;
    if (pixels?.length !== size || rows < 0 || first + rows > height || body.length !== deltaHeadBytes + rows * row)
      throw this.#damagedAt(at, 'it does not fit the one before it');
    for (let i = first * row, j = deltaHeadBytes; j < body.length; i += 1, j += 1)
      pixels[i] = (pixels[i] as number) ^ (body[j] as number);
    return { width, height, channels, pixels };
  }

  async #jpeg(at: number, file: Uint8Array<ArrayBuffer>, width: number, height: number): Promise<RecordedFrame> {
    let frame: RecordedFrame;
    try {
      frame = await this.#decodeJpeg(file);
    } catch (cause) {
      throw this.#damagedAt(at, 'it is no whole JPEG', cause);
    }
    if (frame.width !== width || frame.height !== height)
      throw this.#damagedAt(at, `it is ${frame.width} x ${frame.height}, not ${width} x ${height}`);
    return frame;
  }

  #damagedAt(at: number, what: string, cause?: unknown): DuallaneError {
    const sentence = `The frame of step ${this.index.frames.step[at]} cannot be read: ${what}.`;
    return new DuallaneError('recording-damaged', sentence, { cause });
  }
}

/** Where the deflated index stands. Throws `recording-damaged` for bytes that do not begin and end as a recording. */
export function placeOfIndex(bytes: Uint8Array): { indexAt: number; indexBytes: number } {
  const begins = recordingMagic.every((byte, i) => bytes[i] === byte);
  const ends = recordingMagic.every((byte, i) => bytes[bytes.length - recordingMagic.length + i] === byte);
  const least = recordingMagic.length + recordingFooterBytes;
  if (bytes.length < least || !begins) throw damaged('it does not begin as one');
  if (!ends) throw damaged('it is cut short');
  const footer = bytes.length - recordingFooterBytes;
  const indexBytes = Number(new DataView(bytes.buffer, bytes.byteOffset + footer, 8).getBigUint64(0, true));
  const indexAt = footer - indexBytes;
  if (indexAt < recordingMagic.length) throw damaged('its index is larger than itself');
  return { indexAt, indexBytes };
}

function checkFrames({ frames, shapes }: RecordingIndex, end: number): void {
  const count = frames.step.length;
  if (Object.values(frames).some((list) => list.length !== count)) throw damaged('its lists of frames differ in length');
  for (let at = 0; at < count; at += 1) {
    const [offset, length] = [frames.offset[at] as number, frames.length[at] as number];
    const isPlaced = offset >= recordingMagic.length && offset + length <= end && shapes[frames.shape[at] as number];
    const isDifference = frames.codec[at] === 1;
    const hasBase = at > 0 && frames.shape[at] === frames.shape[at - 1] && frames.codec[at - 1] !== jpegCodec;
    if (!isPlaced || (isDifference && !hasBase)) throw damaged(`frame ${at} points to nowhere`);
  }
}

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (cause) {
    throw damaged('its bytes cannot be inflated', cause);
  }
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});

/** As zlib has it; Node's own is not for the page. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  // By index: an iterator is eight times slower.
  for (let i = 0; i < bytes.length; i += 1) crc = (crc >>> 8) ^ (crcTable[(crc ^ (bytes[i] as number)) & 255] as number);
  return (crc ^ 0xffffffff) >>> 0;
}

function damaged(what: string, cause?: unknown): DuallaneError {
  return new DuallaneError('recording-damaged', `This recording cannot be read: ${what}.`, { cause });
}
