/** The head of RunCompare: how it stands, the zoom, and every choice of what is drawn and compared against what. */
import { html, nothing, type TemplateResult } from 'lit';
import { flatConfig, type RunGroup } from '../comparison/groups.ts';
import { metricName } from '../comparison/run-curve.ts';
import { count } from '../styles/words.ts';
import { axes, bands, type CompareSettings, smoothingLabel, smoothings } from './compare-settings.ts';
import { type CompareState, runCount } from './compare-words.ts';
import type { ViewSettings } from './view-element.ts';

type Seen = {
  state: CompareState;
  groups: readonly RunGroup[];
  baseline: RunGroup | undefined;
  chosen: CompareSettings;
  /** Names of values, and agents, that these runs have logged. */
  metrics: readonly string[];
  agents: readonly string[];
};
type Acts = { keep(change: ViewSettings): void; zoom(factor: number): void; showAll(): void };
type Choice = { value: string; label: string };

export function compareBar(seen: Seen, acts: Acts): TemplateResult {
  const { state, groups } = seen;
  const runs = runCount(groups);
  return html`<header class="bar">
      <span class="dot" data-state=${state.state === 'loading' ? 'connecting' : state.state} role="img" aria-label=${state.state}></span>
      <span class="name">${count(groups.length)} ${groups.length === 1 ? 'group' : 'groups'}, ${count(runs)} ${runs === 1 ? 'run' : 'runs'}</span>
      <span class="status quiet">${state.state}</span>
      <span class="fill"></span>
      <span class="zoom" role="group" aria-label="Zoom">
        <button title="Zoom in (also Ctrl + wheel)" aria-label="Zoom in" @click=${() => acts.zoom(0.7)}>+</button>
        <button title="Zoom out" aria-label="Zoom out" @click=${() => acts.zoom(1 / 0.7)}>−</button>
        <button title="Show everything (also a double click)" @click=${() => acts.showAll()}>all</button>
      </span>
    </header>
    <div class="bar choices">${choices(seen, acts)}</div>`;
}

function choices({ groups, baseline, chosen, metrics, agents }: Seen, { keep }: Acts): (TemplateResult | typeof nothing)[] {
  const { by, value, axis, agent, smoothing, band, better, at, threshold } = chosen;
  const logged = unique([...metrics.map((name) => `metric:${name}`), ...[value, axis].filter((each) => metricName(each))]);
  const named = logged.map((metric) => ({ value: metric, label: metricName(metric) ?? '' }));
  const plain = (words: readonly string[]): Choice[] => words.map((word) => ({ value: word, label: word }));
  const values = [{ value: 'return', label: 'return' }, { value: 'length', label: 'episode length' }, ...named];
  const groupings = [{ value: 'seed', label: 'all but the seed' }, ...plain(['name', 'run', ...configKeys(groups)])];
  const smooths = unique([...smoothings, smoothing]).map((words) => ({ value: words, label: smoothingLabel(words) }));
  const against = [{ value: '', label: 'nothing' }, ...groups.map((group) => ({ value: firstRun(group), label: group.label }))];
  const whose = [{ value: '', label: 'all' }, ...plain(unique([...agents, ...(agent ? [agent] : [])]))];
  return [
    // Which way is better belongs to a value: another one begins with its own.
    select('show', values, value, (next) => keep({ value: next, better: undefined })),
    select('better', plain(['higher', 'lower']), better, (next) => keep({ better: next })),
    select('over', [...axes, ...named], axis, (next) => keep({ axis: next })),
    select('group by', groupings, by, (next) => keep({ by: next })),
    select('smooth', smooths, smoothing, (next) => keep({ smoothing: next })),
    select('band', bands, band, (next) => keep({ band: next })),
    select('against', against, baseline ? firstRun(baseline) : '', (next) => keep({ baseline: next || undefined })),
    number('at', 'Where groups are compared; empty: the furthest that every run has come to', at, (next) => keep({ at: next })),
    number('level', 'What it takes to come to this level; empty: the baseline’s value', threshold, (next) =>
      keep({ threshold: next }),
    ),
    agents.length > 1 || agent !== undefined
      ? select('agent', whose, agent ?? '', (next) => keep({ agent: next || undefined }))
      : nothing,
  ];
}

function select(label: string, offered: readonly Choice[], chosen: string, choose: (value: string) => void): TemplateResult {
  return html`<label class="quiet">${label}
    <select aria-label=${label} @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
      ${offered.map(({ value, label: words }) => html`<option value=${value} .selected=${value === chosen}>${words}</option>`)}</select></label>`;
}

function number(
  label: string,
  hint: string,
  chosen: number | undefined,
  choose: (value: number | undefined) => void,
): TemplateResult {
  const changed = ({ target }: Event): void => {
    const { value, valueAsNumber } = target as HTMLInputElement;
    choose(value === '' || !Number.isFinite(valueAsNumber) ? undefined : valueAsNumber);
  };
  return html`<label class="quiet" title=${hint}>${label}
    <input type="number" step="any" aria-label=${label} placeholder="by itself" .value=${chosen === undefined ? '' : String(chosen)} @change=${changed} /></label>`;
}

/** Stands for its group in settings: Python and another grouping know it too. */
function firstRun({ key, runs }: RunGroup): string {
  return runs[0]?.run_id ?? key;
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)];
}

/** Keys whose values are not the same in all runs: what else could be grouped by. */
function configKeys(groups: readonly RunGroup[]): string[] {
  const values = new Map<string, Set<string>>();
  const configs = groups.flatMap(({ runs }) => runs.map(({ config_json }) => flatConfig(config_json)));
  for (const config of configs) for (const [key, value] of config) values.set(key, (values.get(key) ?? new Set()).add(value));
  return [...values].filter(([key, found]) => found.size > 1 && !['seed', 'name', 'run'].includes(key)).map(([key]) => key);
}
