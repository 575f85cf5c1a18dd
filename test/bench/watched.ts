/** One view of one run in Notebook 7, in a page that is hardly watched, with no kernel: what P5 and P6 measure. */
import { join } from 'node:path';
import type { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { type SavedView, writeViewNotebook } from '../support/view-notebook.ts';
import { BarePage } from './bare-page.ts';

/** Opens the view, gives `work` a reader of expressions about it (`view` is the element) and the page, and closes the page. */
export async function watched<T>(
  stage: Stage,
  view: SavedView,
  work: (read: <V>(expression: string) => Promise<V | undefined>, page: BarePage) => Promise<T>,
): Promise<T> {
  const name = `${view.view}-${view.runs[0]}.ipynb`;
  writeViewNotebook(join(stage.notebooks, name), [view]);
  const page = await BarePage.open(`${stage.jupyter.url}notebooks/${name}?token=${stage.jupyter.token}`);
  const element = `document.querySelector('duallane-${view.view}')`;
  const read = <V>(expression: string) => page.evaluate<V>(`((view) => ${expression})(${element})`);
  try {
    await until(async () => (await read<string>('view?.state.state')) === 'live', { what: 'the view to live', withinMs: 60_000 });
    return await work(read, page);
  } finally {
    await page.close();
  }
}
