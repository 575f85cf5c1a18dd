/**
 * StreamBatches: a run's batches from history and then live, per kind ascending and contiguous.
 *
 * Guarantees
 * - Each row after the cursor once and in order; an overflow of the live queue sends the stream back to history, so it is late
 *   and never leaves a gap.
 * - Live rows may run ahead of durability; `watermark` says how far the rows sent are durable, in a message of its own when
 *   nothing else goes out. It is never beyond what was sent.
 * - Ends when the run is TERM and everything was sent and is durable; a snapshot ends at the watermarks of the call.
 * - A run nobody knows yet is waited for.
 */
import { limits, type RowKind } from '../../protocol/index.ts';
import type { duallane } from '../../protocol/wire.ts';
import { type Subscription, Wake } from '../bus/index.ts';
import { type Ingest, liveTopic } from '../ingest/index.ts';
import type { RunRegistry } from '../runs/index.ts';
import type { StoredBatch } from '../sinks/durable-sink.ts';
import type { Outflow } from './calls.ts';
import { allKinds, kindNumber, kindOf, seqOf } from './convert.ts';
import { requestInvalid } from './status.ts';

const liveQueueBytes = 16 * 1024 * 1024;

type Lane = {
  readonly kind: RowKind;
  /** Last seq_id sent. */
  sent: number;
  /** Last watermark sent. */
  told: number;
};

type LiveLane = Lane & {
  readonly queue: Subscription<StoredBatch>;
  /** History has to be read up to here before live batches fit again. */
  behindUntil: number;
};

export async function streamBatches(
  request: duallane.StreamBatchesRequest,
  out: Outflow<duallane.Batch>,
  ingest: Ingest,
  registry: RunRegistry,
): Promise<void> {
  if (request.runId === '') throw requestInvalid('StreamBatches needs a run_id');
  const lanes = lanesOf(request);
  if (request.snapshot) return snapshot(request.runId, lanes, out, ingest);
  return follow(request.runId, lanes, out, ingest, registry);
}

async function snapshot(runId: string, lanes: readonly Lane[], out: Outflow<duallane.Batch>, ingest: Ingest): Promise<void> {
  const ends = lanes.map((lane) => ingest.sink.reach(runId, lane.kind).watermark);
  for (const [index, lane] of lanes.entries()) await catchUp(runId, lane, out, ingest, ends[index]);
}

async function follow(
  runId: string,
  cursors: readonly Lane[],
  out: Outflow<duallane.Batch>,
  ingest: Ingest,
  registry: RunRegistry,
): Promise<void> {
  const wake = new Wake();
  const ring = () => wake.ring();
  const options = { bounds: { events: limits.busQueueLive, bytes: liveQueueBytes }, signal: out.signal, onQueued: ring };
  ingest.durable.attach(runId, wake, out);
  registry.pulse.attach(runId, wake, out);
  out.signal.addEventListener('abort', ring, { once: true });
  // Subscribed first, reach read after it: what is numbered in between is in the queue.
  const lanes = cursors.map((lane): LiveLane => {
    const queue = ingest.live.subscribe(liveTopic(runId, lane.kind), options);
    return Object.assign(lane, { queue, behindUntil: ingest.sink.reach(runId, lane.kind).head });
  });
  while (!out.signal.aborted) {
    for (const lane of lanes) await advance(runId, lane, out, ingest);
    for (const lane of lanes) await tellWatermark(runId, lane, out, ingest);
    if (isOver(runId, lanes, ingest, registry)) return;
    await wake.next();
  }
}

/** Sends what history and the live queue hold, until the one is read to its watermark and the other is empty or ahead of it. */
async function advance(runId: string, lane: LiveLane, out: Outflow<duallane.Batch>, ingest: Ingest): Promise<void> {
  if (lane.sent < lane.behindUntil) await catchUp(runId, lane, out, ingest);
  while (lane.sent >= lane.behindUntil && !out.signal.aborted) {
    const batch = lane.queue.peek();
    if (batch === undefined) return;
    const last = batch.firstSeq + batch.rows - 1;
    if (last <= lane.sent) lane.queue.take();
    else if (batch.firstSeq === lane.sent + 1) {
      lane.queue.take();
      await send(lane, batch, out, ingest);
    } else {
      // The queue overflowed, or the cursor lies inside of the batch: history has those rows once they are durable.
      lane.behindUntil = batch.firstSeq > lane.sent + 1 ? batch.firstSeq - 1 : last;
      await catchUp(runId, lane, out, ingest);
    }
  }
}

/** Sends the durable rows after the lane's last one, up to `until` or the watermark of now. */
async function catchUp(runId: string, lane: Lane, out: Outflow<duallane.Batch>, ingest: Ingest, until?: number): Promise<void> {
  const untilSeq = until ?? ingest.sink.reach(runId, lane.kind).watermark;
  if (untilSeq <= lane.sent) return;
  for await (const batch of ingest.read(runId, lane.kind, lane.sent, { untilSeq, signal: out.signal })) {
    if (out.signal.aborted) return;
    await send(lane, batch, out, ingest);
  }
  // What is durable and was not read is no more: damaged, or let go.
  if (!out.signal.aborted) lane.sent = Math.max(lane.sent, untilSeq);
}

async function send(lane: Lane, batch: StoredBatch, out: Outflow<duallane.Batch>, ingest: Ingest): Promise<void> {
  lane.sent = batch.firstSeq + batch.rows - 1;
  lane.told = watermarkOf(lane, ingest.sink.reach(batch.runId, lane.kind).watermark);
  await out.send({
    runId: batch.runId,
    workerId: batch.workerId,
    writerSession: nothing,
    batchSequence: 0n,
    kind: kindNumber(lane.kind),
    rows: batch.rows,
    arrowIpc: asBuffer(batch.ipc),
    firstSeq: BigInt(batch.firstSeq),
    watermark: BigInt(lane.told),
  });
}

/** A client resumes from the last watermark it saw: one beyond what it was sent would make it lose the rows between. */
function watermarkOf(lane: Lane, durable: number): number {
  return Math.min(durable, lane.sent);
}

async function tellWatermark(runId: string, lane: Lane, out: Outflow<duallane.Batch>, ingest: Ingest): Promise<void> {
  const watermark = watermarkOf(lane, ingest.sink.reach(runId, lane.kind).watermark);
  if (watermark <= lane.told) return;
  lane.told = watermark;
  await out.send({
    runId,
    workerId: '',
    writerSession: nothing,
    batchSequence: 0n,
    kind: kindNumber(lane.kind),
    rows: 0,
    arrowIpc: nothing,
    firstSeq: 0n,
    watermark: BigInt(watermark),
  });
}

function isOver(runId: string, lanes: readonly Lane[], ingest: Ingest, registry: RunRegistry): boolean {
  if (registry.isDeleted(runId)) return true;
  if (registry.find(runId)?.status !== 'TERM') return false;
  return lanes.every((lane) => {
    const { head, watermark } = ingest.sink.reach(runId, lane.kind);
    return watermark >= head && lane.sent >= head && lane.told >= watermarkOf(lane, watermark);
  });
}

function lanesOf(request: duallane.StreamBatchesRequest): Lane[] {
  const cursors =
    request.cursors.length > 0
      ? request.cursors.map((cursor) => ({ kind: kindOf(cursor.kind), since: seqOf(cursor.sinceSeq, 'since_seq') }))
      : allKinds.map((kind) => ({ kind, since: 0 }));
  if (new Set(cursors.map((cursor) => cursor.kind)).size < cursors.length)
    throw requestInvalid('StreamBatches names a kind twice: one cursor per kind');
  return cursors.map(({ kind, since }) => ({ kind, sent: since, told: 0 }));
}

const nothing = Buffer.alloc(0);

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
