/**
 * One line of a worker's stdout, judged: a step, an episode, an event of the run's life, or something else.
 *
 * Guarantees
 * - Never throws. Whatever is JSON with "type" step or episode becomes a row; a value its column cannot hold costs that value.
 * - Digits are kept: integers beyond 2^53, and numbers inside of observations as the worker wrote them.
 * Source of names and fallbacks: contracts, section 3.
 */

import type { Cell, Row } from '../../protocol/arrow.ts';
import { type JsonObject, readJson } from '../../protocol/index.ts';
import { booleanCell, clockCell, floatCell, integerCell, textCell } from './fields.ts';
import { type Picture, readPayload } from './render-payload.ts';

/** `row`: cells of the kind's columns. `notes`: what could not be stored, one sentence each. */
export type StepLine = { kind: 'step'; row: Row; picture: Picture | undefined; notes: string[] };
type EpisodeLine = { kind: 'episode'; row: Row; notes: string[] };
export type EventLine = { kind: 'event'; event: LifecycleEvent; row: Row };
type OtherLine = { kind: 'other'; reason: 'text' | 'not-an-object' | 'not-telemetry' | 'broken' };
export type TelemetryLine = StepLine | EpisodeLine | EventLine | OtherLine;

type LifecycleEvent = (typeof lifecycleEvents)[number];
const lifecycleEvents = [
  'run_started',
  'run_completed',
  'run_failed',
  'run_cancelled',
  'heartbeat',
  'checkpoint_saved',
  'checkpoint_loaded',
] as const;

/** What a line does not say of itself. `nowUs`: microseconds since the epoch. */
export type LineDefaults = { agentId: string; nowUs: bigint };

export function readTelemetryLine(text: string, defaults: LineDefaults): TelemetryLine {
  const reading = readJson(text);
  switch (reading.kind) {
    case 'bad':
      return { kind: 'other', reason: /^\s*[{[]/.test(text) ? 'broken' : 'text' };
    case 'other':
      return { kind: 'other', reason: 'not-an-object' };
    case 'object':
      return telemetryOf(reading.object, defaults);
    default:
      return reading satisfies never;
  }
}

function telemetryOf(object: JsonObject, defaults: LineDefaults): TelemetryLine {
  const type = object.string('type')?.toLowerCase();
  if (type === 'step') return stepOf(object, defaults);
  if (type === 'episode') return episodeOf(object, defaults);
  const named = object.string('event')?.toLowerCase();
  const event = lifecycleEvents.find((candidate) => candidate === named);
  if (event === undefined) return { kind: 'other', reason: 'not-telemetry' };
  const ts = clockCell(object, 'ts_unix_ns') ?? defaults.nowUs;
  return { kind: 'event', event, row: { ts, kind: event, detail_json: object.compactWithout('event', 'type') } };
}

function stepOf(object: JsonObject, defaults: LineDefaults): StepLine {
  const notes: string[] = [];
  const payload = object.object('render_payload');
  const reading = payload ? readPayload(payload) : ({ kind: 'other' } as const);
  if (reading.kind === 'broken') notes.push(`render_payload: ${reading.reason}`);
  const row: Row = {
    ...commonCells(object, defaults, notes),
    step_index: integerCell(object, 'step_index', 'step'),
    reward: floatCell(object, 'reward'),
    action_json: textCell(object, 'action_json', 'action'),
    observation_json: textCell(object, 'observation_json', 'observation'),
    render_hint_json: textCell(object, 'render_hint_json', 'render'),
    render_payload_json: reading.kind === 'picture' ? null : textCell(object, 'render_payload'),
    frame_ref: textCell(object, 'frame_ref'),
    policy_label: textCell(object, 'policy_label'),
    backend: textCell(object, 'backend'),
    payload_version: integerCell(object, 'payload_version'),
    episode_seed: integerCell(object, 'episode_seed'),
  };
  return { kind: 'step', row, picture: reading.kind === 'picture' ? reading.picture : undefined, notes };
}

function episodeOf(object: JsonObject, defaults: LineDefaults): EpisodeLine {
  const notes: string[] = [];
  const metadata = metadataOf(object);
  const totalReward = floatCell(object, 'total_reward', 'reward', 'episode_return');
  const common = commonCells(object, defaults, notes);
  const either = <T>(read: (source: JsonObject) => T | null | undefined): T | null | undefined =>
    read(object) ?? (metadata && read(metadata));
  const row: Row = {
    ...common,
    total_reward: totalReward,
    steps: integerCell(object, 'steps', 'num_steps'),
    seed: either((source) => integerCell(source, 'seed')),
    episode_seed: either((source) => integerCell(source, 'episode_seed')),
    mode: either((source) => textCell(source, 'mode')),
    game_id: either((source) => textCell(source, 'game_id')),
    outcome: outcomeWord(common.terminated === true, common.truncated === true, totalReward),
    metadata_json: textCell(object, 'metadata_json', 'metadata'),
  };
  return { kind: 'episode', row, notes };
}

function commonCells(object: JsonObject, defaults: LineDefaults, notes: string[]): Record<string, Cell> {
  const metadata = metadataOf(object);
  const clock = clockCell(object, 'ts_unix_ns');
  if (clock === null) notes.push(`ts_unix_ns: ${object.source('ts_unix_ns')?.slice(0, 80)} is no time in nanoseconds`);
  return {
    agent_id: textCell(object, 'agent_id') || defaults.agentId,
    env_slot: integerCell(object, 'env_slot'),
    episode_index: (metadata && integerCell(metadata, 'episode_index')) ?? integerCell(object, 'episode_index', 'episode'),
    terminated: booleanCell(object, 'terminated'),
    truncated: booleanCell(object, 'truncated'),
    ts: clock ?? defaults.nowUs,
  };
}

function metadataOf(object: JsonObject): JsonObject | undefined {
  const text = object.string('metadata_json');
  if (text === undefined) return object.object('metadata_json') ?? object.object('metadata');
  const reading = readJson(text);
  return reading.kind === 'object' ? reading.object : object.object('metadata');
}

/** The words of limits: contracts, section 4. */
function outcomeWord(isTerminated: boolean, isTruncated: boolean, totalReward: Cell): string {
  if (isTerminated) {
    const total = typeof totalReward === 'number' ? totalReward : 0;
    return total > 0 ? 'Success' : total < 0 ? 'Failed' : 'Completed';
  }
  return isTruncated ? 'Timeout' : 'Running';
}
