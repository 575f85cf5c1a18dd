/** What went wrong with a run and in this view of it, above the list of events: failure, rejected lines, gaps. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Gap, RowKind } from '../../protocol/index.ts';
import type { GapSpan } from '../stores/gap-list.ts';
import type { TelemetryStore } from '../stores/telemetry-store.ts';
import { count } from '../styles/words.ts';

const gapsListed = 20;

const reasons: Record<Gap['reason'], string> = {
  credit: 'this view was slower than the run',
  overflow: 'more came at once than could wait',
  unreachable: 'the daemon did not deliver them',
};

/** `failure`: why the run failed; empty when it did not. */
export function troubleList(store: TelemetryStore, failure: string): TemplateResult | typeof nothing {
  const { rejected = 0 } = store.totals ?? {};
  const lines = [
    ...(failure ? [`The run failed: ${failure}`] : []),
    ...(rejected > 0
      ? [
          `${count(rejected)} ${rejected === 1 ? 'row or line' : 'rows or lines'} could not be stored. Events named rejected_lines show samples.`,
        ]
      : []),
    ...gapLines(store),
  ];
  if (lines.length === 0) return nothing;
  return html`<ul class="trouble" aria-label="What went wrong" tabindex="0">${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

function gapLines({ gaps }: TelemetryStore): string[] {
  const all = (Object.entries(gaps) as [RowKind, { spans: readonly GapSpan[] }][]).flatMap(([kind, { spans }]) =>
    spans.map((span) => ({ kind, span })),
  );
  const newest = all.slice(-gapsListed).reverse();
  const lines = newest.map(({ kind, span }) => gapLine(kind, span));
  if (all.length > newest.length) lines.push(`and ${count(all.length - newest.length)} gaps before these`);
  return lines;
}

function gapLine(kind: RowKind, { first, last, rows, healedRows, reason }: GapSpan): string {
  const healed =
    healedRows >= rows
      ? 'filled from history'
      : healedRows > 0
        ? `${count(healedRows)} filled from history`
        : 'stored, not shown live';
  return `${kind} ${count(first)} to ${count(last)}: ${count(rows)} rows skipped here, ${reasons[reason]}; ${healed}`;
}
