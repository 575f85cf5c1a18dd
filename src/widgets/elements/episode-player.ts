/**
 * Episode player: the frames of an episode, step by step, with what was done and what came of it; several side by side.
 *
 * Guarantees
 * - Any step can be gone to exactly; a step without a frame of its own says whose frame is seen.
 * - It follows the page's cursor into its runs and moves it. It needs no kernel.
 * - It never takes the focus, and its keys work only while the focus is in it.
 * Settings: episodes (numbers, or {run, agent, slot, episode}), align, speed, values (names shown under the frame), height (px).
 */
import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { sentenceOf } from '../../protocol/index.ts';
import type { PageLink } from '../link/page-link.ts';
import { pageCursor } from '../stores/cursor.ts';
import { type Alignment, alignments } from '../stores/episode-alignment.ts';
import { EpisodePlaying } from '../stores/episode-playing.ts';
import type { ShelfEpisode } from '../stores/episode-shelf.ts';
import { OpenEpisodes } from '../stores/open-episodes.ts';
import type { PlayedEpisode } from '../stores/played-episode.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { count } from '../styles/words.ts';
import { episodeBar } from './episode-bar.ts';
import { episodeBlank, recordedWords } from './episode-blank.ts';
import { type FilmFormat, filmFormats } from './episode-export.ts';
import { EpisodeFilm } from './episode-film.ts';
import type { EpisodePane } from './episode-pane.ts';
import { episodePlayerStyles } from './episode-player-styles.ts';
import type { Seek } from './episode-timeline.ts';
import { drawTogether, episodesMost, readWanted } from './episode-together.ts';
import { episodeTransport, moveByKey, placeWords } from './episode-transport.ts';
import { download } from './sql-export.ts';
import { Memorable, ViewElement } from './view-element.ts';

const lookEveryMs = 3000;
const defaultHeight = 480;

export class EpisodePlayerElement extends ViewElement {
  static override properties: PropertyDeclarations = { ...ViewElement.properties, version: { state: true } };
  static override styles = [viewStyles, episodePlayerStyles];

  /** Grows with every change that is to be drawn. */
  declare version: number;
  readonly #playing = new EpisodePlaying();
  readonly #film = new EpisodeFilm(() => this.#changed());
  #open: OpenEpisodes | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #frame = 0;
  /** What came of what was done last. */
  #said = '';
  #formats: readonly FilmFormat[] = ['gif'];
  #wasMemorable = false;

  constructor() {
    super();
    this.version = 0;
  }

  /** Read-only, for whoever places or tests it. */
  get state(): { state: string; sentence: string; at: number; steps: number; episodes: number; isPlaying: boolean } {
    const { episodes, at, steps, isPlaying, leader } = this.#playing;
    const inner = leader?.state;
    const state = inner?.state ?? ((this.#open?.isLooking ?? true) ? 'loading' : 'empty');
    const sentence = inner?.state === 'failed' ? inner.sentence : this.#said || this.#playing.said;
    return { state, sentence, at, steps, episodes: episodes.length, isPlaying };
  }

  override picture(): HTMLCanvasElement | undefined {
    return drawTogether(this.#panes);
  }

  override summary(): Record<string, unknown> | undefined {
    const { leader, at } = this.#playing;
    if (!leader || leader.steps.length === 0) return undefined;
    return { ...leader.place, step: leader.steps[at]?.step, return: leader.returnAt(at), at_ms: Date.now() };
  }

  protected override begin(link: PageLink, life: { signal: AbortSignal }): void {
    const open = new OpenEpisodes(this.#playing, link, this.runs, () => this.#changed(), life);
    this.#open = open;
    link.onState(() => this.#changed(), life);
    link.onRuns(() => this.#changed(), life);
    pageCursor.onMove((cursor, by) => {
      if (by !== this) void this.#act(() => open.follow(cursor));
    }, life);
    const keyed = (event: KeyboardEvent): void => moveByKey(event, this.#playing, this.#moves);
    this.addEventListener('keydown', keyed, life);
    void filmFormats().then((formats) => {
      this.#formats = formats;
    });
    void this.#act(() => open.begin(readWanted(this.settings)));
  }

  protected override end(): void {
    clearInterval(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.#film.stop();
    this.#playing.play(false);
    this.#playing.episodes = [];
    this.#open = undefined;
  }

  protected override whileVisible(isVisible: boolean): void {
    clearInterval(this.#timer);
    const look = (): void => {
      const open = this.#open;
      if (open && this.#canRecord) void this.#act(() => open.look());
    };
    if (isVisible) this.#timer = setInterval(look, lookEveryMs);
    else this.#play(false);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    const { height, align, speed } = this.settings;
    this.style.height = `${typeof height === 'number' ? Math.max(280, Math.min(1600, height)) : defaultHeight}px`;
    if (!changed.has('settings')) return;
    const alignment = alignments.find((known) => known === align) ?? 'step';
    if (typeof speed === 'number' && speed > 0) this.#playing.speed = speed;
    if (alignment === this.#playing.alignment) return;
    this.#playing.alignment = alignment;
    this.#playing.align();
  }

  override render(): TemplateResult {
    const { episodes, leader } = this.#playing;
    const name = this.link?.runs.find((run) => run.run_id === this.runs[0])?.name || this.runs[0] || '';
    const state = leader?.state.state === 'failed' ? 'error' : episodes.length > 0 ? 'live' : 'empty';
    return html`
      <section class="frame" aria-label="Episodes of ${name}" data-state=${state}>
        ${this.#header(name)}
        ${this.#notice()}
        ${episodes.length === 0 ? this.#blank() : this.#stage()}
        ${this.#footer()}
      </section>`;
  }

  get #panes(): EpisodePane[] {
    return [...this.renderRoot.querySelectorAll<EpisodePane>('duallane-episode-pane')];
  }

  #header(name: string): TemplateResult {
    const { episodes, leader, alignment } = this.#playing;
    const recorded = this.#open?.shelf.recorded ?? [];
    const isFilming = this.#film.progress !== undefined;
    return episodeBar(
      {
        ...{ name, run: this.runs[0] ?? '', recorded, leader, alignment, names: this.#names, formats: this.#formats, isFilming },
        episodes: episodes.length,
        episodesMost,
      },
      {
        go: (episode) => void this.#go(episode),
        open: (episode) => this.#replace(episode),
        putBeside: (episode) => {
          this.#open?.add(episode);
          this.#keepEpisodes();
        },
        align: (chosen) => this.#align(chosen),
        toggleName: (value) => this.#toggleName(value),
        save: (format) => void this.#export(format),
      },
    );
  }

  get #names(): readonly string[] {
    const { values } = this.settings;
    return Array.isArray(values) ? values.filter((name): name is string => typeof name === 'string') : [];
  }

  #notice(): TemplateResult | typeof nothing {
    const { leader, said } = this.#playing;
    const { progress } = this.#film;
    if (progress)
      return html`<div class="note" role="status"><span>Making the film: ${count(progress.done)} of ${count(progress.all)} pictures.</span>
        <button @click=${() => this.#film.stop()}>stop</button></div>`;
    const { shelf } = this.#open ?? {};
    const sentence = this.#said || this.#open?.said || said || leader?.note || (leader ? '' : shelf?.sentence);
    return sentence ? html`<div class="note" role="status"><span>${sentence}</span></div>` : nothing;
  }

  #stage(): TemplateResult {
    const { episodes, leaderIndex, marks, at, steps } = this.#playing;
    return html`
      <div class="panes">
        ${episodes.map(
          (
            episode,
            index,
          ) => html`<duallane-episode-pane .episode=${episode} .at=${this.#playing.placeOf(index)} .version=${this.version}
            .names=${this.#names} .ordinal=${episodes.length > 1 ? ordinalOf(index, leaderIndex) : undefined} .canClose=${episodes.length > 1}
            @pane-close=${() => this.#close(episode)} @pane-drawn=${this.#drawn}></duallane-episode-pane>`,
        )}
      </div>
      <duallane-episode-timeline .steps=${steps} .at=${at} .marks=${marks} .curves=${this.#curves()} .label=${placeWords(this.#playing)}
        @seek=${(event: Seek) => this.#seek(event.detail)}></duallane-episode-timeline>
      ${episodeTransport(this.#playing, {
        ...this.#moves,
        setSpeed: (speed) => {
          this.#playing.speed = speed;
          this.keep({ speed });
        },
        savePicture: () => this.#savePicture(),
      })}`;
  }

  #curves(): (number | undefined)[][] {
    const { episodes, leader, leaderIndex, steps } = this.#playing;
    if (!leader) return [];
    const own = Array.from({ length: steps }, (_, at) => leader.returnAt(at));
    return [own, ...episodes.filter((_, index) => index !== leaderIndex).map((other) => own.map((_, at) => other.returnAt(at)))];
  }

  #blank(): TemplateResult {
    const record = this.#canRecord ? () => void this.#record() : undefined;
    return episodeBlank({
      open: this.#open,
      runs: this.runs,
      link: this.link?.state,
      memory: this.memory,
      record,
      again: () => void this.#open?.again(readWanted(this.settings)),
    });
  }

  get #canRecord(): boolean {
    const run = this.link?.runs.find((entry) => entry.run_id === this.runs[0]);
    return this.link?.state.state === 'connected' && run !== undefined && run.status !== 'TERM';
  }

  #footer(): TemplateResult {
    const { leader } = this.#playing;
    const list = this.#open?.shelf.lists.get(leader?.place.run ?? this.runs[0] ?? '');
    return html`<footer class="foot">${recordedWords(list)}
      ${this.#canRecord && leader ? html`<button class="small" @click=${this.#record}>record the next</button>` : nothing}</footer>`;
  }

  readonly #moves = {
    seek: (at: number): void => this.#seek(at),
    jump: (direction: 1 | -1): void => {
      this.#forget();
      this.#playing.jump(direction);
      this.#tell();
      this.#changed();
    },
    play: (isPlaying: boolean): void => this.#play(isPlaying),
  };

  /** Something was done: what was said of what was done before holds no more. */
  #forget(): void {
    this.#said = '';
    if (this.#open) this.#open.said = '';
  }

  /** What fails is said. */
  async #act(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#said = sentenceOf(error);
      this.#changed();
    }
  }

  #tell(): void {
    const { leader, at } = this.#playing;
    if (!leader) return;
    const { run, agent, episode } = leader.place;
    pageCursor.move({ run, agent, episode, step: leader.steps[at]?.step }, this);
  }

  #seek(at: number): void {
    this.#forget();
    this.#playing.seek(at);
    this.#tell();
    this.#changed();
  }

  #play(isPlaying: boolean): void {
    cancelAnimationFrame(this.#frame);
    this.#playing.said = '';
    this.#playing.play(isPlaying);
    this.#changed();
    let before = performance.now();
    const tick = (now: number): void => {
      const moved = this.#playing.advance(now - before);
      before = now;
      if (moved) {
        this.#tell();
        this.#changed();
      }
      if (this.#playing.isPlaying) this.#frame = requestAnimationFrame(tick);
    };
    if (this.#playing.isPlaying) this.#frame = requestAnimationFrame(tick);
  }

  #go(episode: number): Promise<void> {
    return this.#act(async () => {
      const found = Number.isInteger(episode) && episode >= 0 ? await this.#open?.seek({ episode }) : undefined;
      if (found) return this.#replace(found);
      this.#said = 'There is no such episode, or it is not over yet.';
      this.#changed();
    });
  }

  #replace(found: ShelfEpisode): void {
    this.#forget();
    this.#playing.play(false);
    if (!this.#open?.replace(found)) return;
    this.#keepEpisodes();
    this.#tell();
    this.#changed();
  }

  #close(episode: PlayedEpisode): void {
    this.#open?.close(episode);
    this.#keepEpisodes();
    this.#changed();
  }

  #keepEpisodes(): void {
    this.keep({ episodes: this.#playing.episodes.map(({ place }) => ({ ...place })) });
  }

  #align(alignment: Alignment): void {
    this.#playing.alignment = alignment;
    this.#playing.align();
    this.keep({ align: alignment });
    this.#changed();
  }

  #toggleName(name: string): void {
    const names = this.#names;
    this.keep({ values: names.includes(name) ? names.filter((one) => one !== name) : [...names, name] });
  }

  #changed(): void {
    this.version += 1;
  }

  readonly #drawn = (): void => {
    if (this.#wasMemorable) return;
    this.#wasMemorable = true;
    this.dispatchEvent(new Memorable());
  };

  readonly #record = (): Promise<void> =>
    this.#act(async () => {
      await this.link?.control({ run: this.runs[0] ?? '', action: 'record', value: 1 });
      this.#said = 'The next episode that begins will be recorded.';
      this.#changed();
    });

  #savePicture(): void {
    const { leader, at } = this.#playing;
    drawTogether(this.#panes)?.toBlob((blob) => {
      if (blob) download(blob, `episode-${leader?.place.episode ?? 0}-step-${leader?.steps[at]?.step ?? 0}.png`);
    }, 'image/png');
  }

  async #export(format: FilmFormat): Promise<void> {
    this.#play(false);
    const { fps, speed, steps, at, leader } = this.#playing;
    const { blob, sentence } = await this.#film.make(format, { steps, fps: fps * speed, draw: (step) => this.#drawStep(step) });
    if (blob) download(blob, `episode-${leader?.place.episode ?? 0}.${format}`);
    this.#said = sentence;
    this.#playing.seek(at);
    this.#changed();
  }

  async #drawStep(at: number): Promise<HTMLCanvasElement | undefined> {
    this.#playing.seek(at);
    const panes = this.#panes;
    await Promise.all(panes.map((pane, index) => pane.drawNow(this.#playing.placeOf(index))));
    return drawTogether(panes);
  }
}

/** Of the timeline's lines the first is the leader's, then come the others in their order. */
function ordinalOf(index: number, leaderIndex: number): number {
  return index === leaderIndex ? 0 : index < leaderIndex ? index + 1 : index;
}
