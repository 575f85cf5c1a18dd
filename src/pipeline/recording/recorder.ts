/**
 * The daemon's side of recording: which runs are followed, what their workers tell of episodes, and where recordings go.
 *
 * Guarantees
 * - Frames are read from the run's ring while it lives, in a thread of their own, at their own pace: no writer waits, nor does ingest.
 * - A run is followed when its policy records anything, or when somebody asked for its next episodes; until it is TERM.
 * - When it stops, what is wanted and whole is written.
 */
// The bundler makes the thread's file only for this spelling, and mistakes the name `Worker` for the page's own.
// biome-ignore lint/style/useNodejsImportProtocol: see above
import { Worker as Thread } from 'worker_threads';
import { decodePublished, rowsOf } from '../../protocol/arrow.ts';
import { DuallaneError, type Log, limits, sentenceOf } from '../../protocol/index.ts';
import { type Ingest, liveTopic } from '../ingest/index.ts';
import type { RunRegistry } from '../runs/index.ts';
import { noRecording, type RecordPolicy, recordSentence, recordsAnything } from '../sinks/index.ts';
import type { EpisodeEnd } from './episode-take.ts';
import type { RecordingRecord } from './recording-record.ts';
import type { RecordingOrder, RecordingPlaces, RecordingReport } from './recording-worker.ts';
import type { RecordingCounts, Recordings } from './recordings.ts';

type RecordingState = RecordingCounts & {
  recordings: RecordingRecord[];
  policy: string;
  isLive: boolean;
  budgetBytes: number;
};

type Surroundings = { signal: AbortSignal; log: Log; rings?: string };
type Following = { stop: AbortController; left: PromiseWithResolvers<void>; isReading: boolean };

const unbounded = { events: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
const demandMost = 1000;

export class Recorder {
  readonly #recordings: Recordings;
  readonly #ingest: Ingest;
  readonly #registry: RunRegistry;
  readonly #log: Log;
  readonly #rings: string;
  readonly #followed = new Map<string, Following>();
  #thread: Thread | undefined;

  constructor(recordings: Recordings, ingest: Ingest, registry: RunRegistry, { signal, log, rings = '/dev/shm' }: Surroundings) {
    this.#recordings = recordings;
    this.#ingest = ingest;
    this.#registry = registry;
    this.#log = log;
    this.#rings = rings;
    // Emptied at every event: the queue holds one change at a time.
    const changes = registry.changes.subscribe('', {
      bounds: unbounded,
      signal,
      onQueued: () => {
        for (let change = changes.take(); change !== undefined; change = changes.take()) this.#note(change);
      },
    });
    for (const run of registry.all()) this.#note(run);
  }

  list(runId: string): RecordingState {
    const policy = this.#policyOf(runId);
    return {
      recordings: this.#recordings.of(runId),
      policy: recordSentence(policy),
      isLive: this.#followed.get(runId)?.isReading ?? false,
      budgetBytes: policy.budgetBytes,
      ...this.#recordings.counts(runId),
    };
  }

  find(name: string): { path: string; bytes: number } | undefined {
    const found = this.#recordings.find(name);
    return found && { path: this.#recordings.path(name), bytes: found.bytes };
  }

  /** Records the next episodes that begin. Throws `run-unknown`, `run-ended`, `request-invalid`. */
  demand(runId: string, episodes: number): void {
    const run = this.#registry.get(runId);
    if (run.status === 'TERM') throw new DuallaneError('run-ended', `run ${runId} has ended: there is nothing more to record`);
    if (episodes > demandMost)
      throw new DuallaneError(
        'request-invalid',
        `${episodes} episodes cannot be asked for at once: ask for ${demandMost} at most`,
      );
    this.#follow(runId);
    this.#order({ type: 'demand', runId, episodes });
  }

  forget(runId: string): { recordings: number; bytes: number } {
    this.#followed.get(runId)?.stop.abort();
    this.#followed.delete(runId);
    this.#order({ type: 'drop', runId });
    return this.#recordings.forget(runId);
  }

  /** Writes what is wanted of all runs. */
  async close(): Promise<void> {
    await Promise.all([...this.#followed.keys()].map((runId) => this.#leave(runId)));
    await this.#thread?.terminate();
    this.#thread = undefined;
  }

  #note({ runId, status }: { runId: string; status: string }): void {
    if (status === 'TERM') void this.#leave(runId);
    else if (!this.#followed.has(runId) && recordsAnything(this.#policyOf(runId))) this.#follow(runId);
  }

  #policyOf(runId: string): RecordPolicy {
    return this.#ingest.sink.settings(runId).record ?? noRecording;
  }

  #follow(runId: string): void {
    if (this.#followed.has(runId)) return;
    const stop = new AbortController();
    this.#followed.set(runId, { stop, left: Promise.withResolvers(), isReading: false });
    const totals = this.#recordings.of(runId).flatMap(({ total_reward: total }) => total ?? []);
    const [best, worst] = totals.length > 0 ? [Math.max(...totals), Math.min(...totals)] : [undefined, undefined];
    this.#order({ type: 'follow', runId, policy: this.#policyOf(runId), best, worst });
    const queue = this.#ingest.live.subscribe(liveTopic(runId, 'episodes'), {
      bounds: unbounded,
      signal: stop.signal,
      onQueued: () => {
        for (let batch = queue.take(); batch !== undefined; batch = queue.take()) {
          const ends = endsOf(batch.ipc, batch.rows);
          if (ends.length > 0) this.#order({ type: 'ended', runId, ends });
        }
      },
    });
  }

  async #leave(runId: string): Promise<void> {
    const following = this.#followed.get(runId);
    if (!following) return;
    following.stop.abort();
    this.#order({ type: 'leave', runId });
    await following.left.promise;
  }

  #order(order: RecordingOrder): void {
    if (order.type !== 'follow' && !this.#thread) return;
    this.#thread ??= this.#start();
    this.#thread.postMessage(order);
  }

  #start(): Thread {
    const places: RecordingPlaces = { directory: this.#recordings.directory, rings: this.#rings, pollMs: limits.ringPollMs };
    const thread = new Thread(new URL('./recording-worker.ts', import.meta.url), { workerData: places });
    thread.on('message', (report: RecordingReport) => this.#take(report));
    thread.on('error', (error) => {
      this.#log('error', 'recording-thread-lost', { sentence: sentenceOf(error) });
      this.#thread = undefined;
      const runs = [...this.#followed];
      this.#followed.clear();
      for (const [, { stop, left }] of runs) {
        stop.abort();
        left.resolve();
      }
      for (const [runId] of runs) {
        const run = this.#registry.find(runId);
        if (run) this.#note(run);
      }
    });
    thread.unref();
    return thread;
  }

  #take(report: RecordingReport): void {
    try {
      switch (report.type) {
        case 'following': {
          const following = this.#followed.get(report.runId);
          if (following) following.isReading = true;
          return;
        }
        case 'recorded':
          this.#recordings.add(report.recording, this.#policyOf(report.recording.runId).budgetBytes);
          return;
        case 'passed':
          this.#recordings.count(report.runId, 'passed');
          return;
        case 'failed':
          this.#log('warn', 'recording-failed', { runId: report.runId, sentence: report.sentence });
          this.#recordings.count(report.runId, 'failed');
          return;
        case 'jpeg-off':
          this.#log('warn', 'recording-jpeg-off', { runId: report.runId, sentence: report.sentence });
          return;
        case 'left': {
          const { runId } = report;
          this.#followed.get(runId)?.left.resolve();
          this.#followed.delete(runId);
          return;
        }
        default:
          report satisfies never;
      }
    } catch (error) {
      this.#log('warn', 'recording-failed', { sentence: sentenceOf(error) });
    }
  }
}

/** What a batch of episode rows says of ends; rows of episodes that go on (left by a reset, for one) are ends too. */
function endsOf(ipc: Uint8Array, rows: number): EpisodeEnd[] {
  return rowsOf(decodePublished('episodes', ipc, rows)).map((row) => ({
    agent: String(row.agent_id),
    slot: Number(row.env_slot),
    episode: Number(row.episode_index),
    steps: Number(row.steps),
    totalReward: Number.isFinite(row.total_reward) ? Number(row.total_reward) : null,
    terminated: row.terminated === true,
    truncated: row.truncated === true,
    seed: row.seed === null ? null : Number(row.seed),
    success: successOf(row.metadata_json),
  }));
}

/** `is_success` or `success` of an episode's metadata, where it says so. */
function successOf(metadata: unknown): boolean | undefined {
  if (typeof metadata !== 'string' || !metadata.includes('success')) return undefined;
  try {
    const told = JSON.parse(metadata) as { is_success?: unknown; success?: unknown } | null;
    const success = told?.is_success ?? told?.success;
    return typeof success === 'boolean' || typeof success === 'number' ? Boolean(success) : undefined;
  } catch {
    return undefined; // any text may stand there, and then it says nothing of success
  }
}
