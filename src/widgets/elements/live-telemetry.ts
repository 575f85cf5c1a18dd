/**
 * LiveTelemetry: one run while it runs and afterwards. Return curve, episodes, steps, and the ledger of what this view got.
 *
 * Guarantees
 * - Repaints at most once per animation frame, and not at all while nobody can see it.
 * - Its height is its own setting: data never changes it. It never takes scroll or focus.
 * - Whatever a worker sent is drawn as text.
 * Settings: every (thinning), agent, tab ('episodes' | 'steps'), frame (true shows the fast lane beside the curve), height (px).
 */
import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { type RunEntry, sentenceOf } from '../../protocol/index.ts';
import type { PageLink } from '../link/page-link.ts';
import type { Row } from '../stores/row-batch.ts';
import { type ShownKind, TelemetryStore, type ViewLedger } from '../stores/telemetry-store.ts';
import { type ViewState, viewState } from '../stores/view-state.ts';
import { copyIcon, followIcon, frameIcon, stopIcon } from '../styles/icons.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { ago, clock, count, decimal } from '../styles/words.ts';
import { curveGapsOf, type Figures, figuresOf, linesOf } from './live-figures.ts';
import { livePicture } from './live-picture.ts';
import { liveStyles } from './live-styles.ts';
import { PaintLoop } from './paint-loop.ts';
import { type ReturnCurve, themeOf } from './return-curve.ts';
import type { RowTable } from './row-table.ts';
import { asTabbedText, episodeColumns, stepColumns } from './telemetry-columns.ts';
import { Memorable, ViewElement } from './view-element.ts';

const thinnings = [1, 2, 4, 8, 16, 64, 256];
const slowestTickMs = 500;
/** Figures and rows change at most 20 times a second: nobody reads faster, and the page stays free. */
const leastPaintMs = 50;
const laneSettings = { embedded: true };

export class LiveTelemetryElement extends ViewElement {
  static override properties: PropertyDeclarations = {
    ...ViewElement.properties,
    asksToCancel: { state: true },
    said: { state: true },
  };
  static override styles = [viewStyles, liveStyles];

  declare asksToCancel: boolean;
  /** What the last action of the user came to, when it failed. */
  declare said: string;
  #store: TelemetryStore | undefined;
  #run: RunEntry | null | undefined;
  #loop: PaintLoop | undefined;
  #tick: ReturnType<typeof setInterval> | undefined;
  #wasEnded = false;
  #hadRows = false;
  #drawnOn: ReturnCurve | undefined;
  #drawnVersion = -1;

  constructor() {
    super();
    this.asksToCancel = false;
    this.said = '';
  }

  /** What this view got, and what it showed of it; undefined before it was opened. */
  get ledger(): ViewLedger | undefined {
    return this.#store?.ledger;
  }

  get counts(): Pick<ViewLedger, ShownKind> | undefined {
    const ledger = this.#store?.ledger;
    return ledger && { steps: ledger.steps, episodes: ledger.episodes };
  }

  get state(): ViewState {
    if (!this.link || this.runs.length === 0) return { state: 'empty', sentence: 'This view names no run.' };
    const link = this.link.state;
    const store = this.#store;
    return viewState({ link, run: this.#run, status: store?.status, problem: store?.problem, hasRows: this.#hasRows });
  }

  get figures(): Figures | undefined {
    return this.#store && figuresOf(this.#store, this.#run ?? undefined, Date.now());
  }

  override picture(): HTMLCanvasElement | undefined {
    const { figures } = this;
    if (!this.#store || !figures || !this.#hasRows) return undefined;
    const curve = { lines: linesOf(this.#store), gaps: this.#gaps() };
    return livePicture({ title: this.#name, status: this.#statusWord, figures, curve, theme: themeOf(this) });
  }

  override summary(): Record<string, unknown> | undefined {
    const { figures } = this;
    if (!figures || !this.#hasRows) return undefined;
    return { run: this.runs[0], name: this.#name, status: this.#statusWord, ...figures, at_ms: Date.now() };
  }

  protected override begin(link: PageLink, life: { signal: AbortSignal }): void {
    const run = this.runs[0] ?? '';
    this.#loop = new PaintLoop(
      () => this.#draw(),
      (paintMs) => this.#painted(paintMs),
      leastPaintMs,
    );
    const changed = (): void => this.#loop?.request();
    this.#store = new TelemetryStore(link, run, this.#tuning, changed, life);
    link.onState(changed, life);
    link.onRuns((runs) => {
      const found = runs.find((entry) => entry.run_id === run);
      this.#run = found ?? (runs.length > 0 ? null : this.#run);
      changed();
    }, life);
  }

  protected override end(): void {
    this.#loop?.stop();
    clearInterval(this.#tick);
    this.#loop = undefined;
    this.#store = undefined;
    this.#run = undefined;
    this.#drawnOn = undefined;
    this.#wasEnded = false;
    this.#hadRows = false;
  }

  protected override whileVisible(isVisible: boolean): void {
    this.#store?.setActive(isVisible);
    this.#loop?.setPaused(!isVisible);
    clearInterval(this.#tick);
    if (!isVisible) return;
    this.#loop?.request();
    this.#tick = setInterval(() => this.#loop?.request(), slowestTickMs);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    if (changed.has('settings')) this.#store?.retune(this.#tuning);
    const { height } = this.settings;
    this.style.height = `${typeof height === 'number' ? Math.max(280, Math.min(1600, height)) : 460}px`;
  }

  override render(): TemplateResult {
    const state = this.state;
    const showsMemory =
      !this.#hasRows && (state.state === 'reconnecting' || state.state === 'error' || state.state === 'connecting');
    return html`
      <section class="frame" aria-label="Live telemetry of ${this.#name}" data-state=${state.state}>
        ${this.#header(state)}
        ${this.#notice(state)}
        ${showsMemory && this.memory ? this.#fromMemory() : this.#hasRows ? this.#body() : this.#blank(state)}
        ${this.#footer()}
      </section>
    `;
  }

  override updated(): void {
    this.#drawCurve();
  }

  get #hasRows(): boolean {
    return !!this.#store && this.#store.windows.steps.rows.length + this.#store.windows.episodes.rows.length > 0;
  }

  get #name(): string {
    const remembered = this.memory?.last?.name;
    return this.#run?.name || (typeof remembered === 'string' ? remembered : '') || this.runs[0] || '';
  }

  get #statusWord(): string {
    if (!this.#run) return '';
    return this.#run.status === 'TERM' && this.#run.outcome ? this.#run.outcome : this.#run.status;
  }

  get #tuning() {
    const { every, agent } = this.settings;
    const isCount = typeof every === 'number' && Number.isInteger(every) && every >= 1 && every <= 1_000_000;
    return { every: isCount ? every : 1, agent: typeof agent === 'string' && agent ? agent.slice(0, 256) : undefined };
  }

  get #tab(): ShownKind {
    return this.settings.tab === 'steps' ? 'steps' : 'episodes';
  }

  #draw(): boolean {
    if (!this.isConnected) return false;
    this.requestUpdate();
    this.performUpdate();
    return true;
  }

  #painted(paintMs: number): void {
    const store = this.#store;
    if (!store) return;
    store.afterPaint(paintMs);
    const hasEnded = this.state.state === 'ended';
    if ((this.#hasRows && !this.#hadRows) || (hasEnded && !this.#wasEnded)) this.dispatchEvent(new Memorable());
    this.#hadRows = this.#hasRows;
    this.#wasEnded = hasEnded;
  }

  #drawCurve(): void {
    const curve = this.renderRoot.querySelector<ReturnCurve>('duallane-return-curve');
    if (!this.#store || !curve || (curve === this.#drawnOn && this.#store.curveVersion === this.#drawnVersion)) return;
    this.#drawnOn = curve;
    this.#drawnVersion = this.#store.curveVersion;
    curve.draw({ lines: linesOf(this.#store), gaps: this.#gaps() });
  }

  #gaps() {
    const first = this.#store && [...this.#store.curves.values()][0];
    return this.#store && first ? curveGapsOf(this.#store.gaps.episodes.spans, first.points) : [];
  }

  #header(state: ViewState): TemplateResult {
    const { every, agent } = this.#tuning;
    const agents = new Set([...(this.#store?.agents ?? []), ...(agent ? [agent] : [])]);
    const canCancel = this.#run && this.#run.status !== 'TERM' && this.link?.state.state === 'connected';
    const choices = thinnings.includes(every) ? thinnings : [...thinnings, every].sort((a, b) => a - b);
    return html`
      <header class="bar">
        <span class="dot" data-state=${state.state} role="img" aria-label=${state.state}></span>
        <span class="name" title=${this.runs[0] ?? ''}>${this.#name}</span>
        <span class="status">${this.#statusWord || state.state}</span>
        <span class="quiet elapsed" title="time since the run was opened">${this.#run ? clock(this.figures?.elapsedMs ?? 0) : nothing}</span>
        <span class="fill"></span>
        <select class="agents" aria-label="Agent" title="Agent" .value=${agent ?? ''} @change=${this.#choseAgent}>
          <option value="" ?selected=${!agent}>all agents</option>
          ${[...agents].map((name) => html`<option value=${name} ?selected=${name === agent}>${name}</option>`)}
        </select>
        <label class="quiet thinning">every
          <select aria-label="Show every n-th step" title="Show every n-th step; all of them are stored" @change=${this.#choseEvery}>
            ${choices.map((n) => html`<option value=${n} ?selected=${n === every}>${n}</option>`)}
          </select> step</label>
        <button class="wide" title="Show the newest frame beside the curve" aria-pressed=${this.settings.frame === true}
          @click=${() => this.keep({ frame: this.settings.frame !== true })}>${frameIcon}frame</button>
        ${this.#cancelControl(!!canCancel)}
      </header>
    `;
  }

  #cancelControl(canCancel: boolean): TemplateResult {
    if (this.asksToCancel && canCancel) {
      return html`<span class="ask" role="alertdialog" aria-label="Cancel this run?">
        <span class="question">Stop this training for good?</span>
        <button class="danger" @click=${this.#cancel}>Stop run</button>
        <button @click=${() => {
          this.asksToCancel = false;
        }}>Keep</button>
      </span>`;
    }
    return html`<button class="cancel" ?disabled=${!canCancel} title="Cancel the run" aria-label="Cancel the run"
      @click=${() => {
        this.asksToCancel = true;
      }}>${stopIcon}<span class="wide">cancel</span></button>`;
  }

  #notice(state: ViewState): TemplateResult | typeof nothing {
    if (this.said)
      return html`<div class="note" data-state="error" role="status"><span class="said">${this.said}</span>
      <button @click=${() => {
        this.said = '';
      }}>Close</button></div>`;
    // Paused is what the bridge says of a view that was hidden a moment ago: it is over by the time anybody reads it.
    const isQuiet = state.state === 'live' || state.state === 'paused' || state.sentence === '' || !this.#hasRows;
    if (isQuiet || (state.state === 'ended' && this.#run?.outcome === 'succeeded')) return nothing;
    return html`<div class="note" data-state=${state.state} role="status"><span class="said">${state.sentence}</span></div>`;
  }

  #body(): TemplateResult {
    const tab = this.#tab;
    const columns = tab === 'steps' ? stepColumns : episodeColumns;
    const rows: readonly Row[] = this.#store?.windows[tab].rows ?? [];
    return html`
      ${this.#numbers()}
      <div class="pictures">
        <duallane-return-curve class="curve"></duallane-return-curve>
        ${this.settings.frame === true ? html`<duallane-fast-lane class="lane" .runs=${this.runs} .link=${this.link} .settings=${laneSettings}></duallane-fast-lane>` : nothing}
      </div>
      <div class="tabs" role="tablist" @keydown=${this.#tabKeyed}>
        ${this.#tabButton('episodes', 'Episodes', tab)}${this.#tabButton('steps', 'Steps', tab)}
        <span class="fill quiet small">${this.#rowNote(tab, rows.length)}</span>
        <button title="Go to the newest row and stay with it" aria-pressed=${this.#table?.isFollowing ?? true} @click=${this.#follow}>
          ${followIcon}<span class="wide">follow</span></button>
        <button title="Copy these rows as text" @click=${this.#copy}>${copyIcon}<span class="wide">copy</span></button>
      </div>
      <duallane-row-table class="rows" role="tabpanel" .label=${tab} .columns=${columns} .rows=${rows}
        .empty=${tab === 'steps' ? 'No step has come yet.' : 'No episode has ended yet.'}
        @follow-change=${() => this.requestUpdate()}></duallane-row-table>
    `;
  }

  #tabButton(tab: ShownKind, title: string, chosen: ShownKind): TemplateResult {
    return html`<button role="tab" class="tab" data-tab=${tab} aria-selected=${tab === chosen} tabindex=${tab === chosen ? 0 : -1}
      @click=${() => this.keep({ tab })}>${title}</button>`;
  }

  #rowNote(tab: ShownKind, shown: number): string {
    const figures = this.figures;
    const all = figures?.[tab] ?? shown;
    return all > shown ? `newest ${count(shown)} of ${count(all)}` : `${count(shown)} rows`;
  }

  #numbers(): TemplateResult | typeof nothing {
    const figures = this.figures;
    if (!figures) return nothing;
    const rate = (value: number | undefined): string => (value === undefined ? '–' : count(value));
    return html`
      <div class="numbers">
        <span><span class="quiet">return</span> <b>${decimal(figures.lastReturn)}</b>
          <span class="quiet">100-ep mean</span> <b>${decimal(figures.meanReturn)}</b></span>
        <span><span class="quiet">steps/s</span> <b>${rate(figures.stepsPerSecond)}</b> <span class="quiet">now ·</span>
          ${rate(figures.meanStepsPerSecond)} <span class="quiet">mean</span></span>
        <span><span class="quiet">episodes</span> <b>${count(figures.episodes)}</b></span>
        <span><span class="quiet">steps</span> <b>${count(figures.steps)}</b></span>
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

  #footer(): TemplateResult {
    const store = this.#store;
    if (!store || !this.#hasRows) return html`<footer class="foot"></footer>`;
    const { steps, episodes, watermarks, healed, latencyMs, totals } = store.ledger;
    const missed = steps.skipped + steps.overflowed + episodes.skipped + episodes.overflowed;
    const age = store.durableAtMs === undefined || this.#run?.status === 'TERM' ? '' : `, ${ago(Date.now() - store.durableAtMs)}`;
    // [text, what it means exactly, class that hides it where there is no room]
    const parts: [string, string, string?][] = [
      [
        `stored ${count(watermarks.steps)}`,
        `${count(watermarks.steps)} steps and ${count(watermarks.episodes)} episodes are on disk`,
      ],
      [
        `shown ${count(steps.shown + steps.fromHistory)}`,
        `steps since this view opened: ${count(steps.shown)} live of ${count(steps.delivered)} delivered and ${count(steps.published)} published; ${count(steps.fromHistory)} from history`,
      ],
      [
        `skipped ${count(missed)}${healed ? ` (healed ${count(healed)})` : ''}`,
        `rows this view was too slow for (${count(steps.skipped + episodes.skipped)}) or that overflowed (${count(steps.overflowed + episodes.overflowed)}); all are stored`,
      ],
    ];
    if (steps.thinned > 0)
      parts.push([
        `thinned ${count(steps.thinned)}`,
        'steps left out because only every n-th is asked for; all are stored',
        'roomy',
      ]);
    parts.push([`late ${count(totals?.late ?? 0)}`, 'rows that reached the daemon after newer ones of their worker', 'roomy']);
    parts.push([`durable to step ${count(watermarks.steps)}${age}`, 'the last sequence number known to be on disk', 'wide']);
    if (latencyMs)
      parts.push([
        `${decimal(latencyMs.p50, 0)} ms to pixel`,
        `step logged to painted: p50 ${decimal(latencyMs.p50, 0)} ms, p95 ${decimal(latencyMs.p95, 0)} ms over ${count(latencyMs.samples)} paints`,
      ]);
    return html`<footer class="foot" aria-label="Ledger">${parts.map(([text, title, room]) => html`<span class="part ${room ?? ''}" title=${title}>${text}</span>`)}</footer>`;
  }

  get #table(): RowTable | null {
    return this.renderRoot.querySelector<RowTable>('duallane-row-table');
  }

  readonly #follow = (): void => {
    const table = this.#table;
    table?.follow(!table.isFollowing);
  };

  readonly #copy = async (): Promise<void> => {
    const columns = this.#tab === 'steps' ? stepColumns : episodeColumns;
    try {
      await navigator.clipboard.writeText(asTabbedText(columns, this.#table?.shownRows ?? []));
      this.said = '';
    } catch {
      this.said = 'The browser did not allow copying. It does so only on https or localhost, after a click in the page.';
    }
  };

  readonly #cancel = async (): Promise<void> => {
    this.asksToCancel = false;
    try {
      await this.link?.control({ run: this.runs[0] ?? '', action: 'cancel' });
      this.said = '';
    } catch (error) {
      this.said = `The run was not canceled. ${sentenceOf(error)}`;
    }
  };

  readonly #choseAgent = (event: Event): void => this.keep({ agent: (event.target as HTMLSelectElement).value });

  readonly #choseEvery = (event: Event): void => this.keep({ every: Number((event.target as HTMLSelectElement).value) });

  readonly #tabKeyed = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    this.keep({ tab: this.#tab === 'steps' ? 'episodes' : 'steps' });
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  };
}
