/**
 * What the worker does with each message. Of questions that wait only the newest is answered: a reader who drags sees the last place.
 * A picture that takes long comes twice: at once with rough bands, and whole when nothing else is asked for a moment.
 * History waits for questions: parts that have come are taken in one by one, and between them a question is answered. The first rows
 * are drawn before any others are taken in.
 */
import { sentenceOf } from '../../protocol/index.ts';
import type { PartDecoder } from '../sql/part-decoder.ts';
import { PartFile } from '../sql/part-file.ts';
import { Comparison } from './comparison.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { episodeColumns, valueColumns } from './run-rows.ts';

type Post = (message: FromWorker, transfer?: Transferable[]) => void;
type Arrived = Extract<ToWorker, { kind: 'part' | 'tail' }>;
type Ask = Extract<ToWorker, { kind: 'ask' }>;

/** What the bands of a picture may take at once. */
const movingBandMs = 15;
const restMostMs = 200;
/** Nobody may be there to ask for the first picture. */
const firstPictureMostMs = 200;
/** A reader who has not moved for so long is looking. */
const settledMs = 150;

export class WorkerSide {
  readonly #comparison = new Comparison();
  readonly #decoder: PartDecoder;
  readonly #post: Post;
  readonly #breathe: () => Promise<void>;
  readonly #arrived: Arrived[] = [];
  #isTaking = false;
  /** Resolves with the first picture that has rows. */
  #firstPicture: PromiseWithResolvers<void> | undefined;
  #waiting: Ask | undefined;
  #tookMs = 0;
  #endedMs = 0;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(decoder: PartDecoder, post: Post, breathe: () => Promise<void>) {
    this.#decoder = decoder;
    this.#post = post;
    this.#breathe = breathe;
  }

  hear(message: ToWorker): void {
    switch (message.kind) {
      case 'part':
      case 'tail':
        this.#arrived.push(message);
        if (!this.#isTaking) void this.#takeAll();
        return;
      case 'ask':
        if (!this.#waiting) setTimeout(() => this.#answer(), this.#restMs());
        this.#waiting = message;
        return;
      case 'nearest': {
        const { x, y, reachX, reachY, request } = message;
        this.#post({ kind: 'point', request, point: this.#comparison.nearest(x, y, reachX, reachY) });
        return;
      }
      case 'locate': {
        const point = this.#comparison.locate(message.run, message.agent, message.episode);
        this.#post({ kind: 'point', request: message.request, point });
        return;
      }
      default:
        message satisfies never;
    }
  }

  /** As long as the last picture took, when that was just now: the page draws while this thread rests, and cores may be few. */
  #restMs(): number {
    return Math.max(0, Math.min(this.#tookMs, this.#endedMs + this.#tookMs - performance.now()));
  }

  async #takeAll(): Promise<void> {
    this.#isTaking = true;
    for (let next = this.#arrived.shift(); next; next = this.#arrived.shift()) {
      await this.#take(next);
      if (!this.#firstPicture) {
        this.#firstPicture = Promise.withResolvers();
        await Promise.race([this.#firstPicture.promise, new Promise((resolve) => setTimeout(resolve, firstPictureMostMs))]);
      }
      await this.#breathe();
    }
    this.#isTaking = false;
  }

  /** Each row group as a stream. */
  async #decode({ name, of, bytes }: Extract<ToWorker, { kind: 'part' }>): Promise<Uint8Array[]> {
    const columns = of === 'episodes' ? episodeColumns : valueColumns;
    const file = await PartFile.open(name, bytes.length, async () => ({ bytes, first: 0, size: bytes.length }));
    try {
      const streams: Uint8Array[] = [];
      for (const group of file.footer.groups.keys()) streams.push(await file.decode(group, columns, this.#decoder));
      return streams;
    } finally {
      await file.close();
    }
  }

  async #take(message: Arrived): Promise<void> {
    const { request, run, of } = message;
    try {
      for (const stream of message.kind === 'part' ? await this.#decode(message) : message.streams)
        this.#comparison.add(run, of, stream);
      this.#post({ kind: 'took', request, rows: this.#comparison.rows(run, of), known: this.#comparison.known(run) });
    } catch (cause) {
      this.#post({ kind: 'refused', request, sentence: sentenceOf(cause) });
    }
  }

  #answer(): void {
    const ask = this.#waiting;
    this.#waiting = undefined;
    if (!ask) return;
    clearTimeout(this.#settling);
    const isRough = this.#draw(ask, movingBandMs);
    this.#firstPicture?.resolve();
    if (isRough) this.#settling = setTimeout(() => this.#draw(ask, Number.POSITIVE_INFINITY), settledMs);
    if (ask.isTableWanted) this.#post({ kind: 'table', number: ask.number, table: this.#comparison.table(ask.question) });
  }

  #draw({ question, frame, number }: Ask, bandMs: number): boolean {
    const began = performance.now();
    const picture = this.#comparison.picture(question, frame, bandMs);
    const buffers = [picture.points.rgba.buffer as ArrayBuffer];
    this.#endedMs = performance.now();
    this.#tookMs = Math.min(restMostMs, this.#endedMs - began);
    this.#post({ kind: 'picture', number, picture, computeMs: this.#endedMs - began }, buffers);
    return picture.isRough;
  }
}
