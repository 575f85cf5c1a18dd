/** `duallane cancel`: stops a run's processes and ends it; one nobody launched just ends. */
import { limits } from '../../protocol/index.ts';
import { withDaemon } from './daemon-calls.ts';
import { findRun } from './find-run.ts';
import { atLeastOne, placedOptions, placeUsage } from './options.ts';
import { stateOf } from './runs.ts';
import { json, plain } from './text.ts';

const usage = `cancel RUN... ${placeUsage}`;

export async function cancelCommand(argv: readonly string[]): Promise<number> {
  const { place, json: isJson, names } = placedOptions(argv, {}, usage);
  return withDaemon(place, async (daemon) => {
    const ended = [];
    for (const name of atLeastOne(names, usage)) {
      const { runId, status } = await findRun(daemon, name);
      const withinMs = limits.unaryDeadlineMs + limits.cancelGraceMs;
      await daemon.ask(daemon.trainer.cancelRun.bind(daemon.trainer), { runId }, withinMs);
      const run = await findRun(daemon, runId);
      ended.push(run);
      const before = status === 'TERM' ? 'had ended before' : 'has ended';
      if (!isJson) process.stdout.write(`run ${runId} (${plain(run.name)}) ${before}: ${stateOf(run)}\n`);
    }
    if (isJson) process.stdout.write(json(ended));
    return 0;
  });
}
