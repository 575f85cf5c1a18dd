/**
 * Between the source's row messages and rows of our columns.
 *
 * Guarantees: nothing a message holds makes it throw. A value its column cannot hold is left to the Arrow encoder, which stores
 * the column's zero and reports it.
 */
import type { Row } from './arrow/rows.ts';
import type { Timestamp } from './generated/grpc/google/protobuf/timestamp.ts';
import type * as trainer from './generated/grpc/gymgui/trainer/trainer.ts';

const usPerSecond = 1_000_000n;
const int64Max = (1n << 63n) - 1n;

export function rowOfStep(step: trainer.RunStep, nowMs: number): Row {
  return {
    agent_id: step.agentId || 'default',
    env_slot: 0,
    episode_index: step.episodeIndex,
    step_index: step.stepIndex,
    reward: step.reward,
    terminated: step.terminated,
    truncated: step.truncated,
    ts: microseconds(step.timestamp, nowMs),
    action_json: text(step.actionJson),
    observation_json: text(step.observationJson),
    render_hint_json: text(step.renderHintJson),
    render_payload_json: text(step.renderPayloadJson),
    frame_ref: text(step.frameRef),
    policy_label: text(step.policyLabel),
    backend: text(step.backend),
    payload_version: step.payloadVersion,
    episode_seed: step.episodeSeed === 0n ? null : step.episodeSeed,
  };
}

export function rowOfEpisode(episode: trainer.RunEpisode, nowMs: number): Row {
  const metadata = objectOf(episode.metadataJson);
  return {
    agent_id: episode.agentId || 'default',
    env_slot: 0,
    episode_index: episode.episodeIndex,
    total_reward: episode.totalReward,
    steps: episode.steps,
    terminated: episode.terminated,
    truncated: episode.truncated,
    ts: microseconds(episode.timestamp, nowMs),
    seed: integer(metadata.seed),
    episode_seed: integer(metadata.episode_seed),
    mode: string(metadata.mode),
    game_id: string(metadata.game_id),
    outcome: outcomeWord(episode),
    metadata_json: text(episode.metadataJson),
  };
}

/** The source's words for how an episode ended. */
function outcomeWord(episode: Pick<trainer.RunEpisode, 'terminated' | 'truncated' | 'totalReward'>): string {
  if (episode.terminated) return episode.totalReward > 0 ? 'Success' : episode.totalReward < 0 ? 'Failed' : 'Completed';
  return episode.truncated ? 'Timeout' : 'Running';
}

type StoredRow = Readonly<Record<string, unknown>>;

export function stepOfRow(
  row: StoredRow,
  ids: { runId: string; workerId: string; seqId: number; observation: string },
): trainer.RunStep {
  return {
    runId: ids.runId,
    episodeIndex: uint64(row.episode_index),
    stepIndex: uint64(row.step_index),
    actionJson: string(row.action_json) ?? '',
    observationJson: ids.observation,
    reward: number(row.reward),
    terminated: row.terminated === true,
    truncated: row.truncated === true,
    timestamp: timestamp(row.ts),
    policyLabel: string(row.policy_label) ?? '',
    backend: string(row.backend) ?? '',
    seqId: BigInt(ids.seqId),
    agentId: string(row.agent_id) ?? '',
    renderHintJson: string(row.render_hint_json) ?? '',
    frameRef: string(row.frame_ref) ?? '',
    payloadVersion: Math.max(0, number(row.payload_version)),
    renderPayloadJson: string(row.render_payload_json) ?? '',
    episodeSeed: uint64(row.episode_seed),
    workerId: ids.workerId,
  };
}

export function episodeOfRow(row: StoredRow, ids: { runId: string; workerId: string; seqId: number }): trainer.RunEpisode {
  return {
    runId: ids.runId,
    episodeIndex: uint64(row.episode_index),
    totalReward: number(row.total_reward),
    steps: uint64(row.steps),
    terminated: row.terminated === true,
    truncated: row.truncated === true,
    metadataJson: string(row.metadata_json) ?? '',
    timestamp: timestamp(row.ts),
    seqId: BigInt(ids.seqId),
    agentId: string(row.agent_id) ?? '',
    workerId: ids.workerId,
  };
}

/** A sentinel the encoder cannot fit stays visible: a time beyond int64 microseconds is passed on as it is. */
function microseconds(at: Timestamp | undefined, nowMs: number): bigint {
  if (!at) return BigInt(nowMs) * 1000n;
  const value = at.seconds * usPerSecond + BigInt(Math.trunc(at.nanos / 1000));
  return value;
}

function timestamp(us: unknown): Timestamp {
  const value = typeof us === 'bigint' ? us : BigInt(typeof us === 'number' ? us : 0);
  const seconds = value / usPerSecond - (value % usPerSecond < 0n ? 1n : 0n);
  return { seconds, nanos: Number(value - seconds * usPerSecond) * 1000 };
}

const text = (value: string): string | null => (value === '' ? null : value);
const string = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const number = (value: unknown): number => (typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0);

function uint64(value: unknown): bigint {
  const exact = typeof value === 'bigint' ? value : typeof value === 'number' ? BigInt(value) : 0n;
  return exact < 0n ? 0n : exact;
}

function integer(value: unknown): bigint | null {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return null;
  return BigInt(value) > int64Max ? null : BigInt(value);
}

function objectOf(json: string): Readonly<Record<string, unknown>> {
  if (!json.startsWith('{')) return {};
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return {}; // kept as it is in metadata_json
  }
}
