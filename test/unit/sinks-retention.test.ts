import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PartRecord } from '../../src/pipeline/history/index.ts';
import { dueRemovals, type HistoryRetention, retentionSentence, type StoredRun } from '../../src/pipeline/sinks/index.ts';

const dayMs = 24 * 3600 * 1000;
const nowMs = 1000 * dayMs;

const retention = fc.record(
  { days: fc.integer({ min: 1, max: 60 }), bytes: fc.integer({ min: 1, max: 5000 }) },
  { requiredKeys: [] },
);
const runs = fc
  .array(
    fc.record(
      {
        endedMs: fc.integer({ min: 900, max: 1010 }).map((day) => day * dayMs),
        isArchived: fc.boolean(),
        own: retention,
        bytes: fc.nat(2000),
      },
      { requiredKeys: ['isArchived', 'bytes'] },
    ),
    { maxLength: 12 },
  )
  .map((all) => all.map((run, i): StoredRun => ({ ...run, runId: `run${i}` })));

const part = (kind: PartRecord['kind'], firstSeq: number, bytes: number) => ({ kind, firstSeq, bytes }) as PartRecord;

describe('retention', () => {
  it('never touches a run that goes on or is archived, and keeps every run when nothing is set', () => {
    fc.assert(
      fc.property(runs, retention, (stored, limits) => {
        const { removals } = dueRemovals(stored, limits, nowMs);
        for (const { runId } of removals) {
          const run = stored.find((one) => one.runId === runId) as StoredRun;
          expect(run.endedMs).toBeDefined();
          expect(run.isArchived).toBe(false);
        }
        expect(
          dueRemovals(
            stored.map(({ own: _, ...run }) => run),
            {},
            nowMs,
          ).removals,
        ).toEqual([]);
      }),
    );
  });

  it('by the size of all history, takes runs in the order of their ends, and no more of them than needed', () => {
    fc.assert(
      fc.property(runs, fc.integer({ min: 1, max: 5000 }), (stored, bytes) => {
        const plain = stored.map(({ own: _, ...run }) => run);
        const { removals, excessBytes } = dueRemovals(plain, { bytes }, nowMs);
        const gone = removals.map(({ runId }) => plain.find((run) => run.runId === runId) as StoredRun);
        const total = plain.reduce((sum, run) => sum + run.bytes, 0);
        const left = total - gone.reduce((sum, run) => sum + run.bytes, 0);
        expect(excessBytes).toBe(Math.max(0, left - bytes));
        const ends = gone.map((run) => run.endedMs as number);
        expect(ends).toEqual([...ends].sort((a, b) => a - b));
        if (gone.length > 0) expect(left + (gone.at(-1)?.bytes as number)).toBeGreaterThan(bytes);
        const stays = plain.filter((run) => run.endedMs !== undefined && !run.isArchived && run.bytes > 0 && !gone.includes(run));
        if (excessBytes > 0) expect(stays).toEqual([]);
      }),
    );
  });

  it.each<[HistoryRetention, StoredRun['own'], string | undefined]>([
    [{ days: 30 }, undefined, 'older than 30 days'],
    [{ days: 60 }, undefined, undefined],
    [{ days: 30 }, {}, undefined],
    [{}, { days: 1 }, 'older than 1 day'],
    [{ days: 1 }, { days: 60 }, undefined],
    [{ bytes: 1 }, { bytes: 5_000_000 }, undefined],
    [{ bytes: 1_500_000 }, undefined, 'history larger than 1.5 MB'],
  ])('of a run that ended 40 days ago, with the daemon told %j and the run %j: %s', (limits, own, reason) => {
    const run: StoredRun = { runId: 'r', endedMs: nowMs - 40 * dayMs, isArchived: false, ...(own && { own }), bytes: 2_000_000 };
    expect(dueRemovals([run], limits, nowMs).removals.map((removal) => removal.reason)).toEqual(
      reason === undefined ? [] : [reason],
    );
  });

  it('lets the oldest steps of a run go first when the run is too large by itself', () => {
    const run: StoredRun = { runId: 'r', endedMs: 0, isArchived: false, own: { bytes: 250 }, bytes: 500 };
    const [due] = dueRemovals([run], {}, nowMs).removals;
    const parts = [
      part('episodes', 1, 100),
      part('steps', 1, 100),
      part('steps', 11, 100),
      part('steps', 21, 100),
      part('events', 1, 100),
    ];
    expect(due?.choose(parts).map(({ kind, firstSeq }) => [kind, firstSeq])).toEqual([
      ['steps', 1],
      ['steps', 11],
      ['steps', 21],
    ]);
  });

  it('does not believe a clock that has stepped back', () => {
    const run: StoredRun = { runId: 'r', endedMs: nowMs + dayMs, isArchived: false, bytes: 5 };
    expect(dueRemovals([run], { days: 1 }, nowMs).removals).toEqual([]);
  });

  it.each<[StoredRun['own'], HistoryRetention, string]>([
    [undefined, {}, 'until the run is deleted'],
    [{}, { days: 3 }, 'until the run is deleted'],
    [undefined, { days: 3, bytes: 20e9 }, "until 3 days after the run's end, while all history is at most 20 GB"],
    [{ bytes: 2500 }, { days: 3 }, 'while the run is at most 2.5 kB'],
  ])('is told in words', (own, limits, words) => {
    expect(retentionSentence(own, limits)).toBe(words);
  });
});
