/**
 * A batch over the row RPCs, for a daemon that does not serve batches (the source's).
 *
 * Guarantees: resolves when the daemon has counted the batch's rows; every row goes once a call. Sent again after a break the rows
 * come twice, because rows have no batch key. Values and events have no row RPC: they go nowhere.
 */
import { once } from 'node:events';
import type { ClientWritableStream, ServiceError } from '@grpc/grpc-js';
import { decodeBatch, rowsOf } from '../../protocol/arrow.ts';
import { duallane, episodeOfRow, stepOfRow, type trainer } from '../../protocol/wire.ts';
import type { DaemonConnection } from './daemon-connection.ts';

type Reply = trainer.PublishTelemetryResponse;
type Open<Row> = (done: (error: ServiceError | null, reply: Reply) => void) => ClientWritableStream<Row>;

/** How many of its rows the daemon has taken. Rejects with gRPC's ServiceError. */
export async function publishAsRows({ trainer: client }: DaemonConnection, batch: duallane.Batch): Promise<number> {
  const ids = { runId: batch.runId, workerId: batch.workerId, seqId: 0 };
  switch (batch.kind) {
    case duallane.BatchKind.STEPS: {
      const rows = rowsOf(decodeBatch(batch.arrowIpc)).map((row) =>
        stepOfRow(row, { ...ids, observation: typeof row.observation_json === 'string' ? row.observation_json : '' }),
      );
      return send((done) => client.publishRunSteps(done), rows);
    }
    case duallane.BatchKind.EPISODES:
      return send(
        (done) => client.publishRunEpisodes(done),
        rowsOf(decodeBatch(batch.arrowIpc)).map((row) => episodeOfRow(row, ids)),
      );
    default:
      return 0;
  }
}

async function send<Row>(open: Open<Row>, rows: readonly Row[]): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const failed = promise.then(
    () => undefined,
    () => undefined,
  );
  const stream = open((error, { accepted } = { accepted: 0n, dropped: 0n }) =>
    error ? reject(error) : resolve(Number(accepted)),
  );
  for (const row of rows) {
    if (stream.write(row)) continue;
    const drained = await Promise.race([once(stream, 'drain').then(() => true), failed.then(() => false)]);
    if (!drained) break; // the call has ended: its status says why
  }
  stream.end();
  return promise;
}
