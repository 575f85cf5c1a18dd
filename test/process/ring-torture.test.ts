/** A reader beside a writer at full speed, in another process: every frame it accepts is whole and is the one it says it is. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { FrameRings, type FrameSnapshot, type RingWatch } from '../../src/kernel-bridge/ring/index.ts';
import { nodePath } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const accepted = 200;
const size = { width: 160, height: 120, channels: 3 };
let directory: string;
let writer: ChildProcess | undefined;
let lifetime: AbortController;

beforeEach(() => {
  directory = mkdtempSync('/dev/shm/duallane-test-');
  lifetime = new AbortController();
});
afterEach(async () => {
  lifetime.abort();
  if (writer && writer.exitCode === null && writer.signalCode === null) {
    writer.kill('SIGKILL');
    await once(writer, 'exit');
  }
  rmSync(directory, { recursive: true, force: true });
});

/** Frame n is filled with n mod 251 and says step n, reward n, return 2n. */
const python = `
import sys
from pathlib import Path
import numpy as np
from duallane.frame_ring import FrameRingWriter
ring = FrameRingWriter("torture", ${size.width}, ${size.height}, ${size.channels}, capacity=4, directory=Path(sys.argv[1]))
frames = [np.full((${size.height}, ${size.width}, ${size.channels}), fill, np.uint8) for fill in range(251)]
n = 0
while True:
    n += 1
    ring.publish(frames[n % 251], b'{"step":%d,"reward":%d}' % (n, n), float(n), float(2 * n), 60.0)
`;
const typescript = `
import { FrameRingWriter } from ${JSON.stringify(resolve('src/pipeline/proxy/ring-writer.ts'))};
const ring = new FrameRingWriter({ streamId: 'torture', directory: process.argv[2] }, ${JSON.stringify(size)}, { capacity: 4 });
const pixels = new Uint8Array(${size.width * size.height * size.channels});
for (let n = 1; ; n += 1) {
  pixels.fill(n % 251);
  ring.publish(pixels, { lastReward: n, rollingReturn: 2 * n, stepRateHz: 60 }, '{"step":' + n + ',"reward":' + n + '}');
}
`;

it.each([
  ['Python', 'writer.py', python, resolve('.venv/bin/python')],
  ['TypeScript', 'writer.ts', typescript, nodePath],
])('a writer in %s at full speed never makes the reader take a wrong frame', async (_, name, source, program) => {
  const path = join(directory, name);
  writeFileSync(path, source);
  writer = spawn(program, [path, directory], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PYTHONPATH: resolve('python-shim') },
  });
  const watch = new FrameRings(directory).watch('torture', { signal: lifetime.signal });
  await until(() => watch.published > 0, { what: 'the first frame' });
  let seen: FrameSnapshot | undefined;
  for (let taken = 0; taken < accepted; ) {
    const frame = nextFrame(watch, seen);
    if (frame) {
      expectWhole(frame, seen);
      seen = frame;
      taken += 1;
    }
    await turn();
  }
});

function nextFrame(watch: RingWatch, seen: FrameSnapshot | undefined): FrameSnapshot | undefined {
  const reading = watch.newest(seen);
  return reading.kind === 'frame' ? reading.frame : undefined;
}

function expectWhole(frame: FrameSnapshot, before: FrameSnapshot | undefined): void {
  const { head, pixels } = frame;
  const first = pixels[0];
  const isUniform = pixels.every((value) => value === first);
  if (!isUniform || first !== head % 251 || frame.metadata?.step !== head || frame.lastReward !== head) {
    throw new Error(`frame ${head} is wrong: filled with ${first}, uniform ${isUniform}, step ${frame.metadata?.step}`);
  }
  expect(head).toBeGreaterThan(before?.head ?? 0);
}
