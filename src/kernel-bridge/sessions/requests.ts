/** What a page asks for once and gets one answer to: the list of history parts, and control of a run. */
import { status as grpcStatus, type ServiceError } from '@grpc/grpc-js';
import type { Control, PartList, PartRun, Parts } from '../../protocol/index.ts';
import { DuallaneError } from '../../protocol/index.ts';
import type { PartNames } from '../history/index.ts';
import { call, type DaemonClients, type Order, orderRun, recordNext, toBatchKind, toReaches, toRowKind } from '../hub/index.ts';

const callsAtOnce = 8;

/** What history is there of the runs asked for, or of every run. A run the daemon does not know is left out. */
export async function listParts(
  request: Parts,
  clients: DaemonClients,
  names: PartNames,
  signal: AbortSignal,
): Promise<PartList> {
  const runs = await eachRun(request.runs, clients, signal, (run) => partsOf(run, request, clients, names, signal));
  return { request: request.request, runs };
}

/** Asks about the runs named, or about every run, a few at once; what is answered undefined is left out. */
export async function eachRun<T>(
  named: readonly string[],
  clients: DaemonClients,
  signal: AbortSignal,
  ask: (run: string) => Promise<T | undefined>,
): Promise<T[]> {
  const runs = named.length > 0 ? named : await everyRun(clients, signal);
  const answers: T[] = [];
  for (let start = 0; start < runs.length; start += callsAtOnce) {
    const some = await Promise.all(runs.slice(start, start + callsAtOnce).map(ask));
    answers.push(...some.filter((answer) => answer !== undefined));
  }
  return answers;
}

async function everyRun(clients: DaemonClients, signal: AbortSignal): Promise<string[]> {
  const answer = await call(clients.duallane, clients.duallane.describeRuns, { runIds: [] }, signal);
  return answer.runs.map((run) => run.runId);
}

async function partsOf(
  run: string,
  { kinds }: Parts,
  clients: DaemonClients,
  names: PartNames,
  signal: AbortSignal,
): Promise<PartRun | undefined> {
  try {
    const answer = await call(
      clients.duallane,
      clients.duallane.listParts,
      { runId: run, kinds: kinds.map(toBatchKind) },
      signal,
    );
    const parts = answer.parts.flatMap((part) => {
      const kind = toRowKind(part.kind);
      if (!kind) return [];
      names.learn(part);
      const { name } = part;
      return [
        {
          name,
          kind,
          first_seq: Number(part.firstSeq),
          last_seq: Number(part.lastSeq),
          rows: Number(part.rows),
          bytes: Number(part.bytes),
        },
      ];
    });
    return { run, parts, kinds: toReaches(answer.kinds).filter((reach) => kinds.includes(reach.kind)) };
  } catch (error) {
    if ((error as ServiceError).code === grpcStatus.NOT_FOUND) return undefined;
    throw error;
  }
}

/** Carries the request out. Throws `not-implemented`, `run-unknown`, `control-value`, the daemon's codes, or gRPC's ServiceError. */
export async function controlRun(request: Control, clients: DaemonClients, signal: AbortSignal): Promise<void> {
  const order = (what: Order) => orderRun(request.run, what, clients, signal);
  switch (request.action) {
    case 'cancel':
      try {
        await call(clients.trainer, clients.trainer.cancelRun, { runId: request.run }, signal);
      } catch (error) {
        if ((error as ServiceError).code !== grpcStatus.NOT_FOUND) throw error;
        throw new DuallaneError('run-unknown', `Run ${request.run} is not known to this daemon.`, { cause: error });
      }
      return;
    case 'pause':
    case 'resume':
      return order({ $case: request.action, value: true });
    case 'rate':
      return order({ $case: 'maxRateHz', value: wholeNumber(request) });
    case 'step':
      return order({ $case: 'grantSteps', value: wholeNumber(request) });
    case 'record':
      return recordNext(request.run, request.value ?? 1, clients, signal);
    default:
      return request.action satisfies never;
  }
}

/** `value` as the wire's uint32. Throws `control-value`. */
function wholeNumber({ action, value }: Control): number {
  if (value === undefined || value > 0xffff_ffff)
    throw new DuallaneError(
      'control-value',
      `"${action}" needs a value from 0 to ${0xffff_ffff}: ${action === 'rate' ? 'steps a second, 0 for no cap' : 'how many steps'}.`,
    );
  return value;
}
