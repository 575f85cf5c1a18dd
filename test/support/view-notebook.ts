/** A notebook as it was saved with views in it: opened, they draw themselves, and no kernel is needed. */
import { writeFileSync } from 'node:fs';
import { contract, type ViewOutput } from '../../src/protocol/index.ts';

export type SavedView = Pick<ViewOutput, 'view' | 'runs'> & Partial<ViewOutput>;

/** One code cell with its saved output for each view; a number is that many lines of text instead, to scroll past. */
export function writeViewNotebook(path: string, cells: readonly (SavedView | number)[], kernel = 'python3'): void {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: kernel, display_name: kernel, language: 'python' } },
    cells: cells.map((cell, index) => (typeof cell === 'number' ? textCell(index, cell) : viewCell(index, cell))),
  };
  writeFileSync(path, JSON.stringify(notebook));
}

function textCell(index: number, lines: number) {
  return { id: `cell-${index}`, cell_type: 'markdown', metadata: {}, source: 'text\n\n'.repeat(lines) };
}

function viewCell(index: number, view: SavedView) {
  const output: ViewOutput = { version: 1, settings: {}, ...view };
  return {
    id: `cell-${index}`,
    cell_type: 'code',
    metadata: {},
    execution_count: index + 1,
    source: `# ${view.view}`,
    outputs: [
      {
        output_type: 'display_data',
        metadata: {},
        data: { [contract.viewMime]: output, 'text/html': `<p>${view.view}</p>`, 'text/plain': view.view },
      },
    ],
  };
}
