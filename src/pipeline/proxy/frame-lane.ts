/**
 * The fast lane of one proxied worker: its pictures, with the numbers of the HUD, into the run's frame ring.
 *
 * Guarantees
 * - Never throws and never waits: when the ring cannot be made, the lane turns off with one sentence and rows go on.
 * - A picture of another size invalidates the ring and makes a new one.
 */

import type { Cell } from '../../protocol/arrow.ts';
import { ringSegmentName, sentenceOf } from '../../protocol/index.ts';
import type { Picture } from './render-payload.ts';
import { FrameRingWriter } from './ring-writer.ts';
import type { StepLine } from './telemetry-line.ts';

type Lane = { state: 'idle' } | { state: 'open'; writer: FrameRingWriter } | { state: 'off' };

/** The step rate is counted over this time. */
const rateWindowMs = 1000;

export class FrameLane {
  readonly #streamId: string;
  readonly #directory: string;
  readonly #onOff: (sentence: string) => void;
  readonly #now: () => number;
  readonly #returns = new Map<string, { episode: Cell; total: number }>();
  #lane: Lane = { state: 'idle' };
  #windowStartMs: number;
  #windowSteps = 0;
  #stepRateHz = 0;

  /** `onOff` is called at most once. `now`: milliseconds, any epoch. */
  constructor(streamId: string, onOff: (sentence: string) => void, options: { directory?: string; now?: () => number } = {}) {
    this.#streamId = streamId;
    this.#directory = options.directory ?? '/dev/shm';
    this.#onOff = onOff;
    this.#now = options.now ?? (() => performance.now());
    this.#windowStartMs = this.#now();
  }

  /** Takes every step's numbers, and its picture when it has one. Returns what the row's frame_ref says of the picture. */
  step({ row, picture }: StepLine): string | undefined {
    const rollingReturn = this.#account(row);
    if (picture === undefined || this.#lane.state === 'off') return undefined;
    try {
      const writer = this.#writerFor(picture);
      const reward = numberOf(row.reward);
      const n = writer.publish(
        picture.pixels,
        { lastReward: reward, rollingReturn, stepRateHz: this.#stepRateHz },
        metadataJson(row, rollingReturn),
      );
      return `${ringSegmentName(this.#streamId)}#${n}`;
    } catch (error) {
      this.#turnOff(sentenceOf(error));
      return undefined;
    }
  }

  close(): void {
    if (this.#lane.state === 'open') closeQuietly(this.#lane.writer);
    this.#lane = { state: 'off' };
  }

  #writerFor(size: Picture): FrameRingWriter {
    if (this.#lane.state === 'open') {
      const { shape } = this.#lane.writer;
      if (shape.width === size.width && shape.height === size.height && shape.channels === size.channels)
        return this.#lane.writer;
      closeQuietly(this.#lane.writer);
      this.#lane = { state: 'idle' };
    }
    const { width, height, channels } = size;
    const writer = new FrameRingWriter({ streamId: this.#streamId, directory: this.#directory }, { width, height, channels });
    this.#lane = { state: 'open', writer };
    return writer;
  }

  #turnOff(sentence: string): void {
    this.close();
    this.#onOff(sentence);
  }

  /** Counts the step; gives the undiscounted return of its episode so far. */
  #account(row: StepLine['row']): number {
    this.#windowSteps += 1;
    const elapsedMs = this.#now() - this.#windowStartMs;
    if (elapsedMs >= rateWindowMs || this.#stepRateHz === 0) {
      this.#stepRateHz = elapsedMs > 0 ? (this.#windowSteps * 1000) / elapsedMs : 0;
    }
    if (elapsedMs >= rateWindowMs) {
      this.#windowStartMs += elapsedMs;
      this.#windowSteps = 0;
    }
    const key = `${row.agent_id}\0${row.env_slot ?? 0}`;
    const known = this.#returns.get(key);
    const before = known?.episode === row.episode_index ? (known?.total ?? 0) : 0;
    const total = before + numberOf(row.reward);
    const isOver = row.terminated === true || row.truncated === true;
    // Workers that do not number their episodes still end them.
    this.#returns.set(key, { episode: row.episode_index, total: isOver ? 0 : total });
    return total;
  }
}

/** A ring that cannot be taken away (somebody removed it, or its file system) is nothing to act on: the daemon looks after it. */
function closeQuietly(writer: FrameRingWriter): void {
  try {
    writer.close();
  } catch {
    // its name is gone, or will be removed with the run
  }
}

function metadataJson(row: StepLine['row'], rollingReturn: number): string {
  const tNs = typeof row.ts === 'bigint' ? row.ts * 1000n : 0n;
  const fields = [
    `"episode":${numberOf(row.episode_index)}`,
    `"step":${numberOf(row.step_index)}`,
    `"agent":${JSON.stringify(row.agent_id)}`,
    `"t_ns":${tNs}`,
    `"reward":${numberOf(row.reward)}`,
    `"return":${rollingReturn}`,
  ];
  return `{${fields.join(',')}}`;
}

function numberOf(cell: Cell): number {
  return typeof cell === 'number' || typeof cell === 'bigint' ? Number(cell) : 0;
}
