/**
 * The chart of a comparison: pans along x by dragging, zooms it by Ctrl + wheel, buttons or keys, reads and picks logged points.
 * The height follows what is in view.
 *
 * Guarantees
 * - A drag or a zoom is drawn in the next animation frame from what is there; `frame-wanted` then asks for it anew, finer.
 * - The wheel alone scrolls the notebook, as everywhere.
 */
import { css, html, LitElement, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Domain, Frame, LoggedPoint } from '../comparison/messages.ts';
import { type ComparePlot, drawComparison, plotArea } from '../plots/compare-plot.ts';
import { themeOf } from './plot-canvas.ts';

type View = { x: Domain; y: Domain };
type Reach = { x: number; y: number; reachX: number; reachY: number };

/** The chart wants the picture of this frame; undefined domains mean everything. */
class FrameWanted extends CustomEvent<Frame> {
  constructor(frame: Frame) {
    super('frame-wanted', { detail: frame });
  }
}
/** What is logged near this place? Answered through `read`. */
export class PlaceRead extends CustomEvent<Reach | undefined> {
  constructor(place: Reach | undefined) {
    super('place-read', { detail: place });
  }
}
export class PointPicked extends CustomEvent<LoggedPoint> {
  constructor(point: LoggedPoint) {
    super('point-picked', { detail: point });
  }
}

/** Pixels around the pointer in which a point is found. */
const reachPx = 12;

export class CompareChart extends LitElement {
  static override properties: PropertyDeclarations = { reading: { state: true }, view: { state: true } };

  static override styles = css`
    :host { position: relative; display: block; min-width: 0; min-height: 0; overflow: hidden; }
    canvas { position: absolute; inset: 0; width: 100%; height: 100%; display: block; touch-action: pan-y; cursor: crosshair; }
    canvas:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: -2px; }
    .spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  `;

  /** The part of x that is looked at; undefined is all of it. */
  declare view: Domain | undefined;
  declare reading: string;
  #plot: ComparePlot | undefined;
  #whole: View | undefined;
  #read: LoggedPoint | undefined;
  #readLabel = '';
  #sizes: ResizeObserver | undefined;
  #size = { width: 0, height: 0 };
  #drag: { x: number; from: Domain; hasMoved: boolean } | undefined;
  #cursorPx: number | undefined;
  #isDue = false;

  constructor() {
    super();
    this.reading = '';
  }

  /** Draws in the next animation frame. `whole`: everything there is. */
  show(plot: ComparePlot, whole: View): void {
    this.#plot = plot;
    this.#whole = whole;
    this.#soon();
  }

  /** The logged point that was found at the place that was read, and whose it is. */
  found(point: LoggedPoint | undefined, label: string): void {
    this.#read = point;
    this.#readLabel = label;
    this.#soon();
  }

  get frame(): Frame {
    const room = plotArea({ left: 0, top: 0, ...this.#size });
    return { x: this.view, width: room.width, height: room.height };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (typeof ResizeObserver === 'undefined') return;
    this.#sizes = new ResizeObserver(() => {
      this.#size = { width: this.clientWidth, height: this.clientHeight };
      this.#want();
    });
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes?.disconnect();
  }

  override render(): TemplateResult {
    const label =
      'Curves of the groups with their bands. Left and right read logged points, Enter picks one, plus and minus zoom, Shift with arrows pans, 0 shows all.';
    return html`<canvas tabindex="0" role="img" aria-label=${label}
        @pointerdown=${this.#pressed} @pointermove=${this.#moved} @pointerup=${this.#released} @pointercancel=${this.#released}
        @pointerleave=${() => this.#readAt(undefined)} @dblclick=${() => this.showAll()} @keydown=${this.#keyed}></canvas>
      <span class="spoken" aria-live="polite">${this.reading}</span>`;
  }

  override firstUpdated(): void {
    // Not through the template: a listener that may stop the wheel must say so.
    this.#canvas?.addEventListener('wheel', this.#wheeled, { passive: false });
  }

  showAll(): void {
    this.view = undefined;
    this.#want();
  }

  /** Narrows (factor < 1) or widens what is seen around a share of the width. */
  zoom(factor: number, share = 0.5): void {
    const [low, high] = this.#x;
    const middle = low + (high - low) * share;
    this.#look([middle - (middle - low) * factor, middle + (high - middle) * factor]);
  }

  #pan(px: number, [low, high]: Domain): void {
    const by = ((high - low) / plotArea({ left: 0, top: 0, ...this.#size }).width) * px;
    this.#look([low - by, high - by]);
  }

  /** Stays within what there is. */
  #look([low, high]: Domain): void {
    if (!this.#whole) return;
    const [first, last] = this.#whole.x;
    const length = Math.min(high - low, last - first);
    const from = Math.max(first, Math.min(low, last - length));
    this.view = length >= (last - first) * 0.999 ? undefined : [from, from + length];
    this.#want();
  }

  get #x(): Domain {
    return this.view ?? this.#whole?.x ?? [0, 1];
  }

  #want(): void {
    this.#soon();
    if (this.#size.width > 0) this.dispatchEvent(new FrameWanted(this.frame));
  }

  #soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  #draw(): void {
    const canvas = this.#canvas;
    const pen = canvas?.getContext('2d');
    if (!canvas || !pen || !this.#plot) return;
    const { width, height } = this.#size;
    const ratio = globalThis.devicePixelRatio || 1;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (wide === 0 || high === 0) return;
    if (canvas.width !== wide) canvas.width = wide;
    if (canvas.height !== high) canvas.height = high;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const view = { x: this.#x, y: this.#plot.view.y };
    const plot = { ...this.#plot, view, read: this.#read, readLabel: this.#readLabel };
    this.reading = drawComparison(pen, { left: 0, top: 0, width, height }, plot, themeOf(this)) ?? '';
  }

  /** A picture of the chart as it is, for the notebook. */
  picture(): HTMLCanvasElement | undefined {
    const canvas = this.#canvas;
    if (!canvas || !this.#plot || canvas.width === 0) return undefined;
    const copy = document.createElement('canvas');
    copy.width = canvas.width;
    copy.height = canvas.height;
    copy.getContext('2d')?.drawImage(canvas, 0, 0);
    return copy;
  }

  readonly #pressed = (event: PointerEvent): void => {
    if (event.button !== 0 || !this.#whole) return;
    this.#canvas?.setPointerCapture(event.pointerId);
    this.#drag = { x: event.offsetX, from: this.#x, hasMoved: false };
  };

  readonly #moved = (event: PointerEvent): void => {
    const drag = this.#drag;
    if (!drag) {
      this.#readAt({ x: event.offsetX, y: event.offsetY });
      return;
    }
    const px = event.offsetX - drag.x;
    drag.hasMoved ||= Math.abs(px) > 4;
    if (drag.hasMoved) this.#pan(px, drag.from);
  };

  readonly #released = (): void => {
    const hasMoved = this.#drag?.hasMoved ?? true;
    this.#drag = undefined;
    if (!hasMoved && this.#read) this.dispatchEvent(new PointPicked(this.#read));
  };

  readonly #wheeled = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const room = plotArea({ left: 0, top: 0, ...this.#size });
    this.zoom(event.deltaY > 0 ? 1.25 : 0.8, (event.offsetX - room.left) / room.width);
  };

  readonly #keyed = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === '+' || event.key === '=') this.zoom(0.8);
    else if (event.key === '-') this.zoom(1.25);
    else if (event.key === '0') this.showAll();
    else if (event.key === 'Escape') this.#readAt(undefined);
    else if (event.key === 'Enter' && this.#read) this.dispatchEvent(new PointPicked(this.#read));
    else if (event.shiftKey && step) this.#pan(-step * 60, this.#x);
    else if (step) this.#stepTo(step);
    else return;
    event.preventDefault();
  };

  /** The next logged point to the left or the right, wherever it is in height. */
  #stepTo(direction: number): void {
    const room = plotArea({ left: 0, top: 0, ...this.#size });
    this.#cursorPx = Math.max(
      room.left,
      Math.min(room.left + room.width, (this.#cursorPx ?? room.left + room.width / 2) + direction * 6),
    );
    const place = this.#placeOf({ x: this.#cursorPx, y: room.top + room.height / 2 });
    if (place) this.dispatchEvent(new PlaceRead({ ...place, reachY: place.reachY * room.height }));
  }

  #readAt(at: { x: number; y: number } | undefined): void {
    this.#cursorPx = at?.x;
    this.dispatchEvent(new PlaceRead(at && this.#placeOf(at)));
  }

  #placeOf(at: { x: number; y: number }): Reach | undefined {
    if (!this.#plot) return undefined;
    const view = { x: this.#x, y: this.#plot.view.y };
    const room = plotArea({ left: 0, top: 0, ...this.#size });
    const [perX, perY] = [(view.x[1] - view.x[0]) / room.width, (view.y[1] - view.y[0]) / room.height];
    return {
      x: view.x[0] + (at.x - room.left) * perX,
      y: view.y[1] - (at.y - room.top) * perY,
      reachX: perX * reachPx,
      reachY: perY * reachPx,
    };
  }

  get #canvas(): HTMLCanvasElement | null {
    return this.renderRoot?.querySelector('canvas') ?? null;
  }
}
