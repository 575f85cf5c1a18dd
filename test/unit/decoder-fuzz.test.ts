/**
 * @jest-environment node
 */
/** Rubbish for every decoder of bytes from outside: it ends in an error of ours or in what can be read, never in another throw. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readEventFile, readMonitorCsv, readSourceSqlite } from '../../src/pipeline/exchange/index.ts';
import { encodeScalar, eventFileHead } from '../../src/pipeline/exchange/tensorboard.ts';
import { encodeRecord, encodeSegmentHead, scanSegment } from '../../src/pipeline/sinks/journal-record.ts';
import { decodePublished, encodeRows } from '../../src/protocol/arrow.ts';
import { DuallaneError, encodeLinkMessage, LinkJoiner, linkKinds } from '../../src/protocol/index.ts';

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

  it('refuse a message of the page link with a sentence, or read it as one of its kind', () => {
    const batch = { request: 1, runs: ['r1', 'r2'], kinds: ['steps' as const] };
    const whole = Buffer.concat(encodeLinkMessage('parts', 3, 1, batch).map((bytes) => Buffer.from(bytes)));
    expect(new LinkJoiner().take(whole)?.meta).toEqual(batch);
    fc.assert(
      fc.property(fc.array(damaged(whole), { minLength: 1, maxLength: 3 }), (messages) => {
        const joiner = new LinkJoiner();
        try {
          for (const { bytes } of messages) expect(Object.keys(linkKinds)).toContain(joiner.take(bytes)?.kind ?? 'parts');
        } catch (error) {
          expect(error).toBeInstanceOf(DuallaneError);
          expect((error as DuallaneError).code).toBe('link-format');
        }
      }),
      { numRuns: 500 },
    );
  });

  it("read what is whole of the source's SQLite file, or refuse it with a sentence", () => {
    const folder = mkdtempSync(join(tmpdir(), 'dl-'));
    const path = join(folder, 'telemetry.db');
    const database = new DatabaseSync(path);
    database.exec(`CREATE TABLE steps (episode_id TEXT, step_index, action, observation BLOB, reward, terminated, truncated, info BLOB,
        render_payload BLOB, timestamp TEXT, agent_id TEXT, run_id TEXT, worker_id TEXT, episode_seed);
      CREATE TABLE episodes (episode_id TEXT PRIMARY KEY, total_reward, steps, terminated, truncated, metadata BLOB, timestamp TEXT,
        agent_id TEXT, run_id TEXT, worker_id TEXT, ep_index, game_id TEXT)`);
    const insert = database.prepare('INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    // SQLite columns hold what they are given, whatever they are called.
    const cell = fc.oneof(
      fc.string(),
      fc.json(),
      fc.double(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.uint8Array({ maxLength: 30 }),
      fc.constant(null),
      fc.constant('{"__type__":"ndarray","dtype":"<f4","shape":[2],"encoding":"base64","data":"AAAA"}'),
    );
    const cells = fc.sample(fc.array(cell, { minLength: 11, maxLength: 11 }), 60);
    for (const [episode, ...more] of cells) insert.run(episode ?? '', ...(more as never[]).slice(0, 10), 'R', 'w', null);
    database.close();
    const read = (): number => {
      const { runs, close } = readSourceSqlite(path);
      try {
        let rows = 0;
        for (const run of runs)
          for (const { kind, row } of run.rows) {
            expect(() => encodeRows(kind, [row], () => undefined)).not.toThrow();
            rows += 1;
          }
        return rows + runs.reduce((sum, { skipped }) => sum + [...skipped.values()].reduce((a, b) => a + b, 0), 0);
      } finally {
        close();
      }
    };
    expect(read()).toBe(60);
    const whole = readFileSync(path);
    fc.assert(
      fc.property(damaged(whole), ({ bytes }) => {
        writeFileSync(path, bytes);
        try {
          read();
        } catch (error) {
          // SQLite tells damage in the middle only when it comes to it.
          if (!/database|malformed|disk image/.test(String(error))) expect(error).toMatchObject({ code: 'import-unreadable' });
        }
      }),
      { numRuns: 60 },
    );
    rmSync(folder, { recursive: true, force: true });
  });
});
