/** One episode in a player: its frame at a step, and the numbers under it. */
import { css, html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { sentenceOf } from '../../protocol/index.ts';
import { drawStepPicture } from '../plots/step-picture.ts';
import { whyRecorded } from '../stores/episode-shelf.ts';
import type { PlayedEpisode, Shown } from '../stores/played-episode.ts';
import { onGround, seriesStyle } from '../styles/palette.ts';
import { cellNumber, count } from '../styles/words.ts';
import { themeOf } from './plot-canvas.ts';
import { onThemeChange } from './theme-change.ts';

/** Least side of what is drawn from payloads, in CSS px. */
const drawnLeast = 120;
const valuesShown = 6;

/** The picture of the step it was asked for is on the canvas. */
class PaneDrawn extends Event {
  constructor() {
    super('pane-drawn');
  }
}

export class EpisodePane extends LitElement {
  static override properties: PropertyDeclarations = {
    episode: { attribute: false },
    at: { attribute: false },
    version: { attribute: false },
    names: { attribute: false },
    ordinal: { attribute: false },
    canClose: { attribute: false },
    shown: { state: true },
    failure: { state: true },
  };

  static override styles = css`
    :host { display: flex; flex-direction: column; flex: 1 1 0; min-width: 160px; min-height: 0; }
    .title {
      display: flex; align-items: center; gap: 8px; flex: none; height: 28px; padding: 0 8px; white-space: nowrap; overflow: hidden;
      font-size: var(--jp-ui-font-size0, 11px); color: var(--jp-ui-font-color2, #616161);
    }
    .title b { color: var(--jp-ui-font-color1, #212121); font-size: var(--jp-ui-font-size1, 13px); }
    .title .fill { flex: 1 1 0; }
    .title svg { flex: none; }
    .title span { overflow: hidden; text-overflow: ellipsis; }
    .stage:focus { outline: none; }
    .stage {
      position: relative; display: flex; flex: 1 1 0; min-height: 0; align-items: center; justify-content: center;
      background: var(--jp-layout-color2, #f5f5f5);
    }
    canvas { width: 100%; height: 100%; object-fit: contain; image-rendering: pixelated; }
    canvas[data-form='drawn'] { image-rendering: auto; }
    .stage:has(canvas[data-form='drawn']) { background: var(--jp-layout-color1, #fff); }
    .none { position: absolute; margin: 0; padding: 16px; text-align: center; color: var(--jp-ui-font-color2, #616161); max-width: 44ch; }
    .badges { position: absolute; right: 8px; top: 8px; display: flex; gap: 8px; }
    .badges span {
      padding: 2px 8px; border-radius: var(--jp-border-radius, 2px);
      color: #fff; background: rgba(0, 0, 0, 0.65); font-size: 11px;
    }
    dl { display: flex; flex-wrap: wrap; flex: none; gap: 0 16px; margin: 0; padding: 4px 8px; min-height: 40px; align-content: flex-start; }
    dl div { display: flex; flex-direction: column; min-width: 56px; }
    dt { font-size: 11px; line-height: 14px; color: var(--jp-ui-font-color2, #616161); white-space: nowrap; }
    dd { margin: 0; font-size: 13px; line-height: 18px; font-variant-numeric: tabular-nums; white-space: nowrap; max-width: 160px; overflow: hidden; text-overflow: ellipsis; }
    button { border: 0; background: none; color: inherit; cursor: pointer; font: inherit; padding: 0 4px; }
    button:hover { color: var(--jp-ui-font-color1, #212121); }
    button:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); }
  `;

  declare episode: PlayedEpisode | undefined;
  /** Index into the episode's steps. */
  declare at: number;
  /** Grows when the episode changed inside. */
  declare version: number;
  /** Names of the logged values that are shown; empty for the first few. */
  declare names: readonly string[];
  /** Which line of the timeline is its; undefined while there is one alone. */
  declare ordinal: number | undefined;
  declare canClose: boolean;
  declare shown: Shown | undefined;
  /** Why the step's picture cannot be shown. */
  declare failure: string;
  #asked = '';
  #life: AbortController | undefined;

  constructor() {
    super();
    this.at = 0;
    this.version = 0;
    this.names = [];
    this.canClose = false;
    this.failure = '';
  }

  /** The picture, in its own pixels; undefined before there is one. */
  get canvas(): HTMLCanvasElement | undefined {
    return this.shown ? (this.renderRoot.querySelector('canvas') ?? undefined) : undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#life = new AbortController();
    onThemeChange(() => {
      this.#asked = '';
      this.requestUpdate();
    }, this.#life);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#life?.abort();
  }

  override updated(): void {
    const { episode, at } = this;
    const wanted = `${episode?.key}\0${at}\0${episode?.steps.length}\0${episode?.recording ? 'r' : ''}`;
    if (wanted === this.#asked) return;
    this.#asked = wanted;
    void this.#show(wanted);
  }

  override render(): TemplateResult {
    const { episode } = this;
    if (!episode) return html``;
    const { state } = episode;
    const row = episode.steps[this.at];
    const isStale = this.shown?.form === 'frame' && row !== undefined && this.shown.step !== row.step;
    const sentence = state.state === 'failed' ? state.sentence : state.state === 'loading' ? state.what : '';
    const nothingToSee = 'No frame of this step was recorded, and its row holds nothing that can be drawn.';
    return html`
      <div class="title">
        ${this.#line()}<b>episode ${count(episode.place.episode)}</b>
        <span title=${this.#about()}>${this.#about()}</span>
        <span class="fill"></span>
        ${this.canClose ? html`<button title="Close this episode" aria-label="Close episode ${episode.place.episode}" @click=${() => this.dispatchEvent(new Event('pane-close'))}>✕</button>` : nothing}
      </div>
      <div class="stage" tabindex="-1">
        <canvas role="img" data-form=${this.shown?.form ?? ''} ?hidden=${!this.shown} aria-label="Episode ${episode.place.episode}, step ${row?.step ?? 0}"></canvas>
        <div class="badges">
          ${this.shown?.form === 'frame' && !this.shown.isExact ? html`<span class="jpeg" title=${aboutJpeg(episode)}>JPEG</span>` : nothing}
          ${isStale && this.shown?.form === 'frame' ? html`<span class="stale" title="Not every step has a frame of its own">frame of step ${count(this.shown.step)}</span>` : nothing}
        </div>
        ${this.shown && !sentence ? nothing : html`<p class="none" role="status">${sentence || (this.shown ? '' : this.failure || nothingToSee)}</p>`}
      </div>
      <dl>${this.#figures().map(([name, value]) => html`<div><dt>${name}</dt><dd title=${value}>${value}</dd></div>`)}</dl>
    `;
  }

  /** As the timeline draws it. */
  #line(): TemplateResult | typeof nothing {
    if (this.ordinal === undefined) return nothing;
    const { colour, dash } = seriesStyle('', this.ordinal);
    return html`<svg width="16" height="8" aria-hidden="true"><line x1="0" y1="4" x2="16" y2="4" stroke=${onGround(colour, themeOf(this).ground)} stroke-width="2" stroke-dasharray=${dash.join(' ') || nothing} /></svg>`;
  }

  #about(): string {
    const { entry, row, place, recording } = this.episode as PlayedEpisode;
    const total = row?.totalReward ?? entry?.total_reward ?? undefined;
    const steps = row?.steps ?? entry?.steps ?? undefined;
    return [
      total === undefined ? '' : `return ${cellNumber(total)}`,
      this.episode?.seed === undefined ? '' : `seed ${this.episode.seed}`,
      recording && steps !== undefined && recording.length < steps
        ? `${count(recording.length)} of ${count(steps)} steps have a picture`
        : '',
      entry ? whyRecorded(entry) : recording ? '' : 'built from its steps',
      place.agent === 'default' ? '' : place.agent,
    ]
      .filter(Boolean)
      .join(' · ');
  }

  #figures(): [string, string][] {
    const { episode, at } = this;
    const row = episode?.steps[at];
    if (!episode || !row) return [];
    const values = episode.valuesAt(at);
    const names = this.names.length > 0 ? this.names : likely(episode.valueNames).slice(0, valuesShown);
    return [
      ['step', count(row.step)],
      ['action', row.action ?? '–'],
      ['reward', cellNumber(row.reward) || '–'],
      ['return', cellNumber(episode.returnAt(at)) || '–'],
      ...names.map((name): [string, string] => [name, cellNumber(values.get(name)) || '–']),
    ];
  }

  /** Draws a step at once; resolves when it is on the canvas. For films: `at` itself stays. */
  async drawNow(at: number): Promise<void> {
    const shown = await this.episode?.shownAt(at);
    const canvas = this.renderRoot.querySelector('canvas');
    if (shown && canvas) paint(canvas, shown, this);
    this.#asked = '';
  }

  async #show(wanted: string): Promise<void> {
    const { episode, at } = this;
    let shown: Shown | undefined;
    let failure = '';
    try {
      shown = await episode?.shownAt(at);
    } catch (error) {
      failure = sentenceOf(error);
    }
    // A faster hand has asked for another step meanwhile.
    if (wanted !== this.#asked) return;
    const canvas = this.renderRoot.querySelector('canvas');
    if (shown && canvas) paint(canvas, shown, this);
    this.shown = shown;
    this.failure = failure;
    this.dispatchEvent(new PaneDrawn());
  }
}

function aboutJpeg({ recording }: PlayedEpisode): string {
  const { quality, sampling } = recording?.index.jpeg ?? {};
  const form = quality === undefined ? '' : ` (quality ${quality}, ${sampling})`;
  return `Recorded as JPEG${form}: close to what was rendered, not exact. record={"frames": "lossless"} keeps every pixel.`;
}

/** Values of the state first: they are what one looks for under a frame. */
function likely(names: readonly string[]): string[] {
  const isValue = (name: string): boolean => /(^|[/_.])(v|q|value|values|advantage|entropy)\b/i.test(name);
  return [...names.filter(isValue), ...names.filter((name) => !isValue(name))];
}

function paint(canvas: HTMLCanvasElement, shown: Shown, host: Element): void {
  const pen = canvas.getContext('2d', { alpha: false });
  if (!pen) return;
  if (shown.form === 'drawn') {
    const ratio = globalThis.devicePixelRatio || 1;
    const stage = canvas.parentElement;
    const width = Math.max(drawnLeast, stage?.clientWidth ?? 0);
    const height = Math.max(drawnLeast, stage?.clientHeight ?? 0);
    resize(canvas, Math.round(width * ratio), Math.round(height * ratio));
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawStepPicture(pen, { left: 0, top: 0, width, height }, shown.picture, themeOf(host));
    return;
  }
  const { width, height, channels, pixels } = shown.frame;
  resize(canvas, width, height);
  const image = pen.createImageData(width, height);
  const to = image.data;
  for (let i = 0, j = 0; j < to.length; i += channels, j += 4) {
    const isGrey = channels < 3;
    to[j] = pixels[i] as number;
    to[j + 1] = pixels[isGrey ? i : i + 1] as number;
    to[j + 2] = pixels[isGrey ? i : i + 2] as number;
    to[j + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
}

function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
