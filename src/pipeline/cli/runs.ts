/** `duallane runs`: the runs of a home, the newest first. */
import { runWord } from '../../protocol/index.ts';
import { duallane } from '../../protocol/wire.ts';
import { withDaemon } from './daemon-calls.ts';
import { describeRuns } from './find-run.ts';
import { placedOptions, placeUsage } from './options.ts';
import { json, msOf, span, table } from './text.ts';

const usage = `runs [--all] ${placeUsage}`;

/** `--all`: archived runs too. */
export async function runsCommand(argv: readonly string[]): Promise<number> {
  const { flags, place, json: isJson } = placedOptions(argv, { all: { type: 'boolean' } }, usage);
  const known = await withDaemon(place, describeRuns);
  const runs = known
    .filter((run) => flags.all || run.archivedAt === undefined)
    .sort((a, b) => createdMs(b) - createdMs(a) || b.runId.localeCompare(a.runId));
  process.stdout.write(isJson ? json(runs) : listing(runs, known.length - runs.length, Date.now()));
  return 0;
}

function listing(runs: readonly duallane.RunDescription[], hidden: number, nowMs: number): string {
  const more = hidden > 0 ? `${hidden} archived: duallane runs --all\n` : '';
  if (runs.length === 0) return `There is no run here yet: duallane run -- python train.py\n${more}`;
  const rows = runs.map((run) => [
    run.runId,
    run.name.slice(0, 40),
    stateOf(run),
    rowsOf(run, duallane.BatchKind.STEPS),
    rowsOf(run, duallane.BatchKind.EPISODES),
    run.totals?.rejected ?? 0n,
    `${span(nowMs - createdMs(run))} ago`,
    span(endMs(run, nowMs) - createdMs(run)),
  ]);
  return table(['RUN', 'NAME', 'STATE', 'STEPS', 'EPISODES', 'REJECTED', 'BEGAN', 'TOOK'], rows) + more;
}

/** The state, or for a run that has ended what came of it. */
export function stateOf(run: duallane.RunDescription): string {
  return `${runWord(run)}${run.archivedAt === undefined ? '' : ' (archived)'}`;
}

/** Durable rows of a kind. */
export function rowsOf(run: duallane.RunDescription, kind: duallane.BatchKind): bigint {
  return run.kinds.find((state) => state.kind === kind)?.watermark ?? 0n;
}

function createdMs(run: duallane.RunDescription): number {
  return run.createdAt === undefined ? 0 : msOf(run.createdAt);
}

function endMs(run: duallane.RunDescription, nowMs: number): number {
  return run.finishedAt === undefined ? nowMs : msOf(run.finishedAt);
}
