import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CreditPool, limits } from '../../src/protocol/index.ts';

type Action = { kind: 'spend'; rows: number } | { kind: 'paint'; share: number; afterMs: number };

const actions = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('spend' as const), rows: fc.nat(3000) }),
    fc.record({
      kind: fc.constant('paint' as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      afterMs: fc.integer({ min: -50, max: 2500 }),
    }),
  ),
  { maxLength: 200 },
);

function play(script: readonly Action[], check: (pool: CreditPool, spent: number, painted: number) => void): void {
  const pool = new CreditPool();
  let nowMs = 1_000_000;
  let spent = 0;
  let painted = 0;
  for (const action of script) {
    if (action.kind === 'spend') {
      spent += pool.spend(action.rows);
    } else {
      nowMs += action.afterMs;
      const rows = Math.floor(pool.unpainted * action.share);
      pool.painted(rows, nowMs);
      painted += rows;
    }
    check(pool, spent, painted);
  }
}

describe('CreditPool', () => {
  it('keeps credits between zero and the window, and the window within its limits, whatever is spent and painted', () => {
    fc.assert(
      fc.property(actions, (script) => {
        play(script, (pool) => {
          expect(pool.credits).toBeGreaterThanOrEqual(0);
          expect(pool.credits).toBeLessThanOrEqual(pool.window);
          expect(pool.window).toBeGreaterThanOrEqual(limits.creditWindowMin);
          expect(pool.window).toBeLessThanOrEqual(limits.creditWindowMax);
        });
      }),
    );
  });

  it('knows exactly what is unpainted, and never lets more than one and a half of the largest window fly', () => {
    fc.assert(
      fc.property(actions, (script) => {
        let largest: number = limits.creditWindowInitial;
        play(script, (pool, spent, painted) => {
          largest = Math.max(largest, pool.window);
          expect(pool.unpainted).toBe(spent - painted);
          expect(pool.unpainted).toBeLessThanOrEqual(largest * 1.5);
        });
      }),
    );
  });

  it('starves whenever credits are below the limit', () => {
    fc.assert(
      fc.property(actions, (script) => {
        play(script, (pool) => {
          if (pool.credits >= limits.creditsStarvingBelow) return;
          expect(pool.isStarving).toBe(true);
        });
      }),
    );
  });

  it('never stalls a view that paints all it gets: each whole paint of an empty pool brings credits', () => {
    fc.assert(
      fc.property(actions, (script) => {
        const pool = new CreditPool();
        for (const action of script) if (action.kind === 'spend') pool.spend(action.rows);
        pool.painted(pool.unpainted, 0);
        expect(pool.credits).toBeGreaterThanOrEqual(limits.creditsRefill);
        expect(pool.isStarving).toBe(false);
      }),
    );
  });

  it('starts with 200, gives 100 a report below half of the window and nothing above', () => {
    const pool = new CreditPool();
    expect(pool.spend(1000)).toBe(200);
    expect(pool.painted(0, 0)).toBe(0);
    expect(pool.painted(1, 1)).toBe(100);
    expect(pool.credits).toBe(100);
  });

  it('follows the pace of a view that paints 3,000 rows a second', () => {
    const pool = new CreditPool();
    for (let ms = 0; ms <= 1000; ms += 20) pool.painted(pool.spend(60), ms);
    expect(pool.window).toBeGreaterThan(2000);
    expect(pool.window).toBeLessThan(3200);
  });

  it('soon gives all rows to a view that paints all it gets, at any rate up to the largest window, painting ten times a second or more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 18_000 }), fc.integer({ min: 16, max: 100 }), (rowsPerSecond, paintEveryMs) => {
        const pool = new CreditPool();
        let due = 0;
        let missed = 0;
        for (let ms = 0; ms < 20_000; ms += paintEveryMs) {
          due += (rowsPerSecond * paintEveryMs) / 1000;
          const rows = Math.floor(due);
          due -= rows;
          const spent = pool.spend(rows);
          if (ms > 15_000) missed += rows - spent;
          pool.painted(spent, ms);
        }
        expect(missed).toBe(0);
      }),
    );
  });

  it('gives a view that paints 500 rows a second at most that much, however many come', () => {
    const pool = new CreditPool();
    let painted = 0;
    for (let ms = 0; ms < 20_000; ms += 100) {
      pool.spend(1000);
      const rows = Math.min(50, pool.unpainted);
      pool.painted(rows, ms);
      if (ms >= 5000) expect(pool.unpainted).toBeLessThanOrEqual(750);
      painted += rows;
    }
    expect(painted).toBe(10_000);
  });

  it('refuses a report of more rows than are unpainted', () => {
    const pool = new CreditPool();
    pool.spend(5);
    expect(() => pool.painted(6, 0)).toThrow(RangeError);
    expect(pool.unpainted).toBe(5);
  });
});
