import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type HistoryForm, historyForms } from '../../src/pipeline/history/index.ts';
import { openParquetSink, type ParquetSink, type ParquetSinkOptions, type StoredBatch } from '../../src/pipeline/sinks/index.ts';
import { decodeBatch, encodeBatch, encodeRows, type Row, rowsOf, slice } from '../../src/protocol/arrow.ts';
import type { RowKind } from '../../src/protocol/index.ts';

const session = new Uint8Array(16).fill(7);
const homes: string[] = [];
const sinks: ParquetSink[] = [];
let history: HistoryForm = 'parquet';
const lines: { level: string; event: string; fields?: unknown }[] = [];

async function openSink(options: Partial<ParquetSinkOptions> = {}): Promise<ParquetSink> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'dl-'));
  homes.push(home);
  const sink = await openParquetSink({
    log: (level, event, fields) => lines.push({ level, event, fields }),
    history,
    ...options,
    home,
  });
  sinks.push(sink);
  return sink;
}
const home = (): string => homes.at(-1) as string;

afterEach(async () => {
  for (const sink of sinks.splice(0)) await sink.close();
  for (const path of homes.splice(0)) rmSync(path, { recursive: true, force: true });
  lines.splice(0);
});

const steps = (count: number, from = 0, agent = 'a'): Row[] =>
  Array.from({ length: count }, (_, i) => ({
    agent_id: agent,
    episode_index: 1,
    step_index: from + i,
    reward: (from + i) / 2,
    observation_json: `{"x":${from + i}}`,
  }));
const put = (sink: ParquetSink, rows: Row[], batchSequence?: number, kind: RowKind = 'steps', runId = 'run') =>
  sink.append({
    runId,
    workerId: 'w',
    kind,
    rows: rows.length,
    ipc: encodeRows(kind, rows),
    ...(batchSequence !== undefined && { key: { writerSession: session, batchSequence } }),
  });

async function collect(batches: AsyncIterable<StoredBatch>): Promise<[number, unknown][]> {
  const all: [number, unknown][] = [];
  for await (const { firstSeq, rows, ipc } of batches) {
    const decoded = rowsOf(decodeBatch(ipc));
    expect(decoded).toHaveLength(rows);
    decoded.forEach((row, i) => {
      if (row.seq_id !== undefined) expect(row.seq_id).toBe(firstSeq + i);
      all.push([firstSeq + i, row.step_index]);
    });
  }
  return all;
}
const expected = (from: number, to: number): [number, number][] =>
  Array.from({ length: to - from + 1 }, (_, i) => [from + i, from + i - 1]);

async function sealed(sink: ParquetSink, seq: number, kind: RowKind = 'steps'): Promise<void> {
  sink.seal();
  for (let tries = 0; sink.reach('run', kind).sealedSeq < seq; tries++) {
    if (tries > 2000) throw new Error(`not sealed: ${JSON.stringify([sink.reach('run', kind), lines])}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe.each(historyForms)('the durable sink, history as %s', (form) => {
  beforeEach(() => {
    history = form;
  });

  it('numbers rows from 1 per run and kind and gives them back as they came', async () => {
    const sink = await openSink();
    expect((await put(sink, steps(3))).firstSeq).toBe(1);
    const second = await put(sink, steps(2, 3));
    expect(second.firstSeq).toBe(4);
    expect((await put(sink, [{ name: 'loss', value: 1 }], undefined, 'metrics')).firstSeq).toBe(1);
    await second.durable;
    expect(sink.reach('run', 'steps')).toEqual({ head: 5, watermark: 5, sealedSeq: 0 });
    expect(await collect(sink.read('run', 'steps', 0))).toEqual(expected(1, 5));
  });

  it('reads from any number to any number, inside of batches, journal and parts alike', async () => {
    const sink = await openSink();
    await (await put(sink, steps(10))).durable;
    await sealed(sink, 10);
    await (await put(sink, steps(10, 10))).durable;
    for (const [after, until] of [
      [0, 20],
      [3, 7],
      [9, 11],
      [10, 20],
      [14, 16],
      [19, 20],
      [20, 20],
      [0, 5],
    ] as const) {
      expect(await collect(sink.read('run', 'steps', after, { untilSeq: until }))).toEqual(expected(after + 1, until));
    }
  });

  it('keeps everything over a restart: rows, numbers, batch keys and ledger', async () => {
    const first = await openSink();
    await (await put(first, steps(4), 1)).durable;
    await (await put(first, steps(4, 4), 2)).durable;
    const before = first.ledger('run');
    await first.close();
    const second = await openSink({ home: home() });
    expect(second.reach('run', 'steps')).toEqual({ head: 8, watermark: 8, sealedSeq: 8 });
    expect(second.durableSequence('run', 'w', session)).toBe(2);
    expect(second.ledger('run')).toEqual(before);
    expect(await put(second, steps(4, 4), 2)).toMatchObject({ duplicate: true });
    expect((await put(second, steps(4, 8), 3)).firstSeq).toBe(9);
    expect(await collect(second.read('run', 'steps', 0))).toEqual(expected(1, 8));
  });

  it('stores a batch that comes twice once, tells its numbers and counts its rows as duplicate', async () => {
    const sink = await openSink();
    await (await put(sink, steps(4), 1)).durable;
    await (await put(sink, steps(3, 4), 2)).durable;
    const again = await put(sink, steps(3, 4), 2);
    expect(again).toMatchObject({ duplicate: true, firstSeq: 5 });
    await again.durable;
    expect(sink.reach('run', 'steps').head).toBe(7);
    expect(sink.ledger('run').totals).toMatchObject({ received: 7, durable: 7, duplicate: 3 });
  });

  it('refuses a hole in the batches of a session and takes the missing one after', async () => {
    const sink = await openSink();
    await put(sink, steps(1), 1);
    await expect(put(sink, steps(1), 3)).rejects.toMatchObject({ code: 'batch-out-of-order' });
    expect(await put(sink, steps(1), 2)).toMatchObject({ duplicate: false, firstSeq: 2 });
  });

  it('refuses a batch of another schema, counts its rows and lets its writer go on with the next batch', async () => {
    const sink = await openSink();
    const wrong = {
      runId: 'run',
      workerId: 'w',
      kind: 'steps' as const,
      rows: 2,
      ipc: encodeRows('metrics', [{}, {}]),
      key: { writerSession: session, batchSequence: 1 },
    };
    await expect(sink.append(wrong)).rejects.toMatchObject({ code: 'batch-invalid' });
    const again = await sink.append(wrong);
    expect(again.duplicate).toBe(true);
    await again.durable;
    expect(sink.durableSequence('run', 'w', session)).toBe(1);
    expect((await put(sink, steps(1), 2)).firstSeq).toBe(1);
    expect(sink.ledger('run').totals).toMatchObject({ rejected: 2, received: 1, duplicate: 0 });
  });

  it('takes a dictionary with thousands of words nobody uses, and refuses a huge one with what to leave out', async () => {
    const sink = await openSink();
    const wordy = (words: number) => ({
      runId: 'run',
      workerId: 'w',
      kind: 'steps' as const,
      rows: 2,
      ipc: encodeBatch(
        slice(
          decodeBatch(
            encodeRows(
              'steps',
              Array.from({ length: words }, (_, i) => ({ agent_id: `${i}` })),
            ),
          ),
          0,
          2,
        ),
      ),
    });
    await (await sink.append(wordy(60_000))).durable;
    await expect(sink.append(wordy(70_000))).rejects.toMatchObject({
      code: 'batch-invalid',
      sentence: expect.stringContaining('70000 entries for 2 rows'),
    });
    await sink.sealRun('run');
    expect((await collect(sink.read('run', 'steps', 0))).map(([seq]) => seq)).toEqual([1, 2]);
    expect(sink.ledger('run').totals).toMatchObject({ durable: 2, rejected: 2 });
  });

  it('counts repeated, late and rejected rows per agent, over restarts', async () => {
    const first = await openSink();
    await put(first, [...steps(3, 0, 'a'), ...steps(2, 0, 'b'), ...steps(1, 2, 'a')]);
    await put(first, [
      { agent_id: 'b', episode_index: 1000 },
      { agent_id: 'b', episode_index: 1 },
    ]);
    first.reject('run', 'w', 'b', 5, 'not JSON');
    first.violate('run', 'w', 'b', 2, 'no grid');
    await first.close();
    const second = await openSink({ home: home() });
    const { entries } = second.ledger('run');
    expect(entries.find(({ agentId }) => agentId === 'a')).toMatchObject({
      received: 4,
      durable: 4,
      repeated: 1,
      late: 0,
      rejected: 0,
    });
    expect(entries.find(({ agentId }) => agentId === 'b')).toMatchObject({
      received: 4,
      durable: 4,
      repeated: 0,
      late: 1,
      rejected: 5,
      rejectedSamples: ['not JSON'],
      violations: 2,
      violationSamples: ['no grid'],
    });
  });

  it('tells listeners the watermark after each group and holds back when the intake is full', async () => {
    const sink = await openSink({ intakeRows: 10 });
    const marks: number[] = [];
    sink.onDurable((moved) => marks.push(...moved.map(({ watermark }) => watermark)), { signal: new AbortController().signal });
    const appended = await Promise.all(Array.from({ length: 12 }, (_, i) => put(sink, steps(4, i * 4))));
    await Promise.all(appended.map(({ durable }) => durable));
    expect(appended.map(({ firstSeq }) => firstSeq)).toEqual(Array.from({ length: 12 }, (_, i) => 1 + i * 4));
    expect(marks.at(-1)).toBe(48);
    expect(marks.length).toBeGreaterThanOrEqual(6);
    expect([...marks].sort((a, b) => a - b)).toEqual(marks);
  });

  it('seals by size into parts in order, removes the journal segments, and a slow reader notices no seam', async () => {
    const sink = await openSink({ segmentBytes: 4096 });
    await (await put(sink, steps(5))).durable;
    const reader = sink.read('run', 'steps', 0, { untilSeq: 5 })[Symbol.asyncIterator]();
    const slow = collect(
      (async function* () {
        for (;;) {
          await new Promise((resolve) => setTimeout(resolve, 10));
          const next = await reader.next();
          if (next.done) return;
          yield next.value;
        }
      })(),
    );
    for (let i = 1; i < 40; i++) await (await put(sink, steps(5, i * 5))).durable;
    expect(await slow).toEqual(expected(1, 5));
    const slowest = sink.read('run', 'steps', 0);
    const seen: [number, unknown][] = [];
    for await (const batch of slowest) {
      seen.push(
        ...(await collect(
          (async function* () {
            yield batch;
          })(),
        )),
      );
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(seen).toEqual(expected(1, 200));
    await sealed(sink, 200);
    // Merging works in turns: after this one nothing is under way.
    await sink.upkeep.compact('run');
    const parts = sink.parts('run', ['steps']);
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.map(({ firstSeq }) => firstSeq)).toEqual([1, ...parts.slice(0, -1).map(({ lastSeq }) => lastSeq + 1)]);
    expect(readdirSync(join(home(), 'rows')).filter((name) => name.endsWith('.sqlite'))).toHaveLength(
      history === 'parquet' ? 0 : 1,
    );
    expect(await collect(sink.read('run', 'steps', 0))).toEqual(expected(1, 200));
    // Files of merged parts stay a while for those who read them, and go at the latest now.
    await sink.close();
    expect(readdirSync(join(home(), 'parts')).sort()).toEqual(history === 'parquet' ? parts.map(({ name }) => name).sort() : []);
  });

  it('gives the bytes of a part by range and refuses a part that nobody listed', async () => {
    const sink = await openSink();
    await (await put(sink, steps(100))).durable;
    await sealed(sink, 100);
    const [part] = sink.parts('run', ['steps']);
    const bytes = async (offset: number, length: number) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of sink.readPart(part?.name as string, offset, length)) chunks.push(chunk);
      return Buffer.concat(chunks);
    };
    const whole = await bytes(0, 0);
    if (history === 'parquet') expect(whole.length).toBe(part?.bytes);
    expect(whole.toString('latin1', 0, 4)).toBe('PAR1');
    expect(await bytes(4, 100)).toEqual(whole.subarray(4, 104));
    await expect(sink.readPart('../catalogue.sqlite', 0, 0)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'part-unknown',
    });
  });

  it('keeps rows apart by worker and takes runs with any name', async () => {
    const sink = await openSink();
    const runId = '../é/ö:*';
    await sink.append({ runId, workerId: 'one', kind: 'steps', rows: 2, ipc: encodeRows('steps', steps(2)) });
    await (await sink.append({ runId, workerId: 'two', kind: 'steps', rows: 2, ipc: encodeRows('steps', steps(2)) })).durable;
    await sink.close();
    const again = await openSink({ home: home() });
    const workers: unknown[] = [];
    for await (const { ipc } of again.read(runId, 'steps', 0))
      workers.push(...rowsOf(decodeBatch(ipc)).map((row) => [row.run_id, row.worker_id]));
    expect(workers).toEqual([
      [runId, 'one'],
      [runId, 'one'],
      [runId, 'two'],
      [runId, 'two'],
    ]);
  });

  it('refuses what comes after close', async () => {
    const sink = await openSink();
    await sink.close();
    await expect(put(sink, steps(1))).rejects.toMatchObject({ code: 'sink-closed' });
  });
});
