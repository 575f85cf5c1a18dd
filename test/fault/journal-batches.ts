/** What the killed writer writes: every batch can be made again from its number. */
import type { Row } from '../../src/protocol/arrow.ts';

export const runId = 'run/1';
export const workerId = 'worker';
export const writerSession: Uint8Array = new Uint8Array(16).fill(9);

/** Batch `n`: 1 to 17 rows of steps, or of metrics for every fifth; no two rows of a run are alike. */
export function rowsOfBatch(n: number): Row[] {
  const rows = 1 + ((n * 7) % 17);
  return Array.from({ length: rows }, (_, i) =>
    n % 5 === 0
      ? { agent_id: 'a', step: n, name: `m${i}`, value: n + i / 100, ts: n * 1000 + i }
      : {
          agent_id: `a${n % 3}`,
          env_slot: 0,
          episode_index: n,
          step_index: i,
          reward: n + i / 100,
          ts: n * 1000 + i,
          observation_json: JSON.stringify({ n, i, pad: 'x'.repeat(100 + (n % 50)) }),
        },
  );
}
