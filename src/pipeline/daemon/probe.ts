/** Asks a daemon whether it is there. */
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { DuallaneError } from '../../protocol/index.ts';
import { trainer } from '../../protocol/wire.ts';

// The process-wide pool would hand a client the back-off of an earlier one to the same socket.
const options = { 'grpc.use_local_subchannel_pool': 1 };

/** GetHealth over the Unix socket; undefined when nothing answers within `withinMs`. */
export async function probeHealth(socket: string, withinMs: number): Promise<trainer.HealthCheckResponse | undefined> {
  const client = new trainer.TrainerServiceClient(`unix:${socket}`, credentials.createInsecure(), options);
  try {
    return await new Promise((resolve) => {
      client.getHealth({}, new Metadata(), { deadline: Date.now() + withinMs }, (error, answer) =>
        resolve(error ? undefined : answer),
      );
    });
  } finally {
    client.close();
  }
}

/** Ids of the runs the daemon has work with. Throws `daemon-silent`. */
export async function busyRuns(socket: string): Promise<string[]> {
  const client = new trainer.TrainerServiceClient(`unix:${socket}`, credentials.createInsecure(), options);
  const { RunStatus } = trainer;
  try {
    return await new Promise((resolve, reject) => {
      client.listRuns(
        { statusFilter: [RunStatus.RDY, RunStatus.EXEC, RunStatus.PAUSE] },
        new Metadata(),
        { deadline: Date.now() + 5_000 },
        (error: ServiceError | null, answer) => {
          if (error)
            reject(
              new DuallaneError('daemon-silent', `the daemon on ${socket} does not say what it is doing (${error.details})`, {
                cause: error,
              }),
            );
          else resolve(answer.runs.map((run) => run.runId));
        },
      );
    });
  } finally {
    client.close();
  }
}
