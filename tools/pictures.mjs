/**
 * `npm run pictures`: the pictures of docs/views.md, as the browser tests have just taken them (test/e2e/screenshots/).
 *
 * Run the browser tests first: `npm test -- e2e`. A picture that no test has taken is an error.
 */
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const page = readFileSync(join(root, 'docs/views.md'), 'utf8');
for (const [, name] of page.matchAll(/\]\(pictures\/([\w-]+\.png)\)/g)) {
  const taken = join(root, 'test/e2e/screenshots', name);
  if (!existsSync(taken)) throw new Error(`${name} was not taken: run \`npm test -- e2e\` first`);
  copyFileSync(taken, join(root, 'docs/pictures', name));
  console.log(`docs/pictures/${name}`);
}
