/**
 * LiveTelemetry: one run while it runs and afterwards. Return curve, episodes, steps, and the ledger of what this view got.
 *
 * Guarantees
 * - Repaints at most once per animation frame, and not at all while nobody can see it.
 * - Its height is its own setting: data never changes it. It never takes scroll or focus.
 * - Whatever a worker sent is drawn as text.
 * Settings: every (thinning), agent, tab and filter (of the tables), smoothing (of the curve, episodes),
 * beside ('auto' | 'step' | 'frame' | 'nothing': what is beside the curve; frame: true means 'frame'), height (px).
 */
import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { type RunEntry, runWord } from '../../protocol/index.ts';
import type { PageLink } from '../link/page-link.ts';
import type { Curve } from '../plots/curve.ts';
import { pageCursor } from '../stores/cursor.ts';
import { samplingInterval } from '../stores/run-config.ts';
import { TelemetryStore, type ViewLedger } from '../stores/telemetry-store.ts';
import { type ViewState, viewState } from '../stores/view-state.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { ago, clock, count, decimal, logged } from '../styles/words.ts';
import { agentChoice } from './agent-choice.ts';
import { ledgerLine } from './ledger-line.ts';
import { curveGapsOf, type Figures, figuresOf, linesOf } from './live-figures.ts';
import { livePicture } from './live-picture.ts';
import { besides, type LiveSettings, readLiveSettings, smoothings, withChosen } from './live-settings.ts';
import { liveStyles } from './live-styles.ts';
import { themeOf } from './plot-canvas.ts';
import type { RecordsChoice } from './records.ts';
import type { EpisodePicked, ReturnCurve } from './return-curve.ts';
import type { ControlFailed } from './run-controls.ts';
import { pictureOfRow } from './step-view.ts';
import { StreamView } from './stream-view.ts';
import { TelemetryTables } from './telemetry-tables.ts';
import { throttle } from './throttle.ts';

/** Figures and rows change at most 20 times a second: nobody reads faster, and the page stays free. */
const pace = { leastPaintMs: 50, tickMs: 500 };
const laneSettings = { embedded: true };

export class LiveTelemetryElement extends StreamView {
  static override properties: PropertyDeclarations = { ...StreamView.properties, said: { state: true } };
  static override styles = [viewStyles, liveStyles];

  /** What the last action of the user came to, when it failed. */
  declare said: string;
  #store: TelemetryStore | undefined;
  #tables: TelemetryTables | undefined;
  #run: RunEntry | null | undefined;
  /** The run's own thinning, in force until the user chooses another. */
  #interval: number | undefined;
  #drawnOn: ReturnCurve | undefined;
  #drawnVersion = -1;
  #version = 0;

  constructor() {
    super(pace);
    this.said = '';
  }

  /** What this view got, and what it showed of it; undefined before it was opened. */
  get ledger(): ViewLedger | undefined {
    return this.#store?.ledger;
  }

  get counts(): Pick<ViewLedger, 'steps' | 'episodes'> | undefined {
    const ledger = this.#store?.ledger;
    return ledger && { steps: ledger.steps, episodes: ledger.episodes };
  }

  get state(): ViewState {
    if (!this.link || this.runs.length === 0) return { state: 'empty', sentence: 'This view names no run.' };
    const link = this.link.state;
    const store = this.#store;
    return viewState({ link, run: this.#run, status: store?.status, problem: store?.problem, hasRows: this.hasContent });
  }

  get figures(): Figures | undefined {
    return this.#store && figuresOf(this.#store, this.#run ?? undefined, Date.now());
  }

  override picture(): HTMLCanvasElement | undefined {
    const { figures } = this;
    if (!this.#store || !figures || !this.hasContent) return undefined;
    const curve = this.#curve(this.#store);
    return livePicture({ title: this.#name, status: this.#statusWord, figures, curve, theme: themeOf(this) });
  }

  override summary(): Record<string, unknown> | undefined {
    const { figures } = this;
    if (!figures || !this.hasContent) return undefined;
    return { run: this.runs[0], name: this.#name, status: this.#statusWord, ...figures, at_ms: Date.now() };
  }

  protected override open(link: PageLink, life: { signal: AbortSignal; changed: () => void }): void {
    const run = this.runs[0] ?? '';
    this.#store = new TelemetryStore(link, run, this.#tuning, life.changed, life);
    this.#tables = new TelemetryTables(this.#store, { link, ...life });
    pageCursor.onMove(() => {
      this.#drawnOn = undefined;
      life.changed();
    }, life);
    link.onRuns((runs) => {
      const found = runs.find((entry) => entry.run_id === run);
      if (found && found.config_json !== this.#run?.config_json) this.#interval = samplingInterval(found);
      this.#store?.retune(this.#tuning);
      this.#run = found ?? (runs.length > 0 ? null : this.#run);
      life.changed();
    }, life);
  }

  protected override close(): void {
    this.#store = undefined;
    this.#tables = undefined;
    this.#run = undefined;
    this.#interval = undefined;
    this.#drawnOn = undefined;
  }

  protected override setActive(isActive: boolean): void {
    this.#store?.setActive(isActive);
  }

  protected override afterPaint(paintMs: number): void {
    this.#store?.afterPaint(paintMs);
  }

  protected override get hasContent(): boolean {
    return !!this.#store && hasRows(this.#store);
  }

  protected override get hasEnded(): boolean {
    return this.state.state === 'ended';
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    if (changed.has('settings')) {
      this.#store?.retune(this.#tuning);
      this.#drawnOn = undefined;
    }
    this.style.height = `${this.#chosen.heightPx}px`;
    this.#version += 1;
  }

  override render(): TemplateResult {
    const state = this.state;
    const isComing = state.state === 'waiting' || (state.state === 'empty' && this.#run !== null);
    const showsMemory = !this.hasContent && !isComing && !!this.memory?.last;
    return html`
      <section class="frame" aria-label="Live telemetry of ${this.#name}" data-state=${state.state}>
        ${this.#header(state)}
        ${this.#notice(state)}
        ${showsMemory ? this.#fromMemory() : this.hasContent ? this.#body() : this.#blank(state)}
        ${
          this.#store && this.hasContent
            ? ledgerLine(this.#store, this.#run?.status === 'TERM', Date.now())
            : html`<footer class="foot"></footer>`
        }
      </section>
    `;
  }

  override updated(): void {
    this.#drawCurve();
  }

  get #name(): string {
    const remembered = this.memory?.last?.name;
    return this.#run?.name || (typeof remembered === 'string' ? remembered : '') || this.runs[0] || '';
  }

  get #statusWord(): string {
    return this.#run ? runWord(this.#run) : '';
  }

  get #chosen(): LiveSettings {
    return readLiveSettings(this.settings);
  }

  get #tuning() {
    const { every, agent } = this.#chosen;
    return { every: every ?? this.#interval ?? 1, agent };
  }

  #drawCurve(): void {
    const curve = this.renderRoot.querySelector<ReturnCurve>('duallane-return-curve');
    if (!this.#store || !curve || (curve === this.#drawnOn && this.#store.curveVersion === this.#drawnVersion)) return;
    this.#drawnOn = curve;
    this.#drawnVersion = this.#store.curveVersion;
    curve.draw(this.#curve(this.#store));
  }

  #curve(store: TelemetryStore): Curve {
    const { smoothing } = this.#chosen;
    const first = [...store.curves.values()][0];
    const gaps = first ? curveGapsOf(store.gaps.episodes.spans, first.points) : [];
    const { run, agent, episode } = pageCursor.now;
    const mark = run === store.run && episode !== undefined ? { name: agent, x: episode } : undefined;
    return { lines: linesOf(store, smoothing), gaps, smoothing, mark };
  }

  #header(state: ViewState): TemplateResult {
    const { every, agent } = this.#tuning;
    const { beside } = this.#chosen;
    return html`
      <header class="bar">
        <span class="dot" data-state=${state.state} role="img" aria-label=${state.state}></span>
        <span class="name" title=${this.runs[0] ?? ''}>${this.#name}</span>
        <span class="status">${this.#statusWord || state.state}</span>
        <span class="quiet elapsed" title="time since the run was opened">${this.#run ? clock(this.figures?.elapsedMs ?? 0) : nothing}</span>
        <span class="fill"></span>
        ${agentChoice([...(this.#store?.agents ?? [])], agent, (chosen) => this.keep({ agent: chosen }))}
        ${throttle(every, (chosen) => this.keep({ every: chosen }))}
        <select class="beside" aria-label="What is shown beside the curve" title="What is shown beside the curve" @change=${this.#choseBeside}>
          ${besides.map(({ value, label }) => html`<option value=${value} .selected=${value === beside}>${label}</option>`)}
        </select>
        <duallane-run-controls .link=${this.link} .run=${this.#run ?? undefined} .linkState=${this.link?.state.state}
          @control-failed=${this.#controlFailed}></duallane-run-controls>
      </header>
    `;
  }

  #notice(state: ViewState): TemplateResult | typeof nothing {
    if (this.said)
      return html`<div class="note" data-state="error" role="status"><span class="said">${this.said}</span>
      <button @click=${() => {
        this.said = '';
      }}>Close</button></div>`;
    // Paused is what the bridge says of a view that was hidden a moment ago: it is over by the time anybody reads it.
    const isQuiet = state.state === 'live' || state.state === 'paused' || state.sentence === '' || !this.hasContent;
    if (isQuiet || (state.state === 'ended' && this.#run?.outcome === 'succeeded')) return nothing;
    return html`<div class="note" data-state=${state.state} role="status"><span class="said">${state.sentence}</span></div>`;
  }

  #body(): TemplateResult {
    const logsOnly = !!this.#store && hasOnlyValues(this.#store);
    const { tab = logsOnly ? 'values' : 'episodes', filter } = this.#chosen;
    return html`
      ${logsOnly ? this.#valueNumbers() : this.#numbers()}
      ${
        logsOnly
          ? nothing
          : html`<div class="pictures">
        <duallane-return-curve class="curve" @episode-picked=${this.#pickedEpisode}></duallane-return-curve>
        ${this.#besideCurve()}
      </div>`
      }
      <duallane-records class="records" .tables=${this.#tables} .store=${this.#store} .failure=${this.#run?.failure_reason ?? ''} .tab=${tab}
        .filter=${filter} .version=${this.#version} @records-choice=${this.#choseRecords}></duallane-records>
    `;
  }

  #besideCurve(): TemplateResult | typeof nothing {
    const { beside } = this.#chosen;
    if (beside === 'frame')
      return html`<duallane-fast-lane class="lane" .runs=${this.runs} .link=${this.link} .settings=${laneSettings}></duallane-fast-lane>`;
    const row = this.#store?.windows.steps.rows.at(-1);
    if (!row || beside === 'nothing') return nothing;
    const gameId = this.#gameId();
    if (beside === 'auto' && pictureOfRow(row, gameId) === undefined) return nothing;
    return html`<duallane-step-view class="lane" .row=${row} .gameId=${gameId}></duallane-step-view>`;
  }

  /** The environment's name, from the newest episode. */
  #gameId(): string {
    const newest = this.#store?.windows.episodes.rows.at(-1);
    return newest?.batch.text('game_id', newest.index) ?? '';
  }

  #numbers(): TemplateResult | typeof nothing {
    const figures = this.figures;
    if (!figures) return nothing;
    const { smoothing } = this.#chosen;
    const rate = (value: number | undefined): string => (value === undefined ? '–' : count(value));
    return html`
      <div class="numbers">
        <span><span class="quiet">return</span> <b>${logged(figures.lastReturn)}</b>
          <span class="quiet">100-ep mean</span> <b>${decimal(figures.meanReturn)}</b></span>
        <span><span class="quiet">steps/s</span> <b>${rate(figures.stepsPerSecond)}</b> <span class="wide"><span class="quiet">now ·</span>
          ${rate(figures.meanStepsPerSecond)} <span class="quiet">mean</span></span></span>
        <span><span class="quiet">episodes</span> <b>${count(figures.episodes)}</b></span>
        <span><span class="quiet">steps</span> <b>${count(figures.steps)}</b></span>
        <span class="fill"></span>
        <label class="quiet smoothing">smooth
          <select aria-label="Smooth the curve over so many episodes" @change=${this.#choseSmoothing}>
            ${withChosen(smoothings, smoothing).map((n) => html`<option value=${n} .selected=${n === smoothing}>${n === 0 ? 'off' : n}</option>`)}
          </select></label>
      </div>
    `;
  }

  /** Of a run that logs values and nothing else, such as a supervised one. */
  #valueNumbers(): TemplateResult {
    const { values, tallies } = this.#store as TelemetryStore;
    return html`
      <div class="numbers">
        <span><span class="quiet">names</span> <b>${count(values.size + values.leftOut)}</b></span>
        <span><span class="quiet">values</span> <b>${count(Math.max(tallies.metrics.watermark, tallies.metrics.lastSeq))}</b></span>
      </div>
    `;
  }

  #blank(state: ViewState): TemplateResult {
    return html`<div class="blank" role="status"><p>${state.sentence || 'Waiting for rows.'}</p></div>`;
  }

  #fromMemory(): TemplateResult {
    const { poster, atMs } = this.memory ?? {};
    const when = atMs === undefined ? '' : `, ${ago(Date.now() - atMs)}`;
    return html`<div class="blank">
      ${poster ? html`<img class="memory" src=${poster} alt="The view's last state" />` : nothing}
      <p>Last state${when}. ${this.state.sentence}</p>
    </div>`;
  }

  readonly #controlFailed = (event: Event): void => {
    this.said = (event as ControlFailed).detail;
  };

  readonly #pickedEpisode = (event: Event): void => {
    const { agent, episode } = (event as EpisodePicked).detail;
    pageCursor.move({ run: this.runs[0], agent, episode }, this);
  };

  readonly #choseRecords = (event: Event): void => this.keep((event as RecordsChoice).detail);

  readonly #choseSmoothing = (event: Event): void => this.keep({ smoothing: Number((event.target as HTMLSelectElement).value) });

  readonly #choseBeside = (event: Event): void => {
    const beside = (event.target as HTMLSelectElement).value;
    this.keep({ beside, frame: beside === 'frame' });
  };
}

function hasOnlyValues({ windows, values, tallies }: TelemetryStore): boolean {
  const steps = Math.max(tallies.steps.watermark, tallies.episodes.watermark);
  return values.size > 0 && steps === 0 && windows.steps.rows.length + windows.episodes.rows.length === 0;
}

function hasRows({ windows, values }: TelemetryStore): boolean {
  return windows.steps.rows.length + windows.episodes.rows.length + values.size > 0;
}
