/**
 * A client's way to a trainer daemon: its Unix socket, a port of this machine, or another host over TLS with the token.
 *
 * - History may have 1 MiB on the way to its reader: with HTTP/2's own 64 KiB a batch crosses in many turns of both processes.
 * - A token never goes in the clear over a network: `token-unprotected`.
 */
import {
  type ChannelCredentials,
  type ChannelOptions,
  type ClientOptions,
  credentials,
  InterceptingCall,
  type Interceptor,
} from '@grpc/grpc-js';
import { DuallaneError, sentenceOf } from './error.ts';
import { DuallaneServiceClient } from './generated/grpc/duallane/v1/duallane.ts';
import { TrainerServiceClient } from './generated/grpc/gymgui/trainer/trainer.ts';
import { limits } from './generated/limits.ts';

/** Paths of PEM files and of the daemon's token; empty or absent: not used. */
export type SecurityFiles = {
  /** Who signs the daemon's certificate. */
  tlsCa?: string | undefined;
  /** The client's own certificate and key, which go together. */
  tlsCert?: string | undefined;
  tlsKey?: string | undefined;
  /** The `token` file of the daemon's home, copied. */
  tokenFile?: string | undefined;
};

export type ChannelSecurity = { tls?: { ca: Buffer | null; cert: Buffer | null; key: Buffer | null }; token?: string };
export type DaemonChannel = { trainer: TrainerServiceClient; duallane: DuallaneServiceClient; close(): void };

const windowBytes = 1024 * 1024;
const channelOptions: ChannelOptions = {
  'grpc.max_receive_message_length': limits.grpcMessageBytes,
  'grpc.max_send_message_length': limits.grpcMessageBytes,
  // A connection of one's own: a reconnect must not inherit the back-off of the one before.
  'grpc.use_local_subchannel_pool': 1,
  'grpc-node.flow_control_window': windowBytes,
};

/** Reads the files once, with `readFile`. Throws `tls-unusable`, `token-unusable`. */
export function readSecurity(
  { tlsCa, tlsCert, tlsKey, tokenFile }: SecurityFiles,
  readFile: (path: string) => Buffer,
): ChannelSecurity {
  const read = (path: string, code: string, remedy: string): Buffer => {
    try {
      return readFile(path);
    } catch (cause) {
      throw new DuallaneError(code, `${path} cannot be read (${sentenceOf(cause)}): ${remedy}`, { cause });
    }
  };
  if (Boolean(tlsCert) !== Boolean(tlsKey))
    throw new DuallaneError('tls-unusable', 'a client certificate and its key go together: name both files, or neither');
  const pem = (path: string | undefined): Buffer | null =>
    path ? read(path, 'tls-unusable', 'name readable PEM files for the CA, the certificate and the key') : null;
  const tls = tlsCa || tlsCert ? { ca: pem(tlsCa), cert: pem(tlsCert), key: pem(tlsKey) } : undefined;
  const token = tokenFile
    ? read(tokenFile, 'token-unusable', "name a copy of the file token in the daemon's home").toString('utf8').trim()
    : undefined;
  return { ...(tls && { tls }), ...(token && { token }) };
}

/** Clients of the daemon at unix:/path or HOST:PORT. Connects lazily. Throws `tls-unusable`, `token-unprotected`. */
export function openDaemonChannel(target: string, security: ChannelSecurity = {}, more: ChannelOptions = {}): DaemonChannel {
  const { token, tls } = security;
  if (token !== undefined && tls === undefined && !isOfThisMachine(target))
    throw new DuallaneError(
      'token-unprotected',
      `the token would go to ${target} in the clear: use TLS (the CA that signs the daemon's certificate), or a tunnel (ssh -L)`,
    );
  const options: ClientOptions = {
    ...channelOptions,
    ...more,
    ...(token !== undefined && { interceptors: [withToken(token)] }),
  };
  const plainOrTls = channelCredentials(tls);
  const trainer = new TrainerServiceClient(target, plainOrTls, options);
  const duallane = new DuallaneServiceClient(target, plainOrTls, options);
  return {
    trainer,
    duallane,
    close() {
      trainer.close();
      duallane.close();
    },
  };
}

function channelCredentials(tls: ChannelSecurity['tls']): ChannelCredentials {
  if (tls === undefined) return credentials.createInsecure();
  try {
    return credentials.createSsl(tls.ca, tls.key, tls.cert);
  } catch (cause) {
    throw new DuallaneError('tls-unusable', `TLS cannot begin (${sentenceOf(cause)}): are these PEM files, and a pair?`, {
      cause,
    });
  }
}

function withToken(token: string): Interceptor {
  return (options, next) =>
    new InterceptingCall(next(options), {
      start: (metadata, listener, begin) => {
        metadata.set('authorization', `Bearer ${token}`);
        begin(metadata, listener);
      },
    });
}

function isOfThisMachine(target: string): boolean {
  return target.startsWith('unix:') || /^(localhost|127(\.\d{1,3}){3}|\[::1\]):\d+$/.test(target);
}
