/**
 * The home directory: where everything of one daemon lies, and how others find it.
 *
 * Guarantees
 * - The directory is 0700, token and daemon.json are 0600, the socket is only reachable through a 0700 directory.
 * - daemon.json is replaced whole (write, then rename): a reader sees the old or the new one.
 */
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuallaneError } from '../../protocol/index.ts';

/** sun_path holds 108 bytes; some systems 104. */
const socketPathBytes = 100;

export type HomePaths = {
  home: string;
  lock: string;
  startLock: string;
  card: string;
  token: string;
  log: string;
  runs: string;
  socket: string;
};

/** What daemon.json holds. */
export type DaemonCard = {
  pid: number;
  socket: string;
  contract: string;
  version: string;
  listen?: string;
  /** How long history stays, in words. */
  retention?: string;
};

/** The paths of `home`; `runtimeDirectory` takes the socket when the home's path is too long for one. */
export function homePaths(home: string, runtimeDirectory: string): HomePaths {
  return {
    home,
    lock: join(home, 'daemon.lock'),
    startLock: join(home, 'start.lock'),
    card: join(home, 'daemon.json'),
    token: join(home, 'token'),
    log: join(home, 'log'),
    runs: join(home, 'runs'),
    socket: socketPath(home, runtimeDirectory),
  };
}

function socketPath(home: string, runtimeDirectory: string): string {
  const plain = join(home, 'daemon.sock');
  if (Buffer.byteLength(plain) <= socketPathBytes) return plain;
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16);
  return join(runtimeDirectory, `duallane-${process.getuid?.() ?? 0}`, `${name}.sock`);
}

/** Makes the home with its modes. Throws `home-unusable` when it belongs to somebody else or cannot be made. */
export function prepareHome(paths: HomePaths): void {
  privateDirectory(paths.home);
  privateDirectory(paths.log);
  privateDirectory(join(paths.socket, '..'));
}

function privateDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const found = lstatSync(path);
    const uid = process.getuid?.();
    if (uid !== undefined && found.uid !== uid) throw new Error('it belongs to another user');
    if (!found.isDirectory()) throw new Error('it is not a directory');
    if ((found.mode & 0o077) !== 0) chmodSync(path, 0o700);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DuallaneError('home-unusable', `the directory ${path} cannot be used (${why}): choose another one with --home`, {
      cause,
    });
  }
}

/** The token TCP clients show; made at the first start and kept. */
export function readOrMakeToken(paths: HomePaths): string {
  try {
    const token = readFileSync(paths.token, 'utf8').trim();
    if (token.length >= 32) {
      chmodSync(paths.token, 0o600);
      return token;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const token = randomBytes(32).toString('hex');
  replaceFile(paths.token, `${token}\n`);
  return token;
}

export function writeCard(paths: HomePaths, card: DaemonCard): void {
  replaceFile(paths.card, `${JSON.stringify(card)}\n`);
}

/** daemon.json, or undefined when there is none or it is not one. */
export function readCard(paths: HomePaths): DaemonCard | undefined {
  let text: string;
  try {
    text = readFileSync(paths.card, 'utf8');
  } catch (error) {
    // ENOTDIR: the home is a file; `prepareHome` says so in a sentence.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  const value = parseObject(text);
  if (typeof value?.pid !== 'number' || typeof value.socket !== 'string') return undefined;
  return {
    pid: value.pid,
    socket: value.socket,
    contract: String(value.contract ?? ''),
    version: String(value.version ?? ''),
    ...(typeof value.listen === 'string' ? { listen: value.listen } : {}),
    ...(typeof value.retention === 'string' ? { retention: value.retention } : {}),
  };
}

/** Takes daemon.json and the socket away, when they are still those of `pid`. */
export function removeTraces(paths: HomePaths, pid: number): void {
  if (readCard(paths)?.pid !== pid) return;
  rmSync(paths.card, { force: true });
  rmSync(paths.socket, { force: true });
}

function replaceFile(path: string, content: string): void {
  const fresh = `${path}.${process.pid}.new`;
  writeFileSync(fresh, content, { mode: 0o600 });
  renameSync(fresh, path);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // half a file of a version that did not rename: the same as none
  }
}
