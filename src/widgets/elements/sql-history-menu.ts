/** The questions asked in this browser before, to be asked again. */
import { html, nothing, type TemplateResult } from 'lit';
import { askedBefore, browserShelf } from '../sql/index.ts';
import { ago, count } from '../styles/words.ts';
import { span } from './sql-words.ts';

/** Nothing when none was asked yet. */
export function sqlHistoryMenu(ask: (sql: string) => void): TemplateResult | typeof nothing {
  const asked = askedBefore(browserShelf());
  if (asked.length === 0) return nothing;
  const again = ({ currentTarget }: Event): void => {
    const select = currentTarget as HTMLSelectElement;
    const found = select.value === '' ? undefined : asked[Number(select.value)];
    select.value = '';
    if (found) ask(found.sql);
  };
  return html`<select class="wordy" aria-label="Questions asked before" @change=${again}>
    <option value="">History</option>
    ${asked.map(({ sql, rows, tookMs, atMs }, index) => html`<option value=${index}>${sql.replace(/\s+/g, ' ').slice(0, 72)} · ${count(rows)} rows, ${span(tookMs)}, ${ago(Date.now() - atMs)}</option>`)}
  </select>`;
}
