/**
 * At most one repaint per animation frame, however often something changed; and a word when the paint is on the screen.
 *
 * Nothing runs while it is paused or nothing changed. `draw` gives false when there was nothing new to draw.
 */
export class PaintLoop {
  readonly #draw: () => boolean;
  readonly #painted: (paintMs: number) => void;
  readonly #channel = new MessageChannel();
  #frame: number | undefined;
  #isDue = false;
  #isPaused = true;
  #drawnMs = 0;

  constructor(draw: () => boolean, painted: (paintMs: number) => void) {
    this.#draw = draw;
    this.#painted = painted;
    // A message posted in an animation frame is taken after the frame's paint.
    this.#channel.port1.onmessage = () => this.#painted(this.#drawnMs);
  }

  /** Something changed. */
  request(): void {
    this.#isDue = true;
    if (this.#isPaused || this.#frame !== undefined) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = undefined;
      if (this.#isPaused) return;
      this.#isDue = false;
      const began = performance.now();
      if (!this.#draw()) return;
      this.#drawnMs = performance.now() - began;
      this.#channel.port2.postMessage(null);
    });
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (isPaused && this.#frame !== undefined) {
      cancelAnimationFrame(this.#frame);
      this.#frame = undefined;
    }
    if (!isPaused && this.#isDue) this.request();
  }

  stop(): void {
    this.setPaused(true);
    this.#channel.port1.close();
  }
}
