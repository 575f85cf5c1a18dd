/**
 * Which episodes a player shows and where it is: one place for all of them, on the axis that aligns them. No drawing here.
 *
 * Guarantees
 * - The place is a step of the episode that leads; the others follow by the alignment.
 * - While it plays it stops once where episodes of one seed first differ, and at the end.
 */
import { type Alignment, axisOf, firstDivergence, leaderOf, type Mark, stepAt } from './episode-alignment.ts';
import type { PlayedEpisode } from './played-episode.ts';

export const speeds = [0.25, 0.5, 1, 2, 4, 8] as const;
/** Steps a second where nobody says how fast an environment is watched. */
const usualFps = { recorded: 30, drawn: 8 };

export class EpisodePlaying {
  episodes: readonly PlayedEpisode[] = [];
  alignment: Alignment = 'step';
  speed = 1;
  isPlaying = false;
  /** Index into the steps of the episode that leads. */
  at = 0;
  /** Why it stopped where it did. */
  said = '';
  #axes: Float64Array[] = [];
  #leader = 0;
  #divergence: { at: number; sentence: string } | undefined;
  #hasStopped = false;
  /** Steps that are due and not taken: less than one. */
  #due = 0;

  get leader(): PlayedEpisode | undefined {
    return this.episodes[this.#leader];
  }

  get leaderIndex(): number {
    return this.#leader;
  }

  get steps(): number {
    return this.leader?.steps.length ?? 0;
  }

  get fps(): number {
    return this.leader?.fps ?? (this.leader?.recording ? usualFps.recorded : usualFps.drawn);
  }

  get marks(): readonly Mark[] {
    const marks = this.leader?.marks ?? [];
    if (!this.#divergence) return marks;
    const divergence: Mark = { at: this.#divergence.at, label: this.#divergence.sentence, kind: 'divergence' };
    return [...marks, divergence].sort((a, b) => a.at - b.at);
  }

  /** To be called when episodes came, went or changed. */
  align(): void {
    const step = this.leader?.steps[this.at]?.step;
    this.#axes = this.episodes.map((episode) => axisOf(episode.steps, this.alignment));
    const before = this.leader;
    this.#leader = this.episodes.length === 0 ? 0 : leaderOf(this.#axes);
    if (step !== undefined && this.leader === before && before) this.at = before.indexOfStep(step);
    this.at = Math.max(0, Math.min(this.at, this.steps - 1));
    this.#divergence = this.#findDivergence();
  }

  /** Index of the step that episode `index` shows. */
  placeOf(index: number): number {
    if (index === this.#leader) return this.at;
    const place = this.#axes[this.#leader]?.[this.at];
    const axis = this.#axes[index];
    return place === undefined || !axis || axis.length === 0 ? 0 : stepAt(axis, place, this.alignment);
  }

  /** Goes to a step of the leader; tells what is there. */
  seek(at: number): void {
    this.at = Math.max(0, Math.min(Math.round(at), this.steps - 1));
    this.#due = 0;
    this.#hasStopped = this.#divergence !== undefined && this.at >= this.#divergence.at;
    this.said = '';
  }

  /** Goes to the next mark (1) or the one before (-1). */
  jump(direction: 1 | -1): void {
    const places = this.marks.map((mark) => mark.at);
    const to = direction > 0 ? places.find((at) => at > this.at) : places.findLast((at) => at < this.at);
    if (to === undefined) return;
    this.seek(to);
    this.said = [...new Set(this.marks.filter((mark) => mark.at === to).map((mark) => mark.label))].join(', ');
  }

  play(isPlaying: boolean): void {
    if (isPlaying && this.at >= this.steps - 1) this.seek(0);
    this.isPlaying = isPlaying && this.steps > 1;
    this.#due = 0;
  }

  /** Goes on by the time that has passed. True when the place changed. */
  advance(elapsedMs: number): boolean {
    if (!this.isPlaying) return false;
    this.#due += (elapsedMs / 1000) * this.fps * this.speed;
    const whole = Math.floor(this.#due);
    if (whole === 0) return false;
    this.#due -= whole;
    let to = Math.min(this.at + whole, this.steps - 1);
    const divergence = this.#divergence;
    if (divergence && !this.#hasStopped && this.at < divergence.at && to >= divergence.at) {
      to = divergence.at;
      this.#hasStopped = true;
      this.isPlaying = false;
      this.said = divergence.sentence;
    }
    this.at = to;
    if (this.at >= this.steps - 1) this.isPlaying = false;
    return true;
  }

  #findDivergence(): { at: number; sentence: string } | undefined {
    const { leader } = this;
    if (!leader || leader.seed === undefined) return undefined;
    let first: { at: number; sentence: string } | undefined;
    for (const other of this.episodes) {
      if (other === leader || other.seed !== leader.seed) continue;
      const found = firstDivergence(leader.steps, other.steps);
      if (!found || (first && first.at <= found.at)) continue;
      const [one, two] = found.values.map((value) => (value.length > 24 ? `${value.slice(0, 24)}…` : value));
      const step = leader.steps[found.at]?.step ?? found.at;
      first = {
        at: found.at,
        sentence: `Of seed ${leader.seed} the first difference is at step ${step}: ${found.what} ${one} and ${two}`,
      };
    }
    return first;
  }
}
