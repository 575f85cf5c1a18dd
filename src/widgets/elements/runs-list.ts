/**
 * All runs of the daemon, newest first: true states, progress, the newest returns, and what can be done with each.
 *
 * What the user wants is told as `run-wish`; nothing is opened or copied here. What is ticked is what the page's cursor has
 * selected. Hidden, it draws nothing and asks for no rows.
 */
import { html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { type RunEntry, runWord } from '../../protocol/index.ts';
import { flatConfig, seedOf } from '../comparison/groups.ts';
import type { LinkState, PageLink } from '../link/page-link.ts';
import { pageCursor } from '../stores/cursor.ts';
import { ReturnSpark } from '../stores/return-spark.ts';
import { runProgress } from '../stores/run-progress.ts';
import { seriesStyle } from '../styles/palette.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { ago, count, decimal } from '../styles/words.ts';
import { PaintLoop } from './paint-loop.ts';
import { runsListStyles } from './runs-list-styles.ts';
import { sparkPath } from './spark-path.ts';

export type RunAction = 'live' | 'fast-lane' | 'copy-sql';

export class RunWish extends CustomEvent<{ action: RunAction; run: RunEntry }> {
  constructor(action: RunAction, run: RunEntry) {
    super('run-wish', { detail: { action, run } });
  }
}

const shownMost = 200;
const sparksMost = 24;
const pace = { leastPaintMs: 250, tickMs: 1000 };

export class RunsList extends LitElement {
  static override properties: PropertyDeclarations = {
    link: { attribute: false },
    filter: { state: true },
    said: { state: true },
  };
  static override styles = [viewStyles, runsListStyles];

  declare link: PageLink | undefined;
  declare filter: string;
  declare said: string;
  #runs: readonly RunEntry[] = [];
  #life: AbortController | undefined;
  #loop: PaintLoop | undefined;
  #tick: ReturnType<typeof setInterval> | undefined;
  readonly #sparks = new Map<string, { spark: ReturnSpark; life: AbortController }>();

  constructor() {
    super();
    this.filter = '';
    this.said = '';
  }

  /** Only while it is shown does it follow the runs. */
  show(link: PageLink): void {
    if (this.#life) return;
    this.link = link;
    const life = new AbortController();
    this.#life = life;
    const loop = new PaintLoop(
      () => {
        this.requestUpdate();
        return false;
      },
      () => undefined,
      pace.leastPaintMs,
    );
    this.#loop = loop;
    loop.setPaused(false);
    this.#tick = setInterval(() => loop.request(), pace.tickMs);
    link.onState(() => loop.request(), life);
    pageCursor.onMove(() => loop.request(), life);
    link.onRuns((runs) => {
      this.#runs = [...runs].sort((a, b) => b.created_ms - a.created_ms);
      this.#followSparks();
      loop.request();
    }, life);
  }

  hide(): void {
    clearInterval(this.#tick);
    this.#loop?.stop();
    this.#life?.abort();
    for (const { life } of this.#sparks.values()) life.abort();
    this.#sparks.clear();
    this.#life = undefined;
    this.#loop = undefined;
  }

  override render(): TemplateResult {
    const shown = this.#matching();
    const listed = shown.slice(0, shownMost);
    return html`
      <section class="panel" aria-label="Runs">
        <div class="top">
          <input class="filter" type="search" placeholder="filter runs…" aria-label="Filter runs by name, id or state" .value=${this.filter} @input=${this.#typed} />
          <span class="quiet small" aria-live="polite">${this.#summary(shown.length)}</span>
        </div>
        ${this.said ? html`<div class="note" data-state="error" role="alert"><span>${this.said}</span><button @click=${() => this.#say('')}>Close</button></div>` : nothing}
        ${listed.length === 0 ? html`<p class="empty">${this.#emptySentence()}</p>` : nothing}
        <ul class="runs">${repeat(
          listed,
          (run) => run.run_id,
          (run) => this.#row(run),
        )}</ul>
        ${shown.length > listed.length ? html`<p class="empty">${count(shown.length - listed.length)} older runs: narrow the filter, or ask SQL.</p>` : nothing}
      </section>
    `;
  }

  #row(run: RunEntry): TemplateResult {
    const name = run.name || run.run_id;
    const progress = runProgress(run);
    const hasEnded = run.status === 'TERM';
    const state = this.link?.state.state;
    return html`<li class="run" data-run=${run.run_id}>
      <div class="head"><input type="checkbox" aria-label="Select ${name}" title="Selected runs are :selected_runs of every SQL cell, and duallane.cursor.runs in Python"
        .checked=${pageCursor.now.runs.includes(run.run_id)} @change=${(event: Event) => select(run, (event.target as HTMLInputElement).checked)} />
      <button class="open" title=${`${name}\n${run.run_id}`} @click=${() => this.#wish('live', run)}>
        <span class="dot" data-status=${run.status} data-outcome=${run.outcome} aria-hidden="true"></span>
        <span class="name">${name}</span>
        ${this.#spark(run)}
      </button></div>
      <div class="small quiet facts">${factsOf(run, Date.now())}</div>
      ${
        progress === undefined || hasEnded
          ? nothing
          : html`<div class="progress" role="progressbar" aria-label="Steps of ${name}" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(progress * 100)}
              title="${decimal(progress * 100, 1)} % of the planned steps"><div style="width: ${progress * 100}%"></div></div>`
      }
      <div class="actions">
        <button @click=${() => this.#wish('live', run)} aria-label="Open the live view of ${name}">live</button>
        <button @click=${() => this.#wish('fast-lane', run)} aria-label="Open the fast lane of ${name}">fast lane</button>
        <button @click=${() => this.#wish('copy-sql', run)} aria-label="Copy a question in SQL about ${name}" title="Copies a question about this run's episodes">copy SQL</button>
        ${
          hasEnded
            ? nothing
            : html`<duallane-run-controls .link=${this.link} .run=${run} .linkState=${state} @control-failed=${this.#controlFailed}></duallane-run-controls>`
        }
      </div>
    </li>`;
  }

  #spark(run: RunEntry): TemplateResult | typeof nothing {
    const points = this.#sparks.get(run.run_id)?.spark.series.points ?? [];
    if (points.length < 2) return nothing;
    const { colour } = seriesStyle(run.run_id);
    return html`<svg class="spark" viewBox="0 0 64 18" width="64" height="18" role="img" aria-label="newest returns">
      <path d=${sparkPath(points, 64, 18)} fill="none" stroke=${colour} stroke-width="1.25"></path></svg>`;
  }

  #matching(): readonly RunEntry[] {
    const words = this.filter.toLowerCase().split(/\s+/).filter(Boolean);
    return this.#runs.filter((run) => {
      const text = `${run.name} ${run.run_id} ${run.status} ${runWord(run)}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  #summary(matching: number): string {
    const running = this.#runs.filter(({ status }) => status === 'EXEC').length;
    const all = `${count(this.#runs.length)} ${this.#runs.length === 1 ? 'run' : 'runs'}, ${count(running)} running`;
    const { length: selected } = pageCursor.now.runs;
    return `${this.filter ? `${count(matching)} of ` : ''}${all}${selected > 0 ? `, ${count(selected)} selected` : ''}`;
  }

  #emptySentence(): string {
    const state: LinkState | undefined = this.link?.state;
    if (state?.state === 'reconnecting' || state?.state === 'refused') return state.sentence;
    if (state?.state !== 'connected') return 'Connecting to the Jupyter server.';
    if (this.#runs.length > 0) return 'No run matches.';
    return 'No run yet. Start one with duallane.Run in Python, or with “duallane run -- …” in a terminal.';
  }

  /** The newest runs get a line; a run that left the list gives its channel back. */
  #followSparks(): void {
    const { link } = this;
    const outer = this.#life;
    if (!link || !outer) return;
    const wanted = new Set(this.#runs.slice(0, sparksMost).map((run) => run.run_id));
    for (const [run, { life }] of this.#sparks) {
      if (wanted.has(run)) continue;
      life.abort();
      this.#sparks.delete(run);
    }
    for (const run of wanted) {
      if (this.#sparks.has(run)) continue;
      const life = new AbortController();
      const signal = AbortSignal.any([life.signal, outer.signal]);
      this.#sparks.set(run, { life, spark: new ReturnSpark(link, run, () => this.#loop?.request(), { signal }) });
    }
  }

  #wish(action: RunAction, run: RunEntry): void {
    this.dispatchEvent(new RunWish(action, run));
  }

  #say(sentence: string): void {
    this.said = sentence;
  }

  readonly #controlFailed = (event: Event): void => this.#say((event as CustomEvent<string>).detail);

  readonly #typed = (event: Event): void => {
    this.filter = (event.target as HTMLInputElement).value;
  };
}

/** Adds a run to what is selected in the page, or takes it out. */
function select({ run_id }: RunEntry, isSelected: boolean): void {
  const others = pageCursor.now.runs.filter((run) => run !== run_id);
  pageCursor.move({ runs: isSelected ? [...others, run_id] : others });
}

/** Each of them stands on one line. */
function factsOf(run: RunEntry, nowMs: number): TemplateResult[] {
  const reach = (kind: 'steps' | 'episodes'): number => run.kinds.find((entry) => entry.kind === kind)?.watermark ?? 0;
  const when = run.finished_ms === null ? `began ${ago(nowMs - run.created_ms)}` : `ended ${ago(nowMs - run.finished_ms)}`;
  const seed = seedOf(flatConfig(run.config_json));
  const values = run.kinds.find((entry) => entry.kind === 'metrics')?.watermark ?? 0;
  const hasSteps = reach('episodes') + reach('steps') > 0;
  const much =
    hasSteps || values === 0
      ? [`${count(reach('episodes'))} episodes`, `${count(reach('steps'))} steps`]
      : [`${count(values)} values`];
  const why = run.outcome === 'canceled' && run.failure_reason === 'it was cancelled' ? '' : run.failure_reason;
  const facts = [runWord(run), ...(seed === undefined ? [] : [`seed ${seed.slice(0, 24)}`]), when, ...much];
  return [
    ...facts.map((fact, at) => html`<span class=${at === 0 ? 'word' : ''}>${fact}</span>`),
    ...(why ? [html`<span class="why">${why}</span>`] : []),
  ];
}
