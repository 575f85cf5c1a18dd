import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Pulse, RunBus, Wake } from '../../src/pipeline/bus/index.ts';
import { ReadGate } from '../../src/pipeline/ingest/read-gate.ts';

type Event = { n: number; bytes: number };
const unbounded = Number.POSITIVE_INFINITY;

function subscriber(bus: RunBus<Event>, events: number, bytes = unbounded, topic = 'a') {
  const lifetime = new AbortController();
  let rings = 0;
  const queue = bus.subscribe(topic, { bounds: { events, bytes }, signal: lifetime.signal, onQueued: () => (rings += 1) });
  const drain = () => {
    const taken: number[] = [];
    for (let event = queue.take(); event; event = queue.take()) taken.push(event.n);
    return taken;
  };
  return { queue, lifetime, drain, rings: () => rings };
}

describe('RunBus', () => {
  it('gives every subscriber of a topic every event, and others none', () => {
    const bus = new RunBus<Event>();
    const [one, two, other] = [subscriber(bus, 9), subscriber(bus, 9), subscriber(bus, 9, unbounded, 'b')];
    for (const n of [1, 2, 3]) bus.publish('a', { n, bytes: 0 });
    expect([one.drain(), two.drain(), other.drain()]).toEqual([[1, 2, 3], [1, 2, 3], []]);
    expect([one.rings(), other.rings()]).toEqual([3, 0]);
  });

  it('drops the oldest of a full queue, counts them, and harms only that subscriber', () => {
    const bus = new RunBus<Event>();
    const [slow, fast] = [subscriber(bus, 3), subscriber(bus, 100)];
    for (let n = 1; n <= 10; n += 1) bus.publish('a', { n, bytes: 0 });
    expect([slow.queue.depth, slow.queue.dropped, fast.queue.dropped]).toEqual([3, 7, 0]);
    expect(slow.drain()).toEqual([8, 9, 10]);
    expect(fast.drain()).toHaveLength(10);
  });

  it('bounds a queue by bytes, but keeps one event however large', () => {
    const bus = new RunBus<Event>((event) => event.bytes);
    const { queue, drain } = subscriber(bus, 100, 10);
    for (const [n, bytes] of [
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 99],
    ] as const)
      bus.publish('a', { n, bytes });
    expect(queue.dropped).toBe(3);
    expect(drain()).toEqual([4]);
  });

  it('keeps nothing for a subscriber that has gone', () => {
    const bus = new RunBus<Event>();
    const { queue, lifetime } = subscriber(bus, 9);
    bus.publish('a', { n: 1, bytes: 0 });
    lifetime.abort();
    bus.publish('a', { n: 2, bytes: 0 });
    expect([queue.depth, bus.audience('a')]).toEqual([0, 0]);
  });

  it('hands out exactly the newest events in order, whatever is published and taken when', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.boolean(), { maxLength: 300 }), (capacity, steps) => {
        const bus = new RunBus<Event>();
        const { queue } = subscriber(bus, capacity);
        let model: number[] = [];
        let dropped = 0;
        for (const [n, isPublish] of steps.entries()) {
          if (isPublish) {
            bus.publish('a', { n, bytes: 0 });
            model.push(n);
            if (model.length > capacity) dropped += model.length - capacity;
            model = model.slice(-capacity);
          } else {
            expect(queue.peek()?.n).toBe(model[0]);
            expect(queue.take()?.n).toBe(model.shift());
          }
          expect([queue.depth, queue.dropped]).toEqual([model.length, dropped]);
        }
      }),
    );
  });
});

describe('Wake', () => {
  it('keeps a ring that comes while nobody waits, and makes many of them one', async () => {
    const wake = new Wake();
    wake.ring();
    wake.ring();
    await wake.next();
    let isAwake = false;
    const waiting = wake.next().then(() => (isAwake = true));
    await Promise.resolve();
    expect(isAwake).toBe(false);
    wake.ring();
    await waiting;
    expect(isAwake).toBe(true);
  });
});

describe('Pulse', () => {
  it('rings those attached to its topic until they leave', async () => {
    const pulse = new Pulse();
    const [wake, lifetime] = [new Wake(), new AbortController()];
    pulse.attach('a', wake, lifetime);
    pulse.ring('b');
    let rings = 0;
    const count = () => wake.next().then(() => (rings += 1));
    const first = count();
    pulse.ring('a');
    await first;
    lifetime.abort();
    void count();
    pulse.ring('a');
    await Promise.resolve();
    expect(rings).toBe(1);
  });
});

describe('ReadGate', () => {
  it('fetches for a few at a time, holds no place while an item is used, and reads nothing for who has left', async () => {
    const gate = new ReadGate(2);
    let fetching = 0;
    let mostFetching = 0;
    let fetched = 0;
    async function* source() {
      for (let item = 0; item < 3; item += 1) {
        fetching += 1;
        mostFetching = Math.max(mostFetching, fetching);
        await new Promise((resolve) => setImmediate(resolve));
        fetching -= 1;
        fetched += 1;
        yield item;
      }
    }
    const stalled = [1, 2].map(() => gate.pass(source(), new AbortController().signal));
    await Promise.all(stalled.map((reader) => reader.next())); // two readers that use their first item for ever
    const gone = new AbortController();
    const leaving = gate.pass(source(), gone.signal);
    const others = Array.from({ length: 10 }, async () => {
      const items: number[] = [];
      for await (const item of gate.pass(source(), new AbortController().signal)) items.push(item);
      return items;
    });
    const left = leaving.next();
    gone.abort();
    expect(await Promise.all(others)).toEqual(Array.from({ length: 10 }, () => [0, 1, 2]));
    expect((await left).done).toBe(true);
    expect([mostFetching, fetched]).toEqual([2, 32]);
  });
});
