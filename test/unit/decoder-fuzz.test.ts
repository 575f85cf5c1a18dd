/**
 * @jest-environment node
 */
/** Rubbish for every decoder of bytes from outside: it ends in an error of ours or in what can be read, never in another throw. */
import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readEventFile, readMonitorCsv } from '../../src/pipeline/exchange/index.ts';
import { encodeScalar, eventFileHead } from '../../src/pipeline/exchange/tensorboard.ts';
import { encodeRecord, encodeSegmentHead, scanSegment } from '../../src/pipeline/sinks/journal-record.ts';
import { decodePublished, encodeRows } from '../../src/protocol/arrow.ts';
import { DuallaneError } from '../../src/protocol/index.ts';

const session = new Uint8Array(16);
/** `bytes` with some of them changed, cut off or put in. */
const damaged = (whole: Uint8Array): fc.Arbitrary<{ bytes: Buffer; from: number }> =>
  fc
    .record({
      at: fc.nat(Math.max(0, whole.length - 1)),
      cut: fc.nat(40),
      put: fc.uint8Array({ maxLength: 40 }),
    })
    .map(({ at, cut, put }) => ({ bytes: Buffer.concat([whole.subarray(0, at), put, whole.subarray(at + cut)]), from: at }));

const steps = (n: number) =>
  encodeRows(
    'steps',
    Array.from({ length: n }, (_, i) => ({ agent_id: `a${i % 2}`, step_index: i, reward: i / 2, observation_json: `[${i}]` })),
  );

describe('decoders given rubbish', () => {
  it('read a journal segment up to the damage and beyond it, and never a record that was not written', () => {
    const salt = 77;
    const records = [3, 1, 5, 2].map((rows, i) => {
      const body = steps(rows);
      const head = {
        type: 'rows' as const,
        kind: 'steps' as const,
        runId: 'run',
        workerId: 'w',
        rows,
        firstSeq: 100 * i + 1,
        key: { writerSession: session, batchSequence: i + 1 },
        ledger: [],
      };
      const encoded = encodeRecord(salt, head, body, crc32(body));
      return Buffer.concat([encoded.head, body, encoded.tail]);
    });
    const whole = Buffer.concat([encodeSegmentHead(salt), ...records]);
    expect(scanSegment(whole).records).toHaveLength(4);
    const ends = records.map((_, i) => 16 + records.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0));
    fc.assert(
      fc.property(damaged(whole), ({ bytes, from }) => {
        const scan = scanSegment(bytes);
        const found = scan.records.map(({ head }) => head.firstSeq);
        expect([1, 101, 201, 301].filter((seq) => found.includes(seq))).toEqual(found);
        // What lies before the damage is read, if the segment's own head is whole.
        if (from >= 16) for (const [i, end] of ends.entries()) if (end <= from) expect(found).toContain(100 * i + 1);
        for (const { bodyOffset, bodyBytes, head } of scan.records)
          expect(decodePublished('steps', bytes.subarray(bodyOffset, bodyOffset + bodyBytes)).numRows).toBe(head.rows);
      }),
      { numRuns: 400 },
    );
  });

  it('refuse an Arrow batch with a sentence or give rows of its schema', () => {
    fc.assert(
      fc.property(damaged(steps(9)), ({ bytes }) => {
        try {
          expect(decodePublished('steps', bytes).numRows).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(DuallaneError);
          expect((error as DuallaneError).code).toBe('batch-invalid');
        }
      }),
      { numRuns: 600 },
    );
  });

  it('read what is whole of an event file and count the rest', () => {
    const scalars = [0.5, 1.5, 2.5, 3.5].map((value, i) => encodeScalar({ wallS: 1, step: BigInt(i), tag: 'loss', value }));
    const whole = Buffer.concat([eventFileHead(1), ...scalars]);
    expect([...readEventFile(whole, 'x').rows]).toHaveLength(4);
    fc.assert(
      fc.property(damaged(whole), ({ bytes }) => {
        const run = readEventFile(bytes, 'x');
        const values = [...run.rows].map(({ row }) => row.value);
        expect([0.5, 1.5, 2.5, 3.5].filter((value) => values.includes(value))).toEqual(values);
      }),
      { numRuns: 400 },
    );
    expect([...readEventFile(Buffer.alloc(64, 0xff), 'x').rows]).toEqual([]);
  });

  it('take any text for a monitor.csv or refuse it with a sentence', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constant('1,2,3'), fc.constant('nan,1,x'))),
        fc.boolean(),
        (lines, hasHead) => {
          const text = [...(hasHead ? ['#{"t_start": 1}', 'r,l,t'] : []), ...lines].join('\n');
          try {
            for (const { row } of readMonitorCsv(text, 'm').rows) expect(Number.isSafeInteger(row.steps)).toBe(true);
          } catch (error) {
            expect(error).toMatchObject({ code: 'import-unreadable' });
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
