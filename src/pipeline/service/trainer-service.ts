/** gymgui.trainer: the source's service, with its semantics and our mends (contracts, section 1). */
import { DuallaneError } from '../../protocol/index.ts';
import { rowOfEpisode, rowOfStep, type trainer } from '../../protocol/wire.ts';
import type { Ingest } from '../ingest/index.ts';
import type { Run, RunControls, RunRegistry } from '../runs/index.ts';
import { workerToken } from './access.ts';
import { type Surroundings, serverStream, unary } from './calls.ts';
import { controlStream } from './control-stream.ts';
import { timestampOf } from './convert.ts';
import { publishRows } from './publish-rows.ts';
import { requestInvalid } from './status.ts';
import { episodesOf, stepsOf, streamRows } from './stream-rows.ts';
import { matching, recordOf, watchRuns } from './watch-runs.ts';

const defaultProtoVersion = 'MOSAIC/1.0';

/** What SubmitRun and CancelRun do beyond the registry: processes. */
export interface RunControl {
  submit(request: trainer.SubmitRunRequest): Promise<trainer.SubmitRunResponse>;
  /** Resolves when the run's processes are gone and the run is TERM. */
  cancel(run: Run): Promise<void>;
}

export type Identity = { pid: number; startedMs: number; address: () => string; isHealthy: () => boolean };

export function trainerService(
  ingest: Ingest,
  registry: RunRegistry,
  control: RunControl,
  controls: RunControls,
  identity: Identity,
  around: Surroundings,
): trainer.TrainerServiceServer {
  return {
    submitRun: unary(around, (request: trainer.SubmitRunRequest) => control.submit(request)),
    cancelRun: unary(around, async (request: trainer.CancelRunRequest) => {
      const run = registry.get(request.runId);
      if (run.status !== 'TERM') await control.cancel(run);
      return {};
    }),
    listRuns: unary(around, (request: trainer.ListRunsRequest) => ({
      runs: registry.all().filter(matching(request.statusFilter)).map(recordOf),
    })),
    watchRuns: serverStream(around, (request: trainer.WatchRunsRequest, out) => watchRuns(request, out, registry)),
    heartbeat: unary(around, (request: trainer.HeartbeatRequest, metadata) => {
      const run = registry.get(request.runId);
      around.access.checkWorker(metadata, run, undefined);
      registry.heartbeat(run);
      return {};
    }),
    registerWorker: unary(around, (request: trainer.RegisterWorkerRequest, metadata) =>
      registerWorker(request, registry, (run, workerId) => around.access.checkWorker(metadata, run, workerId)),
    ),
    controlStream: controlStream(controls, registry, around),
    getHealth: unary(around, () => ({
      pid: BigInt(identity.pid),
      startedAt: timestampOf(identity.startedMs),
      listenAddress: identity.address(),
      healthy: identity.isHealthy(),
    })),
    publishRunSteps: publishRows<trainer.RunStep>('steps', rowOfStep, ingest, registry, around),
    publishRunEpisodes: publishRows<trainer.RunEpisode>('episodes', rowOfEpisode, ingest, registry, around),
    streamRunSteps: serverStream(around, (request: trainer.StreamStepsRequest, out) =>
      streamRows<trainer.RunStep>('steps', stepsOf, request, out, ingest, registry),
    ),
    streamRunEpisodes: serverStream(around, (request: trainer.StreamEpisodesRequest, out) =>
      streamRows<trainer.RunEpisode>('episodes', episodesOf, request, out, ingest, registry),
    ),
  };
}

function registerWorker(
  request: trainer.RegisterWorkerRequest,
  registry: RunRegistry,
  check: (run: Run, workerId: string) => void,
): trainer.RegisterWorkerResponse {
  if (request.runId === '') throw requestInvalid('RegisterWorker needs a run_id');
  const run = registry.get(request.runId);
  if (run.status === 'TERM')
    throw new DuallaneError('run-ended', `run ${run.runId} has ended: its workers cannot register any more; open a new run`);
  const workerId = request.workerId || `${request.workerKind || 'worker'}-1`;
  check(run, workerId);
  const acceptedVersion = request.protoVersion || defaultProtoVersion;
  registry.register(run, {
    workerId,
    registered: true,
    workerKind: request.workerKind,
    protoVersion: acceptedVersion,
    schemaId: request.schemaId,
    schemaVersion: request.schemaVersion,
    supportsPause: request.supportsPause,
    supportsCheckpoint: request.supportsCheckpoint,
  });
  return { acceptedVersion, sessionToken: workerToken(run, workerId) };
}
