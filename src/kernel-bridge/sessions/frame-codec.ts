/**
 * In which form one view's frames travel: raw while the link carries them at once, deflated (without loss) where that is sooner.
 *
 * What is measured: a frame's bytes, and the time from its sending to the word that it was painted, less the link's own round trip
 * and the page's wait for its next repaint. Small frames tell nothing of a link and are left out. Times in ms, by one clock.
 */
import type { Frame } from '../../protocol/index.ts';

type Codec = Frame['codec'];

/** A frame of this size that took this long says how wide the link is; less says nothing. */
const tellingBytes = 32 << 10;
/** One repaint of the page at 60 Hz: how long a frame may wait for it. */
const repaintMs = 17;
/** A raw frame that takes no longer than this is not worth any work. */
const atOnceMs = 25;
/** What a form must save to be taken, and to be kept: the choice does not swing. */
const better = { toTake: 0.8, toKeep: 0.95 };
/** Frames that do not pack are tried again after some dozens: pictures change. */
const forgetting = 0.02;
/** How much a new measurement counts. */
const weight = 0.3;
/** Round trip of a page that is most probably on this host. */
const nearMs = 5;

export class FrameCodec {
  readonly #allowed: readonly Codec[];
  readonly #roundTripMs: () => number | undefined;
  readonly #nowMs: () => number;
  #codec: Codec | undefined;
  #msPerByte: number | undefined;
  /** Packed bytes of one raw byte, and the time packing takes. */
  #packed = { share: 0.5, msPerByte: 1e-5 };
  #flight: { bytes: number; sentMs: number } | undefined;

  /** `allowed`: what the page can take. `roundTripMs`: of the link when it carries next to nothing; undefined while not known. */
  constructor(allowed: readonly Codec[], roundTripMs: () => number | undefined, nowMs: () => number) {
    this.#allowed = allowed.length > 0 ? allowed : ['raw'];
    this.#roundTripMs = roundTripMs;
    this.#nowMs = nowMs;
  }

  /** The form for the next frame, of so many raw bytes. */
  choose(rawBytes: number): Codec {
    const [only] = this.#allowed;
    if (only && this.#allowed.length === 1) return only;
    this.#codec = this.#better(rawBytes);
    return this.#codec;
  }

  /** A frame was packed: `packedBytes` of `rawBytes`, in `tookMs`. */
  packed(rawBytes: number, packedBytes: number, tookMs: number): void {
    const { share, msPerByte } = this.#packed;
    this.#packed = { share: mixed(share, packedBytes / rawBytes), msPerByte: mixed(msPerByte, tookMs / rawBytes) };
  }

  sent(bytes: number): void {
    this.#flight = { bytes, sentMs: this.#nowMs() };
  }

  /** The frame that was sent last is on the page's screen; drawing it took `paintMs`. */
  painted(paintMs: number): void {
    const flight = this.#flight;
    this.#flight = undefined;
    if (!flight || flight.bytes < tellingBytes) return;
    const onTheWayMs = this.#nowMs() - flight.sentMs - paintMs - (this.#roundTripMs() ?? 0) - repaintMs;
    const measured = Math.max(0, onTheWayMs) / flight.bytes;
    this.#msPerByte = this.#msPerByte === undefined ? measured : mixed(this.#msPerByte, measured);
  }

  #better(rawBytes: number): Codec {
    if (this.#msPerByte === undefined)
      return (this.#roundTripMs() ?? nearMs) <= nearMs || rawBytes < tellingBytes ? 'raw' : 'deflate';
    const rawMs = rawBytes * this.#msPerByte;
    if (rawMs <= atOnceMs) return 'raw';
    const deflateMs = rawMs * this.#packed.share + rawBytes * this.#packed.msPerByte;
    if (deflateMs < rawMs * (this.#codec === 'deflate' ? better.toKeep : better.toTake)) return 'deflate';
    this.#packed.share += forgetting * (0.5 - this.#packed.share);
    return 'raw';
  }
}

function mixed(before: number, now: number): number {
  return before + weight * (now - before);
}
