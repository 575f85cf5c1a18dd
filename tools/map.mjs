/**
 * `npm run map`: draws the rooms and who enters whom into src/README.md, from the imports themselves.
 * `npm run map -- --check` writes nothing and fails when the drawing is not what the imports say.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, root } from './setup.mjs';

const readme = join(root, 'src/README.md');
const drawing = /<!-- map -->[\s\S]*<!-- \/map -->/;

/** Files are drawn as the folder of the room they are in. The arrows to `protocol` are left out: everybody has one. */
function draw() {
  const folders = '^src/protocol|^src/[^/]+/[^/.]+(?=/)';
  const args = ['src', '--config', '.dependency-cruiser.cjs', '--include-only', '^src/', '--collapse', folders, '-T', 'mermaid'];
  const lines = execFileSync(bin('depcruise'), args, { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const protocol = lines.find((line) => line.endsWith('["protocol"]'))?.split('[')[0];
  return lines.filter((line) => line && !line.endsWith(`-->${protocol}`)).join('\n');
}

const before = readFileSync(readme, 'utf8');
if (!drawing.test(before)) throw new Error('src/README.md has lost the place of the map: <!-- map --> … <!-- /map -->');
const after = before.replace(drawing, `<!-- map -->\n\`\`\`mermaid\n${draw()}\n\`\`\`\n<!-- /map -->`);
if (!process.argv.includes('--check')) writeFileSync(readme, after);
else if (after !== before) {
  console.error('The map in src/README.md is not what the imports say any more: npm run map');
  process.exitCode = 1;
}
