/**
 * What the steps of a worker should be, by the schema it registered, and where they are not.
 *
 * Any schema_id: a render payload is an object that keeps to the form its `mode` names (grid, rgb_array, graph); an observation is
 *   JSON, or raw bytes that are as many as its dtype and shape say; env_slot counts from 0.
 * schema_id ending in ".grid", ".rgb" or ".graph" (or just that word): every render payload is of that form.
 * schema_id ending in ".vector": every step has its observation as raw bytes with dtype and shape.
 *
 * Guarantees: looks only; every row is stored whatever this says. At most one violation a row: the first one found.
 */
import type { RecordBatch } from 'apache-arrow';
import { columnData, dictionaryTexts, layoutRunsOf, numbersOf } from '../../protocol/arrow.ts';
import { type JsonObject, readJson } from '../../protocol/index.ts';
import { readPayload } from '../proxy/index.ts';
import { gridProblem } from './grid-schema.ts';

export type StepSchema = { payload: 'grid' | 'rgb' | 'graph' | undefined; needsTensor: boolean };
/** Of one agent; up to `samplesMost` of them told in words. */
export type Violations = { agentId: string; count: number; samples: string[] };

const samplesMost = 8;

export function stepSchemaOf(schemaId: string): StepSchema {
  const form = schemaId.toLowerCase().split('.').at(-1);
  return {
    payload: form === 'grid' || form === 'rgb' || form === 'graph' ? form : undefined,
    needsTensor: form === 'vector',
  };
}

/** What does not fit in a batch of steps, by agent. */
export function stepViolations(batch: RecordBatch, schema: StepSchema): Violations[] {
  const agents = columnData(batch, 'agent_id');
  const names = dictionaryTexts(agents);
  const episodes = numbersOf(batch, 'episode_index');
  const steps = numbersOf(batch, 'step_index');
  const slots = columnData(batch, 'env_slot').values as Int32Array;
  const payloads = batch.getChild('render_payload_json');
  const texts = batch.getChild('observation_json');
  const tensors = batch.getChild('observation');
  const tensorBytes = tensorSizes(batch);
  const found = new Map<string, Violations>();
  for (let row = 0; row < batch.numRows; row++) {
    const problem =
      ((slots[row] as number) < 0 ? `env_slot ${slots[row]} is below 0` : undefined) ??
      payloadProblem(payloads?.get(row) as string | null, schema) ??
      observationProblem(texts?.get(row) as string | null, tensors?.get(row) as Uint8Array | null, tensorBytes(row), schema);
    if (problem === undefined) continue;
    const agentId = names[agents.values[row]] as string;
    const of = found.get(agentId) ?? { agentId, count: 0, samples: [] };
    found.set(agentId, of);
    of.count += 1;
    if (of.samples.length < samplesMost) of.samples.push(`episode ${episodes[row]} step ${steps[row]}: ${problem}`);
  }
  return [...found.values()];
}

function payloadProblem(text: string | null, { payload: wanted }: StepSchema): string | undefined {
  if (text === null || text === '') return undefined;
  const reading = readJson(text);
  if (reading.kind === 'bad') return `the render payload is not JSON (${reading.reason})`;
  if (reading.kind !== 'object') return `the render payload is ${reading.value}, not an object`;
  const form = formOf(reading.object);
  if (wanted !== undefined && form !== wanted) return `the render payload is ${form ?? 'of no known form'}, not ${wanted}`;
  if (form === 'grid') return gridProblem(reading.object);
  if (form === 'graph') return graphProblem(reading.object);
  const picture = readPayload(reading.object);
  return picture.kind === 'broken' ? picture.reason : undefined;
}

function formOf(payload: JsonObject): StepSchema['payload'] {
  const mode = payload.string('mode')?.toLowerCase();
  if (mode === 'grid' || (mode === undefined && (payload.kind('grid') ?? payload.kind('tiles')) !== undefined)) return 'grid';
  if (mode === 'graph' || (mode === undefined && payload.kind('nodes') !== undefined)) return 'graph';
  return readPayload(payload).kind === 'other' ? undefined : 'rgb';
}

function graphProblem(payload: JsonObject): string | undefined {
  for (const key of ['nodes', 'edges']) if (payload.kind(key) !== 'array') return `a graph's "${key}" is not an array`;
  return undefined;
}

function observationProblem(
  text: string | null,
  tensor: Uint8Array | null,
  bytes: number | undefined,
  { needsTensor }: StepSchema,
): string | undefined {
  if (tensor !== null) {
    if (bytes === undefined) return 'the observation is raw bytes without a dtype and shape that are known';
    return tensor.byteLength === bytes
      ? undefined
      : `the observation has ${tensor.byteLength} bytes, its dtype and shape say ${bytes}`;
  }
  if (needsTensor) return 'there is no observation as raw bytes with dtype and shape';
  if (text === null || text === '') return undefined;
  const reading = readJson(text);
  return reading.kind === 'bad' ? `the observation is not JSON (${reading.reason})` : undefined;
}

/** Bytes that the field's dtype and shape say a row's observation has; undefined where they do not. */
function tensorSizes(batch: RecordBatch): (row: number) => number | undefined {
  const metadata = batch.schema.fields.find(({ name }) => name === 'observation')?.metadata ?? new Map<string, string>();
  const runs = layoutRunsOf(metadata, batch.numRows).map(([rows, layout]) => ({ rows, bytes: bytesOf(layout) }));
  return (row) => {
    let before = 0;
    for (const { rows, bytes } of runs) {
      before += rows;
      if (row < before) return bytes;
    }
    return undefined;
  };
}

/** numpy's names: "<f4", "float32", "bool"; shape as a JSON array. */
function bytesOf({ dtype = '', shape = '' }: Readonly<Record<string, string>>): number | undefined {
  const name = dtype.replace(/^[<>|=]/, '');
  const long = /^(?:u?int|float|complex)(8|16|32|64|128)$/.exec(name)?.[1];
  const short = /^[iufcb](1|2|4|8|16)$/.exec(name)?.[1];
  const item = name === 'bool' || name === '?' ? 1 : long === undefined ? Number(short) : Number(long) / 8;
  const sides = /^\[(\d{1,9}(?:, ?\d{1,9})*,?)?\]$/.exec(shape) && shape.match(/\d+/g)?.map(Number);
  if (!(item > 0) || (sides === null && shape !== '[]')) return undefined;
  return (sides ?? []).reduce((product, side) => product * side, item);
}
