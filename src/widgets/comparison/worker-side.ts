/**
 * What the worker does with each message. Of questions that wait only the newest is answered: a reader who drags sees the last place.
 */
import { sentenceOf } from '../../protocol/index.ts';
import type { PartDecoder } from '../sql/part-decoder.ts';
import { Comparison } from './comparison.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { episodeColumns, valueColumns } from './run-rows.ts';

type Post = (message: FromWorker, transfer?: Transferable[]) => void;
type Ask = Extract<ToWorker, { kind: 'ask' }>;

export class WorkerSide {
  readonly #comparison = new Comparison();
  readonly #decoder: PartDecoder;
  readonly #post: Post;
  #waiting: Ask | undefined;

  constructor(decoder: PartDecoder, post: Post) {
    this.#decoder = decoder;
    this.#post = post;
  }

  hear(message: ToWorker): void {
    switch (message.kind) {
      case 'part': {
        const columns = message.of === 'episodes' ? episodeColumns : valueColumns;
        this.#take(message, () => [this.#decoder.decode(message.bytes, columns)]);
        return;
      }
      case 'tail':
        this.#take(message, () => message.streams);
        return;
      case 'ask':
        if (!this.#waiting) setTimeout(() => this.#answer());
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

  #take({ request, run, of }: Extract<ToWorker, { kind: 'part' | 'tail' }>, streams: () => readonly Uint8Array[]): void {
    try {
      for (const stream of streams()) this.#comparison.add(run, of, stream);
      this.#post({ kind: 'took', request, rows: this.#comparison.rows(run, of), known: this.#comparison.known(run) });
    } catch (cause) {
      this.#post({ kind: 'refused', request, sentence: sentenceOf(cause) });
    }
  }

  #answer(): void {
    const ask = this.#waiting;
    this.#waiting = undefined;
    if (!ask) return;
    const began = performance.now();
    const picture = this.#comparison.picture(ask.question, ask.frame);
    const buffers = [picture.points.rgba.buffer as ArrayBuffer];
    this.#post({ kind: 'picture', number: ask.number, picture, computeMs: performance.now() - began }, buffers);
    if (ask.isTableWanted) this.#post({ kind: 'table', number: ask.number, table: this.#comparison.table(ask.question) });
  }
}
