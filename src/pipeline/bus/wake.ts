/**
 * A bell for one waiting loop: many reasons may ring it, the loop wakes once and looks at everything.
 *
 * Guarantees: a ring between two waits is not lost; rings that come while nobody waits become one.
 */
export class Wake {
  #rung = false;
  #waiting: (() => void) | undefined;

  ring(): void {
    const waiting = this.#waiting;
    if (!waiting) {
      this.#rung = true;
      return;
    }
    this.#waiting = undefined;
    waiting();
  }

  /** Resolves at the next ring, at once when there was one since the last wait. One waiter at a time. */
  next(): Promise<void> {
    if (this.#rung) {
      this.#rung = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }
}
