/**
 * The gRPC servers: the Unix socket for this user, TCP only when asked for.
 *
 * Guarantees
 * - The socket file is 0600 and lies in a 0700 directory; a stale one of a killed daemon is replaced (the home's lock is held).
 * - Over TCP every call but GetHealth needs the token, unless the operator trusts loopback.
 * - Clients may ping as often as they like: there is no GOAWAY.
 */

import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { type Server, ServerCredentials, type ServerOptions } from '@grpc/grpc-js';
import { DuallaneError, limits, sentenceOf } from '../../protocol/index.ts';
import { requireToken } from './access.ts';
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

/** Files in PEM. `ca` signs the certificates that clients must show. */
type TlsFiles = { cert: string; key: string; ca?: string };

export type TcpOptions = {
  host: string;
  port: number;
  /** Undefined: everybody on this machine may call. */
  token: string | undefined;
  tls?: TlsFiles;
};

/** Opens a TCP port. Throws `listen-failed`, `tls-unusable`. */
export async function listenOnTcp(at: TcpOptions, addServices: (server: Server) => void): Promise<ListeningServer> {
  const server = wideServer(at.token === undefined ? options : { ...options, interceptors: [requireToken(at.token)] });
  addServices(server);
  const host = at.host.includes(':') ? `[${at.host}]` : at.host;
  const port = await bind(server, `${host}:${at.port}`, at.tls ? tlsCredentials(at.tls) : ServerCredentials.createInsecure());
  return { address: `${host}:${port}`, close: (withinMs) => closeServer(server, withinMs) };
}

function tlsCredentials({ cert, key, ca }: TlsFiles): ServerCredentials {
  try {
    const pair = [{ cert_chain: readFileSync(cert), private_key: readFileSync(key) }];
    return ServerCredentials.createSsl(ca === undefined ? null : readFileSync(ca), pair, ca !== undefined);
  } catch (cause) {
    const sentence = `TLS cannot begin (${sentenceOf(cause)}): --tls-cert, --tls-key and --tls-ca name readable PEM files`;
    throw new DuallaneError('tls-unusable', sentence, { cause });
  }
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

function bind(server: Server, address: string, security: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, security, (cause, port) => {
      if (cause) reject(listenFailed(address, cause));
      else resolve(port);
    });
  });
}

function listenFailed(address: string, cause: unknown): DuallaneError {
  const sentence = `the daemon cannot listen on ${address} (${sentenceOf(cause)}): choose another address`;
  return new DuallaneError('listen-failed', sentence, { cause });
}
