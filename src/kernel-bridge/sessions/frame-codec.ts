/**
 * In which form one view's frames travel: raw while the link carries them at once; without loss (deflated) while that keeps up with the
 * worker; as JPEG where it does not.
 *
 * What is measured: how long each frame was on its way; how small frames pack and what packing takes; how fast the worker publishes.
 * - The link is as wide as its best frame of the last second says: one that waited for something else makes it no narrower.
 * - A link may carry small frames at once and not large ones. A larger form is a try: when it comes late, the next is made later.
 * - A form that was not used for a while is packed beside the one that travels, which costs the link nothing: pictures change.
 * Times in ms, by one clock.
 */
import type { Frame } from '../../protocol/index.ts';

type Codec = Frame['codec'];
export type PackedCodec = Exclude<Codec, 'raw'>;
type Packing = { share: number; msPerByte: number; atMs: number };

/** A form that is here this soon is not worth any work; on this host, where work would only take from the training, later too. */
const atOnceMs = { far: 25, near: 60 };
/** However slowly a worker publishes, a frame that takes longer is late for who watches. */
const lateMs = 100;
/** What another form must save to be taken, and to be kept: the choice does not swing. */
const better = { toTake: 0.8, toKeep: 0.95 };
/** How many times as large a form is whose first frame is a try. */
const tryFrom = 2;
/** How long no larger form is tried after a late one; doubled each time. */
const patienceMs = { first: 2000, most: 60_000 };
/** A form that was not used for so long is packed beside the others. */
const packedEveryMs = 1000;
/** How much a new measurement of packing, or of the worker's pace, counts. */
const weight = 0.3;
/** What is remembered of the link. */
const windowMs = 1000;
/** A smaller frame is sent raw over a link of which nothing is known; so is any to a page that is most probably on this host. */
const smallBytes = 32 << 10;
/** Round trip of such a page. */
const nearMs = 3;
/** How long a picture stands still before it comes again without loss. */
const stillMs = { least: 500, most: 2000 };

export class FrameCodec {
  #allowed: readonly Codec[];
  readonly #roundTripMs: () => number | undefined;
  readonly #nowMs: () => number;
  #codec: Codec | undefined;
  /** Of frames that came in the last second; of the last one at least. */
  #arrivals: readonly { atMs: number; msPerByte: number }[] = [];
  /** Packed bytes of one raw byte, and the time packing takes; when that was measured. */
  readonly #packing: Record<PackedCodec, Packing> = {
    deflate: { share: 0.5, msPerByte: 1e-5, atMs: Number.NEGATIVE_INFINITY },
    jpeg: { share: 0.05, msPerByte: 1e-5, atMs: Number.NEGATIVE_INFINITY },
  };
  /** Forms that would help now, were they better than they are known to be. */
  #wouldHelp: readonly PackedCodec[] = [];
  #published: { count: number; atMs: number } | undefined;
  #intervalMs = 0;
  #lastBytes = 0;
  #isTry = false;
  #patience = { untilMs: 0, nextMs: patienceMs.first };

  /** `allowed`: what the page can take. `roundTripMs`: of the link when it carries next to nothing; undefined while not known. */
  constructor(allowed: readonly Codec[], roundTripMs: () => number | undefined, nowMs: () => number) {
    this.#allowed = allowed.length > 0 ? allowed : ['raw'];
    this.#roundTripMs = roundTripMs;
    this.#nowMs = nowMs;
  }

  /** How long a picture is to stand still before it counts as still: longer for a worker that is slow anyway. */
  get stillAfterMs(): number {
    return Math.min(Math.max(stillMs.least, 2 * this.#intervalMs), stillMs.most);
  }

  /** What the link takes for a frame as large as the last; undefined while nothing is known of it. */
  get transferMs(): number | undefined {
    return this.#msPerByte === undefined ? undefined : this.#msPerByte * this.#lastBytes;
  }

  /** A form in which the frame just chosen for is to be packed as well, to learn how small it gets. */
  get toPack(): PackedCodec | undefined {
    return this.#wouldHelp.find((form) => this.#takes(form) && this.#isStale(form));
  }

  /** The worker has published `count` frames by now. */
  published(count: number): void {
    const atMs = this.#nowMs();
    const before = this.#published;
    this.#published = { count, atMs };
    if (!before || count <= before.count) return;
    const interval = Math.min((atMs - before.atMs) / (count - before.count), stillMs.most);
    this.#intervalMs = mixed(this.#intervalMs, interval, weight);
  }

  /** The form for the next frame, of so many raw bytes. */
  choose(rawBytes: number): Codec {
    this.#wouldHelp = [];
    const [only] = this.#allowed;
    if (only && this.#allowed.length === 1) return only;
    const before = this.#codec;
    const best = this.#best(rawBytes);
    const isLarger = before !== undefined && this.#share(best) > tryFrom * this.#share(before);
    this.#isTry = isLarger && this.#nowMs() >= this.#patience.untilMs;
    this.#codec = isLarger && !this.#isTry ? before : best;
    return this.#codec;
  }

  /** The form for a picture that stands still; undefined for a page that takes none without loss. */
  chooseStill(rawBytes: number): 'raw' | 'deflate' | undefined {
    const { form } = this.#lossless(rawBytes);
    return this.#takes(form) ? form : undefined;
  }

  /** A frame was packed: `packedBytes` of `rawBytes`, in `tookMs`. */
  packed(form: PackedCodec, rawBytes: number, packedBytes: number, tookMs: number): void {
    const { share, msPerByte } = this.#packing[form];
    // What is known is a guess, or of other pictures.
    const telling = this.#isStale(form) ? 1 : weight;
    this.#packing[form] = {
      share: mixed(share, packedBytes / rawBytes, telling),
      msPerByte: mixed(msPerByte, tookMs / rawBytes, telling),
      atMs: this.#nowMs(),
    };
  }

  /** A frame of so many bytes in this form was on its way for `tookMs`, the link's round trip not counted. */
  arrived(form: Codec, bytes: number, tookMs: number): void {
    const arrival = { atMs: this.#nowMs(), msPerByte: tookMs / bytes };
    this.#lastBytes = bytes;
    // Frames of the form before may still arrive when a try is on its way.
    const isTried = this.#isTry && form === this.#codec;
    const isLate = isTried && tookMs > (this.#codec === 'raw' ? this.#atOnceMs : this.#wantedMs);
    this.#arrivals = isLate ? [arrival] : [...this.#arrivals.filter(({ atMs }) => atMs > arrival.atMs - windowMs), arrival];
    if (!isTried) return;
    this.#isTry = false;
    const { nextMs } = this.#patience;
    this.#patience = isLate
      ? { untilMs: arrival.atMs + nextMs, nextMs: Math.min(2 * nextMs, patienceMs.most) }
      : { untilMs: 0, nextMs: patienceMs.first };
  }

  /** This form cannot be made here. */
  without(form: PackedCodec): void {
    const left = this.#allowed.filter((codec) => codec !== form);
    this.#allowed = left.length > 0 ? left : ['raw'];
    if (this.#codec === form) this.#codec = undefined;
  }

  /** A frame that comes this soon keeps up with the worker, as far as anybody sees. */
  get #wantedMs(): number {
    return Math.min(Math.max(this.#atOnceMs, this.#intervalMs), lateMs);
  }

  get #isNear(): boolean {
    return (this.#roundTripMs() ?? nearMs) <= nearMs;
  }

  get #atOnceMs(): number {
    return this.#isNear ? atOnceMs.near : atOnceMs.far;
  }

  get #msPerByte(): number | undefined {
    return this.#arrivals.length === 0 ? undefined : Math.min(...this.#arrivals.map(({ msPerByte }) => msPerByte));
  }

  #best(rawBytes: number): Codec {
    if (this.#arrivals.length === 0) return !this.#takes('deflate') || this.#isNear || rawBytes < smallBytes ? 'raw' : 'deflate';
    const { form, tookMs } = this.#lossless(rawBytes);
    const isInTime = tookMs <= this.#wantedMs * (this.#codec === 'jpeg' ? better.toTake : 1);
    if (tookMs > this.#atOnceMs) this.#wouldHelp = isInTime ? ['deflate'] : ['deflate', 'jpeg'];
    if (isInTime || !this.#takes('jpeg')) return form;
    return this.#packedMs('jpeg', rawBytes) < tookMs * this.#hurdle('jpeg') ? 'jpeg' : form;
  }

  #lossless(rawBytes: number): { form: 'raw' | 'deflate'; tookMs: number } {
    const rawMs = rawBytes * (this.#msPerByte ?? 0);
    const packedMs = this.#packedMs('deflate', rawBytes);
    if (rawMs <= this.#atOnceMs || !this.#takes('deflate') || packedMs >= rawMs * this.#hurdle('deflate'))
      return { form: 'raw', tookMs: rawMs };
    return { form: 'deflate', tookMs: packedMs };
  }

  #packedMs(form: PackedCodec, rawBytes: number): number {
    const { share, msPerByte } = this.#packing[form];
    return rawBytes * ((this.#msPerByte ?? 0) * share + msPerByte);
  }

  #isStale(form: PackedCodec): boolean {
    return this.#nowMs() - this.#packing[form].atMs >= packedEveryMs;
  }

  #hurdle(form: PackedCodec): number {
    return this.#codec === form ? better.toKeep : better.toTake;
  }

  #share(form: Codec): number {
    return form === 'raw' ? 1 : this.#packing[form].share;
  }

  #takes(form: Codec): boolean {
    return this.#allowed.includes(form);
  }
}

function mixed(before: number, now: number, weightOfNow: number): number {
  return before + weightOfNow * (now - before);
}
