/**
 * The last line of LiveTelemetry: what is stored, shown, skipped, thinned and late, how far it is durable, and how fast it came.
 * Where there is little room the words become fewer; how old the watermark is and the way to the pixel stay.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { TelemetryStore } from '../stores/telemetry-store.ts';
import { ago, count, decimal } from '../styles/words.ts';

/** `room`: class that hides it where there is little room; `more` is hidden before `text` is. */
type Part = { text: string; more?: string; exact: string; room?: 'roomy' | 'wide' };

export function ledgerLine(store: TelemetryStore, hasEnded: boolean, nowMs: number): TemplateResult {
  return html`<footer class="foot" aria-label="Ledger">${ledgerParts(store, hasEnded, nowMs).map(
    ({ text, more, exact, room }) =>
      html`<span class="part ${room ?? ''}" title=${exact}>${text}${more ? html`<span class="wide">${more}</span>` : nothing}</span>`,
  )}</footer>`;
}

function ledgerParts(store: TelemetryStore, hasEnded: boolean, nowMs: number): Part[] {
  const { steps, episodes, watermarks, healed, latencyMs, totals } = store.ledger;
  if (watermarks.steps + watermarks.episodes === 0 && store.tallies.metrics.watermark > 0) return valueParts(store);
  const missed = steps.skipped + steps.overflowed + episodes.skipped + episodes.overflowed;
  const age = store.durableAtMs === undefined || hasEnded ? undefined : ago(nowMs - store.durableAtMs);
  const parts: Part[] = [
    {
      text: `stored ${count(watermarks.steps)}`,
      exact: `${count(watermarks.steps)} steps and ${count(watermarks.episodes)} episodes are on disk`,
    },
    {
      text: `shown ${count(steps.shown + steps.fromHistory)}`,
      room: 'wide',
      exact: `steps since this view opened: ${count(steps.shown)} live of ${count(steps.delivered)} delivered and ${count(steps.published)} published; ${count(steps.fromHistory)} from history`,
    },
    {
      text: `skipped ${count(missed)}`,
      ...(healed > 0 && { more: ` (healed ${count(healed)})` }),
      exact: `rows this view was too slow for (${count(steps.skipped + episodes.skipped)}) or that overflowed (${count(steps.overflowed + episodes.overflowed)}); all are stored`,
    },
  ];
  if (steps.thinned > 0)
    parts.push({
      text: `thinned ${count(steps.thinned)}`,
      exact: 'steps left out because only every n-th is asked for; all are stored',
      room: 'roomy',
    });
  parts.push(...runParts(store));
  parts.push(
    {
      text: `late ${count(totals?.late ?? 0)}`,
      exact: 'rows that reached the daemon after newer ones of their worker',
      room: 'roomy',
    },
    {
      text: age === undefined ? 'durable' : `durable ${age}`,
      more: ` to step ${count(watermarks.steps)}`,
      exact: `steps up to ${count(watermarks.steps)} are known to be on disk; this was news ${age ?? 'before the end'}`,
    },
  );
  if (latencyMs)
    parts.push({
      text: `${decimal(latencyMs.p50, 0)} ms to pixel`,
      exact: `step logged to painted: p50 ${decimal(latencyMs.p50, 0)} ms, p95 ${decimal(latencyMs.p95, 0)} ms over ${count(latencyMs.samples)} paints`,
    });
  return parts;
}

/** Of a run that has logged values and neither steps nor episodes. */
function valueParts(store: TelemetryStore): Part[] {
  const { counts, watermark } = store.tallies.metrics;
  const missed = counts.skipped + counts.overflowed;
  return [
    { text: `stored ${count(watermark)} values`, exact: `${count(watermark)} logged values are on disk` },
    { text: `shown ${count(counts.shown + counts.fromHistory)}`, exact: 'logged values that came to this view' },
    { text: `skipped ${count(missed)}`, exact: 'logged values this view was too slow for; all are stored' },
    ...runParts(store),
  ];
}

/** What the run's own settings did to its rows; nothing where they did nothing. */
function runParts({ totals }: TelemetryStore): Part[] {
  const { thinned = 0, violations = 0, removed = 0 } = totals ?? {};
  const parts: Part[] = [
    {
      text: `kept without ${count(thinned)} payloads`,
      exact: `steps whose render payload or observation the run was set not to keep: ${count(thinned)}`,
      room: 'roomy',
    },
    {
      text: `violations ${count(violations)}`,
      exact: 'rows that do not fit the schema their worker registered; all are stored, and "duallane status" shows samples',
    },
    { text: `removed ${count(removed)}`, exact: 'rows that retention has let go of, because of their age or size' },
  ];
  return parts.filter((_, i) => [thinned, violations, removed][i] !== 0);
}
