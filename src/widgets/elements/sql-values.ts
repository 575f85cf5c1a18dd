/**
 * The values a question is given: `{{name}}` with a field, and a slider where it is a number; what the page's cursor gives.
 * Event `duallane-sql-value` {name, value}: somebody gave another one.
 */
import { css, html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Params, ParamValue } from '../sql/index.ts';
import { viewStyles } from '../styles/view-styles.ts';

export class SqlValues extends LitElement {
  static override properties: PropertyDeclarations = {
    names: { attribute: false },
    values: { attribute: false },
    cursorNames: { attribute: false },
    cursor: { attribute: false },
  };

  static override styles = [
    viewStyles,
    css`
      :host { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 16px; margin: 0; padding: 4px 12px; border-bottom: 1px solid var(--jp-border-color2, #e0e0e0); }
      label { display: inline-flex; align-items: center; gap: 6px; }
      code { font-family: var(--jp-code-font-family, monospace); font-size: 12px; }
      input { height: 24px; padding: 0 6px; border: 1px solid var(--jp-border-color2, #e0e0e0); border-radius: var(--jp-border-radius, 2px); background: var(--jp-layout-color1, #fff); color: inherit; font: inherit; font-variant-numeric: tabular-nums; }
      input[type='text'] { width: 128px; }
      input[type='range'] { width: 112px; padding: 0; accent-color: var(--jp-brand-color1, #1976d2); }
      .none { color: var(--jp-error-color1, #d32f2f); }
    `,
  ];

  declare names: readonly string[];
  declare values: Params;
  declare cursorNames: readonly string[];
  declare cursor: Params;
  /** A slider's ends stay while it is moved. */
  readonly #ends = new Map<string, { min: number; max: number; step: number }>();

  constructor() {
    super();
    this.names = [];
    this.values = {};
    this.cursorNames = [];
    this.cursor = {};
  }

  protected override render(): TemplateResult {
    return html`${this.names.map((name) => this.#field(name))}${this.cursorNames.map((name) => this.#pointed(name))}`;
  }

  #field(name: string): TemplateResult {
    const value = this.values[name];
    if (typeof value === 'boolean')
      return html`<label><code>{{${name}}}</code><input type="checkbox" .checked=${value} @change=${(event: Event) => this.#tell(name, (event.target as HTMLInputElement).checked)}></label>`;
    const text =
      value === undefined ? '' : Array.isArray(value) ? `${value.length} values` : value === null ? 'NULL' : String(value);
    return html`<label><code>{{${name}}}</code>
      ${typeof value === 'number' ? this.#slider(name, value) : nothing}
      <input type="text" .value=${text} ?disabled=${Array.isArray(value)} placeholder="a value" aria-label=${`Value of ${name}`}
        @change=${(event: Event) => this.#tell(name, typedValue((event.target as HTMLInputElement).value, value))}>
      ${value === undefined ? html`<span class="none small">has no value</span>` : nothing}</label>`;
  }

  #slider(name: string, value: number): TemplateResult {
    const known = this.#ends.get(name);
    const ends = known && value >= known.min && value <= known.max ? known : endsOf(value);
    this.#ends.set(name, ends);
    return html`<input type="range" aria-label=${`Slide ${name}`} min=${ends.min} max=${ends.max} step=${ends.step} .value=${String(value)}
      @input=${(event: Event) => this.#tell(name, Number((event.target as HTMLInputElement).value))}>`;
  }

  #pointed(name: string): TemplateResult {
    const value = this.cursor[name];
    const text =
      value === undefined || value === null
        ? 'nothing selected yet'
        : Array.isArray(value)
          ? `${value.length} ${value.length === 1 ? 'run' : 'runs'}`
          : String(value);
    return html`<span title="Follows what is selected in the page's views"><code>:${name}</code> <span class="quiet">${text}</span></span>`;
  }

  #tell(name: string, value: ParamValue): void {
    this.dispatchEvent(new CustomEvent('duallane-sql-value', { detail: { name, value } }));
  }
}

/** Around the value: from 0 to twice of it, in about a hundred steps that read well. */
function endsOf(value: number): { min: number; max: number; step: number } {
  const size = Math.abs(value) || 1;
  const power = 10 ** Math.floor(Math.log10(size * 2));
  const most = ([1, 2, 5, 10].find((lead) => lead * power >= size * 2) ?? 10) * power;
  const step = Number.isInteger(value) ? Math.max(1, Math.round(most / 100)) : most / 100;
  return { min: value < 0 ? -most : 0, max: most, step };
}

/** What was typed as a number where it is one, unless the value before was a text. */
function typedValue(typed: string, before: ParamValue | undefined): ParamValue {
  if (typeof before === 'string') return typed;
  if (typed.trim() === 'NULL') return null;
  const number = Number(typed);
  return typed.trim() !== '' && Number.isFinite(number) ? number : typed;
}
