/**
 * A result as a grid: only visible rows are in the page, only their cells are turned into text. A million rows cost no more than
 * a screenful.
 *
 * Guarantees
 * - Scrolls by row even where the rows are taller together than a browser can lay out: the scroll bar is then scaled.
 * - One cell is current; arrows, Page, Home and End move it, Ctrl+C copies it exactly, Enter or a double click opens it.
 * Events: `duallane-sql-sort` {column}, `duallane-sql-cell` {row, column, isOpened}: a cell became current, or was opened.
 */
import { css, html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { copyText } from './copy-text.ts';
import type { GridRows } from './sql-rows.ts';

const rowHeight = 24;
/** Browsers stop laying out between 17 and 33 million px. */
const maxScrollPx = 8_000_000;
const sampleRows = 60;

export class SqlGrid extends LitElement {
  static override properties: PropertyDeclarations = {
    label: { attribute: false },
    rows: { attribute: false },
    version: { attribute: false },
    sorted: { attribute: false },
  };

  static override styles = css`
    :host { display: block; position: relative; min-height: 0; overflow: hidden; font-variant-numeric: tabular-nums; }
    *, *::before { box-sizing: border-box; }
    .scroll { height: 100%; overflow: auto; scrollbar-width: thin; }
    /* The head lies over the outline: the ring is seen around it all. */
    .scroll:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: -2px; }
    .ring { position: absolute; inset: 0; z-index: 3; pointer-events: none; }
    .scroll:focus-visible + .ring { border: 2px solid var(--jp-brand-color1, #1976d2); }
    .space { position: relative; min-width: max-content; }
    .row { display: grid; height: ${rowHeight}px; }
    .head {
      position: sticky; top: 0; z-index: 2; height: 36px; background: var(--jp-layout-color1, #fff);
      border-bottom: 1px solid var(--jp-border-color2, #e0e0e0);
    }
    .window { position: absolute; left: 0; right: 0; }
    .cell {
      padding: 0 12px; line-height: ${rowHeight}px; overflow: hidden; text-overflow: ellipsis; white-space: pre;
      border-right: 1px solid transparent; color: var(--jp-ui-font-color1, #212121);
    }
    .head .cell { display: flex; flex-direction: column; justify-content: center; line-height: 15px; font-weight: 600; }
    button.cell { border: 0; border-right: 1px solid transparent; background: none; font: inherit; font-weight: 600; text-align: left; cursor: pointer; }
    button.cell.right { text-align: right; }
    button.cell:hover { background: var(--jp-layout-color2, #eee); }
    .head .cell span { overflow: hidden; text-overflow: ellipsis; }
    .type { font-weight: 400; font-size: var(--jp-ui-font-size0, 11px); line-height: 13px; color: var(--jp-ui-font-color2, #616161); }
    .right { text-align: right; }
    .row.even { background: var(--jp-rendermime-table-row-background, #f5f5f5); }
    .window .row:hover { background: var(--jp-rendermime-table-row-hover-background, #e1f5fe); }
    .number {
      position: sticky; left: 0; z-index: 1; padding: 0 8px; text-align: right; color: var(--jp-ui-font-color3, #757575);
      font-size: var(--jp-ui-font-size0, 11px); background: var(--jp-layout-color1, #fff); border-right: 1px solid var(--jp-border-color2, #e0e0e0);
    }
    .null { color: var(--jp-ui-font-color3, #757575); font-style: italic; font-size: var(--jp-ui-font-size0, 11px); }
    .scroll:focus-within .current, .scroll:focus .current { outline: 1px solid var(--jp-brand-color1, #1976d2); outline-offset: -1px; }
  `;

  declare label: string;
  declare rows: GridRows | undefined;
  /** Changes when `rows` has grown. */
  declare version: number;
  /** The column whose order the rows are in. */
  declare sorted: { column: number; isDescending: boolean } | undefined;
  #widths: number[] = [];
  #sampled = 0;
  #top = 0;
  #height = 240;
  /** -1 is the head: Enter sorts by its column. */
  #row = 0;
  #column = 0;
  #sizes: ResizeObserver | undefined;

  constructor() {
    super();
    this.label = 'Result';
    this.version = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (typeof ResizeObserver === 'undefined') return;
    this.#sizes = new ResizeObserver(([entry]) => {
      const height = entry?.contentRect.height ?? 0;
      if (height > 0 && height !== this.#height) {
        this.#height = height;
        this.requestUpdate();
      }
    });
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes?.disconnect();
  }

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('.scroll')?.focus();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const { rows } = this;
    const names = (grid: GridRows | undefined) => grid?.columns.map(({ name }) => name).join('\n');
    if (changed.has('rows')) this.#sampled = 0;
    // The same question again, with newer rows: one stays where one looks.
    if (changed.has('rows') && names(changed.get('rows') as GridRows | undefined) !== names(rows)) {
      this.#row = 0;
      this.#column = 0;
      this.#top = 0;
      const scroll = this.renderRoot?.querySelector?.('.scroll');
      if (scroll) scroll.scrollTop = 0;
    }
    if (rows && this.#row >= 0) this.#row = Math.max(0, Math.min(this.#row, rows.rows - 1));
    if (rows && this.#sampled < Math.min(sampleRows, rows.rows || 1)) this.#measure(rows);
    if (rows && rows.rows > sampleRows) this.#widenNumbers(rows, rows.rows - 1);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { rows } = this;
    if (!rows) return nothing;
    const template = `grid-template-columns: ${this.#numberWidth(rows)}px ${this.#widths.map((width) => `minmax(${width}px, ${width}fr)`).join(' ')}`;
    const { first, end } = this.#slice(rows);
    const current = this.#row < 0 ? `head-${this.#column}` : `cell-${this.#row}-${this.#column}`;
    return html`<div class="scroll" tabindex="0" role="grid" aria-label=${this.label} aria-rowcount=${rows.rows + 1} aria-colcount=${rows.columns.length}
      aria-activedescendant=${rows.rows > 0 ? current : nothing} @scroll=${this.#onScroll} @keydown=${this.#onKey} @mousedown=${this.#onMouse} @dblclick=${() => this.#tellCell(true)}>
      <div class="space" style="height: ${this.#spacePx(rows) + 36}px">
        <div class="row head" style=${template} role="row" aria-rowindex="1">
          <div class="number" role="presentation"></div>
          ${rows.columns.map(
            (
              column,
              index,
            ) => html`<button id="head-${index}" class="cell ${column.isNumber ? 'right' : ''} ${current === `head-${index}` ? 'current' : ''}" role="columnheader" title="${column.name}: ${column.type}. Sort by it"
              tabindex="-1" aria-sort=${this.#sortOf(index)} @click=${() => this.#tell('sort', { column: index })}>
              <span>${column.name}${this.#arrowOf(index)}</span><span class="type">${column.type}</span></button>`,
          )}
        </div>
        <div class="window" style="top: ${36 + this.#offset(rows, first)}px">
          ${Array.from({ length: end - first }, (_, offset) => this.#rowAt(rows, first + offset, template))}
        </div>
      </div>
    </div>
    <div class="ring"></div>`;
  }

  #rowAt(rows: GridRows, row: number, template: string): TemplateResult {
    return html`<div class="row ${row % 2 ? 'even' : ''}" style=${template} role="row" aria-rowindex=${row + 2}>
      <div class="number cell" role="rowheader">${row + 1}</div>
      ${rows.columns.map((column, index) => {
        const text = rows.text(row, index);
        const current = row === this.#row && index === this.#column ? 'current' : '';
        const shown = text === null ? 'NULL' : grouped((text ?? '').slice(0, 300), column);
        return html`<div id="cell-${row}-${index}" class="cell ${column.isNumber ? 'right' : ''} ${text === null ? 'null' : ''} ${current}"
          role="gridcell" title=${(text ?? '').length > 24 ? (text ?? '').slice(0, 2000) : nothing}>${shown}</div>`;
      })}
    </div>`;
  }

  /** Widths come from the names, the types and the first rows; only numbers that have grown longer widen their column. */
  #measure(rows: GridRows): void {
    const sample = Math.min(sampleRows, rows.rows);
    this.#widths = rows.columns.map((column, index) => {
      let characters = Math.max(column.name.length + 1, column.type.length * 0.85);
      for (let row = 0; row < sample; row += 1)
        characters = Math.max(characters, Math.min(48, breadthOf(rows.text(row, index) ?? 'NULL', column.isNumber)));
      return widthOf(characters, column.isNumber);
    });
    this.#sampled = Math.max(1, sample);
  }

  #widenNumbers(rows: GridRows, row: number): void {
    for (const [index, column] of rows.columns.entries()) {
      if (column.isNumber)
        this.#widths[index] = Math.max(this.#widths[index] ?? 0, widthOf(rows.text(row, index)?.length ?? 0, true));
    }
  }

  #numberWidth(rows: GridRows): number {
    return String(rows.rows).length * 7 + 20;
  }

  #spacePx(rows: GridRows): number {
    return Math.min(maxScrollPx, rows.rows * rowHeight);
  }

  /** Px of rows for one px of scroll bar. */
  #scale(rows: GridRows): number {
    const free = this.#spacePx(rows) - this.#viewPx;
    return free <= 0 ? 1 : Math.max(1, (rows.rows * rowHeight - this.#viewPx) / free);
  }

  get #viewPx(): number {
    return Math.max(rowHeight, this.#height - 36);
  }

  #slice(rows: GridRows): { first: number; end: number } {
    const first = Math.max(0, Math.min(rows.rows - 1, Math.floor((this.#top * this.#scale(rows)) / rowHeight)));
    const fits = Math.ceil(this.#viewPx / rowHeight) + 1;
    return { first: Math.max(0, Math.min(first, rows.rows - fits + 1)), end: Math.min(rows.rows, first + fits) };
  }

  /** Where the first drawn row stands in the scrolled space: so that it touches the upper edge. */
  #offset(rows: GridRows, first: number): number {
    const scale = this.#scale(rows);
    if (scale === 1) return first * rowHeight;
    return Math.max(0, this.#top - (this.#top * scale - first * rowHeight));
  }

  readonly #onScroll = (event: Event): void => {
    this.#top = (event.currentTarget as HTMLElement).scrollTop;
    this.requestUpdate();
  };

  readonly #onMouse = (event: MouseEvent): void => {
    const found = /^cell-(\d+)-(\d+)$/.exec((event.composedPath()[0] as HTMLElement).id ?? '');
    if (found) this.#moveTo(Number(found[1]), Number(found[2]), false);
  };

  #sortOf(column: number): 'ascending' | 'descending' | 'none' {
    if (this.sorted?.column !== column) return 'none';
    return this.sorted.isDescending ? 'descending' : 'ascending';
  }

  #arrowOf(column: number): string {
    return { ascending: ' ↑', descending: ' ↓', none: '' }[this.#sortOf(column)];
  }

  #tell(what: 'sort' | 'cell', detail: Record<string, unknown>): void {
    this.dispatchEvent(new CustomEvent(`duallane-sql-${what}`, { detail }));
  }

  #tellCell(isOpened: boolean): void {
    if (this.rows && this.#row >= 0 && this.#row < this.rows.rows)
      this.#tell('cell', { row: this.#row, column: this.#column, isOpened });
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const { rows } = this;
    if (!rows) return;
    const page = Math.max(1, Math.floor(this.#viewPx / rowHeight) - 1);
    const isFar = event.ctrlKey || event.metaKey;
    const moves: Record<string, [number, number]> = {
      ArrowDown: [this.#row + 1, this.#column],
      ArrowUp: [this.#row - 1, this.#column],
      ArrowRight: [this.#row, this.#column + 1],
      ArrowLeft: [this.#row, this.#column - 1],
      PageDown: [this.#row + page, this.#column],
      PageUp: [Math.max(0, this.#row - page), this.#column],
      Home: isFar ? [0, this.#column] : [this.#row, 0],
      End: isFar ? [rows.rows - 1, this.#column] : [this.#row, rows.columns.length - 1],
    };
    const move = moves[event.key];
    if (move) {
      event.preventDefault();
      this.#moveTo(...move, true);
    } else if (event.key === 'Enter' && !isFar && !event.shiftKey) {
      event.preventDefault();
      if (this.#row < 0) this.#tell('sort', { column: this.#column });
      else this.#tellCell(true);
    } else if (isFar && event.key.toLowerCase() === 'c' && !getSelection()?.toString()) {
      event.preventDefault();
      const text = (this.#row < 0 ? rows.columns[this.#column]?.name : rows.text(this.#row, this.#column)) ?? '';
      void copyText(text).catch(() => undefined); // No permission: the cell can still be marked.
    }
  };

  #moveTo(row: number, column: number, doScroll: boolean): void {
    const { rows } = this;
    if (!rows || rows.rows === 0) return;
    this.#row = Math.max(-1, Math.min(rows.rows - 1, row));
    this.#column = Math.max(0, Math.min(rows.columns.length - 1, column));
    const scroll = this.renderRoot.querySelector<HTMLElement>('.scroll');
    if (doScroll && scroll) this.#reveal(scroll, rows);
    this.#tellCell(false);
    this.requestUpdate();
  }

  #reveal(scroll: HTMLElement, rows: GridRows): void {
    const scale = this.#scale(rows);
    const above = Math.max(0, this.#row) * rowHeight;
    const seen = this.#top * scale;
    if (above < seen) scroll.scrollTop = Math.floor(above / scale);
    else if (above + rowHeight > seen + this.#viewPx)
      scroll.scrollTop = Math.ceil((above + rowHeight - this.#viewPx) / scale) + (scale > 1 ? 1 : 0);
    let left = this.#numberWidth(rows);
    const widths = [...scroll.querySelectorAll<HTMLElement>('.head .cell')].map((cell) => cell.offsetWidth);
    for (let index = 0; index < this.#column; index += 1) left += widths[index] ?? 0;
    const width = widths[this.#column] ?? 0;
    const pinned = this.#numberWidth(rows);
    if (left - pinned < scroll.scrollLeft) scroll.scrollLeft = left - pinned;
    else if (left + width > scroll.scrollLeft + scroll.clientWidth) scroll.scrollLeft = left + width - scroll.clientWidth;
  }
}

/** How many small letters a text is as wide as: capitals and digits take more, where figures are not reckoned by themselves. */
function breadthOf(text: string, isNumber: boolean): number {
  return text.length + (isNumber ? 0 : (text.slice(0, 64).match(/[A-Z0-9]/g)?.length ?? 0) * 0.3);
}

/** px for so many characters at 13 px; figures are wider than letters. */
function widthOf(characters: number, isNumber: boolean): number {
  return Math.round(Math.min(360, Math.max(56, characters * (isNumber ? 8.4 : 7.4) + 26)));
}

const whole = /^-?\d{5,}$/;
const isNoQuantity = /(^|_)(id|index|seed|seq|hash|digest|pid|version|year)($|_)|^(run|seed)$/i;

/** 58204 -> 58 204 where it counts something; names, indices and seeds stay as they are. */
function grouped(text: string, column: { name: string; isNumber: boolean }): string {
  if (!column.isNumber || !whole.test(text) || isNoQuantity.test(column.name)) return text;
  return text.replace(/\B(?=(\d{3})+$)/g, '\u202f');
}
