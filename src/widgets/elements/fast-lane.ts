/**
 * FastLane: the newest frame of a run, with the numbers that belong to it.
 *
 * Guarantees
 * - The newest frame wins; nothing queues; what was not shown is counted. HUD and picture are of the same frame.
 * - The next frame is asked for only after the paint of the last. Hidden, it asks for none and draws nothing.
 * Settings: height (px), hud (false hides the numbers), embedded (true: its place gives the height, and there is less around it).
 */
import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Frame } from '../../protocol/index.ts';
import type { PageLink } from '../link/page-link.ts';
import { type FrameCounts, FrameStore, type HeldFrame } from '../stores/frame-store.ts';
import { hudLines } from '../stores/hud.ts';
import { type ViewState, viewState } from '../stores/view-state.ts';
import { cameraIcon, expandIcon } from '../styles/icons.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { ago, count, decimal } from '../styles/words.ts';
import { fastLaneStyles } from './fast-lane-styles.ts';
import { StreamView } from './stream-view.ts';

const figuresEveryMs = 250;
const noFigures: { fps: number | undefined; latencyMs: number | undefined } = { fps: undefined, latencyMs: undefined };
/** States whose word in the header says it all, beside a frame. */
const plainStates = ['live', 'paused', 'ended'];
const pace = { leastPaintMs: 0, tickMs: 1000 };

export class FastLaneElement extends StreamView {
  static override properties: PropertyDeclarations = { ...StreamView.properties, said: { state: true } };
  static override styles = [viewStyles, fastLaneStyles];

  declare said: string;
  #store: FrameStore | undefined;
  #drawn: HeldFrame | undefined;
  #name = '';
  #isEnded = false;
  #figuresAtMs = 0;

  constructor() {
    super(pace);
    this.said = '';
  }

  /** Read-only, for whoever wants to know how the lane does. Latency in ms: frame published to painted. */
  get counts(): FrameCounts & { fps: number | undefined } {
    const none: FrameCounts = { framesShown: 0, framesSkipped: 0, framesPublished: 0, latencyMs: undefined };
    return { ...(this.#store?.counts ?? none), fps: this.#store?.fps() };
  }

  get ledger(): FrameCounts & { fps: number | undefined } {
    return this.counts;
  }

  get state(): ViewState {
    if (!this.link || this.runs.length === 0) return { state: 'empty', sentence: 'This view names no run.' };
    const { status, problem, shown } = this.#store ?? {};
    const state = viewState({ link: this.link.state, run: undefined, status, problem, hasRows: !!shown });
    if (state.state === 'empty')
      return { state: 'empty', sentence: 'Waiting for the first frame. It appears when the run renders one.' };
    return state;
  }

  override picture(): HTMLCanvasElement | undefined {
    const canvas = this.#canvas;
    if (!canvas || !this.#store?.shown) return undefined;
    return pictureOf(canvas, this.#store.shown.meta);
  }

  override summary(): Record<string, unknown> | undefined {
    const meta = this.#store?.shown?.meta;
    if (!meta) return undefined;
    const { episode, step, last_reward, rolling_return } = meta;
    return { run: this.runs[0], name: this.#name, episode, step, last_reward, rolling_return, at_ms: Date.now() };
  }

  protected override open(link: PageLink, life: { signal: AbortSignal; changed: () => void }): void {
    const run = this.runs[0] ?? '';
    this.#store = new FrameStore(link, run, life.changed, life);
    link.onRuns((runs) => {
      const entry = runs.find((candidate) => candidate.run_id === run);
      this.#name = entry?.name ?? this.#name;
      this.#isEnded = entry?.status === 'TERM';
      life.changed();
    }, life);
  }

  protected override close(): void {
    this.#store = undefined;
    this.#drawn = undefined;
  }

  protected override setActive(isActive: boolean): void {
    this.#store?.setActive(isActive);
  }

  protected override drawContent(): void {
    const next = this.#store?.takeNext();
    if (!next || !this.#store) return;
    // A second drawing may come before the first is told of: the frame stays what is to be told, or no other would come.
    this.#drawn = next;
    this.#store.shown = next;
    const canvas = this.#canvas;
    if (canvas) putFrame(canvas, next);
  }

  protected override afterPaint(paintMs: number): void {
    const frame = this.#drawn;
    this.#drawn = undefined;
    if (frame) this.#store?.afterPaint(frame, paintMs);
  }

  protected override get hasContent(): boolean {
    return (this.#store?.counts.framesShown ?? 0) > 0;
  }

  protected override get hasEnded(): boolean {
    return this.#isEnded;
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    const { height, embedded } = this.settings;
    this.style.height =
      embedded === true ? 'auto' : `${typeof height === 'number' ? Math.max(160, Math.min(1600, height)) : 400}px`;
  }

  override render(): TemplateResult {
    const state = this.state;
    const { shown } = this.#store ?? {};
    const isMemory = !shown && !!this.memory?.last && state.state !== 'empty' && state.state !== 'waiting';
    return html`
      <section class="frame" aria-label="Newest frame of ${this.#name || this.runs[0]}" data-state=${state.state}>
        ${this.#header(state)}
        ${this.#notice(state, !!shown)}
        <div class="stage" ?hidden=${!shown}>
          <canvas role="img" aria-label="Newest frame"></canvas>
          ${shown && this.settings.hud !== false ? this.#hud(shown.meta) : nothing}
        </div>
        ${shown ? nothing : isMemory ? this.#fromMemory(state) : html`<div class="blank" role="status"><p>${state.sentence || 'Waiting for the first frame.'}</p></div>`}
        ${this.settings.embedded === true ? nothing : this.#footer()}
      </section>
    `;
  }

  get #canvas(): HTMLCanvasElement | null {
    return this.renderRoot.querySelector('canvas');
  }

  #figures: typeof noFigures = noFigures;

  #header(state: ViewState): TemplateResult {
    const now = Date.now();
    if (now - this.#figuresAtMs >= figuresEveryMs) {
      this.#figuresAtMs = now;
      this.#figures = { fps: this.#store?.fps(), latencyMs: this.#store?.counts.latencyMs?.p50 };
    }
    const word = { live: 'connected', empty: 'waiting' }[state.state as string] ?? state.state;
    // Of a run that has ended, how fast frames came is no news.
    const { fps, latencyMs } = state.state === 'ended' ? noFigures : this.#figures;
    return html`
      <header class="bar">
        <span class="dot" data-state=${state.state} aria-hidden="true"></span>
        <span class="state">${word}</span>
        ${fps === undefined ? nothing : html`<span class="quiet fps" title="frames painted per second">${decimal(fps)} fps</span>`}
        <span class="quiet" title="published to painted, median">${latencyMs === undefined ? nothing : `${decimal(latencyMs, 0)} ms`}</span>
        <span class="fill"></span>
        <span class="name quiet" title=${this.runs[0] ?? ''}>${this.#name}</span>
        <button title="Save this frame as a picture" aria-label="Save this frame as a picture" ?disabled=${!this.#store?.shown} @click=${this.#snapshot}>${cameraIcon}</button>
        <button title="Full screen" aria-label="Full screen" @click=${this.#fullScreen}>${expandIcon}</button>
      </header>
    `;
  }

  #notice(state: ViewState, hasFrame: boolean): TemplateResult | typeof nothing {
    const sentence = this.said || (hasFrame && !plainStates.includes(state.state) ? state.sentence : '');
    if (!sentence) return nothing;
    return html`<div class="note" data-state=${this.said ? 'error' : state.state} role="status"><span class="said">${sentence}</span></div>`;
  }

  #hud(frame: Frame): TemplateResult {
    return html`<div class="hud">${hudLines(frame).map((line) => html`<div>${line}</div>`)}</div>`;
  }

  #fromMemory(state: ViewState): TemplateResult {
    const { poster, atMs } = this.memory ?? {};
    return html`<div class="blank">
      ${poster ? html`<img class="memory" src=${poster} alt="The view's last frame" />` : nothing}
      <p>Last state${atMs === undefined ? '' : `, ${ago(Date.now() - atMs)}`}. ${state.sentence}</p>
    </div>`;
  }

  #footer(): TemplateResult {
    const { framesShown, framesSkipped, framesPublished } = this.counts;
    const meta = this.#store?.shown?.meta;
    const where =
      meta?.episode === undefined
        ? ''
        : `episode ${count(meta.episode)}${meta.step === undefined ? '' : `, step ${count(meta.step)}`}`;
    return html`<footer class="foot">
      <span title="${count(framesShown)} frames shown">newest wins: ${count(framesSkipped)} of ${count(framesPublished)} frames skipped</span>
      <span class="fill"></span>
      <span>${where}</span>
      <span>${meta ? `${meta.width} × ${meta.height}` : nothing}</span>
    </footer>`;
  }

  readonly #snapshot = (): void => {
    const frame = this.#store?.shown;
    this.#canvas?.toBlob((blob) => {
      if (!blob || !frame) return;
      const url = URL.createObjectURL(blob);
      const anchor = document.createElement('a');
      anchor.href = url;
      anchor.download = `${(this.#name || 'frame').replaceAll(/[^\w.-]+/g, '-')}-${frame.meta.episode ?? 0}-${frame.meta.step ?? frame.meta.head}.png`;
      anchor.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    }, 'image/png');
  };

  readonly #fullScreen = async (): Promise<void> => {
    try {
      await (document.fullscreenElement ? document.exitFullscreen() : this.requestFullscreen());
      this.said = '';
    } catch {
      this.said = 'The browser did not allow full screen here.';
    }
  };
}

function putFrame(canvas: HTMLCanvasElement, { meta, rgba }: HeldFrame): void {
  if (canvas.width !== meta.width) canvas.width = meta.width;
  if (canvas.height !== meta.height) canvas.height = meta.height;
  const pen = canvas.getContext('2d', { alpha: false });
  const pixels = new Uint8ClampedArray(rgba.buffer as ArrayBuffer, rgba.byteOffset, rgba.byteLength);
  pen?.putImageData(new ImageData(pixels, meta.width, meta.height), 0, 0);
}

/** The frame with its HUD burnt in, at most 640 px wide. */
function pictureOf(frame: HTMLCanvasElement, meta: Frame): HTMLCanvasElement | undefined {
  const canvas = document.createElement('canvas');
  const scale = Math.min(640 / frame.width, Math.max(1, Math.floor(320 / frame.width)));
  canvas.width = Math.round(frame.width * scale);
  canvas.height = Math.round(frame.height * scale);
  const pen = canvas.getContext('2d');
  if (!pen) return undefined;
  pen.imageSmoothingEnabled = scale < 1;
  pen.drawImage(frame, 0, 0, canvas.width, canvas.height);
  pen.font = '12px monospace';
  pen.fillStyle = 'rgba(0, 0, 0, 0.6)';
  pen.fillRect(4, 4, 132, 54);
  pen.fillStyle = '#ffffff';
  for (const [i, line] of hudLines(meta).entries()) pen.fillText(line, 10, 20 + i * 16);
  return canvas;
}
