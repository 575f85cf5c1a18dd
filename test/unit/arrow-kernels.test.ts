import { describe, expect, it } from '@jest/globals';
import { RecordBatchStreamWriter, tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import {
  batchFromRows,
  type ColumnType,
  concat,
  decodeBatch,
  decodePublished,
  encodeBatch,
  encodeRows,
  numbersOf,
  publishedColumns,
  type Row,
  rowKinds,
  rowsOf,
  select,
  slice,
  take,
  withSequence,
} from '../../src/protocol/arrow.ts';
import { DuallaneError, type RowKind } from '../../src/protocol/index.ts';

const cells: Record<ColumnType, fc.Arbitrary<Row[string]>> = {
  int32: fc.integer(),
  int64: fc.oneof(fc.maxSafeInteger(), fc.constant(2n ** 62n)),
  uint64: fc.oneof(fc.maxSafeNat(), fc.constant(2n ** 64n - 1n)),
  float64: fc.double(),
  bool: fc.boolean(),
  utf8: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('é'.repeat(40))),
  binary: fc.uint8Array({ maxLength: 80 }),
  timestamp_us: fc.integer({ min: 0, max: 4e15 }),
  dict: fc.constantFrom('a', 'b', 'ünï', ''),
};
const rowOf = (kind: RowKind): fc.Arbitrary<Row> =>
  fc.record(
    Object.fromEntries(
      publishedColumns(kind).map(({ name, type, nullable }) => [name, nullable ? fc.option(cells[type]) : cells[type]]),
    ),
  );
const rowsArbitrary = (kind: RowKind, minLength = 1): fc.Arbitrary<Row[]> => fc.array(rowOf(kind), { minLength, maxLength: 40 });
const runs = { numRuns: 60 };

describe.each(rowKinds)('%s', (kind) => {
  it('come back from rows through Arrow IPC as they went in', () => {
    fc.assert(
      fc.property(rowsArbitrary(kind), (rows) => {
        expect(rowsOf(decodePublished(kind, encodeRows(kind, rows), rows.length))).toEqual(rows);
      }),
      runs,
    );
  });

  it('are read by the reference reader with the same values', () => {
    fc.assert(
      fc.property(rowsArbitrary(kind), (rows) => {
        const table = tableFromIPC(encodeRows(kind, rows));
        expect(rowsOf(table.batches[0] as never)).toEqual(rows);
      }),
      runs,
    );
  });

  it('are taken by index in the order asked for', () => {
    const picks = rowsArbitrary(kind).chain((rows) =>
      fc.tuple(fc.constant(rows), fc.array(fc.nat({ max: rows.length - 1 }), { maxLength: 60 })),
    );
    fc.assert(
      fc.property(picks, ([rows, indices]) => {
        expect(rowsOf(take(batchFromRows(kind, rows), indices))).toEqual(indices.map((index) => rows[index]));
      }),
      runs,
    );
  });

  it('are concatenated row after row, also from slices and through IPC', () => {
    fc.assert(
      fc.property(fc.array(rowsArbitrary(kind), { minLength: 1, maxLength: 5 }), fc.nat({ max: 3 }), (groups, cut) => {
        const batches = groups.map((rows) => decodePublished(kind, encodeRows(kind, rows)).slice(Math.min(cut, rows.length)));
        const expected = groups.flatMap((rows) => rows.slice(Math.min(cut, rows.length)));
        expect(rowsOf(decodeBatch(encodeBatch(concat(batches as never))))).toEqual(expected);
      }),
      runs,
    );
  });

  it('carry the daemon columns in front, each row its own number', () => {
    fc.assert(
      fc.property(rowsArbitrary(kind), (rows) => {
        const numbered = decodeBatch(encodeBatch(withSequence(kind, batchFromRows(kind, rows), 41, 'run', 'w')));
        expect([...numbersOf(numbered, 'seq_id')]).toEqual(rows.map((_, i) => 41 + i));
        expect(rowsOf(numbered)).toEqual(rows.map((row, i) => ({ seq_id: 41 + i, run_id: 'run', worker_id: 'w', ...row })));
      }),
      runs,
    );
  });
});

describe('a published batch', () => {
  const rows: Row[] = [
    { agent_id: 'a', step_index: 1, reward: 1, observation_json: 'ä' },
    { agent_id: 'b', step_index: 2 },
  ];
  const ipc = encodeRows('steps', rows);
  const refused = (bytes: Uint8Array, kind: RowKind = 'steps', count?: number): string => {
    try {
      decodePublished(kind, bytes, count);
    } catch (error) {
      expect(error).toBeInstanceOf(DuallaneError);
      expect((error as DuallaneError).code).toBe('batch-invalid');
      return (error as DuallaneError).sentence;
    }
    return 'taken';
  };

  it('is refused when it is of another kind, with the columns named', () => {
    expect(refused(ipc, 'metrics')).toMatch(/batch of metrics has the columns agent_id, step/);
  });
  it('is refused when it says another number of rows', () => {
    expect(refused(ipc, 'steps', 3)).toBe('the batch says 3 rows and holds 2');
  });
  it('is refused when a column is missing', () => {
    expect(refused(encodeBatch(select(batchFromRows('steps', rows), ['agent_id', 'reward'])))).toMatch(
      /this one has agent_id, reward/,
    );
  });
  it('is refused when it holds two record batches', () => {
    const batch = batchFromRows('steps', rows);
    expect(refused(new RecordBatchStreamWriter().writeAll([batch, batch]).toUint8Array(true))).toMatch(
      /more than one record batch/,
    );
  });
  it('is refused when it holds no rows', () => {
    expect(refused(encodeRows('steps', []))).toMatch(/no rows/);
  });
  it('is refused at every length it can be cut to', () => {
    // The last 8 bytes are the end-of-stream mark, which a stream may leave out.
    for (let length = 0; length < ipc.length - 8; length++) expect(refused(ipc.subarray(0, length))).not.toBe('taken');
  });
  it('is either refused or readable to the last cell after any bytes of it are changed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: ipc.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 }),
        (changes) => {
          const bytes = Uint8Array.from(ipc);
          for (const [at, value] of changes) bytes[at] = value;
          if (refused(bytes) !== 'taken') return;
          const batch = decodePublished('steps', bytes);
          expect(rowsOf(concat([batch, slice(batch, 0, 1)]))).toHaveLength(batch.numRows + 1);
        },
      ),
      { numRuns: 3000 },
    );
  });
  it('is decoded at any alignment of its bytes', () => {
    for (let shift = 0; shift < 8; shift++) {
      const shifted = new Uint8Array(ipc.length + shift);
      shifted.set(ipc, shift);
      expect(decodePublished('steps', shifted.subarray(shift)).numRows).toBe(2);
    }
  });
});

describe('rows that do not fit', () => {
  it('are stored with what can be stored and reported cell by cell', () => {
    const unfit: unknown[] = [];
    const ipc = encodeRows(
      'steps',
      [{ step_index: 2n ** 63n, reward: Number.NaN, episode_seed: -1, env_slot: 1.5, agent_id: 'x' }],
      (...cell) => unfit.push(cell),
    );
    expect(rowsOf(decodePublished('steps', ipc))[0]).toMatchObject({
      step_index: 0,
      reward: Number.NaN,
      episode_seed: null,
      env_slot: 0,
      agent_id: 'x',
    });
    expect(unfit).toEqual([
      [0, 'env_slot', 1.5],
      [0, 'step_index', 2n ** 63n],
      [0, 'episode_seed', -1],
    ]);
  });
});
