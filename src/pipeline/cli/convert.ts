/** `duallane convert` and `duallane compact`: stored history in another form, or in fewer parts. */
import { DuallaneError } from '../../protocol/index.ts';
import type { duallane } from '../../protocol/wire.ts';
import { historyForm } from '../config.ts';
import { withDaemon } from './daemon-calls.ts';
import { findRun } from './find-run.ts';
import { commandOptions } from './options.ts';
import { bytes, counted, json } from './text.ts';

const convertUsage = 'convert RUN --to parquet|sqlite [--home DIR] [--json]';
const compactUsage = 'compact [RUN] [--home DIR] [--json]';
/** Long histories take their time. */
const withinMs = 24 * 3600 * 1000;

export async function convertCommand(argv: readonly string[]): Promise<number> {
  const { flags, home, json: isJson, names } = commandOptions(argv, { to: { type: 'string' } }, convertUsage);
  const [name] = names;
  if (names.length !== 1 || name === undefined || flags.to === undefined)
    throw new DuallaneError('usage', `name one run and the form to keep it in (usage: duallane ${convertUsage})`);
  const history = historyForm(flags.to);
  return withDaemon(home, async (daemon) => {
    const { runId } = await findRun(daemon, name);
    const moved = await daemon.ask<duallane.ConvertHistoryRequest, duallane.HistoryMoved>(
      daemon.duallane.convertHistory.bind(daemon.duallane),
      { runId, history },
      withinMs,
    );
    process.stdout.write(isJson ? json({ runId, history, ...moved }) : `run ${runId} is kept as ${history}: ${told(moved)}\n`);
    return 0;
  });
}

export async function compactCommand(argv: readonly string[]): Promise<number> {
  const { home, json: isJson, names } = commandOptions(argv, {}, compactUsage);
  if (names.length > 1) throw new DuallaneError('usage', `name one run, or none for all (usage: duallane ${compactUsage})`);
  return withDaemon(home, async (daemon) => {
    const runId = names[0] === undefined ? '' : (await findRun(daemon, names[0])).runId;
    const moved = await daemon.ask<duallane.CompactHistoryRequest, duallane.HistoryMoved>(
      daemon.duallane.compactHistory.bind(daemon.duallane),
      { runId },
      withinMs,
    );
    process.stdout.write(isJson ? json(moved) : `compacted: ${told(moved)}\n`);
    return 0;
  });
}

const told = (moved: duallane.HistoryMoved): string =>
  `${counted(moved.parts)} part${moved.parts === 1n ? '' : 's'} written, ${counted(moved.rows)} rows, ${bytes(Number(moved.bytes))}`;
