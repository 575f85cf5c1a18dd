/**
 * One batch's journey: a worker publishes steps, the daemon writes them down, everybody reads the same rows.
 *
 *   worker --PublishBatches--> daemon --ack--> worker
 *                              daemon --StreamRunSteps, StreamBatches--> subscribers
 *                              daemon --ListParts--> Parquet on disk
 */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeBatch, rowsOf } from '../../src/protocol/arrow.ts';
import type { duallane } from '../../src/protocol/wire.ts';
import { collect, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { rowsOfParquet } from '../support/daemon-parquet.ts';

const steps = [
  {
    agent_id: 'red',
    env_slot: 0,
    episode_index: 3,
    step_index: 0,
    reward: 0.5,
    terminated: false,
    truncated: false,
    ts: 1_000_000,
    action_json: '1',
    payload_version: 1,
  },
  {
    agent_id: 'blue',
    env_slot: 0,
    episode_index: 3,
    step_index: 0,
    reward: Number.NaN,
    terminated: false,
    truncated: false,
    ts: 2_000_000,
    action_json: '[0,1]',
    payload_version: 1,
  },
  {
    agent_id: 'red',
    env_slot: 0,
    episode_index: 3,
    step_index: 1,
    reward: 1e30,
    terminated: true,
    truncated: false,
    ts: 3_000_000,
    action_json: null,
    payload_version: 1,
    episode_seed: 18446744073709551615n,
  },
];
const seen = steps.map((step) => [
  step.agent_id,
  step.episode_index,
  step.step_index,
  step.reward,
  step.terminated,
  step.ts,
  step.action_json,
]);
const columns = ['agent_id', 'episode_index', 'step_index', 'reward', 'terminated', 'ts', 'action_json'];

describe('one batch of steps', () => {
  let daemon: TestDaemon;
  let runId: string;
  beforeAll(async () => {
    daemon = await startDaemon();
    ({ runId } = await daemon.openRun('one batch', '{"lr": 1e-5}'));
  });
  afterAll(() => daemon.stop());

  it('is acknowledged once it is durable, and makes the run EXEC', async () => {
    await daemon.publish(runId, 'steps', steps, 'worker_7');
    const run = await daemon.describe(runId);
    expect(run).toMatchObject({ status: 'EXEC', name: 'one batch', configJson: '{"lr": 1e-5}', outcome: '' });
    expect(run.kinds.find((kind) => kind.kind === 1)).toMatchObject({ watermark: 3n });
    expect(run.totals).toMatchObject({ received: 3n, durable: 3n, duplicate: 0n, rejected: 0n });
  });

  it('reaches a subscriber of batches with its numbers and its worker', async () => {
    const batches = (await daemon.snapshot(runId, ['steps'])).filter((batch) => batch.rows > 0);
    expect(batches[0]).toMatchObject({ firstSeq: 1n, watermark: 3n });
    const rows = batches.flatMap((batch) =>
      rowsOf(decodeBatch(batch.arrowIpc)).map((row) => ({ worker_id: batch.workerId, ...row })),
    );
    expect(rows.map((row) => columns.map((name) => (row as Record<string, unknown>)[name]))).toEqual(seen);
    expect(rows.map((row) => row.worker_id)).toEqual(['worker_7', 'worker_7', 'worker_7']);
  });

  it('reaches a subscriber of rows, each with its seq_id, and the stream ends with the run', async () => {
    const stream = collect(daemon.trainer.streamRunSteps({ runId, sinceSeq: 0n }));
    await daemon.publish(runId, 'events', [{ kind: 'run_completed', ts: 4_000_000 }], 'worker_7');
    const rows = await stream;
    expect(
      rows.map((row) => [row.seqId, row.agentId, row.workerId, Number(row.episodeIndex), Number(row.stepIndex), row.reward]),
    ).toEqual(
      steps.map((step, index) => [
        BigInt(index + 1),
        step.agent_id,
        'worker_7',
        step.episode_index,
        step.step_index,
        step.reward,
      ]),
    );
    expect(rows[2]).toMatchObject({ episodeSeed: 18446744073709551615n, terminated: true, timestamp: { seconds: 3n, nanos: 0 } });
    expect(await daemon.describe(runId)).toMatchObject({ status: 'TERM', outcome: 'succeeded' });
  });

  it('lies in an immutable Parquet part after the daemon has drained', async () => {
    await daemon.kill();
    const again = await startDaemon({ home: daemon.home });
    await again.stop();
    daemon = await startDaemon({ home: daemon.home });
    const { parts, kinds } = await daemon.listParts(runId, ['steps']);
    expect(kinds).toMatchObject([{ sealedSeq: 3n, watermark: 3n }]);
    expect(parts).toMatchObject([{ firstSeq: 1n, lastSeq: 3n, rows: 3n }]);
    const part = parts[0] as duallane.Part;
    const bytes = Buffer.concat(
      (await collect(daemon.duallane.readPart({ name: part.name, offset: 0n, length: 0n }))).map((piece) => piece.bytes),
    );
    expect(bytes.equals(readFileSync(part.path))).toBe(true);
    const rows = await rowsOfParquet([part.path]);
    expect(rows.map((row) => columns.map((name) => row[name]))).toEqual(seen);
    expect(rows.map((row) => [row.seq_id, row.run_id, row.worker_id])).toEqual([1, 2, 3].map((seq) => [seq, runId, 'worker_7']));
  });
});
