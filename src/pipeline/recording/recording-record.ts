/** What is known of a recording without opening it, as the catalogue has it. */
import { jpegCodec, type RecordingIndex } from '../../protocol/index.ts';
import type { Reason } from './episode-take.ts';

export type RecordingRecord = Pick<
  RecordingIndex,
  'agent' | 'env_slot' | 'episode' | 'seed' | 'steps' | 'total_reward' | 'terminated' | 'truncated' | 'reasons'
> & {
  runId: string;
  name: string;
  frames: number;
  /** Of these so many are JPEG. */
  jpegFrames: number;
  bytes: number;
  recordedMs: number;
};

/** As a file tells it of itself. */
export function recordOfIndex(index: RecordingIndex, name: string, bytes: number, recordedMs: number): RecordingRecord {
  const { agent, env_slot, episode, seed, steps, total_reward, terminated, truncated, reasons, frames, run: runId } = index;
  const jpegFrames = frames.codec.filter((codec) => codec === jpegCodec).length;
  const told = { agent, env_slot, episode, seed, steps, total_reward, terminated, truncated, reasons };
  return { ...told, runId, name, frames: frames.step.length, jpegFrames, bytes, recordedMs };
}

const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value));

/** As it stands in the catalogue. */
export function recordOfRow(row: Record<string, unknown>): RecordingRecord {
  return {
    name: String(row.name),
    runId: String(row.run_id),
    agent: String(row.agent),
    env_slot: Number(row.env_slot),
    episode: Number(row.episode),
    seed: numberOrNull(row.seed),
    steps: numberOrNull(row.steps),
    total_reward: numberOrNull(row.total_reward),
    terminated: Number(row.terminated) === 1,
    truncated: Number(row.truncated) === 1,
    reasons: String(row.reasons).split(',').filter(Boolean) as Reason[],
    frames: Number(row.frames),
    jpegFrames: Number(row.jpeg_frames ?? 0), // a catalogue that is only read may be of before there were any
    bytes: Number(row.bytes),
    recordedMs: Number(row.recorded_ms),
  };
}
