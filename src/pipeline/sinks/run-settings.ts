/**
 * How one run's history is kept, as its configuration says: the form, which heavy columns of steps stay, whether rows are checked.
 *
 * Written as `duallane` in the configuration of OpenRun, or in the metadata of SubmitRun's:
 *   {"history": "parquet" | "sqlite", "keep": {"render_payloads": true, "observations": true, "heavy_every": 1}, "validate": false,
 *    "retain": "forever" | {"days": 30, "bytes": 2000000000},
 *    "record": see record-policy.ts}
 * Rewards, flags, indices and times of steps, and all episodes, metrics and events stay whatever this says,
 * until retention (see retention.ts) lets go of an ended run's rows.
 */
import { DuallaneError } from '../../protocol/index.ts';
import { type HistoryForm, historyForms } from '../history/index.ts';
import { type RecordPolicy, readRecordPolicy } from './record-policy.ts';
import type { RunRetention } from './retention.ts';

export type KeepRules = {
  renderPayloads: boolean;
  observations: boolean;
  /** Heavy columns stay in steps whose index this divides, and in the last step of an episode. */
  heavyEvery: number;
};
export type RunSettings = {
  history?: HistoryForm;
  keep: KeepRules;
  validate: boolean;
  record?: RecordPolicy;
  retain?: RunRetention;
};

const keepEverything: KeepRules = { renderPayloads: true, observations: true, heavyEvery: 1 };
export const defaultSettings: RunSettings = { keep: keepEverything, validate: false };

/** The settings a run's configuration asks for. Throws `config-invalid` and names what is wrong. */
export function readRunSettings(config: unknown): RunSettings {
  const fields = fieldsOf(config, 'config_json');
  const own = fields.duallane ?? (isObject(fields.metadata) ? fields.metadata.duallane : undefined);
  if (own === undefined) return defaultSettings;
  const { history, keep = {}, validate = false, retain, record, ...unknown } = fieldsOf(own, 'duallane');
  const { render_payloads = true, observations = true, heavy_every = 1, ...unknownRules } = fieldsOf(keep, 'duallane.keep');
  const strange = [...Object.keys(unknown), ...Object.keys(unknownRules).map((name) => `keep.${name}`)];
  if (strange.length > 0) throw invalid(`duallane.${strange[0]}: is not a known key`);
  const form = historyForms.find((known) => known === history);
  if (history !== undefined && form === undefined) throw invalid(`duallane.history: is one of ${historyForms.join(', ')}`);
  if (!Number.isSafeInteger(heavy_every) || (heavy_every as number) < 1)
    throw invalid('duallane.keep.heavy_every: is a whole number of 1 or more');
  return {
    ...(form && { history: form }),
    keep: {
      renderPayloads: flag(render_payloads, 'keep.render_payloads'),
      observations: flag(observations, 'keep.observations'),
      heavyEvery: heavy_every as number,
    },
    validate: flag(validate, 'validate'),
    ...(retain !== undefined && { retain: retentionOf(retain) }),
    ...(record !== undefined && { record: readRecordPolicy(record) }),
  };
}

function retentionOf(retain: unknown): RunRetention {
  if (retain === 'forever') return {};
  const { days, bytes, ...unknown } = fieldsOf(retain, 'duallane.retain');
  const [strange] = Object.keys(unknown);
  if (strange !== undefined) throw invalid(`duallane.retain.${strange}: is not a known key`);
  if (days === undefined && bytes === undefined) throw invalid('duallane.retain: is "forever", or names days, bytes or both');
  return {
    ...(days !== undefined && { days: positive(days, 'retain.days') }),
    ...(bytes !== undefined && { bytes: positive(bytes, 'retain.bytes') }),
  };
}

function positive(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) throw invalid(`duallane.${name}: is a number above 0`);
  return value;
}

/** The rules in a sentence, for people who read the ledger. */
export function keepSentence({ renderPayloads, observations, heavyEvery }: KeepRules): string {
  const gone = [...(renderPayloads ? [] : ['render payloads']), ...(observations ? [] : ['observations'])];
  const parts = gone.length > 0 ? [`without ${gone.join(' and ')}`] : [];
  if (heavyEvery > 1 && gone.length < 2)
    parts.push(`heavy columns of every ${heavyEvery}${ordinal(heavyEvery)} step and of last steps`);
  return parts.length === 0 ? 'everything' : parts.join(', ');
}

function ordinal(number: number): string {
  if (number % 100 >= 11 && number % 100 <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][number % 10] ?? 'th';
}

function flag(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw invalid(`duallane.${name}: is true or false`);
  return value;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fieldsOf(value: unknown, name: string): Record<string, unknown> {
  if (!isObject(value)) throw invalid(`${name}: is an object`);
  return value;
}

const invalid = (sentence: string): DuallaneError => new DuallaneError('config-invalid', sentence);
