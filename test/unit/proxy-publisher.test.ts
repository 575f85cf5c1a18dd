/** The proxy's publisher against a scripted intake: what it holds, what it sends again, and when it gives up. */
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { BatchPublisher } from '../../src/pipeline/proxy/batch-publisher.ts';
import { connectTo } from '../../src/pipeline/proxy/daemon-connection.ts';
import { ScriptedIntake } from '../support/scripted-intake.ts';
import { until } from '../support/until.ts';

let intake: ScriptedIntake;
let lifetime: AbortController;
let publisher: BatchPublisher;
let running: Promise<void>;
const never = new AbortController().signal;

beforeEach(async () => {
  intake = new ScriptedIntake();
  await intake.start();
  lifetime = new AbortController();
  publisher = new BatchPublisher(
    { runId: 'r', workerId: 'w' },
    async () => connectTo(intake.target),
    () => undefined,
  );
});
afterEach(async () => {
  lifetime.abort();
  await running;
  intake.close();
});

const start = () => {
  running = publisher.run(lifetime.signal);
};
const publish = (count: number, bytes = 100) => {
  for (let i = 0; i < count; i += 1) publisher.publish({ kind: 'steps', rows: 2, ipc: new Uint8Array(bytes) });
};
const fromTo = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

it('numbers batches from 1 without holes, in one session, and is drained when all are acknowledged', async () => {
  publish(3);
  start();
  publish(4);
  await publisher.drained(never);
  expect(intake.streams).toMatchObject([{ sequences: fromTo(1, 7), rows: 14 }]);
  expect(intake.streams[0]?.sessions.size).toBe(1);
  expect(publisher.counts).toEqual({ rowsHeld: 0, rowsLost: 0 });
});

it('sends what was not acknowledged again after the connection broke, in order and under the same keys', async () => {
  start();
  publish(5);
  await publisher.drained(never);
  intake.acknowledges = false;
  publish(5);
  await until(() => intake.streams[0]?.sequences.length === 10, { what: 'ten batches' });
  intake.tearDown();
  publish(2);
  intake.acknowledges = true;
  await intake.start();
  await publisher.drained(never);
  expect(intake.streams.at(-1)?.sequences).toEqual(fromTo(6, 12));
  expect(intake.streams.at(-1)?.sessions).toEqual(intake.streams[0]?.sessions);
});

it('lets go of nothing for an acknowledgement that is forged, repeated or of another writer', async () => {
  intake.acknowledges = false;
  start();
  publish(4);
  await until(() => intake.streams[0]?.sequences.length === 4, { what: 'four batches' });
  intake.claim({ batchSequence: 5n });
  intake.claim({ batchSequence: 2n ** 64n - 1n });
  intake.claim({ runId: 'other' });
  intake.claim({ writerSession: Buffer.alloc(16) });
  for (const batchSequence of [2n, 2n, 1n, 0n]) intake.claim({ batchSequence });
  await until(() => publisher.counts.rowsHeld === 4, { what: 'the two batches that were acknowledged to go' });
  publish(2);
  await until(() => intake.streams[0]?.sequences.length === 6, { what: 'six batches' });
  expect(publisher.counts).toEqual({ rowsHeld: 8, rowsLost: 0 });
  intake.tearDown();
  intake.acknowledges = true;
  await intake.start();
  await publisher.drained(never);
  expect(intake.streams.at(-1)?.sequences).toEqual(fromTo(3, 6));
});

it('makes its producer wait while 64 MiB are not acknowledged, and lets it go on when they are', async () => {
  intake.acknowledges = false;
  start();
  publish(70, 1 << 20);
  let hasRoom = false;
  const room = publisher.room().then(() => {
    hasRoom = true;
  });
  await until(() => (intake.streams[0]?.sequences.length ?? 0) === 70, { what: 'all batches at the intake' });
  expect(hasRoom).toBe(false);
  intake.release();
  await room;
  await publisher.drained(never);
  expect(intake.streams[0]?.bytes).toBe(70 << 20);
});

it.each([
  ['an unknown run', { code: status.NOT_FOUND, sentence: 'run r is not known' }],
  ['a run that has ended', { code: status.FAILED_PRECONDITION, duallaneCode: 'run-ended', sentence: 'run r has ended' }],
])('gives up on %s, with the daemon’s sentence and the count of what is lost', async (_, refusal) => {
  intake.refusal = refusal;
  publish(3);
  start();
  await publisher.drained(never);
  expect(publisher.failure?.sentence).toBe(`the daemon refuses this run's telemetry: ${refusal.sentence}`);
  publish(1);
  expect(publisher.counts).toEqual({ rowsHeld: 0, rowsLost: 8 });
  await publisher.room();
});

it.each([
  [
    'a hole in the sequence',
    { code: status.FAILED_PRECONDITION, duallaneCode: 'batch-hole', sentence: 'send from batch 1 on again' },
  ],
  ['a full disk', { code: status.RESOURCE_EXHAUSTED, duallaneCode: 'history-full', sentence: 'no space' }],
  ['a daemon that stops', { code: status.UNAVAILABLE, sentence: 'stopping' }],
])('does not give up on %s', async (_, refusal) => {
  intake.refusal = refusal;
  publish(3);
  start();
  await until(() => intake.streams.length > 0, { what: 'the first try' });
  intake.refusal = undefined;
  await publisher.drained(never);
  expect(publisher.failure).toBeUndefined();
  expect(intake.streams.at(-1)?.sequences).toEqual([1, 2, 3]);
});

it('stops waiting when it is told to, and says how much is left', async () => {
  intake.acknowledges = false;
  start();
  publish(3);
  const impatience = new AbortController();
  const drained = publisher.drained(impatience.signal);
  impatience.abort();
  await drained;
  expect(publisher.counts.rowsHeld).toBe(6);
});
