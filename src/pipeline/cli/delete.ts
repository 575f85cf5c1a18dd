/** `duallane delete`: removes runs that have ended with all of their history, after asking. */
import { createInterface } from 'node:readline/promises';
import { DuallaneError } from '../../protocol/index.ts';
import { duallane } from '../../protocol/wire.ts';
import { type Daemon, withDaemon } from './daemon-calls.ts';
import { findRun } from './find-run.ts';
import { atLeastOne, placedOptions, placeUsage } from './options.ts';
import { rowsOf } from './runs.ts';
import { bytes, counted, json, plain } from './text.ts';

const usage = `delete RUN... [--yes] ${placeUsage}`;
const deleteMs = 120_000;

/** `--yes`: does not ask. Throws `not-confirmed` when nobody can be asked. */
export async function deleteCommand(argv: readonly string[]): Promise<number> {
  const { flags, place, json: isJson, names } = placedOptions(argv, { yes: { type: 'boolean', short: 'y' } }, usage);
  return withDaemon(place, async (daemon) => {
    const runs = [];
    for (const name of atLeastOne(names, usage)) runs.push(await findRun(daemon, name));
    if (!flags.yes && !(await isConfirmed(runs))) {
      process.stderr.write('Nothing was deleted.\n');
      return 1;
    }
    const removed = [];
    for (const run of runs) removed.push({ runId: run.runId, ...(await remove(daemon, run, isJson)) });
    if (isJson) process.stdout.write(json(removed));
    return 0;
  });
}

async function remove(daemon: Daemon, { runId, name }: duallane.RunDescription, isJson: boolean) {
  const gone = await daemon.ask(daemon.duallane.deleteRun.bind(daemon.duallane), { runId }, deleteMs);
  const what = `${counted(gone.rows)} rows, ${bytes(Number(gone.bytes))} of parts`;
  if (!isJson) process.stdout.write(`run ${runId} (${plain(name)}) is deleted: ${what}\n`);
  return gone;
}

async function isConfirmed(runs: readonly duallane.RunDescription[]): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new DuallaneError('not-confirmed', 'nobody can be asked here: add --yes to delete without asking; nothing was deleted');
  const { STEPS, EPISODES } = duallane.BatchKind;
  for (const run of runs) {
    const rows = `${counted(rowsOf(run, STEPS))} steps, ${counted(rowsOf(run, EPISODES))} episodes`;
    process.stderr.write(`  ${run.runId}  ${plain(run.name)}: ${rows}\n`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const what = runs.length === 1 ? 'this run and its history' : `these ${runs.length} runs and their history`;
    const answer = await terminal.question(`Delete ${what} for good? Write yes: `);
    return answer.trim().toLowerCase() === 'yes';
  } finally {
    terminal.close();
  }
}
