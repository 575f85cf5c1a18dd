import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openParquetSink, type ParquetSink } from '../../src/pipeline/sinks/index.ts';
import { scanSegment } from '../../src/pipeline/sinks/journal-record.ts';
import { addStep } from '../../src/pipeline/sinks/step-memory.ts';
import { decodeBatch, encodeRows, rowsOf } from '../../src/protocol/arrow.ts';

const session = new Uint8Array(16).fill(3);
const homes: string[] = [];
const sinks: ParquetSink[] = [];
let lines: { event: string; fields: Record<string, unknown> | undefined }[] = [];

const newHome = (): string => {
  homes.push(mkdtempSync(join(tmpdir(), 'dl-')));
  return homes.at(-1) as string;
};
async function openSink(home: string): Promise<ParquetSink> {
  const sink = await openParquetSink({ home, log: (_level, event, fields) => lines.push({ event, fields }) });
  sinks.push(sink);
  return sink;
}

afterEach(async () => {
  for (const sink of sinks.splice(0)) await sink.close();
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
  lines = [];
});

/** The home of a daemon that was killed after `batches` batches of three rows were acknowledged, batch i holding 10 i + {1, 2, 3}. */
async function killedHome(batches: number): Promise<{ home: string; segment: string }> {
  const live = newHome();
  const sink = await openSink(live);
  for (let i = 1; i <= batches; i++) {
    const ipc = encodeRows(
      'steps',
      [1, 2, 3].map((row) => ({ agent_id: 'a', step_index: 10 * i + row })),
    );
    await (
      await sink.append({
        runId: 'run',
        workerId: 'w',
        kind: 'steps',
        rows: 3,
        ipc,
        key: { writerSession: session, batchSequence: i },
      })
    ).durable;
  }
  const home = newHome();
  cpSync(live, home, { recursive: true });
  return { home, segment: join(home, 'journal', '000000000001.journal') };
}

async function stepsOf(sink: ParquetSink): Promise<[number, unknown][]> {
  const rows: [number, unknown][] = [];
  for await (const { firstSeq, ipc } of sink.read('run', 'steps', 0))
    rows.push(...rowsOf(decodeBatch(ipc)).map((row, i): [number, unknown] => [firstSeq + i, row.step_index]));
  return rows;
}
const rowsOfBatches = (...batches: number[]): [number, number][] =>
  batches.flatMap((i) => [1, 2, 3].map((row): [number, number] => [(i - 1) * 3 + row, 10 * i + row]));
const loggedAs = (event: string): Record<string, unknown> | undefined => lines.find((line) => line.event === event)?.fields;

describe('a journal whose daemon was killed', () => {
  it('is read whole, numbers and batch keys go on, and its segment ends in parts', async () => {
    const { home } = await killedHome(4);
    const sink = await openSink(home);
    expect(await stepsOf(sink)).toEqual(rowsOfBatches(1, 2, 3, 4));
    expect(sink.durableSequence('run', 'w', session)).toBe(4);
    expect(sink.ledger('run').totals).toMatchObject({ received: 12, durable: 12, duplicate: 0, repeated: 0 });
    await sink.close();
    expect(readdirSync(join(home, 'journal'))).toEqual([]);
    const again = await openSink(home);
    expect(again.reach('run', 'steps')).toEqual({ head: 12, watermark: 12, sealedSeq: 12 });
    expect(await stepsOf(again)).toEqual(rowsOfBatches(1, 2, 3, 4));
  });

  it('loses only a record that was cut off at its end, and says so', async () => {
    const { home, segment } = await killedHome(3);
    const { records } = scanSegment(readFileSync(segment));
    truncateSync(segment, (records[2]?.bodyOffset ?? 0) + 20);
    const sink = await openSink(home);
    expect(await stepsOf(sink)).toEqual(rowsOfBatches(1, 2));
    expect(sink.durableSequence('run', 'w', session)).toBe(2);
    expect(loggedAs('journal-tail-cut')).toMatchObject({ segment: 1 });
  });

  it('is cut at every length with nothing but whole batches left', async () => {
    const { segment } = await killedHome(3);
    const bytes = readFileSync(segment);
    const ends = scanSegment(bytes).records.map(({ bodyOffset, bodyBytes }) => bodyOffset + bodyBytes);
    for (let length = 0; length < bytes.length; length++) {
      const { records, damages } = scanSegment(bytes.subarray(0, length));
      expect(records.length).toBe(ends.filter((end) => end <= length).length);
      expect(damages).toEqual([]);
    }
  });

  it('takes what follows a changed byte, names and counts what is lost, keeps the file and never gives the numbers again', async () => {
    const { home, segment } = await killedHome(3);
    const bytes = readFileSync(segment);
    const body = (scanSegment(bytes).records[1]?.bodyOffset ?? 0) + 100;
    bytes[body] = (bytes[body] as number) ^ 4;
    writeFileSync(segment, bytes);
    const sink = await openSink(home);
    expect(await stepsOf(sink)).toEqual(rowsOfBatches(1, 3));
    expect(loggedAs('journal-record-lost')).toMatchObject({ run: 'run', worker: 'w', kind: 'steps', firstSeq: 4, rows: 3 });
    expect(sink.ledger('run').totals).toMatchObject({ received: 6, rejected: 3 });
    await sink.close();
    expect(readFileSync(join(home, 'journal', 'damaged', '000000000001.journal'))).toEqual(bytes);
    const again = await openSink(home);
    expect(await stepsOf(again)).toEqual(rowsOfBatches(1, 3));
    expect(again.parts('run', ['steps']).map(({ firstSeq, lastSeq }) => [firstSeq, lastSeq])).toEqual([
      [1, 3],
      [7, 9],
    ]);
    expect(again.ledger('run').totals).toMatchObject({ received: 6, rejected: 3 });
    expect(again.reach('run', 'steps').head).toBe(9);
  });

  it('tells damage in its last record from a torn tail: its numbers are not given again', async () => {
    const { home, segment } = await killedHome(2);
    const bytes = readFileSync(segment);
    const body = (scanSegment(bytes).records[1]?.bodyOffset ?? 0) + 100;
    bytes[body] = (bytes[body] as number) ^ 4;
    writeFileSync(segment, bytes);
    const sink = await openSink(home);
    expect(await stepsOf(sink)).toEqual(rowsOfBatches(1));
    expect(loggedAs('journal-record-lost')).toMatchObject({ firstSeq: 4, rows: 3 });
    expect(sink.reach('run', 'steps').head).toBe(6);
    await sink.close();
    const again = await openSink(home);
    expect(again.reach('run', 'steps')).toMatchObject({ head: 6, sealedSeq: 3 });
  });

  it('takes all other records after any one byte behind the segment header is changed', async () => {
    const { segment } = await killedHome(4);
    const bytes = readFileSync(segment);
    const all = scanSegment(bytes).records;
    fc.assert(
      fc.property(fc.integer({ min: 16, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] as number) ^ flip;
        const { records } = scanSegment(changed);
        const hit = all.findIndex(({ bodyOffset, bodyBytes }) => at < bodyOffset + bodyBytes);
        const expected = all.filter((_, i) => i !== hit).map(({ bodyOffset }) => bodyOffset);
        // A changed zero between two records harms neither.
        if (records.length === all.length) return;
        expect(records.map(({ bodyOffset }) => bodyOffset)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('does not take a row for a record, whatever its text is', async () => {
    const { segment } = await killedHome(2);
    const bytes = readFileSync(segment);
    // The journal's own records as a text of a row in another journal: the salt tells them apart.
    const sink = await openSink(newHome());
    const ipc = encodeRows('steps', [{ agent_id: 'a', observation: bytes }]);
    await (await sink.append({ runId: 'run', workerId: 'w', kind: 'steps', rows: 1, ipc })).durable;
    const file = readFileSync(join(homes.at(-1) as string, 'journal', '000000000001.journal'));
    file[60] = (file[60] as number) ^ 1;
    expect(scanSegment(file).records).toEqual([]);
  });

  it('reads a group that was written twice once', async () => {
    const { home, segment } = await killedHome(2);
    cpSync(segment, join(home, 'journal', '000000000002.journal'));
    const sink = await openSink(home);
    expect(await stepsOf(sink)).toEqual(rowsOfBatches(1, 2));
    expect(sink.ledger('run').totals.received).toBe(6);
  });

  it('starts over a file that is no segment and keeps it', async () => {
    const { home } = await killedHome(1);
    writeFileSync(join(home, 'journal', '000000000002.journal'), Buffer.alloc(10_000, 'x'));
    const sink = await openSink(home);
    expect(await stepsOf(sink)).toEqual(rowsOfBatches(1));
    expect(readdirSync(join(home, 'journal', 'damaged'))).toEqual(['000000000002.journal']);
  });

  it('leaves no part that no transaction knows', async () => {
    const { home } = await killedHome(1);
    appendFileSync(join(home, 'parts', 'run-steps-1-0000000000000000.parquet'), 'PAR1');
    appendFileSync(join(home, 'parts', 'run-steps-1-0000000000000001.parquet.tmp'), 'PAR1');
    const sink = await openSink(home);
    await sink.close();
    expect(readdirSync(join(home, 'parts'))).toHaveLength(1);
    expect(readdirSync(join(home, 'parts'))[0]).not.toMatch(/000000000000000[01]/);
  });
});

describe('the steps seen of an episode', () => {
  it('are remembered exactly, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 120 }), (steps) => {
        const ranges: number[] = [];
        const seen = new Set<number>();
        for (const step of steps) {
          expect(addStep(ranges, step)).toBe(!seen.has(step));
          seen.add(step);
        }
        expect(ranges.filter((_, i) => i % 2 === 0)).toEqual([...ranges.filter((_, i) => i % 2 === 0)].sort((a, b) => a - b));
      }),
    );
  });
});
