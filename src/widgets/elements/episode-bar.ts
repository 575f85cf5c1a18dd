/** The head of a player: which episode, what stands beside it and how they are aligned, the values under the frame, films. */
import { html, nothing, type TemplateResult } from 'lit';
import { type Alignment, alignments } from '../stores/episode-alignment.ts';
import { type ShelfEpisode, whyRecorded } from '../stores/episode-shelf.ts';
import type { PlayedEpisode } from '../stores/played-episode.ts';
import { cellNumber, count } from '../styles/words.ts';
import type { FilmFormat } from './episode-export.ts';

type Seen = {
  /** The run's name, and its id. */
  name: string;
  run: string;
  recorded: readonly ShelfEpisode[];
  leader: PlayedEpisode | undefined;
  episodes: number;
  episodesMost: number;
  alignment: Alignment;
  /** Names of the values that are shown under the frame by choice. */
  names: readonly string[];
  /** What this browser can make. */
  formats: readonly FilmFormat[];
  isFilming: boolean;
};
type Acts = {
  go(episode: number): void;
  open(episode: ShelfEpisode): void;
  putBeside(episode: ShelfEpisode): void;
  align(alignment: Alignment): void;
  toggleName(name: string): void;
  save(format: FilmFormat): void;
};

export function episodeBar(seen: Seen, acts: Acts): TemplateResult {
  const { name, run, recorded, leader, episodes, alignment, names, formats } = seen;
  const valueNames = leader?.valueNames ?? [];
  const cannot = (['mp4', 'webm'] as const).filter((format) => !formats.includes(format));
  return html`
    <header class="bar">
      <span class="name" title=${run}>${name}</span>
      <label class="quiet">episode
        <input class="number" type="number" min="0" aria-label="Number of the episode" .value=${String(leader?.place.episode ?? '')}
          @change=${(event: Event) => acts.go(Number((event.target as HTMLInputElement).value))} /></label>
      <select class="choice" aria-label="Recorded episodes" ?disabled=${recorded.length === 0} @change=${onChoice((at) => withEpisode(recorded, at, acts.open))}>
        <option value="" selected>${recorded.length === 0 ? 'none recorded' : `${count(recorded.length)} recorded…`}</option>
        ${recorded.map((one, at) => html`<option value=${at}>${labelOf(one)}</option>`)}
      </select>
      <select class="choice" aria-label="Put an episode beside" ?disabled=${recorded.length === 0 || episodes >= seen.episodesMost} @change=${onChoice((at) => withEpisode(recorded, at, acts.putBeside))}>
        <option value="" selected>beside it…</option>
        ${recorded.map((one, at) => html`<option value=${at}>${labelOf(one)}</option>`)}
      </select>
      <span class="fill"></span>
      ${
        episodes < 2
          ? nothing
          : html`<label class="quiet">align by <select aria-label="Align by" @change=${(event: Event) => acts.align((event.target as HTMLSelectElement).value as Alignment)}>
        ${alignments.map((one) => html`<option value=${one} .selected=${one === alignment}>${one}</option>`)}</select></label>`
      }
      <select class="names" aria-label="Values under the frame" ?disabled=${valueNames.length === 0} @change=${onChoice(acts.toggleName)}>
        <option value="" selected>values…</option>
        ${valueNames.map((one) => html`<option value=${one}>${names.includes(one) ? '✓ ' : ''}${one}</option>`)}
      </select>
      <select class="export" aria-label="Save as a film" ?disabled=${!leader || leader.steps.length === 0 || seen.isFilming} @change=${onChoice((format) => acts.save(format as FilmFormat))}>
        <option value="" selected>save…</option>
        ${formats.map((format) => html`<option value=${format}>${format.toUpperCase()}</option>`)}
        ${cannot.map((format) => html`<option disabled>${format.toUpperCase()}: this browser cannot encode it</option>`)}
      </select>
    </header>`;
}

/** A menu: what is chosen is done, and its title shows again. */
function onChoice(act: (value: string) => void): (event: Event) => void {
  return ({ target }) => {
    const select = target as HTMLSelectElement;
    const { value } = select;
    select.value = '';
    if (value !== '') act(value);
  };
}

function withEpisode(recorded: readonly ShelfEpisode[], at: string, act: (episode: ShelfEpisode) => void): void {
  const found = recorded[Number(at)];
  if (found) act(found);
}

function labelOf({ place, entry, row }: ShelfEpisode): string {
  const total = row?.totalReward ?? entry?.total_reward ?? undefined;
  const parts = [`${place.episode}`, total === undefined ? '' : `return ${cellNumber(total)}`, entry ? whyRecorded(entry) : ''];
  return parts.filter(Boolean).join(' · ');
}
