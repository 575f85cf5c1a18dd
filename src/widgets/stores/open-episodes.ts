/**
 * The episodes that a player has open: found on the shelf of its runs, put beside each other, exchanged, closed. No drawing here.
 *
 * Guarantees
 * - What was asked for and is not there is said, in `said`; what is open already is not opened twice.
 * - A step that was asked for before its episode had come is gone to when it comes.
 */
import type { PageLink } from '../link/page-link.ts';
import { type SqlEngine, sqlEngine } from '../sql/index.ts';
import { type Cursor, pageCursor } from './cursor.ts';
import type { EpisodePlaying } from './episode-playing.ts';
import { EpisodeShelf, type ShelfEpisode, type Wanted } from './episode-shelf.ts';
import { PlayedEpisode } from './played-episode.ts';

export class OpenEpisodes {
  readonly shelf: EpisodeShelf;
  /** Until history has told which episodes there are. */
  isLooking = true;
  /** What to tell of the last thing that was asked. */
  said = '';
  readonly #playing: EpisodePlaying;
  readonly #link: PageLink;
  readonly #engine: SqlEngine;
  readonly #runs: readonly string[];
  readonly #life: { signal: AbortSignal };
  readonly #changed: () => void;
  #wantedStep: number | undefined;

  constructor(
    playing: EpisodePlaying,
    link: PageLink,
    runs: readonly string[],
    changed: () => void,
    life: { signal: AbortSignal },
  ) {
    this.#playing = playing;
    this.#link = link;
    this.#engine = sqlEngine(link);
    this.#runs = runs;
    this.#changed = changed;
    this.#life = life;
    this.shelf = new EpisodeShelf(link, this.#engine, runs);
  }

  /** Opens what is wanted, else what the page's cursor is at, else what is worth most. */
  async begin(wanted: readonly Wanted[]): Promise<void> {
    const { shelf } = this;
    await shelf.lookForRecordings(this.#life);
    const { run, episode } = pageCursor.now;
    const isInCursor = run !== undefined && this.#runs.includes(run) && episode !== undefined;
    const early = wanted.length > 0 ? wanted.map((one) => shelf.find(one)) : isInCursor ? [] : [shelf.first];
    for (const one of early) if (one?.entry) this.add(one);
    this.#changed();
    await shelf.lookForRows(this.#life);
    if (this.#life.signal.aborted) return;
    this.isLooking = false;
    if (wanted.length > 0) for (const one of wanted) await this.#addWanted(one);
    else if (isInCursor) await this.follow(pageCursor.now);
    if (this.#playing.episodes.length === 0 && wanted.length === 0 && shelf.first) this.add(shelf.first);
    this.#changed();
  }

  /** After history could not be asked: as at the beginning. */
  async again(wanted: readonly Wanted[]): Promise<void> {
    this.isLooking = true;
    this.said = '';
    this.#changed();
    await this.begin(wanted);
  }

  /** Looks for recordings that are new; opens one when nothing is open. */
  async look(): Promise<void> {
    if (this.isLooking) return;
    const hasChanged = await this.shelf.lookForRecordings(this.#life);
    if (!hasChanged || this.#life.signal.aborted) return;
    if (this.#playing.episodes.length === 0 && this.shelf.first) this.add(this.shelf.first);
    this.#changed();
  }

  seek(wanted: Wanted): Promise<ShelfEpisode | undefined> {
    return this.shelf.seek(wanted, this.#life);
  }

  /** Opens an episode beside the others, unless it is open. */
  add({ place, entry, row }: ShelfEpisode): PlayedEpisode {
    const episode = new PlayedEpisode(place, entry, row, () => this.#loaded());
    const open = this.#playing.episodes.find((one) => one.key === episode.key);
    if (open) return open;
    this.#playing.episodes = [...this.#playing.episodes, episode];
    void episode.load(this.#link, this.#engine, this.#life);
    this.#loaded();
    return episode;
  }

  /** Opens an episode in the place of the one that leads. True when that changed anything. */
  replace(found: ShelfEpisode): boolean {
    const before = this.#playing.leader;
    const opened = this.add(found);
    if (opened === before) return false;
    this.#playing.episodes = this.#playing.episodes.filter((one) => one !== before);
    this.#playing.align();
    this.#playing.seek(0);
    return true;
  }

  close(episode: PlayedEpisode): void {
    this.#playing.episodes = this.#playing.episodes.filter((one) => one !== episode);
    this.#playing.align();
  }

  /** Goes where the page's cursor is, when that is in these runs. */
  async follow({ run, agent, episode, step }: Cursor): Promise<void> {
    if (run === undefined || episode === undefined || !this.#runs.includes(run)) return;
    const isOpen = (one: PlayedEpisode): boolean =>
      one.place.run === run && one.place.episode === episode && (agent === undefined || one.place.agent === agent);
    if (!this.#playing.episodes.some(isOpen)) {
      const found = await this.seek({ run, agent, episode });
      if (this.#life.signal.aborted) return;
      if (found) this.replace(found);
      else this.said = `Episode ${episode} is not over yet, or was never logged.`;
      if (!found) return this.#changed();
    }
    this.#wantedStep = step;
    this.#goToWanted();
    this.#changed();
  }

  async #addWanted(wanted: Wanted): Promise<void> {
    const found = await this.seek(wanted);
    if (found) this.add(found);
    else this.said = `Episode ${wanted.episode} of this run is not there: it is not over yet, or was never logged.`;
  }

  #loaded(): void {
    this.#playing.align();
    this.#goToWanted();
    this.#changed();
  }

  #goToWanted(): void {
    const { leader } = this.#playing;
    if (this.#wantedStep === undefined || !leader || leader.steps.length === 0) return;
    this.#playing.seek(leader.indexOfStep(this.#wantedStep));
    if (leader.state.state === 'ready') this.#wantedStep = undefined;
  }
}
