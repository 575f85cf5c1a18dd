/** Between the wire's types and ours: timestamps, kinds, numbers. */
import type { RowKind } from '../../protocol/index.ts';
import { batchKinds, type duallane, type Timestamp } from '../../protocol/wire.ts';
import type { Removal } from '../history/index.ts';
import type { LedgerCounts, LedgerEntry, Reach } from '../sinks/durable-sink.ts';
import { requestInvalid } from './status.ts';

export const allKinds: readonly RowKind[] = ['steps', 'episodes', 'metrics', 'events'];

export function kindNumber(kind: RowKind): duallane.BatchKind {
  return batchKinds[kind];
}

/** Throws `request-invalid`. */
export function kindOf(number: duallane.BatchKind): RowKind {
  const kind = allKinds.find((name) => batchKinds[name] === number);
  if (!kind) throw requestInvalid(`kind ${number} is none of steps (1), episodes (2), metrics (3), events (4)`);
  return kind;
}

export function timestampOf(ms: number): Timestamp {
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: Math.floor(ms % 1000) * 1_000_000 };
}

/** Throws `request-invalid` for a number no sequence reaches. */
export function seqOf(value: bigint, name: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw requestInvalid(`${name} ${value} is beyond 2^53: no sequence reaches it`);
  return Number(value);
}

export function kindStateOf(kind: RowKind, reach: Reach): duallane.KindState {
  return { kind: kindNumber(kind), sealedSeq: BigInt(reach.sealedSeq), watermark: BigInt(reach.watermark) };
}

export function ledgerEntryOf(counts: LedgerCounts & Partial<Pick<LedgerEntry, 'workerId' | 'agentId'>>): duallane.LedgerEntry {
  return {
    workerId: counts.workerId ?? '',
    agentId: counts.agentId ?? '',
    received: BigInt(counts.received),
    durable: BigInt(counts.durable),
    repeated: BigInt(counts.repeated),
    duplicate: BigInt(counts.duplicate),
    late: BigInt(counts.late),
    rejected: BigInt(counts.rejected),
    rejectedSamples: counts.rejectedSamples,
    thinned: BigInt(counts.thinned),
    violations: BigInt(counts.violations),
    violationSamples: counts.violationSamples,
  };
}

export function removalOf({ kind, firstSeq, lastSeq, rows, bytes, removedMs, reason }: Removal): duallane.LedgerRemoval {
  return {
    kind: kindNumber(kind),
    firstSeq: BigInt(firstSeq),
    lastSeq: BigInt(lastSeq),
    rows: BigInt(rows),
    bytes: BigInt(bytes),
    at: timestampOf(removedMs),
    reason,
  };
}
