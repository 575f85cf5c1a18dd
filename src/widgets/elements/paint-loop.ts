/**
 * At most one repaint per animation frame, however often something changed; and a word when the paint is on the screen.
 *
 * Nothing runs while it is paused or nothing changed. `draw` gives false when there was nothing new to draw.
 * `leastMs`: the least time from one repaint to the next, for views that nobody can read sixty times a second.
 */
export class PaintLoop {
  readonly #draw: () => boolean;
  readonly #painted: (paintMs: number) => void;
  readonly #leastMs: number;
  readonly #channel = new MessageChannel();
  #frame: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDue = false;
  #isPaused = true;
  #drawnMs = 0;
  #drewAtMs = Number.NEGATIVE_INFINITY;

  constructor(draw: () => boolean, painted: (paintMs: number) => void, leastMs = 0) {
    this.#draw = draw;
    this.#painted = painted;
    this.#leastMs = leastMs;
    // A message posted in an animation frame is taken after the frame's paint.
    this.#channel.port1.onmessage = () => this.#painted(this.#drawnMs);
  }

  /** Something changed. */
  request(): void {
    this.#isDue = true;
    if (this.#isPaused || this.#frame !== undefined || this.#timer !== undefined) return;
    const waitMs = this.#drewAtMs + this.#leastMs - performance.now();
    if (waitMs <= 1) {
      this.#onNextFrame();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#isPaused) this.#onNextFrame();
    }, waitMs);
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (isPaused) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
      this.#frame = undefined;
    } else if (this.#isDue) {
      this.request();
    }
  }

  stop(): void {
    this.setPaused(true);
    this.#channel.port1.close();
  }

  #onNextFrame(): void {
    this.#frame = requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#isDue = false;
      this.#drewAtMs = performance.now();
      if (!this.#draw()) return;
      this.#drawnMs = performance.now() - this.#drewAtMs;
      this.#channel.port2.postMessage(null);
    });
  }
}
