/**
 * JPEG files of frames, made and read by libjpeg-turbo as WebAssembly in the thread that calls: a frame takes it milliseconds.
 *
 * Guarantees: what cannot be made, or is no whole JPEG, is `jpeg-failed`; no picture is ever half of one. Alpha is left out.
 * The page does not load this: browsers have a decoder.
 */
import libjpegTurbo, { type JPEGDecoder, type JPEGEncoder } from '@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs';
import { DuallaneError } from './error.ts';

/** Pixels: rows, then pixels, then channels (1 grey, 3 RGB, 4 RGBA), uint8. */
export type Picture = { pixels: Uint8Array; width: number; height: number; channels: number };

/** Quality: 1 to 100. Sampling: of the colours; 4:2:0 halves their resolution each way. */
export type JpegForm = { quality: number; sampling: '4:4:4' | '4:2:0' };

const tjSamp = { '4:4:4': 0, '4:2:0': 2 } as const;

export class JpegCodec {
  readonly #encoder: JPEGEncoder;
  readonly #decoder: JPEGDecoder;

  private constructor(encoder: JPEGEncoder, decoder: JPEGDecoder) {
    this.#encoder = encoder;
    this.#decoder = decoder;
    encoder.setProgressive(0);
  }

  /** Rejects with `jpeg-failed` where WebAssembly cannot be had. */
  static async load(): Promise<JpegCodec> {
    try {
      const { JPEGEncoder: Encoder, JPEGDecoder: Decoder } = await libjpegTurbo();
      return new JpegCodec(new Encoder(), new Decoder());
    } catch (cause) {
      throw new DuallaneError('jpeg-failed', 'libjpeg-turbo cannot be started here', { cause });
    }
  }

  /** One picture as a JPEG file's bytes. Throws `jpeg-failed`. */
  encode({ pixels, width, height, channels }: Picture, { quality, sampling }: JpegForm): Uint8Array<ArrayBuffer> {
    const encoder = this.#encoder;
    try {
      encoder.setQuality(quality);
      encoder.setSubSampling(tjSamp[sampling]);
      const componentCount = channels === 1 ? 1 : 3;
      const input = encoder.getDecodedBuffer({ width, height, bitsPerSample: 8, componentCount, isSigned: false });
      if (channels === 4) copyWithoutAlpha(pixels, input);
      else input.set(pixels);
      encoder.encode();
      return new Uint8Array(encoder.getEncodedBuffer());
    } catch (cause) {
      throw new DuallaneError('jpeg-failed', `a frame of ${width} x ${height} x ${channels} cannot be made a JPEG`, { cause });
    }
  }

  /** A JPEG file's picture, with 1 or 3 channels. Throws `jpeg-failed`. */
  decode(file: Uint8Array): Picture {
    const decoder = this.#decoder;
    try {
      decoder.getEncodedBuffer(file.length).set(file);
      decoder.decode();
      const { width, height, componentCount } = decoder.getFrameInfo();
      return { width, height, channels: componentCount, pixels: new Uint8Array(decoder.getDecodedBuffer()) };
    } catch (cause) {
      throw new DuallaneError('jpeg-failed', 'these bytes are no whole JPEG', { cause });
    }
  }
}

function copyWithoutAlpha(rgba: Uint8Array, rgb: Uint8ClampedArray): void {
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] ?? 0;
    rgb[to + 1] = rgba[from + 1] ?? 0;
    rgb[to + 2] = rgba[from + 2] ?? 0;
  }
}
