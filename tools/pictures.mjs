/**
 * `npm run pictures`: the pictures of README.md and docs/views.md, as the browser tests have just taken them (test/e2e/screenshots/).
 *
 * Run the browser tests first: `npm test -- e2e`. A picture that no test has taken is an error.
 */
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const pages = ['README.md', 'docs/views.md'].map((page) => readFileSync(join(root, page), 'utf8'));
const shown = pages.flatMap((page) => [...page.matchAll(/\]\((?:docs\/)?pictures\/([\w-]+\.png)\)/g)].map(([, name]) => name));
for (const name of new Set(shown)) {
  const taken = join(root, 'test/e2e/screenshots', name);
  if (!existsSync(taken)) throw new Error(`${name} was not taken: run \`npm test -- e2e\` first`);
  copyFileSync(taken, join(root, 'docs/pictures', name));
  console.log(`docs/pictures/${name}`);
}
// The first picture of the README: the two live views alone.
copyFileSync(join(root, 'test/e2e/screenshots/lab-views.png'), join(root, 'docs/watch-a-run.png'));
