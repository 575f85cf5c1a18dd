/**
 * Who may do what on one listener.
 *
 * The Unix socket is its user's, and a loopback the operator trusts is everybody's on the machine: all calls pass. Over the network
 * GetHealth is free; the daemon's token opens everything; the session token a worker got from RegisterWorker (or a run from OpenRun)
 * opens what a worker does, for that worker (or that run) alone. Tokens come in the `authorization` metadata, as "Bearer ..." or bare.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Metadata, ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { DuallaneError } from '../../protocol/index.ts';
import type { Run } from '../runs/index.ts';

export interface Access {
  /** Throws `not-allowed` when the caller may not act as `workerId` (undefined: any of the run's) in `run`. */
  checkWorker(metadata: Metadata, run: Run, workerId: string | undefined): void;
}

/** Everybody who reaches the listener may do everything. */
export const trusted: Access = { checkWorker: () => undefined };

/** Calls a worker makes for its own run. */
const workerCalls: ReadonlySet<string> = new Set([
  '/gymgui.trainer.TrainerService/RegisterWorker',
  '/gymgui.trainer.TrainerService/Heartbeat',
  '/gymgui.trainer.TrainerService/PublishRunSteps',
  '/gymgui.trainer.TrainerService/PublishRunEpisodes',
  '/duallane.v1.DuallaneService/PublishBatches',
]);
const healthCall = '/gymgui.trainer.TrainerService/GetHealth';

/** A worker's own token: made of the run's, so that nothing has to be stored and no other worker can make it. */
export function workerToken(run: Pick<Run, 'sessionToken'>, workerId: string): string {
  return createHmac('sha256', run.sessionToken).update(workerId).digest('hex').slice(0, 32);
}

export function tokenAccess(daemonToken: string): Access {
  return {
    checkWorker(metadata, run, workerId) {
      const own = workerId === undefined ? [] : [workerToken(run, workerId)];
      // Of a run that has workers, any of their tokens shows that the caller belongs to it.
      const ofAny = workerId === undefined ? [...run.workers.keys()].map((known) => workerToken(run, known)) : [];
      if (
        tokensIn(metadata).some((given) =>
          [daemonToken, run.sessionToken, ...own, ...ofAny].some((wanted) => isSame(given, wanted)),
        )
      )
        return;
      const who = workerId === undefined ? `run ${run.runId}` : `worker ${workerId} of run ${run.runId}`;
      throw new DuallaneError(
        'not-allowed',
        `this session token is not that of ${who}: send the session_token that RegisterWorker answered this worker, or the daemon's token`,
      );
    },
  };
}

/** Refuses calls without a token that could open them; whether a session token opens this run is for the call itself to say. */
export function requireToken(daemonToken: string): ServerInterceptor {
  return (method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            const given = tokensIn(metadata);
            const isOpen = method.path === healthCall || given.some((token) => isSame(token, daemonToken));
            if (isOpen || (given.length > 0 && workerCalls.has(method.path))) pass(metadata);
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

const tokensIn = (metadata: Metadata): string[] =>
  metadata.get('authorization').map((value) => String(value).replace(/^Bearer\s+/i, ''));

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
