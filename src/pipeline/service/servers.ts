/**
 * The gRPC servers: the Unix socket for this user, TCP only when asked for.
 *
 * Guarantees
 * - The socket file is 0600 and lies in a 0700 directory; a stale one of a killed daemon is replaced (the home's lock is held).
 * - Over TCP every call but GetHealth needs the token, unless the operator trusts loopback.
 * - Clients may ping as often as they like: there is no GOAWAY.
 */

import { timingSafeEqual } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import {
  Metadata,
  type Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
  type ServerOptions,
  status,
} from '@grpc/grpc-js';
import { DuallaneError, limits, sentenceOf } from '../../protocol/index.ts';
import { openSocketFront, type Readings } from './socket-front.ts';
import { wideServer } from './wide-server.ts';

export type ListeningServer = {
  address: string;
  /** New calls are refused at once, open ones have `withinMs` to finish. */
  close: (withinMs: number) => Promise<void>;
};

const options: ServerOptions = {
  'grpc.max_receive_message_length': limits.grpcMessageBytes,
  'grpc.max_send_message_length': limits.grpcMessageBytes,
  'grpc.keepalive_permit_without_calls': 1,
};

/** Opens the Unix socket, for gRPC and for readers of metrics. Throws `listen-failed`. */
export async function listenOnSocket(
  path: string,
  readings: Readings,
  addServices: (server: Server) => void,
): Promise<ListeningServer> {
  rmSync(path, { force: true });
  const grpc = wideServer(options);
  addServices(grpc);
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const front = await openSocketFront(path, (connection) => injector.injectConnection(connection), readings).catch(
    (cause: unknown) => {
      throw listenFailed(`unix:${path}`, cause);
    },
  );
  chmodSync(path, 0o600);
  return {
    address: `unix:${path}`,
    close: async (withinMs) => {
      front.close();
      await closeServer(grpc, withinMs);
    },
  };
}

/** Opens a TCP port; `token` undefined: everybody on this machine may call. Resolves with the address it got. */
export async function listenOnTcp(
  at: { host: string; port: number },
  token: string | undefined,
  addServices: (server: Server) => void,
): Promise<ListeningServer> {
  const server = wideServer(token === undefined ? options : { ...options, interceptors: [requireToken(token)] });
  addServices(server);
  const host = at.host.includes(':') ? `[${at.host}]` : at.host;
  const port = await bind(server, `${host}:${at.port}`);
  return { address: `${host}:${port}`, close: (withinMs) => closeServer(server, withinMs) };
}

async function closeServer(server: Server, withinMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, withinMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (cause, port) => {
      if (cause) reject(listenFailed(address, cause));
      else resolve(port);
    });
  });
}

function listenFailed(address: string, cause: unknown): DuallaneError {
  const sentence = `the daemon cannot listen on ${address} (${sentenceOf(cause)}): choose another address`;
  return new DuallaneError('listen-failed', sentence, { cause });
}

function requireToken(token: string): ServerInterceptor {
  return (method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            if (
              method.path.endsWith('/GetHealth') ||
              metadata.get('authorization').some((value) => isToken(String(value), token))
            )
              pass(metadata);
            else
              call.sendStatus({
                code: status.UNAUTHENTICATED,
                details:
                  'this call needs the daemon\'s token in the "authorization" metadata: it is in the file "token" of the home directory',
                metadata: new Metadata(),
              });
          },
        }),
    });
}

function isToken(value: string, token: string): boolean {
  const given = Buffer.from(value.replace(/^Bearer\s+/i, ''));
  const wanted = Buffer.from(token);
  return given.byteLength === wanted.byteLength && timingSafeEqual(given, wanted);
}
