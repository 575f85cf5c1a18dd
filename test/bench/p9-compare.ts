/** P9: fifty runs compared, from the view's beginning to its curves, and how smoothly it is panned; plotly with the same points beside it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { writeViewNotebook } from '../support/view-notebook.ts';
import { BarePage } from './bare-page.ts';
import { type Bench, type Found, rounded } from './figures.ts';
import { peersEnvironment, peersPython } from './peers.ts';
import { python } from './python.ts';

const run = promisify(execFile);
const patienceMs = 100_000;
/** Frames in which the page was drawn while it was moved a little in each. */
const countFrames = (move: string): string =>
  `void (globalThis.frames = undefined, ((began, n) => {
    const next = (now) => {
      n += 1;
      ${move}
      if (now - began < 3000) requestAnimationFrame(next);
      else globalThis.frames = n / ((now - began) / 1000);
    };
    requestAnimationFrame(next);
  })(performance.now(), 0))`;

export const p9: Bench = async ({ small }) => {
  const stage = await Stage.open();
  const rows: Found['rows'] = [];
  try {
    for (const episodes of small ? [100] : [1000, 10_000, 100_000]) {
      const runs = small ? 5 : 50;
      rows.push(await ours(stage, runs, episodes));
      const peer = await plotly(stage, runs, episodes);
      if (peer) rows.push(peer);
    }
  } finally {
    await stage.close();
  }
  return { title: 'fifty runs compared in the page', reach: 'first curves <= 1 s; pan and zoom >= 30 fps', rows };
};

async function ours(stage: Stage, runs: number, episodes: number): Promise<Found['rows'][number]> {
  const argv = [join(import.meta.dirname, 'p9_runs.py'), stage.home, String(runs), String(episodes)];
  const { stdout } = await run(python, argv, { maxBuffer: 1e8 });
  const ids = JSON.parse(stdout) as string[];
  const name = `compare-${episodes}.ipynb`;
  writeViewNotebook(join(stage.notebooks, name), [{ view: 'run-compare', runs: ids }]);
  const page = await BarePage.open(`${stage.jupyter.url}notebooks/${name}?token=${stage.jupyter.token}`);
  const read = <V>(expression: string) =>
    page.evaluate<V>(
      `((view, chart) => ${expression})(...((view) => [view, view?.shadowRoot?.querySelector('duallane-compare-chart')])(document.querySelector('duallane-run-compare')))`,
    );
  try {
    const logged = runs * episodes;
    await until(
      async () => (await read<number>('view?.picturesShown?.logged')) === logged && (await read<number>('view.timings.wholeMs')),
      {
        what: 'every point to be drawn',
        withinMs: patienceMs,
      },
    );
    await read(countFrames('chart.zoom(n % 60 < 30 ? 0.97 : 1 / 0.97, 0.3);'));
    const fps = await until(() => read<number>('globalThis.frames'), { what: 'the frames to be counted', withinMs: 60_000 });
    return {
      case: `${runs} runs x ${episodes}`,
      figures: {
        'first curves ms': rounded((await read<number>('view.timings.firstPaintMs')) ?? Number.NaN),
        'all curves ms': rounded((await read<number>('view.timings.wholeMs')) ?? Number.NaN),
        fps: rounded(fps),
      },
    };
  } finally {
    await page.close();
  }
}

/** Undefined where plotly is not installed. */
async function plotly(stage: Stage, runs: number, episodes: number): Promise<Found['rows'][number] | undefined> {
  if (!peersEnvironment()) return undefined;
  const path = join(stage.folder, 'plotly.html');
  await run(peersPython(), [join(import.meta.dirname, 'p9_plotly.py'), path, String(runs), String(episodes)]);
  const page = await BarePage.open(`file://${path}`);
  try {
    const drawn = await until(() => page.evaluate<number>('globalThis.drawnMs && globalThis.drawnMs - globalThis.beganMs'), {
      what: 'plotly to draw',
      withinMs: patienceMs,
    }).catch(() => undefined);
    // Five million points in one page are more than it draws on some machines: that is a figure, too.
    if (drawn === undefined) return { case: `  plotly, ${runs} x ${episodes}`, figures: { 'all curves ms': `> ${patienceMs}` } };
    const move = `const whole = ${episodes * 100}; const width = whole * (n % 60 < 30 ? 0.97 ** (n % 60) : 0.97 ** (60 - (n % 60)));
      Plotly.relayout('plot', { 'xaxis.range': [0.3 * (whole - width), 0.3 * (whole - width) + width] });`;
    await page.evaluate(countFrames(move));
    const fps = await until(() => page.evaluate<number>('globalThis.frames'), {
      what: 'the frames to be counted',
      withinMs: patienceMs,
    });
    return {
      case: `  plotly, ${runs} x ${episodes}`,
      figures: { 'first curves ms': rounded(drawn), 'all curves ms': rounded(drawn), fps: rounded(fps) },
    };
  } finally {
    await page.close();
  }
}
