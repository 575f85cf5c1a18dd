/**
 * A plot as an element: a canvas in the page's own pixels, drawn when told to, read by pointer or arrow keys.
 */
import { css, html, LitElement, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Area, CurveTheme } from '../plots/curve.ts';
import { onThemeChange } from './theme-change.ts';

export abstract class PlotCanvas<Model> extends LitElement {
  static override properties: PropertyDeclarations = { reading: { state: true }, label: { attribute: false } };

  static override styles = css`
    :host { position: relative; display: block; min-width: 0; min-height: 0; overflow: hidden; }
    canvas { position: absolute; inset: 0; width: 100%; height: 100%; display: block; }
    canvas:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: -2px; }
    .spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  `;

  declare reading: string;
  /** What a screen reader says of the picture. */
  declare label: string;
  #model: Model;
  #cursor: number | undefined;
  #sizes: ResizeObserver | undefined;
  #life: AbortController | undefined;
  /** Known until the element changes its size: asking each time would cost a layout. */
  #size: { width: number; height: number } | undefined;

  constructor(empty: Model, label: string) {
    super();
    this.#model = empty;
    this.reading = '';
    this.label = label;
  }

  /** Draws the model into the area; the sentence that is read out at `cursor`, px. */
  protected abstract paint(
    pen: CanvasRenderingContext2D,
    area: Area,
    model: Model,
    theme: CurveTheme,
    cursor: number | undefined,
  ): string | undefined;

  get canvas(): HTMLCanvasElement | undefined {
    return this.renderRoot?.querySelector('canvas') ?? undefined;
  }

  /** Somebody clicked at `cursor`, px, or pressed Enter there. */
  protected pick(_area: Area, _model: Model, _cursor: number): void {}

  /** Draws now. To be called at most once per animation frame. */
  draw(model: Model): void {
    this.#model = model;
    const { canvas } = this;
    const pen = canvas?.getContext('2d');
    if (!canvas || !pen) return;
    const { width, height } = this.#size ?? this.#measure(canvas);
    const ratio = globalThis.devicePixelRatio || 1;
    const [pixelsWide, pixelsHigh] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (pixelsWide === 0 || pixelsHigh === 0) return;
    if (canvas.width !== pixelsWide) canvas.width = pixelsWide;
    if (canvas.height !== pixelsHigh) canvas.height = pixelsHigh;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.reading = this.paint(pen, { left: 0, top: 0, width, height }, model, themeOf(this), this.#cursor) ?? '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#life = new AbortController();
    onThemeChange(() => this.draw(this.#model), this.#life);
    if (typeof ResizeObserver === 'undefined') return;
    this.#sizes = new ResizeObserver(() => {
      this.#size = undefined;
      this.draw(this.#model);
    });
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#life?.abort();
    this.#sizes?.disconnect();
    this.#sizes = undefined;
    this.#size = undefined;
  }

  override render(): TemplateResult {
    return html`
      <canvas tabindex="0" role="img" aria-label=${this.label}
        @mousedown=${keepFocus} @pointermove=${this.#pointed} @pointerleave=${() => this.#point(undefined)} @click=${this.#clicked} @keydown=${this.#keyed}></canvas>
      <span class="spoken" aria-live="polite">${this.#cursor === undefined ? '' : this.reading}</span>
    `;
  }

  override firstUpdated(): void {
    this.draw(this.#model);
  }

  #measure(canvas: HTMLCanvasElement): { width: number; height: number } {
    const size = { width: canvas.clientWidth, height: canvas.clientHeight };
    if (this.#sizes && size.width > 0 && size.height > 0) this.#size = size;
    return size;
  }

  readonly #pointed = (event: PointerEvent): void => this.#point(event.offsetX);

  readonly #keyed = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -4, ArrowRight: 4 }[event.key];
    if (event.key === 'Escape') this.#point(undefined);
    if (event.key === 'Enter' && this.#cursor !== undefined) {
      event.preventDefault();
      this.#pickAt(this.#cursor);
    }
    if (step === undefined) return;
    event.preventDefault();
    const width = this.clientWidth;
    this.#point(Math.max(0, Math.min(width, (this.#cursor ?? width / 2) + step)));
  };

  readonly #clicked = (event: MouseEvent): void => this.#pickAt(event.offsetX);

  #pickAt(cursor: number): void {
    this.pick({ left: 0, top: 0, width: this.clientWidth, height: this.clientHeight }, this.#model, cursor);
  }

  #point(cursor: number | undefined): void {
    this.#cursor = cursor;
    this.draw(this.#model);
  }
}

/** A click on the picture is a click on the notebook's cell: its keys go on working. The Tab key still comes here. */
function keepFocus(event: Event): void {
  event.preventDefault();
}

/** The page's colours, as they are now. */
export function themeOf(element: Element): CurveTheme {
  const style = getComputedStyle(element);
  const read = (name: string, fallback: string): string => style.getPropertyValue(name).trim() || fallback;
  return {
    text: read('--jp-ui-font-color1', '#212121'),
    quiet: read('--jp-ui-font-color2', '#616161'),
    grid: read('--jp-border-color2', '#e0e0e0'),
    ground: read('--jp-layout-color1', '#ffffff'),
    font: read('--jp-ui-font-family', 'system-ui, sans-serif'),
  };
}
