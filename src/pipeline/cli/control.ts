/** `duallane pause | resume | rate | step`: asks a run's workers to stand still, go on, or be slower. */
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { DuallaneError, limits } from '../../protocol/index.ts';
import type { duallane, trainer } from '../../protocol/wire.ts';
import { type Daemon, refusalOf, withDaemon } from './daemon-calls.ts';
import { findRun } from './find-run.ts';
import { atLeastOne, placedOptions, placeUsage } from './options.ts';
import { json, plain } from './text.ts';

type Order = NonNullable<trainer.ControlEvent['event']>;
type Asked = { order: Order; names: readonly string[]; says: (run: duallane.RunDescription) => string };

const largestCount = 2 ** 32 - 1;
const pauseUsage = `pause RUN... ${placeUsage}`;
const resumeUsage = `resume RUN... ${placeUsage}`;
const rateUsage = `rate RUN HZ ${placeUsage} (0 takes the cap away)`;
const stepUsage = `step RUN [COUNT] ${placeUsage}`;

export function pauseCommand(argv: readonly string[]): Promise<number> {
  return control(argv, pauseUsage, (names) => ({
    order: { $case: 'pause', value: true },
    names: atLeastOne(names, pauseUsage),
    says: ({ runId }) => `is paused: duallane resume ${runId}`,
  }));
}

export function resumeCommand(argv: readonly string[]): Promise<number> {
  return control(argv, resumeUsage, (names) => ({
    order: { $case: 'resume', value: true },
    names: atLeastOne(names, resumeUsage),
    says: ({ maxRateHz }) => `goes on${maxRateHz > 0 ? `, at ${maxRateHz} steps a second per worker` : ''}`,
  }));
}

/** The cap is each worker's own; 0 is none. */
export function rateCommand(argv: readonly string[]): Promise<number> {
  return control(argv, rateUsage, ([run = '', hertz = '', ...more]) => {
    const value = count(hertz, 0, 'HZ is a whole number of steps a second, 0 for no cap', rateUsage);
    noMore(more, rateUsage);
    const says = value > 0 ? `takes at most ${value} steps a second per worker` : 'has no cap';
    return { order: { $case: 'maxRateHz', value }, names: atLeastOne([run].filter(Boolean), rateUsage), says: () => says };
  });
}

/** Lets a paused run take some steps. */
export function stepCommand(argv: readonly string[]): Promise<number> {
  return control(argv, stepUsage, ([run = '', steps = '1', ...more]) => {
    const value = count(steps, 1, 'COUNT is a whole number of steps, at least 1', stepUsage);
    noMore(more, stepUsage);
    const says = ({ runId, status }: duallane.RunDescription) =>
      status === 'PAUSE'
        ? `may take ${value} step${value === 1 ? '' : 's'}`
        : `is not paused, so no step was given: duallane pause ${runId}`;
    return { order: { $case: 'grantSteps', value }, names: atLeastOne([run].filter(Boolean), stepUsage), says };
  });
}

async function control(argv: readonly string[], usage: string, read: (names: readonly string[]) => Asked): Promise<number> {
  const { place, json: isJson, names } = placedOptions(argv, {}, usage);
  const { order, names: wanted, says } = read(names);
  return withDaemon(place, async (daemon) => {
    const runs = [];
    for (const name of wanted) {
      const { runId } = await findRun(daemon, name);
      await give(daemon, runId, order);
      const run = await findRun(daemon, runId);
      runs.push(run);
      if (!isJson) process.stdout.write(`run ${runId} (${plain(run.name)}) ${says(run)}\n`);
    }
    if (isJson) process.stdout.write(json(runs));
    return 0;
  });
}

/** Resolves when the daemon has accepted the order. Throws its code and sentence, `not-served`, `daemon-away`. */
function give(daemon: Daemon, runId: string, event: Order): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = daemon.trainer.controlStream(new Metadata(), { deadline: Date.now() + limits.unaryDeadlineMs });
    stream.on('data', () => undefined); // the order itself, accepted
    stream.once('end', resolve);
    stream.once('error', (error: ServiceError) => reject(refusalOf(error, daemon.place)));
    stream.write({ runId, event });
    stream.end();
  });
}

function count(text: string, least: number, what: string, usage: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= largestCount)) throw new DuallaneError('usage', `${what} (usage: duallane ${usage})`);
  return value;
}

function noMore(more: readonly string[], usage: string): void {
  if (more.length > 0) throw new DuallaneError('usage', `"${more[0]}" is too much (usage: duallane ${usage})`);
}
