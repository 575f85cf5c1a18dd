/**
 * `duallane jpeg-pixels`: decodes JPEGs for a program that has no decoder, such as the Python package. Not for people.
 *
 * stdin: u32 length and that many bytes of a JPEG file, again and again; stdout: for each one u32 length and its pixels (uint8: rows,
 * then pixels, then 1 or 3 channels), little endian. A length of 0 says that it is no whole JPEG; the next one is decoded all the same.
 */
import { DuallaneError } from '../../protocol/index.ts';
import { JpegCodec } from '../../protocol/jpeg.ts';

const headBytes = 4;

export async function jpegPixelsCommand(): Promise<number> {
  const codec = await JpegCodec.load();
  let waiting: Buffer = Buffer.alloc(0);
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    while (waiting.length >= headBytes && waiting.length >= headBytes + waiting.readUInt32LE(0)) {
      const end = headBytes + waiting.readUInt32LE(0);
      const pixels = pixelsOf(codec, waiting.subarray(headBytes, end));
      waiting = waiting.subarray(end);
      const head = Buffer.alloc(headBytes);
      head.writeUInt32LE(pixels.length);
      process.stdout.write(head);
      if (!process.stdout.write(pixels)) await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
  }
  return 0;
}

function pixelsOf(codec: JpegCodec, file: Buffer): Uint8Array {
  try {
    return codec.decode(file).pixels;
  } catch (error) {
    if (error instanceof DuallaneError) return new Uint8Array(0);
    throw error;
  }
}
