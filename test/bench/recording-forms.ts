/**
 * `node test/bench/recording-forms.ts`: what a recorded frame takes, in bytes and in processor time, without a loss, as JPEG, and as it
 * is chosen by content. Figures of src/README.md's decision on recordings.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { FrameEncoder } from '../../src/pipeline/recording/frame-encoder.ts';
import { frameForms } from '../../src/pipeline/sinks/record-policy.ts';
import { JpegCodec } from '../../src/protocol/jpeg.ts';
import { shadedFrame } from '../support/shaded-frame.ts';

const root = join(import.meta.dirname, '../..');
const count = 64;
const codec = await JpegCodec.load();

function drawn(name: string, width: number, height: number) {
  const bytes = execFileSync(join(root, '.venv/bin/python'), [join(import.meta.dirname, 'recording_frames.py'), name], {
    maxBuffer: 1e9,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const size = width * height * 3;
  return Array.from({ length: count }, (_, at) => new Uint8Array(bytes.subarray(at * size, (at + 1) * size)));
}

const sets = [
  { name: 'CartPole', width: 600, height: 400, frames: drawn('cartpole', 600, 400) },
  { name: 'lander', width: 600, height: 400, frames: drawn('lander', 600, 400) },
  { name: 'pixel art', width: 160, height: 210, frames: drawn('pixels', 160, 210) },
  { name: 'shaded', width: 640, height: 480, frames: Array.from({ length: count }, (_, at) => shadedFrame(640, 480, at / 10)) },
];

const table = sets.flatMap(({ name, width, height, frames }) =>
  frameForms.map((form) => {
    const encoder = new FrameEncoder(form, codec);
    const before = process.cpuUsage();
    const encoded = frames.map((pixels) => encoder.encode({ width, height, channels: 3, pixels }));
    const spent = process.cpuUsage(before);
    const bytes = encoded.reduce((sum, one) => sum + one.bytes.length, 0) / count;
    return {
      frames: `${name} ${width}x${height}`,
      form,
      'bytes a frame': Math.round(bytes),
      '% of its pixels': Number(((100 * bytes) / (width * height * 3)).toFixed(1)),
      'ms a frame': Number(((spent.user + spent.system) / 1000 / count).toFixed(2)),
      JPEGs: encoded.filter((one) => one.codec === 2).length,
    };
  }),
);
console.table(table);
