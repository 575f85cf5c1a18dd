/**
 * What the bridge is told when it starts: one JSON line on stdin, nothing on the command line, nothing from the environment.
 *
 * The line carries a secret, so it is never logged and no message quotes it.
 */
import { DuallaneError } from '../protocol/index.ts';
import type { SecurityFiles } from '../protocol/wire.ts';

export type BridgeConfig = {
  /** Path of the Unix socket to listen on, at most 107 bytes. */
  readonly socket: string;
  /** Hex. Every request must carry it in `x-duallane-secret`. */
  readonly secret: string;
  /** The home directory whose daemon and history are served. */
  readonly home: string;
  /** Makes sure that a daemon lives and prints its daemon.json as one line. */
  readonly daemonCommand: readonly [string, ...string[]];
  /** HOST:PORT of a daemon to look at instead, such as the source's: nothing is started then. */
  readonly daemonTarget?: string;
  /** How often each link is pinged. Default: limits.linkPingMs. */
  readonly pingMs?: number;
  /** What that daemon wants to see before it answers. */
  readonly daemonSecurity?: SecurityFiles;
};

const securityNames = ['tlsCa', 'tlsCert', 'tlsKey', 'tokenFile'] as const;

const socketPathBytes = 107;

/** The configuration in the first stdin line. Throws `bridge-config` with what is wrong. */
export function parseConfig(line: string): BridgeConfig {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // The parser's own message would quote the line, and with it the secret.
    throw new DuallaneError('bridge-config', 'the first line on stdin is not JSON; the Jupyter server extension writes it');
  }
  const { socket, secret, home, daemonCommand, daemonTarget, daemonSecurity, pingMs } = (value ?? {}) as Record<string, unknown>;
  if (typeof socket !== 'string' || socket === '' || Buffer.byteLength(socket) > socketPathBytes) {
    throw new DuallaneError('bridge-config', `"socket" must be a path of 1 to ${socketPathBytes} bytes`);
  }
  if (typeof secret !== 'string' || !/^[0-9a-f]{32,}$/i.test(secret)) {
    throw new DuallaneError('bridge-config', '"secret" must be at least 32 hexadecimal digits');
  }
  if (typeof home !== 'string' || home === '') throw new DuallaneError('bridge-config', '"home" must be a directory');
  if (!isCommand(daemonCommand)) {
    throw new DuallaneError('bridge-config', '"daemonCommand" must be a list of strings with a program first');
  }
  if (pingMs !== undefined && !(typeof pingMs === 'number' && pingMs >= 100 && pingMs <= 3_600_000)) {
    throw new DuallaneError('bridge-config', '"pingMs" must be 100 to 3600000');
  }
  const common = { socket, secret, home, daemonCommand, ...(pingMs !== undefined && { pingMs }) };
  if (daemonTarget === undefined) return common;
  if (typeof daemonTarget !== 'string' || !/^[^\s:]+:\d{1,5}$|^unix:\//.test(daemonTarget)) {
    throw new DuallaneError('bridge-config', '"daemonTarget" must be HOST:PORT, such as 127.0.0.1:50055');
  }
  if (daemonSecurity === undefined) return { ...common, daemonTarget };
  return { ...common, daemonTarget, daemonSecurity: securityFiles(daemonSecurity) };
}

function securityFiles(value: unknown): SecurityFiles {
  const files = value as Record<string, unknown>;
  const isPlain =
    typeof value === 'object' && value !== null && Object.keys(files).every((key) => securityNames.includes(key as never));
  if (!isPlain || Object.values(files).some((path) => typeof path !== 'string'))
    throw new DuallaneError('bridge-config', `"daemonSecurity" names files by ${securityNames.join(', ')}`);
  return files as SecurityFiles;
}

function isCommand(value: unknown): value is [string, ...string[]] {
  return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string') && value[0] !== '';
}
