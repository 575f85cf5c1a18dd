/**
 * FastLane: the newest frame of each process of each of its runs. One alone fills the view; several are a wall of tiles.
 *
 * Guarantees
 * - Each tile is a stream of its own: one that is scrolled away, or behind an enlarged one, asks for no frames.
 * - A further process of a run gets its tile when it publishes its first frame, and keeps it when it has gone.
 * Settings: height (px), hud (false hides the numbers), enlarged (the tile that is shown alone),
 * embedded (true: its place gives the height, and there is less around it).
 */
import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { PageLink } from '../link/page-link.ts';
import type { FrameCounts } from '../stores/frame-store.ts';
import type { ViewState } from '../stores/view-state.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { count } from '../styles/words.ts';
import { wallPicture } from './frame-picture.ts';
import type { FrameTile, TileForm, WorkersSeen } from './frame-tile.ts';
import { Memorable, ViewElement, type ViewMemory } from './view-element.ts';

type Stream = { key: string; run: string; worker: number | undefined };
type Counts = FrameCounts & { fps: number | undefined };

const none: Counts = { framesShown: 0, framesSkipped: 0, framesPublished: 0, latencyMs: undefined, fps: undefined };

export class FastLaneElement extends ViewElement {
  static override properties: PropertyDeclarations = { ...ViewElement.properties, workers: { state: true } };

  static override styles = [
    viewStyles,
    css`
      :host { display: flex; flex-direction: column; }
      duallane-frame-tile { min-width: 0; min-height: 0; margin: 0; }
      .count { flex: none; padding: 0 4px 4px; }
      .wall { display: grid; flex: 1 1 0; min-height: 0; gap: 4px; overflow: auto; grid-auto-rows: minmax(128px, 1fr); }
    `,
  ];

  /** Numbers of the further processes of each run that were seen. */
  declare workers: ReadonlyMap<string, readonly number[]>;

  #placed: readonly FrameTile[] = [];

  constructor() {
    super();
    this.workers = new Map();
  }

  /** Of all tiles together; latency in ms: frame published to painted, of the first. */
  get counts(): Counts {
    const all = this.#tiles.map((tile) => tile.counts);
    const sum = (of: (counts: Counts) => number): number => all.reduce((total, counts) => total + of(counts), 0);
    return {
      ...(all[0] ?? none),
      framesShown: sum((counts) => counts.framesShown),
      framesSkipped: sum((counts) => counts.framesSkipped),
      framesPublished: sum((counts) => counts.framesPublished),
    };
  }

  get ledger(): Counts {
    return this.counts;
  }

  /** Of the first tile. */
  get state(): ViewState {
    if (this.runs.length === 0) return { state: 'empty', sentence: 'This view names no run.' };
    return this.#tiles[0]?.state ?? { state: 'connecting', sentence: '' };
  }

  override picture(): HTMLCanvasElement | undefined {
    const pictures = this.#tiles.map((tile) => tile.picture()).filter((picture) => picture !== undefined);
    return pictures.length > 1 ? wallPicture(pictures) : pictures[0];
  }

  override summary(): Record<string, unknown> | undefined {
    const summaries = this.#tiles.map((tile) => tile.summary()).filter((summary) => summary !== undefined);
    return summaries.length > 1 ? { ...summaries[0], tiles: summaries.length } : summaries[0];
  }

  protected override begin(_link: PageLink): void {} // the tiles open what they need
  protected override end(): void {
    this.workers = new Map();
  }
  protected override whileVisible(): void {}

  override dispose(): void {
    for (const tile of this.#tiles) tile.dispose();
    super.dispose();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    const { height, embedded } = this.settings;
    this.style.height =
      embedded === true ? 'auto' : `${typeof height === 'number' ? Math.max(160, Math.min(1600, height)) : 400}px`;
  }

  override render(): TemplateResult {
    const streams = this.#streams;
    const [first] = streams;
    if (!first)
      return html`<section class="frame"><div class="blank" role="status"><p>${this.state.sentence}</p></div></section>`;
    const enlarged = streams.length > 1 ? streams.find(({ key }) => key === this.settings.enlarged) : undefined;
    const shown = enlarged ? [enlarged] : streams;
    const form: TileForm = enlarged ? 'enlarged' : streams.length > 1 ? 'tile' : 'alone';
    const columns = Math.ceil(shown.length / Math.ceil(Math.sqrt(shown.length)));
    const words = `${count(streams.length)} streams`;
    return html`
      ${form === 'tile' && this.settings.embedded !== true ? html`<div class="count small quiet">${words}</div>` : nothing}
      <div class="wall" role="group" aria-label=${form === 'tile' ? `Frames of ${words}` : 'Frames'}
        style="grid-template-columns: repeat(${columns}, minmax(0, 1fr))">${repeat(
          shown,
          ({ key }) => key,
          (stream) => this.#tile(stream, form, form === 'alone' ? this.memory : undefined),
        )}</div>`;
  }

  /** Tiles that are not shown any more close what they opened at once. */
  override updated(): void {
    const tiles = this.#tiles;
    for (const tile of this.#placed) if (!tiles.includes(tile)) tile.dispose();
    this.#placed = tiles;
  }

  get #tiles(): FrameTile[] {
    return [...(this.renderRoot?.querySelectorAll<FrameTile>('duallane-frame-tile') ?? [])];
  }

  get #streams(): Stream[] {
    return this.runs.flatMap((run) =>
      [undefined, ...(this.workers.get(run) ?? [])].map((worker) => ({
        key: worker === undefined ? run : `${run}-w${worker}`,
        run,
        worker,
      })),
    );
  }

  #tile({ key, run, worker }: Stream, form: TileForm, memory: ViewMemory | undefined): TemplateResult {
    return html`<duallane-frame-tile .runs=${[run]} .worker=${worker} .form=${form} .link=${this.link} .settings=${this.settings}
      .memory=${memory} @workers-seen=${(event: Event) => this.#seen(run, (event as WorkersSeen).detail)}
      @tile-toggle=${() => this.keep({ enlarged: form === 'tile' ? key : null })}
      @duallane-memorable=${() => this.dispatchEvent(new Memorable())}
      @keydown=${form === 'enlarged' ? this.#leaves : nothing}></duallane-frame-tile>`;
  }

  #seen(run: string, workers: readonly number[]): void {
    const all = [...new Set([...(this.workers.get(run) ?? []), ...workers])].sort((a, b) => a - b);
    this.workers = new Map(this.workers).set(run, all);
  }

  readonly #leaves = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.keep({ enlarged: null });
  };
}
