/**
 * @jest-environment node
 */
/** Rows and batches that come late, twice or out of order: what is kept of them, and what is counted. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { holesIn } from '../../src/pipeline/sinks/holes.ts';
import { openParquetSink } from '../../src/pipeline/sinks/index.ts';
import { decodeBatch, encodeRows, rowsOf } from '../../src/protocol/arrow.ts';

describe('holes between ranges', () => {
  it('are exactly the numbers that no range covers, ascending and apart from each other', () => {
    const ranges = fc.array(fc.record({ firstSeq: fc.integer({ min: 1, max: 60 }), width: fc.integer({ min: 1, max: 9 }) }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(ranges, fc.nat(70), (given, watermark) => {
        const covered = given.map(({ firstSeq, width }) => ({ firstSeq, lastSeq: firstSeq + width - 1 }));
        const holes = holesIn(covered, watermark);
        const isCovered = (seq: number) => covered.some(({ firstSeq, lastSeq }) => firstSeq <= seq && seq <= lastSeq);
        const top = Math.max(watermark, ...covered.map(({ firstSeq }) => firstSeq - 1));
        const missing = Array.from({ length: top }, (_, i) => i + 1).filter((seq) => !isCovered(seq));
        const found = holes.flatMap(({ firstSeq, lastSeq }) =>
          Array.from({ length: lastSeq - firstSeq + 1 }, (_, i) => firstSeq + i),
        );
        expect(found).toEqual(missing);
      }),
    );
  });
});

/** What a writer does: sends batch `sequence` of one of two sessions, or the daemon starts anew. */
const script = fc.array(
  fc.oneof(
    { weight: 9, arbitrary: fc.record({ writer: fc.nat(1), sequence: fc.integer({ min: 1, max: 9 }) }) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
  ),
  { minLength: 5, maxLength: 40 },
);

describe('batches with a key', () => {
  it('are stored once each, in the order of their session, however often and in whatever order they are sent', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (actions) => {
        const home = mkdtempSync(join(tmpdir(), 'dl-'));
        const open = () => openParquetSink({ home, log: () => undefined });
        let sink = await open();
        try {
          const next = [0, 0];
          const stored: [number, number][] = [];
          let duplicates = 0;
          for (const action of actions) {
            if (action === 'restart') {
              await sink.close();
              sink = await open();
              continue;
            }
            const { writer, sequence } = action;
            const rows = [
              { agent_id: `w${writer}`, episode_index: sequence, step_index: 0 },
              { agent_id: `w${writer}`, episode_index: sequence, step_index: 1 },
            ];
            const key = { writerSession: new Uint8Array(16).fill(writer), batchSequence: sequence };
            const batch = { runId: 'run', workerId: 'w', kind: 'steps' as const, rows: 2, ipc: encodeRows('steps', rows), key };
            const last = next[writer] as number;
            const answer = await sink.append(batch).catch((error: { code: string }) => error.code);
            // A session nobody knows may begin anywhere; from there on it goes on by one.
            if (last > 0 && sequence > last + 1) {
              expect(answer).toBe('batch-out-of-order');
              continue;
            }
            if (typeof answer === 'string') throw new Error(answer);
            await answer.durable;
            expect(answer.duplicate).toBe(sequence <= last);
            if (answer.duplicate) duplicates += 2;
            else {
              next[writer] = sequence;
              stored.push([writer, sequence]);
            }
          }
          const found: unknown[] = [];
          for await (const { ipc } of sink.read('run', 'steps', 0))
            for (const row of rowsOf(decodeBatch(ipc))) found.push([row.agent_id, row.episode_index, row.step_index]);
          expect(found).toEqual(stored.flatMap(([writer, sequence]) => [0, 1].map((step) => [`w${writer}`, sequence, step])));
          const { totals } = sink.ledger('run');
          expect(totals).toMatchObject({ received: found.length, durable: found.length, duplicate: duplicates, repeated: 0 });
          expect(sink.gaps('run')).toEqual([]);
        } finally {
          await sink.close();
          rmSync(home, { recursive: true, force: true });
        }
      }),
      { numRuns: 6 },
    );
  }, 60_000);
});
