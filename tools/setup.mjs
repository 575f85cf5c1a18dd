/**
 * Makes a clone ready: Node packages (Node 24 among them), a Python environment inside of the clone, the built bundles, and,
 * for tests and the headless demo, Chromium.
 *
 * Guarantees
 * - Each step runs only when what it is made from has changed; run twice, the second run does nothing.
 * - Nothing outside of the clone is changed, but for Debian's chromium package, and that only as root.
 * Runs on the system's Node 20 or newer: nothing of node_modules is needed before its first step.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const bin = (name) => join(root, 'node_modules/.bin', name);
export const python = join(root, '.venv/bin/python');
/** The environment of everything that runs in the clone: its own Node and Python first. */
export const environment = {
  ...process.env,
  PATH: `${join(root, 'node_modules/.bin')}:${join(root, '.venv/bin')}:${process.env.PATH}`,
};
const stamps = join(root, '.cache/setup');

/** Every file under `paths` (folders are walked), in a stable order. */
function filesUnder(paths) {
  const found = [];
  const walk = (path) => {
    if (!existsSync(path)) return;
    if (!statSync(path).isDirectory()) return void found.push(path);
    for (const entry of readdirSync(path).sort()) if (entry !== '__pycache__') walk(join(path, entry));
  };
  for (const path of paths) walk(join(root, path));
  return found;
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const file of filesUnder(paths)) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function run(command, args) {
  const done = spawnSync(command, args, { cwd: root, env: environment, stdio: ['ignore', 'inherit', 'inherit'] });
  if (done.error || done.status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed${done.error ? `: ${done.error.message}` : ''}`);
}

/** Runs `work` unless it already ran with the same inputs and `isThere` still holds. */
function step(name, inputs, isThere, work) {
  const stamp = join(stamps, name);
  const hash = hashOf(inputs);
  if (isThere() && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  console.log(`set-up: ${name}`);
  rmSync(stamp, { force: true });
  work();
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, hash);
}

function requireSystem() {
  if (Number(process.versions.node.split('.')[0]) < 20)
    throw new Error(`Node ${process.versions.node} is too old: install Node 20 or newer.`);
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `Development is pinned to Linux on x64; this is ${process.platform} on ${process.arch}. Install the wheel instead.`,
    );
  }
  const version = spawnSync('python3', ['-c', 'import sys, venv; print("%d.%d" % sys.version_info[:2])'], { encoding: 'utf8' });
  if (version.status !== 0)
    throw new Error('Python 3.11 or newer with the venv module is needed: apt-get install python3 python3-venv');
  if (Number(version.stdout.trim().split('.')[1]) < 11)
    throw new Error(`Python ${version.stdout.trim()} is too old: 3.11 or newer is needed.`);
}

/** Jupyter looks for the page's bundle in the environment's share folder: a link, so that a new build is there at once. */
function linkLabextension() {
  const link = join(root, '.venv/share/jupyter/labextensions/@duallane/lab');
  const target = join(root, 'python-shim/duallane/labextension');
  mkdirSync(dirname(link), { recursive: true });
  if (existsSync(link) || lstatSync(link, { throwIfNoEntry: false })) rmSync(link, { recursive: true });
  symlinkSync(target, link);
}

/** The path of a Chromium, installing Debian's package when that is allowed. */
export function chromium() {
  const found = () =>
    ['chromium', 'chromium-browser', 'google-chrome']
      .map((name) => spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim())
      .find(Boolean);
  const there = found();
  if (there) return there;
  const advice = 'Chromium is needed for the browser tests: apt-get install chromium';
  if (process.getuid?.() !== 0 || spawnSync('which', ['apt-get']).status !== 0) throw new Error(advice);
  console.log('set-up: chromium');
  execFileSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const install = ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'];
  execFileSync('apt-get', install, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const installed = found();
  if (!installed) throw new Error(advice);
  return installed;
}

/**
 * All of it. `npm ci` takes a lock only when the registry has every optional package of every platform: where a native package's
 * newest version lacks some, package.json pins or overrides one that is whole.
 * Throws with a sentence that says what is missing.
 */
export function setUp({ browser = false } = {}) {
  requireSystem();
  step(
    'node-packages',
    ['package-lock.json'],
    () => existsSync(bin('node')),
    () => run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']),
  );
  step(
    'python-packages',
    ['python-shim/pyproject.toml', 'python-shim/constraints.txt'],
    () => existsSync(python),
    () => {
      if (!existsSync(python)) run('python3', ['-m', 'venv', '.venv']);
      // The folders of the bundles must be there for the editable install to know of them.
      for (const folder of ['labextension', 'node']) mkdirSync(join(root, 'python-shim/duallane', folder), { recursive: true });
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-c', 'python-shim/constraints.txt'];
      run(python, [...pip, '-e', 'python-shim[dev,examples]']);
      linkLabextension();
    },
  );
  step(
    'bundles',
    ['package-lock.json', 'webpack.config.js', 'src'],
    () =>
      existsSync(join(root, 'python-shim/duallane/node/duallane.js')) &&
      existsSync(join(root, 'python-shim/duallane/labextension/package.json')),
    () => run(bin('webpack'), []),
  );
  return browser ? { chromium: chromium() } : {};
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    setUp({ browser: process.argv.includes('--browser') });
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
