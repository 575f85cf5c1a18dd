/** Why a question was not answered: the line with the word that is wrong, the sentence, and what would have worked at a click. */
import { html, nothing, type TemplateResult } from 'lit';
import type { PlacedError } from './sql-error-place.ts';

const titles: Record<string, string> = {
  'sql-refused': 'This cell only reads',
  'sql-failed': 'The question could not be answered',
  'sql-parameter': 'A value is missing',
  'sql-memory': 'The answer is too large for the page',
  'history-too-large': 'Too much history for the page',
  'sql-extension': 'The page cannot answer this, and nobody beside it does',
  'history-unreachable': 'The history could not be reached',
  'engine-start': 'The SQL engine did not start',
};

export function sqlFailure(
  code: string,
  { sentence, place, instead }: PlacedError,
  mend: (place: NonNullable<PlacedError['place']>, word: string) => void,
): TemplateResult {
  return html`<div class="wrong" role="alert">
    <h4><span class="dot" data-state="error"></span>${titles[code] ?? titles['sql-failed']}</h4>
    ${place ? html`<pre tabindex="0" aria-label="Where the question went wrong">${place.text.slice(0, place.start)}<b>${place.text.slice(place.start, place.end)}</b>${place.text.slice(place.end)}\n${' '.repeat(place.start)}<b>${'^'.repeat(Math.max(1, place.end - place.start))}</b></pre>` : nothing}
    <p>${sentence}</p>
    ${place && instead.length > 0 ? html`<p class="instead">${instead.map((word) => html`<button class="fix" @click=${() => mend(place, word)}>Use ${word}</button>`)}</p>` : nothing}
  </div>`;
}
