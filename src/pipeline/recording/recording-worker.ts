/** The thread that reads rings, makes frames small and writes recordings, so that nothing of it stalls ingest. */
import { parentPort, workerData } from 'node:worker_threads';
import { sentenceOf } from '../../protocol/index.ts';
import { JpegCodec } from '../../protocol/jpeg.ts';
import type { RecordPolicy } from '../sinks/index.ts';
import type { EpisodeEnd } from './episode-take.ts';
import { writeRecording } from './recording-file.ts';
import { type RecordingRecord, recordOfIndex } from './recording-record.ts';
import { type Finished, RunRecorder } from './run-recorder.ts';

export type RecordingOrder =
  | { type: 'follow'; runId: string; policy: RecordPolicy; best: number | undefined; worst: number | undefined }
  | { type: 'demand'; runId: string; episodes: number }
  | { type: 'ended'; runId: string; ends: readonly EpisodeEnd[] }
  /** Reads what is left, writes what is kept, and answers `left`. */
  | { type: 'leave'; runId: string }
  /** Forgets the run's frames. */
  | { type: 'drop'; runId: string };

export type RecordingReport =
  /** From now on no frame of the run passes unseen. */
  | { type: 'following'; runId: string }
  | { type: 'recorded'; recording: RecordingRecord }
  | { type: 'passed'; runId: string }
  | { type: 'failed'; runId: string; sentence: string }
  /** Frames that were to be JPEG are exact, and why. */
  | { type: 'jpeg-off'; runId: string; sentence: string }
  | { type: 'left'; runId: string };

export type RecordingPlaces = { directory: string; rings: string; pollMs: number };

/** How long frames are read and made small before orders are heard again. */
const busyMs = 20;

const { directory, rings, pollMs } = workerData as RecordingPlaces;
const port = parentPort;
const recorders = new Map<string, RunRecorder>();
/** Runs that are over, until all that is kept of them is on its way to the disk. */
const leaving = new Set<string>();
let writing = Promise.resolve();
let timer: NodeJS.Timeout | undefined;

/** What went wrong, where there is no codec. */
const codec = await JpegCodec.load().catch((error: unknown) => sentenceOf(error));

const report = (what: RecordingReport): void => port?.postMessage(what);

port?.on('message', (order: RecordingOrder) => {
  obey(order);
  wake(0);
});

function obey(order: RecordingOrder): void {
  const { runId } = order;
  const recorder = recorders.get(runId);
  switch (order.type) {
    case 'follow':
      if (!recorder) recorders.set(runId, recorderOf(order));
      report({ type: 'following', runId });
      return;
    case 'demand':
      recorder?.demand(order.episodes);
      return;
    case 'ended':
      for (const end of order.ends) recorder?.ended(end);
      return;
    case 'leave':
      recorder?.finish(performance.now());
      if (recorder) leaving.add(runId);
      else report({ type: 'left', runId });
      return;
    case 'drop':
      recorder?.close();
      recorders.delete(runId);
      if (leaving.delete(runId)) report({ type: 'left', runId });
      return;
    default:
      order satisfies never;
  }
}

function recorderOf({ runId, policy, best, worst }: Extract<RecordingOrder, { type: 'follow' }>): RunRecorder {
  const onPassed = (): void => report({ type: 'passed', runId });
  const onFinished = (finished: Finished): void => {
    writing = writing.then(() => store(runId, finished));
  };
  const onTrouble = (sentence: string): void => report({ type: 'jpeg-off', runId, sentence });
  const jpeg = typeof codec === 'string' ? undefined : codec;
  if (typeof codec === 'string' && policy.frames !== 'lossless') onTrouble(codec);
  return new RunRecorder({ runId, policy, best, worst, directory: rings, jpeg, onFinished, onPassed, onTrouble });
}

async function store(runId: string, { index, bytes }: Finished): Promise<void> {
  try {
    const name = await writeRecording(directory, runId, index.episode, bytes);
    report({ type: 'recorded', recording: recordOfIndex(index, name, bytes.length, Date.now()) });
  } catch (error) {
    report({ type: 'failed', runId, sentence: sentenceOf(error) });
  }
}

/** One poll is on its way at a time. */
function wake(afterMs: number): void {
  clearTimeout(timer);
  if (recorders.size > 0) timer = setTimeout(poll, afterMs);
}

function poll(): void {
  const untilMs = performance.now() + busyMs;
  for (;;) {
    const nowMs = performance.now();
    let isMore = false;
    for (const [runId, recorder] of recorders) {
      if (recorder.poll(nowMs)) isMore = true;
      else if (leaving.delete(runId)) leave(runId);
    }
    if (isMore && nowMs <= untilMs) continue;
    wake(isMore ? 0 : pollMs);
    return;
  }
}

/** All that is kept of the run is on its way to the disk. */
function leave(runId: string): void {
  recorders.delete(runId);
  writing = writing.then(() => report({ type: 'left', runId }));
}
