/** Reads a command's argv: known flags, and the runs it names. */
import { parseArgs } from 'node:util';
import { DuallaneError, sentenceOf } from '../../protocol/index.ts';
import { homeDirectory, securityFiles } from '../config.ts';
import type { Place } from './daemon-calls.ts';

type Flags = Readonly<Record<string, { type: 'string' | 'boolean'; short?: string }>>;
type Values<F extends Flags> = { -readonly [K in keyof F]?: F[K]['type'] extends 'boolean' ? boolean : string };

/** `--home` and `--json` are every command's. Throws `usage`. */
export function commandOptions<F extends Flags>(argv: readonly string[], flags: F, usage: string) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { ...flags, home: { type: 'string' }, json: { type: 'boolean' } },
      strict: true,
      allowPositionals: true,
    });
    const given = values as Values<F> & { home?: string; json?: boolean };
    return { flags: given as Values<F>, home: homeDirectory(given.home), json: given.json ?? false, names: positionals };
  } catch (cause) {
    throw new DuallaneError('usage', `${sentenceOf(cause)} (usage: duallane ${usage})`, { cause });
  }
}

const placeFlags = {
  daemon: { type: 'string' },
  'tls-ca': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'token-file': { type: 'string' },
} as const;

/** What `placedOptions` adds, for usage lines. */
export const placeUsage = '[--home DIR | --daemon HOST:PORT [--tls-ca F --tls-cert F --tls-key F] [--token-file F]] [--json]';

/** As `commandOptions`, for commands that need nothing but calls: they work with a daemon elsewhere too. Throws `usage`. */
export function placedOptions<F extends Flags>(argv: readonly string[], flags: F, usage: string) {
  const { home, flags: given, ...rest } = commandOptions(argv, { ...flags, ...placeFlags }, usage);
  const { daemon: target, ...files } = given as Values<typeof placeFlags>;
  if (target === undefined && Object.keys(placeFlags).some((name) => name in files))
    throw new DuallaneError(
      'usage',
      `TLS files and a token are for a daemon elsewhere: add --daemon HOST:PORT (usage: duallane ${usage})`,
    );
  if (target !== undefined && !/^([^\s:]+|\[[0-9a-f:]+\]):\d{1,5}$|^unix:\//i.test(target))
    throw new DuallaneError('usage', `--daemon ${target} is not HOST:PORT, such as 127.0.0.1:50055`);
  const named = { tlsCa: files['tls-ca'], tlsCert: files['tls-cert'], tlsKey: files['tls-key'], tokenFile: files['token-file'] };
  const place: Place = target === undefined ? home : { target, security: securityFiles(named) };
  return { ...rest, flags: given as Values<F>, place };
}

/** Throws `usage` when the command names no run. */
export function atLeastOne(names: readonly string[], usage: string): readonly string[] {
  if (names.length === 0)
    throw new DuallaneError('usage', `name a run; "duallane runs --all" lists them (usage: duallane ${usage})`);
  return names;
}
