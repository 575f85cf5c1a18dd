/**
 * What came of a question: the rows as a grid or a chart, its plan, one cell in full; to sort, filter, copy and take away.
 *
 * Guarantees: the count is of all rows, and of those the filter leaves; sorting never changes what is exported but its order.
 * Events: `duallane-sql-keep` {tab?, chart?}: to be kept with the cell. `duallane-sql-row` {rows, row}: a row became current.
 */
import { css, html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { sentenceOf } from '../../protocol/index.ts';
import { type ChartChoice, orderRows, readChoice } from '../sql/index.ts';
import { copyIcon } from '../styles/icons.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { count } from '../styles/words.ts';
import { copyText } from './copy-text.ts';
import { copiedMost, csvOf, download, tabbed } from './sql-export.ts';
import type { SqlGrid } from './sql-grid.ts';
import { type GridRows, rowsInOrder } from './sql-rows.ts';

export type ResultTab = 'table' | 'chart' | 'plan';
const tabs: readonly (readonly [ResultTab, string])[] = [
  ['table', 'Table'],
  ['chart', 'Chart'],
  ['plan', 'Plan'],
];
const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

export class SqlResult extends LitElement {
  static override properties: PropertyDeclarations = {
    rows: { attribute: false },
    version: { attribute: false },
    name: { attribute: false },
    tab: { attribute: false },
    chart: { attribute: false },
    named: { attribute: false },
    isWhole: { attribute: false },
    // Another question's file is made as the one before: only whether there is one is seen.
    parquet: { attribute: false, hasChanged: (now: unknown, before: unknown) => (now === undefined) !== (before === undefined) },
    filter: { state: true },
    sorted: { state: true },
    opened: { state: true },
    said: { state: true },
    plan: { state: true },
    isOrdering: { state: true },
  };

  static override styles = [
    viewStyles,
    css`
      :host { display: flex; flex-direction: column; height: 100%; margin: 0; min-height: 0; }
      .tools { display: flex; align-items: center; gap: 4px; flex: none; height: 32px; padding: 0 8px; overflow: hidden; white-space: nowrap; border-bottom: 1px solid var(--jp-border-color2, #e0e0e0); }
      .tools .fill { flex: 1 1 0; min-width: 0; overflow: hidden; text-overflow: ellipsis; text-align: right; color: var(--jp-ui-font-color2, #616161); font-size: var(--jp-ui-font-size0, 11px); }
      [role='tab'][aria-selected='true'] { color: var(--jp-ui-font-color1, #212121); font-weight: 600; box-shadow: inset 0 -2px 0 var(--jp-brand-color1, #1976d2); border-radius: 0; }
      input { height: 24px; width: 140px; min-width: 48px; padding: 0 6px; border: 1px solid var(--jp-border-color2, #e0e0e0); border-radius: var(--jp-border-radius, 2px); background: var(--jp-layout-color1, #fff); color: inherit; font: inherit; }
      .body { position: relative; flex: 1 1 0; min-height: 0; display: flex; }
      .body > * { flex: 1 1 0; min-width: 0; }
      .body > .opened { flex: 0 1 40%; display: flex; flex-direction: column; border-left: 1px solid var(--jp-border-color2, #e0e0e0); }
      .opened h4 { display: flex; align-items: center; gap: 8px; margin: 0; padding: 4px 4px 4px 12px; font-size: inherit; }
      .opened h4 span { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      pre { margin: 0; padding: 8px 12px; overflow: auto; font-family: var(--jp-code-font-family, monospace); font-size: 12px; line-height: 18px; scrollbar-width: thin; user-select: text; }
      .opened pre { flex: 1 1 0; white-space: pre-wrap; overflow-wrap: anywhere; }
      @container (max-width: 560px) { input, .narrow { display: none; } }
    `,
  ];

  declare rows: GridRows | undefined;
  declare version: number;
  /** Of a file that is made of it. */
  declare name: string;
  declare tab: ResultTab;
  /** What was chosen for the chart, as it was kept. */
  declare chart: unknown;
  /** What a run's id is called in a chart. */
  declare named: ((value: string) => string) | undefined;
  /** All rows are here; a saved answer has only the first. */
  declare isWhole: boolean;
  declare filter: string;
  declare sorted: { column: number; isDescending: boolean } | undefined;
  declare opened: { title: string; text: string } | undefined;
  declare said: string;
  declare plan: string;
  declare isOrdering: boolean;
  /** The engine's plan for the question, as text. */
  explain: () => Promise<string> = async () => '';
  /** The answer as a Parquet file. */
  declare parquet: (() => Promise<Uint8Array>) | undefined;
  #ordered: GridRows | undefined;
  #ordering: AbortController | undefined;
  #choice: { rows: GridRows; raw: unknown; count: number; choice: ChartChoice | undefined } | undefined;

  constructor() {
    super();
    this.version = 0;
    this.name = 'answer';
    this.tab = 'table';
    this.isWhole = true;
    this.filter = '';
    this.said = '';
    this.plan = '';
    this.isOrdering = false;
  }

  /** The rows as they are shown. */
  get shown(): GridRows | undefined {
    return this.#ordered ?? this.rows;
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('rows')) {
      this.opened = undefined;
      this.said = '';
      this.plan = '';
      const columns = (rows: GridRows | undefined) => rows?.columns.map(({ name }) => name).join('\n');
      if (columns(changed.get('rows') as GridRows | undefined) !== columns(this.rows)) {
        this.sorted = undefined;
        this.filter = '';
      }
      if (this.tab === 'plan') void this.#askPlan();
    }
    if (changed.has('rows') || changed.has('version') || changed.has('sorted') || changed.has('filter')) void this.#order();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { rows, shown } = this;
    if (!rows || !shown) return nothing;
    return html`<div class="tools">
        <div role="tablist" aria-label="How the answer is shown" @keydown=${this.#onTabKey}>${tabs.map(([tab, word]) => html`<button role="tab" aria-selected=${this.tab === tab} tabindex=${this.tab === tab ? 0 : -1} @click=${() => this.#turn(tab)}>${word}</button>`)}</div>
        <span class="fill" role="status">${this.said || this.#counted(rows, shown)}</span>
        ${this.tab === 'table' ? html`<input type="search" placeholder="Filter rows" aria-label="Filter rows" .value=${this.filter} @input=${this.#onFilter} @keydown=${stop}>` : nothing}
        <button title="Copy the rows, tab-separated" @click=${() => void this.#copy()}>${copyIcon}<span class="narrow">Copy</span></button>
        <button title="Download as CSV" @click=${() => void this.#csv()}>CSV</button>
        ${this.parquet ? html`<button title="Download as Parquet" @click=${() => void this.#parquet()}>Parquet</button>` : nothing}
      </div>
      <div class="body">${this.#body(shown)}${this.#detail()}</div>`;
  }

  #body(shown: GridRows): TemplateResult {
    switch (this.tab) {
      case 'chart':
        return html`<duallane-sql-chart .rows=${shown} .version=${this.version} .named=${this.named} .choice=${this.#choiceOf(shown)} @duallane-sql-chart=${this.#onChart}></duallane-sql-chart>`;
      case 'plan':
        return html`<pre tabindex="0" aria-label="Plan of the question">${this.plan || 'Asking how the engine goes about it…'}</pre>`;
      case 'table':
        return html`<duallane-sql-grid .label=${`Answer, ${count(shown.rows)} rows`} .rows=${shown} .version=${this.version} .sorted=${this.sorted}
          @duallane-sql-sort=${this.#onSort} @duallane-sql-cell=${this.#onCell} @keydown=${this.#onOpenedKey}></duallane-sql-grid>`;
      default:
        return this.tab satisfies never;
    }
  }

  #detail(): TemplateResult | typeof nothing {
    const { opened } = this;
    if (!opened || this.tab !== 'table') return nothing;
    return html`<div class="opened" @keydown=${this.#onOpenedKey}><h4><span>${opened.title}</span>
      <button title="Copy this value" aria-label="Copy this value" @click=${() => void this.#say(copyText(opened.text), 'copied')}>${copyIcon}</button>
      <button title="Close (Escape)" aria-label="Close the value" @click=${this.#close}>✕</button></h4><pre tabindex="0" aria-label=${opened.title}>${opened.text}</pre></div>`;
  }

  #counted(rows: GridRows, shown: GridRows): string {
    if (this.isOrdering) return 'Sorting…';
    return shown.rows === rows.rows ? '' : `${count(shown.rows)} of ${count(rows.rows)} rows`;
  }

  #choiceOf(rows: GridRows): ChartChoice | undefined {
    if (this.#choice?.rows !== rows || this.#choice.raw !== this.chart || this.#choice.count !== rows.rows)
      this.#choice = { rows, raw: this.chart, count: rows.rows, choice: readChoice(this.chart, rows) };
    return this.#choice.choice;
  }

  async #order(): Promise<void> {
    this.#ordering?.abort();
    const { rows } = this;
    if (!rows || (this.sorted === undefined && this.filter.trim() === '')) {
      if (this.#ordered) this.requestUpdate();
      this.#ordered = undefined;
      this.isOrdering = false;
      return;
    }
    const ordering = new AbortController();
    this.#ordering = ordering;
    const order = { column: this.sorted?.column, isDescending: this.sorted?.isDescending ?? false, filter: this.filter };
    this.isOrdering = true;
    try {
      const index = await orderRows(rows, order, { signal: ordering.signal, breathe });
      this.#ordered = index && rowsInOrder(rows, index);
    } catch (error) {
      if (!ordering.signal.aborted) this.said = sentenceOf(error);
    } finally {
      if (this.#ordering === ordering) this.isOrdering = false;
    }
  }

  #turn(tab: ResultTab): void {
    this.tab = tab;
    if (tab === 'plan') void this.#askPlan();
    this.#keep({ tab });
  }

  async #askPlan(): Promise<void> {
    try {
      this.plan = (await this.explain()) || 'There is no plan for this answer: run the question first.';
    } catch (error) {
      this.plan = sentenceOf(error);
    }
  }

  #keep(detail: Record<string, unknown>): void {
    this.dispatchEvent(new CustomEvent('duallane-sql-keep', { detail }));
  }

  readonly #onTabKey = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const names = tabs.map(([tab]) => tab);
    this.#turn(names[(names.indexOf(this.tab) + by + names.length) % names.length] ?? 'table');
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  };

  /** Escape closes an opened value first, and is then nobody else's. */
  readonly #onOpenedKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.opened) return;
    event.stopPropagation();
    this.#close();
  };

  readonly #close = (): void => {
    this.opened = undefined;
    this.renderRoot.querySelector<SqlGrid>('duallane-sql-grid')?.focus();
  };

  readonly #onFilter = (event: Event): void => {
    this.filter = (event.currentTarget as HTMLInputElement).value;
  };

  /** Down, up, and as it came. */
  readonly #onSort = ({ detail: { column } }: CustomEvent<{ column: number }>): void => {
    const isSame = this.sorted?.column === column;
    const isFirst = this.rows?.columns[column]?.isNumber ?? false;
    if (!isSame) this.sorted = { column, isDescending: isFirst };
    else this.sorted = this.sorted?.isDescending === isFirst ? { column, isDescending: !isFirst } : undefined;
  };

  readonly #onCell = ({
    detail: { row, column, isOpened },
  }: CustomEvent<{ row: number; column: number; isOpened: boolean }>): void => {
    const { shown } = this;
    if (!shown) return;
    if (isOpened || this.opened)
      this.opened = {
        title: `${shown.columns[column]?.name ?? ''}, row ${count(row + 1)}`,
        text: detailText(shown.text(row, column)),
      };
    this.dispatchEvent(new CustomEvent('duallane-sql-row', { detail: { rows: shown, row } }));
  };

  readonly #onChart = ({ detail: { choice } }: CustomEvent<{ choice: ChartChoice }>): void => {
    this.chart = choice;
    this.#keep({ chart: choice });
  };

  async #copy(): Promise<void> {
    const { shown } = this;
    if (!shown) return;
    const cut =
      shown.rows > copiedMost
        ? `the first ${count(copiedMost)} of ${count(shown.rows)} rows copied`
        : `${count(shown.rows)} rows copied`;
    await this.#say(copyText(tabbed(shown)), cut);
  }

  async #csv(): Promise<void> {
    const { shown } = this;
    if (shown)
      await this.#say(
        csvOf(shown, breathe).then((blob) => download(blob, `${this.name}.csv`)),
        this.isWhole ? 'CSV made' : `CSV made of the ${count(shown.rows)} saved rows`,
      );
  }

  async #parquet(): Promise<void> {
    if (!this.parquet) return;
    const made = this.parquet().then((bytes) =>
      download(new Blob([bytes as BlobPart], { type: 'application/vnd.apache.parquet' }), `${this.name}.parquet`),
    );
    await this.#say(made, 'Parquet made');
  }

  async #say(work: Promise<unknown>, done: string): Promise<void> {
    try {
      await work;
      this.said = done;
    } catch (error) {
      this.said = `That did not work: ${sentenceOf(error)}`;
    }
  }
}

/** JSON is laid out; anything else is as it is. */
function detailText(text: string | null | undefined): string {
  if (text === null || text === undefined) return 'NULL';
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    JSON.parse(text);
  } catch {
    return text; // DuckDB's own nested values are no JSON.
  }
  return laidOut(text);
}

/** White space is added to the JSON as it stands: its numbers keep their digits. */
function laidOut(json: string): string {
  let [out, depth] = ['', 0];
  const pieces = json.match(/"(?:\\.|[^"\\])*"|[[\]{},:]|[^\s[\]{},:"]+/g) ?? [];
  for (const [index, piece] of pieces.entries()) {
    const newLine = (by: number) => {
      depth = Math.max(0, depth + by);
      return `\n${'  '.repeat(depth)}`;
    };
    const isEmpty = /[\]}]/.test(piece) && /^[[{]$/.test(pieces[index - 1] ?? '');
    if (/^[[{]$/.test(piece)) out += piece + (/[\]}]/.test(pieces[index + 1] ?? '') ? '' : newLine(1));
    else if (/^[\]}]$/.test(piece)) out += isEmpty ? piece : newLine(-1) + piece;
    else if (piece === ',') out += piece + newLine(0);
    else out += piece === ':' ? ': ' : piece;
  }
  return out;
}

function stop(event: Event): void {
  event.stopPropagation();
}
