/**
 * RunCompare: many runs as groups of seeds. Curves with honest bands, every logged point, a summary against a baseline, what
 * differs in the configurations.
 *
 * Guarantees
 * - All of it comes from the durable history through the page's link; the kernel has no part in it. Live runs join and move.
 * - Its height is its own setting: data never changes it. It never takes scroll or focus.
 * - What is counted as missing, hidden or too few is said, not left out.
 * Settings: names, by, value, axis, agent, smoothing, band, baseline, threshold, at, hidden, tab, height (compare-settings.ts).
 */
import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { RunEntry } from '../../protocol/index.ts';
import type { ComparisonStore, Progress } from '../comparison/comparison-store.ts';
import { budgetOf, configDifferences, flatConfig, groupRuns, type RunGroup, taskOf } from '../comparison/groups.ts';
import { comparisonStore } from '../comparison/index.ts';
import type { Frame, LoggedPoint, Picture, Question } from '../comparison/messages.ts';
import { metricName } from '../comparison/run-curve.ts';
import type { LinkState, PageLink } from '../link/page-link.ts';
import { type Cursor, pageCursor } from '../stores/cursor.ts';
import { dashes, onGround, seriesStyle } from '../styles/palette.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { ago, count } from '../styles/words.ts';
import type { CompareChart, PlaceRead, PointPicked } from './compare-chart.ts';
import { compareLegend, type LegendGroup } from './compare-legend.ts';
import { figure, summaryColumns, summaryRows } from './compare-rows.ts';
import {
  axes,
  bands,
  type CompareSettings,
  readCompareSettings,
  readSmoothing,
  smoothingLabel,
  smoothings,
} from './compare-settings.ts';
import type { BaselineChoice, TabChoice } from './compare-summary.ts';
import { themeOf } from './plot-canvas.ts';
import { runCompareStyles } from './run-compare-styles.ts';
import { Memorable, ViewElement } from './view-element.ts';

export type CompareState = {
  state: 'empty' | 'connecting' | 'loading' | 'live' | 'ended' | 'reconnecting' | 'error';
  sentence: string;
};

const nothingYet: Progress = { isLoading: true, isBehind: false, loadedRuns: 0, runs: 0, rows: 0 };
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
    const link = this.linkState;
    if (!this.link || !link || link.state === 'connecting')
      return { state: 'connecting', sentence: 'Connecting to the Jupyter server.' };
    if (link.state === 'refused') return { state: 'error', sentence: link.sentence };
    if (this.#store?.problem) return { state: 'error', sentence: `${this.#store.problem} Trying again by itself.` };
    if (link.state === 'reconnecting') return { state: 'reconnecting', sentence: link.sentence };
    if (this.#groups.length === 0) return { state: 'empty', sentence: this.#emptyWords };
    const { isLoading, isBehind, loadedRuns, runs, rows } = this.#store?.progress ?? nothingYet;
    if (loadedRuns < runs)
      return { state: 'loading', sentence: `Loading history: ${count(loadedRuns)} of ${count(runs)} runs, ${count(rows)} rows.` };
    if (!isLoading && this.#store?.picture && this.#store.picture.logged === 0)
      return { state: 'empty', sentence: this.#noPointsWords };
    const lives = this.#groups.some((group) => group.runs.some(({ status }) => status !== 'TERM'));
    return lives || isBehind ? { state: 'live', sentence: '' } : { state: 'ended', sentence: '' };
  }

  /** What the tests and benches look at. */
  get picturesShown(): Pick<Picture, 'shown' | 'logged' | 'runsWithPoints'> | undefined {
    return this.#store?.picture;
  }

  override picture(): HTMLCanvasElement | undefined {
    return this.#chart?.picture();
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

  get #emptyWords(): string {
    const { names } = this.#chosen;
    const ids = this.runs;
    if (names.length > 0) return `No run is called ${names.slice(0, 5).join(' or ')} yet. It joins as soon as it is opened.`;
    if (ids.length > 0) return 'None of these runs is known here yet. They join as soon as they are opened.';
    return 'No run is known here yet. Start one with duallane.Run in Python: it joins by itself.';
  }

  get #noPointsWords(): string {
    const { value, axis, agent } = this.#chosen;
    if (axis === 'budget') return 'No run names its budget: put total_timesteps into the configuration, or choose another axis.';
    if (agent !== undefined) return `Agent ${agent} has logged nothing of this in any of the runs. Choose another agent.`;
    return `Nothing of ${this.#valueLabel(value)} was logged in these runs yet.`;
  }

  #runsOf({ names }: CompareSettings): readonly RunEntry[] {
    const known = [...(this.known ?? [])].sort((a, b) => a.created_ms - b.created_ms);
    if (this.runs.length === 0 && names.length === 0) return known.slice(-newestMost);
    return known.filter(({ run_id, name }) => this.runs.includes(run_id) || names.includes(name));
  }

  #labelOf(key: string): string {
    return this.#groups.find((group) => group.key === key)?.label ?? key;
  }

  #valueLabel(value: string): string {
    return metricName(value) ?? (value === 'length' ? 'episode length' : 'return');
  }

  #axisLabel(axis: string): string {
    return metricName(axis) ?? axes.find((known) => known.value === axis)?.label ?? axis;
  }

  get #baseline(): RunGroup | undefined {
    const { baseline } = this.#chosen;
    if (baseline === undefined) return undefined;
    return this.#groups.find(
      ({ key, label, runs }) => key === baseline || label === baseline || runs.some(({ run_id }) => run_id === baseline),
    );
  }

  /** Every group with its look: a colour of its own while there are enough, and always another dash than its neighbour. */
  get #legend(): LegendGroup[] {
    const { hidden } = this.#chosen;
    const taken = new Set<string>();
    const baseline = this.#baseline;
    return this.#groups.map((group, at) => {
      const first = group.runs[0]?.run_id ?? group.key;
      let { colour } = seriesStyle(first);
      for (let ordinal = 1; ordinal < 6 && taken.has(colour); ordinal++) ({ colour } = seriesStyle(first, ordinal));
      taken.add(colour);
      const dash = dashes[at % dashes.length] ?? [];
      return { group, colour, dash, isShown: !hidden.includes(group.key), isBaseline: group === baseline };
    });
  }

  #hear(what: 'picture' | 'table' | 'progress' | 'problem'): void {
    const isWhole =
      this.#store && !this.#store.progress.isLoading && this.#store.progress.loadedRuns === this.#store.progress.runs;
    if (what === 'progress') this.#ask(true);
    if (what === 'picture' && (this.#store?.picture?.logged ?? 0) > 0) {
      const now = performance.now() - this.#beganMs;
      this.timings.firstPaintMs ??= now;
      if (isWhole) this.timings.wholeMs ??= now;
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
    const question = this.#question();
    const key = { question: JSON.stringify(question), frame: JSON.stringify(this.#frame) };
    const isNew = key.question !== this.#asked.question;
    const isSame = !hasNewRows && !isNew && key.frame === this.#asked.frame;
    if (!this.#store || !this.isVisible || question.groups.length === 0 || isSame) return;
    const waitMs = hasNewRows && isLoading ? this.#askedAtMs + loadingPictureMs - performance.now() : 0;
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

  #question(): Question {
    const { value, axis, agent, smoothing, band, threshold, at } = this.#chosen;
    const ground = themeOf(this).ground;
    return {
      groups: this.#legend
        .filter(({ isShown }) => isShown)
        .map(({ group, colour }) => ({
          key: group.key,
          colour: rgbOf(onGround(colour, ground)),
          runs: group.runs.map(({ run_id, config_json }) => {
            const config = flatConfig(config_json);
            return { id: run_id, task: taskOf(config), budget: budgetOf(config) };
          }),
        })),
      value,
      axis,
      agent,
      smoothing: readSmoothing(smoothing) ?? { kind: 'off' },
      band,
      statistic: band === 'iqm' ? 'iqm' : 'mean',
      baseline: this.#baseline?.key,
      threshold,
      at,
    };
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
      titles: { x: this.#axisLabel(axis), y: this.#valueLabel(value) },
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
    const { by, value, axis, agent, smoothing, band } = this.#chosen;
    const runs = this.#groups.reduce((sum, group) => sum + group.runs.length, 0);
    const metrics = this.#store?.metrics ?? [];
    const agents = this.#store?.agents ?? [];
    const metricChoices = [
      ...new Set([...metrics.map((name) => `metric:${name}`), ...[value, axis].filter((each) => metricName(each))]),
    ];
    const keys = this.#groups.length > 0 ? configKeys(this.#groups) : [];
    const options = (choices: readonly { value: string; label: string }[], chosen: string): TemplateResult[] =>
      choices.map((choice) => html`<option value=${choice.value} ?selected=${choice.value === chosen}>${choice.label}</option>`);
    const select = (
      label: string,
      key: string,
      choices: readonly { value: string; label: string }[],
      chosen: string,
    ): TemplateResult =>
      html`<label class="quiet">${label}
        <select aria-label=${label} .value=${chosen} @change=${(event: Event) => this.keep({ [key]: (event.target as HTMLSelectElement).value || undefined })}>
          ${options(choices, chosen)}</select></label>`;
    const named = metricChoices.map((metric) => ({ value: metric, label: metricName(metric) ?? '' }));
    return html`<header class="bar">
        <span class="dot" data-state=${state.state === 'loading' ? 'connecting' : state.state} role="img" aria-label=${state.state}></span>
        <span class="name">${count(this.#groups.length)} ${this.#groups.length === 1 ? 'group' : 'groups'}, ${count(runs)} ${runs === 1 ? 'run' : 'runs'}</span>
        <span class="status quiet">${state.state}</span>
        <span class="fill"></span>
        <span class="zoom" role="group" aria-label="Zoom">
          <button title="Zoom in (also Ctrl + wheel)" aria-label="Zoom in" @click=${() => this.#chart?.zoom(0.7)}>+</button>
          <button title="Zoom out" aria-label="Zoom out" @click=${() => this.#chart?.zoom(1 / 0.7)}>−</button>
          <button title="Show everything (also a double click)" @click=${() => this.#chart?.showAll()}>all</button>
        </span>
      </header>
      <div class="bar choices">
        ${select('show', 'value', [{ value: 'return', label: 'return' }, { value: 'length', label: 'episode length' }, ...named], value)}
        ${select('over', 'axis', [...axes, ...named], axis)}
        ${select('group by', 'by', [{ value: 'seed', label: 'all but the seed' }, { value: 'name', label: 'name' }, { value: 'run', label: 'run' }, ...keys.map((key) => ({ value: key, label: key }))], by)}
        ${select(
          'smooth',
          'smoothing',
          [...new Set([...smoothings, smoothing])].map((words) => ({ value: words, label: smoothingLabel(words) })),
          smoothing,
        )}
        ${select('band', 'band', bands, band)}
        ${agents.length > 1 || agent !== undefined ? select('agent', 'agent', [{ value: '', label: 'all' }, ...[...new Set([...agents, ...(agent ? [agent] : [])])].map((name) => ({ value: name, label: name }))], agent ?? '') : nothing}
      </div>`;
  }

  #note(state: CompareState, isBlank: boolean): TemplateResult | typeof nothing {
    if (isBlank || state.sentence === '') return nothing;
    const isBad = state.state === 'error';
    return html`<div class="note" data-state=${state.state} role=${isBad ? 'alert' : 'status'}>${state.sentence}</div>`;
  }

  #body(): TemplateResult {
    const { tab, by } = this.#chosen;
    const { table } = this.#store ?? {};
    const statistic = this.#chosen.band === 'iqm' ? 'iqm' : 'mean';
    const columns = summaryColumns({ statistic, axis: this.#axisLabel(this.#chosen.axis), threshold: table?.threshold });
    const rows = table ? summaryRows(table, (key) => this.#labelOf(key), this.#baseline?.key) : [];
    const note = table
      ? `at ${this.#axisLabel(this.#chosen.axis)} ${figure(table.at)}${this.#chosen.at === undefined ? ', the furthest that every run has come to' : ''}`
      : '';
    return html`${compareLegend(this.#legend, (key) => this.#toggle(key))}
      <duallane-compare-chart class="chart" @frame-wanted=${this.#frameWanted} @place-read=${this.#placeRead} @point-picked=${this.#picked}></duallane-compare-chart>
      <duallane-compare-summary class="summary" .tab=${tab} .columns=${columns} .rows=${rows} .labels=${this.#groups.map(({ label }) => label)}
        .differences=${configDifferences(this.#groups, by)} .note=${note}
        @tab-choice=${(event: Event) => this.keep({ tab: (event as TabChoice).detail })}
        @baseline-choice=${(event: Event) => this.keep({ baseline: (event as BaselineChoice).detail })}></duallane-compare-summary>`;
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
    if (!picture) return '';
    const runs = this.#groups.reduce((sum, group) => sum + group.runs.length, 0);
    const hidden = this.#legend.filter(({ isShown }) => !isShown).length;
    const known = this.known?.length ?? 0;
    const isNewest = this.runs.length === 0 && this.#chosen.names.length === 0 && known > newestMost;
    const words = [
      `${count(picture.shown)} of ${count(picture.logged)} logged points shown`,
      picture.runsWithPoints < runs && hidden === 0
        ? `${count(runs - picture.runsWithPoints)} of ${count(runs)} runs have none`
        : '',
      hidden > 0 ? `${count(hidden)} ${hidden === 1 ? 'group' : 'groups'} left out` : '',
      isNewest ? `the newest ${newestMost} of ${count(known)} runs` : '',
    ];
    return html`<span>${words.filter(Boolean).join(' · ')}</span><span class="fill"></span><span title="Agarwal et al. 2021; 2,000 replicates with a fixed seed">intervals: stratified bootstrap, 95 %</span>`;
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

function rgbOf(colour: string): [number, number, number] {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return [red, green, blue];
}

/** Keys whose values are not the same in all runs: what else could be grouped by. */
function configKeys(groups: readonly RunGroup[]): string[] {
  const values = new Map<string, Set<string>>();
  const configs = groups.flatMap(({ runs }) => runs.map(({ config_json }) => flatConfig(config_json)));
  for (const config of configs) for (const [key, value] of config) values.set(key, (values.get(key) ?? new Set()).add(value));
  return [...values].filter(([key, found]) => found.size > 1 && !['seed', 'name', 'run'].includes(key)).map(([key]) => key);
}
