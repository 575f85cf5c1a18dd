/** gRPC's shapes as the link's shapes, and back. Sequence numbers are below 2^53 by contract. */
import { rowKinds } from '../../protocol/arrow.ts';
import type { KindReach, RowKind, RunEntry, RunTotals } from '../../protocol/index.ts';
import { batchKinds, type duallane, type Timestamp } from '../../protocol/wire.ts';

export function toBatchKind(kind: RowKind): duallane.BatchKind {
  return batchKinds[kind];
}

/** The link's name of a kind, or undefined for one this version does not know. */
export function toRowKind(kind: duallane.BatchKind): RowKind | undefined {
  return rowKinds.find((name) => batchKinds[name] === kind);
}

function toReach(state: duallane.KindState): KindReach | undefined {
  const kind = toRowKind(state.kind);
  return kind && { kind, sealed_seq: Number(state.sealedSeq), watermark: Number(state.watermark) };
}

export function toReaches(states: readonly duallane.KindState[]): KindReach[] {
  return states.flatMap((state) => toReach(state) ?? []);
}

function toTotals(entry: duallane.LedgerEntry | undefined, removed: bigint): RunTotals {
  return {
    received: Number(entry?.received ?? 0),
    durable: Number(entry?.durable ?? 0),
    repeated: Number(entry?.repeated ?? 0),
    duplicate: Number(entry?.duplicate ?? 0),
    late: Number(entry?.late ?? 0),
    rejected: Number(entry?.rejected ?? 0),
    thinned: Number(entry?.thinned ?? 0),
    violations: Number(entry?.violations ?? 0),
    removed: Number(removed),
  };
}

const statuses = ['INIT', 'HSHK', 'RDY', 'EXEC', 'PAUSE', 'FAULT', 'TERM'] as const;

export function toRunEntry(run: duallane.RunDescription): RunEntry {
  return {
    run_id: run.runId,
    name: run.name,
    status: statuses.find((status) => status === run.status) ?? 'INIT',
    outcome: run.outcome,
    failure_reason: run.failureReason,
    config_json: run.configJson,
    digest: run.digest,
    created_ms: toMs(run.createdAt) ?? 0,
    updated_ms: toMs(run.updatedAt) ?? 0,
    finished_ms: toMs(run.finishedAt) ?? null,
    totals: toTotals(run.totals, run.removedRows),
    kinds: toReaches(run.kinds),
    kept: run.kept,
  };
}

export function toMs(time: Timestamp | undefined): number | undefined {
  return time && Number(time.seconds) * 1000 + time.nanos / 1e6;
}
