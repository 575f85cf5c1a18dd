/** duallane.v1: what is recorded of a run's frames, and recording on demand. */
import { createReadStream } from 'node:fs';
import { DuallaneError } from '../../protocol/index.ts';
import type { duallane } from '../../protocol/wire.ts';
import type { Recorder, RecordingRecord } from '../recording/index.ts';
import type { RunRegistry } from '../runs/index.ts';
import { type Surroundings, unary } from './calls.ts';
import { timestampOf } from './convert.ts';

export function recordingService(
  offered: Recorder | undefined,
  registry: RunRegistry,
  around: Surroundings,
): Pick<duallane.DuallaneServiceServer, 'listRecordings' | 'recordNext'> {
  const recorder = (): Recorder => {
    if (offered === undefined) throw new DuallaneError('not-implemented', 'this daemon records no frames');
    return offered;
  };
  return {
    listRecordings: unary(around, ({ runId }: duallane.ListRecordingsRequest) => {
      const { recordings, policy, isLive, budgetBytes, evicted, passed, failed } = recorder().list(registry.get(runId).runId);
      return {
        recordings: recordings.map((one) => recordingOf(one, recorder().find(one.name)?.path ?? '')),
        policy,
        live: isLive,
        budgetBytes: BigInt(budgetBytes),
        usedBytes: BigInt(recordings.reduce((sum, { bytes }) => sum + bytes, 0)),
        evicted: BigInt(evicted),
        passed: BigInt(passed),
        failed: BigInt(failed),
      };
    }),
    recordNext: unary(around, ({ runId, episodes }: duallane.RecordNextRequest) => {
      recorder().demand(runId, Math.max(1, episodes));
      return {};
    }),
  };
}

/** Bytes of a recording; undefined when there is none of this name. */
export function readRecording(
  recorder: Recorder | undefined,
  name: string,
  offset: number,
  length: number,
): AsyncIterable<Uint8Array> | undefined {
  const found = recorder?.find(name);
  if (!found) return undefined;
  if (length === 0 || offset >= found.bytes) return (async function* () {})();
  return createReadStream(found.path, { start: offset, end: Math.min(offset + length, found.bytes) - 1 });
}

function recordingOf(one: RecordingRecord, path: string): duallane.Recording {
  return {
    name: one.name,
    agentId: one.agent,
    envSlot: one.env_slot,
    episodeIndex: BigInt(one.episode),
    seed: one.seed === null ? undefined : BigInt(one.seed),
    steps: one.steps === null ? undefined : BigInt(one.steps),
    totalReward: one.total_reward ?? undefined,
    terminated: one.terminated,
    truncated: one.truncated,
    reasons: one.reasons,
    frames: BigInt(one.frames),
    bytes: BigInt(one.bytes),
    jpegFrames: BigInt(one.jpegFrames),
    recordedAt: timestampOf(one.recordedMs),
    path,
  };
}
