/**
 * The kernel bridge: one process beside the Jupyter server, its child, and gone with it.
 *
 * stdin: one JSON line with the configuration (config.ts); its end is the order to exit. stdout: {"ready": true} when the socket
 * listens. stderr: JSON log lines. Exit codes: 0 the parent left, 2 the configuration is wrong, 1 anything else.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createLog, DuallaneError, sentenceOf } from '../protocol/index.ts';
import { readSecurity } from '../protocol/wire.ts';
import { parseConfig } from './config.ts';
import { PartNames } from './history/index.ts';
import { type DaemonAddress, DaemonConnection, ensureDaemon, Feeds, RunList } from './hub/index.ts';
import { FrameRings } from './ring/index.ts';
import { serve } from './server.ts';
import { JpegThread } from './sessions/index.ts';

const log = createLog((line) => process.stderr.write(line));

async function start(line: string, signal: AbortSignal): Promise<void> {
  const config = parseConfig(line);
  const { daemonCommand, daemonTarget, daemonSecurity = {} } = config;
  const security = readSecurity(daemonSecurity, readFileSync);
  const ensure = (lifetime: AbortSignal): Promise<DaemonAddress> =>
    daemonTarget === undefined
      ? ensureDaemon(daemonCommand, lifetime)
      : Promise.resolve({ pid: 0, target: daemonTarget, contract: undefined, version: '' });
  const connection = new DaemonConnection({ ensure, security, log, signal });
  const runList = new RunList(connection, log, signal);
  const feeds = new Feeds(connection, log, signal);
  const jpeg = new JpegThread();
  const context = {
    feeds,
    runList,
    connection,
    rings: new FrameRings(),
    jpeg,
    parts: new PartNames(),
    log,
    now: Date.now,
    signal,
  };
  const { pingMs } = config;
  await serve({ socket: config.socket, secret: config.secret, context, ...(pingMs !== undefined && { pingMs }) });
  log('info', 'bridge-ready', { pid: process.pid });
  process.stdout.write('{"ready": true}\n');
  await Promise.all([connection.keep(), runList.keep()]);
}

const isConfiguration: ReadonlySet<string> = new Set(['bridge-config', 'tls-unusable', 'token-unusable']);

function main(): void {
  const lifetime = new AbortController();
  const fail = (error: unknown) => {
    log('error', 'bridge-failed', { reason: sentenceOf(error), stack: error instanceof Error ? (error.stack ?? null) : null });
    process.exit(error instanceof DuallaneError && isConfiguration.has(error.code) ? 2 : 1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  const end = (reason: string) => {
    log('info', 'bridge-ends', { reason });
    lifetime.abort();
    // What is left open belongs to pages and a daemon that both survive us: nothing to wait for.
    setImmediate(() => process.exit(0));
  };
  process.once('SIGTERM', () => end('SIGTERM'));
  process.once('SIGINT', () => end('SIGINT'));
  const lines = createInterface({ input: process.stdin });
  lines.once('line', (line) => void start(line, lifetime.signal).catch(fail));
  lines.once('close', () => end('stdin closed'));
}

main();
