/**
 * The frames of one episode on their way into a recording. In memory: first as they came, for reading a ring must not wait for an
 * encoder, then small.
 */
import { crc32 } from 'node:zlib';
import { jpegCodec, limits, type RecordingIndex } from '../../protocol/index.ts';
import { type FrameEncoder, recordedJpeg } from './frame-encoder.ts';
import type { Pixels } from './lossless-encoder.ts';
import { recordingBytes } from './recording-file.ts';
import type { TailFrame } from './ring-tail.ts';

export type EpisodePlace = { agent: string; slot: number; episode: number };

/** What its worker said of an episode when it was over. */
export type EpisodeEnd = EpisodePlace & {
  steps: number;
  totalReward: number | null;
  terminated: boolean;
  truncated: boolean;
  seed: number | null;
  /** What the environment said; undefined when it said nothing. */
  success?: boolean | undefined;
};

export type Reason = RecordingIndex['reasons'][number];

export class EpisodeTake {
  readonly place: EpisodePlace;
  /** Reasons that were known when it began. */
  readonly wanted: readonly Reason[];
  /** Clock of the reader at the last frame, ms. */
  touchedMs = 0;
  readonly #encoder: FrameEncoder;
  readonly #chunks: Uint8Array[] = [];
  readonly #shapes: number[][] = [];
  readonly #frames: Required<RecordingIndex['frames']> = {
    step: [],
    t_us: [],
    reward: [],
    return: [],
    shape: [],
    codec: [],
    offset: [],
    length: [],
    crc: [],
  };
  #bytes = 8;
  #missed = 0;
  #fps: number | undefined;
  /** Oldest first. */
  readonly #waiting: TailFrame[] = [];
  #waitingBytes = 0;
  #lastStep = Number.NEGATIVE_INFINITY;
  #lastReturn: number | null = null;

  constructor(place: EpisodePlace, wanted: readonly Reason[], encoder: FrameEncoder) {
    this.place = place;
    this.wanted = wanted;
    this.#encoder = encoder;
  }

  get frames(): number {
    return this.#frames.step.length + this.#waiting.length;
  }

  /** Why its frames are not JPEG though they were to be. */
  get trouble(): string | undefined {
    return this.#encoder.trouble;
  }

  /** What its frames take that are small already, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What its frames take that are as they came. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Takes a frame; one of a step that is not after the last is counted as missed. */
  add(frame: TailFrame, missed: number): void {
    const { step = 0, fps, return: total } = frame.metadata;
    const isLate = step <= this.#lastStep;
    this.#missed += missed + Number(isLate);
    if (isLate) return;
    this.#lastStep = step;
    this.#lastReturn = total ?? null;
    if (fps !== undefined && fps > 0) this.#fps = fps;
    this.#waiting.push(frame);
    this.#waitingBytes += frame.pixels.length;
  }

  /** Makes its oldest frame small, if one waits; beyond the bound of an episode it is counted as missed. True when one waited. */
  encodeNext(): boolean {
    const next = this.#waiting.shift();
    if (!next) return false;
    this.#waitingBytes -= next.pixels.length;
    if (this.#bytes >= limits.recordingEpisodeBytes) this.#missed += 1;
    else this.#encode(next);
    return true;
  }

  #encode({ metadata, width, height, channels, pixels }: TailFrame): void {
    const frame: Pixels = { width, height, channels, pixels };
    const { codec, bytes } = this.#encoder.encode(frame);
    const frames = this.#frames;
    frames.step.push(metadata.step ?? 0);
    frames.t_us.push(Math.round((metadata.t_ns ?? 0) / 1000));
    frames.reward.push(metadata.reward ?? null);
    frames.return.push(metadata.return ?? null);
    frames.shape.push(this.#shapeOf(frame));
    frames.codec.push(codec);
    frames.offset.push(this.#bytes);
    frames.length.push(bytes.length);
    frames.crc.push(crc32(bytes));
    this.#chunks.push(bytes);
    this.#bytes += bytes.length;
  }

  /** The whole file, of the frames that are small. `end` is undefined when the episode's end was never told. */
  file(run: string, end: EpisodeEnd | undefined, reasons: readonly Reason[]): { index: RecordingIndex; bytes: Buffer } {
    const { agent, slot, episode } = this.place;
    const index: RecordingIndex = {
      version: 1,
      run,
      agent,
      env_slot: slot,
      episode,
      seed: end?.seed ?? null,
      steps: end?.steps ?? null,
      total_reward: end ? end.totalReward : this.#lastReturn,
      terminated: end?.terminated ?? false,
      truncated: end?.truncated ?? false,
      ...(this.#fps !== undefined && { fps: this.#fps }),
      ...(this.#frames.codec.includes(jpegCodec) && { jpeg: recordedJpeg }),
      reasons: [...reasons],
      shapes: this.#shapes,
      frames: this.#frames,
      missed: this.#missed,
    };
    return { index, bytes: recordingBytes(index, this.#chunks) };
  }

  #shapeOf({ height, width, channels }: Pixels): number {
    const at = this.#shapes.findIndex(([h, w, c]) => h === height && w === width && c === channels);
    if (at >= 0) return at;
    return this.#shapes.push([height, width, channels]) - 1;
  }
}
