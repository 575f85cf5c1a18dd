/** What the daemon knows of one run. */
import { type ServiceError, status } from '@grpc/grpc-js';
import { DuallaneError } from '../../protocol/index.ts';
import type { duallane } from '../../protocol/wire.ts';
import type { DaemonClients } from './daemon-connection.ts';
import { call } from './unary.ts';

/** Rejects with `run-unknown` and a sentence, or with gRPC's ServiceError. */
export async function describeRun(clients: DaemonClients, runId: string, signal: AbortSignal): Promise<duallane.RunDescription> {
  const sentence = `Run ${runId} is not known to this daemon. Check the id, or the home directory it was logged to.`;
  try {
    const { runs } = await call(clients.duallane, clients.duallane.describeRuns, { runIds: [runId] }, signal);
    const run = runs.find((entry) => entry.runId === runId);
    if (run) return run;
  } catch (cause) {
    if ((cause as ServiceError).code !== status.NOT_FOUND) throw cause;
    throw new DuallaneError('run-unknown', sentence, { cause });
  }
  throw new DuallaneError('run-unknown', sentence);
}
