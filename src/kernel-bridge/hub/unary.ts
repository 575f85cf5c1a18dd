/** Unary gRPC calls as promises, with the deadline every one of ours has. */
import type { CallOptions, ServiceError } from '@grpc/grpc-js';
import { Metadata } from '@grpc/grpc-js';
import { DuallaneError, limits } from '../../protocol/index.ts';

type Unary<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => { cancel(): void };

/** `method` of `client`. Rejects with gRPC's ServiceError, also when `signal` aborts. */
export function call<Request, Response>(
  client: object,
  method: Unary<Request, Response>,
  request: Request,
  signal: AbortSignal,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const settled = new AbortController();
    const options = { deadline: Date.now() + limits.unaryDeadlineMs };
    const running = method.call(client, request, new Metadata(), options, (error, response) => {
      settled.abort();
      if (error) reject(error);
      else resolve(response);
    });
    if (signal.aborted) running.cancel();
    else signal.addEventListener('abort', () => running.cancel(), { once: true, signal: settled.signal });
  });
}

/** What a reader is told of a call about a run that the daemon does not have. */
export function runUnknown(runId: string, cause: ServiceError): DuallaneError {
  return new DuallaneError('run-unknown', `Run ${runId} is not known here: check its id or name.`, { cause });
}
