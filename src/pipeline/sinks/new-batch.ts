/** What is asked of a batch before it is taken in. */
import { decodePublished } from '../../protocol/arrow.ts';
import { DuallaneError } from '../../protocol/index.ts';
import type { NewBatch } from './durable-sink.ts';
import type { LedgerChange } from './row-ledger.ts';
import { StepMemory } from './step-memory.ts';
import { type Session, takenBefore } from './writer-sessions.ts';

const idBytesMax = 4096;

/** What the journal's headers can hold. Throws `batch-invalid`. */
export function checkIds({ runId, workerId, key }: NewBatch): void {
  for (const id of [runId, workerId]) {
    if (Buffer.byteLength(id) > idBytesMax)
      throw new DuallaneError('batch-invalid', `an id of ${Buffer.byteLength(id)} bytes; at most ${idBytesMax} are taken`);
  }
  if (key === undefined) return;
  if (key.writerSession.byteLength !== 16)
    throw new DuallaneError('batch-invalid', `a writer session has 16 bytes; this one has ${key.writerSession.byteLength}`);
  if (!Number.isSafeInteger(key.batchSequence) || key.batchSequence < 1)
    throw new DuallaneError('batch-invalid', `batch_sequence counts from 1; this one is ${key.batchSequence}`);
}

/** Whether a batch came before. Throws `batch-out-of-order`. */
export function isTaken(session: Session, { key }: NewBatch): boolean {
  return key !== undefined && takenBefore(session, key) !== undefined;
}

/** What a batch that came twice adds to the ledger. */
export function duplicatesOf({ kind, ipc, rows, workerId }: NewBatch): LedgerChange[] {
  try {
    return new StepMemory()
      .observe('', workerId, kind === 'events' ? 'events' : 'metrics', decodePublished(kind, ipc, rows))
      .map(({ worker, agent, r }) => ({ worker, agent, d: r ?? 0 }));
  } catch {
    // It was refused the first time too, and counted then.
    return [];
  }
}
