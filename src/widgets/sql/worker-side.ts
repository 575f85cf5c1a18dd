/**
 * The worker's half of the conversation: questions in, rows out, history fetched through the page.
 *
 * Guarantees
 * - Every `ask` is answered by exactly one `answered` or `failed`.
 * - A fetch whose question was cancelled is told to the page as `unwanted`.
 */
import { DuallaneError, sentenceOf } from '../../protocol/index.ts';
import type { Piece } from '../link/page-link.ts';
import type { SqlEngine } from './engine.ts';
import type { HistorySource } from './history-source.ts';
import type { Failure, Fetch, Fetched, FromWorker, ToWorker } from './worker-messages.ts';

export type Post = (message: FromWorker, transfer?: Transferable[]) => void;

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

export class PageSource implements HistorySource {
  readonly #post: Post;
  readonly #waiting = new Map<number, Waiting>();
  #fetches = 0;

  constructor(post: Post) {
    this.#post = post;
  }

  runs(): Promise<Fetched['runs']> {
    return this.#fetch({ what: 'runs' });
  }

  ledgers(...[runs]: Parameters<HistorySource['ledgers']>): Promise<Fetched['ledgers']> {
    return this.#fetch({ what: 'ledgers', runs });
  }

  parts(...[runs, kinds]: Parameters<HistorySource['parts']>): Promise<Fetched['parts']> {
    return this.#fetch({ what: 'parts', runs, kinds });
  }

  piece(...[name, range, { signal }]: Parameters<HistorySource['piece']>): Promise<Piece> {
    return this.#fetch({ what: 'piece', name, range }, signal);
  }

  tail(...[run, kind, after, upto, { signal }]: Parameters<HistorySource['tail']>): Promise<Fetched['tail']> {
    return this.#fetch({ what: 'tail', run, kind, after, upto }, signal);
  }

  settle(message: Extract<ToWorker, { kind: 'fetched' | 'unfetched' }>): void {
    const waiting = this.#waiting.get(message.fetch);
    this.#waiting.delete(message.fetch);
    if (message.kind === 'fetched') waiting?.resolve(message.value as never);
    else waiting?.reject(new DuallaneError(message.failure.code, message.failure.sentence));
  }

  #fetch<W extends Fetch>(wanted: W, signal?: AbortSignal): Promise<Fetched[W['what']]> {
    const fetch = ++this.#fetches;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      this.#waiting.set(fetch, { resolve, reject });
      const leave = () => {
        if (!this.#waiting.delete(fetch)) return;
        this.#post({ kind: 'unwanted', fetch });
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#post({ kind: 'fetch', fetch, wanted });
    });
  }
}

export class WorkerSide {
  readonly #engine: SqlEngine;
  readonly #post: Post;
  readonly #memoryBytes: () => number;
  readonly #toParquet: (stream: Uint8Array) => Uint8Array;
  readonly #asks = new Map<number, AbortController>();

  constructor(engine: SqlEngine, post: Post, memoryBytes: () => number, toParquet: (stream: Uint8Array) => Uint8Array) {
    this.#engine = engine;
    this.#post = post;
    this.#memoryBytes = memoryBytes;
    this.#toParquet = toParquet;
  }

  hear(message: Extract<ToWorker, { kind: 'ask' | 'cancel' | 'parquet' }>): void {
    if (message.kind === 'cancel') this.#asks.get(message.ask)?.abort();
    else if (message.kind === 'parquet') this.#write(message.ask, message.stream);
    else void this.#ask(message.ask, message.question);
  }

  #write(ask: number, stream: Uint8Array): void {
    try {
      const file = this.#toParquet(stream);
      this.#post({ kind: 'parquet', ask, file }, [file.buffer as ArrayBuffer]);
    } catch (error) {
      this.#post({ kind: 'failed', ask, failure: failureOf(error), memoryBytes: this.#memoryBytes() });
    }
  }

  async #ask(ask: number, question: Parameters<SqlEngine['ask']>[0]): Promise<void> {
    const stop = new AbortController();
    this.#asks.set(ask, stop);
    const post = this.#post;
    const listener = {
      onProgress: (progress: Parameters<NonNullable<Parameters<SqlEngine['ask']>[1]['onProgress']>>[0]) =>
        post({ kind: 'progress', ask, progress }),
      onColumns: (header: Uint8Array) => post({ kind: 'columns', ask, header }),
      onRows: (chunks: readonly Uint8Array[]) =>
        post(
          { kind: 'rows', ask, chunks },
          chunks.map((chunk) => chunk.buffer as ArrayBuffer),
        ),
    };
    try {
      const summary = await this.#engine.ask(question, listener, { signal: stop.signal });
      post({ kind: 'answered', ask, summary, memoryBytes: this.#memoryBytes() });
    } catch (error) {
      post({ kind: 'failed', ask, failure: failureOf(error), memoryBytes: this.#memoryBytes() });
    } finally {
      this.#asks.delete(ask);
    }
  }
}

export function failureOf(error: unknown): Failure {
  return { code: error instanceof DuallaneError ? error.code : 'sql-failed', sentence: sentenceOf(error) };
}
