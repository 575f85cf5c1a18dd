/**
 * The proxy's ear: follows the run on a connection's ControlStream and passes on what it hears.
 *
 * Guarantees: never fails the publishing that shares its connection. A daemon that does not serve the call is left alone; a stream
 * that breaks comes back with the next connection, and the worker keeps to what was said last.
 */
import { type ServiceError, status } from '@grpc/grpc-js';
import type { Log } from '../../protocol/index.ts';
import type { trainer } from '../../protocol/wire.ts';
import type { DaemonConnection } from './daemon-connection.ts';

export type Orders = {
  obey: (event: trainer.ControlEvent) => void;
  /** The run is to be stopped. */
  cancel: (sentence: string) => void;
};

/** The returned function ends it. */
export function followControl(connection: DaemonConnection, runId: string, { obey, cancel }: Orders, log: Log): () => void {
  const stream = connection.trainer.controlStream();
  stream.on('data', obey);
  stream.on('error', (error: ServiceError) => {
    if (error.metadata?.get('duallane-code')[0] === 'run-canceled') cancel(error.details);
    else if (error.code === status.UNIMPLEMENTED) log('info', 'control-not-served', { runId });
    else if (error.code !== status.UNAVAILABLE && error.code !== status.CANCELLED)
      log('warn', 'control-lost', { runId, sentence: error.details });
  });
  stream.write({ runId, event: undefined });
  return () => stream.cancel();
}
