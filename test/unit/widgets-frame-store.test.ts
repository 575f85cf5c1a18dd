import { describe, expect, it } from '@jest/globals';
import type { Frame } from '../../src/protocol/index.ts';
import { FrameStore } from '../../src/widgets/stores/frame-store.ts';
import { hudLines } from '../../src/widgets/stores/hud.ts';
import { DrivenLink } from '../support/widget-batches.ts';

function opened() {
  const link = new DrivenLink();
  let nowMs = 1000;
  const store = new FrameStore(link, { run: 'run' }, () => {}, { signal: new AbortController().signal, nowMs: () => nowMs });
  const frame = (head: number, skipped = 0, isStill = false): void => {
    const meta: Frame = {
      head,
      skipped,
      width: 1,
      height: 1,
      channels: 4,
      codec: 'raw',
      last_reward: 0,
      rolling_return: 0,
      step_rate_hz: 0,
      read_ms: nowMs - 2,
      t_ms: nowMs - 5,
      ...(isStill && { still: true }),
    };
    link.newest.send({ kind: 'frame', meta, body: new Uint8Array(4) });
  };
  const paint = (): number | undefined => {
    const next = store.takeNext();
    if (next) store.afterPaint(next, 1);
    return next?.meta.head;
  };
  return {
    link,
    store,
    frame,
    paint,
    tick: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('the frame store', () => {
  it('asks for the next frame only after the paint of the last', () => {
    const { link, frame, paint } = opened();
    frame(1);
    expect(link.newest.reports).toEqual([]);
    expect(paint()).toBe(1);
    expect(link.newest.reports).toEqual([{ frame: 1, paint_ms: 1 }]);
    expect(paint()).toBeUndefined();
  });

  it('paints the newest of two frames, and counts and answers the other', () => {
    const { link, store, frame, paint } = opened();
    frame(1);
    frame(2);
    expect(paint()).toBe(2);
    expect(link.newest.reports).toEqual([{ frame: 1 }, { frame: 2, paint_ms: 1 }]);
    expect(store.counts).toMatchObject({ framesShown: 1, framesSkipped: 1, framesPublished: 2 });
  });

  it('draws nothing while it is hidden, and refuses what was on its way', () => {
    const { link, store, frame, paint } = opened();
    frame(1);
    store.setActive(false);
    frame(2);
    expect(paint()).toBeUndefined();
    expect(link.newest.grants).toEqual([false]);
    expect(link.newest.reports).toEqual([{ frame: 1 }, { frame: 2 }]);
    expect(store.counts.framesShown).toBe(0);
  });

  it('goes on counting what was skipped when the link comes back', () => {
    const { link, store, frame, paint } = opened();
    frame(5, 4);
    paint();
    link.newest.send({ kind: 'reopened' });
    frame(9, 2);
    paint();
    expect(store.counts).toMatchObject({ framesShown: 2, framesSkipped: 6, framesPublished: 8 });
  });

  it('shows a frame again without loss, and counts it in nothing', () => {
    const { link, store, frame, paint, tick } = opened();
    tick(50);
    frame(5);
    paint();
    const { counts } = store;
    tick(600);
    frame(5, 0, true);
    expect(store.counts).toEqual(counts);
    expect(paint()).toBe(5);
    expect(store.counts).toEqual(counts);
    expect(store.shown?.meta.still).toBe(true);
    frame(5, 0, true);
    store.setActive(false);
    expect(store.counts).toEqual(counts);
    expect(link.newest.reports).toEqual([{ frame: 5, paint_ms: 1 }, { frame: 5, paint_ms: 1 }, { frame: 5 }]);
  });

  it('keeps the last frame on the screen when the lane goes away', () => {
    const { link, store, frame, paint } = opened();
    frame(1);
    paint();
    link.newest.send({ kind: 'status', meta: { state: 'unavailable', sentence: 'The ring is gone.' } });
    expect(store.shown?.meta.head).toBe(1);
    expect(store.status?.state).toBe('unavailable');
  });

  it('measures from publish to painted, but not of a frame that was there before the view', () => {
    const { store, frame, paint, tick } = opened();
    frame(1);
    paint();
    expect(store.counts.latencyMs).toBeUndefined();
    tick(50);
    frame(2);
    tick(20);
    paint();
    expect(store.counts.latencyMs).toMatchObject({ p50: 25, samples: 1 });
  });

  it('writes the HUD as the source system does', () => {
    expect(hudLines({ last_reward: 1, rolling_return: -187.456, step_rate_hz: 4812.34 })).toEqual([
      'reward: 1.00',
      'return: -187.46',
      'step/sec: 4812.3',
    ]);
  });
});
