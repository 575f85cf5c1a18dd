/**
 * The one place of the pipeline's process that reads argv-independent surroundings: environment, clock, platform.
 * Everything behind it gets values.
 */
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DuallaneError } from '../protocol/index.ts';
import type { SecurityFiles } from '../protocol/wire.ts';
import type { HistoryForm } from './history/index.ts';

export type DaemonOptions = {
  home: string;
  /** Only make sure that a daemon lives, and print where. */
  ensure: boolean;
  listen?: { host: string; port: number };
  trustLoopback: boolean;
  /** PEM files for TCP: the daemon's certificate and key, and who signs those of its clients. */
  tls?: { cert: string; key: string; ca?: string };
  /** The form of history of runs that say nothing themselves. */
  history?: HistoryForm;
  /** How long, and how much, history is kept: days after a run's end, bytes of all parts. */
  retention: { days?: number; bytes?: number };
};

const optionsOfDaemon = {
  home: { type: 'string' },
  ensure: { type: 'boolean', default: false },
  listen: { type: 'string' },
  'trust-loopback': { type: 'boolean', default: false },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'tls-ca': { type: 'string' },
  history: { type: 'string' },
  'keep-days': { type: 'string' },
  'keep-size': { type: 'string' },
} as const;

/** `daemon`'s options. Throws `usage` with a sentence for an unknown flag or an address that is not HOST:PORT. */
export function daemonOptions(argv: readonly string[]): DaemonOptions {
  const values = parse(argv);
  const listen = values.listen === undefined ? undefined : listenAddress(values.listen);
  const tls = tlsFiles(values['tls-cert'], values['tls-key'], values['tls-ca']);
  if (listen && !isLoopback(listen.host)) refuseOpenNetwork(values.listen ?? '', tls, values['trust-loopback']);
  return {
    home: homeDirectory(values.home),
    ensure: values.ensure,
    trustLoopback: values['trust-loopback'],
    ...(listen ? { listen } : {}),
    ...(tls ? { tls } : {}),
    ...(values.history === undefined ? {} : { history: historyForm(values.history) }),
    retention: retention(
      values['keep-days'] ?? nonEmpty(process.env.DUALLANE_KEEP_DAYS),
      values['keep-size'] ?? nonEmpty(process.env.DUALLANE_KEEP_SIZE),
    ),
  };
}

function retention(days: string | undefined, size: string | undefined): DaemonOptions['retention'] {
  return {
    ...(days !== undefined && { days: keptDays(days) }),
    ...(size !== undefined && { bytes: keptBytes(size) }),
  };
}

function keptDays(text: string): number {
  const days = Number(text);
  if (!(days > 0 && Number.isFinite(days)))
    throw new DuallaneError(
      'usage',
      `--keep-days wants a number of days above 0, not "${text}"; leave it out to keep everything`,
    );
  return days;
}

const sizeUnits: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

function keptBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?) ?([KMGT]?B)?$/i.exec(text);
  const bytes = Number(match?.[1]) * (sizeUnits[(match?.[2] ?? '').toUpperCase()] ?? Number.NaN);
  if (!(bytes > 0))
    throw new DuallaneError(
      'usage',
      `--keep-size wants a size such as 500MB or 20GB, not "${text}"; leave it out to keep everything`,
    );
  return bytes;
}

/** Throws `usage`. */
export function historyForm(text: string): HistoryForm {
  if (text !== 'parquet' && text !== 'sqlite')
    throw new DuallaneError('usage', `"${text}" is no form of history: use parquet or sqlite`);
  return text;
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: optionsOfDaemon, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    throw new DuallaneError(
      'usage',
      `${cause instanceof Error ? cause.message : String(cause)} (daemon [--home DIR] [--ensure] [--listen HOST:PORT] [--trust-loopback] [--tls-cert FILE --tls-key FILE --tls-ca FILE] [--history parquet|sqlite] [--keep-days N] [--keep-size 20GB])`,
      { cause },
    );
  }
}

function listenAddress(text: string): { host: string; port: number } {
  const match = /^(\[[0-9a-fA-F:]+\]|[^:]+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match?.[1] || port > 65535)
    throw new DuallaneError('usage', `--listen wants HOST:PORT, such as 127.0.0.1:50055, not "${text}"`);
  const host = match[1].replace(/^\[|\]$/g, '');
  return { host, port };
}

/** Beyond this machine nothing goes without encryption both ways and the token. */
function refuseOpenNetwork(listen: string, tls: DaemonOptions['tls'], isTrusting: boolean): void {
  if (isTrusting)
    throw new DuallaneError('listen-refused', `--trust-loopback is for 127.0.0.1 alone: leave it out with --listen ${listen}`);
  if (tls?.ca !== undefined) return;
  throw new DuallaneError(
    'listen-refused',
    `--listen ${listen} would open the daemon to the network without encryption: give --tls-cert, --tls-key and --tls-ca (who signs its clients), or use 127.0.0.1 and a tunnel (ssh -L)`,
  );
}

function tlsFiles(cert: string | undefined, key: string | undefined, ca: string | undefined): DaemonOptions['tls'] {
  if (cert === undefined && key === undefined && ca === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new DuallaneError('usage', 'TLS needs both --tls-cert and --tls-key; --tls-ca asks clients for certificates too');
  return { cert: resolve(cert), key: resolve(key), ...(ca === undefined ? {} : { ca: resolve(ca) }) };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** `--home`, else DUALLANE_HOME, else the XDG data directory + /duallane. Absolute. */
export function homeDirectory(option: string | undefined): string {
  const named = option ?? nonEmpty(process.env.DUALLANE_HOME);
  if (named !== undefined) return resolve(named);
  const data = nonEmpty(process.env.XDG_DATA_HOME);
  return join(data !== undefined && isAbsolute(data) ? data : join(homedir(), '.local', 'share'), 'duallane');
}

/** The name of a run's directory below <home>/runs: of its own for every run id, which may hold "/" and never "%". */
export function runDirectoryName(runId: string): string {
  return runId.replaceAll('/', '%2F');
}

/** What a daemon elsewhere wants to see: what the command line names, else DUALLANE_TLS_CA, _TLS_CERT, _TLS_KEY, DUALLANE_TOKEN_FILE. */
export function securityFiles(named: SecurityFiles): SecurityFiles {
  return {
    tlsCa: named.tlsCa ?? nonEmpty(process.env.DUALLANE_TLS_CA),
    tlsCert: named.tlsCert ?? nonEmpty(process.env.DUALLANE_TLS_CERT),
    tlsKey: named.tlsKey ?? nonEmpty(process.env.DUALLANE_TLS_KEY),
    tokenFile: named.tokenFile ?? nonEmpty(process.env.DUALLANE_TOKEN_FILE),
  };
}

/** Where short-lived files of this user may go: sockets whose home has too long a path. */
export function runtimeDirectory(): string {
  return nonEmpty(process.env.XDG_RUNTIME_DIR) ?? tmpdir();
}

/** The environment launched workers inherit. */
export function inheritedEnvironment(): Readonly<Record<string, string>> {
  const copy: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) copy[name] = value;
  return copy;
}

/** Ids of the GPUs workers may get: DUALLANE_GPU_SLOTS ("0,1"; empty for none), else undefined: look for devices. */
export function configuredGpuSlots(): readonly number[] | undefined {
  const text = process.env.DUALLANE_GPU_SLOTS;
  if (text === undefined) return undefined;
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => /^\d+$/.test(part))
    .map(Number);
}

/** Shortens the lease for tests: DUALLANE_LEASE_MS in milliseconds. */
export function configuredLeaseMs(): number | undefined {
  const value = Number(process.env.DUALLANE_LEASE_MS);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Shortens the time between two looks of retention for tests: DUALLANE_RETENTION_MS in milliseconds. */
export function configuredRetentionMs(): number | undefined {
  const value = Number(process.env.DUALLANE_RETENTION_MS);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
