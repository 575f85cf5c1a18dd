/**
 * A bound on history reads that run at once, so that a thousand subscribers cost memory and decoding for a few at a time.
 *
 * Guarantees: a place is held while the next batch is fetched and never while it is sent, so a slow reader holds up nobody; who
 * leaves while waiting for a place reads nothing.
 */
export class ReadGate {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(places: number) {
    this.#free = places;
  }

  /** The items of `source`, each fetched in a place of its own; ends early when `signal` aborts. */
  async *pass<Item>(source: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
    const iterator = source[Symbol.asyncIterator]();
    try {
      while (await this.#enter(signal)) {
        const fetched = await iterator.next().finally(() => this.#leave());
        if (fetched.done) return;
        yield fetched.value;
      }
    } finally {
      await iterator.return?.();
    }
  }

  /** True with a place; false, and no place, when `signal` aborts first. */
  async #enter(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      if (this.#free > 0) {
        this.#free -= 1;
        return true;
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.#waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
    // A place that was freed for us goes to the next one.
    if (this.#free > 0) this.#wakeOne();
    return false;
  }

  #leave(): void {
    this.#free += 1;
    this.#wakeOne();
  }

  #wakeOne(): void {
    const [next] = this.#waiting;
    next?.();
  }
}
