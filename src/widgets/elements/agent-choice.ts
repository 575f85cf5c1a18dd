/** Which agent's rows are shown: tabs for a few agents of short names, a list for others and where there is little room. */
import { html, nothing, type TemplateResult } from 'lit';

/** Of all tabs' names together: they stand in a header beside the run's controls. */
const tabsCharactersMost = 16;

/** `choose` gets '' for all agents. */
export function agentChoice(
  known: readonly string[],
  chosen: string | undefined,
  choose: (agent: string) => void,
): TemplateResult | typeof nothing {
  const agents = chosen !== undefined && !known.includes(chosen) ? [...known, chosen] : known;
  if (agents.length < 2 && chosen === undefined) return nothing;
  const hasTabs = agents.join('').length <= tabsCharactersMost;
  return html`${hasTabs ? tabs(agents, chosen, choose) : nothing}
    <select class="agents ${hasTabs ? 'narrow' : ''}" aria-label="Agent" title="Agent" @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
      <option value="" .selected=${chosen === undefined}>all agents</option>
      ${agents.map((name) => html`<option value=${name} .selected=${name === chosen}>${name}</option>`)}
    </select>`;
}

function tabs(agents: readonly string[], chosen: string | undefined, choose: (agent: string) => void): TemplateResult {
  const choices: [string, string][] = [['', 'all'], ...agents.map((name): [string, string] => [name, name])];
  const keyed = (event: KeyboardEvent): void => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const at = choices.findIndex(([value]) => value === (chosen ?? ''));
    const next = (at + move + choices.length) % choices.length;
    const group = event.currentTarget as HTMLElement;
    choose(choices[next]?.[0] ?? '');
    group.querySelectorAll<HTMLElement>('button')[next]?.focus();
  };
  return html`<div class="agent-tabs" role="radiogroup" aria-label="Agent" @keydown=${keyed}>
    ${choices.map(
      ([
        value,
        label,
      ]) => html`<button role="radio" aria-checked=${value === (chosen ?? '') ? 'true' : 'false'} tabindex=${value === (chosen ?? '') ? 0 : -1}
        title=${label} @click=${() => choose(value)}>${label}</button>`,
    )}
  </div>`;
}
