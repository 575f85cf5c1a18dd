/** `duallane daemon`. */
import { contract, DuallaneError } from '../../protocol/index.ts';
import type { trainer } from '../../protocol/wire.ts';
import { daemonOptions, runtimeDirectory } from '../config.ts';
import { ensureDaemon } from './ensure.ts';
import { type DaemonCard, homePaths, readCard } from './home.ts';
import { type FileLock, takeLock } from './lock.ts';
import { probeHealth } from './probe.ts';

export type { DaemonCard } from './home.ts';

const lookMs = 5_000;

/** Resolves with the exit code, when the daemon has ended or `--ensure` is satisfied. */
export async function daemonCommand(argv: readonly string[]): Promise<number> {
  const options = daemonOptions(argv);
  const paths = homePaths(options.home, runtimeDirectory());
  // Loaded only where it runs: those who merely ask for a daemon start faster without it.
  if (!options.ensure) return (await import('./run-daemon.ts')).runDaemon(paths, options, thisScript());
  const passed = [
    ...(options.listen
      ? [
          '--listen',
          `${options.listen.host.includes(':') ? `[${options.listen.host}]` : options.listen.host}:${options.listen.port}`,
        ]
      : []),
    ...(options.trustLoopback ? ['--trust-loopback'] : []),
    ...(options.tls ? ['--tls-cert', options.tls.cert, '--tls-key', options.tls.key] : []),
    ...(options.tls?.ca === undefined ? [] : ['--tls-ca', options.tls.ca]),
    ...(options.history ? ['--history', options.history] : []),
    ...(options.retention.days === undefined ? [] : ['--keep-days', String(options.retention.days)]),
    ...(options.retention.bytes === undefined ? [] : ['--keep-size', String(options.retention.bytes)]),
  ];
  const card = await ensureDaemon(paths, { node: process.execPath, script: thisScript(), argv: passed });
  process.stdout.write(`${JSON.stringify(card)}\n`);
  return 0;
}

/** The living daemon of `home`, started when there is none. Throws what `ensureDaemon` throws. */
export function ensureDaemonAt(home: string): Promise<DaemonCard> {
  return ensureDaemon(homePaths(home, runtimeDirectory()), { node: process.execPath, script: thisScript(), argv: [] });
}

/** The home's lock, for work that no daemon may see; undefined when a daemon lives. */
export function holdHome(home: string): FileLock | undefined {
  return takeLock(homePaths(home, runtimeDirectory()).lock);
}

export type PlacedDaemon = { card: DaemonCard | undefined; health: trainer.HealthCheckResponse | undefined };

/** What is in `home`: daemon.json, and whether its daemon answers. Starts nothing. */
export async function lookForDaemon(home: string): Promise<PlacedDaemon> {
  const card = readCard(homePaths(home, runtimeDirectory()));
  const health = card && (await probeHealth(card.socket, lookMs));
  return { card, health: health && Number(health.pid) === card?.pid ? health : undefined };
}

function thisScript(): string {
  const script = process.argv[1];
  if (script === undefined)
    throw new DuallaneError('usage', `node ran without a script: start ${contract.version} as "node duallane.js daemon"`);
  return script;
}
