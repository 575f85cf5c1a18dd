/**
 * `daemon --ensure`: after it, a daemon of this version lives in the home and answers.
 *
 * Guarantees
 * - Safe to race: starters wait for each other on start.lock; the daemon's own lock admits one whatever happens.
 * - The daemon outlives its starter: a session of its own, no inherited stdio.
 * - A daemon of another version is replaced when it is idle, and named in the error when it has runs.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contract, DuallaneError } from '../../protocol/index.ts';
import { type DaemonCard, type HomePaths, prepareHome, readCard } from './home.ts';
import { waitForLock } from './lock.ts';
import { busyRuns, probeHealth } from './probe.ts';

const healthMs = 2_000;
const startMs = 30_000;
const drainMs = 30_000;

/** What to start: node, its script, and the daemon's arguments. */
export type StartCommand = { node: string; script: string; argv: readonly string[] };

/** Resolves with daemon.json of a daemon that answers. Throws `daemon-busy`, `daemon-not-started`, `home-unusable`. */
export async function ensureDaemon(paths: HomePaths, command: StartCommand): Promise<DaemonCard> {
  const running = await livingDaemon(paths);
  if (running && isOurs(running)) return listening(running, paths, command);
  prepareHome(paths);
  const turn = await waitForLock(paths.startLock, startMs + drainMs);
  if (!turn)
    throw new DuallaneError(
      'daemon-not-started',
      `somebody else has been starting the daemon in ${paths.home} for a minute: look into ${join(paths.log, 'daemon.log')}`,
    );
  try {
    const found = await livingDaemon(paths);
    if (found && isOurs(found)) return listening(found, paths, command);
    if (found) await replace(paths, found);
    return await start(paths, command);
  } finally {
    turn.release();
  }
}

async function livingDaemon(paths: HomePaths): Promise<DaemonCard | undefined> {
  const card = readCard(paths);
  if (!card) return undefined;
  const health = await probeHealth(card.socket, healthMs);
  return health && Number(health.pid) === card.pid ? card : undefined;
}

/** Throws `daemon-not-listening` when TCP is asked for and the living daemon does not serve it. */
function listening(card: DaemonCard, paths: HomePaths, command: StartCommand): DaemonCard {
  if (card.listen !== undefined || !command.argv.includes('--listen')) return card;
  throw new DuallaneError(
    'daemon-not-listening',
    `the daemon in ${paths.home} (pid ${card.pid}) runs without --listen: stop it (SIGTERM) and ask again, or use another home`,
  );
}

function isOurs(card: DaemonCard): boolean {
  return card.contract === contract.hash;
}

async function replace(paths: HomePaths, card: DaemonCard): Promise<void> {
  if (isNewer(card.version, contract.version)) {
    throw new DuallaneError(
      'daemon-newer',
      `the daemon in ${paths.home} is version ${card.version}, this is ${contract.version}: update this installation, or use another home`,
    );
  }
  const runs = await busyRuns(card.socket);
  if (runs.length > 0) {
    throw new DuallaneError(
      'daemon-busy',
      `the daemon in ${paths.home} (pid ${card.pid}, version ${card.version}) speaks another contract and has ${runs.length} run(s) going, such as ${runs[0]}: wait for them or cancel them, or use another home`,
    );
  }
  process.kill(card.pid, 'SIGTERM');
  const lock = await waitForLock(paths.lock, drainMs);
  if (!lock)
    throw new DuallaneError(
      'daemon-busy',
      `the older daemon in ${paths.home} (pid ${card.pid}) does not stop: end it and try again`,
    );
  lock.release();
}

function isNewer(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

async function start(paths: HomePaths, command: StartCommand): Promise<DaemonCard> {
  mkdirSync(paths.log, { recursive: true, mode: 0o700 });
  const lastWords = join(paths.log, 'daemon.stderr');
  const stderr = openSync(lastWords, 'w', 0o600);
  const child = spawn(command.node, [command.script, 'daemon', '--home', paths.home, ...command.argv], {
    detached: true,
    stdio: ['ignore', 'ignore', stderr],
    cwd: '/',
  });
  closeSync(stderr);
  let ended: string | undefined;
  child.once('exit', (code, signal) => {
    ended = `it ended with ${signal ?? `exit code ${code}`}`;
  });
  child.once('error', (error) => {
    ended = error.message;
  });
  child.unref();

  const deadline = Date.now() + startMs;
  while (Date.now() < deadline) {
    const card = await livingDaemon(paths);
    if (card) return card; // also when another one won the lock: it is as good
    if (ended !== undefined && !(await livingDaemon(paths))) break;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const words = readFileSync(lastWords, 'utf8').trim().split('\n').at(-1) ?? '';
  throw new DuallaneError(
    'daemon-not-started',
    `the daemon did not start in ${paths.home} (${words || ended || 'it does not answer'}): ${join(paths.log, 'daemon.log')} may say more`,
  );
}
