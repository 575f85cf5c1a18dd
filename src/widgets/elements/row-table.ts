/**
 * A table over all rows of a stream, the newest at the lower edge and the whole history above: only visible rows are in the page.
 *
 * Guarantees
 * - It follows the newest row until the reader scrolls up; then what is read stands still, and a button says how many came since.
 * - A click on a row, or Alt with the arrow keys, picks it (`row-picked`); `reveal` goes to the row that is picked elsewhere.
 * - It never moves the reader's scroll position or focus otherwise. Rows that are fetched take their place when they come.
 * - Ten million rows scroll as ten do: beyond what a browser can lay out the scroll bar is scaled; wheel and keys still go by rows.
 */
import { html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Row } from '../stores/row-batch.ts';
import type { TableRows } from '../stores/table-rows.ts';
import { count } from '../styles/words.ts';
import { rowHeight, rowTableStyles } from './row-table-styles.ts';
import { ScrollSpan } from './scroll-span.ts';

export type Column = {
  title: string;
  /** px */
  width: number;
  align: 'left' | 'right';
  text(row: Row): string;
  /** The exact value where `text` is short for it. */
  exact?(row: Row): string | undefined;
};

export class RowPicked extends CustomEvent<Row> {
  constructor(row: Row) {
    super('row-picked', { detail: row });
  }
}

export class RowTable extends LitElement {
  static override properties: PropertyDeclarations = {
    label: { attribute: false },
    columns: { attribute: false },
    rows: { attribute: false },
    version: { attribute: false },
    empty: { attribute: false },
    isPicked: { attribute: false },
    cursor: { attribute: false },
  };

  static override styles = rowTableStyles;

  declare label: string;
  declare columns: readonly Column[];
  declare rows: TableRows | undefined;
  /** Changes when `rows` may have. */
  declare version: number;
  declare empty: string;
  /** Is this the row that the page's cursor is at? */
  declare isPicked: ((row: Row) => boolean) | undefined;
  /** Changes when `isPicked` may say something else. */
  declare cursor: unknown;
  readonly #span = new ScrollSpan(rowHeight);
  #isFollowing = true;
  /** Rows there were when the reader left the newest. */
  #leftAt = 0;
  #top = 0;
  /** A row that is seen, to find the place again when rows are put in before it. */
  #anchor: { seq: number; index: number } | undefined;
  #height = 200;
  #scrollPx = 0;
  #followedExtent = '';
  #sizes: ResizeObserver | undefined;

  constructor() {
    super();
    this.label = '';
    this.columns = [];
    this.version = 0;
    this.empty = '';
  }

  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  /** Rows the reader sees, [first, end) by index. */
  get seen(): { first: number; end: number } {
    const first = Math.floor(this.#isFollowing ? this.#span.lastTop : this.#top);
    return { first, end: Math.min(this.#span.rows, Math.ceil(first + this.#span.viewPx / rowHeight)) };
  }

  /** Goes to the newest row and stays with it; or holds what is there. */
  follow(isFollowing: boolean): void {
    if (!isFollowing) {
      this.#top = this.#span.lastTop;
      this.#leftAt = this.#span.rows;
    }
    this.#isFollowing = isFollowing;
    this.#anchor = undefined;
    this.#followedExtent = '';
    this.requestUpdate();
    this.dispatchEvent(new Event('follow-change'));
  }

  /** Goes to the newest row at hand that is picked, unless it is seen already. */
  reveal(): void {
    const index = this.#pickedIndex();
    const { first, end } = this.seen;
    if (index < 0 || (index >= first && index < end)) return;
    if (this.#isFollowing) this.follow(false);
    this.#goTo(Math.max(0, Math.min(this.#span.lastTop, index - Math.floor((end - first) / 2))));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#putBack();
    if (typeof ResizeObserver === 'undefined') return;
    this.#sizes = new ResizeObserver(() => {
      this.#height = this.#scroller?.clientHeight || this.#height;
      this.requestUpdate();
    });
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes?.disconnect();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('rows')) {
      this.#isFollowing = true;
      this.#anchor = undefined;
      this.#followedExtent = '';
    }
    const { rows } = this;
    this.#span.rows = rows?.length ?? 0;
    // Whole rows only: at the lower edge no sliver of a row stands under the head.
    this.#span.viewPx = Math.max(rowHeight, this.#height - rowHeight - this.#restPx);
    const index = this.#anchor ? (rows?.indexOf(this.#anchor.seq) ?? -1) : -1;
    if (this.#anchor && index >= 0) {
      const moved = index - this.#anchor.index;
      this.#top += moved;
      this.#leftAt += moved;
      this.#anchor.index = index;
    }
    this.#top = Math.max(0, Math.min(this.#top, this.#span.lastTop));
  }

  override render(): TemplateResult {
    const { columns, rows } = this;
    const slice = this.#span.slice(this.#isFollowing ? this.#span.lastTop : this.#top);
    const width = columns.reduce((sum, column) => sum + column.width, 0);
    const held = this.#isFollowing ? 0 : Math.max(0, this.#span.rows - this.#leftAt);
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label=${this.label} @scroll=${this.#scrolled} @keydown=${this.#keyed}>
        <table style="min-width: ${width}px" aria-rowcount=${this.#span.rows + 1}>
          <colgroup>${columns.map((column) => html`<col style="width: ${column.width}px" />`)}</colgroup>
          <thead>
            <tr aria-rowindex="1">${columns.map((column) => html`<th scope="col" class=${column.align}>${column.title}</th>`)}</tr>
          </thead>
          <tbody>
            <tr class="space" aria-hidden="true"><td colspan=${columns.length} style="height: ${slice.above}px"></td></tr>
            ${rows ? this.#slice(rows, slice.first, slice.end) : nothing}
            <tr class="space" aria-hidden="true"><td colspan=${columns.length} style="height: ${slice.below + this.#restPx}px"></td></tr>
          </tbody>
        </table>
      </div>
      ${this.#span.rows === 0 ? html`<div class="empty">${this.empty}</div>` : nothing}
      ${held > 0 ? html`<button class="newer" @click=${() => this.follow(true)}>${count(held)} newer</button>` : nothing}
    `;
  }

  override firstUpdated(): void {
    // Not through the template: a listener that may stop the wheel must say so.
    this.#scroller?.addEventListener('wheel', this.#wheeled, { passive: false });
  }

  override updated(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    if (this.#isFollowing) {
      this.rows?.wantNewest(Math.floor(this.#span.viewPx / rowHeight));
      // The end moves only when the number of rows does; asking for it each time would cost a layout.
      const extent = `${this.#span.spacePx} ${this.#height}`;
      if (extent === this.#followedExtent) return;
      this.#followedExtent = extent;
      scroller.scrollTop = this.#span.spacePx; // beyond the end: the browser stops there
      this.#scrollPx = scroller.scrollTop;
      return;
    }
    const { first, end } = this.seen;
    this.rows?.want(Math.max(0, first - 8), Math.min(this.#span.rows, end + 8));
    this.#setAnchor(first, end);
    const wantedPx = this.#span.scrollAt(this.#top);
    if (Math.abs(wantedPx - scroller.scrollTop) < 1) return;
    scroller.scrollTop = wantedPx;
    this.#scrollPx = scroller.scrollTop;
  }

  /** What is left of the height after the head and whole rows, px. */
  get #restPx(): number {
    return Math.max(0, this.#height - rowHeight) % rowHeight;
  }

  #setAnchor(first: number, end: number): void {
    this.#anchor = undefined;
    for (let index = first; index < end; index++) {
      const row = this.rows?.rowAt(index);
      if (!row) continue;
      this.#anchor = { seq: row.seq, index };
      return;
    }
  }

  /** An element that was detached comes back scrolled to its top, which no reader asked for. */
  #putBack(): void {
    this.#followedExtent = '';
    this.#scrollPx = 0;
    this.requestUpdate();
  }

  #slice(rows: TableRows, first: number, end: number): TemplateResult[] {
    const { newest } = rows;
    const total = this.#span.rows;
    const templates: TemplateResult[] = [];
    for (let index = first; index < end; index++) {
      const row = (this.#isFollowing ? newest[newest.length - total + index] : undefined) ?? rows.rowAt(index);
      templates.push(row ? this.#row(row, index) : this.#blank(index, row === null));
    }
    return templates;
  }

  #row(row: Row, index: number): TemplateResult {
    const isPicked = this.isPicked?.(row) ?? false;
    const { isFilled } = row.batch;
    return html`<tr class="${index % 2 ? 'odd' : 'even'} ${isPicked ? 'picked' : ''} ${isFilled ? 'filled' : ''}" aria-rowindex=${index + 2}
      aria-current=${isPicked ? 'true' : nothing} aria-description=${isFilled ? 'Filled from history: this view missed it when it came' : nothing}
      @click=${() => this.dispatchEvent(new RowPicked(row))}>${this.columns.map((column) => {
        const text = column.text(row);
        return html`<td class=${column.align} title=${column.exact?.(row) ?? text}>${text}</td>`;
      })}</tr>`;
  }

  #blank(index: number, isMissing: boolean): TemplateResult {
    return html`<tr class="coming ${index % 2 ? 'odd' : 'even'}" aria-rowindex=${index + 2}>
      <td colspan=${this.columns.length}>${isMissing ? 'This row is not in history.' : '…'}</td></tr>`;
  }

  readonly #scrolled = (): void => {
    const px = this.#scroller?.scrollTop ?? 0;
    const before = this.#scrollPx;
    if (Math.abs(px - before) < 1) return;
    this.#scrollPx = px;
    // Only a reader scrolls up: rows that arrive make the table longer, which is not a decision to stop following.
    // Nor is a table that has just become higher: the browser then moves its end up to the lower edge.
    if (this.#isFollowing) {
      if (px >= before || this.#isAtEnd(px)) return;
      this.follow(false);
    }
    this.#goTo(this.#span.topAt(px));
  };

  #isAtEnd(px: number): boolean {
    const scroller = this.#scroller;
    return !scroller || px >= scroller.scrollHeight - scroller.clientHeight - 1;
  }

  readonly #wheeled = (event: WheelEvent): void => {
    if (!this.#span.isScaled || event.ctrlKey || event.deltaY === 0) return;
    const rows = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY / rowHeight : event.deltaY * 3;
    if (this.#move(rows)) event.preventDefault();
  };

  readonly #keyed = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(this.#span.viewPx / rowHeight) - 1);
    const moves: Record<string, number> = {
      ArrowUp: -1,
      ArrowDown: 1,
      PageUp: -page,
      PageDown: page,
      Home: -this.#span.rows,
      End: this.#span.rows,
    };
    const rows = moves[event.key];
    if (rows !== undefined && Math.abs(rows) === 1 && event.altKey) {
      event.preventDefault();
      this.#pickBeside(rows);
      return;
    }
    if (rows === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.#move(rows);
  };

  /** The row before or after the picked one; of the rows that are seen the last, when none is. */
  #pickBeside(rows: number): void {
    const at = this.#pickedIndex();
    const { newest } = this.rows ?? { newest: [] };
    const index = at < 0 ? this.seen.end - 1 : at + rows;
    const row = newest[newest.length - this.#span.rows + index] ?? this.rows?.rowAt(index);
    if (!row) return;
    this.dispatchEvent(new RowPicked(row));
    this.reveal();
  }

  /** -1 when it is not among the rows at hand. */
  #pickedIndex(): number {
    const { isPicked, rows } = this;
    if (!isPicked || !rows) return -1;
    const at = rows.newest.findLastIndex((row) => isPicked(row));
    if (at >= 0) return rows.length - rows.newest.length + at;
    const { first, end } = this.seen;
    for (let index = first; index < end; index++) {
      const row = rows.rowAt(index);
      if (row && isPicked(row)) return index;
    }
    return -1;
  }

  /** false when there is nowhere to go: the wheel then moves the page. */
  #move(rows: number): boolean {
    const from = this.#isFollowing ? this.#span.lastTop : this.#top;
    const to = Math.max(0, Math.min(this.#span.lastTop, from + rows));
    if (to === from) return false;
    if (this.#isFollowing) this.follow(false);
    this.#goTo(to);
    return true;
  }

  #goTo(top: number): void {
    const isDown = top > this.#top;
    this.#top = top;
    this.#anchor = undefined;
    if (isDown && top >= this.#span.lastTop - 0.5) this.follow(true);
    else this.requestUpdate();
  }

  get #scroller(): HTMLElement | null {
    return this.renderRoot?.querySelector<HTMLElement>('.scroll') ?? null;
  }
}
