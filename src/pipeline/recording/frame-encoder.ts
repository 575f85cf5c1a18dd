/**
 * Frames of one episode made small, one after the other: without a loss, or as JPEG.
 *
 * Guarantees
 * - By content a frame is JPEG only where that pays and is not seen: without a loss it takes more than an eighth of its pixels, as
 *   JPEG half of that at most, and the JPEG was read back and is off by 40 dB (PSNR) or better. That is looked at anew every
 *   `limits.recordingKeyEvery` frames, and when a JPEG takes another size than the one that was looked at. The first frame is exact.
 * - Frames of four channels are exact always (JPEG has no alpha), and so is what the codec cannot make: `trouble` says why.
 */
import { limits, sentenceOf } from '../../protocol/index.ts';
import type { JpegCodec, JpegForm } from '../../protocol/jpeg.ts';
import type { FrameForm } from '../sinks/index.ts';
import { differenceBytes, LosslessEncoder, type Pixels } from './lossless-encoder.ts';

/** Codecs of proto/recording.schema.json: 0 whole, 1 difference, 2 JPEG. */
export type EncodedFrame = { codec: 0 | 1 | 2; bytes: Uint8Array };

/** Of colours too every pixel is kept; a shaded 640x480 frame is off by 41.6 dB, nothing of it by more than 19 of 255. */
export const recordedJpeg: JpegForm = { quality: 95, sampling: '4:4:4' };

const losslessShare = 1 / 8;
const jpegShare = 1 / 2;
/** 40 dB. */
const squaredErrorMost = (255 * 255) / 10 ** 4;
/** A JPEG of another picture than the one that was looked at is of another size. */
const sizeShare = 1 / 4;
const jpegSideMost = 65_500;

export class FrameEncoder {
  /** Why frames that were to be JPEG are not. */
  trouble: string | undefined;
  readonly #form: FrameForm;
  readonly #jpeg: JpegCodec | undefined;
  readonly #lossless = new LosslessEncoder();
  /** Frames until it is looked at anew which form pays. */
  #left = 0;
  /** Bytes of the JPEG that was looked at; 0 while frames are exact. */
  #jpegBytes = 0;

  /** jpeg: undefined where there is none to be had; then all frames are exact. */
  constructor(form: FrameForm, jpeg: JpegCodec | undefined) {
    this.#form = form;
    this.#jpeg = jpeg;
  }

  encode(frame: Pixels): EncodedFrame {
    const { width, height, channels } = frame;
    const canBeJpeg = channels !== 4 && Math.max(width, height) <= jpegSideMost && this.trouble === undefined;
    if (!this.#jpeg || this.#form === 'lossless' || !canBeJpeg) return this.#lossless.encode(frame);
    try {
      const jpeg = this.#form === 'jpeg' ? this.#jpeg.encode(frame, recordedJpeg) : this.#again(frame, this.#jpeg);
      if (!jpeg) return this.#byContent(frame, this.#jpeg);
      this.#lossless.skip(frame);
      return { codec: 2, bytes: jpeg };
    } catch (error) {
      this.trouble = sentenceOf(error);
      this.#lossless.skip(frame); // it may have been taken in already, and was not stored
      return this.#lossless.encode(frame);
    }
  }

  /** The JPEG of a frame like those before; undefined when it is time to look anew. */
  #again(frame: Pixels, codec: JpegCodec): Uint8Array | undefined {
    this.#left -= 1;
    if (this.#jpegBytes === 0 || this.#left <= 0) return undefined;
    const jpeg = codec.encode(frame, recordedJpeg);
    return Math.abs(jpeg.length - this.#jpegBytes) <= this.#jpegBytes * sizeShare ? jpeg : undefined;
  }

  #byContent(frame: Pixels, codec: JpegCodec): EncodedFrame {
    const most = frame.pixels.length * losslessShare;
    // A picture that is not the JPEG's any more is looked at now, and so is the next one.
    if (this.#jpegBytes > 0) this.#left = 0;
    this.#jpegBytes = 0;
    const { before } = this.#lossless;
    const exact = this.#lossless.encode(frame);
    if (this.#left > 0 || exact.bytes.length <= most) return exact;
    // A frame that came whole may be large where differences are small: the next one will be one.
    const least = exact.codec === 1 ? exact.bytes.length : Math.min(exact.bytes.length, differenceBytes(before, frame) ?? 0);
    if (least <= most) return exact;
    this.#left = limits.recordingKeyEvery;
    const jpeg = codec.encode(frame, recordedJpeg);
    if (jpeg.length > least * jpegShare || squaredError(codec.decode(jpeg).pixels, frame.pixels) > squaredErrorMost) return exact;
    this.#jpegBytes = jpeg.length;
    this.#lossless.skip(frame);
    return { codec: 2, bytes: jpeg };
  }
}

function squaredError(one: Uint8Array, other: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < other.length; i += 1) sum += ((one[i] as number) - (other[i] as number)) ** 2;
  return sum / other.length;
}
