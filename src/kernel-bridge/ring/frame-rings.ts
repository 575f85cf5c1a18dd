/**
 * One watch per looked-at stream, however many views look at it. See index.ts for the way a gate uses it.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { limits, type RingFrameMetadata, ringSegmentName } from '../../protocol/index.ts';
import { RingFollower } from './ring-follower.ts';
import type { RingStatus } from './ring-status.ts';

/** One whole frame. `pixels`: uint8, rows, then pixels, then channels; a copy that nobody writes to any more. */
export type FrameSnapshot = {
  /** Which segment since the watch began: heads of different generations do not compare. */
  generation: number;
  /** Number of the frame in its segment, from 1. */
  head: number;
  /** Grows by one with every frame, also when the segment is replaced and head begins anew: differences count frames. */
  published: number;
  width: number;
  height: number;
  channels: 1 | 3 | 4;
  pixels: Uint8Array;
  /** From the slot's metadata where it has them, so that numbers and picture belong together; else from the header. */
  lastReward: number;
  rollingReturn: number;
  stepRateHz: number;
  metadata: RingFrameMetadata | null;
  /** Clock of the reader at the copy, ms since the epoch. */
  readMs: number;
};

export type RingReading = { kind: 'frame'; frame: FrameSnapshot } | { kind: 'unchanged' } | { kind: 'again' } | { kind: 'none' };

export type WatchOptions = {
  /** There is a newer frame. `published` counts as in FrameSnapshot. */
  onHead?: (published: number) => void;
  /** Called first in a microtask after `watch`, then at every change. */
  onStatus?: (status: RingStatus) => void;
  /** The watch ends with it; the last one closes the file. */
  signal: AbortSignal;
};

export interface RingWatch {
  readonly status: RingStatus;
  /** Frames published so far, see FrameSnapshot.published. */
  readonly published: number;
  /** Times the reader attached again, to a new or recreated segment. */
  readonly reattached: number;
  newest(seen?: Pick<FrameSnapshot, 'generation' | 'head'>): RingReading;
}

export type RingTimes = { pollMs: number; stalledMs: number; lookMs: number };

export class FrameRings {
  readonly #directory: string;
  readonly #times: RingTimes;
  readonly #followers = new Map<string, { follower: RingFollower; watches: number }>();

  /** `directory`: where segments are files. Times are for tests; the limits are the defaults. */
  constructor(directory = '/dev/shm', times: Partial<RingTimes> = {}) {
    this.#directory = directory;
    this.#times = { pollMs: limits.ringPollMs, stalledMs: limits.ringStalledMs, lookMs: 200, ...times };
  }

  /** Numbers of the further processes of a run that have a segment now (`<run_id>-w<number>`), ascending. */
  workersOf(runId: string): number[] {
    const prefix = `${ringSegmentName(runId)}-w`;
    return segmentNames(this.#directory)
      .filter((name) => name.startsWith(prefix) && /^[1-9]\d{0,4}$/.test(name.slice(prefix.length)))
      .map((name) => Number(name.slice(prefix.length)))
      .filter((worker) => worker <= 65535)
      .sort((a, b) => a - b);
  }

  /** Follows the stream of a run (or `<run_id>-w<index>` of a parallel worker) until the signal aborts. */
  watch(streamId: string, { onHead, onStatus, signal }: WatchOptions): RingWatch {
    const path = join(this.#directory, ringSegmentName(streamId));
    const shared = this.#followers.get(path) ?? { follower: new RingFollower(path, this.#times), watches: 0 };
    this.#followers.set(path, shared);
    shared.watches += 1;
    const { follower } = shared;
    const detach = follower.attach({ onHead, onStatus });
    const leave = (): void => {
      detach();
      shared.watches -= 1;
      if (shared.watches > 0) return;
      follower.close();
      this.#followers.delete(path);
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    return follower;
  }
}

function segmentNames(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // No /dev/shm: the watch of the run's own stream says so.
  }
}
