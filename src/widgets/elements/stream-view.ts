/**
 * A view of something that flows: repaints when it changed, ticks while it is seen, and tells what is worth keeping.
 *
 * Guarantees
 * - At most one repaint per animation frame and `leastPaintMs`, and none while nobody can see it.
 * - `Memorable` is told once for the first content and once for the end.
 */
import type { PageLink } from '../link/page-link.ts';
import { PaintLoop } from './paint-loop.ts';
import { Memorable, ViewElement } from './view-element.ts';

export abstract class StreamView extends ViewElement {
  readonly #pace: { leastPaintMs: number; tickMs: number };
  #loop: PaintLoop | undefined;
  #tick: ReturnType<typeof setInterval> | undefined;
  #hadContent = false;
  #wasEnded = false;

  /** `tickMs`: times that pass are drawn anew this often. */
  constructor(pace: { leastPaintMs: number; tickMs: number }) {
    super();
    this.#pace = pace;
  }

  protected abstract open(link: PageLink, life: { signal: AbortSignal; changed: () => void }): void;
  /** Forgets what `open` made. */
  protected abstract close(): void;
  /** Credits and frames are asked for only while this is true. */
  protected abstract setActive(isActive: boolean): void;
  /** To put on the screen what does not go through the template. */
  protected drawContent(): void {}
  /** What was drawn is on the screen. */
  protected abstract afterPaint(paintMs: number): void;
  protected abstract get hasContent(): boolean;
  protected abstract get hasEnded(): boolean;

  protected override begin(link: PageLink, life: { signal: AbortSignal }): void {
    this.#loop = new PaintLoop(
      () => this.#draw(),
      (paintMs) => this.#painted(paintMs),
      this.#pace.leastPaintMs,
    );
    const changed = (): void => this.#loop?.request();
    this.open(link, { ...life, changed });
    link.onState(changed, life);
  }

  protected override end(): void {
    this.#loop?.stop();
    this.#loop = undefined;
    clearInterval(this.#tick);
    this.#hadContent = false;
    this.#wasEnded = false;
    this.close();
  }

  protected override whileVisible(isVisible: boolean): void {
    this.setActive(isVisible);
    this.#loop?.setPaused(!isVisible);
    clearInterval(this.#tick);
    if (!isVisible) return;
    this.#loop?.request();
    this.#tick = setInterval(() => this.#loop?.request(), this.#pace.tickMs);
  }

  #draw(): boolean {
    if (!this.isConnected) return false;
    this.drawContent();
    this.requestUpdate();
    this.performUpdate();
    return true;
  }

  #painted(paintMs: number): void {
    if (!this.#loop) return;
    this.afterPaint(paintMs);
    const { hasContent, hasEnded } = this;
    if ((hasContent && !this.#hadContent) || (hasEnded && !this.#wasEnded)) this.dispatchEvent(new Memorable());
    this.#hadContent = hasContent;
    this.#wasEnded = hasEnded;
  }
}
