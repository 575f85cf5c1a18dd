/**
 * One stream of frames: the newest frame of one process of a run, with the numbers that belong to it. Its place gives the size.
 *
 * Guarantees
 * - The newest frame wins; nothing queues; what was not shown is counted. HUD and picture are of the same frame.
 * - The next frame is asked for only after the paint of the last. Hidden, it asks for none and draws nothing.
 * - A run that sends steps and no frames is drawn from its newest step, where that can be drawn (boards, grids, observations).
 * Settings: hud (false hides the numbers), embedded (true: there is less around it).
 */
import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { type Frame, limits, type RunEntry } from '../../protocol/index.ts';
import type { PageLink } from '../link/page-link.ts';
import { type FrameCounts, FrameStore, type HeldFrame } from '../stores/frame-store.ts';
import { hudLines } from '../stores/hud.ts';
import { StepFeed } from '../stores/step-feed.ts';
import { type ViewState, viewState } from '../stores/view-state.ts';
import { cameraIcon, expandIcon, tilesIcon } from '../styles/icons.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { ago, count, decimal } from '../styles/words.ts';
import { putFrame, saveAsPicture, withHud } from './frame-picture.ts';
import { frameTileStyles } from './frame-tile-styles.ts';
import { pictureOfRow, type StepView } from './step-view.ts';
import { StreamView } from './stream-view.ts';

const figuresEveryMs = 250;
const noFigures: { fps: number | undefined; latencyMs: number | undefined } = { fps: undefined, latencyMs: undefined };
/** States whose word in the header says it all, beside a frame. */
const plainStates = ['live', 'paused', 'ended'];
const savesJpeg = 'Save this frame as a picture (it came as JPEG: when it stands still it is without loss)';
const pace = { leastPaintMs: 0, tickMs: 1000 };

/** Alone in its view; one of several; or the one of several that the reader has enlarged. */
export type TileForm = 'alone' | 'tile' | 'enlarged';

/** The run has further processes that publish frames; `detail`: their numbers. */
export class WorkersSeen extends CustomEvent<readonly number[]> {
  constructor(workers: readonly number[]) {
    super('workers-seen', { detail: workers });
  }
}

export class FrameTile extends StreamView {
  static override properties: PropertyDeclarations = {
    ...StreamView.properties,
    worker: { attribute: false },
    form: { attribute: false },
    said: { state: true },
  };
  static override styles = [viewStyles, frameTileStyles];

  /** Number of a further process of the run; undefined for its first. Not changed after the element was placed. */
  declare worker: number | undefined;
  declare form: TileForm;
  declare said: string;
  #store: FrameStore | undefined;
  #steps: StepFeed | undefined;
  #openSteps: (() => StepFeed) | undefined;
  #drawn: HeldFrame | undefined;
  #run: RunEntry | undefined;
  #workersSeen = '';
  #figuresAtMs = 0;

  constructor() {
    super(pace);
    this.form = 'alone';
    this.said = '';
  }

  /** Read-only, for whoever wants to know how the lane does. Latency in ms: frame published to painted. */
  get counts(): FrameCounts & { fps: number | undefined } {
    const none: FrameCounts = { framesShown: 0, framesSkipped: 0, framesPublished: 0, latencyMs: undefined };
    return { ...(this.#store?.counts ?? none), fps: this.#store?.fps() };
  }

  get state(): ViewState {
    if (!this.link || this.runs.length === 0) return { state: 'empty', sentence: 'This view names no run.' };
    const { status, problem, shown } = this.#store ?? {};
    if (this.#drawsSteps) {
      const steps = this.#steps;
      return viewState({ link: this.link.state, run: this.#run, status: steps?.status, problem: steps?.problem, hasRows: true });
    }
    const state = viewState({ link: this.link.state, run: undefined, status, problem, hasRows: !!shown });
    // No frame comes of a run that is paused: nothing is wrong with it.
    if (state.state === 'stalled' && this.#run?.status === 'PAUSE') return { state: 'paused', sentence: 'The run is paused.' };
    if (state.state === 'empty')
      return { state: 'empty', sentence: 'Waiting for the first frame. It appears when the run renders one.' };
    return state;
  }

  override picture(): HTMLCanvasElement | undefined {
    if (this.#drawsSteps) return this.renderRoot.querySelector<StepView>('duallane-step-view')?.canvas;
    const canvas = this.#canvas;
    if (!canvas || !this.#store?.shown) return undefined;
    return withHud(canvas, this.#store.shown.meta);
  }

  override summary(): Record<string, unknown> | undefined {
    const meta = this.#store?.shown?.meta;
    if (this.#drawsSteps) return { run: this.runs[0], name: this.#title, step_seq: this.#steps?.row?.seq, at_ms: Date.now() };
    if (!meta) return undefined;
    const { episode, step, last_reward, rolling_return } = meta;
    return { run: this.runs[0], name: this.#title, episode, step, last_reward, rolling_return, at_ms: Date.now() };
  }

  protected override open(link: PageLink, life: { signal: AbortSignal; changed: () => void }): void {
    const run = this.runs[0] ?? '';
    this.#store = new FrameStore(link, { run, worker: this.worker }, life.changed, life);
    this.#openSteps = () => new StepFeed(link, run, life.changed, life);
    link.onRuns((runs) => {
      this.#run = runs.find((candidate) => candidate.run_id === run) ?? this.#run;
      life.changed();
    }, life);
  }

  protected override close(): void {
    this.#store = undefined;
    this.#steps = undefined;
    this.#openSteps = undefined;
    this.#drawn = undefined;
  }

  protected override setActive(isActive: boolean): void {
    this.#store?.setActive(isActive);
    this.#steps?.setActive(isActive);
  }

  protected override drawContent(): void {
    this.#tellWorkers();
    this.#followSteps();
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
    this.#steps?.afterPaint(paintMs);
  }

  protected override get hasContent(): boolean {
    return (this.#store?.counts.framesShown ?? 0) > 0 || this.#drawsSteps;
  }

  protected override get hasEnded(): boolean {
    return this.#run?.status === 'TERM';
  }

  override render(): TemplateResult {
    const state = this.state;
    const { shown } = this.#store ?? {};
    return html`
      <section class="frame" aria-label="Newest frame of ${this.#title || this.runs[0]}" data-state=${state.state}>
        ${this.#header(state)}
        ${this.#notice(state, !!shown)}
        <div class="stage" ?hidden=${!shown} @click=${this.form === 'tile' ? this.#toggle : nothing}>
          <canvas role="img" aria-label="Newest frame"></canvas>
          ${shown && this.settings.hud !== false ? this.#hud(shown.meta) : nothing}
        </div>
        ${shown ? nothing : this.#withoutFrame(state)}
        ${this.settings.embedded === true || this.form === 'tile' ? nothing : this.#footer()}
      </section>
    `;
  }

  /** The run's name, and which of its processes this is. */
  get #title(): string {
    const name = this.#run?.name || (this.form === 'alone' ? '' : (this.runs[0] ?? ''));
    return this.worker === undefined ? name : `${name} · w${this.worker}`;
  }

  /** Frames come before steps: what the run draws itself is better than what is drawn of it. */
  get #drawsSteps(): boolean {
    const { row, gameId } = this.#steps ?? {};
    return !this.#store?.shown && !!row && pictureOfRow(row, gameId ?? '') !== undefined;
  }

  /** Steps are asked for once it is known that there are no frames now, and not again when frames have come. */
  #followSteps(): void {
    const { shown, status } = this.#store ?? {};
    const hasNoFrames = !shown && ['waiting', 'unavailable', 'ended'].includes(status?.state ?? '');
    if (!this.#steps && hasNoFrames && this.worker === undefined) this.#steps = this.#openSteps?.();
    else if (this.#steps && shown) this.#steps.setActive(false);
  }

  #tellWorkers(): void {
    const workers = this.#store?.status?.workers ?? [];
    if (String(workers) === this.#workersSeen) return;
    this.#workersSeen = String(workers);
    this.dispatchEvent(new WorkersSeen(workers));
  }

  #withoutFrame(state: ViewState): TemplateResult {
    if (this.#drawsSteps)
      return html`<duallane-step-view class="steps" .row=${this.#steps?.row} .gameId=${this.#steps?.gameId ?? ''}></duallane-step-view>`;
    if (this.memory?.last && state.state !== 'empty' && state.state !== 'waiting') return this.#fromMemory(state);
    return html`<div class="blank" role="status"><p>${state.sentence || 'Waiting for the first frame.'}</p></div>`;
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
    const word = this.#stateWord(state, now);
    // Of a run that has ended, how fast frames came is no news.
    const { fps, latencyMs } = state.state === 'ended' ? noFigures : this.#figures;
    return html`
      <header class="bar">
        <span class="dot" data-state=${state.state} aria-hidden="true"></span>
        <span class="state">${word}</span>
        ${fps === undefined ? nothing : html`<span class="quiet fps" title="frames painted per second">${decimal(fps)} fps</span>`}
        <span class="quiet latency" title="published to painted, median">${latencyMs === undefined ? nothing : `${decimal(latencyMs, 0)} ms`}</span>
        ${this.#formBadge()}
        <span class="fill"></span>
        <span class="name quiet" title=${this.runs[0] ?? ''}>${this.#title}</span>
        ${this.form === 'tile' ? this.#button('Enlarge', expandIcon, this.#toggle) : this.#buttons()}
      </header>
    `;
  }

  get #cameLossy(): boolean {
    return this.#store?.shown?.meta.codec === 'jpeg';
  }

  /** Whether the picture is what the worker drew, to the pixel. */
  #formBadge(): TemplateResult | typeof nothing {
    if (!this.#store?.shown) return nothing;
    return this.#cameLossy
      ? html`<span class="quiet form" title="The link carries less than these frames hold: they come as JPEG, and without loss when the picture stands still">JPEG</span>`
      : html`<span class="quiet form" title="The frame as the worker drew it, to the pixel">lossless</span>`;
  }

  #buttons(): TemplateResult {
    return html`
      ${this.form === 'enlarged' ? this.#button('Back to all frames', tilesIcon, this.#toggle) : nothing}
      ${this.#button(this.#cameLossy ? savesJpeg : 'Save this frame as a picture', cameraIcon, this.#snapshot, !this.#store?.shown)}
      ${this.#button('Full screen', expandIcon, () => void this.#fullScreen())}`;
  }

  #button(name: string, icon: unknown, act: () => void, isDisabled = false): TemplateResult {
    return html`<button title=${name} aria-label="${name}${this.form === 'tile' ? `: ${this.#title}` : ''}" ?disabled=${isDisabled} @click=${act}>${icon}</button>`;
  }

  /** A lane that stands still says for how long. */
  #stateWord({ state }: ViewState, nowMs: number): string {
    const sinceMs = this.#store?.status?.since_ms;
    if (state === 'stalled' && sinceMs !== undefined)
      return `stalled for ${count(Math.max(0, Math.floor((nowMs - sinceMs + limits.ringStalledMs) / 1000)))} s`;
    return { live: this.#drawsSteps ? 'live' : 'connected', empty: 'waiting' }[state as string] ?? state;
  }

  #notice(state: ViewState, hasFrame: boolean): TemplateResult | typeof nothing {
    if (this.form === 'tile') return nothing;
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
    const fate = this.#drawsSteps
      ? 'no frames: drawn from the newest step'
      : framesPublished === 0
        ? ''
        : `newest wins: ${count(framesSkipped)} of ${count(framesPublished)} frames skipped`;
    return html`<footer class="foot">
      <span title="${count(framesShown)} frames shown">${fate}</span>
      <span class="fill"></span>
      <span>${where}</span>
      <span>${meta ? `${meta.width} × ${meta.height}` : nothing}</span>
    </footer>`;
  }

  /** The reader wants this one large, or all of them again: whoever placed the tile decides. */
  readonly #toggle = (): void => {
    this.dispatchEvent(new Event('tile-toggle'));
  };

  readonly #snapshot = (): void => {
    const [canvas, frame] = [this.#canvas, this.#store?.shown];
    if (canvas && frame) saveAsPicture(canvas, frame.meta, this.#title);
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
