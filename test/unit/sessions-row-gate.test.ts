import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RowGate } from '../../src/kernel-bridge/sessions/row-gate.ts';
import { limits } from '../../src/protocol/index.ts';

const live = { isActive: true, isCongested: false };

function batch(firstSeq: number, agents: readonly string[]) {
  const names = [...new Set(agents)];
  return { firstSeq, rows: agents.length, codes: agents.map((agent) => names.indexOf(agent)), names };
}

function sumOf(gate: RowGate): number {
  const { delivered, skipped, thinned, overflowed } = gate.counts;
  return delivered + skipped + thinned + overflowed;
}

describe('RowGate', () => {
  it('counts each published row once, as delivered, skipped, thinned or overflowed, and tells all that did not go', () => {
    const step = fc.record({
      agents: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 300 }),
      isActive: fc.boolean(),
      isCongested: fc.boolean(),
      paints: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 7 }), (script, every) => {
        const gate = new RowGate('steps', { every });
        let seq = 1;
        let told = 0;
        let sent = 0;
        let unpainted = 0;
        for (const { agents, isActive, isCongested, paints } of script) {
          const indices = gate.admit(batch(seq, agents), { isActive, isCongested });
          if (indices.length > 0) {
            sent = seq + (indices.at(-1) ?? 0);
            gate.sent(sent);
          }
          unpainted += indices.length;
          if (paints) {
            gate.painted({ seq: sent, rows: unpainted }, seq);
            unpainted = 0;
          }
          seq += agents.length;
          expect(sumOf(gate)).toBe(gate.counts.published);
          expect(gate.counts.published).toBe(seq - 1);
          if (!isActive || isCongested) expect(indices.length).toBe(0);
          told += gate.gaps.tell().reduce((rows, gap) => rows + gap.rows, 0);
          expect(told).toBe(gate.counts.skipped + gate.counts.overflowed);
        }
      }),
    );
  });

  it('lets one starved agent take nothing from another', () => {
    const gate = new RowGate('steps');
    const first = gate.admit(
      batch(
        1,
        Array.from({ length: 1000 }, () => 'greedy'),
      ),
      live,
    );
    expect(first.length).toBe(limits.creditsInitial);
    expect(gate.isStarving).toBe(true);
    expect(
      gate.admit(
        batch(
          1001,
          Array.from({ length: 50 }, () => 'modest'),
        ),
        live,
      ).length,
    ).toBe(50);
  });

  it('thins before it spends: of 1,000 rows at every tenth, 100 leave and 100 credits are spent', () => {
    const gate = new RowGate('steps', { every: 10 });
    const indices = gate.admit(
      batch(
        1,
        Array.from({ length: 1000 }, () => 'a'),
      ),
      live,
    );
    expect([...indices.slice(0, 3)]).toEqual([0, 10, 20]);
    expect(gate.counts).toEqual({ published: 1000, delivered: 100, skipped: 0, thinned: 900, overflowed: 0 });
    expect(gate.credits).toBe(limits.creditsInitial - 100);
  });

  it('thins each agent on its own', () => {
    const gate = new RowGate('steps', { every: 2 });
    expect([...gate.admit(batch(1, ['a', 'b', 'a', 'b', 'b', 'a']), live)]).toEqual([0, 1, 4, 5]);
  });

  it('neither counts nor sends rows of agents the view did not ask for', () => {
    const gate = new RowGate('steps', { agents: ['b'] });
    expect([...gate.admit(batch(1, ['a', 'b', 'a', 'b']), live)]).toEqual([1, 3]);
    expect(gate.counts.published).toBe(2);
  });

  it('grants nothing for rows that were never delivered, for rows painted twice, and for a report that goes back', () => {
    const gate = new RowGate('steps');
    gate.admit(
      batch(
        1,
        Array.from({ length: 200 }, () => 'a'),
      ),
      live,
    );
    gate.sent(200);
    expect(() => gate.painted({ seq: 200, rows: 201 }, 0)).toThrow('painted-forged');
    expect(() => gate.painted({ seq: 201, rows: 1 }, 0)).toThrow('painted-forged');
    expect(gate.credits).toBe(0);
    gate.painted({ seq: 200, rows: 200 }, 0);
    expect(gate.credits).toBe(limits.creditsRefill);
    expect(() => gate.painted({ seq: 200, rows: 200 }, 0)).toThrow('painted-forged');
    expect(() => gate.painted({ seq: 100, rows: 0 }, 0)).toThrow('painted-forged');
    expect(gate.credits).toBe(limits.creditsRefill);
  });

  it('remembers what credits made it miss, newest first, once', () => {
    const gate = new RowGate('steps');
    gate.admit(
      batch(
        1,
        Array.from({ length: 500 }, () => 'a'),
      ),
      live,
    );
    expect(gate.gaps.tell()).toEqual([{ kind: 'steps', first: 201, last: 500, rows: 300, reason: 'credit' }]);
    expect(gate.gaps.takeUnfilled(100, 0)).toEqual([{ first: 401, last: 500 }]);
    expect(gate.gaps.takeUnfilled(1000, 301)).toEqual([{ first: 301, last: 400 }]);
    expect(gate.gaps.hasUnfilled).toBe(true);
  });
});
