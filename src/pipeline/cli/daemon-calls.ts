/**
 * The daemon's calls for the command line: the living daemon of a home, started when there is none.
 *
 * Throws `daemon-away` and the daemon's own codes, with its sentence.
 */
import { credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { DuallaneError, limits } from '../../protocol/index.ts';
import { duallane, trainer } from '../../protocol/wire.ts';
import { type DaemonCard, ensureDaemonAt } from '../daemon/index.ts';

const channelOptions = {
  'grpc.use_local_subchannel_pool': 1,
  'grpc.max_receive_message_length': limits.grpcMessageBytes,
};

type Call<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: { deadline: number },
  done: (error: ServiceError | null, response: Response) => void,
) => unknown;

export type Daemon = {
  home: string;
  card: DaemonCard;
  trainer: trainer.TrainerServiceClient;
  duallane: duallane.DuallaneServiceClient;
  /** `call` is a bound method of one of the clients. */
  ask: <Request, Response>(call: Call<Request, Response>, request: Request, withinMs?: number) => Promise<Response>;
};

/** Runs `work` with the daemon of `home`, and lets go of it. */
export async function withDaemon<T>(home: string, work: (daemon: Daemon) => Promise<T>): Promise<T> {
  const card = await ensureDaemonAt(home);
  const target = `unix:${card.socket}`;
  const clients = {
    trainer: new trainer.TrainerServiceClient(target, credentials.createInsecure(), channelOptions),
    duallane: new duallane.DuallaneServiceClient(target, credentials.createInsecure(), channelOptions),
  };
  const ask: Daemon['ask'] = (call, request, withinMs = limits.unaryDeadlineMs) =>
    new Promise((resolve, reject) => {
      call(request, new Metadata(), { deadline: Date.now() + withinMs }, (error, answer) => {
        if (error) reject(refusalOf(error, home));
        else resolve(answer);
      });
    });
  try {
    return await work({ home, card, ...clients, ask });
  } finally {
    clients.trainer.close();
    clients.duallane.close();
  }
}

/** The metrics of the daemon at `socket`, whatever its version. Rejects with gRPC's error. */
export function readMetrics(socket: string): Promise<string> {
  const client = new duallane.DuallaneServiceClient(`unix:${socket}`, credentials.createInsecure(), channelOptions);
  return new Promise<string>((resolve, reject) => {
    const deadline = Date.now() + limits.unaryDeadlineMs;
    client.metrics({}, new Metadata(), { deadline }, (error, answer) => (error ? reject(error) : resolve(answer.text)));
  }).finally(() => client.close());
}

function refusalOf(error: ServiceError, home: string): DuallaneError {
  const code = error.metadata?.get('duallane-code')[0];
  if (code !== undefined) return new DuallaneError(String(code), error.details, { cause: error });
  const sentence =
    error.code === status.DEADLINE_EXCEEDED || error.code === status.UNAVAILABLE
      ? `the daemon of ${home} does not answer; "duallane doctor" looks for the reason`
      : error.details;
  return new DuallaneError('daemon-away', sentence, { cause: error });
}
