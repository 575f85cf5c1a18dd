/**
 * RunBus: publish and subscribe inside of the daemon, for live subscribers. The durable lane does not pass here.
 *
 * Guarantees
 * - `publish` never waits and never throws, whatever a subscriber does.
 * - Each subscriber has its own queue, bounded in events and in bytes; overflow drops its oldest event and counts it.
 *   One subscriber's overflow is invisible to the others.
 */
export type QueueBounds = { events: number; bytes: number };

export type SubscriptionOptions = {
  bounds: QueueBounds;
  signal: AbortSignal;
  /** Called after each event that was queued; must not block. */
  onQueued: () => void;
};

/** One subscriber's queue. */
export class Subscription<Event> {
  readonly #bounds: QueueBounds;
  readonly #sizeOf: (event: Event) => number;
  #queue: Event[] = [];
  #head = 0;
  #bytes = 0;
  #dropped = 0;

  constructor(bounds: QueueBounds, sizeOf: (event: Event) => number) {
    this.#bounds = bounds;
    this.#sizeOf = sizeOf;
  }

  /** Events that overflow has dropped since the subscription began. */
  get dropped(): number {
    return this.#dropped;
  }

  /** 0 to 1, by events or by bytes. */
  get fill(): number {
    return Math.max(this.depth / this.#bounds.events, this.#bytes / this.#bounds.bytes);
  }

  get depth(): number {
    return this.#queue.length - this.#head;
  }

  push(event: Event): void {
    this.#queue.push(event);
    this.#bytes += this.#sizeOf(event);
    while (this.depth > this.#bounds.events || (this.#bytes > this.#bounds.bytes && this.depth > 1)) {
      this.take();
      this.#dropped += 1;
    }
  }

  /** The oldest queued event, left where it is. */
  peek(): Event | undefined {
    return this.#queue[this.#head];
  }

  /** The oldest queued event, undefined when the queue is empty. */
  take(): Event | undefined {
    const event = this.#queue[this.#head];
    if (event === undefined) return undefined;
    this.#head += 1;
    this.#bytes -= this.#sizeOf(event);
    if (this.#head > 64 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return event;
  }

  clear(): void {
    this.#queue = [];
    this.#head = 0;
    this.#bytes = 0;
  }
}

type Member<Event> = { subscription: Subscription<Event>; onQueued: () => void };

/** `pressed`: queues at least 80 % full. */
export type BusFigures = { subscribers: number; queued: number; deepest: number; pressed: number; dropped: number };

const pressedAt = 0.8;

export class RunBus<Event extends object> {
  readonly #topics = new Map<string, Set<Member<Event>>>();
  readonly #sizeOf: (event: Event) => number;
  #droppedBefore = 0;

  constructor(sizeOf: (event: Event) => number = () => 0) {
    this.#sizeOf = sizeOf;
  }

  /** How full the queues are now, and what overflow has dropped since the bus began. */
  figures(): BusFigures {
    const sum = { subscribers: 0, queued: 0, deepest: 0, pressed: 0, dropped: this.#droppedBefore };
    for (const members of this.#topics.values())
      for (const { subscription } of members) {
        sum.subscribers += 1;
        sum.queued += subscription.depth;
        sum.deepest = Math.max(sum.deepest, subscription.depth);
        if (subscription.fill >= pressedAt) sum.pressed += 1;
        sum.dropped += subscription.dropped;
      }
    return sum;
  }

  publish(topic: string, event: Event): void {
    for (const member of this.#topics.get(topic) ?? []) {
      member.subscription.push(event);
      member.onQueued();
    }
  }

  /** A queue of what is published on `topic` from now on, until `signal` aborts. */
  subscribe(topic: string, options: SubscriptionOptions): Subscription<Event> {
    const member = { subscription: new Subscription<Event>(options.bounds, this.#sizeOf), onQueued: options.onQueued };
    if (options.signal.aborted) return member.subscription;
    const members = this.#topics.get(topic) ?? new Set();
    this.#topics.set(topic, members.add(member));
    options.signal.addEventListener(
      'abort',
      () => {
        if (members.delete(member)) this.#droppedBefore += member.subscription.dropped;
        member.subscription.clear();
        if (members.size === 0 && this.#topics.get(topic) === members) this.#topics.delete(topic);
      },
      { once: true },
    );
    return member.subscription;
  }

  /** Subscribers of `topic` now. */
  audience(topic: string): number {
    return this.#topics.get(topic)?.size ?? 0;
  }
}
