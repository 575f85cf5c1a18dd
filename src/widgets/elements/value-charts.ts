/**
 * Every value a run logged, as a grid of small charts. Only charts that can be seen are in the page.
 */
import { css, html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Area, CurveTheme } from '../plots/curve.ts';
import { roundUp } from '../plots/scale.ts';
import { drawSmallChart, type SmallChart } from '../plots/small-chart.ts';
import type { NamedValues } from '../stores/named-values.ts';
import type { ValueSeries } from '../stores/value-series.ts';
import { seriesStyle } from '../styles/palette.ts';
import { cellNumber, count } from '../styles/words.ts';
import { PlotCanvas } from './plot-canvas.ts';
import { ScrollSpan } from './scroll-span.ts';

const chartWidth = 220;
const chartHeight = 92;
const agentsDrawn = 6;

export class ValueChart extends PlotCanvas<SmallChart> {
  constructor() {
    super({ name: '', lines: [] }, 'A logged value.');
  }

  protected override paint(
    pen: CanvasRenderingContext2D,
    area: Area,
    chart: SmallChart,
    theme: CurveTheme,
    cursor: number | undefined,
  ): string | undefined {
    return drawSmallChart(pen, area, chart, theme, cursor);
  }
}

export class ValueCharts extends LitElement {
  static override properties: PropertyDeclarations = {
    run: { attribute: false },
    values: { attribute: false },
    filter: { attribute: false },
    version: { attribute: false },
  };

  static override styles = css`
    :host { display: block; position: relative; min-height: 0; overflow: hidden; }
    .scroll { height: 100%; overflow: auto; scrollbar-width: thin; }
    .scroll:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: -2px; }
    .grid { display: grid; gap: 8px; padding: 4px 8px; }
    duallane-value-chart { height: ${chartHeight - 8}px; border: 1px solid var(--jp-border-color2, #e0e0e0); border-radius: var(--jp-border-radius, 2px); }
    .empty { padding: 16px; text-align: center; color: var(--jp-ui-font-color2, #616161); }
  `;

  declare run: string;
  declare values: NamedValues | undefined;
  /** Charts whose name holds one of these words; '' for all. */
  declare filter: string;
  declare version: number;
  #top = 0;
  #size = { width: 640, height: 180 };
  #sizes: ResizeObserver | undefined;
  #drawn = '';

  constructor() {
    super();
    this.run = '';
    this.filter = '';
    this.version = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (typeof ResizeObserver === 'undefined') return;
    this.#sizes = new ResizeObserver(([entry]) => {
      const { width, height } = entry?.contentRect ?? { width: 0, height: 0 };
      if (width === 0 || height === 0) return;
      this.#size = { width, height };
      this.requestUpdate();
    });
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes?.disconnect();
  }

  override render(): TemplateResult {
    const names = this.#names();
    const columns = Math.max(1, Math.floor((this.#size.width - 8) / chartWidth));
    const span = Object.assign(new ScrollSpan(chartHeight), {
      rows: Math.ceil(names.length / columns),
      viewPx: this.#size.height,
    });
    const { first, end, above, below } = span.slice(span.topAt(this.#top), 1);
    const shown = names.slice(first * columns, end * columns);
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Logged values" @scroll=${this.#scrolled}>
      <div style="height: ${above}px"></div>
      <div class="grid" style="grid-template-columns: repeat(${columns}, minmax(0, 1fr))">
        ${shown.map((name) => html`<duallane-value-chart .label=${this.#spoken(name)} data-name=${name} title=${name}></duallane-value-chart>`)}
      </div>
      <div style="height: ${below}px"></div>
      ${names.length === 0 ? html`<div class="empty">${this.filter ? 'No value has a name like this.' : 'No value was logged yet. run.log(loss=0.3) puts a chart here.'}</div>` : nothing}
    </div>`;
  }

  override updated(): void {
    const { values } = this;
    if (!values) return;
    const charts = [...this.renderRoot.querySelectorAll<ValueChart>('duallane-value-chart')];
    const drawn = `${values.version} ${charts.map((chart) => chart.dataset.name).join(' ')}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    for (const chart of charts) chart.draw(this.#chart(values, chart.dataset.name ?? ''));
  }

  #names(): string[] {
    const words = this.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const names = this.values?.names() ?? [];
    return words.length === 0 ? names : names.filter((name) => words.some((word) => name.toLowerCase().includes(word)));
  }

  #chart(values: NamedValues, name: string): SmallChart {
    const lines = [...values.of(name)].slice(0, agentsDrawn).map(([agent, series], ordinal) => ({
      agent,
      ...seriesStyle(this.run, ordinal),
      points: series.points,
      oddities: series.oddities,
      smoothed: series.smoothed(reachOf(series)),
    }));
    return { name, lines };
  }

  #spoken(name: string): string {
    const series = [...(this.values?.of(name).values() ?? [])][0];
    const newest = series?.newest;
    return newest ? `${name}: ${cellNumber(newest.y)} at step ${count(newest.x)}. Arrow keys read points.` : name;
  }

  readonly #scrolled = (event: Event): void => {
    this.#top = (event.currentTarget as HTMLElement).scrollTop;
    this.requestUpdate();
  };
}

/** A smoothed line reaches over a fortieth of what is drawn, in steps that seldom change. */
function reachOf({ points }: ValueSeries): number {
  const from = points[0]?.x ?? 0;
  const to = points.at(-1)?.x ?? 0;
  return to > from ? roundUp((to - from) / 40) : 0;
}
