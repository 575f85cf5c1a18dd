/**
 * The newest frame of one run: at most one waits to be painted, and it is always the newest.
 *
 * Every frame is answered to the bridge once, after its paint or when it is refused (hidden view): only then the next one comes.
 * A still is the frame on the screen once more, without loss: it is answered as well, and is no frame in any count.
 */
import type { Frame, Status } from '../../protocol/index.ts';
import type { Channel, ChannelEvent, PageLink } from '../link/page-link.ts';
import { type Percentiles, RateMeter, SampleWindow } from './meters.ts';

export type HeldFrame = { meta: Frame; rgba: Uint8Array };
export type FrameCounts = {
  framesShown: number;
  framesSkipped: number;
  /** Frames the worker has published since the view opened, as far as it knows. */
  framesPublished: number;
  /** Worker's (else the bridge's) clock at publish, to painted. */
  latencyMs: Percentiles | undefined;
};

export class FrameStore {
  /** The frame on the screen. It stays when the lane goes away. */
  shown: HeldFrame | undefined;
  status: Status | undefined;
  problem: string | undefined;
  readonly #changed: () => void;
  readonly #nowMs: () => number;
  readonly #channel: Channel;
  readonly #latency = new SampleWindow();
  readonly #rate = new RateMeter(2000);
  #next: HeldFrame | undefined;
  #framesShown = 0;
  #skippedBefore = 0;
  #skippedNow = 0;
  #refused = 0;
  #isActive = true;
  #looksSinceMs: number;

  constructor(
    link: PageLink,
    stream: { run: string; worker?: number | undefined },
    changed: () => void,
    life: { signal: AbortSignal; nowMs?: () => number },
  ) {
    this.#changed = changed;
    this.#nowMs = life.nowMs ?? Date.now;
    this.#looksSinceMs = this.#nowMs();
    // A JPEG's pixels are read off a canvas that is not on the screen.
    const codecs: Frame['codec'][] = typeof OffscreenCanvas === 'undefined' ? ['raw', 'deflate'] : ['raw', 'deflate', 'jpeg'];
    const { run, worker } = stream;
    this.#channel = link.open(
      { view: 'frames', run, ...(worker !== undefined && { worker }), codecs },
      (event) => this.#take(event),
      { signal: life.signal },
    );
  }

  get counts(): FrameCounts {
    const framesSkipped = this.#skippedBefore + this.#skippedNow + this.#refused;
    const framesPublished = this.#framesShown + framesSkipped + (this.#next && !this.#next.meta.still ? 1 : 0);
    return { framesShown: this.#framesShown, framesSkipped, framesPublished, latencyMs: this.#latency.percentiles() };
  }

  /** Frames painted per second, lately. */
  fps(): number | undefined {
    return this.#rate.perSecond(this.#nowMs());
  }

  setActive(isActive: boolean): void {
    if (isActive && !this.#isActive) this.#looksSinceMs = this.#nowMs();
    this.#isActive = isActive;
    this.#channel.grant(isActive);
    if (!isActive) this.#refuse();
  }

  /** The frame to draw now, or undefined when the one on the screen is the newest. */
  takeNext(): HeldFrame | undefined {
    const next = this.#next;
    this.#next = undefined;
    return next;
  }

  /** To be called when `frame` is on the screen. */
  afterPaint(frame: HeldFrame, paintMs: number): void {
    this.shown = frame;
    this.#channel.painted({ frame: frame.meta.head, paint_ms: paintMs });
    if (frame.meta.still) return;
    this.#framesShown += 1;
    const now = this.#nowMs();
    // A frame that was there before the view looked was not on its way so long.
    const publishedMs = frame.meta.t_ms ?? frame.meta.read_ms;
    if (publishedMs >= this.#looksSinceMs) this.#latency.add(Math.max(0, now - publishedMs));
    this.#rate.note(now, this.#framesShown);
  }

  #take(event: ChannelEvent): void {
    switch (event.kind) {
      case 'frame':
        this.#refuse();
        this.#next = { meta: event.meta, rgba: event.body };
        this.#skippedNow = event.meta.skipped;
        this.problem = undefined;
        if (!this.#isActive) this.#refuse();
        break;
      case 'status':
        this.status = event.meta;
        break;
      case 'error':
        this.problem = event.meta.sentence;
        break;
      case 'reopened':
        this.#looksSinceMs = this.#nowMs();
        this.#skippedBefore += this.#skippedNow;
        this.#skippedNow = 0;
        this.#next = undefined;
        this.problem = undefined;
        break;
      case 'batch':
      case 'gap':
      case 'ledger':
        return;
      default:
        event satisfies never;
    }
    this.#changed();
  }

  #refuse(): void {
    const refused = this.takeNext();
    if (!refused) return;
    if (!refused.meta.still) this.#refused += 1;
    this.#channel.painted({ frame: refused.meta.head });
  }
}
