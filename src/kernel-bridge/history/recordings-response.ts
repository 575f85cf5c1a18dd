/** GET recordings/<run>: what is recorded of a run's frames (proto/recordings.schema.json). The bytes are parts. */
import type { RecordingList } from '../../protocol/index.ts';
import type { duallane } from '../../protocol/wire.ts';
import { type DaemonConnection, listRecordings } from '../hub/index.ts';
import type { PartNames } from './part-names.ts';
import { runIdOf } from './tail-response.ts';

/** Rejects with `tail-request`, `run-unknown`, `not-implemented`, or gRPC's ServiceError. */
export async function recordingsOf(
  segment: string,
  { parts, connection, signal }: { parts: PartNames; connection: DaemonConnection; signal: AbortSignal },
): Promise<RecordingList> {
  const run = runIdOf(segment);
  const answer = await listRecordings(connection.clients(), run, signal);
  for (const recording of answer.recordings) parts.learn(recording);
  return {
    run,
    policy: answer.policy,
    live: answer.live,
    budget_bytes: Number(answer.budgetBytes),
    used_bytes: Number(answer.usedBytes),
    evicted: Number(answer.evicted),
    passed: Number(answer.passed),
    failed: Number(answer.failed),
    recordings: answer.recordings.map(entryOf),
  };
}

function entryOf(one: duallane.Recording): RecordingList['recordings'][number] {
  const { seconds, nanos } = one.recordedAt ?? { seconds: 0n, nanos: 0 };
  return {
    name: one.name,
    agent: one.agentId,
    env_slot: one.envSlot,
    episode: Number(one.episodeIndex),
    seed: one.seed === undefined ? null : Number(one.seed),
    steps: one.steps === undefined ? null : Number(one.steps),
    total_reward: one.totalReward ?? null,
    terminated: one.terminated,
    truncated: one.truncated,
    reasons: one.reasons,
    frames: Number(one.frames),
    jpeg_frames: Number(one.jpegFrames),
    bytes: Number(one.bytes),
    recorded_ms: Number(seconds) * 1000 + nanos / 1e6,
  };
}
