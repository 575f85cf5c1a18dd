/** The thread that makes JPEGs of frames: libjpeg-turbo as WebAssembly, one picture after the other. What fails ends the thread. */
import { parentPort } from 'node:worker_threads';
import libjpegTurbo from '@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs';
import type { Picture } from './jpeg-thread.ts';

/** Good enough for a picture that moves; it comes again without loss when it stands still. */
const quality = 80;
/** TJSAMP_420: half the colour resolution each way, for colour pictures. */
const halfColour = 2;

const { JPEGEncoder } = await libjpegTurbo();
const encoder = new JPEGEncoder();
encoder.setQuality(quality);
encoder.setProgressive(0);
encoder.setSubSampling(halfColour);

const port = parentPort;
port?.on('message', ({ pixels, width, height, channels }: Picture) => {
  const componentCount = channels === 1 ? 1 : 3;
  const input = encoder.getDecodedBuffer({ width, height, bitsPerSample: 8, componentCount, isSigned: false });
  if (channels === 4) copyWithoutAlpha(pixels, input);
  else input.set(pixels);
  encoder.encode();
  const jpeg = new Uint8Array(encoder.getEncodedBuffer());
  port.postMessage(jpeg, [jpeg.buffer]);
});
port?.postMessage('ready');

function copyWithoutAlpha(rgba: Uint8Array, rgb: Uint8ClampedArray): void {
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] ?? 0;
    rgb[to + 1] = rgba[from + 1] ?? 0;
    rgb[to + 2] = rgba[from + 2] ?? 0;
  }
}
