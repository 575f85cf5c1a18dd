/** `duallane archive`: puts runs that have ended out of the usual lists, or back. All of their history stays. */
import { withDaemon } from './daemon-calls.ts';
import { findRun } from './find-run.ts';
import { atLeastOne, placedOptions, placeUsage } from './options.ts';
import { json, plain } from './text.ts';

const usage = `archive RUN... [--restore] ${placeUsage}`;

export async function archiveCommand(argv: readonly string[]): Promise<number> {
  const { flags, place, json: isJson, names } = placedOptions(argv, { restore: { type: 'boolean' } }, usage);
  return withDaemon(place, async (daemon) => {
    const moved = [];
    for (const name of atLeastOne(names, usage)) {
      const { runId } = await findRun(daemon, name);
      await daemon.ask(daemon.duallane.archiveRun.bind(daemon.duallane), { runId, restore: flags.restore ?? false });
      const run = await findRun(daemon, runId);
      moved.push(run);
      const where = flags.restore ? 'is back in the lists' : 'is archived; its history stays, and "duallane runs --all" shows it';
      if (!isJson) process.stdout.write(`run ${runId} (${plain(run.name)}) ${where}\n`);
    }
    if (isJson) process.stdout.write(json(moved));
    return 0;
  });
}
