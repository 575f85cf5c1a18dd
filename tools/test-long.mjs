/**
 * `npm run test:long`: what `npm test` does a few times, many times over: kills, restarts, torture of the ring.
 *
 * `npm run test:long -- 500` makes 500 kills (200 otherwise): the tests of test/fault/ take the number as DUALLANE_KILLS; the story and
 * process tests that kill are run again a tenth as often, and a cell with views is run again as often as there are kills. The first
 * failure ends it, with its output.
 */
import { spawnSync } from 'node:child_process';
import { bin, environment, python, root, setUp } from './setup.mjs';

const kills = Number(process.argv[2] ?? 200);
if (!Number.isInteger(kills) || kills < 1) throw new Error(`how many kills? A whole number from 1, not ${process.argv[2]}`);

/** The tests that take DUALLANE_KILLS themselves, once (test_forking.py too: as many rounds of forks); the others as often as a tenth of the kills. */
const once = ['test/fault'];
const again = ['test/story/daemon-restart', 'test/process/proxy-daemon-killed', 'test/process/ring-torture'];

const env = { ...environment, DUALLANE_KILLS: String(kills), DUALLANE_RERUNS: String(kills) };
function run(program, args) {
  if (spawnSync(program, args, { cwd: root, env, stdio: 'inherit' }).status !== 0) process.exit(1);
}
const jest = (...files) => run(bin('jest'), ['--runInBand', ...files]);

setUp({ browser: true });
jest(...once);
run(python, ['-m', 'pytest', 'python-shim/tests/test_forking.py']);
jest('test/e2e/lab', '--testNamePattern', 'a cell that is run again');
const rounds = Math.max(1, Math.round(kills / 10));
for (let round = 1; round <= rounds; round++) {
  console.log(`round ${round} of ${rounds}`);
  jest(...again);
}
