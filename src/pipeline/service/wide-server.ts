/**
 * A gRPC server whose writers may have more on the way than HTTP/2's 64 KiB: a batch of steps is half a megabyte, and with the default
 * window it crosses in eight turns of both processes, each waiting for the other.
 *
 * The library has this option for clients alone, so its server is reached into; test/process/daemon-window looks that it works.
 */
import type { ServerOptions as Http2Options, Http2Server, ServerHttp2Session } from 'node:http2';
import { Server, type ServerOptions } from '@grpc/grpc-js';

/** Unread bytes at the most, of one call and of one connection: a call that is not read leaves room for others. */
const callWindowBytes = 1024 * 1024;
const connectionWindowBytes = 4 * callWindowBytes;

type Inside = { commonServerOptions: Http2Options; createHttp2Server(credentials: unknown): Http2Server };

export function wideServer(options: ServerOptions): Server {
  const server = new Server(options);
  const inside = server as unknown as Inside;
  const { settings } = inside.commonServerOptions;
  inside.commonServerOptions.settings = { ...settings, initialWindowSize: callWindowBytes };
  const create = inside.createHttp2Server.bind(server);
  inside.createHttp2Server = (credentials) => {
    const http2 = create(credentials);
    http2.on('session', (session: ServerHttp2Session) => session.setLocalWindowSize(connectionWindowBytes));
    return http2;
  };
  return server;
}
