import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SeqRanges, SequenceCursor } from '../../src/protocol/index.ts';

const arrivals = fc.array(fc.record({ first: fc.integer({ min: 1, max: 300 }), rows: fc.nat(20) }), { maxLength: 60 });

describe('SequenceCursor', () => {
  it('gives each number as fresh at most once, ascending, and accounts for every number up to the last as fresh or missed', () => {
    fc.assert(
      fc.property(arrivals, (script) => {
        const cursor = new SequenceCursor();
        const fresh: number[] = [];
        const missed: number[] = [];
        for (const { first, rows } of script) {
          const arrival = cursor.arrive(first, rows);
          for (let seq = arrival.missed?.first ?? 1; seq <= (arrival.missed?.last ?? 0); seq += 1) missed.push(seq);
          for (let seq = arrival.fresh?.first ?? 1; seq <= (arrival.fresh?.last ?? 0); seq += 1) fresh.push(seq);
          const freshRows = arrival.fresh ? arrival.fresh.last - arrival.fresh.first + 1 : 0;
          expect(freshRows + arrival.repeated).toBe(rows);
        }
        expect(fresh).toEqual([...new Set(fresh)].sort((a, b) => a - b));
        expect([...fresh, ...missed].sort((a, b) => a - b)).toEqual(Array.from({ length: cursor.last }, (_, i) => i + 1));
      }),
    );
  });

  it('goes on from where it was told to', () => {
    expect(new SequenceCursor(10).arrive(9, 4)).toEqual({ fresh: { first: 11, last: 12 }, repeated: 2, missed: undefined });
    expect(new SequenceCursor(10).arrive(13, 1)).toEqual({
      fresh: { first: 13, last: 13 },
      repeated: 0,
      missed: { first: 11, last: 12 },
    });
  });
});

describe('SeqRanges', () => {
  const edits = fc.array(
    fc.record({ add: fc.boolean(), first: fc.integer({ min: 1, max: 80 }), width: fc.integer({ min: 1, max: 15 }) }),
    { maxLength: 80 },
  );

  it('holds what a plain set would, in ascending ranges that do not touch', () => {
    fc.assert(
      fc.property(edits, (script) => {
        const ranges = new SeqRanges();
        const model = new Set<number>();
        for (const { add, first, width } of script) {
          const last = first + width - 1;
          for (let seq = first; seq <= last; seq += 1) add ? model.add(seq) : model.delete(seq);
          add ? ranges.add(first, last) : ranges.remove(first, last);
        }
        expect(ranges.count).toBe(model.size);
        for (let seq = 1; seq <= 100; seq += 1) expect(ranges.has(seq)).toBe(model.has(seq));
        ranges.ranges.forEach((range, i) => {
          const next = ranges.ranges[i + 1];
          expect(range.first).toBeLessThanOrEqual(range.last);
          if (next) expect(next.first).toBeGreaterThan(range.last + 1);
        });
      }),
    );
  });

  it('lets the lowest ranges go when there are too many, and says which', () => {
    const ranges = new SeqRanges(2);
    ranges.add(1, 1);
    ranges.add(3, 3);
    expect(ranges.add(5, 5)).toEqual([{ first: 1, last: 1 }]);
    expect(ranges.ranges).toEqual([
      { first: 3, last: 3 },
      { first: 5, last: 5 },
    ]);
  });
});
