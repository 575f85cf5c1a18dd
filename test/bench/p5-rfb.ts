/** P5's peer: jupyter_rfb in the same JupyterLab, with the same frames; see p5_rfb.py. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { rounded } from './figures.ts';
import { withKernelPage } from './kernel-page.ts';

type Confirmed = Record<'shown' | 'p50' | 'p95' | 'p99', number>;

/** Runs the widget in a notebook's kernel, and waits for what the kernel writes down. */
export async function rfbFigures(
  stage: Stage,
  [width, height]: [number, number],
  fps: number,
  seconds: number,
): Promise<Record<string, number>> {
  const result = join(stage.folder, `rfb-${width}.json`);
  const source = `from p5_rfb import measure
task = measure(${JSON.stringify(result)}, ${width}, ${height}, ${fps}, ${seconds})`;
  await withKernelPage(stage, `rfb-${width}.ipynb`, source, () =>
    until(() => existsSync(result), { what: 'jupyter_rfb to have shown its frames', withinMs: 60_000 + seconds * 1000 }),
  );
  const { shown, p50, p95, p99 } = JSON.parse(readFileSync(result, 'utf8')) as Confirmed;
  return {
    'shown/s': rounded(shown),
    'published/s': fps,
    'p50 ms': rounded(p50),
    'p95 ms': rounded(p95),
    'p99 ms': rounded(p99),
  };
}
