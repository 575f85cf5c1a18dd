/** P5's peer: jupyter_rfb in the same JupyterLab, with the same frames; see p5_rfb.py. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { BarePage } from './bare-page.ts';
import { rounded } from './figures.ts';

type Confirmed = Record<'shown' | 'p50' | 'p95' | 'p99', number>;

const kernelStatus = 'globalThis.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status';

/** Opens a notebook in Lab, runs its one cell, and waits for what the kernel writes down. */
export async function rfbFigures(
  stage: Stage,
  [width, height]: [number, number],
  fps: number,
  seconds: number,
): Promise<Record<string, number>> {
  const name = `rfb-${width}.ipynb`;
  const result = join(stage.folder, `rfb-${width}.json`);
  const source = `import sys; sys.path.insert(0, ${JSON.stringify(import.meta.dirname)})
from p5_rfb import measure
task = measure(${JSON.stringify(result)}, ${width}, ${height}, ${fps}, ${seconds})`;
  const cell = { id: 'cell-0', cell_type: 'code', metadata: {}, execution_count: null, outputs: [], source };
  const kernelspec = { name: 'python3', display_name: 'python3', language: 'python' };
  writeFileSync(
    join(stage.notebooks, name),
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells: [cell] }),
  );
  const page = await BarePage.open(`${stage.jupyter.url}lab/tree/${name}?reset&token=${stage.jupyter.token}`);
  try {
    await until(async () => (await page.evaluate<string>(kernelStatus)) === 'idle', { what: 'a kernel', withinMs: 90_000 });
    await page.evaluate("void globalThis.jupyterapp.commands.execute('notebook:run-all-cells')");
    await until(() => existsSync(result), {
      what: 'jupyter_rfb to have shown its frames',
      withinMs: 60_000 + seconds * 1000,
    });
  } finally {
    await page.close();
  }
  const { shown, p50, p95, p99 } = JSON.parse(readFileSync(result, 'utf8')) as Confirmed;
  return {
    'shown/s': rounded(shown),
    'published/s': fps,
    'p50 ms': rounded(p50),
    'p95 ms': rounded(p95),
    'p99 ms': rounded(p99),
  };
}
