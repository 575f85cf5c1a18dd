/**
 * Durable rows of one run and kind, read as a snapshot: history for views, and the tail for SQL.
 *
 * Guarantees: ascending, each row once, nothing above `upto`; a reader that stops early cancels the call.
 */
import type { RowKind } from '../../protocol/index.ts';
import { SequenceCursor } from '../../protocol/index.ts';
import { decodeRows, type Rows, sliceRows } from '../rows.ts';
import type { DaemonClients } from './daemon-connection.ts';
import { toBatchKind, toRowKind } from './translate.ts';

export type DurableRows = { firstSeq: number; lastSeq: number; watermark: number; table: Rows };

/** Rows after `after` up to `upto`. Rejects with gRPC's ServiceError. */
export async function* durableRows(
  clients: DaemonClients,
  request: { runId: string; kind: RowKind; after: number; upto: number },
  signal: AbortSignal,
): AsyncGenerator<DurableRows> {
  const { runId, kind, after, upto } = request;
  if (after >= upto) return;
  const cursor = new SequenceCursor(after);
  const stream = clients.duallane.streamBatches({
    runId,
    cursors: [{ kind: toBatchKind(kind), sinceSeq: BigInt(after) }],
    snapshot: true,
  });
  const cancel = () => stream.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for await (const message of stream) {
      if (message.rows === 0 || toRowKind(message.kind) !== kind) continue;
      const firstSeq = Number(message.firstSeq);
      const table = decodeRows(kind, message.arrowIpc, firstSeq, runId, message.workerId);
      const { fresh, repeated } = cursor.arrive(firstSeq, table.numRows);
      if (!fresh) continue;
      const lastSeq = Math.min(fresh.last, upto);
      if (fresh.first <= lastSeq) {
        const end = repeated + lastSeq - fresh.first + 1;
        const rows = repeated === 0 && end === table.numRows ? table : sliceRows(table, repeated, end);
        yield { firstSeq: fresh.first, lastSeq, watermark: Number(message.watermark), table: rows };
      }
      if (lastSeq >= upto) return;
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    stream.cancel();
  }
}
