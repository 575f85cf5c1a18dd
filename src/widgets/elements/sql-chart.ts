/** The chart of an answer, with what is drawn in it to choose. Event `duallane-sql-chart` {choice}: somebody chose. */
import { css, html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { type AnswerChart, drawAnswerChart } from '../plots/answer-chart.ts';
import type { Area, CurveTheme } from '../plots/curve.ts';
import { type ChartChoice, chartForms, chartNumbers, numeric } from '../sql/index.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { count } from '../styles/words.ts';
import { PlotCanvas } from './plot-canvas.ts';
import type { GridRows } from './sql-rows.ts';

const empty: AnswerChart = { form: 'line', x: '', y: '', isTime: false, series: [], labels: [], left: 0 };

export class SqlChartCanvas extends PlotCanvas<AnswerChart> {
  constructor() {
    super(empty, 'Chart of the answer');
  }

  protected override paint(
    pen: CanvasRenderingContext2D,
    area: Area,
    chart: AnswerChart,
    theme: CurveTheme,
    cursor: number | undefined,
  ) {
    return drawAnswerChart(pen, area, chart, theme, cursor);
  }
}

/** `named`: what a line of this value is called, where that says more than the value, such as a run's id. */
export function chartOf(rows: GridRows, choice: ChartChoice, named = (value: string) => value): AnswerChart {
  const { series, ...numbers } = chartNumbers(rows, choice);
  const called = series.map((one) => ({ ...one, name: named(one.name) }));
  return { form: choice.form, x: choice.x, y: choice.y.join(', '), ...numbers, series: called };
}

export class SqlChart extends LitElement {
  static override properties: PropertyDeclarations = {
    rows: { attribute: false },
    version: { attribute: false },
    choice: { attribute: false },
    named: { attribute: false },
  };

  static override styles = [
    viewStyles,
    css`
      :host { display: flex; flex-direction: column; height: 100%; margin: 0; min-height: 0; }
      .choose { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; padding: 4px 12px; font-size: var(--jp-ui-font-size0, 11px); color: var(--jp-ui-font-color2, #616161); }
      label { display: inline-flex; align-items: center; gap: 4px; }
      duallane-sql-chart-canvas { flex: 1 1 0; min-height: 96px; }
    `,
  ];

  declare rows: GridRows | undefined;
  declare version: number;
  declare choice: ChartChoice | undefined;
  declare named: ((value: string) => string) | undefined;

  override updated(): void {
    const canvas = this.renderRoot.querySelector<SqlChartCanvas>('duallane-sql-chart-canvas');
    if (canvas && this.rows && this.choice) canvas.draw(this.#drawn ?? empty);
  }

  #drawn: AnswerChart | undefined;

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!['rows', 'version', 'choice'].some((name) => changed.has(name))) return;
    this.#drawn = this.rows && this.choice ? chartOf(this.rows, this.choice, this.named) : undefined;
  }

  protected override render(): TemplateResult {
    const { rows, choice } = this;
    if (!rows || !choice)
      return html`<div class="blank"><p>Nothing in this answer can be drawn: a chart needs a column of numbers.</p></div>`;
    const names = rows.columns.map(({ name }) => name);
    const numbers = names.filter((name) => numeric(rows, name));
    const left = this.#drawn?.left ?? 0;
    return html`<div class="choose">
        ${this.#select('Form', choice.form, chartForms, (form) => this.#choose({ form: form as ChartChoice['form'] }))}
        ${this.#select(choice.form === 'histogram' ? 'Of' : 'Across', choice.x, choice.form === 'bar' ? names : numbers, (x) => this.#choose({ x }))}
        ${choice.form === 'histogram' ? nothing : this.#select('Up', choice.y.length > 1 ? 'several' : (choice.y[0] ?? ''), choice.y.length > 1 ? ['several', ...numbers] : numbers, (y) => this.#choose(y === 'several' ? {} : { y: [y] }))}
        ${choice.form === 'line' || choice.form === 'scatter' ? this.#select('One for each', choice.by, ['', ...names], (by) => this.#choose({ by })) : nothing}
        ${left > 0 ? html`<span>${count(left)} of ${count(rows.rows)} rows are not drawn</span>` : nothing}
      </div>
      <duallane-sql-chart-canvas .label=${`Chart: ${choice.form}, ${choice.y.join(', ')} across ${choice.x}`}></duallane-sql-chart-canvas>`;
  }

  #select(label: string, value: string, options: readonly string[], choose: (value: string) => void): TemplateResult {
    return html`<label>${label}
      <select aria-label=${label} @change=${(event: Event) => choose((event.currentTarget as HTMLSelectElement).value)}>
        ${options.map((option) => html`<option value=${option} .selected=${option === value}>${option === '' ? 'nothing' : option}</option>`)}
      </select></label>`;
  }

  #choose(change: Partial<ChartChoice>): void {
    if (!this.choice) return;
    const next = { ...this.choice, ...change };
    const numbers =
      this.rows?.columns.filter(({ name }) => this.rows && numeric(this.rows, name) && name !== next.x).map(({ name }) => name) ??
      [];
    if (next.form !== 'histogram' && next.y.length === 0) next.y = numbers.slice(0, 1);
    this.dispatchEvent(new CustomEvent('duallane-sql-chart', { detail: { choice: next } }));
  }
}
