/**
 * The demo: a trainer daemon in a home of its own below build/demo, a training script, and JupyterLab on a copy of the examples.
 *
 * Guarantees: everything it started has ended when it exits, also after Ctrl-C; nothing outside of build/demo is written.
 * Run by demo.mjs, which has set the clone up.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { firstExample } from '../test/support/first-example.ts';
import { type Jupyter, startJupyter } from '../test/support/jupyter.ts';
import { endDaemonOf } from '../test/support/notebook-server.ts';
import { watchHeadless } from './demo-headless.ts';

const root = join(import.meta.dirname, '..');
const python = join(root, '.venv/bin/python');
const daemonBundle = join(root, 'python-shim/duallane/node/duallane.js');
const isHeadless = process.argv.includes('--headless');
/** Two agents in turns. Headless it is over in half a minute; else it goes on until Ctrl-C. */
const training = isHeadless
  ? { name: 'cartpole-script', flags: ['--agents', '2', '--steps', '20000', '--pace', '1000'] }
  : { name: 'cartpole-script', flags: ['--agents', '2', '--episodes', '1000000', '--pace', '500'] };

export type Demo = { jupyter: Jupyter; notebooks: string; screenshots: string; training: Training };
export type Training = { name: string; steps: number; runId: () => string | undefined; ended: Promise<number | null> };

const run = promisify(execFile);
const ending: (() => Promise<unknown>)[] = [];
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort(signal));

/** A folder of this demo's own. A headless one begins anew each time; the other keeps its history. */
function makeFolder(): { folder: string; home: string; notebooks: string } {
  const folder = join(root, 'build/demo', isHeadless ? 'headless' : 'shown');
  return { folder, home: join(folder, 'home'), notebooks: join(folder, 'notebooks') };
}

async function start(): Promise<Demo> {
  const { folder, home, notebooks } = makeFolder();
  await endDaemonOf(home); // of a demo that was killed
  if (isHeadless) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, 'examples'), notebooks, { recursive: true });

  say('trainer daemon');
  ending.push(() => endDaemonOf(home));
  await run(process.execPath, ['--disable-warning=ExperimentalWarning', daemonBundle, 'daemon', '--ensure', '--home', home]);
  say('training run', `${training.name}: examples/train_cartpole.py ${training.flags.join(' ')}`);
  const started = startTraining(folder, home);
  say('JupyterLab');
  const jupyter = await startJupyter({ folder, notebooks, home });
  ending.push(() => jupyter.stop());
  return { jupyter, notebooks, screenshots: join(root, 'build/demo/screenshots'), training: started };
}

function startTraining(folder: string, home: string): Training {
  const logFile = join(folder, 'training.log');
  const log = openSync(logFile, 'w');
  const script = join(root, 'examples/train_cartpole.py');
  const child = spawn(python, [script, '--name', training.name, '--home', home, ...training.flags], {
    stdio: ['ignore', log, log],
    detached: true, // Ctrl-C comes from here, once
    env: { ...process.env, SDL_VIDEODRIVER: 'dummy' },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  ending.push(() => interrupt(child, ended));
  return {
    name: training.name,
    steps: Number(training.flags[training.flags.indexOf('--steps') + 1]),
    runId: () => /^run (\S+)/m.exec(readFileSync(logFile, 'utf8'))?.[1],
    ended: ended.then((code) => {
      if (code !== 0 && !stop.signal.aborted)
        console.error(`The training ended with ${code}: ${readFileSync(logFile, 'utf8').slice(-2000)}`);
      return code;
    }),
  };
}

/** As Ctrl-C in its terminal: the run ends as canceled, and what it logged is stored. */
async function interrupt(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGINT');
  const killer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(killer);
}

function say(what: string, detail = ''): void {
  console.log(`demo: ${what}${detail ? ` (${detail})` : ''}`);
}

/** Until Ctrl-C. */
function show({ jupyter }: Demo): Promise<void> {
  console.log(`\n  Open ${jupyter.url}lab/tree/${firstExample.name}?token=${jupyter.token}\n`);
  console.log(`  Run the notebook's cells. The run "${training.name}" is already training: "Open Live View of a Run…" in the`);
  console.log('  command palette shows it, or duallane.live("…") in a cell. Ctrl-C ends everything.\n');
  return new Promise((resolve) => {
    stop.signal.addEventListener('abort', () => resolve());
    if (stop.signal.aborted) resolve();
  });
}

async function main(): Promise<number> {
  try {
    const demo = await start();
    if (!isHeadless) await show(demo);
    return isHeadless && !(await watchHeadless(demo, stop.signal)) ? 1 : 0;
  } catch (error) {
    if (stop.signal.aborted) return 1;
    console.error(`The demo failed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    say('ending what was started');
    for (const end of ending.reverse()) await end().catch((error: unknown) => console.error(String(error)));
  }
}

process.exitCode = await main();
