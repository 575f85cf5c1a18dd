/** P5: a frame published by the worker to the same frame painted in Chromium, through the Jupyter server; beside jupyter_rfb. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { FrameCounts } from '../../src/widgets/stores/frame-store.ts';
import { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { type Bench, rounded, usage } from './figures.ts';
import { rfbFigures } from './p5-rfb.ts';
import { peersEnvironment } from './peers.ts';
import { python } from './python.ts';
import { watched } from './watched.ts';

const script = `${import.meta.dirname}/p5_frames.py`;
const fps = 60;
const sizes: [number, number][] = [
  [84, 84],
  [210, 160],
  [640, 480],
];

export const p5: Bench = async ({ small }) => {
  const environment = peersEnvironment();
  const stage = await Stage.open({ ...(environment && { environment }) });
  const rows = [];
  const seconds = small ? 1 : 10;
  try {
    for (const size of small ? sizes.slice(0, 1) : sizes) {
      rows.push(await oneSize(stage, size, seconds));
      if (environment)
        rows.push({ case: `${size.join('x')}, jupyter_rfb`, figures: await rfbFigures(stage, size, fps, seconds) });
    }
  } finally {
    await stage.close();
  }
  return {
    title: `publish to painted, ${fps} frames/s published`,
    reach: '60 fps at 640x480 with p95 <= 50 ms; better than jupyter_rfb',
    rows,
  };
};

async function oneSize(stage: Stage, [width, height]: [number, number], seconds: number) {
  const worker = spawn(python, [script, stage.home, String(width), String(height), String(fps)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said = createInterface({ input: worker.stdout })[Symbol.asyncIterator]();
  const ended = once(worker, 'exit');
  try {
    const { run_id: runId } = JSON.parse((await said.next()).value ?? '') as { run_id: string };
    const found = await watched(stage, { view: 'fast-lane', runs: [runId] }, async (read) => {
      const counts = async () => (await read<FrameCounts>('view.counts')) as FrameCounts;
      await until(async () => (await counts()).framesShown > 100, { what: 'the first frames', withinMs: 60_000 });
      const { pid } = await stage.health();
      const before = { ...(await counts()), at: performance.now(), bridge: usage(pid).cpuSeconds };
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      const after = { ...(await counts()), at: performance.now(), bridge: usage(pid).cpuSeconds };
      const took = (after.at - before.at) / 1000;
      const shown = (after.framesShown - before.framesShown) / took;
      return {
        'shown/s': rounded(shown),
        'published/s': rounded((after.framesPublished - before.framesPublished) / took),
        'p50 ms': rounded(after.latencyMs?.p50 ?? Number.NaN),
        'p95 ms': rounded(after.latencyMs?.p95 ?? Number.NaN),
        'p99 ms': rounded(after.latencyMs?.p99 ?? Number.NaN),
        'MB/s': rounded((shown * width * height * 3) / 1e6),
        'bridge CPU %': rounded((100 * (after.bridge - before.bridge)) / took),
      };
    });
    return { case: `${width}x${height}`, figures: found };
  } finally {
    worker.stdin.end();
    await ended;
  }
}
