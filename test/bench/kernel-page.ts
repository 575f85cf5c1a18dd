/** A notebook of one cell in JupyterLab, in a page that is hardly watched, with a kernel: what runs a peer that lives in one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { BarePage } from './bare-page.ts';

const kernelStatus = 'globalThis.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status';

/** Opens the notebook, runs its cell, gives `work` the page, and closes it. `source` may import what is beside the benches. */
export async function withKernelPage<T>(
  stage: Stage,
  name: string,
  source: string,
  work: (page: BarePage) => Promise<T>,
): Promise<T> {
  const whole = `import sys; sys.path.insert(0, ${JSON.stringify(import.meta.dirname)})\n${source}`;
  const cell = { id: 'cell-0', cell_type: 'code', metadata: {}, execution_count: null, outputs: [], source: whole };
  const kernelspec = { name: 'python3', display_name: 'python3', language: 'python' };
  writeFileSync(
    join(stage.notebooks, name),
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells: [cell] }),
  );
  const page = await BarePage.open(`${stage.jupyter.url}lab/tree/${name}?reset&token=${stage.jupyter.token}`);
  try {
    await until(async () => (await page.evaluate<string>(kernelStatus)) === 'idle', { what: 'a kernel', withinMs: 90_000 });
    await page.evaluate("void globalThis.jupyterapp.commands.execute('notebook:run-all-cells')");
    return await work(page);
  } finally {
    await page.close();
  }
}
