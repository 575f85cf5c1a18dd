/**
 * One frames view: the newest frame wins, everything in between is counted and never encoded.
 *
 * Guarantees
 * - A frame is read from the ring only when the view can take it: it is active, the link is free and not too many frames wait to be
 *   painted (frames-in-flight.ts), and its page is not congested.
 * - `skipped` of a frame + the frames sent that were published since the view opened = frames published since then.
 * - Frames travel raw where the link carries them at once, else packed without loss, or as JPEG where that is too much for it
 *   (frame-codec.ts). What was sent as JPEG comes again without loss when the picture stands still.
 * - While the view is hidden the ring is not polled.
 * - A worker that could make no ring is quoted: the view says why there are no frames.
 * - The channel of a run's first process tells which further processes publish frames, twice a second while it is seen.
 */

import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { Frame, OpenFrames, Painted, Status } from '../../protocol/index.ts';
import { sentenceOf } from '../../protocol/index.ts';
import type { FrameSnapshot, RingStatus, RingWatch } from '../ring/index.ts';
import { FrameCodec, type PackedCodec } from './frame-codec.ts';
import { FramesInFlight } from './frames-in-flight.ts';
import { hearLaneOff } from './lane-off.ts';
import type { View, ViewContext, ViewFigures } from './view.ts';

type FramesNeeds = Pick<
  ViewContext,
  'send' | 'socket' | 'rings' | 'jpeg' | 'runList' | 'feeds' | 'connection' | 'log' | 'signal'
>;

const compress = promisify<Uint8Array, { level: number }, Uint8Array>(deflate as never);

export class FramesChannel implements View {
  readonly isStarved = false;
  readonly #request: OpenFrames;
  readonly #context: FramesNeeds;
  readonly #codec: FrameCodec;
  #pause = new AbortController();
  #watch: RingWatch | undefined;
  #seen: FrameSnapshot | undefined;
  readonly #inFlight: FramesInFlight;
  #isBusy = false;
  /** The frame sent last lost something: it is due again when the picture stands still. */
  #isLossy = false;
  #stillTimer: NodeJS.Timeout | undefined;
  /** Frames this view got that were published since it opened. */
  #delivered = 0;
  /** The ring's count when the view opened, moved along when the ring is counted anew. */
  #publishedAtOpen: number | undefined;
  #publishedLast = 0;
  #statusSent = '';
  /** `published` of the frame painted last, and how many the view has missed. */
  #shown = 0;
  #skipped = 0;
  /** Further processes of the run that publish frames. */
  #workers: readonly number[] = [];
  /** Why the worker publishes no frames, when it said so. */
  #offSentence: string | undefined;

  constructor(request: OpenFrames, context: FramesNeeds) {
    this.#request = request;
    this.#context = context;
    this.#codec = new FrameCodec(
      request.codecs ?? ['raw'],
      () => context.socket.leastRoundTripMs,
      () => performance.now(),
    );
    this.#inFlight = new FramesInFlight(
      () => ({ roundTripMs: context.socket.leastRoundTripMs, transferMs: this.#codec.transferMs }),
      () => performance.now(),
    );
    context.signal.addEventListener('abort', () => clearTimeout(this.#stillTimer), { once: true });
    this.#attach();
    const told = hearLaneOff(request.run, context, (sentence) => {
      this.#offSentence = sentence;
      this.tick();
    });
    told.catch((error: unknown) => context.log('error', 'lane-off-unheard', { run: request.run, reason: sentenceOf(error) }));
  }

  get figures(): ViewFigures {
    const head = Math.max(this.#watch?.published ?? 0, this.#publishedLast);
    const { run: runId } = this.#request;
    return { frames: { runId, head, shown: this.#shown, skipped: this.#skipped, reconnects: this.#watch?.reattached ?? 0 } };
  }

  grant(isActive: boolean): void {
    if (isActive === (this.#watch !== undefined)) return;
    if (isActive) {
      this.#attach();
      return;
    }
    this.#pause.abort();
    clearTimeout(this.#stillTimer);
    this.#publishedLast = this.#watch?.published ?? this.#publishedLast;
    this.#watch = undefined;
    this.#inFlight.forgive();
    this.#seen = undefined;
    this.#tell({ state: 'paused', sentence: 'Hidden: no frames are read.' });
  }

  /** The page has shown, or refused, a frame in flight. Throws `painted-forged`. */
  painted({ frame: head }: Painted): void {
    if (head === undefined) return;
    const published = this.#inFlight.answered(head);
    if (published === undefined) return;
    this.#shown = published;
    this.#pull();
  }

  /** The run's state may have changed what a ring without a writer means, and its processes may have become more. */
  tick(): void {
    if (!this.#watch) return;
    const { run, worker } = this.#request;
    if (worker === undefined) this.#workers = this.#context.rings.workersOf(run);
    this.#tellRing(this.#watch.status);
  }

  #attach(): void {
    this.#pause = new AbortController();
    const signal = AbortSignal.any([this.#pause.signal, this.#context.signal]);
    const { run, worker } = this.#request;
    const watch = this.#context.rings.watch(worker === undefined ? run : `${run}-w${worker}`, {
      signal,
      onHead: (published) => {
        this.#codec.published(published);
        this.#pull();
      },
      onStatus: (status) => this.#tellRing(status),
    });
    this.#watch = watch;
    this.#publishedAtOpen ??= watch.published;
    if (watch.published < this.#publishedLast) this.#publishedAtOpen -= this.#publishedLast - watch.published;
    this.#pull();
  }

  #pull(): void {
    const watch = this.#watch;
    if (!watch || this.#isBusy || !this.#inFlight.hasRoom || this.#context.signal.aborted) return;
    if (this.#context.socket.isCongested) {
      this.#isBusy = true;
      void this.#context.socket.drained().then(() => {
        this.#isBusy = false;
        this.#pull();
      });
      return;
    }
    const reading = watch.newest(this.#seen);
    clearTimeout(this.#stillTimer);
    if (reading.kind === 'frame') this.#deliver(() => this.#sendNew(reading.frame));
    else if (this.#isLossy) this.#stillTimer = setTimeout(() => this.#pullStill(), this.#codec.stillAfterMs);
  }

  /** The picture has stood still: the frame that is shown comes again without loss. */
  #pullStill(): void {
    const frame = this.#seen;
    const form = frame && this.#codec.chooseStill(frame.pixels.length);
    if (!frame || !form || !this.#watch || this.#isBusy || !this.#inFlight.isEmpty) return;
    if (this.#context.socket.isCongested) this.#pull();
    else this.#deliver(() => this.#sendAs(frame, form, true));
  }

  #deliver(send: () => Promise<void>): void {
    this.#isBusy = true;
    send().then(
      () => {
        this.#isBusy = false;
      },
      (error: unknown) => {
        // Not tried again: the next frame of this size would fail as this one did. A new view begins anew.
        this.#tell({
          state: 'unavailable',
          sentence: `This frame cannot be sent to the page: ${sentenceOf(error)}`.slice(0, 500),
        });
      },
    );
  }

  async #sendNew(frame: FrameSnapshot): Promise<void> {
    this.#seen = frame;
    const sinceOpen = Math.max(frame.published - (this.#publishedAtOpen ?? 0), 0);
    if (sinceOpen > 0) this.#delivered += 1;
    this.#skipped = Math.max(sinceOpen - this.#delivered, 0);
    await this.#sendAs(frame, this.#codec.choose(frame.pixels.length), false);
    const form = this.#codec.toPack;
    if (form) void this.#pack(frame, form);
  }

  async #sendAs(frame: FrameSnapshot, wanted: Frame['codec'], isStill: boolean): Promise<void> {
    this.#inFlight.sends(frame);
    const packed = wanted === 'raw' ? undefined : await this.#pack(frame, wanted);
    const [codec, body] = packed ? [wanted, packed] : (['raw', frame.pixels] as const);
    if (this.#context.signal.aborted) return;
    this.#isLossy = codec === 'jpeg';
    this.#context.send('frame', { ...metaOf(frame, codec, this.#skipped), ...(isStill && { still: true }) }, body);
    this.#context.socket.onArrival((tookMs) => {
      this.#codec.arrived(codec, body.length, Math.max(0, tookMs));
      this.#inFlight.arrived(frame.head);
      this.#pull();
    });
  }

  /** The frame's pixels in a form, or undefined when it cannot be made here: another one travels then, from now on. */
  async #pack({ pixels, width, height, channels }: FrameSnapshot, form: PackedCodec): Promise<Uint8Array | undefined> {
    try {
      if (form === 'jpeg') await this.#context.jpeg.ready();
      const beganMs = performance.now();
      const packed =
        form === 'jpeg'
          ? await this.#context.jpeg.encode({ pixels, width, height, channels })
          : await compress(pixels, { level: 1 });
      this.#codec.packed(form, pixels.length, packed.length, performance.now() - beganMs);
      return packed;
    } catch (error) {
      this.#context.log('error', 'frame-unpacked', { run: this.#request.run, form, reason: sentenceOf(error) });
      this.#codec.without(form);
      return undefined;
    }
  }

  #tellRing(status: RingStatus): void {
    const run = this.#context.runList.runs.find((entry) => entry.run_id === this.#request.run);
    const hasEnded = run?.status === 'TERM';
    const hasNoRing = status.state === 'waiting' || status.state === 'ended';
    if (this.#offSentence !== undefined && hasNoRing && !hasEnded)
      this.#tell({ state: 'unavailable', sentence: this.#offSentence });
    else this.#tell(statusOf(status, hasEnded));
  }

  #tell(status: Status): void {
    const text = `${status.state} ${status.sentence} ${this.#workers}`;
    if (text === this.#statusSent) return;
    this.#statusSent = text;
    this.#context.send('status', this.#workers.length > 0 ? { ...status, workers: [...this.#workers] } : status);
  }
}

function metaOf(frame: FrameSnapshot, codec: Frame['codec'], skipped: number): Frame {
  const { metadata } = frame;
  return {
    head: frame.head,
    width: frame.width,
    height: frame.height,
    channels: frame.channels,
    codec,
    last_reward: finite(frame.lastReward),
    rolling_return: finite(frame.rollingReturn),
    step_rate_hz: finite(frame.stepRateHz),
    read_ms: frame.readMs,
    skipped,
    ...(isCount(metadata?.episode) && { episode: metadata.episode }),
    ...(isCount(metadata?.step) && { step: metadata.step }),
    ...(metadata?.agent !== undefined && { agent: metadata.agent.slice(0, 256) }),
    ...(metadata?.t_ns !== undefined && Number.isFinite(metadata.t_ns) && { t_ms: metadata.t_ns / 1e6 }),
  };
}

/** The link's JSON has no NaN or Infinity; a number that is neither stands for "not known". */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0;
}

function statusOf(status: RingStatus, hasEnded: boolean): Status {
  const { sentence, sinceMs } = status;
  switch (status.state) {
    case 'attached':
      return { state: 'live', sentence, since_ms: sinceMs };
    case 'waiting':
    case 'stalled':
    case 'ended':
      if (hasEnded) return { state: 'ended', sentence: 'The run has ended.', since_ms: sinceMs };
      return { state: status.state, sentence, since_ms: sinceMs };
    case 'reconnecting':
    case 'unavailable':
      return { state: status.state, sentence, since_ms: sinceMs };
    default:
      return status satisfies never;
  }
}
