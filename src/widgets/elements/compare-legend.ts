/** The groups of a comparison as chips: line, name, n seeds, what is missing; a click draws a group or leaves it out. */
import { html, nothing, type TemplateResult } from 'lit';
import type { RunGroup } from '../comparison/groups.ts';
import { fewestSeeds } from '../stats/group-figures.ts';
import { dashes, seriesStyle } from '../styles/palette.ts';

export type LegendGroup = { group: RunGroup; colour: string; dash: readonly number[]; isShown: boolean; isBaseline: boolean };

/** Every group with its look: a colour of its own while there are enough, and always another dash than its neighbour. */
export function legendGroups(
  groups: readonly RunGroup[],
  hidden: readonly string[],
  baseline: RunGroup | undefined,
): LegendGroup[] {
  const taken = new Set<string>();
  return groups.map((group, at) => {
    const first = group.runs[0]?.run_id ?? group.key;
    let { colour } = seriesStyle(first);
    for (let ordinal = 1; ordinal < 6 && taken.has(colour); ordinal++) ({ colour } = seriesStyle(first, ordinal));
    taken.add(colour);
    const dash = dashes[at % dashes.length] ?? [];
    return { group, colour, dash, isShown: !hidden.includes(group.key), isBaseline: group === baseline };
  });
}

export function compareLegend(groups: readonly LegendGroup[], toggle: (key: string) => void): TemplateResult {
  return html`<div class="legend" role="group" aria-label="Groups: a click leaves one out or draws it again">
    ${groups.map((one) => chip(one, toggle))}
  </div>`;
}

function chip({ group, colour, dash, isShown, isBaseline }: LegendGroup, toggle: (key: string) => void): TemplateResult {
  const n = group.runs.length;
  const few = n < fewestSeeds ? `, of ${n === 1 ? 'one run' : 'two runs'} an interval says little` : '';
  const missing = group.missingSeeds.length > 0 ? `, seeds missing here: ${group.missingSeeds.join(', ')}` : '';
  const title = `${group.label}: ${n} ${n === 1 ? 'run' : 'runs'}${few}${missing}${isBaseline ? ', baseline' : ''}`;
  return html`<button class="chip" aria-pressed=${isShown} title=${title} @click=${() => toggle(group.key)}>
    <svg width="22" height="8" aria-hidden="true"><line x1="0" y1="4" x2="22" y2="4" stroke=${colour} stroke-width=${isBaseline ? 3 : 2} stroke-dasharray=${dash.join(' ') || nothing} /></svg>
    <span class="label">${group.label}</span>
    <span class="small ${n < fewestSeeds ? 'few' : 'quiet'}">n ${n}${n < fewestSeeds ? ' △' : ''}</span>
    ${group.missingSeeds.length > 0 ? html`<span class="small quiet">${missingWords(group.missingSeeds)}</span>` : nothing}
    ${isBaseline ? html`<span class="small quiet">baseline</span>` : nothing}
  </button>`;
}

function missingWords(seeds: readonly string[]): string {
  const shown = seeds.slice(0, 3).join(', ');
  return `${seeds.length > 1 ? 'seeds' : 'seed'} ${shown}${seeds.length > 3 ? ` and ${seeds.length - 3} more` : ''} missing`;
}
