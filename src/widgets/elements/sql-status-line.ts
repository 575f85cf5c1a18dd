/** The line over a result: how a question goes, what its answer is of, or that the answer is an earlier one. */
import { html, type TemplateResult } from 'lit';
import { ago, count } from '../styles/words.ts';
import type { Asking } from './sql-asking.ts';
import type { SavedAnswer } from './sql-rows.ts';
import { progressLine, progressShare, reachTitle, span, summaryLine } from './sql-words.ts';

type Seen = {
  now: Asking;
  /** The answer that stands while the same question is asked again by itself. */
  standing: SavedAnswer | undefined;
  /** An answer out of the notebook's file. */
  saved: SavedAnswer | undefined;
  /** Are there rows below? */
  hasRows: boolean;
};

export function sqlStatusLine({ now, standing, saved, hasRows }: Seen): TemplateResult {
  switch (now.state) {
    case 'running': {
      if (standing) return html`<span>${standing.line}</span>`;
      const share = progressShare(now.progress);
      const bar =
        share === undefined
          ? html`<div class="share unknown"></div>`
          : html`<div class="share" style="width: ${Math.max(1, share * 100)}%"></div>`;
      return html`<span>${progressLine(now.progress, now.answer?.rows ?? 0, performance.now() - now.sinceMs)}</span>${bar}`;
    }
    case 'answered':
      return html`<span title=${reachTitle(now.summary.reach)}>${summaryLine(now.summary)}</span>`;
    case 'failed':
      return html`<span>Not answered</span>`;
    case 'cancelled':
      return html`<span>Cancelled after ${span(now.afterMs)}.${belowWords(now.rows, hasRows)}</span>`;
    case 'idle':
      return saved
        ? html`<span title=${new Date(saved.at_ms).toLocaleString()}>${savedWords(saved)}</span>`
        : html`<span>Nothing asked yet</span>`;
    default:
      return now satisfies never;
  }
}

/** What the grid shows after a cancellation. */
function belowWords(rows: number, hasRows: boolean): string {
  if (rows > 0) return ` The ${count(rows)} rows that had come are below.`;
  return hasRows ? ' The answer below is an earlier one.' : '';
}

function savedWords(saved: SavedAnswer): string {
  const shown =
    (saved.cells.length < saved.rows ? `${count(saved.cells.length)} of ` : '') +
    `${count(saved.rows)} ${saved.rows === 1 ? 'row' : 'rows'}`;
  return `Saved answer, ${ago(Date.now() - saved.at_ms)} · ${shown} · run to ask again`;
}
