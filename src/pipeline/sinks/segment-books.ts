/** What one segment changes in the catalogue when it is sealed: numbers given out, batch keys used up, ledger counts. */
import type { RowKind } from '../../protocol/index.ts';
import type { SealedSegment } from '../history/index.ts';
import type { RecordHead } from './journal-record.ts';
import { type LedgerChange, LedgerSum } from './row-ledger.ts';
import { sessionKey } from './writer-sessions.ts';

export class SegmentBooks {
  readonly #heads = new Map<string, SealedSegment['heads'][number]>();
  readonly #sessions = new Map<string, SealedSegment['sessions'][number]>();
  readonly #ledger = new LedgerSum();

  add(head: RecordHead): void {
    if (head.rows > 0) this.reserve(head.runId, head.kind, head.firstSeq + head.rows - 1);
    if (head.key !== undefined) {
      const { runId, workerId, key } = head;
      const id = sessionKey(runId, workerId, key.writerSession);
      const lastSequence = Math.max(this.#sessions.get(id)?.lastSequence ?? 0, key.batchSequence);
      this.#sessions.set(id, { runId, workerId, writerSession: key.writerSession, lastSequence });
    }
    this.count(head.runId, head.ledger);
  }

  /** Numbers up to `lastSeq` are given out. */
  reserve(runId: string, kind: RowKind, lastSeq: number): void {
    this.#heads.set(`${kind}\0${runId}`, { runId, kind, lastSeq });
  }

  count(runId: string, changes: readonly LedgerChange[]): void {
    this.#ledger.add(runId, changes);
  }

  sealed(number: number, parts: SealedSegment['parts']): SealedSegment {
    return {
      number,
      parts,
      heads: [...this.#heads.values()],
      sessions: [...this.#sessions.values()],
      ledger: this.#ledger.entries(),
    };
  }
}
