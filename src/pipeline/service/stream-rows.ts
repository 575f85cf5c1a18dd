/**
 * StreamRunSteps and StreamRunEpisodes: a run's rows one by one, for clients of the source's wire.
 *
 * Guarantees: exactly the rows with seq_id > since_seq, ascending, each once, durable ones only; history and then live without a
 * seam, because both are read from history; a slow reader is late and misses nothing. EOF when the run is TERM and all was sent.
 */
import { decodeBatch, rowsOf } from '../../protocol/arrow.ts';
import type { RowKind } from '../../protocol/index.ts';
import { episodeOfRow, stepOfRow, type trainer } from '../../protocol/wire.ts';
import { Wake } from '../bus/index.ts';
import { type Ingest, observationReader } from '../ingest/index.ts';
import type { RunRegistry } from '../runs/index.ts';
import type { StoredBatch } from '../sinks/durable-sink.ts';
import type { Outflow } from './calls.ts';
import { seqOf } from './convert.ts';
import { requestInvalid } from './status.ts';

type Request = { runId: string; sinceSeq: bigint };

/** Serves one stream of `kind`; `messagesOf` makes the wire's rows of a stored batch. */
export async function streamRows<Message>(
  kind: RowKind,
  messagesOf: (batch: StoredBatch) => Iterable<Message>,
  request: Request,
  out: Outflow<Message>,
  ingest: Ingest,
  registry: RunRegistry,
): Promise<void> {
  if (request.runId === '') throw requestInvalid('the request needs a run_id');
  const { runId } = request;
  let sent = seqOf(request.sinceSeq, 'since_seq');
  const wake = new Wake();
  ingest.durable.attach(runId, wake, out);
  registry.pulse.attach(runId, wake, out);
  out.signal.addEventListener('abort', () => wake.ring(), { once: true });
  while (!out.signal.aborted) {
    const untilSeq = ingest.sink.reach(runId, kind).watermark;
    if (untilSeq > sent) {
      for await (const batch of ingest.read(runId, kind, sent, { untilSeq, signal: out.signal })) {
        for (const message of messagesOf(batch)) {
          await out.send(message);
          if (out.signal.aborted) return;
        }
        sent = batch.firstSeq + batch.rows - 1;
      }
      // What is durable and was not read is no more: damaged, or let go.
      sent = Math.max(sent, untilSeq);
      continue;
    }
    if (registry.isDeleted(runId)) return;
    if (registry.find(runId)?.status === 'TERM' && ingest.sink.reach(runId, kind).head <= sent) return;
    await wake.next();
  }
}

export function* stepsOf(batch: StoredBatch): Generator<trainer.RunStep> {
  const decoded = decodeBatch(batch.ipc);
  const field = decoded.schema.fields.find((candidate) => candidate.name === 'observation');
  const readObservation = observationReader(field?.metadata ?? new Map());
  for (const [index, row] of rowsOf(decoded).entries()) {
    const raw = row.observation;
    const json = row.observation_json;
    const observation = typeof json === 'string' ? json : raw instanceof Uint8Array ? readObservation(index, raw) : '';
    yield stepOfRow(row, { ...idsOf(batch, row, index), observation });
  }
}

export function* episodesOf(batch: StoredBatch): Generator<trainer.RunEpisode> {
  for (const [index, row] of rowsOf(decodeBatch(batch.ipc)).entries()) yield episodeOfRow(row, idsOf(batch, row, index));
}

function idsOf(batch: StoredBatch, row: Readonly<Record<string, unknown>>, index: number) {
  const worker = row.worker_id;
  return { runId: batch.runId, workerId: typeof worker === 'string' ? worker : batch.workerId, seqId: batch.firstSeq + index };
}
