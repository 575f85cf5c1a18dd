import { describe, expect, it } from '@jest/globals';
import type { Batch } from '../../src/protocol/index.ts';
import { TelemetryStore } from '../../src/widgets/stores/telemetry-store.ts';
import { DrivenLink, episodeBatch, range, stepBatch } from '../support/widget-batches.ts';

function opened(tuning = { every: 1, agent: undefined as string | undefined }) {
  const link = new DrivenLink();
  let changes = 0;
  let nowMs = 1_000_000;
  const life = new AbortController();
  const store = new TelemetryStore(
    link,
    'run',
    tuning,
    () => {
      changes += 1;
    },
    { signal: life.signal, nowMs: () => nowMs },
  );
  const counts = { published: 0, delivered: 0, skipped: 0, thinned: 0, overflowed: 0 };
  const meta = (kind: 'steps' | 'episodes', first: number, last: number, more: Partial<Batch>): Batch => ({
    kind,
    first_seq: first,
    last_seq: last,
    rows: last - first + 1,
    watermark: last,
    history: false,
    counts,
    ...more,
  });
  const steps = (first: number, last: number, more: Partial<Batch> = {}, reward = 1): void => {
    if (!more.history) {
      counts.published += last - first + 1;
      counts.delivered += last - first + 1;
    }
    const body = stepBatch(range(first, last).map((seq) => ({ seq, reward, tsMs: nowMs - 40 })));
    link.newest.send({ kind: 'batch', meta: meta('steps', first, last, { counts: { ...counts }, ...more }), body });
  };
  const episodes = (first: number, last: number, more: Partial<Batch> = {}): void => {
    const body = episodeBatch(range(first, last).map((seq) => ({ seq, episode: seq - 1, total: seq })));
    link.newest.send({ kind: 'batch', meta: meta('episodes', first, last, more), body });
  };
  return {
    link,
    store,
    life,
    steps,
    episodes,
    changes: () => changes,
    tick: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('the telemetry store', () => {
  it('asks for the table’s steps and all of the curve it can have', () => {
    const { link } = opened();
    expect(link.newest.request).toMatchObject({
      run: 'run',
      kinds: ['steps', 'episodes', 'metrics', 'events'],
      every: 1,
      backlog: { steps: 512, episodes: 20_000, metrics: 20_000, events: 512 },
    });
  });

  it('counts a row as shown, and tells the bridge, only after the paint that followed it', () => {
    const { link, store, steps } = opened();
    steps(1, 30);
    expect(store.ledger.steps).toMatchObject({ delivered: 30, shown: 0 });
    expect(link.newest.reports).toEqual([]);
    store.afterPaint(3);
    expect(store.ledger.steps).toMatchObject({ delivered: 30, shown: 30 });
    expect(link.newest.reports).toEqual([{ steps: { seq: 30, rows: 30 }, paint_ms: 3, queue: 0 }]);
  });

  it('reports nothing after a paint that showed nothing new', () => {
    const { link, store, steps } = opened();
    steps(1, 2);
    store.afterPaint(1);
    store.afterPaint(1);
    expect(link.newest.reports).toHaveLength(1);
  });

  it('never reports history as live rows', () => {
    const { link, store, steps } = opened();
    steps(1, 64, { history: true });
    steps(65, 70);
    store.afterPaint(1);
    expect(link.newest.reports).toEqual([{ steps: { seq: 70, rows: 6 }, paint_ms: 1, queue: 0 }]);
    expect(store.ledger.steps).toMatchObject({ shown: 6, fromHistory: 64 });
  });

  it('keeps the newest 512 steps of 30,000 in order', () => {
    const { store, steps } = opened();
    steps(1, 10_000);
    for (let first = 10_001; first < 30_000; first += 400) steps(first, first + 399);
    const { rows } = store.windows.steps;
    expect(rows).toHaveLength(512);
    expect(rows.map((row) => row.seq)).toEqual(range(30_000 - 511, 30_000));
  });

  it('takes a sequence number that comes again as the newer row, once', () => {
    const { store, steps } = opened();
    steps(1, 10, {}, 1);
    steps(8, 12, {}, 7);
    const { rows } = store.windows.steps;
    expect(rows.map((row) => row.batch.number('reward', row.index))).toEqual([1, 1, 1, 1, 1, 1, 1, 7, 7, 7, 7, 7]);
  });

  it('forgets rows that were not durable when the channel is opened again', () => {
    const { link, store, steps, episodes } = opened();
    steps(1, 10, { watermark: 6 });
    episodes(1, 5, { watermark: 3 });
    link.newest.send({ kind: 'reopened' });
    expect(store.windows.steps.rows.map((row) => row.seq)).toEqual(range(1, 6));
    expect(store.curves.get('agent_0')?.points.map((point) => point.seq)).toEqual([1, 2, 3]);
  });

  it('goes on counting over a reconnect, and does not report rows of the lost channel', () => {
    const { link, store, steps } = opened();
    steps(1, 10);
    store.afterPaint(1);
    steps(11, 15);
    link.newest.send({ kind: 'reopened' });
    store.afterPaint(1);
    expect(link.newest.reports).toHaveLength(1);
    const again = { published: 4, delivered: 4, skipped: 0, thinned: 0, overflowed: 0 };
    steps(16, 19, { counts: again });
    store.afterPaint(1);
    expect(store.ledger.steps).toMatchObject({ published: 19, delivered: 19, shown: 19 });
    expect(link.newest.reports.at(-1)?.steps).toEqual({ seq: 19, rows: 4 });
  });

  it('holds a gap until history fills it, and counts what was healed', () => {
    const { link, store, episodes } = opened();
    episodes(1, 10);
    link.newest.send({ kind: 'gap', meta: { kind: 'episodes', first: 11, last: 40, rows: 30, reason: 'credit' } });
    episodes(41, 45);
    expect(store.gaps.episodes.spans).toMatchObject([{ first: 11, last: 40, rows: 30, healedRows: 0 }]);
    episodes(11, 40, { history: true, filled: true });
    expect(store.gaps.episodes.spans).toMatchObject([{ healedRows: 30 }]);
    expect(store.ledger.healed).toBe(30);
    expect(store.curves.get('agent_0')?.points.map((point) => point.seq)).toEqual(range(1, 45));
  });

  it('reports no row that did not come, though a gap after the newest one was told', () => {
    const { link, store, steps } = opened();
    steps(1, 10, { watermark: 400 });
    link.newest.send({ kind: 'gap', meta: { kind: 'steps', first: 11, last: 400, rows: 390, reason: 'credit' } });
    store.afterPaint(1);
    expect(link.newest.reports.at(-1)?.steps).toEqual({ seq: 10, rows: 10 });
    store.retune({ every: 2, agent: undefined });
    expect(link.newest.request).toMatchObject({ since: { steps: 400 } });
  });

  it('changes the thinning from where it is, and begins anew with another agent', () => {
    const { link, store, steps, episodes } = opened();
    steps(1, 100);
    episodes(1, 4);
    store.retune({ every: 8, agent: undefined });
    expect(link.channels[0]?.isClosed).toBe(true);
    expect(link.newest.request).toMatchObject({ every: 8, since: { steps: 100, episodes: 4 } });
    expect(store.windows.steps.rows).toHaveLength(100);
    store.retune({ every: 8, agent: 'left' });
    expect(link.newest.request).toMatchObject({ every: 8, agents: ['left'] });
    expect(link.newest.request).not.toHaveProperty('since');
    expect(store.windows.steps.rows).toEqual([]);
  });

  it('stays hidden when it is opened again while nobody looks', () => {
    const { link, store } = opened();
    store.setActive(false);
    store.retune({ every: 2, agent: undefined });
    expect(link.newest.grants).toEqual([false]);
  });

  it('measures from the worker’s clock to the paint', () => {
    const { store, steps, tick } = opened();
    steps(1, 3);
    tick(60);
    store.afterPaint(1);
    expect(store.ledger.latencyMs).toMatchObject({ p50: 100, samples: 1 });
  });

  it('says when rows cannot be read, and goes on with the next', () => {
    const { link, store, steps } = opened();
    const counts = { published: 1, delivered: 1, skipped: 0, thinned: 0, overflowed: 0 };
    const meta: Batch = { kind: 'steps', first_seq: 1, last_seq: 1, rows: 1, watermark: 1, history: false, counts };
    link.newest.send({ kind: 'batch', meta, body: new Uint8Array([1, 2, 3, 4]) });
    expect(store.problem).toContain('cannot read');
    steps(2, 3);
    expect(store.problem).toBeUndefined();
    expect(store.windows.steps.rows).toHaveLength(2);
  });

  it('is silent once its signal has been aborted', () => {
    const { link, life, steps, changes } = opened();
    life.abort();
    steps(1, 2);
    expect(changes()).toBe(0);
    expect(link.newest.isClosed).toBe(true);
  });
});
