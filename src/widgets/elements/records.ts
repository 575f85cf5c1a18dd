/**
 * The lower half of LiveTelemetry: what a run has logged as tables under tabs, with a filter, following, and copying.
 * What the user chooses is told as `records-choice`, whose detail is the change of settings.
 */
import { html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { DuallaneError, sentenceOf } from '../../protocol/index.ts';
import { pageCursor } from '../stores/cursor.ts';
import type { Row } from '../stores/row-batch.ts';
import { FilteredRows, type TableRows } from '../stores/table-rows.ts';
import type { ShownKind, TelemetryStore } from '../stores/telemetry-store.ts';
import { copyIcon, followIcon } from '../styles/icons.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { count } from '../styles/words.ts';
import { copyRows } from './copy-rows.ts';
import { recordsStyles } from './records-styles.ts';
import type { Column, RowPicked, RowTable } from './row-table.ts';
import { episodeColumns, eventColumns, stepColumns } from './telemetry-columns.ts';
import type { TelemetryTables } from './telemetry-tables.ts';
import { troubleList } from './trouble-list.ts';

export type RecordsTab = ShownKind | 'values';
type Tab = { tab: RecordsTab; title: string; hint: string };
type TableTab = Tab & { tab: ShownKind; columns: readonly Column[]; empty: string };

const tableTabs: Record<ShownKind, TableTab> = {
  episodes: {
    tab: 'episodes',
    title: 'Episodes',
    columns: episodeColumns,
    empty: 'No episode has ended yet.',
    hint: 'outcome=failed   reward < -100   steps >= 200   or any text or number',
  },
  steps: {
    tab: 'steps',
    title: 'Steps',
    columns: stepColumns,
    empty: 'No step has come yet.',
    hint: 'episode >= 10   reward < 0   truncated   or any text or number',
  },
  events: { tab: 'events', title: 'Events', columns: eventColumns, empty: 'No event has come yet.', hint: 'kind=rejected_lines' },
};
const { episodes, steps, events } = tableTabs;
const tabs: readonly Tab[] = [episodes, steps, { tab: 'values', title: 'Values', hint: 'loss entropy' }, events];
const filterWaitMs = 300;
const noMatch = (rows: TableRows | undefined): string =>
  rows instanceof FilteredRows && rows.isWhole ? 'No row matches.' : 'No row at hand matches.';
const copyDeadlineMs = 60_000;

export function isRecordsTab(name: unknown): name is RecordsTab {
  return tabs.some(({ tab }) => tab === name);
}

export class RecordsChoice extends CustomEvent<{ tab?: RecordsTab; filter?: string }> {
  constructor(choice: { tab?: RecordsTab; filter?: string }) {
    super('records-choice', { detail: choice });
  }
}

export class Records extends LitElement {
  static override properties: PropertyDeclarations = {
    tables: { attribute: false },
    store: { attribute: false },
    tab: { attribute: false },
    filter: { attribute: false },
    failure: { attribute: false },
    version: { attribute: false },
    said: { state: true },
  };

  static override styles = [viewStyles, recordsStyles];

  declare tables: TelemetryTables | undefined;
  declare store: TelemetryStore | undefined;
  declare tab: RecordsTab;
  declare filter: string;
  /** Why the run failed, when it did. */
  declare failure: string;
  /** Changes when the tables may have. */
  declare version: number;
  /** What the last copying came to. */
  declare said: string;
  #life: AbortController | undefined;
  #filterTimer: ReturnType<typeof setTimeout> | undefined;
  /** What the table shows while the words in the box cannot be understood. */
  #lastRows: TableRows | undefined;

  constructor() {
    super();
    this.tab = 'episodes';
    this.filter = '';
    this.failure = '';
    this.version = 0;
    this.said = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#life = new AbortController();
    pageCursor.onMove((_cursor, by) => {
      this.requestUpdate();
      if (by !== this) void this.updateComplete.then(() => this.#table?.reveal());
    }, this.#life);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#life?.abort();
    clearTimeout(this.#filterTimer);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('tab') || changed.has('filter') || changed.has('tables')) this.said = '';
    if (changed.has('tab') || changed.has('tables')) this.#lastRows = undefined;
  }

  override render(): TemplateResult {
    const shown = tabs.find(({ tab }) => tab === this.tab) ?? episodes;
    const table = shown.tab === 'values' ? undefined : tableTabs[shown.tab];
    const rows = table && this.tables?.rows(table.tab, this.filter);
    const problem = rows && 'sentence' in rows ? rows.sentence : undefined;
    if (rows && !('sentence' in rows)) this.#lastRows = rows;
    const note = problem ?? (table ? this.#note(this.#lastRows) : this.#valuesNote());
    return html`
      <div class="tabs">
        <div class="list" role="tablist" aria-label="What was logged" @keydown=${this.#tabKeyed}>
          ${tabs.map((tab) => this.#tabButton(tab, shown.tab))}
        </div>
        <input class="filter" type="search" placeholder="filter…" aria-label="Filter ${shown.title.toLowerCase()}" title="Such as: ${shown.hint}"
          .value=${this.filter} aria-invalid=${problem ? 'true' : 'false'} @input=${this.#filterTyped} @change=${this.#filterLeft} />
        <span class="fill small ${problem ? 'problem' : 'quiet'}" aria-live=${problem || this.said ? 'polite' : 'off'} title=${problem ?? nothing}>${note}</span>
        ${table ? this.#tableButtons() : nothing}
      </div>
      ${shown.tab === 'events' && this.store ? troubleList(this.store, this.failure) : nothing}
      ${table ? this.#tableOf(table) : this.#charts()}
    `;
  }

  #tableButtons(): TemplateResult {
    return html`
      <button title="Go to the newest row and stay with it" aria-label="Follow the newest row" aria-pressed=${this.#table?.isFollowing ?? true}
        @click=${this.#follow}>${followIcon}<span class="wide">follow</span></button>
      <button title="Copy these rows as tab-separated text" aria-label="Copy rows" @click=${this.#copy}>${copyIcon}<span class="wide">copy</span></button>
    `;
  }

  #tableOf({ title, columns, empty }: TableTab): TemplateResult {
    return html`<duallane-row-table class="rows" id="panel" role="tabpanel" .label=${title} .columns=${columns} .rows=${this.#lastRows} .version=${this.version}
      .empty=${this.filter ? noMatch(this.#lastRows) : empty}
      .isPicked=${this.#isPicked} .cursor=${pageCursor.now} @row-picked=${this.#picked} @follow-change=${() => this.requestUpdate()}></duallane-row-table>`;
  }

  #charts(): TemplateResult {
    return html`<duallane-value-charts class="rows" id="panel" role="tabpanel" .run=${this.store?.run ?? ''} .values=${this.store?.values}
      .filter=${this.filter} .version=${this.version}></duallane-value-charts>`;
  }

  #tabButton({ tab, title }: Tab, chosen: RecordsTab): TemplateResult {
    return html`<button role="tab" class="tab" data-tab=${tab} aria-controls="panel" aria-selected=${tab === chosen} tabindex=${tab === chosen ? 0 : -1}
      @click=${() => this.#choose(tab)}>${title}</button>`;
  }

  #note(rows: TableRows | undefined): string {
    if (this.said) return this.said;
    if (!rows) return '';
    if (rows.note) return rows.note;
    const rowsWord = `${count(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}`;
    return rows instanceof FilteredRows && !rows.isWhole ? `${rowsWord} at hand` : rowsWord;
  }

  #valuesNote(): string {
    const { size, leftOut } = this.store?.values ?? { size: 0, leftOut: 0 };
    const more = leftOut > 0 ? `, ${count(leftOut)} or more left out here (SQL has them)` : '';
    return `${count(size)} ${size === 1 ? 'value' : 'values'}${more}`;
  }

  get #table(): RowTable | null {
    return this.renderRoot?.querySelector<RowTable>('duallane-row-table') ?? null;
  }

  #choose(tab: RecordsTab): void {
    // A filter speaks of one tab's columns.
    this.dispatchEvent(new RecordsChoice(this.filter ? { tab, filter: '' } : { tab }));
  }

  readonly #tabKeyed = (event: KeyboardEvent): void => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const at = tabs.findIndex(({ tab }) => tab === this.tab);
    const next = tabs[(at + move + tabs.length) % tabs.length];
    if (!next) return;
    this.#choose(next.tab);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  };

  readonly #filterTyped = (event: Event): void => {
    const filter = (event.target as HTMLInputElement).value;
    clearTimeout(this.#filterTimer);
    this.#filterTimer = setTimeout(() => {
      this.filter = filter;
    }, filterWaitMs);
  };

  readonly #filterLeft = (event: Event): void => {
    clearTimeout(this.#filterTimer);
    this.filter = (event.target as HTMLInputElement).value;
    this.dispatchEvent(new RecordsChoice({ filter: this.filter }));
  };

  readonly #isPicked = ({ batch, index }: Row): boolean => {
    const { run, agent, episode, step } = pageCursor.now;
    if (episode === undefined || run !== this.store?.run || batch.number('episode_index', index) !== episode) return false;
    if (agent !== undefined && batch.text('agent_id', index) !== agent) return false;
    return this.tab !== 'steps' || step === undefined || batch.number('step_index', index) === step;
  };

  readonly #picked = (event: Event): void => {
    const { batch, index } = (event as RowPicked).detail;
    const episode = batch.number('episode_index', index);
    const step = this.tab === 'steps' ? batch.number('step_index', index) : undefined;
    if (episode === undefined || !this.store) return;
    pageCursor.move(
      { run: this.store.run, agent: batch.text('agent_id', index), episode, ...(step !== undefined && { step }) },
      this,
    );
  };

  readonly #follow = (): void => {
    const table = this.#table;
    table?.follow(!table.isFollowing);
  };

  readonly #copy = async (): Promise<void> => {
    const table = this.#table;
    const rows = this.#lastRows;
    if (!table || !rows) return;
    try {
      this.said = await copyRows(table.columns, rows, table.seen.end, { signal: AbortSignal.timeout(copyDeadlineMs) });
    } catch (error) {
      this.said =
        error instanceof DuallaneError
          ? `Nothing was copied. ${sentenceOf(error)}`
          : 'The browser did not allow copying. It does so only on https or localhost, after a click in the page.';
    }
  };
}
