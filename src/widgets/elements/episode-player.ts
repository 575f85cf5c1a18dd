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
import { sqlEngine } from '../sql/index.ts';
import { type Cursor, pageCursor } from '../stores/cursor.ts';
import { type Alignment, alignments } from '../stores/episode-alignment.ts';
import { EpisodePlaying, speeds } from '../stores/episode-playing.ts';
import { EpisodeShelf, type ShelfEpisode, type Wanted } from '../stores/episode-shelf.ts';
import { PlayedEpisode } from '../stores/played-episode.ts';
import { cameraIcon, pauseIcon, resumeIcon } from '../styles/icons.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { ago, cellNumber, count } from '../styles/words.ts';
import { type FilmFormat, filmFormats, makeFilm } from './episode-export.ts';
import type { EpisodePane } from './episode-pane.ts';
import { episodePlayerStyles } from './episode-player-styles.ts';
import type { Seek } from './episode-timeline.ts';
import { drawTogether, readWanted } from './episode-together.ts';
import { Memorable, ViewElement } from './view-element.ts';

const lookEveryMs = 3000;
const defaultHeight = 480;
const panesMost = 6;

export class EpisodePlayerElement extends ViewElement {
  static override properties: PropertyDeclarations = { ...ViewElement.properties, version: { state: true } };
  static override styles = [viewStyles, episodePlayerStyles];

  /** Grows with every change that is to be drawn. */
  declare version: number;
  readonly #playing = new EpisodePlaying();
  #shelf: EpisodeShelf | undefined;
  #life: AbortController | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #frame = 0;
  #said = '';
  #isLooking = true;
  #formats: readonly FilmFormat[] = ['gif'];
  #film: { stop: AbortController; done: number; all: number } | undefined;
  #wasMemorable = false;

  constructor() {
    super();
    this.version = 0;
  }

  /** Read-only, for whoever places or tests it. */
  get state(): { state: string; sentence: string; at: number; steps: number; episodes: number; isPlaying: boolean } {
    const { episodes, at, steps, isPlaying, leader } = this.#playing;
    const inner = leader?.state;
    const state = inner?.state ?? (this.#isLooking ? 'loading' : 'empty');
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

  protected override begin(link: PageLink, { signal }: { signal: AbortSignal }): void {
    this.#life = new AbortController();
    signal.addEventListener('abort', () => this.#life?.abort(), { once: true });
    this.#shelf = new EpisodeShelf(link, sqlEngine(link), this.runs);
    const life = { signal: this.#life.signal };
    link.onState(() => this.#changed(), life);
    link.onRuns(() => this.#changed(), life);
    pageCursor.onMove((cursor, by) => {
      if (by !== this) this.#follow(cursor);
    }, life);
    this.addEventListener('keydown', this.#keyed, { signal: life.signal });
    void filmFormats().then((formats) => {
      this.#formats = formats;
    });
    void this.#open(life.signal);
  }

  protected override end(): void {
    clearInterval(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.#film?.stop.abort();
    this.#playing.play(false);
    this.#playing.episodes = [];
    this.#shelf = undefined;
    this.#isLooking = true;
  }

  protected override whileVisible(isVisible: boolean): void {
    clearInterval(this.#timer);
    if (isVisible) this.#timer = setInterval(() => void this.#look(), lookEveryMs);
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
    const { link } = this;
    const name = link?.runs.find((run) => run.run_id === this.runs[0])?.name || this.runs[0] || '';
    const state = leader?.state.state === 'failed' ? 'error' : episodes.length > 0 ? 'live' : 'empty';
    return html`
      <section class="frame" aria-label="Episodes of ${name}" data-state=${state}>
        ${this.#header(name)}
        ${this.#notice()}
        ${episodes.length === 0 ? this.#blank() : this.#stage()}
        ${episodes.length === 0 ? nothing : this.#transport()}
        ${this.#footer()}
      </section>`;
  }

  get #panes(): EpisodePane[] {
    return [...this.renderRoot.querySelectorAll<EpisodePane>('duallane-episode-pane')];
  }

  #header(name: string): TemplateResult {
    const { episodes, leader } = this.#playing;
    const recorded = this.#shelf?.recorded ?? [];
    return html`
      <header class="bar">
        <span class="name" title=${this.runs[0] ?? ''}>${name}</span>
        <label class="quiet">episode
          <input class="number" type="number" min="0" aria-label="Number of the episode" .value=${String(leader?.place.episode ?? '')} @change=${this.#typed} /></label>
        <select class="choice" aria-label="Recorded episodes" ?disabled=${recorded.length === 0} @change=${(event: Event) => this.#chose(event, false)}>
          <option value="" selected>${recorded.length === 0 ? 'none recorded' : `${count(recorded.length)} recorded…`}</option>
          ${recorded.map((one, at) => html`<option value=${at}>${labelOf(one)}</option>`)}
        </select>
        <select class="choice wide" aria-label="Put an episode beside" ?disabled=${recorded.length === 0 || episodes.length >= panesMost} @change=${(event: Event) => this.#chose(event, true)}>
          <option value="" selected>beside it…</option>
          ${recorded.map((one, at) => html`<option value=${at}>${labelOf(one)}</option>`)}
        </select>
        <span class="fill"></span>
        ${
          episodes.length < 2
            ? nothing
            : html`<label class="quiet wide">align by <select aria-label="Align by" @change=${this.#aligned}>
          ${alignments.map((one) => html`<option value=${one} ?selected=${one === this.#playing.alignment}>${one}</option>`)}</select></label>`
        }
        <select class="names wide" aria-label="Values under the frame" ?disabled=${(leader?.valueNames.length ?? 0) === 0} @change=${this.#named}>
          <option value="" selected>values…</option>
          ${(leader?.valueNames ?? []).map((one) => html`<option value=${one}>${this.#names.includes(one) ? '✓ ' : ''}${one}</option>`)}
        </select>
        <select class="export" aria-label="Save as a film" ?disabled=${!leader || leader.steps.length === 0 || this.#film !== undefined} @change=${this.#export}>
          <option value="" selected>save…</option>
          ${this.#formats.map((format) => html`<option value=${format}>${format.toUpperCase()}</option>`)}
          ${(['mp4', 'webm'] as const).filter((format) => !this.#formats.includes(format)).map((format) => html`<option disabled>${format.toUpperCase()}: this browser cannot encode it</option>`)}
        </select>
      </header>`;
  }

  get #names(): readonly string[] {
    const { values } = this.settings;
    return Array.isArray(values) ? values.filter((name): name is string => typeof name === 'string') : [];
  }

  #notice(): TemplateResult | typeof nothing {
    const { leader } = this.#playing;
    const film = this.#film;
    if (film)
      return html`<div class="note" role="status"><span>Making the film: ${count(film.done)} of ${count(film.all)} pictures.</span>
        <button @click=${() => film.stop.abort()}>stop</button></div>`;
    const sentence = this.#said || this.#playing.said || leader?.note || (leader ? '' : this.#shelf?.sentence);
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
            .names=${this.#names} .isLeader=${index === leaderIndex} .canClose=${episodes.length > 1}
            @pane-close=${() => this.#close(episode)} @pane-drawn=${this.#drawn}></duallane-episode-pane>`,
        )}
      </div>
      <duallane-episode-timeline .steps=${steps} .at=${at} .marks=${marks} .curves=${this.#curves()} .label=${this.#where()}
        @seek=${(event: Seek) => this.#seek(event.detail)}></duallane-episode-timeline>`;
  }

  #curves(): (number | undefined)[][] {
    const { episodes, leader, leaderIndex, steps } = this.#playing;
    if (!leader) return [];
    const own = Array.from({ length: steps }, (_, at) => leader.returnAt(at));
    return [own, ...episodes.filter((_, index) => index !== leaderIndex).map((other) => own.map((_, at) => other.returnAt(at)))];
  }

  #transport(): TemplateResult {
    const { isPlaying, at, steps, marks, speed, fps, leader } = this.#playing;
    const button = (label: string, shown: unknown, isOff: boolean, act: () => void): TemplateResult =>
      html`<button title=${label} aria-label=${label} ?disabled=${isOff} @click=${act}>${shown}</button>`;
    const hint =
      leader?.fps === undefined
        ? `the environment does not say how fast it is watched: ${fps} steps a second`
        : `${fps} steps a second, as the environment says`;
    return html`<div class="transport">
      ${button('To the event before (Shift+Left)', '⇤', !marks.some((mark) => mark.at < at), () => this.#jump(-1))}
      ${button('One step back (Left)', '‹', at === 0, () => this.#seek(at - 1))}
      <button class="play" title=${isPlaying ? 'Pause (Space)' : 'Play (Space)'} aria-label=${isPlaying ? 'Pause' : 'Play'} ?disabled=${steps < 2}
        @click=${() => this.#play(!isPlaying)}>${isPlaying ? pauseIcon : resumeIcon}</button>
      ${button('One step on (Right)', '›', at >= steps - 1, () => this.#seek(at + 1))}
      ${button('To the next event (Shift+Right)', '⇥', !marks.some((mark) => mark.at > at), () => this.#jump(1))}
      <span class="where small quiet">${this.#where()}</span>
      <span class="fill"></span>
      <label class="quiet small" title=${hint}>speed <select aria-label="Speed" @change=${this.#sped}>
        ${speeds.map((one) => html`<option value=${one} ?selected=${one === speed}>${one === 0.25 ? '¼' : one === 0.5 ? '½' : one}× · ${cellNumber(one * fps)}/s</option>`)}
      </select></label>
      ${button('Save this picture', cameraIcon, steps === 0, () => this.#snapshot())}
    </div>`;
  }

  #where(): string {
    const { leader, at, steps } = this.#playing;
    const step = leader?.steps[at]?.step;
    return step === undefined ? '' : `step ${count(step)} · ${count(at + 1)} of ${count(steps)}`;
  }

  #blank(): TemplateResult {
    const list = this.#shelf?.lists.get(this.runs[0] ?? '');
    const { poster, last, atMs } = this.memory ?? {};
    const isAway = this.link?.state.state === 'refused' || this.link?.state.state === 'reconnecting';
    if (poster && last && (this.#isLooking || isAway))
      return html`<div class="blank"><img class="memory" src=${poster} alt="The player's last picture" />
        <p>Last state${atMs === undefined ? '' : `, ${ago(Date.now() - atMs)}`}. ${isAway && this.link && 'sentence' in this.link.state ? this.link.state.sentence : ''}</p></div>`;
    if (this.runs.length === 0) return html`<div class="blank" role="status"><p>This view names no run.</p></div>`;
    if (this.#isLooking) return html`<div class="blank" role="status"><p>Looking for episodes of this run.</p></div>`;
    const isLive = this.#canRecord;
    const known = [...(this.#shelf?.rows.values() ?? [])].flat();
    const sentence =
      known.length > 0
        ? `Choose an episode by its number: ${count(known.length)} are over, from ${count(known.at(-1)?.episode ?? 0)} to ${count(known[0]?.episode ?? 0)}.`
        : this.#shelf?.sentence
          ? 'There is nothing to show.'
          : `No episode of this run is over yet, and none is recorded. ${list?.policy ? `Recorded will be: ${list.policy}.` : 'Open the run with record=10 to have every tenth recorded.'}`;
    return html`<div class="blank" role="status">
      <p>${sentence}</p>
      ${isLive ? html`<button class="record" @click=${this.#record}>Record the next episode</button>` : nothing}</div>`;
  }

  get #canRecord(): boolean {
    const run = this.link?.runs.find((entry) => entry.run_id === this.runs[0]);
    return this.link?.state.state === 'connected' && run !== undefined && run.status !== 'TERM';
  }

  #footer(): TemplateResult {
    const list = this.#shelf?.lists.get(this.#playing.leader?.place.run ?? this.runs[0] ?? '');
    const gone = [
      list?.evicted ? `${count(list.evicted)} went for the budget` : '',
      list?.passed ? `${count(list.passed)} failures passed over` : '',
      list?.failed ? `${count(list.failed)} could not be written` : '',
    ].filter(Boolean);
    return html`<footer class="foot">
      <span title=${list?.policy ?? ''}>${list === undefined ? '' : `${count(list.recordings.length)} recorded${list.policy ? `: ${list.policy}` : ''}`}</span>
      <span>${gone.join(', ')}</span>
      <span class="fill"></span>
      ${this.#canRecord && this.#playing.episodes.length > 0 ? html`<button class="small" @click=${this.#record}>record the next</button>` : nothing}
      <span>${list && list.used_bytes > 0 ? `${cellNumber(list.used_bytes / 1e6)} of ${cellNumber(list.budget_bytes / 1e6)} MB, lossless` : ''}</span>
    </footer>`;
  }

  async #open(signal: AbortSignal): Promise<void> {
    const shelf = this.#shelf;
    if (!shelf) return;
    await shelf.lookForRecordings({ signal });
    const wanted = readWanted(this.settings);
    const isInCursor =
      pageCursor.now.run !== undefined && this.runs.includes(pageCursor.now.run) && pageCursor.now.episode !== undefined;
    const early = wanted.length > 0 ? wanted.map((one) => shelf.find(one)) : isInCursor ? [] : [shelf.first];
    for (const one of early) if (one?.entry) this.#add(one);
    this.#changed();
    await shelf.lookForRows({ signal });
    if (signal.aborted) return;
    this.#isLooking = false;
    if (wanted.length > 0) for (const one of wanted) this.#addWanted(one);
    else if (isInCursor) this.#follow(pageCursor.now);
    if (this.#playing.episodes.length === 0 && wanted.length === 0 && shelf.first) this.#add(shelf.first);
    this.#changed();
  }

  #addWanted(wanted: Wanted): void {
    const found = this.#shelf?.find(wanted);
    if (found) this.#add(found);
    else this.#said = `Episode ${wanted.episode} of this run is not there: it is not over yet, or was never logged.`;
  }

  /** Opens an episode beside the others, unless it is open. */
  #add({ place, entry, row }: ShelfEpisode): PlayedEpisode | undefined {
    const { link } = this;
    const signal = this.#life?.signal;
    if (!link || !signal) return undefined;
    const episode = new PlayedEpisode(place, entry, row, () => this.#loaded());
    const open = this.#playing.episodes.find((one) => one.key === episode.key);
    if (open) return open;
    this.#playing.episodes = [...this.#playing.episodes, episode];
    void episode.load(link, sqlEngine(link), { signal });
    this.#loaded();
    return episode;
  }

  #replace(found: ShelfEpisode): void {
    this.#said = '';
    this.#playing.play(false);
    const before = this.#playing.leader;
    const opened = this.#add(found);
    if (!opened || opened === before) return;
    this.#playing.episodes = this.#playing.episodes.filter((one) => one !== before);
    this.#playing.align();
    this.#playing.seek(0);
    this.#keepEpisodes();
    this.#tell();
    this.#changed();
  }

  #close(episode: PlayedEpisode): void {
    this.#playing.episodes = this.#playing.episodes.filter((one) => one !== episode);
    this.#playing.align();
    this.#keepEpisodes();
    this.#changed();
  }

  #keepEpisodes(): void {
    this.keep({ episodes: this.#playing.episodes.map(({ place }) => ({ ...place })) });
  }

  #follow({ run, agent, episode, step }: Cursor): void {
    if (run === undefined || episode === undefined || !this.runs.includes(run)) return;
    const isOpen = (one: PlayedEpisode): boolean =>
      one.place.run === run && one.place.episode === episode && (agent === undefined || one.place.agent === agent);
    if (!this.#playing.episodes.some(isOpen)) {
      const found = this.#shelf?.find({ run, agent, episode });
      if (!found) {
        this.#said = `Episode ${episode} is not over yet, or was never logged.`;
        this.#changed();
        return;
      }
      const before = this.#playing.leader;
      this.#add(found);
      this.#playing.episodes = this.#playing.episodes.filter((one) => one !== before);
      this.#playing.align();
      this.#playing.seek(0);
    }
    this.#wantedStep = step;
    this.#goToWanted();
    this.#changed();
  }

  /** A step the cursor asked for whose episode is still being fetched. */
  #wantedStep: number | undefined;

  #goToWanted(): void {
    const { leader } = this.#playing;
    if (this.#wantedStep === undefined || !leader || leader.steps.length === 0) return;
    this.#playing.seek(leader.indexOfStep(this.#wantedStep));
    if (leader.state.state === 'ready') this.#wantedStep = undefined;
  }

  #tell(): void {
    const { leader, at } = this.#playing;
    const step = leader?.steps[at]?.step;
    if (!leader) return;
    const { run, agent, episode } = leader.place;
    pageCursor.move({ run, agent, episode, step }, this);
  }

  #seek(at: number): void {
    this.#said = '';
    this.#playing.seek(at);
    this.#tell();
    this.#changed();
  }

  #jump(direction: 1 | -1): void {
    this.#playing.jump(direction);
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

  async #look(): Promise<void> {
    const signal = this.#life?.signal;
    if (!this.#shelf || !signal || this.#isLooking || !this.#canRecord) return;
    const hasChanged = await this.#shelf.lookForRecordings({ signal });
    if (!hasChanged || signal.aborted) return;
    if (this.#playing.episodes.length === 0 && this.#shelf.first) this.#add(this.#shelf.first);
    this.#changed();
  }

  #loaded(): void {
    this.#playing.align();
    this.#goToWanted();
    this.#changed();
  }

  #changed(): void {
    this.version += 1;
  }

  readonly #drawn = (): void => {
    if (this.#wasMemorable) return;
    this.#wasMemorable = true;
    this.dispatchEvent(new Memorable());
  };

  readonly #record = async (): Promise<void> => {
    try {
      await this.link?.control({ run: this.runs[0] ?? '', action: 'record', value: 1 });
      this.#said = 'The next episode that begins will be recorded.';
    } catch (error) {
      this.#said = sentenceOf(error);
    }
    this.#changed();
  };

  readonly #typed = (event: Event): void => {
    const episode = Number((event.target as HTMLInputElement).value);
    const found = Number.isInteger(episode) && episode >= 0 ? this.#shelf?.find({ episode }) : undefined;
    if (found) this.#replace(found);
    else {
      this.#said = 'There is no such episode, or it is not over yet.';
      this.#changed();
    }
  };

  #chose(event: Event, isBeside: boolean): void {
    const select = event.target as HTMLSelectElement;
    const found = this.#shelf?.recorded[Number(select.value)];
    select.value = '';
    if (!found) return;
    if (!isBeside) {
      this.#replace(found);
      return;
    }
    this.#add(found);
    this.#keepEpisodes();
  }

  readonly #aligned = (event: Event): void => {
    this.#playing.alignment = (event.target as HTMLSelectElement).value as Alignment;
    this.#playing.align();
    this.keep({ align: this.#playing.alignment });
    this.#changed();
  };

  readonly #sped = (event: Event): void => {
    this.#playing.speed = Number((event.target as HTMLSelectElement).value);
    this.keep({ speed: this.#playing.speed });
  };

  readonly #named = (event: Event): void => {
    const select = event.target as HTMLSelectElement;
    const name = select.value;
    select.value = '';
    const names = this.#names;
    this.keep({ values: names.includes(name) ? names.filter((one) => one !== name) : [...names, name] });
  };

  readonly #keyed = (event: KeyboardEvent): void => {
    const target = event.composedPath()[0];
    const isField = target instanceof HTMLSelectElement || target instanceof HTMLInputElement;
    if (isField || event.ctrlKey || event.metaKey || event.altKey || this.#playing.steps === 0) return;
    const { at, steps, isPlaying } = this.#playing;
    const acts: Record<string, () => void> = {
      ArrowLeft: () => (event.shiftKey ? this.#jump(-1) : this.#seek(at - 1)),
      ArrowRight: () => (event.shiftKey ? this.#jump(1) : this.#seek(at + 1)),
      PageUp: () => this.#seek(at - 10),
      PageDown: () => this.#seek(at + 10),
      Home: () => this.#seek(0),
      End: () => this.#seek(steps - 1),
      ' ': () => this.#play(!isPlaying),
    };
    // A button that has the focus keeps its own Space.
    const act = event.key === ' ' && target instanceof HTMLButtonElement ? undefined : acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  #snapshot(): void {
    drawTogether(this.#panes)?.toBlob((blob) => {
      if (blob) this.#download(blob, 'png');
    }, 'image/png');
  }

  readonly #export = async (event: Event): Promise<void> => {
    const select = event.target as HTMLSelectElement;
    const format = select.value as FilmFormat;
    select.value = '';
    this.#play(false);
    const before = this.#playing.at;
    const stop = new AbortController();
    this.#film = { stop, done: 0, all: 0 };
    const { fps, speed, steps } = this.#playing;
    try {
      const { blob, frames, every } = await makeFilm(format, {
        steps,
        fps: fps * speed,
        draw: (at) => this.#drawStep(at),
        onProgress: (done, all) => {
          if (this.#film) Object.assign(this.#film, { done, all });
          this.#changed();
        },
        signal: stop.signal,
      });
      this.#download(blob, format);
      const thinned = every > 1 ? `, every ${every} steps one` : '';
      this.#said = `Saved: ${count(frames)} pictures${thinned}, ${cellNumber(blob.size / 1e6)} MB.`;
    } catch (error) {
      this.#said = stop.signal.aborted ? 'The film was stopped.' : sentenceOf(error);
    }
    this.#film = undefined;
    this.#seekQuietly(before);
  };

  #seekQuietly(at: number): void {
    const said = this.#said;
    this.#playing.seek(at);
    this.#said = said;
    this.#changed();
  }

  async #drawStep(at: number): Promise<HTMLCanvasElement> {
    this.#playing.seek(at);
    const panes = this.#panes;
    const drawn = panes.map((pane, index) => pane.drawNow(this.#playing.placeOf(index)));
    await Promise.all(drawn);
    const canvas = drawTogether(panes);
    if (!canvas) throw new Error('there is no picture of this step');
    return canvas;
  }

  #download(blob: Blob, suffix: string): void {
    const { leader, at } = this.#playing;
    const url = URL.createObjectURL(blob);
    const anchor = document.createElement('a');
    anchor.href = url;
    const step = suffix === 'png' ? `-step-${leader?.steps[at]?.step ?? 0}` : '';
    anchor.download = `episode-${leader?.place.episode ?? 0}${step}.${suffix}`;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}

function labelOf({ place, entry, row }: ShelfEpisode): string {
  const total = row?.totalReward ?? entry?.total_reward ?? undefined;
  const parts = [`${place.episode}`, total === undefined ? '' : `return ${cellNumber(total)}`, entry?.reasons.join(', ') ?? ''];
  return parts.filter(Boolean).join(' · ');
}
