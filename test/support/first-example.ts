/** The first example (watch a run), as tests and the demo drive it. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const firstExample = {
  name: '01-watch-a-run.ipynb',
  /** Cells by what they do, counted from 0. */
  cells: { begin: 1, live: 3, lane: 4, question: 6, training: 8, python: 10 },
};

const itsEnd = 'if time.monotonic() > end:';

/**
 * Changes the copy in `notebooks`: its training takes its 20 s, and goes on until `release` is called, so that on a slow machine there is
 * as much to be seen as on a fast one.
 */
export function holdTraining(notebooks: string): { release: () => void } {
  const [path, sign] = [join(notebooks, firstExample.name), join(notebooks, '.enough')];
  const text = readFileSync(path, 'utf8');
  if (!text.includes(itsEnd)) throw new Error(`${firstExample.name} has no line "${itsEnd}" any more`);
  writeFileSync(path, text.replace(itsEnd, "if time.monotonic() > end and __import__('os').path.exists('.enough'):"));
  rmSync(sign, { force: true });
  return { release: () => writeFileSync(sign, '') };
}
