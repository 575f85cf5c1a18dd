/** The buttons that move a player, its speed, and the keys that do the same. */
import { html, type TemplateResult } from 'lit';
import { type EpisodePlaying, speeds } from '../stores/episode-playing.ts';
import { cameraIcon, pauseIcon, resumeIcon } from '../styles/icons.ts';
import { cellNumber, count } from '../styles/words.ts';

export type Moves = {
  seek(at: number): void;
  /** To the next place worth looking at (1), or the one before (-1). */
  jump(direction: 1 | -1): void;
  play(isPlaying: boolean): void;
};
type Acts = Moves & { setSpeed(speed: number): void; savePicture(): void };

export function episodeTransport(playing: EpisodePlaying, acts: Acts): TemplateResult {
  const { isPlaying, at, steps, marks, speed, fps, leader } = playing;
  const button = (label: string, shown: unknown, isOff: boolean, act: () => void): TemplateResult =>
    html`<button title=${label} aria-label=${label} ?disabled=${isOff} @click=${act}>${shown}</button>`;
  const hint =
    leader?.fps === undefined
      ? `the environment does not say how fast it is watched: ${fps} steps a second`
      : `${fps} steps a second, as the environment says`;
  return html`<div class="transport">
    ${button('To the event before (Shift+Left)', '⇤', !marks.some((mark) => mark.at < at), () => acts.jump(-1))}
    ${button('One step back (Left)', '‹', at === 0, () => acts.seek(at - 1))}
    <button class="play" title=${isPlaying ? 'Pause (Space)' : 'Play (Space)'} aria-label=${isPlaying ? 'Pause' : 'Play'} ?disabled=${steps < 2}
      @click=${() => acts.play(!isPlaying)}>${isPlaying ? pauseIcon : resumeIcon}</button>
    ${button('One step on (Right)', '›', at >= steps - 1, () => acts.seek(at + 1))}
    ${button('To the next event (Shift+Right)', '⇥', !marks.some((mark) => mark.at > at), () => acts.jump(1))}
    <span class="where small quiet">${placeWords(playing)}</span>
    <span class="fill"></span>
    <label class="quiet small" title=${hint}>speed <select aria-label="Speed" @change=${(event: Event) => acts.setSpeed(Number((event.target as HTMLSelectElement).value))}>
      ${speeds.map((one) => html`<option value=${one} .selected=${one === speed}>${one === 0.25 ? '¼' : one === 0.5 ? '½' : one}× · ${cellNumber(one * fps)}/s</option>`)}
    </select></label>
    ${button('Save this picture', cameraIcon, steps === 0, () => acts.savePicture())}
  </div>`;
}

/** "step 12 · 13 of 200". */
export function placeWords({ leader, at, steps }: EpisodePlaying): string {
  const step = leader?.steps[at]?.step;
  return step === undefined ? '' : `step ${count(step)} · ${count(at + 1)} of ${count(steps)}`;
}

/** Does what a key means in a player. Fields keep their keys, and a button that has the focus its own Space. */
export function moveByKey(event: KeyboardEvent, { at, steps, isPlaying }: EpisodePlaying, { seek, jump, play }: Moves): void {
  const target = event.composedPath()[0];
  const isField = target instanceof HTMLSelectElement || target instanceof HTMLInputElement;
  if (isField || event.ctrlKey || event.metaKey || event.altKey || steps === 0) return;
  const acts: Record<string, () => void> = {
    ArrowLeft: () => (event.shiftKey ? jump(-1) : seek(at - 1)),
    ArrowRight: () => (event.shiftKey ? jump(1) : seek(at + 1)),
    PageUp: () => seek(at - 10),
    PageDown: () => seek(at + 10),
    Home: () => seek(0),
    End: () => seek(steps - 1),
    ' ': () => play(!isPlaying),
  };
  const act = event.key === ' ' && target instanceof HTMLButtonElement ? undefined : acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}
