/** The ledgers of runs as a page asks for them: what was counted, what is missing and why, and what each view was shown. */
import { type ServiceError, status } from '@grpc/grpc-js';
import type { LedgerEntry, LedgerGap, LedgerList, Ledgers, LedgerView } from '../../protocol/index.ts';
import type { duallane } from '../../protocol/wire.ts';
import { call, type DaemonClients, toMs, toRowKind } from '../hub/index.ts';
import { eachRun } from './requests.ts';

/** A run the daemon does not know is left out; so is everything of a daemon that keeps no ledger. */
export async function listLedgers(request: Ledgers, clients: DaemonClients, signal: AbortSignal): Promise<LedgerList> {
  const found = await eachRun(request.runs, clients, signal, (run) => ledgerOf(run, clients, signal));
  return {
    request: request.request,
    entries: found.flatMap(({ entries }) => entries),
    gaps: found.flatMap(({ gaps }) => gaps),
    views: found.flatMap(({ views }) => views),
  };
}

type OneLedger = { entries: LedgerEntry[]; gaps: LedgerGap[]; views: LedgerView[] };

async function ledgerOf(run: string, clients: DaemonClients, signal: AbortSignal): Promise<OneLedger | undefined> {
  try {
    const ledger = await call(clients.duallane, clients.duallane.ledger, { runId: run }, signal);
    return {
      entries: ledger.entries.map((entry) => entryOf(run, entry)),
      gaps: [...ledger.gaps.flatMap((gap) => gapOf(run, gap)), ...ledger.removed.flatMap((removed) => removalOf(run, removed))],
      views: ledger.views.flatMap((view) => viewOf(run, view)),
    };
  } catch (error) {
    const { code } = error as ServiceError;
    if (code === status.NOT_FOUND || code === status.UNIMPLEMENTED) return undefined;
    throw error;
  }
}

function entryOf(run: string, entry: duallane.LedgerEntry): LedgerEntry {
  return {
    run_id: run,
    worker_id: entry.workerId,
    agent_id: entry.agentId,
    received: Number(entry.received),
    durable: Number(entry.durable),
    repeated: Number(entry.repeated),
    duplicate: Number(entry.duplicate),
    late: Number(entry.late),
    rejected: Number(entry.rejected),
    thinned: Number(entry.thinned),
    violations: Number(entry.violations),
  };
}

function gapOf(run: string, gap: duallane.LedgerGap): LedgerGap[] {
  const kind = toRowKind(gap.kind);
  const [first, last] = [Number(gap.firstSeq), Number(gap.lastSeq)];
  if (kind === undefined) return [];
  return [
    { run_id: run, kind, first_seq: first, last_seq: last, rows: last - first + 1, cause: 'lost', reason: '', removed_ms: null },
  ];
}

function removalOf(run: string, removal: duallane.LedgerRemoval): LedgerGap[] {
  const kind = toRowKind(removal.kind);
  if (kind === undefined) return [];
  return [
    {
      run_id: run,
      kind,
      first_seq: Number(removal.firstSeq),
      last_seq: Number(removal.lastSeq),
      rows: Number(removal.rows),
      cause: 'removed',
      reason: removal.reason,
      removed_ms: toMs(removal.at) ?? null,
    },
  ];
}

function viewOf(run: string, view: duallane.ViewReport): LedgerView[] {
  const kind = toRowKind(view.kind);
  if (kind === undefined) return [];
  return [
    {
      run_id: run,
      view: view.view,
      kind,
      open: view.open,
      published: Number(view.published),
      delivered: Number(view.delivered),
      shown: Number(view.shown),
      skipped: Number(view.skipped),
      thinned: Number(view.thinned),
      overflowed: Number(view.overflowed),
      starvations: Number(view.starvations),
    },
  ];
}
