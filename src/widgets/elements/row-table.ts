/**
 * A table over the newest rows of a stream: only visible rows are in the page, the newest at the lower edge.
 *
 * Guarantees
 * - It follows the newest row until the reader scrolls up; then what is read stands still, and a button says how many came since.
 * - It never moves the reader's scroll position or focus otherwise.
 */
import { css, html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Row } from '../stores/row-batch.ts';
import { count } from '../styles/words.ts';
import { visibleSlice } from './visible-slice.ts';

export type Column = {
  title: string;
  /** px */
  width: number;
  align: 'left' | 'right';
  text(row: Row): string;
  /** The exact value where `text` is short for it. */
  exact?(row: Row): string | undefined;
};

const rowHeight = 24;

export class RowTable extends LitElement {
  static override properties: PropertyDeclarations = {
    label: { attribute: false },
    columns: { attribute: false },
    rows: { attribute: false },
    empty: { attribute: false },
  };

  static override styles = css`
    :host { position: relative; display: block; min-height: 0; overflow: hidden; }
    .scroll { height: 100%; overflow: auto; scrollbar-width: thin; outline-offset: -2px; }
    .scroll:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); }
    table { border-collapse: separate; border-spacing: 0; table-layout: fixed; width: 100%; }
    th, td { height: ${rowHeight}px; padding: 0 8px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; line-height: 20px; }
    th {
      position: sticky; top: 0; z-index: 1; font-weight: 400; text-align: left;
      font-size: var(--jp-ui-font-size0, 11px); color: var(--jp-ui-font-color2, #616161);
      background: var(--jp-layout-color1, #fff); border-bottom: 1px solid var(--jp-border-color2, #e0e0e0);
    }
    th.right, td.right { text-align: right; }
    tr:nth-child(even) td { background: var(--jp-rendermime-table-row-background, #f5f5f5); }
    tr:hover td { background: var(--jp-rendermime-table-row-hover-background, #e1f5fe); }
    tr.space td { height: auto; padding: 0; background: none; border: 0; }
    .empty { position: absolute; inset: 32px 0 0; text-align: center; color: var(--jp-ui-font-color2, #616161); }
    .newer {
      position: absolute; right: 16px; bottom: 8px; height: 24px; padding: 0 8px; cursor: pointer; font: inherit;
      font-size: var(--jp-ui-font-size0, 11px); border-radius: var(--jp-border-radius, 2px);
      color: var(--jp-ui-inverse-font-color1, #fff); background: var(--jp-brand-color1, #1976d2); border: 0;
    }
    .newer:focus-visible { outline: 2px solid var(--jp-ui-font-color1, #212121); }
  `;

  declare label: string;
  declare columns: readonly Column[];
  declare rows: readonly Row[];
  declare empty: string;
  #frozen: readonly Row[] | undefined;
  #lastTop = 0;
  #height = 200;
  #followedExtent = '';
  #sizes: ResizeObserver | undefined;

  constructor() {
    super();
    this.label = '';
    this.columns = [];
    this.rows = [];
    this.empty = '';
  }

  get isFollowing(): boolean {
    return this.#frozen === undefined;
  }

  get shownRows(): readonly Row[] {
    return this.#frozen ?? this.rows;
  }

  /** Goes to the newest row and stays with it; or holds what is there. */
  follow(isFollowing: boolean): void {
    this.#frozen = isFollowing ? undefined : this.rows;
    this.#followedExtent = '';
    this.requestUpdate();
    this.dispatchEvent(new Event('follow-change'));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#putBack();
    if (typeof ResizeObserver === 'undefined') return;
    this.#sizes = new ResizeObserver(() => {
      this.#height = this.#scroller()?.clientHeight || this.#height;
      this.requestUpdate();
    });
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes?.disconnect();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('columns') && changed.get('columns') !== undefined) {
      this.#frozen = undefined;
      this.#lastTop = 0;
      this.#followedExtent = '';
    }
  }

  override render(): TemplateResult {
    const rows = this.shownRows;
    const room = this.#height - rowHeight;
    const top = this.isFollowing ? rows.length * rowHeight : this.#lastTop;
    const slice = visibleSlice(top, room, rowHeight, rows.length);
    const width = this.columns.reduce((sum, column) => sum + column.width, 0);
    const held = this.#frozen ? this.rows.filter((row) => row.seq > (this.#frozen?.at(-1)?.seq ?? 0)).length : 0;
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label=${this.label} @scroll=${this.#scrolled}>
        <table style="min-width: ${width}px" aria-rowcount=${rows.length + 1}>
          <colgroup>${this.columns.map((column) => html`<col style="width: ${column.width}px" />`)}</colgroup>
          <thead>
            <tr>${this.columns.map((column) => html`<th scope="col" class=${column.align}>${column.title}</th>`)}</tr>
          </thead>
          <tbody>
            <tr class="space" aria-hidden="true"><td colspan=${this.columns.length} style="height: ${slice.above}px"></td></tr>
            ${slice.first % 2 === 1 ? html`<tr class="space" aria-hidden="true"></tr>` : nothing}
            ${rows.slice(slice.first, slice.end).map((row) => this.#row(row))}
            <tr class="space" aria-hidden="true"><td colspan=${this.columns.length} style="height: ${slice.below}px"></td></tr>
          </tbody>
        </table>
      </div>
      ${rows.length === 0 ? html`<div class="empty">${this.empty}</div>` : nothing}
      ${held > 0 ? html`<button class="newer" @click=${() => this.follow(true)}>${count(held)}${held === this.rows.length ? ' or more' : ''} newer</button>` : nothing}
    `;
  }

  override updated(): void {
    // The end moves only when the number of rows does; asking for it each time would cost a layout.
    const extent = `${this.rows.length} ${this.#height}`;
    if (!this.isFollowing || extent === this.#followedExtent) return;
    const scroller = this.#scroller();
    if (!scroller) return;
    scroller.scrollTop = scroller.scrollHeight;
    this.#lastTop = scroller.scrollTop;
    this.#followedExtent = extent;
  }

  /** An element that was detached comes back scrolled to its top, which no reader asked for. */
  #putBack(): void {
    this.#followedExtent = '';
    const scroller = this.#scroller();
    if (this.isFollowing) this.#lastTop = 0;
    else if (scroller) scroller.scrollTop = this.#lastTop;
    this.requestUpdate();
  }

  #row(row: Row): TemplateResult {
    return html`<tr>${this.columns.map((column) => {
      const text = column.text(row);
      return html`<td class=${column.align} title=${column.exact?.(row) ?? text}>${text}</td>`;
    })}</tr>`;
  }

  readonly #scrolled = (): void => {
    const scroller = this.#scroller();
    if (!scroller) return;
    const top = scroller.scrollTop;
    const isAtEnd = top + scroller.clientHeight >= scroller.scrollHeight - rowHeight / 2;
    // Only a reader scrolls up: rows that arrive make the table longer, which is not a decision to stop following.
    if (this.isFollowing && !isAtEnd && top < this.#lastTop - 1) this.follow(false);
    else if (!this.isFollowing && isAtEnd && top > this.#lastTop) this.follow(true);
    this.#lastTop = top;
    if (!this.isFollowing) this.requestUpdate();
  };

  #scroller(): HTMLElement | null {
    return this.renderRoot?.querySelector<HTMLElement>('.scroll') ?? null;
  }
}
