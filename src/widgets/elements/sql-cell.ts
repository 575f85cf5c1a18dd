/**
 * SqlCell: a question in SQL over the history of runs, asked by the page itself, so it works while the kernel is busy or gone.
 *
 * Guarantees
 * - The engine starts with the first question. A saved question is asked by itself only in a trusted notebook that holds no
 *   answer to it yet; otherwise its saved answer is shown until somebody runs it.
 * - The height of the result does not change with what is in it. Keys typed here do not reach the notebook.
 * - Values are bound, never written into the text. A live question is asked again only for rows it has not seen.
 * Settings: sql (the question), name (what it is called), height (px of the result), params (values of `{{name}}`), live, tab and
 * chart (of the result), engine ("native": ask DuckDB beside the Jupyter server at once).
 */
import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { LinkState } from '../link/page-link.ts';
import { browserShelf, hasNewRows, type Progress, type Question, rememberAsked, sqlEngine } from '../sql/index.ts';
import { moveOfRow, pageCursor } from '../stores/cursor.ts';
import { stopIcon } from '../styles/icons.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { count } from '../styles/words.ts';
import { SqlAsking } from './sql-asking.ts';
import { CellNames } from './sql-cell-names.ts';
import type { SqlEditor } from './sql-editor.ts';
import { sqlFailure } from './sql-failure.ts';
import { SqlFollowing } from './sql-following.ts';
import { sqlHistoryMenu } from './sql-history-menu.ts';
import { answerPicture } from './sql-picture.ts';
import type { ResultTab } from './sql-result.ts';
import { type GridRows, readSaved, rowsOfSaved, type SavedAnswer, saveAnswer } from './sql-rows.ts';
import { samples } from './sql-samples.ts';
import { sqlStatusLine } from './sql-status-line.ts';
import { sqlStyles } from './sql-styles.ts';
import { summaryLine } from './sql-words.ts';
import { Memorable, ViewElement } from './view-element.ts';

const defaultHeight = 304;
const tickMs = 100;

export class SqlCellElement extends ViewElement {
  static override properties: PropertyDeclarations = {
    ...ViewElement.properties,
    sql: { state: true },
    linkState: { state: true },
    isSchemaOpen: { state: true },
  };
  static override styles = [viewStyles, sqlStyles];

  declare sql: string;
  declare linkState: LinkState | undefined;
  declare isSchemaOpen: boolean;
  readonly #asking = new SqlAsking(() => this.#onChange());
  readonly #names = new CellNames(this);
  #listening: AbortController | undefined;
  #tick: ReturnType<typeof setInterval> | undefined;
  readonly #following = new SqlFollowing(() => void this.run({ isRepeat: true }));
  #shown: GridRows | undefined;
  #saved: SavedAnswer | undefined;
  #lastSaved: SavedAnswer | undefined;
  #hasAskedItself = false;
  /** Asked again by itself: what is shown stays until the new answer is whole. */
  #isRepeat = false;
  /** Grows with what is shown. */
  #version = 0;
  #shownRows = 0;

  constructor() {
    super();
    this.sql = '';
    this.isSchemaOpen = false;
  }

  /** What the cell is doing, for whoever places or tests it. */
  get state(): string {
    return this.#asking.now.state;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#names.read(this.sql, this.settings);
    this.#listen();
  }

  override dispose(): void {
    super.dispose();
    this.#asking.cancel();
    this.#listening?.abort();
    this.#listening = undefined;
    this.#names.release();
    clearInterval(this.#tick);
    this.#following.stop();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    if (changed.has('settings')) {
      const { sql } = this.settings;
      if (typeof sql === 'string' && sql !== this.sql) this.sql = sql;
    }
    if (changed.has('settings') || changed.has('sql')) this.#names.read(this.sql, this.settings);
    if (changed.has('memory') && !this.#shown) {
      this.#saved = readSaved(this.memory?.last);
      if (this.#saved) this.#shown = rowsOfSaved(this.#saved);
    }
    if (changed.has('link')) this.#listen();
  }

  override updated(): void {
    this.#mark();
    this.#askItself();
  }

  protected override begin(): void {}
  protected override end(): void {}

  protected override whileVisible(): void {
    this.#askItself();
    this.#follow();
  }

  override picture(): HTMLCanvasElement | undefined {
    const saved = this.summary() as SavedAnswer | undefined;
    return saved && answerPicture(this, saved, this.#tab, this.#shown, this.settings.chart);
  }

  override summary(): Record<string, unknown> | undefined {
    return (this.#lastSaved ?? this.#saved) as Record<string, unknown> | undefined;
  }

  /** Asks what stands in the editor. */
  async run({ isRepeat = false } = {}): Promise<void> {
    const { link } = this;
    if (!link) return;
    this.#hasAskedItself = true;
    this.#isRepeat = isRepeat;
    this.isSchemaOpen = false;
    if (this.settings.sql !== this.sql) this.keep({ sql: this.sql });
    this.#following.stop();
    clearInterval(this.#tick);
    this.#tick = setInterval(() => this.requestUpdate(), tickMs);
    const ticking = this.#tick;
    await this.#asking.ask(sqlEngine(link), this.#question(this.sql));
    clearInterval(ticking);
    const { now } = this.#asking;
    if (now.state !== 'answered') return;
    this.#lastSaved = saveAnswer(now.answer, this.#asking.sql, summaryLine(now.summary), Date.now());
    if (!isRepeat)
      rememberAsked(browserShelf(), { sql: this.#asking.sql, atMs: Date.now(), rows: now.summary.rows, tookMs: now.tookMs });
    await this.updateComplete;
    if (!isRepeat) this.dispatchEvent(new Memorable());
    this.#follow();
  }

  cancel(): void {
    this.#asking.cancel();
  }

  #question(sql: string): Question {
    const engine = this.settings.engine === 'native' ? { engine: 'native' as const } : {};
    return { sql, runs: this.runs, ...engine, ...this.#names.given(pageCursor.now) };
  }

  #listen(): void {
    if (this.#listening || !this.link || !this.isConnected) return;
    this.#listening = new AbortController();
    this.linkState = this.link.state;
    const hear = (state: LinkState) => {
      this.linkState = state;
    };
    const life = { signal: this.#listening.signal };
    this.link.onState(hear, life);
    this.link.onRuns(() => {
      if (this.#asking.now.state === 'idle' || this.isSchemaOpen) this.requestUpdate();
      this.#follow();
    }, life);
    pageCursor.onMove((_, by) => {
      if (by === this || this.#names.cursor.length === 0) return;
      this.requestUpdate();
      if (this.#asking.now.state !== 'idle') this.#following.value();
    }, life);
  }

  #askItself(): void {
    if (this.#hasAskedItself || !this.link || !this.isTrusted || !this.isVisible || this.linkState?.state !== 'connected') return;
    if (this.sql.trim() === '' || this.settings.sql !== this.sql || this.#saved?.sql === this.sql) return;
    this.#hasAskedItself = true;
    void this.run();
  }

  get #isLive(): boolean {
    return this.settings.live === true;
  }

  /** Live, seen, and there are rows that the answer has not seen. */
  get #isBehind(): boolean {
    const { now } = this.#asking;
    if (!this.#isLive || !this.isVisible || !this.link || now.state !== 'answered' || this.#asking.sql !== this.sql) return false;
    return hasNewRows(now.summary.reach, this.link.runs, this.runs);
  }

  #follow(): void {
    const { now } = this.#asking;
    if (now.state === 'answered' && this.#isBehind) this.#following.rows(now, () => this.#isBehind);
  }

  #onChange(): void {
    const { now } = this.#asking;
    const answer = now.state === 'running' && !this.#isRepeat ? now.answer : now.state === 'answered' ? now.answer : undefined;
    if (answer && (answer.rows > 0 || now.state === 'answered')) {
      if (this.#shown !== answer || answer.rows !== this.#shownRows) this.#version += 1;
      this.#shownRows = answer.rows;
      this.#shown = answer;
      this.#saved = undefined;
    }
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const { now } = this.#asking;
    const isRunning = now.state === 'running';
    return html`<section class="frame" aria-label="SQL over the history of runs" @keydown=${this.#onKey} @keyup=${halt} @keypress=${halt}>
      <div class="bar">
        <span class="name">${this.#title}</span>
        <span class="quiet small" title=${this.runs.join('\n') || nothing}>${this.#scope}</span>
        <span class="fill"></span>
        <button class="wordy" aria-pressed=${this.isSchemaOpen} title="Tables, columns, types and examples" @click=${() => {
          this.isSchemaOpen = !this.isSchemaOpen;
        }}>Tables</button>
        ${sqlHistoryMenu((sql) => this.#ask(sql))}
        <button aria-pressed=${this.#isLive} title="Ask again by itself when there are new rows" @click=${this.#toggleLive}><span class="dot" data-state=${this.#isLive ? 'live' : 'waiting'}></span>Live</button>
        <span class="keys">${isRunning ? 'Esc' : 'Shift+Enter'}</span>
        ${
          isRunning && !this.#isRepeat
            ? html`<button class="cancel" @click=${() => this.cancel()}>${stopIcon} Cancel</button>`
            : html`<button class="run" ?disabled=${!this.link || this.sql.trim() === ''} @click=${() => void this.run()}>Run</button>`
        }
      </div>
      ${this.#note()}
      <duallane-sql-editor .value=${this.sql} .known=${() => this.#names.known()} .metrics=${() => this.#names.metrics(this.link, this.runs)} @duallane-sql-input=${this.#onInput}
        @duallane-sql-edited=${this.#onEdited} @duallane-sql-run=${this.#onRun}></duallane-sql-editor>
      ${this.#values()}
      <div class="line" role="status" aria-live=${isRunning ? 'off' : 'polite'}>${this.#statusLine()}</div>
      <div class="result ${isRunning && !this.#isRepeat && this.#isOld ? 'old' : ''}" style="height: ${this.#height}px">${this.#result()}</div>
    </section>`;
  }

  get #title(): string {
    const { name } = this.settings;
    return typeof name === 'string' && name !== '' ? name : 'SQL';
  }

  get #tab(): ResultTab {
    const { tab } = this.settings;
    return tab === 'chart' || tab === 'plan' ? tab : 'table';
  }

  get #scope(): string {
    if (this.runs.length === 0) return 'over all runs';
    const first = this.link?.runs.find((run) => run.run_id === this.runs[0])?.name || this.runs[0];
    return this.runs.length === 1 ? `over ${first}` : `over ${count(this.runs.length)} runs`;
  }

  get #height(): number {
    const height = Number(this.settings.height);
    return Number.isFinite(height) && height >= 96 && height <= 4000 ? height : defaultHeight;
  }

  /** The rows on show are of an earlier question. */
  get #isOld(): boolean {
    const { now } = this.#asking;
    return this.#shown !== undefined && !(now.state === 'running' && now.answer === this.#shown);
  }

  #note(): TemplateResult | typeof nothing {
    const link = this.linkState;
    if (!link || link.state === 'connected' || link.state === 'connecting') {
      return link?.state === 'connected' && link.daemon === 'incompatible'
        ? html`<div class="note" data-state="error">A trainer daemon of another Duallane version is running. End its runs and restart it.</div>`
        : nothing;
    }
    const keeps = this.#shown ? ' The last answer stays below.' : '';
    return html`<div class="note" data-state=${link.state === 'refused' ? 'error' : 'reconnecting'} role="alert">${link.sentence}${keeps}</div>`;
  }

  #values(): TemplateResult | typeof nothing {
    const { params, cursor, values } = this.#names;
    if (params.length === 0 && cursor.length === 0) return nothing;
    return html`<duallane-sql-values .names=${params} .values=${values} .cursorNames=${cursor} .cursor=${this.#names.pointed(pageCursor.now)}
      @duallane-sql-value=${this.#onValue}></duallane-sql-values>`;
  }

  /** A run by its name; of several with one name the ids' ends tell which. */
  readonly #called = (value: string): string => {
    const name = this.link?.runs.find(({ run_id }) => run_id === value)?.name;
    return name ? `${name} …${value.slice(-4)}` : value;
  };

  #statusLine(): TemplateResult {
    const { now } = this.#asking;
    const standing = this.#isRepeat ? this.#lastSaved : undefined;
    return sqlStatusLine({ now, standing, saved: this.#saved, hasRows: this.#shown !== undefined });
  }

  #result(): TemplateResult {
    const { now } = this.#asking;
    if (this.isSchemaOpen) return this.#schema();
    if (now.state === 'failed') return sqlFailure(now.code, now.error, (place, word) => this.#mend(place, word));
    if (!this.#shown) return now.state === 'running' ? this.#coming(now.progress) : this.#empty();
    if (this.#shown.rows === 0 && now.state === 'answered') {
      const unset = this.#names.unset(pageCursor.now);
      return html`<div class="blank"><p>${
        unset.length > 0
          ? `No rows: ${unset.map((name) => `:${name}`).join(', ')} stands for what is selected in this page, and nothing is yet. Click a row or a point.`
          : 'No rows: nothing in the history matches this question.'
      }</p></div>`;
    }
    const { link } = this;
    const answer = now.state === 'answered' ? now.answer : undefined;
    const explain = async () =>
      link ? planOf(await sqlEngine(link).rowsOf(this.#question(`EXPLAIN ${this.#asking.sql || this.sql}`))) : '';
    return html`<duallane-sql-result .rows=${this.#shown} .version=${this.#version} .name=${this.#title} .tab=${this.#tab} .chart=${this.settings.chart} .named=${this.#called}
      .isWhole=${!this.#saved} .explain=${explain} .parquet=${answer && link ? () => sqlEngine(link).parquet(answer.stream()) : undefined}
      @duallane-sql-keep=${(event: CustomEvent<Record<string, unknown>>) => this.keep(event.detail)} @duallane-sql-row=${this.#onRow}></duallane-sql-result>`;
  }

  #schema(): TemplateResult {
    return html`<duallane-sql-schema .counts=${this.#names.counts(this.link, this.runs)} .example=${(table: string) => this.#names.example(this.link, this.runs, table)}
      @duallane-sql-name=${(event: CustomEvent<{ text: string }>) => this.#editor?.insert(event.detail.text)}></duallane-sql-schema>`;
  }

  #coming(progress: Progress): TemplateResult {
    const words: Partial<Record<Progress['stage'], string>> = {
      starting: 'The SQL engine comes from this Jupyter server, once; the browser keeps it.',
      loading: 'History is loaded into this page once; the next question takes only what is new.',
    };
    return html`<div class="blank"><p>${words[progress.stage] ?? nothing}</p></div>`;
  }

  #empty(): TemplateResult {
    return html`<div class="blank wide">
      <div>
        <h4>Begin with</h4>
        <div class="samples">${samples.map(({ title, sql }) => html`<button ?disabled=${!this.link} @click=${() => this.#ask(sql)}>${title}</button>`)}</div>
      </div>
      ${this.#schema()}
    </div>`;
  }

  get #editor(): SqlEditor | null {
    return this.renderRoot.querySelector<SqlEditor>('duallane-sql-editor');
  }

  /** The wave under the word that an error is about, as long as the text is the one that was asked. */
  #mark(): void {
    const { now } = this.#asking;
    const place = now.state === 'failed' && this.#asking.sql === this.sql ? now.error.place : undefined;
    this.#editor?.mark(
      place && now.state === 'failed'
        ? { from: place.offset, to: place.offset + place.end - place.start, sentence: now.error.sentence }
        : undefined,
    );
  }

  #mend({ offset, start, end }: { offset: number; start: number; end: number }, word: string): void {
    this.#ask(this.sql.slice(0, offset) + word + this.sql.slice(offset + end - start));
  }

  #ask(sql: string): void {
    this.sql = sql;
    void this.run();
  }

  readonly #toggleLive = (): void => {
    this.keep({ live: !this.#isLive });
    if (this.#asking.now.state === 'idle' && this.#isLive && this.sql.trim() !== '') void this.run();
    else this.#follow();
  };

  readonly #onInput = (event: Event): void => {
    this.sql = (event.currentTarget as SqlEditor).value;
  };

  /** The edit is over for now: it is kept with the notebook. */
  readonly #onEdited = (): void => {
    if (this.settings.sql === this.sql) return;
    this.#hasAskedItself = true;
    this.keep({ sql: this.sql });
  };

  readonly #onRun = (): void => {
    if ((this.#asking.now.state !== 'running' || this.#isRepeat) && this.sql.trim() !== '') void this.run();
  };

  readonly #onValue = ({ detail: { name, value } }: CustomEvent<{ name: string; value: unknown }>): void => {
    this.keep({ params: { ...(this.settings.params as Record<string, unknown> | undefined), [name]: value } });
    if (this.#asking.now.state !== 'idle' || this.#shown) this.#following.value();
  };

  /** The row points somewhere: every view of the page goes there. */
  readonly #onRow = ({ detail: { rows, row } }: CustomEvent<{ rows: GridRows; row: number }>): void => {
    const run = this.runs.length === 1 ? this.runs[0] : undefined;
    const move = moveOfRow(
      rows.columns.map(({ name }) => name),
      (column) => rows.text(row, column),
      run,
    );
    if (move) pageCursor.move(move, this);
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Escape' && this.#asking.now.state === 'running') this.cancel();
  };
}

function planOf(rows: readonly (readonly (string | null)[])[]): string {
  return rows.map((row) => row.at(-1) ?? '').join('\n');
}

function halt(event: Event): void {
  event.stopPropagation();
}
