/**
 * `npm run demo`: sets the clone up, then shows a real training run in a real JupyterLab until Ctrl-C.
 * `npm run demo -- --headless`: the same, looked at by a headless Chromium; exits 0 only when everything seen was right.
 *
 * Runs on the system's Node; the demo itself (demo.ts) on the pinned one that set-up installs.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bin, environment, root, setUp } from './setup.mjs';

const usage =
  'usage: npm run demo            shows the demo until Ctrl-C\n       npm run demo -- --headless  checks it in a headless browser';

function main(args) {
  if (args.some((arg) => arg !== '--headless')) {
    console.error(usage);
    process.exitCode = 2;
    return;
  }
  setUp({ browser: args.includes('--headless') });
  const child = spawn(bin('node'), [join(root, 'tools/demo.ts'), ...args], { cwd: root, env: environment, stdio: 'inherit' });
  // The demo ends what it started, in its order; this process only waits for that.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(error));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

function fail(error) {
  console.error(`The demo did not start: ${error.message}`);
  process.exitCode = 1;
}

try {
  main(process.argv.slice(2));
} catch (error) {
  fail(error);
}
