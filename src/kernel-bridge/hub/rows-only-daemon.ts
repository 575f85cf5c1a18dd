/**
 * The batch service, as far as the bridge asks for it, over a daemon that serves rows only (contracts, section 7).
 *
 * Guarantees
 * - Its batches are ordered and free of duplicates, complete from the bridge's first look at the run on plus what the daemon still
 *   held then; what is missing is a hole in the numbers.
 * - Nothing waits for GetHealth or for the end of a stream, which never come: runs are listed again every two seconds.
 * Failure modes: such a daemon has no metrics, no events, no names and no configurations; a run that is TERM ends here when its
 * rows have been silent for a while.
 */
import { type ServiceError, status } from '@grpc/grpc-js';
import { encodeRows } from '../../protocol/arrow.ts';
import { DuallaneError, type Log, type RowKind } from '../../protocol/index.ts';
import { duallane, rowOfEpisode, rowOfStep, type Timestamp, trainer } from '../../protocol/wire.ts';
import { delay } from '../waiting.ts';
import type { BatchService, BatchStream } from './batch-service.ts';
import { FollowedRows, type RowSource } from './followed-rows.ts';
import type { SeenRow } from './replay-order.ts';
import { call } from './unary.ts';

const { STEPS, EPISODES } = duallane.BatchKind;
const rowsOfBatch = 1024;
const silentMs = 1500;
const lookMs = 250;

const statusNames = ['INIT', 'HSHK', 'RDY', 'EXEC', 'PAUSE', 'FAULT', 'TERM'] as const;

type Followed = { steps: FollowedRows<trainer.RunStep>; episodes: FollowedRows<trainer.RunEpisode> };
type Kind = 'steps' | 'episodes';

export class RowsOnlyDaemon implements BatchService {
  readonly #trainer: trainer.TrainerServiceClient;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #end = new AbortController();
  readonly #followed = new Map<string, Followed>();
  #runs = new Map<string, trainer.RunRecord>();

  constructor(client: trainer.TrainerServiceClient, log: Log, signal: AbortSignal) {
    this.#trainer = client;
    this.#log = log;
    this.#signal = AbortSignal.any([signal, this.#end.signal]);
  }

  describeRuns: BatchService['describeRuns'] = (request, _metadata, _options, done) =>
    this.#answer(done, async () => {
      await this.#list();
      const [only] = request.runIds;
      if (request.runIds.length === 1 && only !== undefined && this.#runs.has(only)) await settled(this.#follow(only));
      const wanted =
        request.runIds.length === 0 ? [...this.#runs.values()] : request.runIds.flatMap((id) => this.#runs.get(id) ?? []);
      return { runs: wanted.map((run) => this.#describe(run)) };
    });

  listParts: BatchService['listParts'] = (request, _metadata, _options, done) =>
    this.#answer(done, async () => {
      await this.#list();
      if (!this.#runs.has(request.runId)) throw Object.assign(new Error('unknown run'), { code: status.NOT_FOUND });
      await settled(this.#follow(request.runId));
      return { parts: [], kinds: this.#reach(request.runId) };
    });

  /** It has no page of metrics to show reports on. */
  ledger: BatchService['ledger'] = (_request, _metadata, _options, done) =>
    this.#answer(done, () =>
      Promise.reject(Object.assign(new Error('this daemon keeps no ledger'), { code: status.UNIMPLEMENTED })),
    );

  reportBridge: BatchService['reportBridge'] = (_request, _metadata, _options, done) =>
    this.#answer(done, () => notServed('takes no reports'));

  listRecordings: BatchService['listRecordings'] = (_request, _metadata, _options, done) =>
    this.#answer(done, () => notServed('records no frames'));

  recordNext: BatchService['recordNext'] = (_request, _metadata, _options, done) =>
    this.#answer(done, () => notServed('records no frames'));

  streamBatches(request: duallane.StreamBatchesRequest): BatchStream<duallane.Batch> {
    const end = new AbortController();
    const signal = AbortSignal.any([this.#signal, end.signal]);
    const batches = this.#batches(request, signal);
    return { [Symbol.asyncIterator]: () => batches, cancel: () => end.abort() };
  }

  /** It keeps no parts. */
  readPart(): BatchStream<duallane.ReadPartResponse> {
    // biome-ignore lint/correctness/useYield: there is nothing to give
    const none = (async function* (): AsyncGenerator<duallane.ReadPartResponse> {
      throw new DuallaneError('part-unknown', 'This daemon keeps no history in parts.');
    })();
    return { [Symbol.asyncIterator]: () => none, cancel: () => undefined };
  }

  close(): void {
    this.#end.abort();
  }

  #answer<Response>(
    done: (error: ServiceError | null, response: Response) => void,
    work: () => Promise<Response>,
  ): { cancel(): void } {
    void work().then(
      (response) => done(null, response),
      (error: ServiceError) => done(error, undefined as Response),
    );
    return { cancel: () => undefined };
  }

  async #list(): Promise<void> {
    const { runs } = await call(this.#trainer, this.#trainer.listRuns, { statusFilter: [] }, this.#signal);
    this.#runs = new Map(runs.map((run) => [run.runId, run]));
  }

  #follow(runId: string): Followed {
    const known = this.#followed.get(runId);
    if (known) return known;
    const fresh: Followed = {
      steps: new FollowedRows(stepsOf(this.#trainer, runId), this.#log, this.#signal),
      episodes: new FollowedRows(episodesOf(this.#trainer, runId), this.#log, this.#signal),
    };
    this.#followed.set(runId, fresh);
    return fresh;
  }

  async *#batches(request: duallane.StreamBatchesRequest, signal: AbortSignal): AsyncGenerator<duallane.Batch> {
    const { runId, snapshot } = request;
    const followed = this.#follow(runId);
    await settled(followed);
    const lanes = request.cursors.flatMap(({ kind, sinceSeq }) => {
      const name: Kind | undefined = kind === STEPS ? 'steps' : kind === EPISODES ? 'episodes' : undefined;
      return name ? [{ name, sent: Number(sinceSeq) }] : [];
    });
    const upto = { steps: followed.steps.log.last, episodes: followed.episodes.log.last };
    while (!signal.aborted) {
      const changed = new AbortController();
      for (const { name } of lanes) followed[name].onChange(() => changed.abort(), changed);
      for (const lane of lanes) {
        const until = snapshot ? upto[lane.name] : Number.MAX_SAFE_INTEGER;
        for (let batch = nextBatch(runId, lane.name, followed, lane.sent, until); batch; ) {
          lane.sent = Number(batch.firstSeq) + batch.rows - 1;
          yield batch;
          if (signal.aborted) return;
          batch = nextBatch(runId, lane.name, followed, lane.sent, until);
        }
      }
      if (snapshot || this.#isOver(runId, followed)) return;
      await delay(lookMs, AbortSignal.any([changed.signal, signal]));
      changed.abort();
    }
  }

  #isOver(runId: string, followed: Followed): boolean {
    if (this.#runs.get(runId)?.status !== trainer.RunStatus.TERM) return false;
    return Date.now() - Math.max(followed.steps.lastMs, followed.episodes.lastMs) > silentMs;
  }

  #reach(runId: string): duallane.KindState[] {
    const followed = this.#followed.get(runId);
    if (!followed) return [];
    return [
      { kind: STEPS, sealedSeq: 0n, watermark: BigInt(followed.steps.log.last) },
      { kind: EPISODES, sealedSeq: 0n, watermark: BigInt(followed.episodes.log.last) },
    ];
  }

  #describe(run: trainer.RunRecord): duallane.RunDescription {
    const isOver = run.status === trainer.RunStatus.TERM;
    return {
      runId: run.runId,
      name: run.runId,
      status: statusNames.find((name) => trainer.RunStatus[name] === run.status) ?? 'INIT',
      outcome: isOver && run.failureReason ? 'failed' : '',
      failureReason: run.failureReason ?? '',
      configJson: '{}',
      digest: run.digest,
      createdAt: run.createdAt,
      updatedAt: run.updatedAt,
      finishedAt: isOver ? run.updatedAt : undefined,
      totals: undefined,
      kinds: this.#reach(run.runId),
      maxRateHz: 0,
      archivedAt: undefined,
      workers: [],
      kept: '',
      removedRows: 0n,
    };
  }
}

async function settled({ steps, episodes }: Followed): Promise<void> {
  await Promise.all([steps.settled, episodes.settled]);
}

/** Rows of one worker with consecutive numbers: what a batch can hold. */
function nextBatch(runId: string, kind: Kind, followed: Followed, after: number, upto: number): duallane.Batch | undefined {
  const rows =
    kind === 'steps' ? followed.steps.log.after(after, upto, rowsOfBatch) : followed.episodes.log.after(after, upto, rowsOfBatch);
  const [first] = rows;
  if (!first) return undefined;
  const { workerId } = first.row.payload;
  const end = rows.findIndex(({ seq, row }, index) => seq !== first.seq + index || row.payload.workerId !== workerId);
  const some = end < 0 ? rows : rows.slice(0, end);
  const arrow = some.map(({ row }) =>
    kind === 'steps' ? rowOfStep(row.payload as trainer.RunStep, 0) : rowOfEpisode(row.payload as trainer.RunEpisode, 0),
  );
  return {
    runId,
    workerId,
    kind: kind === 'steps' ? STEPS : EPISODES,
    rows: some.length,
    // A value its column cannot hold is shown as the column's zero; the row stays.
    arrowIpc: Buffer.from(encodeRows(kind satisfies RowKind, arrow, () => undefined)),
    writerSession: Buffer.alloc(0),
    batchSequence: 0n,
    firstSeq: BigInt(first.seq),
    watermark: BigInt(followed[kind].log.last),
  };
}

function stepsOf(client: trainer.TrainerServiceClient, runId: string): RowSource<trainer.RunStep> {
  return {
    kind: 'steps',
    open: (sinceSeq) => client.streamRunSteps({ runId, sinceSeq }),
    read: (step) => seen(step, step.stepIndex, [step.reward, step.terminated, step.truncated]),
    bytesOf: (step) => 200 + step.observationJson.length + step.renderPayloadJson.length + step.actionJson.length,
  };
}

function episodesOf(client: trainer.TrainerServiceClient, runId: string): RowSource<trainer.RunEpisode> {
  return {
    kind: 'episodes',
    open: (sinceSeq) => client.streamRunEpisodes({ runId, sinceSeq }),
    read: (episode) => seen(episode, 0n, [episode.totalReward, episode.steps, episode.terminated, episode.truncated]),
    bytesOf: (episode) => 200 + episode.metadataJson.length,
  };
}

type Message = { seqId: bigint; agentId: string; episodeIndex: bigint; timestamp: Timestamp | undefined };

/** Only what the daemon's database and its memory tell alike makes the key: not the worker, the seed or the payloads. */
function seen<M extends Message>(message: M, step: bigint, rest: readonly unknown[]): SeenRow<M> {
  const { timestamp, episodeIndex: episode } = message;
  const timeUs = timestamp ? timestamp.seconds * 1_000_000n + BigInt(Math.floor(timestamp.nanos / 1000)) : 0n;
  const agent = message.agentId || 'default';
  return {
    seq: Number(message.seqId),
    timeUs,
    agent,
    episode,
    step,
    key: [agent, episode, step, timeUs, ...rest].join('\0'),
    payload: message,
  };
}

function notServed(what: string): Promise<never> {
  return Promise.reject(Object.assign(new Error(`this daemon ${what}`), { code: status.UNIMPLEMENTED }));
}
