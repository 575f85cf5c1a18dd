/**
 * What can be asked: tables and views with their rows, columns with type and an example. A name that is chosen is told as
 * `duallane-sql-name` {text}.
 */
import { css, html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { sentenceOf } from '../../protocol/index.ts';
import { isTableName, quoteName, tables, views } from '../sql/index.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { count } from '../styles/words.ts';

const about: Record<string, string> = {
  runs: 'One row per run, with its ledger. outcome: succeeded, failed, canceled; status: EXEC while it runs, TERM when it has ended.',
  config: 'What runs were configured with, a row for each value; nested keys are joined by dots.',
  episodes: 'One row per episode. outcome goes by its end and the sign of its return, also where reward is a cost.',
  steps: 'One row per step of an environment. Observations and texts are loaded only when they are named.',
  metrics: 'Every value that was logged by a name.',
  ledger: 'What was received, kept and refused of each worker and agent.',
  ledger_gaps: 'Rows that are not there, and why: lost, or removed by retention.',
  ledger_views: 'What each view was given, and what it showed.',
  events: 'What happened besides: starts, ends, checkpoints, gaps.',
};

export class SqlSchema extends LitElement {
  static override properties: PropertyDeclarations = {
    counts: { attribute: false },
    open: { state: true },
    examples: { state: true },
  };

  static override styles = [
    viewStyles,
    css`
      :host { display: block; height: 100%; margin: 0; overflow: auto; scrollbar-width: thin; padding: 4px 12px 12px; }
      details { border-bottom: 1px solid var(--jp-border-color3, #eee); }
      summary { display: flex; gap: 12px; padding: 4px 0; cursor: pointer; align-items: baseline; }
      summary b, td:first-child button { font-family: var(--jp-code-font-family, monospace); font-size: 12px; }
      summary span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      summary .rows { margin-left: auto; flex: none; }
      table { border-collapse: collapse; width: 100%; margin: 0 0 8px; font-size: 12px; }
      td { padding: 0 12px 0 0; text-align: left; white-space: nowrap; max-width: 320px; overflow: hidden; text-overflow: ellipsis; border: 0; }
      td:last-child { width: 100%; color: var(--jp-ui-font-color2, #616161); }
      td button { height: 20px; color: var(--jp-content-link-color, var(--jp-brand-color1, #1976d2)); }
    `,
  ];

  /** Durable rows of each stored table. */
  declare counts: Readonly<Record<string, number>>;
  declare open: ReadonlySet<string>;
  declare examples: Readonly<Record<string, Readonly<Record<string, string | null>> | string>>;
  /** One row of a table, by column; undefined when it would take too long to find one. */
  example: (table: string) => Promise<Readonly<Record<string, string | null>> | undefined> = async () => undefined;

  constructor() {
    super();
    this.counts = {};
    this.open = new Set();
    this.examples = {};
  }

  protected override render(): TemplateResult {
    return html`${[...Object.keys(tables), ...views.keys()].map((name) => this.#table(name))}`;
  }

  #table(name: string): TemplateResult {
    const columns = isTableName(name) ? tables[name] : (views.get(name)?.columns ?? []);
    const rows = this.counts[name];
    const example = this.examples[name];
    return html`<details @toggle=${(event: Event) => this.#toggled(name, event)}>
      <summary><b>${name}</b><span class="quiet small">${about[name] ?? views.get(name)?.about}</span>
        <span class="rows quiet small">${views.has(name) ? 'view' : rows === undefined ? '' : `${count(rows)} ${rows === 1 ? 'row' : 'rows'}`}</span></summary>
      ${
        this.open.has(name)
          ? html`<table><tbody>${columns.map(
              (column) => html`<tr>
        <td><button @click=${() => this.#choose(column.name)}>${column.name}</button></td>
        <td class="quiet">${column.type}</td>
        <td title=${typeof example === 'object' ? (example[column.name] ?? 'NULL') : nothing}>${this.#exampleOf(example, column.name, column.isHeavy)}</td></tr>`,
            )}</tbody></table>
        ${typeof example === 'string' ? html`<p class="quiet small">${example}</p>` : nothing}`
          : nothing
      }
    </details>`;
  }

  #exampleOf(example: Readonly<Record<string, string | null>> | string | undefined, column: string, isHeavy: boolean): string {
    if (isHeavy) return 'loaded when named';
    if (typeof example !== 'object' || !(column in example)) return '';
    return (example[column] ?? 'NULL').slice(0, 60);
  }

  #choose(name: string): void {
    const text = /^[a-z_][a-z0-9_]*$/.test(name) ? name : quoteName(name);
    this.dispatchEvent(new CustomEvent('duallane-sql-name', { detail: { text } }));
  }

  #toggled(name: string, event: Event): void {
    const isOpen = (event.currentTarget as HTMLDetailsElement).open;
    const open = new Set(this.open);
    if (isOpen) open.add(name);
    else open.delete(name);
    this.open = open;
    if (isOpen && !(name in this.examples)) void this.#fetch(name);
  }

  async #fetch(name: string): Promise<void> {
    try {
      const found = await this.example(name);
      this.examples = {
        ...this.examples,
        [name]: found ?? 'No example: nothing is stored yet, or so much that looking would take long.',
      };
    } catch (error) {
      this.examples = { ...this.examples, [name]: sentenceOf(error) };
    }
  }
}
