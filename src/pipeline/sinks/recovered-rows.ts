/** What a start reads from the journal, brought into the books: numbers, keys and ledger stand as they did. */
import { decodeBatch } from '../../protocol/arrow.ts';
import type { OnLost, OnRecord } from './recovery.ts';
import type { RowBooks } from './row-books.ts';
import type { LedgerChange } from './row-ledger.ts';

/** For `recoverJournal`: takes records in, and counts those that are lost. */
export function recoverInto(books: RowBooks): { onRecord: OnRecord; onLost: OnLost } {
  const { catalogue, lanes, sessions, ledger, steps, tail } = books;
  const onRecord: OnRecord = ({ segment, head, bodyOffset, body }) => {
    const { runId, workerId, kind, rows, firstSeq, key } = head;
    if (catalogue.isForgotten(runId)) return true;
    const lane = lanes.of(runId, kind);
    const session = key && sessions.of(runId, workerId, key.writerSession);
    // A copy: its group was written again after a failed sync.
    if (
      head.type === 'rows'
        ? firstSeq <= lane.head
        : session !== undefined && key !== undefined && key.batchSequence <= session.durable
    )
      return false;
    ledger.receive(runId, head.ledger);
    ledger.settle(runId, head.ledger);
    if (session !== undefined && key !== undefined)
      session.taken = session.durable = Math.max(session.durable, key.batchSequence);
    if (head.type === 'rows') {
      steps.observe(runId, workerId, kind, decodeBatch(body));
      tail.add(runId, kind, { segment, workerId, firstSeq, rows, bodyOffset, bodyBytes: body.byteLength });
      lane.head = lane.watermark = firstSeq + rows - 1;
    }
    return true;
  };
  const onLost: OnLost = ({ type, runId, workerId, kind, rows, firstSeq }, ofSegment) => {
    const lane = lanes.of(runId, kind);
    if (catalogue.isForgotten(runId) || type !== 'rows' || firstSeq <= lane.head) return;
    lane.head = lane.watermark = firstSeq + rows - 1;
    ofSegment.reserve(runId, kind, lane.head);
    const changes: LedgerChange[] = [
      { worker: workerId, agent: '', x: rows, samples: [`journal damaged: ${rows} ${kind} rows from ${firstSeq} on are lost`] },
    ];
    ledger.receive(runId, changes);
    ofSegment.count(runId, changes);
  };
  return { onRecord, onLost };
}
