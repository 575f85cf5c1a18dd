/** The last line of LiveTelemetry: what is stored, shown, skipped, thinned and late, how far it is durable, and how fast it came. */
import { html, type TemplateResult } from 'lit';
import type { TelemetryStore } from '../stores/telemetry-store.ts';
import { ago, count, decimal } from '../styles/words.ts';

/** `room`: class that hides it where there is little room. */
type Part = { text: string; exact: string; room?: 'roomy' | 'wide' };

export function ledgerLine(store: TelemetryStore, hasEnded: boolean, nowMs: number): TemplateResult {
  return html`<footer class="foot" aria-label="Ledger">${ledgerParts(store, hasEnded, nowMs).map(
    ({ text, exact, room }) => html`<span class="part ${room ?? ''}" title=${exact}>${text}</span>`,
  )}</footer>`;
}

function ledgerParts(store: TelemetryStore, hasEnded: boolean, nowMs: number): Part[] {
  const { steps, episodes, watermarks, healed, latencyMs, totals } = store.ledger;
  const missed = steps.skipped + steps.overflowed + episodes.skipped + episodes.overflowed;
  const age = store.durableAtMs === undefined || hasEnded ? '' : `, ${ago(nowMs - store.durableAtMs)}`;
  const parts: Part[] = [
    {
      text: `stored ${count(watermarks.steps)}`,
      exact: `${count(watermarks.steps)} steps and ${count(watermarks.episodes)} episodes are on disk`,
    },
    {
      text: `shown ${count(steps.shown + steps.fromHistory)}`,
      exact: `steps since this view opened: ${count(steps.shown)} live of ${count(steps.delivered)} delivered and ${count(steps.published)} published; ${count(steps.fromHistory)} from history`,
    },
    {
      text: `skipped ${count(missed)}${healed ? ` (healed ${count(healed)})` : ''}`,
      exact: `rows this view was too slow for (${count(steps.skipped + episodes.skipped)}) or that overflowed (${count(steps.overflowed + episodes.overflowed)}); all are stored`,
    },
  ];
  if (steps.thinned > 0)
    parts.push({
      text: `thinned ${count(steps.thinned)}`,
      exact: 'steps left out because only every n-th is asked for; all are stored',
      room: 'roomy',
    });
  parts.push(
    {
      text: `late ${count(totals?.late ?? 0)}`,
      exact: 'rows that reached the daemon after newer ones of their worker',
      room: 'roomy',
    },
    {
      text: `durable to step ${count(watermarks.steps)}${age}`,
      exact: 'the last sequence number known to be on disk',
      room: 'wide',
    },
  );
  if (latencyMs)
    parts.push({
      text: `${decimal(latencyMs.p50, 0)} ms to pixel`,
      exact: `step logged to painted: p50 ${decimal(latencyMs.p50, 0)} ms, p95 ${decimal(latencyMs.p95, 0)} ms over ${count(latencyMs.samples)} paints`,
    });
  return parts;
}
