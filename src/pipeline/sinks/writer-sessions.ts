/**
 * Batch keys: per (run, worker, writer session), which batch_sequence comes next, which are durable.
 *
 * Guarantees: a batch_sequence is taken once, in order; a hole is refused with `batch-out-of-order`. A session nobody knows may
 * begin anywhere: its first batches were acknowledged by a home that is gone, and refusing it would lose the rest too.
 * Memory: one entry per session used since the start, with the newest 256 batches' first numbers.
 */
import { DuallaneError } from '../../protocol/index.ts';
import type { BatchKey } from './journal-record.ts';

const recentMax = 256;

type Taken = { firstSeq: number; durable: Promise<void> };
/** `rejectedRows`: of batches refused since the start, once that is durable. */
export type Session = { taken: number; durable: number; rejectedRows: number; recent: Map<number, Taken> };

export const sessionKey = (runId: string, workerId: string, writerSession: Uint8Array): string =>
  `${runId}\0${workerId}\0${Buffer.from(writerSession).toString('latin1')}`;

export class WriterSessions {
  readonly #sessions = new Map<string, Session>();
  readonly #load: (runId: string, workerId: string, writerSession: Uint8Array) => number;

  /** `load` gives the last durable batch_sequence the catalogue knows of, 0 for none. */
  constructor(load: (runId: string, workerId: string, writerSession: Uint8Array) => number) {
    this.#load = load;
  }

  of(runId: string, workerId: string, writerSession: Uint8Array): Session {
    const key = sessionKey(runId, workerId, writerSession);
    let session = this.#sessions.get(key);
    if (session === undefined) {
      const last = this.#load(runId, workerId, writerSession);
      session = { taken: last, durable: last, rejectedRows: 0, recent: new Map() };
      this.#sessions.set(key, session);
    }
    return session;
  }

  dropRun(runId: string): void {
    for (const key of this.#sessions.keys()) if (key.startsWith(`${runId}\0`)) this.#sessions.delete(key);
  }
}

/** What was answered for this batch before, or undefined when it is the next one. Throws `batch-out-of-order`. */
export function takenBefore(session: Session, key: BatchKey): Taken | undefined {
  if (key.batchSequence <= session.taken)
    return session.recent.get(key.batchSequence) ?? { firstSeq: 0, durable: Promise.resolve() };
  if (session.taken > 0 && key.batchSequence > session.taken + 1) {
    throw new DuallaneError(
      'batch-out-of-order',
      `batch ${key.batchSequence} came after batch ${session.taken}; send batch ${session.taken + 1} first`,
    );
  }
  return undefined;
}

export function takeKey(session: Session, batchSequence: number, taken: Taken): void {
  session.taken = batchSequence;
  session.recent.set(batchSequence, taken);
  for (const old of session.recent.keys()) {
    if (session.recent.size <= recentMax || old > session.durable) break;
    session.recent.delete(old);
  }
}
