/** The lower half of RunCompare: the summary that sorts and is copied as LaTeX or Markdown, and where configurations differ. */
import { css, html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { sentenceOf } from '../../protocol/index.ts';
import type { ConfigDifference } from '../comparison/groups.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { count } from '../styles/words.ts';
import { latexTable, markdownTable, type SummaryColumn, type SummaryRow, sorted } from './compare-rows.ts';
import type { CompareTab } from './compare-settings.ts';
import { copyText } from './copy-text.ts';

export class TabChoice extends CustomEvent<CompareTab> {
  constructor(tab: CompareTab) {
    super('tab-choice', { detail: tab });
  }
}

export class CompareSummary extends LitElement {
  static override properties: PropertyDeclarations = {
    tab: { attribute: false },
    columns: { attribute: false },
    rows: { attribute: false },
    labels: { attribute: false },
    differences: { attribute: false },
    note: { attribute: false },
    sortBy: { state: true },
    said: { state: true },
  };

  static override styles = [
    viewStyles,
    css`
      :host { display: flex; flex-direction: column; margin: 0; min-height: 0; border-top: 1px solid var(--jp-border-color2, #e0e0e0); }
      .tabs { display: flex; flex: none; align-items: center; gap: 4px; height: 32px; padding: 0 8px; overflow: hidden; white-space: nowrap; }
      .tabs [role='tab'][aria-selected='true'] { color: var(--jp-ui-font-color1, #212121); box-shadow: inset 0 -2px var(--jp-brand-color1, #1976d2); }
      .fill { flex: 1 1 0; min-width: 0; overflow: hidden; text-overflow: ellipsis; text-align: right; padding-right: 8px; }
      .scroll { flex: 1 1 0; min-height: 0; overflow: auto; }
      table { border-collapse: collapse; min-width: 100%; }
      th, td { padding: 2px 8px; text-align: right; white-space: nowrap; height: 24px; }
      th { position: sticky; top: 0; z-index: 1; background: var(--jp-layout-color1, #fff); font-weight: 600; box-shadow: inset 0 -1px var(--jp-border-color2, #e0e0e0); padding: 0 2px; }
      th:first-child, td:first-child { text-align: left; position: sticky; left: 0; z-index: 1; background: var(--jp-layout-color1, #fff); max-width: 260px; overflow: hidden; text-overflow: ellipsis; }
      th:first-child { z-index: 2; }
      td:first-child, .config th:first-child { padding-left: 12px; }
      th:first-child { padding-left: 6px; }
      .config th { padding: 2px 8px; max-width: 240px; overflow: hidden; text-overflow: ellipsis; }
      th button { height: auto; min-height: 24px; max-width: 132px; color: inherit; font: inherit; font-weight: 600; line-height: 16px; justify-content: end; text-align: inherit; white-space: normal; }
      tbody tr:hover td { background: var(--jp-layout-color2, #f5f5f5); }
      td.differs { max-width: 240px; overflow: hidden; text-overflow: ellipsis; }
      .empty { padding: 12px; color: var(--jp-ui-font-color2, #616161); }
      .verdict { color: var(--jp-ui-font-color2, #616161); }
    `,
  ];

  declare tab: CompareTab;
  declare columns: readonly SummaryColumn[];
  declare rows: readonly SummaryRow[];
  /** Names of the groups, in the order of a difference's values. */
  declare labels: readonly string[];
  declare differences: readonly ConfigDifference[];
  declare note: string;
  declare sortBy: { title: string; isDescending: boolean } | undefined;
  declare said: string;

  constructor() {
    super();
    this.tab = 'summary';
    this.columns = [];
    this.rows = [];
    this.labels = [];
    this.differences = [];
    this.note = '';
    this.said = '';
  }

  override render(): TemplateResult {
    const tab = (name: CompareTab, title: string): TemplateResult =>
      html`<button role="tab" aria-selected=${this.tab === name} tabindex=${this.tab === name ? 0 : -1}
        @click=${() => this.dispatchEvent(new TabChoice(name))}>${title}</button>`;
    return html`<div class="tabs">
        <div role="tablist" aria-label="Beneath the chart" @keydown=${this.#tabKeyed}>
          ${tab('summary', 'Summary')}${tab('config', `Config (${count(this.differences.length)} differ)`)}
        </div>
        <span class="fill small quiet" aria-live="polite" title=${this.note}>${this.said || this.note}</span>
        ${
          this.tab === 'summary'
            ? html`<button title="Copy the table as Markdown" @click=${() => this.#copy(markdownTable, 'Markdown')}>Markdown</button>
              <button title="Copy the table for LaTeX with booktabs" @click=${() => this.#copy(latexTable, 'LaTeX')}>LaTeX</button>`
            : nothing
        }
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label=${this.tab === 'summary' ? 'Summary of the groups' : 'Where configurations differ'}>
        ${this.tab === 'summary' ? this.#summary() : this.#config()}
      </div>`;
  }

  get #sorted(): SummaryRow[] {
    const column = this.columns.find(({ title }) => title === this.sortBy?.title);
    return sorted(this.rows, column, this.sortBy?.isDescending ?? false);
  }

  #summary(): TemplateResult {
    if (this.rows.length === 0) return html`<div class="empty">The figures come with the first rows.</div>`;
    return html`<table>
      <thead><tr>${this.columns.map((column) => this.#head(column))}</tr></thead>
      <tbody>${this.#sorted.map(
        (row) =>
          html`<tr>${this.columns.map((column) => {
            const text = column.text(row);
            return html`<td class=${column.title === 'verdict' ? 'verdict' : ''} title=${text}>${text}</td>`;
          })}</tr>`,
      )}</tbody>
    </table>`;
  }

  #head(column: SummaryColumn): TemplateResult {
    const isSorted = this.sortBy?.title === column.title;
    const direction = isSorted ? (this.sortBy?.isDescending ? 'descending' : 'ascending') : 'none';
    return html`<th scope="col" aria-sort=${direction}><button title=${column.hint} @click=${() => this.#sort(column)}>
      ${column.title}${isSorted ? (this.sortBy?.isDescending ? ' ▾' : ' ▴') : ''}</button></th>`;
  }

  /** First down, then up, then as it was. */
  #sort({ title }: SummaryColumn): void {
    const { sortBy } = this;
    if (sortBy?.title !== title) this.sortBy = { title, isDescending: true };
    else this.sortBy = sortBy.isDescending ? { title, isDescending: false } : undefined;
  }

  #config(): TemplateResult {
    if (this.labels.length < 2) return html`<div class="empty">One group alone differs from nothing.</div>`;
    if (this.differences.length === 0) return html`<div class="empty">The configurations are the same in every key.</div>`;
    return html`<table class="config">
      <thead><tr><th scope="col">key</th>${this.labels.map((label) => html`<th scope="col" title=${label}>${label}</th>`)}</tr></thead>
      <tbody>${this.differences.map(
        ({ path, values }) =>
          html`<tr><td title=${path}>${path}</td>${values.map((each) => {
            const text =
              each.length === 0
                ? '–'
                : each.length > 3
                  ? `${each.slice(0, 3).join(', ')} and ${each.length - 3} more`
                  : each.join(', ');
            return html`<td class="differs" title=${each.join('\n').slice(0, 2000)}>${text}</td>`;
          })}</tr>`,
      )}</tbody>
    </table>`;
  }

  readonly #tabKeyed = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    this.dispatchEvent(new TabChoice(this.tab === 'summary' ? 'config' : 'summary'));
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  };

  async #copy(write: typeof latexTable, form: string): Promise<void> {
    try {
      await copyText(write(this.columns, this.#sorted));
      this.said = `${count(this.rows.length)} rows copied as ${form}`;
    } catch (cause) {
      this.said = `Not copied: ${sentenceOf(cause)}`;
    }
  }
}
