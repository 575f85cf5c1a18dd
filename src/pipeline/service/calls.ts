/**
 * Handlers as async functions, and server streams that respect their reader.
 *
 * Guarantees: a throw becomes a status, once; `send` waits for `drain`, so a slow reader costs one window of memory; a call's
 * signal aborts when its client goes or the daemon stops.
 */
import type { handleServerStreamingCall, handleUnaryCall, Metadata } from '@grpc/grpc-js';
import { DuallaneError, type Log } from '../../protocol/index.ts';
import type { Access } from './access.ts';
import { toServiceError } from './status.ts';

export type Surroundings = { log: Log; stopping: AbortSignal; access: Access };

/** What both kinds of server streams have. */
type Writable<Message> = {
  write(message: Message): boolean;
  on(event: string, listener: () => void): unknown;
  once(event: string, listener: () => void): unknown;
};
type Endable = { cancelled: boolean; end(): unknown; emit(event: string, error: Error): boolean };

export function unary<Request, Response>(
  around: Surroundings,
  serve: (request: Request, metadata: Metadata) => Promise<Response> | Response,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    void (async () => serve(call.request, call.metadata))().then(
      (response) => callback(null, response),
      (error: unknown) => callback(toServiceError(error, around.log)),
    );
  };
}

/** The writing side of a stream. */
export class Outflow<Message> {
  /** Aborts when the client has gone or the daemon stops. */
  readonly signal: AbortSignal;
  readonly #call: Writable<Message>;
  readonly #ended = new AbortController();
  #drained: (() => void) | undefined;

  /** `stopping` absent: the caller ends the stream itself when the daemon stops. */
  constructor(call: Writable<Message>, stopping?: AbortSignal) {
    this.#call = call;
    this.signal = this.#ended.signal;
    const end = () => this.close();
    call.on('drain', () => this.#wake());
    call.once('cancelled', end);
    call.once('close', end);
    call.on('error', end); // a reset connection: its status is on its way already
    if (stopping?.aborted) end();
    else stopping?.addEventListener('abort', end, { signal: this.signal });
  }

  /** Writes; the promise is there only when the reader is behind. */
  send(message: Message): Promise<void> | undefined {
    if (this.signal.aborted || this.#call.write(message)) return undefined;
    return new Promise((resolve) => {
      this.#drained = resolve;
    });
  }

  close(): void {
    this.#ended.abort();
    this.#wake();
  }

  #wake(): void {
    const drained = this.#drained;
    this.#drained = undefined;
    drained?.();
  }
}

/** Serves a server stream: EOF when `serve` returns, a status when it throws. */
export function serverStream<Request, Message>(
  around: Surroundings,
  serve: (request: Request, out: Outflow<Message>) => Promise<void>,
): handleServerStreamingCall<Request, Message> {
  return (call) => {
    const out = new Outflow<Message>(call, around.stopping);
    serve(call.request, out)
      .then(() => finish(call, around))
      .catch((error: unknown) => fail(call, error, around))
      .finally(() => out.close());
  };
}

export function finish(call: Endable, around: Surroundings): void {
  if (around.stopping.aborted) fail(call, new DuallaneError('stopping', 'the daemon is stopping: connect again'), around);
  else call.end();
}

export function fail(call: Endable, error: unknown, around: Surroundings): void {
  if (!call.cancelled) call.emit('error', toServiceError(error, around.log));
}
