/**
 * Records one run: frames come off its rings, ends of episodes come from its telemetry, and the two together are a recording or not.
 *
 * Guarantees
 * - Frames of episodes that no policy could keep are not even copied.
 * - An episode is judged when its end was told and every frame of it was read: nothing is new, or a later episode is. One whose end is never told is kept at the
 *   run's end, or when the next one has gone on for a while, if it was wanted from its beginning; then nobody knows how it ended.
 * - Frames are copied off the rings before any is made small: a writer that is faster than the encoder for a while loses nothing.
 * - Memory is bounded: the oldest episode without an end goes first, and rings wait while too many frames are not small yet.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { limits, type RecordingIndex, type RingFrameMetadata, ringSegmentName } from '../../protocol/index.ts';
import type { JpegCodec } from '../../protocol/jpeg.ts';
import type { RecordPolicy } from '../sinks/index.ts';
import { type EpisodeEnd, type EpisodePlace, EpisodeTake, type Reason } from './episode-take.ts';
import { FailureRule } from './failure-rule.ts';
import { FrameEncoder } from './frame-encoder.ts';
import { RingTail, type TailFrame, type TailListener } from './ring-tail.ts';

export type Finished = { index: RecordingIndex; bytes: Buffer };

export type RunRecorderOptions = {
  runId: string;
  policy: RecordPolicy;
  /** Returns of the best and the worst episode that are recorded already. */
  best?: number | undefined;
  worst?: number | undefined;
  directory?: string;
  /** Undefined where there is none to be had: all frames are exact then. */
  jpeg?: JpegCodec | undefined;
  onFinished: (finished: Finished) => void;
  /** A failure whose frames were there and that was not kept. */
  onPassed: () => void;
  /** Frames that were to be JPEG are exact, and why. */
  onTrouble: (sentence: string) => void;
};

type Kept = { take: EpisodeTake; end: EpisodeEnd | undefined; reasons: readonly Reason[] };

const lookEveryMs = 200;
const framesAtOnce = 4;
const roundsAtEnd = 256;
/** Failures come in masses where an agent learns: one in this time is enough. */
const failureEveryMs = 1000;
/** How long the end of an episode may be on its way when the next one has begun. */
const endWithinMs = 10_000;

export class RunRecorder {
  readonly #options: RunRecorderOptions;
  readonly #prefix: string;
  readonly #path: string;
  readonly #directory: string;
  /** By name and inode. */
  readonly #tails = new Map<string, RingTail>();
  /** Those that were read to their end: their name may still be there for a moment. */
  readonly #over = new Set<string>();
  readonly #takes = new Map<string, EpisodeTake>();
  /** Judged and kept: written when their frames are small. */
  readonly #kept: Kept[] = [];
  readonly #ends = new Map<string, EpisodeEnd>();
  readonly #failureRule: FailureRule;
  /** The newest episode that a frame was seen of, for each agent and slot. */
  readonly #streams = new Map<string, number>();
  #policy: RecordPolicy;
  #best: number | undefined;
  #worst: number | undefined;
  #demanded = 0;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #failureAtMs = Number.NEGATIVE_INFINITY;
  /** Episodes that are judged; frames of theirs that come late are nobody's. */
  readonly #judged = new Set<string>();

  constructor(options: RunRecorderOptions) {
    this.#options = options;
    this.#policy = options.policy;
    this.#failureRule = new FailureRule(options.policy.failureBelow);
    this.#best = options.best;
    this.#worst = options.worst;
    this.#directory = options.directory ?? '/dev/shm';
    this.#prefix = ringSegmentName(options.runId);
    this.#path = join(this.#directory, this.#prefix);
  }

  /** Keeps the next episodes that begin. */
  demand(episodes: number): void {
    this.#demanded += episodes;
  }

  /** The end of an episode, as its worker told it. */
  ended(end: EpisodeEnd): void {
    this.#ends.set(keyOf(end), end);
  }

  /** Reads some of what is new; when there is nothing, makes a frame small. True when there may be more to do right now. */
  poll(nowMs: number): boolean {
    const hasRoom = this.#waitingBytes < limits.recordingWaitingBytes;
    const isNew = hasRoom && this.#read(nowMs);
    this.#judge(nowMs, hasRoom && !isNew);
    return isNew || this.#work();
  }

  /** The run is over: reads what is left and judges all. What is kept is written by the polls that follow, until one is false. */
  finish(nowMs: number): void {
    this.#lookedAtMs = Number.NEGATIVE_INFINITY;
    // More rounds than a ring has slots: a writer that has not heard of the end may go on and on.
    for (let left = roundsAtEnd; left > 0 && this.#read(nowMs); left -= 1)
      if (this.#waitingBytes >= limits.recordingWaitingBytes) this.#work();
    this.#judge(nowMs, true);
    for (const take of this.#takes.values()) this.#keep(take, undefined, take.wanted);
    this.#takes.clear();
    this.#letGo();
  }

  close(): void {
    this.#letGo();
    this.#takes.clear();
    this.#kept.length = 0;
  }

  #letGo(): void {
    this.#lookedAtMs = Number.POSITIVE_INFINITY;
    for (const tail of this.#tails.values()) tail.close();
    this.#tails.clear();
  }

  get #waitingBytes(): number {
    let bytes = 0;
    for (const { take } of this.#kept) bytes += take.waitingBytes;
    for (const take of this.#takes.values()) bytes += take.waitingBytes;
    return bytes;
  }

  #read(nowMs: number): boolean {
    const isNew = this.#tails.size === 0 && this.#lookedAtMs < Number.POSITIVE_INFINITY && existsSync(this.#path);
    if (nowMs - this.#lookedAtMs >= lookEveryMs || isNew) this.#look(nowMs);
    let isMore = false;
    const listener = this.#listener(nowMs);
    for (const [name, tail] of this.#tails) {
      const state = tail.read(listener, framesAtOnce, nowMs);
      if (state === 'over' && this.#tails.delete(name)) this.#over.add(name);
      isMore ||= state === 'more';
    }
    return isMore;
  }

  /** Makes one frame small, of an episode that is kept first, or writes one. False when there was nothing to do. */
  #work(): boolean {
    const [first] = this.#kept;
    if (first) {
      if (!first.take.encodeNext()) this.#write(this.#kept.shift() as Kept);
      return true;
    }
    for (const take of this.#takes.values()) if (take.encodeNext()) return true;
    return false;
  }

  #write({ take, end, reasons }: Kept): void {
    if (take.trouble !== undefined) this.#options.onTrouble(take.trouble);
    this.#options.onFinished(take.file(this.#options.runId, end, reasons));
  }

  /** The run's own ring and those of its parallel workers. */
  #look(nowMs: number): void {
    this.#lookedAtMs = nowMs;
    for (const name of namesIn(this.#directory)) {
      if (!name.startsWith(this.#prefix) || !/^(-w\d+)?$/.test(name.slice(this.#prefix.length))) continue;
      const tail = RingTail.open(join(this.#directory, name));
      if (!tail) continue;
      const key = `${name}\0${tail.inode}`;
      if (this.#tails.has(key) || this.#over.has(key)) tail.close();
      else this.#tails.set(key, tail);
    }
  }

  #listener(nowMs: number): TailListener {
    return {
      wants: (metadata) => placeOf(metadata) !== undefined && this.#takeOf(metadata) !== undefined,
      frame: (frame, missed) => this.#add(frame, missed, nowMs),
    };
  }

  #add(frame: TailFrame, missed: number, nowMs: number): void {
    const take = this.#takeOf(frame.metadata);
    if (!take) return;
    take.touchedMs = nowMs;
    take.add(frame, missed);
    this.#bound();
  }

  /** The take a frame belongs to; undefined when its episode cannot become a recording. */
  #takeOf(metadata: RingFrameMetadata): EpisodeTake | undefined {
    const place = placeOf(metadata);
    if (!place) return undefined;
    const key = keyOf(place);
    const stream = streamOf(place);
    const newest = this.#streams.get(stream);
    if (newest !== place.episode) this.#streams.set(stream, place.episode);
    const known = this.#takes.get(key);
    if (known || this.#judged.has(key)) return known;
    // Of the first episode that is seen, the beginning may have passed.
    const wanted = this.#wantedFrom(place, (metadata.step ?? 0) <= 1 || newest !== undefined);
    const { best, worst, failures } = this.#policy;
    if (wanted.length === 0 && !best && !worst && !failures) {
      this.#forget(key);
      return undefined;
    }
    const take = new EpisodeTake(place, wanted, new FrameEncoder(this.#policy.frames, this.#options.jpeg));
    this.#takes.set(key, take);
    return take;
  }

  #wantedFrom({ episode }: EpisodePlace, isWhole: boolean): Reason[] {
    const { every } = this.#policy;
    const wanted: Reason[] = every > 0 && episode % every === 0 ? ['every'] : [];
    if (this.#demanded > 0 && isWhole) {
      this.#demanded -= 1;
      wanted.push('demand');
    }
    return wanted;
  }

  #judge(nowMs: number, isIdle: boolean): void {
    for (const [key, end] of this.#ends) {
      if (!isIdle && (this.#streams.get(streamOf(end)) ?? 0) <= end.episode) continue;
      this.#ends.delete(key);
      const take = this.#takes.get(key);
      this.#takes.delete(key);
      this.#forget(key);
      const reasons = this.#reasonsFor(end, take, nowMs);
      if (take) this.#keep(take, end, reasons);
    }
    if (!isIdle) return;
    const newest = Math.max(...[...this.#takes.values()].map((take) => take.touchedMs));
    for (const [key, take] of this.#takes) {
      if (newest - take.touchedMs < endWithinMs) continue;
      this.#takes.delete(key);
      this.#forget(key);
      this.#keep(take, undefined, take.wanted);
    }
  }

  #reasonsFor(end: EpisodeEnd, take: EpisodeTake | undefined, nowMs: number): Reason[] {
    const reasons: Reason[] = [...(take?.wanted ?? [])];
    const isFailure = this.#failureRule.judge(end);
    if (!take || take.frames === 0) return reasons;
    const { best, worst, failures } = this.#policy;
    const total = end.totalReward;
    if (best && total !== null && total > (this.#best ?? Number.NEGATIVE_INFINITY)) {
      this.#best = total;
      reasons.push('best');
    }
    if (worst && total !== null && total < (this.#worst ?? Number.POSITIVE_INFINITY)) {
      this.#worst = total;
      reasons.push('worst');
    }
    if (!failures || !isFailure) return reasons;
    if (reasons.length === 0 && nowMs - this.#failureAtMs < failureEveryMs) {
      this.#options.onPassed();
      return reasons;
    }
    this.#failureAtMs = nowMs;
    return [...reasons, 'failure'];
  }

  #keep(take: EpisodeTake, end: EpisodeEnd | undefined, reasons: readonly Reason[]): void {
    if (reasons.length > 0 && take.frames > 0) this.#kept.push({ take, end, reasons });
  }

  /** Over the bound the oldest go, those first that nobody asked for. */
  #bound(): void {
    let bytes = [...this.#takes.values()].reduce((sum, take) => sum + take.bytes, 0);
    while (bytes > 2 * limits.recordingEpisodeBytes && this.#takes.size > 1) {
      const all = [...this.#takes];
      const [key, take] = all.find(([, one]) => one.wanted.length === 0) ?? (all[0] as [string, EpisodeTake]);
      this.#takes.delete(key);
      this.#forget(key);
      bytes -= take.bytes;
    }
  }

  #forget(key: string): void {
    this.#judged.add(key);
    if (this.#judged.size <= 4096) return;
    const [oldest] = this.#judged;
    this.#judged.delete(oldest as string);
  }
}

function placeOf({ agent, env_slot: slot, episode }: RingFrameMetadata): EpisodePlace | undefined {
  if (episode === undefined || !Number.isSafeInteger(episode)) return undefined;
  return { agent: agent ?? 'default', slot: slot ?? 0, episode };
}

const streamOf = ({ agent, slot }: EpisodePlace): string => `${agent}\0${slot}`;
const keyOf = (place: EpisodePlace): string => `${streamOf(place)}\0${place.episode}`;

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // a host without shared memory has no rings
  }
}
