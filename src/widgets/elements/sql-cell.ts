/**
 * SqlCell: a question in SQL over the history of runs, asked by the page itself, so it works while the kernel is busy or gone.
 *
 * Guarantees
 * - The engine starts with the first question. A saved question is asked by itself only in a trusted notebook that holds no
 *   answer to it yet; otherwise its saved answer is shown until somebody runs it.
 * - The height of the result does not change with what is in it. Keys typed here do not reach the notebook.
 * Settings: sql (the question), name (what it is called), height (px of the result).
 */
import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { LinkState } from '../link/page-link.ts';
import { type Progress, sqlEngine, tableNames, tables } from '../sql/index.ts';
import { stopIcon } from '../styles/icons.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { ago, count } from '../styles/words.ts';
import { SqlAsking } from './sql-asking.ts';
import { pictureTheme, sqlPicture } from './sql-picture.ts';
import { type GridRows, readSaved, rowsOfSaved, type SavedAnswer, saveAnswer } from './sql-rows.ts';
import { samples } from './sql-samples.ts';
import { sqlStyles } from './sql-styles.ts';
import { progressLine, progressShare, reachTitle, span, summaryLine } from './sql-words.ts';
import { Memorable, ViewElement } from './view-element.ts';

const defaultHeight = 264;
const tickMs = 100;
const editorLines = { least: 3, most: 14 };

export class SqlCellElement extends ViewElement {
  static override properties: PropertyDeclarations = {
    ...ViewElement.properties,
    sql: { state: true },
    linkState: { state: true },
  };
  static override styles = [viewStyles, sqlStyles];

  declare sql: string;
  declare linkState: LinkState | undefined;
  readonly #asking = new SqlAsking(() => this.#onChange());
  #listening: AbortController | undefined;
  #tick: ReturnType<typeof setInterval> | undefined;
  #shown: GridRows | undefined;
  #saved: SavedAnswer | undefined;
  #lastSaved: SavedAnswer | undefined;
  #hasAskedItself = false;
  #version = 0;

  constructor() {
    super();
    this.sql = '';
  }

  /** What the cell is doing, for whoever places or tests it. */
  get state(): string {
    return this.#asking.now.state;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#listen();
  }

  override dispose(): void {
    super.dispose();
    this.#asking.cancel();
    this.#listening?.abort();
    this.#listening = undefined;
    clearInterval(this.#tick);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    if (changed.has('settings')) {
      const { sql } = this.settings;
      if (typeof sql === 'string' && sql !== this.sql) this.sql = sql;
    }
    if (changed.has('memory') && !this.#shown) {
      this.#saved = readSaved(this.memory?.last);
      if (this.#saved) this.#shown = rowsOfSaved(this.#saved);
    }
    if (changed.has('link')) this.#listen();
  }

  override updated(): void {
    this.#askItself();
  }

  protected override begin(): void {}
  protected override end(): void {}

  protected override whileVisible(): void {
    this.#askItself();
  }

  override picture(): HTMLCanvasElement | undefined {
    const saved = this.summary() as SavedAnswer | undefined;
    return saved && sqlPicture(saved.sql, rowsOfSaved(saved), saved.line, pictureTheme(this));
  }

  override summary(): Record<string, unknown> | undefined {
    return (this.#lastSaved ?? this.#saved) as Record<string, unknown> | undefined;
  }

  /** Asks what stands in the editor. */
  async run(): Promise<void> {
    const { link } = this;
    if (!link) return;
    this.#hasAskedItself = true;
    if (this.settings.sql !== this.sql) this.keep({ sql: this.sql });
    clearInterval(this.#tick);
    this.#tick = setInterval(() => this.requestUpdate(), tickMs);
    const ticking = this.#tick;
    await this.#asking.ask(sqlEngine(link), this.sql, this.runs);
    clearInterval(ticking);
    const { now } = this.#asking;
    if (now.state !== 'answered') return;
    this.#lastSaved = saveAnswer(now.answer, this.#asking.sql, summaryLine(now.summary), Date.now());
    await this.updateComplete;
    this.dispatchEvent(new Memorable());
  }

  cancel(): void {
    this.#asking.cancel();
  }

  #listen(): void {
    if (this.#listening || !this.link || !this.isConnected) return;
    this.#listening = new AbortController();
    this.linkState = this.link.state;
    const hear = (state: LinkState) => {
      this.linkState = state;
    };
    this.link.onState(hear, { signal: this.#listening.signal });
  }

  #askItself(): void {
    if (this.#hasAskedItself || !this.link || !this.isTrusted || !this.isVisible || this.linkState?.state !== 'connected') return;
    if (this.sql.trim() === '' || this.settings.sql !== this.sql || this.#saved?.sql === this.sql) return;
    this.#hasAskedItself = true;
    void this.run();
  }

  #onChange(): void {
    const { now } = this.#asking;
    const answer = now.state === 'running' || now.state === 'answered' ? now.answer : undefined;
    if (answer && (answer.rows > 0 || now.state === 'answered')) {
      this.#shown = answer;
      this.#saved = undefined;
    }
    this.#version += 1;
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
        <span class="keys">${isRunning ? 'Esc' : 'Shift+Enter'}</span>
        ${
          isRunning
            ? html`<button class="cancel" @click=${() => this.cancel()}>${stopIcon} Cancel</button>`
            : html`<button class="run" ?disabled=${!this.link || this.sql.trim() === ''} @click=${() => void this.run()}>Run</button>`
        }
      </div>
      ${this.#note()}
      ${this.#editor()}
      <div class="line" role="status" aria-live=${isRunning ? 'off' : 'polite'}>${this.#line()}</div>
      <div class="result ${isRunning && this.#isOld ? 'old' : ''}" style="height: ${this.#height}px">${this.#result()}</div>
    </section>`;
  }

  get #title(): string {
    const { name } = this.settings;
    return typeof name === 'string' && name !== '' ? name : 'SQL';
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

  #editor(): TemplateResult {
    const lines = Math.min(editorLines.most, Math.max(editorLines.least, this.sql.split('\n').length));
    return html`<div class="editor">
      ${this.#marks()}
      <textarea aria-label="Question in SQL" rows=${lines} spellcheck="false" autocapitalize="off" autocomplete="off" autocorrect="off" wrap="soft"
        placeholder="SELECT … FROM episodes" .value=${this.sql} @input=${this.#onInput} @change=${this.#onEdited} @scroll=${this.#onScroll}></textarea>
    </div>`;
  }

  /** The question again, unseen, with a wave under the word that DuckDB points at. */
  #marks(): TemplateResult | typeof nothing {
    const { now } = this.#asking;
    if (now.state !== 'failed' || !now.error.place || this.#asking.sql !== this.sql) return nothing;
    const { line, start, end } = now.error.place;
    const before = this.sql
      .split('\n')
      .slice(0, line - 1)
      .reduce((sum, text) => sum + text.length + 1, 0);
    const word = this.sql.slice(before + start, before + end) || ' ';
    return html`<pre class="marks" aria-hidden="true">${this.sql.slice(0, before + start)}<mark>${word}</mark>${this.sql.slice(before + end)}</pre>`;
  }

  #line(): TemplateResult | typeof nothing {
    const { now } = this.#asking;
    switch (now.state) {
      case 'running': {
        const share = progressShare(now.progress);
        const bar =
          share === undefined
            ? html`<div class="share unknown"></div>`
            : html`<div class="share" style="width: ${Math.max(1, share * 100)}%"></div>`;
        return html`<span>${progressLine(now.progress, now.answer?.rows ?? 0, performance.now() - now.sinceMs)}</span>${bar}`;
      }
      case 'answered':
        return html`<span title=${reachTitle(now.summary.reach)}>${summaryLine(now.summary)}</span>`;
      case 'failed':
        return html`<span>Not answered</span>`;
      case 'cancelled':
        return html`<span>Cancelled after ${span(now.afterMs)}.${this.#below(now.rows)}</span>`;
      case 'idle':
        return this.#saved
          ? html`<span title=${new Date(this.#saved.at_ms).toLocaleString()}>${this.#savedLine(this.#saved)}</span>`
          : html`<span>Nothing asked yet</span>`;
      default:
        return now satisfies never;
    }
  }

  /** What the grid shows after a cancellation. */
  #below(rows: number): string {
    if (rows > 0) return ` The ${count(rows)} rows that had come are below.`;
    return this.#shown ? ' The answer below is an earlier one.' : '';
  }

  #savedLine(saved: SavedAnswer): string {
    const shown =
      (saved.cells.length < saved.rows ? `${count(saved.cells.length)} of ` : '') +
      `${count(saved.rows)} ${saved.rows === 1 ? 'row' : 'rows'}`;
    return `Saved answer, ${ago(Date.now() - saved.at_ms)} · ${shown} · run to ask again`;
  }

  #result(): TemplateResult {
    const { now } = this.#asking;
    if (now.state === 'failed') return this.#wrong(now.code, now.error);
    if (!this.#shown) return now.state === 'running' ? this.#coming(now.progress) : this.#empty();
    if (this.#shown.rows === 0 && now.state === 'answered') {
      return html`<div class="blank"><p>No rows: nothing in the history matches this question.</p></div>`;
    }
    return html`<duallane-sql-grid .label=${`Answer, ${count(this.#shown.rows)} rows`} .rows=${this.#shown} .version=${this.#version}></duallane-sql-grid>`;
  }

  #wrong(
    code: string,
    { sentence, place }: { sentence: string; place: { line: number; text: string; start: number; end: number } | undefined },
  ): TemplateResult {
    const titles: Record<string, string> = {
      'sql-refused': 'This cell only reads',
      'sql-failed': 'The question could not be answered',
      'sql-memory': 'The answer is too large for the page',
      'history-too-large': 'Too much history for the page',
      'history-unreachable': 'The history could not be reached',
      'engine-start': 'The SQL engine did not start',
    };
    return html`<div class="wrong" role="alert">
      <h4><span class="dot" data-state="error"></span>${titles[code] ?? 'The question could not be answered'}</h4>
      ${place ? html`<pre>${place.text.slice(0, place.start)}<b>${place.text.slice(place.start, place.end)}</b>${place.text.slice(place.end)}\n${' '.repeat(place.start)}<b>${'^'.repeat(Math.max(1, place.end - place.start))}</b></pre>` : nothing}
      <p>${sentence}</p>
    </div>`;
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
      <div>
        <h4>Tables</h4>
        <dl>${tableNames.map((table) => html`<dt>${table}</dt><dd>${tables[table].map((column) => column.name).join(', ')}</dd>`)}</dl>
      </div>
    </div>`;
  }

  #ask(sql: string): void {
    this.sql = sql;
    void this.run();
  }

  readonly #onInput = (event: Event): void => {
    this.sql = (event.currentTarget as HTMLTextAreaElement).value;
  };

  /** The edit is over for now: it is kept with the notebook. */
  readonly #onEdited = (): void => {
    this.#hasAskedItself = true;
    if (this.settings.sql !== this.sql) this.keep({ sql: this.sql });
  };

  readonly #onScroll = (event: Event): void => {
    const marks = this.renderRoot.querySelector<HTMLElement>('.marks');
    if (marks) marks.style.transform = `translateY(${-(event.currentTarget as HTMLElement).scrollTop}px)`;
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Enter' && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (this.#asking.now.state !== 'running' && this.sql.trim() !== '') void this.run();
    } else if (event.key === 'Escape' && this.#asking.now.state === 'running') this.cancel();
  };
}

function halt(event: Event): void {
  event.stopPropagation();
}
