/** The thread that writes and reads parts, so that neither stalls ingest. One job after the other; a failed job is answered. */
import { readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import type { RecordBatch } from 'apache-arrow';
import { sentenceOf } from '../../protocol/index.ts';
import type { HistoryForm, PartRecord } from './catalogue.ts';
import { openPart, type PartFile, type RowsIpc } from './parquet.ts';
import {
  checkPart,
  type HistoryPlaces,
  loadPart,
  partAsParquet,
  partPath,
  type RowRange,
  readRange,
  storePart,
} from './part-store.ts';
import { removeRows } from './row-file.ts';
import { type SealJob, sealSegment, syncParts } from './seal-segment.ts';

export type ReadJob = { places: HistoryPlaces; part: PartRecord; range: RowRange };
/** Parts of one run and kind, without holes, to be one part of `form`. */
export type RewriteJob = { places: HistoryPlaces; parts: readonly PartRecord[]; form: HistoryForm; level: number };
/** Ranges of rows in a run's SQLite file that the catalogue no longer knows. */
export type ShrinkJob = { path: string; ranges: readonly Pick<PartRecord, 'kind' | 'firstSeq' | 'lastSeq'>[] };
export type PartJob = { places: HistoryPlaces; part: PartRecord };
export type PartsJob =
  | { type: 'seal'; seal: SealJob }
  | { type: 'read'; read: ReadJob }
  | { type: 'rewrite'; rewrite: RewriteJob }
  | { type: 'shrink'; shrink: ShrinkJob }
  | { type: 'parquet'; of: PartJob }
  | { type: 'check'; of: PartJob };
export type PartsResult =
  | { type: 'stored'; parts: PartRecord[] }
  | { type: 'rows'; batches: RowsIpc[] }
  | { type: 'bytes'; bytes: Uint8Array }
  | { type: 'checked'; problem: string | undefined };
export type PartsAnswer = { id: number } & ({ result: PartsResult } | { failure: string });

/** Parts never change, so the last file read is kept: a reader asks for its row groups one by one. */
let lastFile: { path: string; file: PartFile } | undefined;

async function perform(job: PartsJob): Promise<PartsResult> {
  switch (job.type) {
    case 'seal':
      return { type: 'stored', parts: await sealSegment(job.seal) };
    case 'read':
      return { type: 'rows', batches: readRange(job.read.places, job.read.part, await fileOf(job.read), job.read.range) };
    case 'rewrite':
      return { type: 'stored', parts: [await rewrite(job.rewrite)] };
    case 'shrink':
      removeRows(job.shrink.path, job.shrink.ranges);
      return { type: 'stored', parts: [] };
    case 'parquet':
      return { type: 'bytes', bytes: new Uint8Array(await partAsParquet(job.of.places, job.of.part)) };
    case 'check':
      return { type: 'checked', problem: await checkPart(job.of.places, job.of.part) };
    default:
      return job satisfies never;
  }
}

async function fileOf({ places, part }: ReadJob): Promise<PartFile | undefined> {
  if (part.form === 'sqlite') return undefined;
  const path = partPath(places, part.name);
  if (lastFile?.path !== path) lastFile = { path, file: openPart(await readFile(path)) };
  return lastFile.file;
}

async function rewrite({ places, parts, form, level }: RewriteJob): Promise<PartRecord> {
  const batches: RecordBatch[] = [];
  for (const part of parts) batches.push(...(await loadPart(places, part)));
  const stored = await storePart(places, form, parts[0] as PartRecord, batches, level);
  await syncParts(places);
  return stored;
}

/** Sealing can wait, training and ingest cannot. Linux gives every thread a priority of its own; elsewhere it stays as it is. */
function giveWay(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    if (process.platform === 'linux') throw error;
  }
}

if ((workerData as { givesWay?: boolean }).givesWay) giveWay();

/**
 * A job's batches are hundreds of megabytes outside of the heap, dead when it is done: V8 sees no hurry, and they would pile up to a
 * gigabyte while segments are sealed one after the other.
 */
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let queue = Promise.resolve();
const port = parentPort;
port?.on('message', ({ id, job }: { id: number; job: PartsJob }) => {
  queue = queue.then(async () => {
    try {
      const result = await perform(job);
      port.postMessage({ id, result } satisfies PartsAnswer, movedOf(result));
      if (job.type !== 'read') collectGarbage();
    } catch (error) {
      port.postMessage({ id, failure: sentenceOf(error) } satisfies PartsAnswer);
    }
  });
});

function movedOf(result: PartsResult): ArrayBuffer[] {
  if (result.type === 'rows') return result.batches.map(({ ipc }) => ipc.buffer as ArrayBuffer);
  return result.type === 'bytes' ? [result.bytes.buffer as ArrayBuffer] : [];
}
