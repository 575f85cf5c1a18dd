/**
 * Which episodes of a run are recorded, as its configuration says under `duallane.record`:
 *   {"every": 10, "best": true, "worst": true, "failures": true, "failure_below": 20, "budget_mb": 256, "every_step": false,
 *    "frames": "auto"}
 * or only a number (every that many episodes), true (best, worst and failures), or text ("every=10,best"). Nothing is recorded unless it is asked for.
 *
 * A failure is what recording/failure-rule.ts says, or an episode with a return below `failure_below`. `frames`: "auto" makes JPEGs of those that do not pack without a loss, "lossless" of none,
 * "jpeg" of all that can be. `every_step` is the worker's: it renders each step of every k-th episode, which slows those.
 */
import { DuallaneError, limits } from '../../protocol/index.ts';

export const frameForms = ['auto', 'lossless', 'jpeg'] as const;
export type FrameForm = (typeof frameForms)[number];

export type RecordPolicy = {
  /** Episodes whose index this divides; 0 for none. */
  every: number;
  best: boolean;
  worst: boolean;
  failures: boolean;
  failureBelow?: number;
  budgetBytes: number;
  frames: FrameForm;
};

export const noRecording: RecordPolicy = {
  every: 0,
  best: false,
  worst: false,
  failures: false,
  budgetBytes: limits.recordingBudgetBytes,
  frames: 'auto',
};

const keys = ['every', 'best', 'worst', 'failures', 'failure_below', 'budget_mb', 'every_step', 'frames'];

/** Throws `config-invalid` and names what is wrong. */
export function readRecordPolicy(value: unknown): RecordPolicy {
  if (value === undefined || value === null || value === false) return noRecording;
  if (value === true) return { ...noRecording, best: true, worst: true, failures: true };
  if (typeof value === 'number') return readRecordPolicy({ every: value });
  if (typeof value === 'string') return readRecordPolicy(fieldsOf(value));
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid('record: is an object, a whole number, true or false');
  const fields = value as Record<string, unknown>;
  const strange = Object.keys(fields).find((key) => !keys.includes(key));
  if (strange !== undefined) throw invalid(`record.${strange}: is not a known key; there are ${keys.join(', ')}`);
  const { every = 0, best = false, worst = false, failures = false, failure_below: below, budget_mb: budget } = fields;
  if (!Number.isSafeInteger(every) || (every as number) < 0) throw invalid('record.every: is a whole number of 0 or more');
  for (const [name, flag] of Object.entries({ best, worst, failures, every_step: fields.every_step ?? false }))
    if (typeof flag !== 'boolean') throw invalid(`record.${name}: is true or false`);
  if (below !== undefined && !Number.isFinite(below)) throw invalid('record.failure_below: is a number');
  if (budget !== undefined && !(typeof budget === 'number' && budget >= 1 && budget <= 1e6))
    throw invalid('record.budget_mb: is a number of megabytes, 1 or more');
  const form = frameForms.find((known) => known === (fields.frames ?? 'auto'));
  if (!form) throw invalid(`record.frames: is one of ${frameForms.join(', ')}`);
  return {
    every: every as number,
    best: best as boolean,
    worst: worst as boolean,
    failures: (failures as boolean) || below !== undefined,
    ...(below !== undefined && { failureBelow: below as number }),
    budgetBytes: budget === undefined ? limits.recordingBudgetBytes : Math.round((budget as number) * 1_000_000),
    frames: form,
  };
}

/** "every=10,best,frames=jpeg" */
function fieldsOf(text: string): Record<string, unknown> {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  return Object.fromEntries(
    parts.map((part) => {
      const [name = '', value] = part.split('=', 2).map((word) => word.trim());
      const number = Number(value);
      return [name, value === undefined ? true : Number.isNaN(number) ? value : number];
    }),
  );
}

/** True when some episodes are recorded without being asked for one by one. */
export function recordsAnything({ every, best, worst, failures }: RecordPolicy): boolean {
  return every > 0 || best || worst || failures;
}

/** The policy in words; empty for nothing. */
export function recordSentence({ every, best, worst, failures, failureBelow, frames }: RecordPolicy): string {
  const parts = [
    every === 1 ? 'every episode' : every > 1 ? `every ${every} episodes` : '',
    best && worst ? 'the best and the worst so far' : best ? 'the best so far' : worst ? 'the worst so far' : '',
    failures ? `failures${failureBelow === undefined ? '' : ` (below ${failureBelow})`}` : '',
  ];
  const told = parts.filter(Boolean).join(', ');
  return told && frames !== 'auto' ? `${told}; ${frames === 'jpeg' ? 'as JPEG' : 'lossless'}` : told;
}

const invalid = (sentence: string): DuallaneError => new DuallaneError('config-invalid', `duallane.${sentence}`);
