/** What the daemon has recorded of a run's frames, and asking it to record more. */
import { type ServiceError, status } from '@grpc/grpc-js';
import { DuallaneError } from '../../protocol/index.ts';
import type { duallane } from '../../protocol/wire.ts';
import type { DaemonClients } from './daemon-connection.ts';
import { call, runUnknown } from './unary.ts';

/** Rejects with `run-unknown`, `not-implemented`, the daemon's codes, or gRPC's ServiceError. */
export async function listRecordings(
  clients: DaemonClients,
  runId: string,
  signal: AbortSignal,
): Promise<duallane.ListRecordingsResponse> {
  try {
    return await call(clients.duallane, clients.duallane.listRecordings, { runId }, signal);
  } catch (cause) {
    throw refusal(runId, cause as ServiceError);
  }
}

/** The next `episodes` that begin are kept. Rejects as `listRecordings`, and with `run-ended`. */
export async function recordNext(runId: string, episodes: number, clients: DaemonClients, signal: AbortSignal): Promise<void> {
  try {
    await call(clients.duallane, clients.duallane.recordNext, { runId, episodes }, signal);
  } catch (cause) {
    throw refusal(runId, cause as ServiceError);
  }
}

function refusal(runId: string, error: ServiceError): Error {
  const code = error.metadata?.get('duallane-code')[0];
  if (code === 'run-unknown' || (code === undefined && error.code === status.NOT_FOUND)) return runUnknown(runId, error);
  if (code !== undefined) return new DuallaneError(String(code), `${error.details}.`, { cause: error });
  if (error.code === status.UNIMPLEMENTED)
    return new DuallaneError('not-implemented', 'This daemon records no frames.', { cause: error });
  return error;
}
