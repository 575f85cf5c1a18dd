import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ReplayOrder, type SeenRow } from '../../src/kernel-bridge/hub/replay-order.ts';
import { RowLog } from '../../src/kernel-bridge/hub/row-log.ts';

type Told = SeenRow<string>;
const row = (step: number, seq: number, payload = 'memory', timeUs = step): Told => ({
  seq,
  timeUs: BigInt(timeUs),
  agent: 'a',
  episode: 0n,
  step: BigInt(step),
  key: `a/${step}/${timeUs}`,
  payload,
});
/** What the source's daemon tells from 0 (its database, then some of its memory) and from 1 (all of its memory). */
function told(stored: readonly number[], memory: readonly number[], offset = 0) {
  const kept = memory.map((step, index) => row(step, offset + index + 1));
  const newestFirst = [...stored].reverse().map((step, index) => row(step, index + 1, 'database'));
  return { from0: [...newestFirst, ...kept.filter(({ seq }) => seq > stored.length)], from1: kept };
}
function ordered(from0: readonly Told[], from1: readonly Told[]): Told[] {
  const order = new ReplayOrder<string>('steps');
  for (const one of from0) if (!order.addStored(one)) break;
  return [...from1.flatMap((one) => order.push(one)), ...order.settle()];
}
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe('the order of a replay', () => {
  it('is that of time, each row once, in memory’s form where there is one, wherever database and memory begin and end', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.nat(60), fc.nat(3000), (count, fromDatabase, fromMemory, offset) => {
        const all = range(0, count);
        const stored = all.slice(Math.min(fromDatabase, count));
        const memory = all.slice(Math.min(fromMemory, count));
        const { from0, from1 } = told(stored, memory, offset);
        const rows = ordered(from0, from1);
        const tellable = [...new Set([...stored, ...memory])].sort((a, b) => a - b);
        expect(rows.map(({ step }) => Number(step))).toEqual(tellable);
        for (const one of rows) expect(one.payload).toBe(memory.includes(Number(one.step)) ? 'memory' : 'database');
      }),
    );
  });

  it('keeps rows that cannot be told apart, as many as there were', () => {
    const twins = [row(1, 1, 'database'), row(1, 2, 'database'), row(0, 3, 'database')];
    const memory = [row(0, 901), row(1, 902), row(1, 903), row(2, 904), row(2, 905)];
    expect(ordered([...twins, ...memory], memory).map(({ step }) => Number(step))).toEqual([0, 1, 1, 2, 2]);
  });
});

describe('a run whose workers’ clocks disagree', () => {
  it('has each row once all the same', () => {
    const memory = [row(0, 1, 'memory', 50), row(1, 2, 'memory', 10), row(2, 3, 'memory', 60), row(3, 4, 'memory', 5)];
    const stored = [...memory].reverse().map((one, index) => ({ ...one, seq: index + 1, payload: 'database' }));
    const rows = ordered(stored, memory);
    expect(rows.map(({ step }) => Number(step)).sort()).toEqual([0, 1, 2, 3]);
  });
});

describe('the numbers of the log', () => {
  it('stay over a reconnect, and leave a hole where nothing overlaps', () => {
    const log = new RowLog<string>(() => 1);
    log.reconnect();
    for (const step of range(5, 10)) log.add(row(step, 0));
    expect(log.after(0, 99, 99).map(({ seq }) => seq)).toEqual([6, 7, 8, 9, 10]); // steps 0 to 4 were before us
    log.reconnect();
    expect(range(7, 12).map((step) => log.add(row(step, 0)))).toEqual([false, false, false, true, true]);
    expect(log.last).toBe(12);
    log.reconnect();
    log.add(row(20, 0));
    log.add(row(21, 0));
    expect(log.after(12, 99, 99).map(({ seq, row: { step } }) => [seq, Number(step)])).toEqual([
      [21, 20],
      [22, 21],
    ]);
  });
});
