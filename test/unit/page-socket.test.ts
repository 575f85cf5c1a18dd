import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { WebSocket } from 'ws';
import { PageSocket } from '../../src/kernel-bridge/sessions/page-socket.ts';

/** A link whose pings the test answers. */
class Link extends EventEmitter {
  readonly OPEN = 1;
  readonly readyState = 1;
  readonly pings: Buffer[] = [];
  ping(payload: Buffer): void {
    this.pings.push(payload);
  }
  pong(nth: number): void {
    this.emit('pong', this.pings[nth]);
  }
}

function opened(): { link: Link; page: PageSocket; clock: { ms: number } } {
  const [link, clock] = [new Link(), { ms: 0 }];
  return { link, page: new PageSocket(link as unknown as WebSocket, () => clock.ms), clock };
}

describe('what pings tell of a link', () => {
  it('is how long a message was on its way, not how long the ones before it were', () => {
    const { link, page } = opened();
    const arrived: string[] = [];
    page.onArrival(() => arrived.push('first'));
    link.pong(0);
    expect(arrived).toEqual([]);
    page.onArrival(() => arrived.push('second'));
    link.pong(1);
    expect(arrived).toEqual(['first']);
    link.pong(2);
    link.pong(2);
    expect(arrived).toEqual(['first', 'second']);
  });

  it('one answer is enough for several pings, and the round trip does not stay open', () => {
    const { link, page, clock } = opened();
    let arrivals = 0;
    page.onArrival(() => {
      arrivals += 1;
    });
    clock.ms = 500;
    expect(page.roundTripMs).toBe(500);
    link.pong(1);
    clock.ms = 90_000;
    expect([arrivals, page.roundTripMs]).toEqual([1, 500]);
  });

  it('is nothing when somebody else’s ping is answered', () => {
    const { link, page, clock } = opened();
    clock.ms = 10;
    link.emit('pong', Buffer.alloc(0));
    link.emit('pong', Buffer.from([9, 9, 9, 9]));
    clock.ms = 20;
    expect([page.roundTripMs, page.leastRoundTripMs]).toEqual([20, undefined]);
  });
});
