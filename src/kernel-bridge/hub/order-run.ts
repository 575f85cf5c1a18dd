/** One order to a run's workers over the daemon's ControlStream: pause, resume, rate, steps. */
import { type ServiceError, status } from '@grpc/grpc-js';
import { DuallaneError, limits } from '../../protocol/index.ts';
import type { trainer } from '../../protocol/wire.ts';
import type { DaemonClients } from './daemon-connection.ts';
import { runUnknown } from './unary.ts';

export type Order = NonNullable<trainer.ControlEvent['event']>;

/** Resolves when the daemon has accepted it. Rejects with `run-unknown`, `not-implemented`, or the daemon's code and sentence. */
export function orderRun(runId: string, order: Order, clients: DaemonClients, signal: AbortSignal): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const stream = clients.trainer.controlStream({ deadline: Date.now() + limits.unaryDeadlineMs });
    const settled = new AbortController();
    signal.addEventListener('abort', () => stream.cancel(), { once: true, signal: settled.signal });
    stream.on('data', () => undefined); // the order itself, accepted
    stream.once('end', resolve);
    stream.once('error', (error: ServiceError) => reject(refusal(runId, error)));
    stream.once('close', () => settled.abort());
    stream.write({ runId, event: order });
    stream.end();
  });
}

function refusal(runId: string, error: ServiceError): DuallaneError {
  const code = error.metadata?.get('duallane-code')[0];
  if (code !== undefined) return new DuallaneError(String(code), `${error.details}.`, { cause: error });
  if (error.code === status.NOT_FOUND) return runUnknown(runId, error);
  if (error.code === status.UNIMPLEMENTED) {
    return new DuallaneError('not-implemented', 'This daemon cannot pause, resume or slow down a run. It can cancel one.', {
      cause: error,
    });
  }
  return new DuallaneError('daemon-away', `The daemon did not take the order (${error.details}). Try again.`, { cause: error });
}
