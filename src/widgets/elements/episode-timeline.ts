/** The steps of an episode as a line to drag on: the return so far, the places worth jumping to, where the player is. */
import { css, html, LitElement, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Mark } from '../stores/episode-alignment.ts';
import { onGround, seriesStyle } from '../styles/palette.ts';
import { themeOf } from './plot-canvas.ts';
import { onThemeChange } from './theme-change.ts';

/** Somebody chose a step; `detail` is its index. */
export class Seek extends CustomEvent<number> {
  constructor(at: number) {
    super('seek', { detail: at });
  }
}

const inset = 8;
const markColours = { event: 4, reward: 2, end: 1, divergence: 3 } as const;

export class EpisodeTimeline extends LitElement {
  static override properties: PropertyDeclarations = {
    steps: { attribute: false },
    at: { attribute: false },
    curves: { attribute: false },
    marks: { attribute: false },
    label: { attribute: false },
  };

  static override styles = css`
    :host { display: block; flex: none; height: 56px; padding: 0 4px; }
    .line { position: relative; height: 100%; cursor: pointer; touch-action: none; }
    .line:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: -2px; }
    canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
  `;

  /** How many steps there are. */
  declare steps: number;
  declare at: number;
  /** For each episode its return at the steps of the one that leads, which is the first. */
  declare curves: readonly (readonly (number | undefined)[])[];
  declare marks: readonly Mark[];
  /** What a screen reader says of where the player is. */
  declare label: string;
  #isHeld = false;
  #sizes: ResizeObserver | undefined;
  #life: AbortController | undefined;

  constructor() {
    super();
    this.steps = 0;
    this.at = 0;
    this.curves = [];
    this.marks = [];
    this.label = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#life = new AbortController();
    onThemeChange(() => this.#draw(), this.#life);
    if (typeof ResizeObserver === 'undefined') return;
    this.#sizes = new ResizeObserver(() => this.#draw());
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#life?.abort();
    this.#sizes?.disconnect();
  }

  override render(): TemplateResult {
    return html`<div class="line" role="slider" tabindex="0" aria-label="Step" aria-valuemin="0" aria-valuemax=${Math.max(0, this.steps - 1)}
      aria-valuenow=${this.at} aria-valuetext=${this.label}
      @pointerdown=${this.#grab} @pointermove=${this.#drag} @pointerup=${this.#drop} @pointercancel=${this.#drop}><canvas></canvas></div>`;
  }

  override updated(): void {
    this.#draw();
  }

  #placeOf(at: number, width: number): number {
    return inset + (this.steps > 1 ? (at / (this.steps - 1)) * (width - 2 * inset) : 0);
  }

  readonly #grab = (event: PointerEvent): void => {
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#isHeld = true;
    this.#seek(event);
  };

  readonly #drag = (event: PointerEvent): void => {
    if (this.#isHeld) this.#seek(event);
  };

  readonly #drop = (): void => {
    this.#isHeld = false;
  };

  #seek(event: PointerEvent): void {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const share = (event.clientX - left - inset) / Math.max(1, width - 2 * inset);
    const at = Math.round(Math.max(0, Math.min(1, share)) * Math.max(0, this.steps - 1));
    if (at !== this.at) this.dispatchEvent(new Seek(at));
  }

  #draw(): void {
    const canvas = this.renderRoot.querySelector('canvas');
    const pen = canvas?.getContext('2d');
    if (!canvas || !pen) return;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (width === 0 || height === 0) return;
    const ratio = globalThis.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const theme = themeOf(this);
    const bottom = height - 12;
    pen.fillStyle = theme.grid;
    pen.fillRect(inset, bottom, width - 2 * inset, 1);
    this.#drawCurves(pen, width, 4, bottom - 2, theme.ground);
    const drawn = new Set<string>();
    for (const { at, kind } of this.marks) {
      // One of a kind at a pixel: an episode may have tens of thousands.
      const key = `${kind} ${Math.round(this.#placeOf(at, width))}`;
      if (drawn.has(key)) continue;
      drawn.add(key);
      pen.fillStyle = onGround(seriesStyle('', markColours[kind]).colour, theme.ground);
      const x = this.#placeOf(at, width);
      // Told apart by shape too: events hang below the line, the others stand on it.
      pen.fillRect(Math.round(x) - 1, kind === 'event' ? bottom + 2 : bottom - 6, 2, kind === 'event' ? 8 : 12);
    }
    pen.fillStyle = theme.text;
    const x = this.#placeOf(this.at, width);
    pen.fillRect(Math.round(x) - 1, 2, 2, height - 4);
    pen.beginPath();
    pen.arc(x, bottom, 5, 0, 2 * Math.PI);
    pen.fill();
  }

  #drawCurves(pen: CanvasRenderingContext2D, width: number, top: number, bottom: number, ground: string): void {
    const all = this.curves.flat().filter((value) => value !== undefined);
    const low = Math.min(...bounded(all));
    const high = Math.max(...bounded(all));
    const scale = high > low ? (bottom - top) / (high - low) : 0;
    for (const [ordinal, curve] of this.curves.entries()) {
      const { colour, dash } = seriesStyle('', ordinal);
      pen.strokeStyle = onGround(colour, ground);
      pen.lineWidth = 1.5;
      pen.setLineDash([...dash]);
      pen.beginPath();
      // No more points than pixels.
      const every = Math.max(1, Math.floor(curve.length / Math.max(1, width)));
      for (let at = 0; at < curve.length; at += every) {
        const value = curve[at];
        if (value !== undefined) pen.lineTo(this.#placeOf(at, width), scale === 0 ? bottom : bottom - (value - low) * scale);
      }
      pen.stroke();
    }
    pen.setLineDash([]);
  }
}

/** A spread of many arguments ends on the stack: at most so many, evenly taken. */
function bounded(values: readonly number[]): number[] {
  const every = Math.max(1, Math.ceil(values.length / 5000));
  return values.filter((_, at) => at % every === 0 || at === values.length - 1);
}
