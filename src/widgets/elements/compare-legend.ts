/** The groups of a comparison as chips: line, name, n seeds, what is missing; a click draws a group or leaves it out. */
import { html, nothing, type TemplateResult } from 'lit';
import type { RunGroup } from '../comparison/groups.ts';
import type { CurveTheme } from '../plots/curve.ts';
import { fewestSeeds } from '../stats/group-figures.ts';
import { dashes, onGround, seriesStyle } from '../styles/palette.ts';

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

const legendHeight = 24;

/** The chart with the groups' names over it: a picture has no chips beside it. */
export function withLegend(
  chart: HTMLCanvasElement,
  groups: readonly LegendGroup[],
  theme: CurveTheme,
): HTMLCanvasElement | undefined {
  const ratio = globalThis.devicePixelRatio || 1;
  const whole = document.createElement('canvas');
  whole.width = chart.width;
  whole.height = chart.height + Math.round(legendHeight * ratio);
  const pen = whole.getContext('2d');
  if (!pen) return undefined;
  pen.fillStyle = theme.ground;
  pen.fillRect(0, 0, whole.width, whole.height);
  pen.drawImage(chart, 0, whole.height - chart.height);
  pen.scale(ratio, ratio);
  pen.font = `12px ${theme.font}`;
  pen.textBaseline = 'middle';
  const shown = groups.filter(({ isShown }) => isShown);
  let left = 12;
  for (const [at, { group, colour, dash, isBaseline }] of shown.entries()) {
    const text = `${group.label.slice(0, 40)} n ${group.runs.length}${isBaseline ? ' baseline' : ''}`;
    const width = 44 + pen.measureText(text).width;
    if (left + width > chart.width / ratio) {
      pen.fillStyle = theme.quiet;
      pen.fillText(`and ${shown.length - at} more`, left, legendHeight / 2);
      break;
    }
    pen.strokeStyle = onGround(colour, theme.ground);
    pen.lineWidth = isBaseline ? 3 : 2;
    pen.setLineDash([...dash]);
    pen.beginPath();
    pen.moveTo(left, legendHeight / 2);
    pen.lineTo(left + 22, legendHeight / 2);
    pen.stroke();
    pen.fillStyle = theme.text;
    pen.fillText(text, left + 28, legendHeight / 2);
    left += width;
  }
  return whole;
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
