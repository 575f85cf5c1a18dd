/**
 * The daemon's calls for the command line: the living daemon of a home, started when there is none, or one elsewhere.
 *
 * Throws `daemon-away`, `not-served`, and the daemon's own codes, with its sentence.
 */
import { readFileSync } from 'node:fs';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { DuallaneError, limits } from '../../protocol/index.ts';
import { type duallane, openDaemonChannel, readSecurity, type SecurityFiles, type trainer } from '../../protocol/wire.ts';
import { type DaemonCard, ensureDaemonAt } from '../daemon/index.ts';

type Call<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: { deadline: number },
  done: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** A home directory, or a daemon that nobody starts from here. */
export type Place = string | { target: string; security: SecurityFiles };

export type Daemon = {
  /** In words: where it is. */
  place: string;
  /** Its home, when that is on this machine. */
  home: string;
  /** What its home says of it. */
  card: DaemonCard | undefined;
  trainer: trainer.TrainerServiceClient;
  duallane: duallane.DuallaneServiceClient;
  /** `call` is a bound method of one of the clients. */
  ask: <Request, Response>(call: Call<Request, Response>, request: Request, withinMs?: number) => Promise<Response>;
};

/** Runs `work` with the daemon of `place`, and lets go of it. */
export async function withDaemon<T>(place: Place, work: (daemon: Daemon) => Promise<T>): Promise<T> {
  const isHome = typeof place === 'string';
  const card = isHome ? await ensureDaemonAt(place) : undefined;
  const target = isHome ? `unix:${card?.socket}` : place.target;
  const channel = openDaemonChannel(target, isHome ? {} : readSecurity(place.security, readFileSync));
  const words = isHome ? `the daemon of ${place}` : `the daemon at ${place.target}`;
  const ask: Daemon['ask'] = (call, request, withinMs = limits.unaryDeadlineMs) =>
    new Promise((resolve, reject) => {
      call(request, new Metadata(), { deadline: Date.now() + withinMs }, (error, answer) => {
        if (error) reject(refusalOf(error, words));
        else resolve(answer);
      });
    });
  try {
    return await work({ place: words, home: isHome ? place : '', card, ...channel, ask });
  } finally {
    channel.close();
  }
}

/** The metrics of the daemon at `socket`, whatever its version. Rejects with gRPC's error. */
export function readMetrics(socket: string): Promise<string> {
  const channel = openDaemonChannel(`unix:${socket}`);
  return new Promise<string>((resolve, reject) => {
    const deadline = Date.now() + limits.unaryDeadlineMs;
    channel.duallane.metrics({}, new Metadata(), { deadline }, (error, answer) => (error ? reject(error) : resolve(answer.text)));
  }).finally(() => channel.close());
}

/** What a failed call means to who asked; `words` name the daemon. */
export function refusalOf(error: ServiceError, words: string): DuallaneError {
  const code = error.metadata?.get('duallane-code')[0];
  if (code !== undefined) return new DuallaneError(String(code), error.details, { cause: error });
  switch (error.code) {
    case status.UNIMPLEMENTED:
      return new DuallaneError(
        'not-served',
        `${words} serves the source's calls alone: its runs can be listed, looked at and cancelled, and nothing else of this command's`,
        { cause: error },
      );
    case status.UNAUTHENTICATED:
    case status.PERMISSION_DENIED:
      return new DuallaneError(
        'not-allowed',
        `${words} wants its token: --token-file names a private copy of the file token in its home (${error.details})`,
        { cause: error },
      );
    case status.DEADLINE_EXCEEDED:
    case status.UNAVAILABLE:
      return new DuallaneError(
        'daemon-away',
        `${words} does not answer${whyAway(error)}; "duallane doctor" looks for the reason`,
        {
          cause: error,
        },
      );
    default:
      return new DuallaneError('daemon-refused', error.details, { cause: error });
  }
}

/** A handshake that failed looks like a daemon that is away: its reason is all there is to go by. */
function whyAway({ details }: ServiceError): string {
  const reason = /(certificate|self.signed|SSL|TLS|ECONNREFUSED|ENOTFOUND)[^;]*/i.exec(details)?.[0];
  return reason === undefined ? '' : ` (${reason.trim().slice(0, 160)})`;
}
