/**
 * The daemon is killed in mid-stream, again and again; the worker resends what was not acknowledged.
 * Every acknowledged row is there once, and a number never belongs to two rows in a subscriber's eyes.
 */

import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { afterAll, describe, expect, it } from '@jest/globals';
import { decodeBatch, encodeRows, rowsOf } from '../../src/protocol/arrow.ts';
import { duallane } from '../../src/protocol/wire.ts';
import { startDaemon, type TestDaemon } from '../support/daemon.ts';

const rowsPerBatch = 50;
const batchCount = 400;
const kills = 3;
/** Batches on the way at the most, so that each kill falls into the middle. */
const inFlight = 60;

/** Keeps every batch until it is acknowledged, and resends after a reconnect: what the SDK does. */
class Worker {
  acknowledged = 0;
  readonly #progress = new EventEmitter();
  readonly #session = randomBytes(16);
  readonly #runId: string;

  constructor(runId: string) {
    this.#runId = runId;
  }

  /** Publishes from the first unacknowledged batch on; resolves when all are acknowledged or the stream broke. */
  publish(daemon: TestDaemon): Promise<void> {
    return new Promise((resolve) => {
      const stream = daemon.duallane.publishBatches();
      stream.on('data', (ack: duallane.BatchAck) => {
        this.acknowledged = Math.max(this.acknowledged, Number(ack.batchSequence));
        this.#progress.emit('acknowledged');
      });
      stream.on('error', () => resolve());
      stream.on('end', () => resolve());
      void this.#write(stream);
    });
  }

  /** Resolves in the moment when batch `goal` is acknowledged. */
  async reaches(goal: number): Promise<void> {
    while (this.acknowledged < goal) await once(this.#progress, 'acknowledged');
  }

  async #write(stream: ReturnType<TestDaemon['duallane']['publishBatches']>): Promise<void> {
    const gone = new Promise((resolve) => stream.once('close', resolve));
    for (let sequence = this.acknowledged + 1; sequence <= batchCount; sequence += 1) {
      await Promise.race([this.reaches(sequence - inFlight), gone]);
      const rows = Array.from({ length: rowsPerBatch }, (_, row) => ({
        agent_id: 'a',
        step_index: (sequence - 1) * rowsPerBatch + row,
      }));
      const goesOn = stream.write({
        runId: this.#runId,
        workerId: 'w',
        writerSession: this.#session,
        batchSequence: BigInt(sequence),
        kind: duallane.BatchKind.STEPS,
        rows: rowsPerBatch,
        arrowIpc: Buffer.from(encodeRows('steps', rows)),
        firstSeq: 0n,
        watermark: 0n,
      });
      if (!goesOn) await Promise.race([new Promise((resolve) => stream.once('drain', resolve)), gone]);
      if (stream.destroyed) return;
    }
    stream.end();
  }
}

/** Follows a run through restarts as the bridge does: forgets rows above the last watermark, resumes from it. */
class Subscriber {
  readonly rows = new Map<number, number>();
  readonly conflicts: number[] = [];
  watermark = 0;
  readonly #runId: string;

  constructor(runId: string) {
    this.#runId = runId;
  }

  /** Resolves when the stream has ended or broken; true for ended. */
  follow(daemon: TestDaemon): Promise<boolean> {
    for (const seq of this.rows.keys()) if (seq > this.watermark) this.rows.delete(seq);
    return new Promise((resolve) => {
      const cursors = [{ kind: duallane.BatchKind.STEPS, sinceSeq: BigInt(this.watermark) }];
      const stream = daemon.duallane.streamBatches({ runId: this.#runId, cursors, snapshot: false });
      stream.on('data', (batch: duallane.Batch) => this.#take(batch));
      stream.on('error', () => resolve(false));
      stream.on('end', () => resolve(true));
    });
  }

  #take(batch: duallane.Batch): void {
    if (batch.rows > 0) {
      for (const [index, row] of rowsOf(decodeBatch(batch.arrowIpc)).entries()) {
        const seq = Number(batch.firstSeq) + index;
        if (this.rows.has(seq)) this.conflicts.push(seq);
        this.rows.set(seq, Number(row.step_index));
      }
    }
    this.watermark = Math.max(this.watermark, Number(batch.watermark));
  }
}

describe('a daemon killed in mid-stream', () => {
  let daemon: TestDaemon;
  let first: TestDaemon;
  afterAll(async () => {
    await daemon.stop();
    first.removeHome();
  });

  it('comes back with every acknowledged row once, and its numbers go on', async () => {
    daemon = first = await startDaemon();
    const { runId, sessionToken } = await daemon.openRun('restarted');
    const worker = new Worker(runId);
    const subscriber = new Subscriber(runId);
    for (let kill = 0; kill < kills; kill += 1) {
      const followed = subscriber.follow(daemon);
      const published = worker.publish(daemon);
      const goal = worker.acknowledged + 40;
      await worker.reaches(goal);
      const acknowledged = worker.acknowledged;
      await daemon.kill();
      await Promise.all([published, followed]);
      daemon = await startDaemon({ home: daemon.home });
      const [steps] = (await daemon.describe(runId)).kinds;
      expect(Number(steps?.watermark)).toBeGreaterThanOrEqual(acknowledged * rowsPerBatch);
    }
    expect(worker.acknowledged).toBeLessThan(batchCount); // the kills really fell into the middle
    expect(await daemon.openRun('x', '', runId)).toEqual({ runId, sessionToken });
    const followed = subscriber.follow(daemon);
    await worker.publish(daemon);
    await daemon.publish(runId, 'events', [{ kind: 'run_completed', ts: 0 }], 'w');
    expect(await followed).toBe(true);

    const total = batchCount * rowsPerBatch;
    const expected = Array.from({ length: total }, (_, index) => [index + 1, index]);
    const stored = (await daemon.snapshot(runId, ['steps']))
      .filter((batch) => batch.rows > 0)
      .flatMap((batch) =>
        rowsOf(decodeBatch(batch.arrowIpc)).map((row, index) => [Number(batch.firstSeq) + index, row.step_index]),
      );
    expect(stored).toEqual(expected);
    expect([...subscriber.rows].sort(([a], [b]) => a - b)).toEqual(expected);
    expect(subscriber.conflicts).toEqual([]);
    expect(await daemon.describe(runId)).toMatchObject({
      status: 'TERM',
      outcome: 'succeeded',
      totals: { durable: BigInt(total + 1) },
    });
  });
});
