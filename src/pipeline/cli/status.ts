/** `duallane status`: the daemon in a few lines, or everything about one run, with its ledger. */
import { DuallaneError, limits } from '../../protocol/index.ts';
import type { duallane } from '../../protocol/wire.ts';
import { type Daemon, withDaemon } from './daemon-calls.ts';
import { describeRuns, findRun } from './find-run.ts';
import { placedOptions, placeUsage } from './options.ts';
import { rowsOf, stateOf } from './runs.ts';
import { counted, json, msOf, plain, span, table } from './text.ts';

const usage = `status [RUN] ${placeUsage}`;
const elsewhereMs = 3000;
const kindNames = { 1: 'steps', 2: 'episodes', 3: 'metrics', 4: 'events' } as const;

export async function statusCommand(argv: readonly string[]): Promise<number> {
  const { place, json: isJson, names } = placedOptions(argv, {}, usage);
  return withDaemon(place, async (daemon) => {
    if (names.length === 0) {
      const status = await statusOfDaemon(daemon);
      process.stdout.write(isJson ? json(status) : daemonText(status, Date.now()));
    }
    for (const name of names) {
      const run = await findRun(daemon, name);
      const ledger = await ledgerOf(daemon, run.runId);
      process.stdout.write(isJson ? json({ ...run, ledger }) : runText(run, ledger, Date.now()));
    }
    return 0;
  });
}

/** Undefined of a daemon that keeps none, such as the source's. */
async function ledgerOf(daemon: Daemon, runId: string): Promise<duallane.LedgerResponse | undefined> {
  try {
    return await daemon.ask(daemon.duallane.ledger.bind(daemon.duallane), { runId });
  } catch (error) {
    if (error instanceof DuallaneError && error.code === 'not-served') return undefined;
    throw error;
  }
}

type DaemonStatus = Awaited<ReturnType<typeof statusOfDaemon>>;

async function statusOfDaemon(daemon: Daemon) {
  const health = await healthOf(daemon);
  const runs = await describeRuns(daemon);
  const states = new Map<string, number>();
  for (const run of runs) states.set(stateOf(run), (states.get(stateOf(run)) ?? 0) + 1);
  const { place, home, card } = daemon;
  return { place, home, ...health, ...card, runs: Object.fromEntries(states) };
}

/** Undefined of a daemon that lists its runs and leaves GetHealth unanswered, as the source's does. */
async function healthOf(daemon: Daemon) {
  try {
    const { pid, healthy, startedAt, listenAddress } = await daemon.ask(
      daemon.trainer.getHealth.bind(daemon.trainer),
      {},
      daemon.card === undefined ? elsewhereMs : limits.unaryDeadlineMs,
    );
    return { pid: Number(pid), healthy, startedAt, listenAddress };
  } catch (error) {
    if (daemon.card === undefined && error instanceof DuallaneError && error.code === 'daemon-away') return undefined;
    throw error;
  }
}

function daemonText(status: DaemonStatus, nowMs: number): string {
  const { place, home, pid, version, socket, listen, retention, startedAt, healthy, listenAddress, runs } = status;
  const up = startedAt === undefined ? '' : `, up ${span(nowMs - msOf(startedAt))}`;
  const states = Object.entries(runs).map(([state, count]) => `${count} ${state}`);
  if (socket === undefined) {
    const life = healthy === undefined ? 'does not answer GetHealth' : `${healthy ? 'healthy' : 'stopping'}, pid ${pid}${up}`;
    return facts([
      ['daemon', `${place}: ${life}`],
      ['listens', listenAddress ?? ''],
      ['runs', states.join(', ') || 'none yet'],
    ]);
  }
  return facts([
    ['daemon', `${healthy ? 'healthy' : 'stopping'}, pid ${pid}, version ${version}${up}`],
    ['home', home],
    ['socket', socket],
    ['listens', listen ?? 'only on its socket'],
    ['rows stay', retention ?? 'until their run is deleted'],
    ['runs', states.join(', ') || 'none yet'],
  ]);
}

function runText(run: duallane.RunDescription, ledger: duallane.LedgerResponse | undefined, nowMs: number): string {
  const rows = Object.entries(kindNames).map(
    ([kind, name]) => `${counted(rowsOf(run, Number(kind) as duallane.BatchKind))} ${name}`,
  );
  const when = (at: { seconds: bigint; nanos: number } | undefined) =>
    at === undefined ? '' : `${new Date(msOf(at)).toISOString().slice(0, 19)}Z, ${span(nowMs - msOf(at))} ago`;
  const known: [string, string][] = [
    ['run', run.runId],
    ['name', run.name],
    ['state', stateOf(run)],
    ['reason', run.failureReason],
    ['began', when(run.createdAt)],
    ['ended', when(run.finishedAt)],
    ['durable', ledger ? rows.join(', ') : ''],
    ['kept', ledger?.kept ?? ''],
    ['rows stay', ledger?.retention ?? ''],
    ...run.workers.map(({ workerId, workerKind, outcome, reason }): [string, string] => [
      'worker',
      `${workerId}${workerKind === '' ? '' : ` (${workerKind})`}: ${outcome === '' ? 'going on' : outcome}${reason === '' ? '' : `, ${reason}`}`,
    ]),
  ];
  return `${facts(known.filter(([, text]) => text !== ''))}\n${ledger ? ledgerText(ledger) : 'This daemon serves the source’s calls alone: it tells no rows and keeps no ledger.\n'}`;
}

function ledgerText({ entries, gaps, views, removed }: duallane.LedgerResponse): string {
  if (entries.length === 0) return 'Nothing was received yet.\n';
  const head = ['WORKER', 'AGENT', 'RECEIVED', 'DURABLE', 'REPEATED', 'DUPLICATE', 'LATE', 'REJECTED', 'THINNED', 'VIOLATIONS'];
  const counts = table(
    head,
    entries.map((entry) => [
      entry.workerId,
      entry.agentId || '-',
      entry.received,
      entry.durable,
      entry.repeated,
      entry.duplicate,
      entry.late,
      entry.rejected,
      entry.thinned,
      entry.violations,
    ]),
  );
  const samples = entries.flatMap(({ rejectedSamples, violationSamples }) => [
    ...rejectedSamples.map((sample) => `  rejected: ${plain(sample)}\n`),
    ...violationSamples.map((sample) => `  violation: ${plain(sample)}\n`),
  ]);
  const holes = gaps.map(({ kind, firstSeq, lastSeq }) => {
    const name = kindNames[kind as keyof typeof kindNames] ?? 'rows';
    return `  gap: ${name} ${firstSeq} to ${lastSeq} cannot be read (${counted(lastSeq - firstSeq + 1n)} rows)\n`;
  });
  return [counts, ...samples, ...removed.map(removalText), ...holes, viewsText(views)].join('');
}

function removalText({ kind, firstSeq, lastSeq, rows, at, reason }: duallane.LedgerRemoval): string {
  const name = kindNames[kind as keyof typeof kindNames] ?? 'rows';
  const when = at === undefined ? '' : ` on ${new Date(msOf(at)).toISOString().slice(0, 10)}`;
  return `  removed: ${name} ${firstSeq} to ${lastSeq} (${counted(rows)} rows)${when}: ${plain(reason)}\n`;
}

/** What each view was shown and what it was not; nothing of it is missing in history. */
function viewsText(views: readonly duallane.ViewReport[]): string {
  if (views.length === 0) return '';
  const head = ['VIEW', 'KIND', 'STATE', 'PUBLISHED', 'SHOWN', 'SKIPPED', 'THINNED', 'OVERFLOWED', 'CREDITS', 'STARVED'];
  const rows = views.map((view) => [
    view.view,
    kindNames[view.kind as keyof typeof kindNames] ?? 'rows',
    !view.open ? 'closed' : view.starving ? 'starving' : 'open',
    view.published,
    view.shown,
    view.skipped,
    view.thinned,
    view.overflowed,
    view.credits,
    view.starvations,
  ]);
  const gaps = views.flatMap((view) =>
    view.gaps.slice(0, 1).map(({ firstSeq, lastSeq }) => `  not shown by ${view.view}: ${firstSeq} to ${lastSeq}\n`),
  );
  return `\n${table(head, rows)}${gaps.join('')}`;
}

function facts(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, text]) => `${name.padEnd(width)}  ${plain(text)}\n`).join('');
}
