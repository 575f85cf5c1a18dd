/**
 * config_json of SubmitRun: check it, name every problem, bring it to its canonical form and digest.
 * Source: contracts, section 1; vectors: proto/fixtures/run-digest.golden.json.
 */
import { createHash } from 'node:crypto';
import { DuallaneError, type RunConfig, sentenceOf, validators } from '../../protocol/index.ts';
import { type Json, parseJson, plainOf, printJson } from './python-json.ts';
import { isUlid } from './ulid.ts';

export type SubmittedConfig = {
  config: RunConfig & { metadata: Readonly<Record<string, unknown>> };
  /** Lowercase hex SHA-256 of the canonical form. */
  digest: string;
  canonicalJson: string;
  /** metadata.worker.config.run_id when that is a ULID. */
  runId?: string;
  /** metadata.worker.config as it came, for the worker's config file. */
  workerConfig?: Json;
};

/** Throws `config-invalid` with "path: message" of every problem, joined by "; ". */
export function readRunConfig(text: string): SubmittedConfig {
  const json = parse(text);
  const plain = plainOf(json);
  if (!validators.runConfig(plain)) {
    const problems = (validators.runConfig.errors ?? []).map((error) => `${pathOf(error)}: ${messageOf(error)}`);
    throw new DuallaneError('config-invalid', [...new Set(problems)].join('; '));
  }
  const canonicalJson = printJson(canonical(json));
  const workerConfig = field(field(field(json, 'metadata'), 'worker'), 'config');
  const runId = field(workerConfig, 'run_id');
  return {
    config: { metadata: {}, ...(plain as RunConfig) },
    digest: createHash('sha256').update(canonicalJson).digest('hex'),
    canonicalJson,
    ...(runId?.kind === 'string' && isUlid(runId.value) ? { runId: runId.value } : {}),
    ...(workerConfig ? { workerConfig } : {}),
  };
}

/** A run's configuration as plain values; {} for none. Throws `config-invalid`. */
export function plainConfig(text: string): unknown {
  return text.trim() === '' ? {} : plainOf(parse(text));
}

function parse(text: string): Json {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new DuallaneError('config-invalid', `config_json: is not JSON (${sentenceOf(cause)})`, { cause });
  }
}

/** The canonical form: keys in their fixed order, defaults filled in; free objects as they came. */
function canonical(json: Json): Json {
  const resources = field(json, 'resources');
  const gpus = field(resources, 'gpus');
  const artifacts = field(json, 'artifacts');
  const schedule = field(json, 'schedule');
  return object([
    ['run_name', field(json, 'run_name')],
    ['entry_point', field(json, 'entry_point')],
    ['arguments', field(json, 'arguments')],
    ['environment', field(json, 'environment')],
    [
      'resources',
      object([
        ['cpus', field(resources, 'cpus')],
        ['memory_mb', field(resources, 'memory_mb')],
        [
          'gpus',
          object([
            ['requested', field(gpus, 'requested')],
            ['mandatory', field(gpus, 'mandatory') ?? word('false')],
          ]),
        ],
      ]),
    ],
    [
      'artifacts',
      object([
        ['output_prefix', field(artifacts, 'output_prefix') ?? word('null')],
        ['persist_logs', field(artifacts, 'persist_logs') ?? word('true')],
        ['keep_checkpoints', field(artifacts, 'keep_checkpoints') ?? word('true')],
      ]),
    ],
    ['metadata', field(json, 'metadata') ?? object([])],
    [
      'schedule',
      schedule &&
        object([
          ['max_duration_seconds', field(schedule, 'max_duration_seconds')],
          ['max_steps', field(schedule, 'max_steps')],
        ]),
    ],
  ]);
}

function field(json: Json | undefined, key: string): Json | undefined {
  return json?.kind === 'object' ? json.fields.get(key) : undefined;
}

function object(entries: readonly (readonly [string, Json | undefined])[]): Json {
  return { kind: 'object', fields: new Map(entries.flatMap(([key, value]) => (value ? [[key, value] as const] : []))) };
}

const word = (text: string): Json => ({ kind: 'word', text });

type Problem = { instancePath: string; message?: string; keyword: string; params: Record<string, unknown> };

function pathOf(error: Problem): string {
  const named = error.params.missingProperty ?? error.params.additionalProperty;
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (typeof named === 'string') path.push(named);
  return path.length === 0 ? 'config_json' : path.join('.');
}

function messageOf(error: Problem): string {
  switch (error.keyword) {
    case 'required':
      return 'is missing';
    case 'additionalProperties':
      return 'is not a known key';
    default:
      return error.message ?? error.keyword;
  }
}
