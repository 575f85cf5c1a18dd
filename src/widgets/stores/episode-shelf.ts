/**
 * The episodes of a player's runs that can be opened: those with a recording, and those that history has rows of.
 *
 * Guarantees: what one source cannot give the other still does; `sentence` says what is missing.
 */
import { type RecordingList, sentenceOf } from '../../protocol/index.ts';
import type { PageLink } from '../link/page-link.ts';
import type { SqlEngine } from '../sql/index.ts';
import { askEpisode, askEpisodes, type EpisodePlace, type EpisodeRow, episodesMost } from './episode-questions.ts';
import type { RecordedEntry } from './played-episode.ts';

export type ShelfEpisode = { place: EpisodePlace; entry: RecordedEntry | undefined; row: EpisodeRow | undefined };
/** What is asked for: an episode, of the first run when it names none, of whatever agent has it when it names none. */
export type Wanted = { run?: string | undefined; agent?: string | undefined; slot?: number | undefined; episode: number };

const reasonWords: Record<string, string> = {
  every: 'by turn',
  best: 'as the best so far',
  worst: 'as the worst so far',
  failure: 'as a failure',
  demand: 'on demand',
};

/** Why an episode was recorded. */
export function whyRecorded({ reasons }: RecordedEntry): string {
  return `recorded ${reasons.map((reason) => reasonWords[reason] ?? reason).join(', ')}`;
}

export class EpisodeShelf {
  readonly lists = new Map<string, RecordingList>();
  readonly rows = new Map<string, readonly EpisodeRow[]>();
  sentence = '';
  readonly #link: PageLink;
  readonly #engine: SqlEngine;
  readonly #runs: readonly string[];

  constructor(link: PageLink, engine: SqlEngine, runs: readonly string[]) {
    this.#link = link;
    this.#engine = engine;
    this.#runs = runs;
  }

  /** Asks what is recorded. True when something changed. */
  async lookForRecordings(life: { signal: AbortSignal }): Promise<boolean> {
    const before = JSON.stringify([...this.lists.values()]);
    let sentence = '';
    for (const run of this.#runs) {
      try {
        this.lists.set(run, await this.#link.recordings(run, life));
      } catch (error) {
        sentence = sentenceOf(error);
      }
    }
    this.sentence = sentence;
    return before !== JSON.stringify([...this.lists.values()]);
  }

  /** Asks history which episodes there are. */
  async lookForRows(life: { signal: AbortSignal }): Promise<void> {
    for (const run of this.#runs) {
      try {
        this.rows.set(run, await askEpisodes(this.#engine, run, life));
      } catch (error) {
        if (!life.signal.aborted) this.sentence = sentenceOf(error);
      }
    }
  }

  /** Recorded ones, newest first. */
  get recorded(): ShelfEpisode[] {
    return [...this.lists].flatMap(([run, { recordings }]) => recordings.map((entry) => this.#ofEntry(run, entry))).reverse();
  }

  find({ run, agent, slot, episode }: Wanted): ShelfEpisode | undefined {
    const fits = (other: { agent: string }, otherSlot: number): boolean =>
      (agent === undefined || other.agent === agent) && (slot === undefined || otherSlot === slot);
    for (const id of run === undefined ? this.#runs : [run]) {
      const entry = this.lists.get(id)?.recordings.findLast((one) => one.episode === episode && fits(one, one.env_slot));
      if (entry) return this.#ofEntry(id, entry);
      const row = this.rows.get(id)?.find((one) => one.episode === episode && fits(one, one.slot));
      if (row) return { place: placeOf(row), entry: undefined, row };
    }
    return undefined;
  }

  /** As `find`, and asks history for an episode that lies before the newest ones that are listed. */
  async seek(wanted: Wanted, life: { signal: AbortSignal }): Promise<ShelfEpisode | undefined> {
    const found = this.find(wanted);
    if (found) return found;
    for (const run of wanted.run === undefined ? this.#runs : [wanted.run]) {
      const listed = this.rows.get(run) ?? [];
      if (listed.length < episodesMost) continue;
      const rows = await askEpisode(this.#engine, run, wanted.episode, life);
      this.rows.set(run, [...listed, ...rows]);
    }
    return this.find(wanted);
  }

  /** What to open when nobody chose: a failure, else the worst, else the newest recording, else the newest episode. */
  get first(): ShelfEpisode | undefined {
    const { recorded } = this;
    const because = (reason: string) => recorded.find(({ entry }) => entry?.reasons.includes(reason));
    const newest = [...this.rows.values()].find((rows) => rows.length > 0)?.[0];
    return (
      because('failure') ??
      because('worst') ??
      recorded[0] ??
      (newest && { place: placeOf(newest), entry: undefined, row: newest })
    );
  }

  #ofEntry(run: string, entry: RecordedEntry): ShelfEpisode {
    const { agent, env_slot: slot, episode } = entry;
    const place = { run, agent, slot, episode };
    const row = this.rows.get(run)?.find((one) => one.episode === episode && one.agent === agent && one.slot === slot);
    return { place, entry, row };
  }
}

const placeOf = ({ run, agent, slot, episode }: EpisodeRow): EpisodePlace => ({ run, agent, slot, episode });
