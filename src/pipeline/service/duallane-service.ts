/** duallane.v1: batches of Arrow in and out, history for readers. */
import { DuallaneError, sentenceOf } from '../../protocol/index.ts';
import type { duallane } from '../../protocol/wire.ts';
import type { Ingest } from '../ingest/index.ts';
import type { BridgeReports } from '../metrics/index.ts';
import type { Recorder } from '../recording/index.ts';
import { type Run, type RunRegistry, ulid, type Worker } from '../runs/index.ts';
import { type HistoryRetention, keepSentence, retentionSentence } from '../sinks/index.ts';
import { type Surroundings, serverStream, unary } from './calls.ts';
import { allKinds, kindNumber, kindOf, kindStateOf, ledgerEntryOf, removalOf, seqOf, timestampOf } from './convert.ts';
import { type HistoryWork, historyService } from './history-service.ts';
import { publishBatches } from './publish-batches.ts';
import { readRecording, recordingService } from './recording-service.ts';
import { removeRun } from './remove-run.ts';
import { requestInvalid } from './status.ts';
import { streamBatches } from './stream-batches.ts';

const longestName = 120;
const longestRunId = 200;

/** What the service tells of itself, and where launched runs leave their files. */
export type Watching = {
  runsDirectory: string;
  metrics: () => string;
  reports: BridgeReports;
  retention: HistoryRetention;
  recorder?: Recorder;
};

export function duallaneService(
  ingest: Ingest,
  registry: RunRegistry,
  watching: Watching,
  around: Surroundings,
  work?: HistoryWork,
): duallane.DuallaneServiceServer {
  const { runsDirectory, metrics, reports, retention, recorder } = watching;
  return {
    ...historyService(work, registry, around),
    ...recordingService(recorder, registry, around),
    openRun: unary(around, (request: duallane.OpenRunRequest) => openRun(request, registry)),
    publishBatches: publishBatches(ingest, registry, around),
    streamBatches: serverStream(around, (request: duallane.StreamBatchesRequest, out) =>
      streamBatches(request, out, ingest, registry),
    ),
    listParts: unary(around, (request: duallane.ListPartsRequest) => listParts(request, ingest)),
    readPart: serverStream(around, async (request: duallane.ReadPartRequest, out) => {
      const offset = seqOf(request.offset, 'offset');
      const length = request.length === 0n ? Number.MAX_SAFE_INTEGER : seqOf(request.length, 'length');
      const recording = readRecording(recorder, request.name, offset, length);
      for await (const bytes of recording ?? ingest.sink.readPart(request.name, offset, length)) {
        if (out.signal.aborted) return;
        await out.send({ bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) });
      }
    }),
    describeRuns: unary(around, (request: duallane.DescribeRunsRequest) => {
      const runs = request.runIds.length === 0 ? registry.all() : request.runIds.flatMap((runId) => registry.find(runId) ?? []);
      const removed = ingest.sink.removedRows();
      return { runs: runs.map((run) => describe(run, ingest, removed.get(run.runId) ?? 0)) };
    }),
    ledger: unary(around, (request: duallane.LedgerRequest) => {
      registry.get(request.runId);
      const { entries, totals } = ingest.sink.ledger(request.runId);
      const gaps = ingest.sink.gaps(request.runId).map(({ kind, firstSeq, lastSeq }) => ({
        kind: kindNumber(kind),
        firstSeq: BigInt(firstSeq),
        lastSeq: BigInt(lastSeq),
      }));
      const { history, keep, retain } = ingest.sink.settings(request.runId);
      return {
        entries: entries.map(ledgerEntryOf),
        totals: ledgerEntryOf(totals),
        gaps,
        history,
        kept: keepSentence(keep),
        views: reports.views(request.runId),
        removed: ingest.sink.removals(request.runId).map(removalOf),
        retention: retentionSentence(retain, retention),
      };
    }),
    metrics: unary(around, () => ({ text: metrics() })),
    reportBridge: unary(around, (request: duallane.BridgeReport) => {
      if (request.bridgeId === '') throw requestInvalid("a bridge's report needs a bridge_id: make one at its start");
      reports.take(request);
      return {};
    }),
    archiveRun: unary(around, (request: duallane.ArchiveRunRequest) => {
      registry.archive(registry.get(request.runId), !request.restore);
      around.log('info', request.restore ? 'run-restored' : 'run-archived', { runId: request.runId });
      return {};
    }),
    deleteRun: unary(around, async (request: duallane.DeleteRunRequest) => {
      const { rows, bytes } = await removeRun(request.runId, { ingest, registry, recorder, runsDirectory, log: around.log });
      return { rows: BigInt(rows), bytes: BigInt(bytes) };
    }),
  };
}

/** Joins the named run while it lives, else opens one. Throws `request-invalid`, `run-ended`. */
function openRun(request: duallane.OpenRunRequest, registry: RunRegistry): duallane.OpenRunResponse {
  const known = request.runId === '' ? undefined : registry.find(request.runId);
  if (known?.status === 'TERM')
    throw new DuallaneError('run-ended', `run ${known.runId} has ended: open a new run, with another run_id or none`);
  if (known) return { runId: known.runId, sessionToken: known.sessionToken };
  if (request.runName.length < 1 || request.runName.length > longestName) {
    throw requestInvalid(`run_name has ${request.runName.length} characters: give it 1 to ${longestName}`);
  }
  if (request.runId !== '' && !isRunId(request.runId)) {
    throw requestInvalid(
      `run_id ${JSON.stringify(request.runId.slice(0, 80))} cannot name a run: use up to ${longestRunId} letters, digits, ".", "_", "-", ":", "/", beginning with a letter or a digit`,
    );
  }
  const run = registry.create({
    runId: request.runId === '' ? ulid(Date.now()) : request.runId,
    name: request.runName,
    configJson: configOf(request.configJson),
    digest: '',
    origin: 'opened',
    status: 'HSHK',
  });
  return { runId: run.runId, sessionToken: run.sessionToken };
}

/** A run id becomes part of paths and of the ring's name. */
function isRunId(runId: string): boolean {
  return runId.length <= longestRunId && /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/.test(runId) && !runId.split('/').includes('..');
}

function configOf(text: string): string {
  if (text.trim() === '') return '{}';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw requestInvalid(`config_json is not JSON (${sentenceOf(cause)}): send an object or nothing`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw requestInvalid('config_json is not an object: send an object or nothing');
  return text;
}

function listParts(request: duallane.ListPartsRequest, ingest: Ingest): duallane.ListPartsResponse {
  if (request.runId === '') throw requestInvalid('ListParts needs a run_id');
  const kinds = request.kinds.length === 0 ? allKinds : request.kinds.map(kindOf);
  // Reach first: a part sealed in between then only overlaps the tail, and never leaves a hole before it.
  const states = kinds.map((kind) => kindStateOf(kind, ingest.sink.reach(request.runId, kind)));
  const parts = ingest.sink.parts(request.runId, kinds).map((part) => ({
    name: part.name,
    kind: kindNumber(part.kind),
    firstSeq: BigInt(part.firstSeq),
    lastSeq: BigInt(part.lastSeq),
    rows: BigInt(part.rows),
    bytes: BigInt(part.bytes),
    path: part.path,
  }));
  return { parts, kinds: states };
}

function describe(run: Run, ingest: Ingest, removedRows: number): duallane.RunDescription {
  return {
    runId: run.runId,
    name: run.name,
    status: run.status,
    outcome: run.outcome ?? '',
    failureReason: run.failureReason,
    configJson: run.configJson,
    digest: run.digest,
    createdAt: timestampOf(run.createdMs),
    updatedAt: timestampOf(run.updatedMs),
    finishedAt: run.finishedMs === undefined ? undefined : timestampOf(run.finishedMs),
    totals: ledgerEntryOf(ingest.sink.ledger(run.runId).totals),
    kinds: allKinds.map((kind) => kindStateOf(kind, ingest.sink.reach(run.runId, kind))),
    archivedAt: run.archivedMs === undefined ? undefined : timestampOf(run.archivedMs),
    maxRateHz: run.maxRateHz,
    workers: [...run.workers.values()].map(workerOf),
    kept: keepSentence(ingest.sink.settings(run.runId).keep),
    removedRows: BigInt(removedRows),
  };
}

function workerOf(worker: Worker): duallane.WorkerDescription {
  return {
    workerId: worker.workerId,
    workerKind: worker.workerKind,
    registered: worker.registered,
    supportsPause: worker.supportsPause,
    outcome: worker.end?.outcome ?? '',
    reason: worker.end?.reason ?? '',
    exitCode: worker.end?.exitCode,
    stderrTail: worker.end?.stderrTail ?? '',
  };
}
