/**
 * Draws a view from its output in a notebook, with or without a kernel, and keeps its last state in that output.
 *
 * Guarantees
 * - Whatever the output holds, the cell shows a view or one calm sentence; nothing of it becomes markup.
 * - It writes back only where it may (trusted, writable notebook): settings when they change, poster and last state at the first
 *   paint, at the run's end and before a save, at most every limits.posterEveryMs.
 */
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { PartialJSONValue } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';
import { contract, limits, type ViewOutput } from '../../protocol/index.ts';
import { createView } from '../elements/create-view.ts';
import type { SettingsChange, ViewElement } from '../elements/view-element.ts';
import { pageLink } from '../link/index.ts';
import { bindModel } from './models.ts';
import { mayWrite, onBeforeSave } from './notebook-page.ts';
import { posterHtml, posterOf } from './poster.ts';
import { readOutput } from './read-output.ts';

export class ViewRenderer extends Widget implements IRenderMime.IRenderer {
  #model: IRenderMime.IMimeModel | undefined;
  #output: ViewOutput | undefined;
  #element: ViewElement | undefined;
  #life: AbortController | undefined;
  #wroteAtMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.addClass('duallane-output');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.#model = model;
    const read = readOutput(model.data[contract.viewMime]);
    if ('sentence' in read) return this.#say(read.sentence);
    const { output } = read;
    const isSame = this.#element && this.#output && identityOf(this.#output) === identityOf(output);
    this.#output = output;
    if (isSame && this.#element) {
      this.#element.isTrusted = model.trusted;
      return;
    }
    this.#clear();
    const life = new AbortController();
    const element = createView(output, pageLink(), model.trusted);
    this.#life = life;
    this.#element = element;
    element.addEventListener('duallane-settings', (event) => this.#keepSettings((event as SettingsChange).detail), life);
    element.addEventListener('duallane-memorable', () => this.#remember(), life);
    onBeforeSave(() => this.#rememberNow(), life);
    if (output.model_id) bindModel(output.model_id, element, life);
    join(model, this, life);
    this.node.replaceChildren(element);
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#clear();
    super.dispose();
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#life?.abort();
    this.#element?.dispose();
    this.#element = undefined;
  }

  #say(sentence: string): void {
    this.#clear();
    const text = document.createElement('p');
    text.className = 'duallane-sentence';
    text.setAttribute('role', 'status');
    text.style.color = 'var(--jp-ui-font-color2)';
    text.textContent = sentence;
    this.node.replaceChildren(text);
  }

  #keepSettings(settings: Readonly<Record<string, unknown>>): void {
    const drawings = [...(this.#model ? (drawn.get(this.#model) ?? []) : [])];
    for (const drawing of drawings) drawing.#adopt(settings);
    // The one in the notebook may write; the one in a tab of its own may not.
    drawings.some((drawing) => drawing.#output && drawing.#write({ ...drawing.#output, settings: { ...settings } }));
  }

  #adopt(settings: Readonly<Record<string, unknown>>): void {
    if (this.#element && this.#element.settings !== settings) this.#element.settings = settings;
  }

  #remember(): void {
    const waitMs = this.#wroteAtMs + limits.posterEveryMs - Date.now();
    if (waitMs <= 0) {
      this.#rememberNow();
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#rememberNow(), waitMs);
  }

  #rememberNow(): void {
    const nowMs = Date.now();
    if (!this.#output || !this.#element || nowMs < this.#wroteAtMs + limits.posterEveryMs) return;
    const last = this.#element.summary();
    if (!last || isSameState(last, this.#output.last as Record<string, unknown> | undefined)) return;
    const picture = this.#element.picture();
    const poster = picture && posterOf(picture);
    if (!poster) return;
    if (this.#write({ ...this.#output, poster, poster_at_ms: nowMs, last })) this.#wroteAtMs = nowMs;
  }

  #write(output: ViewOutput): boolean {
    const model = this.#model;
    if (!model?.trusted || !mayWrite(this.node)) return false;
    this.#output = output;
    const data = { ...model.data, [contract.viewMime]: output as unknown as PartialJSONValue };
    model.setData({ data: output.poster ? { ...data, 'text/html': posterHtml(output) } : data });
    return true;
  }
}

/** All drawings of one output: it may stand in a tab of its own too. What is changed in one is changed in all. */
const drawn = new WeakMap<IRenderMime.IMimeModel, Set<ViewRenderer>>();

function join(model: IRenderMime.IMimeModel, renderer: ViewRenderer, { signal }: { signal: AbortSignal }): void {
  const drawings = drawn.get(model) ?? new Set();
  drawn.set(model, drawings.add(renderer));
  signal.addEventListener('abort', () => drawings.delete(renderer), { once: true });
}

/** What cannot change without being another view. */
function identityOf({ view, runs, model_id }: ViewOutput): string {
  return JSON.stringify([view, runs, model_id]);
}

/** The same but for times and rates: not worth a change of the notebook. */
function isSameState(a: Record<string, unknown>, b: Record<string, unknown> | undefined): boolean {
  const stable = (state: Record<string, unknown>): string =>
    JSON.stringify(Object.entries(state).filter(([key]) => !/(_ms|Ms|PerSecond)$/.test(key)));
  return b !== undefined && stable(a) === stable(b);
}
