/** The tables of one LiveTelemetry view: which rows each shows for an agent and a filter. One per kind and choice, kept while chosen. */
import type { RowKind } from '../../protocol/index.ts';
import type { PageLink } from '../link/page-link.ts';
import { askSeqList, sqlEngine } from '../sql/index.ts';
import { noFilter, readFilter } from '../stores/row-filter.ts';
import { RowHistory } from '../stores/row-history.ts';
import { FilteredRows, RunRows, type TableRows } from '../stores/table-rows.ts';
import type { ShownKind, TelemetryStore } from '../stores/telemetry-store.ts';
import { progressLine } from './sql-words.ts';

type Chosen = { key: string; rows: TableRows; life: AbortController };
type Around = { link: PageLink; changed: () => void; signal: AbortSignal };

export class TelemetryTables {
  readonly #store: TelemetryStore;
  readonly #around: Around;
  readonly #histories = new Map<RowKind, RowHistory>();
  readonly #chosen = new Map<RowKind, Chosen>();

  constructor(store: TelemetryStore, around: Around) {
    this.#store = store;
    this.#around = around;
  }

  /** The rows to show, or why the filter's words cannot be understood. */
  rows(kind: ShownKind, words: string): TableRows | { sentence: string } {
    const { agent } = this.#store.tuning;
    const key = JSON.stringify([agent, words]);
    const chosen = this.#chosen.get(kind);
    if (chosen?.key === key) return chosen.rows;
    const filter = readFilter(kind, words, agent);
    if ('sentence' in filter) return filter;
    chosen?.life.abort();
    const life = new AbortController();
    const signal = AbortSignal.any([life.signal, this.#around.signal]);
    const window = this.#store.windows[kind];
    const reach = (): number => this.#store.tallies[kind].watermark;
    const history = this.#history(kind);
    const rows =
      filter === noFilter
        ? new RunRows(window, history, reach)
        : new FilteredRows(window, history, filter, { ask: this.#ask(kind), reach, changed: this.#around.changed, signal });
    this.#chosen.set(kind, { key, rows, life });
    return rows;
  }

  #history(kind: RowKind): RowHistory {
    const known = this.#histories.get(kind);
    if (known) return known;
    const { link, changed, signal } = this.#around;
    const history = new RowHistory(link, this.#store.run, kind, changed, { signal });
    this.#histories.set(kind, history);
    return history;
  }

  #ask(kind: RowKind): ConstructorParameters<typeof FilteredRows>[3]['ask'] {
    return (condition, { signal, onNote }) => {
      const sinceMs = performance.now();
      const onProgress = (progress: Parameters<typeof progressLine>[0]): void =>
        onNote(progressLine(progress, 0, performance.now() - sinceMs));
      return askSeqList(sqlEngine(this.#around.link), { run: this.#store.run, kind, condition }, { signal, onProgress });
    };
  }
}
