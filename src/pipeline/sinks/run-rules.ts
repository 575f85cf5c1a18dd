/** What the configurations of runs say of their histories: kept in the catalogue, each read once. */
import type { Catalogue, HistoryForm } from '../history/index.ts';
import { defaultSettings, type RunSettings } from './run-settings.ts';

export class RunRules {
  readonly #catalogue: Catalogue;
  readonly #defaultForm: HistoryForm;
  readonly #known = new Map<string, RunSettings>();

  /** `defaultForm`: of runs that have none of their own. */
  constructor(catalogue: Catalogue, defaultForm: HistoryForm) {
    this.#catalogue = catalogue;
    this.#defaultForm = defaultForm;
  }

  /** On disk when this returns. */
  configure(runId: string, settings: RunSettings): void {
    const { history, ...rules } = settings;
    this.#catalogue.setRules(runId, JSON.stringify(rules));
    if (history !== undefined) this.#catalogue.setForm(runId, history);
    this.#known.delete(runId);
  }

  of(runId: string): RunSettings {
    const known = this.#known.get(runId);
    if (known !== undefined) return known;
    const rules = { ...defaultSettings, ...(JSON.parse(this.#catalogue.rulesOf(runId) ?? '{}') as Partial<RunSettings>) };
    this.#known.set(runId, rules);
    return rules;
  }

  formOf(runId: string): HistoryForm {
    return this.#catalogue.formOf(runId) ?? this.#defaultForm;
  }

  /** A run keeps the form its first part got, whatever the daemon's default becomes. */
  fixForm(runId: string): HistoryForm {
    const form = this.formOf(runId);
    if (this.#catalogue.formOf(runId) === undefined) this.#catalogue.setForm(runId, form);
    return form;
  }
}
