/**
 * @jest-environment node
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type HistoryForm, historyForms, type PartRecord } from '../../src/pipeline/history/index.ts';
import { openParquetSink, type ParquetSink } from '../../src/pipeline/sinks/index.ts';
import {
  batchFromRows,
  type Cell,
  decodeBatch,
  encodeBatch,
  encodeRows,
  publishedColumns,
  type Row,
  rowKinds,
  rowsOf,
  withFieldMetadata,
} from '../../src/protocol/arrow.ts';
import type { RowKind } from '../../src/protocol/index.ts';
import { rowsOfParquet } from '../support/daemon-parquet.ts';

const homes: string[] = [];
const sinks: ParquetSink[] = [];
const lines: string[] = [];

async function openSink(history: HistoryForm, home = mkdtempSync(join(tmpdir(), 'dl-'))): Promise<ParquetSink> {
  homes.push(home);
  const sink = await openParquetSink({
    home,
    history,
    log: (level, event, fields) => level !== 'debug' && lines.push(`${level} ${event} ${JSON.stringify(fields)}`),
  });
  sinks.push(sink);
  return sink;
}

afterEach(async () => {
  for (const sink of sinks.splice(0)) await sink.close();
  for (const path of homes.splice(0)) rmSync(path, { recursive: true, force: true });
  expect(lines.splice(0)).toEqual([]);
});

async function contentOf(sink: ParquetSink, kind: RowKind = 'steps', runId = 'run'): Promise<Record<string, Cell>[]> {
  const all: Record<string, Cell>[] = [];
  for await (const { firstSeq, rows, ipc } of sink.read(runId, kind, 0)) {
    const batch = decodeBatch(ipc);
    const layout = batch.schema.fields.find(({ name }) => name === 'observation')?.metadata;
    expect(batch.numRows).toBe(rows);
    rowsOf(batch).forEach((row, i) => {
      const joined = layout?.get('layouts');
      let shape = layout?.get('shape');
      let before = 0;
      for (const [count, fields] of joined === undefined ? [] : (JSON.parse(joined) as [number, { shape?: string }][])) {
        if (i >= before && i < before + count) shape = fields.shape;
        before += count;
      }
      all.push({ ...row, seq_id: firstSeq + i, ...(shape !== undefined && { shape }) });
    });
  }
  return all;
}

/** Ten rows of steps in one part; every third part's observations have another shape. */
async function sealPart(sink: ParquetSink, index: number): Promise<void> {
  const rows: Row[] = Array.from({ length: 10 }, (_, i) => ({
    agent_id: `a${i % 3}`,
    episode_index: index,
    step_index: i,
    reward: i === 4 ? null : index + i / 7,
    observation: new Uint8Array([index, i]),
    ts: index * 1000 + i,
  }));
  const shape = index % 3 === 0 ? '[2, 1]' : '[2]';
  const batch = withFieldMetadata(batchFromRows('steps', rows), {
    observation: new Map([
      ['dtype', 'uint8'],
      ['shape', shape],
    ]),
  });
  await (await sink.append({ runId: 'run', workerId: 'w', kind: 'steps', rows: 10, ipc: encodeBatch(batch) })).durable;
  await sink.sealRun('run');
}

const cells: Record<string, fc.Arbitrary<Cell>> = {
  int32: fc.integer(),
  int64: fc.oneof(fc.integer(), fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n })),
  uint64: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  float64: fc.oneof(fc.double(), fc.constant(Number.NaN), fc.constant(-0), fc.constant(Number.NEGATIVE_INFINITY)),
  bool: fc.boolean(),
  utf8: fc.string({ unit: 'grapheme' }),
  binary: fc.uint8Array(),
  timestamp_us: fc.integer({ min: -1e12, max: 1e15 }),
  dict: fc.string({ unit: 'grapheme', maxLength: 4 }),
};
const rowsOfKind = (kind: RowKind): fc.Arbitrary<Row[]> =>
  fc.array(
    fc.record(
      Object.fromEntries(
        publishedColumns(kind).map(({ name, type, nullable }) => {
          const cell = cells[type] as fc.Arbitrary<Cell>;
          return [name, nullable ? fc.option(cell) : cell];
        }),
      ),
    ) as fc.Arbitrary<Row>,
    { minLength: 1, maxLength: 6 },
  );
/** -0 and exact 64-bit integers seen as they are. */
const exact = (value: unknown): unknown =>
  typeof value === 'bigint' || typeof value === 'number' ? (Object.is(value, -0) ? '-0' : String(value)) : value;
const exactly = (rows: readonly Row[]) =>
  rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, exact(value)])));

describe.each(historyForms)('sealed history as %s', (form) => {
  it('gives back every value of every kind exactly, before sealing, after it, and in the other form', async () => {
    const sink = await openSink(form);
    const other = historyForms.find((one) => one !== form) as HistoryForm;
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...rowKinds), fc.context(), async (kind, context) => {
        const [rows] = fc.sample(rowsOfKind(kind), 1) as [Row[]];
        const runId = `run-${++run}`;
        const ipc = encodeRows(kind, rows);
        await (await sink.append({ runId, workerId: 'w', kind, rows: rows.length, ipc })).durable;
        const expected = exactly(
          rowsOf(decodeBatch(ipc)).map((row, i) => ({ ...row, seq_id: i + 1, run_id: runId, worker_id: 'w' })),
        );
        context.log(JSON.stringify(expected, (_, value: unknown) => (value instanceof Uint8Array ? [...value] : value)));
        await sink.sealRun(runId);
        expect(exactly(await contentOf(sink, kind, runId))).toEqual(expected);
        await sink.upkeep.convert(runId, other);
        expect(sink.catalogue.parts(runId, kind).map((part) => part.form)).toEqual([other]);
        expect(exactly(await contentOf(sink, kind, runId))).toEqual(expected);
      }),
      { numRuns: 12 },
    );
  });

  it('merges eight small parts into one of the next level, keeps every row, and lets the old files go', async () => {
    const sink = await openSink(form);
    const home = homes.at(-1) as string;
    for (let index = 0; index < 7; index++) await sealPart(sink, index);
    const before = await contentOf(sink);
    expect(sink.parts('run', ['steps'])).toHaveLength(7);
    await sealPart(sink, 7);
    await sink.upkeep.compact('run');
    const merged = sink.catalogue.parts('run', 'steps');
    expect(merged.map(({ rows, level, firstSeq, lastSeq }) => ({ rows, level, firstSeq, lastSeq }))).toEqual([
      { rows: 80, level: 1, firstSeq: 1, lastSeq: 80 },
    ]);
    expect((await contentOf(sink)).slice(0, 70)).toEqual(before);
    const inside: [number, number][] = [];
    for await (const { firstSeq, rows } of sink.read('run', 'steps', 38, { untilSeq: 40 })) inside.push([firstSeq, rows]);
    expect(inside).toEqual([[39, 2]]);
    await sink.close();
    expect(readdirSync(join(home, 'parts'))).toEqual(form === 'parquet' ? merged.map(({ name }) => name) : []);
    const again = await openSink(form, home);
    expect((await contentOf(again)).slice(0, 70)).toEqual(before);
  });

  it('moves a run to the other form and back, with every row, layout and number as it was', async () => {
    const sink = await openSink(form);
    const home = homes.at(-1) as string;
    const other = historyForms.find((one) => one !== form) as HistoryForm;
    for (let index = 0; index < 4; index++) await sealPart(sink, index);
    const before = await contentOf(sink);
    expect(before.map(({ shape }) => shape)).toContain('[2, 1]');
    expect(await sink.upkeep.convert('run', other)).toMatchObject({ parts: 4, rows: 40 });
    expect(new Set(sink.catalogue.parts('run', 'steps').map((part) => part.form))).toEqual(new Set([other]));
    expect(await contentOf(sink)).toEqual(before);
    await sealPart(sink, 4);
    expect(sink.catalogue.parts('run', 'steps').at(-1)?.form).toBe(other);
    await sink.close();
    const again = await openSink(form, home);
    expect((await contentOf(again)).slice(0, 40)).toEqual(before);
    await again.upkeep.convert('run', form);
    await again.upkeep.compact('run', rowKinds, true);
    expect((await contentOf(again)).slice(0, 40)).toEqual(before);
    expect(again.catalogue.parts('run', 'steps').map(({ rows }) => rows)).toEqual([50]);
    await again.close();
    expect(readdirSync(join(home, form === 'parquet' ? 'rows' : 'parts'))).toEqual([]);
  });

  it('seals, merges, moves and reads rows whatever a publisher writes beside its columns', async () => {
    const sink = await openSink(form);
    await sealPart(sink, 0);
    for (const layouts of ['no JSON', '[[1e9,{}]]', '[1]', '{}', '[[10,{"dtype":1}]]', '[[-1,{}],[11,{"dtype":"u1"}]]']) {
      const rows = [{ agent_id: 'a', observation: new Uint8Array([1]), observation_json: '[1]' }];
      const batch = withFieldMetadata(batchFromRows('steps', rows), {
        observation: new Map([['layouts', layouts]]),
        observation_json: new Map([['dtype', 'x']]),
      });
      await (await sink.append({ runId: 'run', workerId: 'w', kind: 'steps', rows: 1, ipc: encodeBatch(batch) })).durable;
    }
    await sink.sealRun('run');
    await sealPart(sink, 1);
    await sink.upkeep.compact('run', rowKinds, true);
    await sink.upkeep.convert('run', historyForms.find((one) => one !== form) as HistoryForm);
    const found = [];
    for await (const { ipc } of sink.read('run', 'steps', 0)) found.push(...rowsOf(decodeBatch(ipc)));
    expect(found).toHaveLength(26);
    for (const row of found.slice(10, 16))
      expect(row).toMatchObject({ observation: new Uint8Array([1]), observation_json: '[1]' });
  });

  it('says of rows that were removed that they were, and gives their numbers to nobody', async () => {
    const sink = await openSink(form);
    const home = homes.at(-1) as string;
    for (let index = 0; index < 3; index++) await sealPart(sink, index);
    const choose = (parts: readonly PartRecord[]) => parts.slice(0, 2);
    expect(await sink.upkeep.remove('run', { choose, reason: 'too old', nowMs: 7 })).toMatchObject({ parts: 2, rows: 20 });
    expect((await contentOf(sink)).map(({ seq_id }) => seq_id)).toEqual(Array.from({ length: 10 }, (_, i) => 21 + i));
    expect(sink.gaps('run')).toEqual([]);
    expect(sink.removals('run')).toMatchObject([
      { kind: 'steps', firstSeq: 1, lastSeq: 20, rows: 20, removedMs: 7, reason: 'too old' },
    ]);
    await sink.upkeep.remove('run', { reason: 'too large', nowMs: 8 });
    await sink.close();
    expect([...readdirSync(join(home, 'parts')), ...readdirSync(join(home, 'rows'))]).toEqual([]);
    const again = await openSink(form, home);
    expect(await contentOf(again)).toEqual([]);
    expect(again.reach('run', 'steps')).toEqual({ head: 30, watermark: 30, sealedSeq: 30 });
    expect(again.removals('run')).toMatchObject([{ firstSeq: 1, lastSeq: 30, rows: 30, reason: 'too large' }]);
    expect(again.removedRows()).toEqual(new Map([['run', 30]]));
    await sealPart(again, 3);
    expect((await contentOf(again)).map(({ seq_id }) => seq_id)).toEqual(Array.from({ length: 10 }, (_, i) => 31 + i));
    await again.forget('run');
    expect(again.removals('run')).toEqual([]);
  });
});

describe('sealed history in SQLite', () => {
  it('is sent as Parquet that another reader understands', async () => {
    const sink = await openSink('sqlite');
    const home = homes.at(-1) as string;
    await sealPart(sink, 1);
    const [part] = sink.parts('run', ['steps']);
    const chunks: Uint8Array[] = [];
    for await (const chunk of sink.readPart(part?.name as string, 0, 0)) chunks.push(chunk);
    const path = join(home, 'sent.parquet');
    writeFileSync(path, Buffer.concat(chunks));
    const rows = await rowsOfParquet([path]);
    expect(rows.map(({ seq_id, reward, observation, run_id }) => [seq_id, reward, observation, run_id])).toEqual(
      Array.from({ length: 10 }, (_, i) => [i + 1, i === 4 ? null : 1 + i / 7, `010${i}`, 'run']),
    );
  });
});
