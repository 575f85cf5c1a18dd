/**
 * A notebook in a page, driven by its model: cells are run and read there, so windowing, focus and shortcuts play no part.
 * Nothing of the application may leave the page (it holds cycles without end): only plain values do.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, type JupyterApp, type Tab } from './browser.ts';
import { until } from './until.ts';

export type CellSource = { type: 'code' | 'markdown'; source: string };
export type CellState = {
  isRunning: boolean;
  count: number | null /** What it printed and its values as text. */;
  text: string;
  error: string | undefined;
};

/** Writes a notebook of these cells. A string is a code cell. */
export function writeNotebook(folder: string, name: string, cells: readonly (string | CellSource)[]): string {
  const written = cells.map((cell, index) => {
    const { type, source } = typeof cell === 'string' ? { type: 'code' as const, source: cell } : cell;
    const base = { cell_type: type, id: `cell-${index}`, metadata: {}, source };
    return type === 'code' ? { ...base, execution_count: null, outputs: [] } : base;
  });
  const kernelspec = { display_name: 'Python 3 (ipykernel)', language: 'python', name: 'python3' };
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells: written }));
  return path;
}

/** "busy", "idle", …, or "none" without a kernel. */
export function kernelStatus(tab: Tab): Promise<string> {
  return tab.page.evaluate(() => {
    const { jupyterapp } = globalThis as unknown as { jupyterapp: JupyterApp };
    return jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status ?? 'none';
  });
}

/** Runs one cell (counted from 0, markdown cells too). Does not wait for it. */
export async function startCell(tab: Tab, index: number): Promise<void> {
  await tab.page.evaluate((at) => {
    const { jupyterapp } = globalThis as unknown as { jupyterapp: JupyterApp };
    const panel = jupyterapp.shell.currentWidget;
    if (!panel) throw new Error('no notebook is open');
    panel.content.activeCellIndex = at;
  }, index);
  await command(tab, 'notebook:run-cell');
}

/** Runs one cell and waits for its end. Throws what the cell raised. */
export async function runCell(tab: Tab, index: number, withinMs = 60_000): Promise<CellState> {
  const before = (await cellState(tab, index)).count;
  await startCell(tab, index);
  return cellEnded(tab, index, { before, withinMs });
}

/** Waits for the end of a cell that was started; `before` is the count of its earlier execution. */
export async function cellEnded(
  tab: Tab,
  index: number,
  { before = null, withinMs = 60_000 }: { before?: number | null; withinMs?: number } = {},
): Promise<CellState> {
  const state = await until(
    async () => {
      const now = await cellState(tab, index);
      return !now.isRunning && now.count !== null && now.count !== before ? now : undefined;
    },
    { what: `cell ${index} to end`, withinMs },
  );
  if (state.error !== undefined) throw new Error(`cell ${index} raised ${state.error}`);
  return state;
}

export function cellState(tab: Tab, index: number): Promise<CellState> {
  return tab.page.evaluate((at) => {
    const { jupyterapp } = globalThis as unknown as { jupyterapp: JupyterApp };
    const model = jupyterapp.shell.currentWidget?.content.widgets[at]?.model;
    if (!model) throw new Error(`there is no cell ${at}`);
    const outputs = model.outputs?.toJSON() ?? [];
    const join = (text: unknown): string => (Array.isArray(text) ? text.join('') : typeof text === 'string' ? text : '');
    const failed = outputs.find((output) => output.output_type === 'error');
    return {
      isRunning: model.executionState !== 'idle',
      count: model.executionCount,
      text: outputs.map((output) => join(output.text) + join(output.data?.['text/plain'])).join(''),
      error: failed ? `${failed.ename}: ${failed.evalue}` : undefined,
    };
  }, index);
}

/** Runs all cells, as the menu would. Does not wait; the page scrolls to the last cell. */
export async function startAll(tab: Tab): Promise<void> {
  await command(tab, 'notebook:run-all-cells');
}
