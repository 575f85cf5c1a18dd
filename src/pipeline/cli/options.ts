/** Reads a command's argv: known flags, and the runs it names. */
import { parseArgs } from 'node:util';
import { DuallaneError, sentenceOf } from '../../protocol/index.ts';
import { homeDirectory } from '../config.ts';

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

/** Throws `usage` when the command names no run. */
export function atLeastOne(names: readonly string[], usage: string): readonly string[] {
  if (names.length === 0)
    throw new DuallaneError('usage', `name a run; "duallane runs --all" lists them (usage: duallane ${usage})`);
  return names;
}
