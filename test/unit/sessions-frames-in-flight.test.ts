import { describe, expect, it } from '@jest/globals';
import { FramesInFlight } from '../../src/kernel-bridge/sessions/frames-in-flight.ts';

/** A link that takes `transferMs` a frame and answers `roundTripMs` later, and a page that paints each frame `paintMs` after it came. */
function shownIn(
  seconds: number,
  { roundTripMs, transferMs, paintMs }: Record<'roundTripMs' | 'transferMs' | 'paintMs', number>,
) {
  let nowMs = 0;
  let [shown, most, linkFreeMs] = [0, 0, 0];
  const inFlight = new FramesInFlight(
    () => ({ roundTripMs, transferMs }),
    () => nowMs,
  );
  const later: { atMs: number; does: () => void }[] = [];
  let waiting = 0;
  for (let head = 1; nowMs < seconds * 1000; nowMs += 1) {
    for (const { does } of later.filter(({ atMs }) => atMs === nowMs)) does();
    if (nowMs % 16 !== 0 || !inFlight.hasRoom) continue;
    const frame = { head, published: head };
    head += 1;
    inFlight.sends(frame);
    waiting += 1;
    most = Math.max(most, waiting);
    linkFreeMs = Math.max(nowMs, linkFreeMs) + transferMs;
    const hereMs = Math.ceil(linkFreeMs + roundTripMs / 2);
    later.push({ atMs: Math.max(nowMs + 1, Math.ceil(linkFreeMs + roundTripMs)), does: () => inFlight.arrived(frame.head) });
    later.push({
      atMs: hereMs + paintMs + Math.ceil(roundTripMs / 2),
      does: () => {
        expect(inFlight.answered(frame.head)).toBe(frame.published);
        shown += 1;
        waiting -= 1;
      },
    });
  }
  return { perSecond: shown / seconds, most };
}

describe('frames in flight', () => {
  it('reach the screen’s rate on this host though each waits longer for its paint than the next takes to come, two at most', () => {
    const { perSecond, most } = shownIn(10, { roundTripMs: 1, transferMs: 4, paintMs: 20 });
    expect(perSecond).toBeGreaterThan(58);
    expect(most).toBe(2);
  });

  it('fill a long round trip as far as the link carries them, and leave it room', () => {
    const { perSecond } = shownIn(10, { roundTripMs: 150, transferMs: 40, paintMs: 10 });
    expect(perSecond).toBeGreaterThan(13);
    expect(perSecond).toBeLessThan(25);
  });

  it('are one at a time while nothing is known of the link, and never many for a page that does not paint', () => {
    const link: { roundTripMs: number | undefined; transferMs: number | undefined } = { roundTripMs: 300, transferMs: undefined };
    let nowMs = 0;
    const inFlight = new FramesInFlight(
      () => link,
      () => nowMs,
    );
    const sendAll = (): number => {
      let sent = 0;
      for (let i = 0; i < 100; i++, nowMs += 100)
        if (inFlight.hasRoom) {
          inFlight.sends({ head: nowMs, published: nowMs });
          inFlight.arrived(nowMs);
          sent += 1;
        }
      return sent;
    };
    expect(sendAll()).toBe(1);
    link.transferMs = 1;
    expect(sendAll()).toBe(7);
  });

  it('that are answered twice, or never were sent, are forged; those of before the view was hidden may be answered or not', () => {
    const inFlight = new FramesInFlight(
      () => ({ roundTripMs: 1, transferMs: 1 }),
      () => 0,
    );
    inFlight.sends({ head: 1, published: 10 });
    expect(inFlight.answered(1)).toBe(10);
    expect(() => inFlight.answered(1)).toThrow('Frame 1 was painted; in flight: none.');
    inFlight.sends({ head: 2, published: 11 });
    inFlight.forgive();
    expect(inFlight.isEmpty).toBe(true);
    inFlight.sends({ head: 3, published: 12 });
    expect(inFlight.answered(2)).toBeUndefined();
    expect(() => inFlight.answered(9)).toThrow('in flight: 3.');
  });
});
