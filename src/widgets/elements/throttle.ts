/** The render throttle as a slider: show every n-th step of each agent, from the next row on. What is stored does not change. */
import { html, type TemplateResult } from 'lit';
import { count } from '../styles/words.ts';
import { thinnings, withChosen } from './live-settings.ts';

/** `every`: the choice in force, which may be none of the usual ones. */
export function throttle(every: number, choose: (every: number) => void): TemplateResult {
  const choices = withChosen(thinnings, every);
  const chosen = (event: Event): void => {
    const next = choices[Number((event.target as HTMLInputElement).value)];
    if (next !== undefined && next !== every) choose(next);
  };
  const words = every === 1 ? 'every step' : `one of ${count(every)} steps`;
  return html`<label class="quiet thinning" title="Show every n-th step; all of them are stored">every
    <input type="range" min="0" max=${choices.length - 1} step="1" aria-label="Show every n-th step" aria-valuetext=${words}
      .value=${String(choices.indexOf(every))} @input=${chosen} />
    <output>${count(every)}</output></label>`;
}
