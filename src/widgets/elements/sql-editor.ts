/**
 * The editor of a question: CodeMirror 6 in the element's own shadow root, so a notebook's styles and its keys stay outside.
 *
 * Guarantees
 * - `value` is what stands in it; setting it to what stands there changes nothing, so the cursor stays.
 * - Shift, Ctrl or Cmd with Enter run; Tab takes an offered word and else leaves the editor, so a keyboard is never caught in it.
 * Events: `duallane-sql-input` at every change, `duallane-sql-run`, `duallane-sql-edited` when the focus leaves.
 */
import {
  acceptCompletion,
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { PostgreSQL, SQLDialect, sql } from '@codemirror/lang-sql';
import { bracketMatching, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { drawSelection, EditorView, type KeyBinding, keymap, placeholder, tooltips } from '@codemirror/view';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { type Known, type Offer, offersAt } from '../sql/completion.ts';
import { functions } from '../sql/functions.ts';
import { tables } from '../sql/index.ts';
import { sqlHighlight, sqlTheme } from './sql-editor-theme.ts';

/** Characters from `from` to `to` that an error is about. */
export interface Mark {
  from: number;
  to: number;
  sentence: string;
}

/** Words of the language that are columns here would be coloured as what they are not. */
const columns = new Set(Object.values(tables).flatMap((table) => table.map(({ name }) => name)));
const keywords = `${PostgreSQL.spec.keywords ?? ''} qualify pivot unpivot asof exclude summarize describe anti semi positional`;
const duckdb = SQLDialect.define({
  ...PostgreSQL.spec,
  keywords: keywords
    .split(' ')
    .filter((word) => !columns.has(word))
    .join(' '),
  builtin: functions.map(([name]) => name).join(' '),
  specialVar: ':',
  caseInsensitiveIdentifiers: true,
});
const iconOf: Record<Offer['kind'], string> = {
  table: 'class',
  column: 'property',
  value: 'constant',
  function: 'function',
  keyword: 'keyword',
  name: 'variable',
};

export class SqlEditor extends LitElement {
  static override styles = css`
    :host { display: block; position: relative; background: var(--jp-cell-editor-background, var(--jp-layout-color1, #fff)); }
    :host(:focus-within) { box-shadow: inset 0 0 0 1px var(--jp-brand-color1, #1976d2); }
  `;

  /** What completion is told when it is opened. */
  known: () => Omit<Known, 'metrics'> = () => ({ results: [], params: [] });
  /** Names of logged values; they may come late, and are offered then. */
  metrics: () => Promise<Known['metrics']> = async () => [];
  #value = '';
  #view: EditorView | undefined;

  get value(): string {
    return this.#value;
  }

  set value(text: string) {
    if (text === this.#value) return;
    this.#value = text;
    this.#view?.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }

  /** Underlines what an error is about; undefined takes it away. */
  mark(mark: Mark | undefined): void {
    const view = this.#view;
    if (!view) return;
    const end = view.state.doc.length;
    const found = mark && {
      from: Math.min(mark.from, end),
      to: Math.min(mark.to, end),
      severity: 'error' as const,
      message: mark.sentence,
    };
    view.dispatch(setDiagnostics(view.state, found ? [found] : []));
  }

  /** Puts the text in the place of what is selected, and the focus behind it. */
  insert(text: string): void {
    const view = this.#view;
    if (!view) return;
    view.dispatch(view.state.replaceSelection(text));
    view.focus();
  }

  replace(from: number, to: number, text: string): void {
    this.#view?.dispatch({ changes: { from, to, insert: text } });
  }

  override focus(): void {
    this.#view?.focus();
  }

  override firstUpdated(): void {
    this.#view = new EditorView({
      root: this.renderRoot as ShadowRoot,
      parent: this.renderRoot,
      state: EditorState.create({ doc: this.#value, extensions: this.#extensions() }),
    });
  }

  protected override render(): TemplateResult {
    return html``;
  }

  #extensions() {
    const keys: KeyBinding[] = [
      ...['Shift-Enter', 'Mod-Enter', 'Ctrl-Enter'].map((key) => ({ key, run: () => this.#tell('run') })),
      { key: 'Tab', run: acceptCompletion },
    ];
    return [
      Prec.highest(keymap.of(keys)),
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
      history(),
      drawSelection(),
      bracketMatching(),
      closeBrackets(),
      sql({ dialect: duckdb }).language,
      syntaxHighlighting(sqlHighlight),
      autocompletion({
        override: [(context) => this.#complete(context), (context) => this.#completeNames(context)],
        icons: false,
        maxRenderedOptions: 60,
      }),
      // Below the editor there is room inside of the view: a notebook's output clips what reaches out of it.
      tooltips({ position: 'absolute', tooltipSpace: () => this.#room() }),
      placeholder('SELECT … FROM episodes'),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({
        'aria-label': 'Question in SQL',
        spellcheck: 'false',
        autocapitalize: 'off',
        autocorrect: 'off',
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          const text = update.state.doc.toString();
          if (text !== this.#value) {
            this.#value = text;
            this.#tell('input');
          }
        }
        if (update.focusChanged && !update.view.hasFocus) this.#tell('edited');
      }),
      sqlTheme,
    ];
  }

  #room(): DOMRect {
    const root = this.getRootNode();
    return (root instanceof ShadowRoot ? root.host : this).getBoundingClientRect();
  }

  #tell(what: 'input' | 'run' | 'edited'): true {
    this.dispatchEvent(new CustomEvent(`duallane-sql-${what}`));
    return true;
  }

  #complete(context: CompletionContext, metrics: Known['metrics'] = []): CompletionResult | null {
    const text = context.state.doc.toString();
    const found = offersAt(text, context.pos, { ...this.known(), metrics });
    if (!found || (found.from === context.pos && !context.explicit && !/[.'"{]$/.test(text.slice(0, context.pos)))) return null;
    const isValue = ({ kind }: Offer) => kind === 'value';
    const offers = metrics.length > 0 ? found.offers.filter(isValue) : found.offers;
    return offers.length > 0 ? { from: found.from, options: offers.map((offer) => completionOf(offer)) } : null;
  }

  /** Asks for the logged names only where they can stand. */
  async #completeNames(context: CompletionContext): Promise<CompletionResult | null> {
    const probe = [{ name: 'a', count: 0 }];
    if (!this.#complete(context, probe)) return null;
    const metrics = await this.metrics();
    return metrics.length > 0 && !context.aborted ? this.#complete(context, metrics) : null;
  }
}

function completionOf({ label, text, kind, detail, rank }: Offer): Completion {
  return {
    // Inside of quotes the quote is part of what was typed.
    label: text.startsWith("'") || text.startsWith('"') ? text : label,
    displayLabel: label,
    type: iconOf[kind],
    detail,
    boost: rank * 20,
    apply: (view, _completion, from, to) => {
      const closing = view.state.sliceDoc(to, to + 1);
      const end = /^["']/.test(text) && closing === text[0] ? to + 1 : to;
      view.dispatch({ changes: { from, to: end, insert: text }, selection: { anchor: from + text.length } });
    },
  };
}
