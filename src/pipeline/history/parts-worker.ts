/** The thread that writes and reads Parquet, so that neither stalls ingest. One job after the other; a failed job is answered. */
import { readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { sentenceOf } from '../../protocol/index.ts';
import type { PartRecord } from './catalogue.ts';
import { type RowsIpc, readRowGroup } from './parquet.ts';
import { type SealJob, sealSegment } from './seal-segment.ts';

export type ReadJob = { path: string; rowGroup: number; offset: number; limit: number };
export type PartsJob = { type: 'seal'; seal: SealJob } | { type: 'read'; read: ReadJob };
export type PartsResult = { type: 'sealed'; parts: PartRecord[] } | { type: 'rows'; batches: RowsIpc[] };
export type PartsAnswer = { id: number } & ({ result: PartsResult } | { failure: string });

/** Parts never change, so the last file read is kept: a reader asks for its row groups one by one. */
let lastFile: { path: string; bytes: Uint8Array } | undefined;

async function perform(job: PartsJob): Promise<PartsResult> {
  switch (job.type) {
    case 'seal':
      return { type: 'sealed', parts: await sealSegment(job.seal) };
    case 'read': {
      const { path, rowGroup, offset, limit } = job.read;
      if (lastFile?.path !== path) lastFile = { path, bytes: await readFile(path) };
      return { type: 'rows', batches: readRowGroup(lastFile.bytes, rowGroup, offset, limit) };
    }
    default:
      return job satisfies never;
  }
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

let queue = Promise.resolve();
const port = parentPort;
port?.on('message', ({ id, job }: { id: number; job: PartsJob }) => {
  queue = queue.then(async () => {
    try {
      const result = await perform(job);
      const moved = result.type === 'rows' ? result.batches.map(({ ipc }) => ipc.buffer as ArrayBuffer) : [];
      port.postMessage({ id, result } satisfies PartsAnswer, moved);
    } catch (error) {
      port.postMessage({ id, failure: sentenceOf(error) } satisfies PartsAnswer);
    }
  });
});
