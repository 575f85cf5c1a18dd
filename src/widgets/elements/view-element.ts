/**
 * What every view of Duallane is to those who place it: an element that is given runs, settings and the page's link.
 *
 * Guarantees
 * - `whileVisible` hears true only while somebody can see the element: attached, scrolled into view, page in front.
 * - What the view opened lives until it is disposed, or has been detached for a minute (a windowed notebook detaches cells that
 *   are scrolled away; they come back and are drawn again from what the view kept).
 */
import { LitElement, type PropertyDeclarations } from 'lit';
import type { PageLink } from '../link/page-link.ts';

export type ViewSettings = Readonly<Record<string, unknown>>;

/** What a view left in the notebook when it last had something to show. */
export type ViewMemory = {
  /** data: URL of a PNG, already checked. */
  poster: string | undefined;
  last: Readonly<Record<string, unknown>> | undefined;
  atMs: number | undefined;
};

/** The user changed a setting in the view; `detail` is all settings. */
export class SettingsChange extends CustomEvent<ViewSettings> {
  constructor(settings: ViewSettings) {
    super('duallane-settings', { detail: settings });
  }
}

/** The view shows something worth keeping: its first paint, or the end of its run. */
export class Memorable extends Event {
  constructor() {
    super('duallane-memorable');
  }
}

const detachedForGoodMs = 60_000;

export abstract class ViewElement extends LitElement {
  static override properties: PropertyDeclarations = {
    runs: { attribute: false },
    settings: { attribute: false },
    link: { attribute: false },
    memory: { attribute: false },
  };

  declare runs: readonly string[];
  declare settings: ViewSettings;
  declare link: PageLink | undefined;
  declare memory: ViewMemory | undefined;
  /** false in a notebook that is not trusted: nothing may run by itself. Showing and asking for rows is allowed. */
  isTrusted = true;
  #life: AbortController | undefined;
  #detachTimer: ReturnType<typeof setTimeout> | undefined;
  #observer: IntersectionObserver | undefined;
  /** Nobody sees it until the observer says so. */
  #isOnScreen = typeof IntersectionObserver === 'undefined';
  #isVisible = false;

  constructor() {
    super();
    this.runs = [];
    this.settings = {};
  }

  /** The view's present state as a small opaque picture, or undefined when there is nothing to show. */
  abstract picture(): HTMLCanvasElement | undefined;
  /** The view's present state in numbers and words: plain JSON of a few kB. */
  abstract summary(): Record<string, unknown> | undefined;
  /** Opens what the view needs. Called again after it was disposed and attached anew, or its runs changed. */
  protected abstract begin(link: PageLink, life: { signal: AbortSignal }): void;
  /** Forgets what `begin` made; its signal has been aborted. */
  protected abstract end(): void;
  protected abstract whileVisible(isVisible: boolean): void;

  /** Is there anything to open? Most views show named runs; one that finds its runs by itself says true. */
  protected get canBegin(): boolean {
    return this.runs.length > 0;
  }

  get isVisible(): boolean {
    return this.#isVisible;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Else a letter typed in a view cuts and deletes cells.
    this.dataset.lmSuppressShortcuts = 'true';
    clearTimeout(this.#detachTimer);
    document.addEventListener('visibilitychange', this.#look);
    if (typeof IntersectionObserver !== 'undefined') {
      this.#observer = new IntersectionObserver((entries) => {
        this.#isOnScreen = entries.at(-1)?.isIntersecting ?? true;
        this.#look();
      });
      this.#observer.observe(this);
    }
    this.#begin();
    this.#look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#look);
    this.#observer?.disconnect();
    this.#look();
    // A view that was disposed holds nothing, and no timer holds it.
    if (this.#life) this.#detachTimer = setTimeout(() => this.dispose(), detachedForGoodMs);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('runs') && changed.get('runs') !== undefined && String(changed.get('runs')) !== String(this.runs))
      this.dispose();
    if (changed.has('runs') || changed.has('link')) this.#begin();
  }

  /** Closes everything. An element that is attached again begins anew. */
  dispose(): void {
    clearTimeout(this.#detachTimer);
    if (!this.#life) return;
    this.#life.abort();
    this.#life = undefined;
    this.end();
  }

  /** Changes one setting for good: told to whoever keeps the settings. */
  protected keep(change: ViewSettings): void {
    this.settings = { ...this.settings, ...change };
    this.dispatchEvent(new SettingsChange(this.settings));
  }

  #begin(): void {
    if (this.#life || !this.link || !this.canBegin || !this.isConnected) return;
    this.#life = new AbortController();
    this.begin(this.link, { signal: this.#life.signal });
    this.whileVisible(this.#isVisible);
  }

  readonly #look = (): void => {
    const isVisible = this.isConnected && this.#isOnScreen && document.visibilityState === 'visible';
    if (isVisible === this.#isVisible) return;
    this.#isVisible = isVisible;
    this.whileVisible(isVisible);
  };
}
