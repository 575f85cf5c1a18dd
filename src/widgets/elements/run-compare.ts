/**
 * RunCompare: many runs as groups of seeds. Curves with honest bands, every logged point, a summary against a baseline, what
 * differs in the configurations.
 *
 * Guarantees
 * - All of it comes from the durable history through the page's link; the kernel has no part in it. Live runs join and move.
 * - Its height is its own setting: data never changes it. It never takes scroll or focus.
 * - What is counted as missing, hidden or too few is said, not left out.
 * Settings: names, by, value, better, axis, agent, smoothing, band, baseline, threshold, at, hidden, tab, height
 *   (compare-settings.ts).
 */
import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { RunEntry } from '../../protocol/index.ts';
import type { ComparisonStore } from '../comparison/comparison-store.ts';
import { configDifferences, groupRuns, type RunGroup } from '../comparison/groups.ts';
import { comparisonStore } from '../comparison/index.ts';
import type { Frame, LoggedPoint, Picture } from '../comparison/messages.ts';
import { metricName } from '../comparison/run-curve.ts';
import type { LinkState, PageLink } from '../link/page-link.ts';
import { type Cursor, pageCursor } from '../stores/cursor.ts';
import { onGround } from '../styles/palette.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { ago } from '../styles/words.ts';
import { compareBar } from './compare-bar.ts';
import type { CompareChart, PlaceRead, PointPicked } from './compare-chart.ts';
import { compareLegend, type LegendGroup, legendGroups, withLegend } from './compare-legend.ts';
import { comparisonQuestion } from './compare-question.ts';
import { figure, summaryColumns, summaryRows } from './compare-rows.ts';
import { type CompareSettings, readCompareSettings } from './compare-settings.ts';
import type { TabChoice } from './compare-summary.ts';
import { absentWords, axisLabel, type CompareState, compareState, footWords, valueLabel } from './compare-words.ts';
import { themeOf } from './plot-canvas.ts';
import { runCompareStyles } from './run-compare-styles.ts';
import { onThemeChange } from './theme-change.ts';
import { Memorable, ViewElement } from './view-element.ts';

/** Without a word which runs are meant: the newest so many. */
const newestMost = 50;
/** Pictures while history is loading: early, and then not so often that loading waits for them. */
const loadingPictureMs = 500;

export class RunCompareElement extends ViewElement {
  static override properties: PropertyDeclarations = {
    ...ViewElement.properties,
    known: { state: true },
    linkState: { state: true },
    told: { state: true },
  };
  static override styles = [viewStyles, runCompareStyles];

  declare known: readonly RunEntry[] | undefined;
  declare linkState: LinkState | undefined;
  /** Grows when the store has something new. */
  declare told: number;
  #store: ComparisonStore | undefined;
  #frame: Frame | undefined;
  /** What was asked last: the question, and the part of the plane. */
  #asked = { question: '', frame: '' };
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #askTimer: ReturnType<typeof setTimeout> | undefined;
  #points: { of: Picture; image: HTMLCanvasElement } | undefined;
  #cursorPoint: LoggedPoint | undefined;
  #reads = 0;
  #groups: readonly RunGroup[] = [];
  #hadPicture = false;
  /** ms from the view's beginning to its first curves and to the whole history, for benches. */
  readonly timings: { firstPaintMs?: number; wholeMs?: number } = {};
  #beganMs = 0;

  constructor() {
    super();
    this.told = 0;
  }

  get state(): CompareState {
    const { problem, progress, picture } = this.#store ?? {};
    const link = this.link && this.linkState;
    return compareState({ link, problem, progress, picture, groups: this.#groups, runs: this.runs, chosen: this.#chosen });
  }

  /** What the tests and benches look at. */
  get picturesShown(): Pick<Picture, 'shown' | 'logged' | 'runsWithPoints'> | undefined {
    return this.#store?.picture;
  }

  override picture(): HTMLCanvasElement | undefined {
    const chart = this.#chart?.picture();
    return chart && withLegend(chart, this.#legend, themeOf(this));
  }

  override summary(): Record<string, unknown> | undefined {
    const { table, picture } = this.#store ?? {};
    if (!table || !picture) return undefined;
    const groups = table.groups.map(({ each: _each, ...group }) => ({ ...group, label: this.#labelOf(group.key) }));
    return {
      at: table.at,
      threshold: table.threshold ?? null,
      groups: groups.slice(0, 100),
      logged: picture.logged,
      at_ms: Date.now(),
    };
  }

  protected override get canBegin(): boolean {
    return true;
  }

  protected override begin(link: PageLink, life: { signal: AbortSignal }): void {
    this.#beganMs = performance.now();
    this.#store = comparisonStore(link, (what) => this.#hear(what), life);
    this.linkState = link.state;
    link.onState((state) => {
      this.linkState = state;
    }, life);
    link.onRuns((runs) => {
      this.known = runs.length > 0 || this.known ? runs : undefined;
    }, life);
    onThemeChange(() => this.requestUpdate(), life);
    pageCursor.onMove((cursor, by) => {
      if (by !== this) void this.#goTo(cursor);
    }, life);
  }

  protected override end(): void {
    clearTimeout(this.#askTimer);
    this.#askTimer = undefined;
    this.#store = undefined;
    this.#points = undefined;
    this.#asked = { question: '', frame: '' };
    this.#hadPicture = false;
  }

  protected override whileVisible(isVisible: boolean): void {
    this.#store?.setActive(isVisible);
    if (isVisible) this.requestUpdate();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    const chosen = this.#chosen;
    this.style.height = `${chosen.heightPx}px`;
    if (changed.has('known') || changed.has('settings') || changed.has('runs'))
      this.#groups = groupRuns(this.#runsOf(chosen), chosen.by);
    const kinds =
      metricName(chosen.value) || metricName(chosen.axis) ? (['episodes', 'metrics'] as const) : (['episodes'] as const);
    this.#store?.want(
      this.#groups.flatMap(({ runs }) => runs.map(({ run_id }) => run_id)),
      kinds,
    );
  }

  override updated(): void {
    this.#ask(false);
    this.#draw();
  }

  protected override render(): TemplateResult {
    const state = this.state;
    const hasPicture = !!this.#store?.picture && this.#store.picture.logged > 0;
    const isBlank = !hasPicture || (this.#groups.length === 0 && state.state === 'empty');
    return html`<section class="frame" aria-label="Comparison of runs" data-state=${state.state}>
      ${this.#header(state)}
      ${this.#note(state, isBlank)}
      ${isBlank ? this.#blank(state) : this.#body()}
      <footer class="foot">${this.#foot()}</footer>
    </section>`;
  }

  get #chosen(): CompareSettings {
    return readCompareSettings(this.settings);
  }

  get #chart(): CompareChart | null {
    return this.renderRoot?.querySelector<CompareChart>('duallane-compare-chart') ?? null;
  }

  #runsOf({ names }: CompareSettings): readonly RunEntry[] {
    const known = [...(this.known ?? [])].sort((a, b) => a.created_ms - b.created_ms);
    if (this.runs.length === 0 && names.length === 0) return known.slice(-newestMost);
    return known.filter(({ run_id, name }) => this.runs.includes(run_id) || names.includes(name));
  }

  #labelOf(key: string): string {
    return this.#groups.find((group) => group.key === key)?.label ?? key;
  }

  get #baseline(): RunGroup | undefined {
    const { baseline } = this.#chosen;
    if (baseline === undefined) return undefined;
    return this.#groups.find(
      ({ key, label, runs }) => key === baseline || label === baseline || runs.some(({ run_id }) => run_id === baseline),
    );
  }

  get #legend(): LegendGroup[] {
    return legendGroups(this.#groups, this.#chosen.hidden, this.#baseline);
  }

  #hear(what: 'picture' | 'table' | 'progress' | 'problem'): void {
    const isWhole =
      this.#store && !this.#store.progress.isLoading && this.#store.progress.loadedRuns === this.#store.progress.runs;
    if (what === 'progress') this.#ask(true);
    if (what === 'picture' && (this.#store?.picture?.logged ?? 0) > 0) {
      const now = performance.now() - this.#beganMs;
      this.timings.firstPaintMs ??= now;
      if (isWhole && !this.#store?.picture?.isRough) this.timings.wholeMs ??= now;
      if (isWhole && !this.#hadPicture) {
        this.#hadPicture = true;
        void this.updateComplete.then(() => requestAnimationFrame(() => this.dispatchEvent(new Memorable())));
      }
    }
    if (what === 'table') void this.#goTo(pageCursor.now);
    this.told += 1;
  }

  /** Asks for a new picture when the question or the rows have changed; while history loads not too often. */
  #ask(hasNewRows: boolean): void {
    const { isLoading } = this.#store?.progress ?? {};
    const question = comparisonQuestion(this.#legend, this.#chosen, themeOf(this).ground);
    const key = { question: JSON.stringify(question), frame: JSON.stringify(this.#frame) };
    const isNew = key.question !== this.#asked.question;
    const isSame = !hasNewRows && !isNew && key.frame === this.#asked.frame;
    if (!this.#store || !this.isVisible || question.groups.length === 0 || isSame) return;
    // The first points are drawn at once; after that pictures take a fifth of the worker's time at most.
    const { picture, pictureMs } = this.#store;
    const pauseMs = picture?.logged ? Math.max(loadingPictureMs, 4 * pictureMs) : 0;
    const waitMs = hasNewRows && isLoading ? this.#askedAtMs + pauseMs - performance.now() : 0;
    if (waitMs > 0) {
      this.#askTimer ??= setTimeout(() => {
        this.#askTimer = undefined;
        this.#ask(true);
      }, waitMs);
      return;
    }
    this.#asked = key;
    this.#askedAtMs = performance.now();
    // Bands and figures of half a history would be of no use, and would hold up the other half.
    const { loadedRuns, runs } = this.#store.progress;
    const isPartial = loadedRuns < runs;
    const frame = this.#frame ?? { x: undefined, width: 600, height: 240 };
    this.#store.ask(isPartial ? { ...question, band: 'none' } : question, frame, !isPartial && (hasNewRows || isNew));
  }

  #draw(): void {
    const { picture, table } = this.#store ?? {};
    const chart = this.#chart;
    if (!picture || !chart) return;
    const { value, axis } = this.#chosen;
    const theme = themeOf(this);
    const looks = new Map(this.#legend.map((one) => [one.group.key, one]));
    const groups = picture.lines.flatMap((line) => {
      const look = looks.get(line.key);
      if (!look?.isShown) return [];
      const { colour, dash, isBaseline, group } = look;
      return [{ line, label: group.label, colour: onGround(colour, theme.ground), dash, isBaseline }];
    });
    const plot = {
      groups,
      view: picture.view,
      points: { image: this.#imageOf(picture), ...picture.view },
      titles: { x: axisLabel(axis), y: valueLabel(value) },
      at: table?.at,
      cursor: this.#cursorPoint,
      read: undefined,
      readLabel: '',
    };
    chart.show(plot, picture.whole);
  }

  #imageOf(picture: Picture): HTMLCanvasElement {
    if (this.#points?.of === picture) return this.#points.image;
    const image = document.createElement('canvas');
    image.width = picture.points.width;
    image.height = picture.points.height;
    const { rgba, width, height } = picture.points;
    image.getContext('2d')?.putImageData(new ImageData(rgba as Uint8ClampedArray<ArrayBuffer>, width, height), 0, 0);
    this.#points = { of: picture, image };
    return image;
  }

  #header(state: CompareState): TemplateResult {
    const { metrics = [], agents = [] } = this.#store ?? {};
    return compareBar(
      { state, groups: this.#groups, baseline: this.#baseline, chosen: this.#chosen, metrics, agents },
      {
        keep: (change) => this.keep(change),
        zoom: (factor) => this.#chart?.zoom(factor),
        showAll: () => this.#chart?.showAll(),
      },
    );
  }

  #note(state: CompareState, isBlank: boolean): TemplateResult | typeof nothing {
    if (isBlank || state.sentence === '') return nothing;
    const isBad = state.state === 'error';
    return html`<div class="note" data-state=${state.state} role=${isBad ? 'alert' : 'status'}>${state.sentence}</div>`;
  }

  #body(): TemplateResult {
    const { tab, by, band, better, at } = this.#chosen;
    const { table } = this.#store ?? {};
    const { axis } = this.#chosen;
    const columns = summaryColumns({ statistic: band === 'iqm' ? 'iqm' : 'mean', axis, better, threshold: table?.threshold });
    const rows = table ? summaryRows(table, (key) => this.#labelOf(key), this.#baseline?.key) : [];
    const place = at === undefined ? ', the furthest that every run has come to' : '';
    const note = table ? `at ${axisLabel(axis)} ${figure(table.at)}${place}; ${better} is better` : '';
    const absent = absentWords(this.#chosen, this.#groups, this.#baseline !== undefined);
    return html`${compareLegend(this.#legend, (key) => this.#toggle(key))}
      ${absent ? html`<div class="note" role="status">${absent}</div>` : nothing}
      <duallane-compare-chart class="chart" @frame-wanted=${this.#frameWanted} @place-read=${this.#placeRead} @point-picked=${this.#picked}></duallane-compare-chart>
      <duallane-compare-summary class="summary" .tab=${tab} .columns=${columns} .rows=${rows} .labels=${this.#groups.map(({ label }) => label)}
        .differences=${configDifferences(this.#groups, by)} .note=${note}
        @tab-choice=${(event: Event) => this.keep({ tab: (event as TabChoice).detail })}></duallane-compare-summary>`;
  }

  #blank(state: CompareState): TemplateResult {
    const { poster, atMs } = this.memory ?? {};
    const isAway = state.state !== 'empty' && state.state !== 'loading';
    const when = atMs === undefined ? '' : `, ${ago(Date.now() - atMs)}`;
    return html`<div class="blank" role="status">
      ${poster && isAway ? html`<img class="memory" src=${poster} alt="The view's last state" /><p>Last state${when}.</p>` : nothing}
      <p>${state.sentence || 'The curves come with the first rows.'}</p>
    </div>`;
  }

  #foot(): TemplateResult | string {
    const { picture } = this.#store ?? {};
    if (!picture || picture.logged === 0) return '';
    const hidden = this.#legend.filter(({ isShown }) => !isShown).length;
    const isNewest = this.runs.length === 0 && this.#chosen.names.length === 0;
    const newest = isNewest ? { most: newestMost, known: this.known ?? [] } : undefined;
    return html`<span>${footWords(picture, this.#groups, hidden, newest)}</span><span class="fill"></span><span title="Agarwal et al. 2021; 2,000 replicates with a fixed seed">intervals: stratified bootstrap, 95 %</span>`;
  }

  #toggle(key: string): void {
    const { hidden } = this.#chosen;
    const next = hidden.includes(key) ? hidden.filter((each) => each !== key) : [...hidden, key];
    this.keep({ hidden: next });
    const shown = this.#groups.filter((group) => !next.includes(group.key));
    pageCursor.move({ runs: shown.flatMap(({ runs }) => runs.map(({ run_id }) => run_id)) }, this);
  }

  readonly #frameWanted = (event: Event): void => {
    this.#frame = (event as CustomEvent<Frame>).detail;
    this.#ask(false);
  };

  readonly #placeRead = async (event: Event): Promise<void> => {
    const place = (event as PlaceRead).detail;
    const read = ++this.#reads;
    const point = place && (await this.#store?.nearest(place.x, place.y, place.reachX, place.reachY).catch(() => undefined));
    if (read !== this.#reads) return; // The reader has gone on.
    const name = point && (this.known?.find(({ run_id }) => run_id === point.run)?.name || point.run);
    this.#chart?.found(point, name ?? '');
  };

  readonly #picked = (event: Event): void => {
    const point = (event as PointPicked).detail;
    this.#cursorPoint = point;
    pageCursor.move({ run: point.run, agent: point.agent, ...(point.episode !== undefined && { episode: point.episode }) }, this);
    this.#draw();
  };

  async #goTo({ run, agent, episode }: Cursor): Promise<void> {
    if (run === undefined || episode === undefined) {
      this.#cursorPoint = undefined;
      this.#draw();
      return;
    }
    const point = await this.#store?.locate(run, agent, episode).catch(() => undefined);
    this.#cursorPoint = point;
    this.#draw();
  }
}
