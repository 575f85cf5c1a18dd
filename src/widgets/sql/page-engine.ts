/**
 * The page's SQL engine: a worker that is started by the first question and shared by every cell of the page.
 *
 * Guarantees
 * - A worker that gives no sign of life for `startDeadlineMs` while it starts is ended, and the question fails with
 *   `engine-start`; the next question tries again.
 * - A cancelled question rejects at the latest `cancelGraceMs` later: a worker that does not let go is ended and started anew.
 * - A question that is too large for the page, or needs what the page's engine has not (JSON functions), is answered by native DuckDB
 *   beside the Jupyter server; its summary says so.
 * - A worker whose memory has grown over `recycleBytes` is ended once it is idle: WebAssembly memory never shrinks.
 */
import { DuallaneError, sentenceOf } from '../../protocol/index.ts';
import type { PageLink } from '../link/page-link.ts';
import { Answer } from './answer.ts';
import type { Listener, Question, SqlEngine, Summary } from './engine.ts';
import { askNative } from './native-engine.ts';
import type { Fetch, Fetched, FromWorker, ToWorker } from './worker-messages.ts';

export const startDeadlineMs = 30_000;
export const cancelGraceMs = 2_000;
export const recycleBytes = 1_500_000_000;
const notForThePage: ReadonlySet<string> = new Set(['history-too-large', 'sql-memory', 'sql-extension']);

/** What this needs of a Worker. */
export interface EngineWorker {
  postMessage(message: ToWorker, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export type HistoryLink = Pick<PageLink, 'runs' | 'ledgers' | 'parts' | 'piece' | 'tail' | 'askNative'>;

interface Asked {
  listener: Listener;
  resolve: (summary: Summary) => void;
  onFile?: (file: Uint8Array) => void;
  reject: (error: unknown) => void;
}

interface Running {
  worker: EngineWorker;
  ready: PromiseWithResolvers<void>;
  isReady: boolean;
  deadline: ReturnType<typeof setTimeout> | undefined;
  asks: Map<number, Asked>;
  fetches: Map<number, AbortController>;
}

export class PageEngine implements SqlEngine {
  readonly #link: HistoryLink;
  readonly #spawn: () => EngineWorker;
  #running: Running | undefined;
  #asks = 0;

  constructor(link: HistoryLink, spawn: () => EngineWorker) {
    this.#link = link;
    this.#spawn = spawn;
  }

  start(): Promise<void> {
    return this.#run().ready.promise;
  }

  async ask(question: Question, listener: Listener, lifetime: { signal: AbortSignal }): Promise<Summary> {
    if (question.engine === 'native') return askNative(this.#link, question, listener, lifetime);
    try {
      return await this.#askPage(question, listener, lifetime);
    } catch (error) {
      if (!(error instanceof DuallaneError) || !notForThePage.has(error.code) || lifetime.signal.aborted) throw error;
      return await askNative(this.#link, question, listener, lifetime).catch((native: unknown) => {
        // There is nobody to ask: what the page said is what can be acted on.
        throw native instanceof DuallaneError && native.code === 'native-unreachable' ? error : native;
      });
    }
  }

  async #askPage(question: Question, listener: Listener, { signal }: { signal: AbortSignal }): Promise<Summary> {
    if (signal.aborted) throw cancelled();
    const running = this.#run();
    const ask = ++this.#asks;
    const { promise, resolve, reject } = Promise.withResolvers<Summary>();
    running.asks.set(ask, { listener, resolve, reject });
    let grace: ReturnType<typeof setTimeout> | undefined;
    const cancel = () => {
      running.worker.postMessage({ kind: 'cancel', ask }, []);
      if (!running.isReady) return reject(cancelled());
      grace = setTimeout(() => {
        reject(cancelled());
        this.#end(
          running,
          new DuallaneError(
            'engine-lost',
            'The SQL engine was started anew: another question did not let go. Run this one again.',
          ),
        );
      }, cancelGraceMs);
    };
    signal.addEventListener('abort', cancel, { once: true });
    if (!running.isReady) listener.onProgress?.({ stage: 'starting', loadedBytes: 0, totalBytes: 0 });
    running.worker.postMessage({ kind: 'ask', ask, question }, []);
    try {
      return await promise;
    } finally {
      clearTimeout(grace);
      signal.removeEventListener('abort', cancel);
      running.asks.delete(ask);
    }
  }

  /** A small answer as the texts of its cells. */
  async rowsOf(question: Question): Promise<(string | null)[][]> {
    let answer: Answer | undefined;
    const listener = {
      onColumns: (header: Uint8Array) => {
        answer = new Answer(header);
      },
      onRows: (chunks: readonly Uint8Array[]) => answer?.add(chunks),
    };
    await this.ask({ maxRows: 5000, ...question }, listener, { signal: AbortSignal.timeout(60_000) });
    const rows = answer;
    return rows
      ? Array.from({ length: rows.rows }, (_, row) => rows.columns.map((_column, column) => rows.text(row, column) ?? null))
      : [];
  }

  /** One Arrow IPC stream as a Parquet file. */
  async parquet(stream: Uint8Array): Promise<Uint8Array> {
    const running = this.#run();
    const ask = ++this.#asks;
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const listener = { onColumns: () => undefined, onRows: () => undefined };
    running.asks.set(ask, { listener, resolve: () => undefined, reject, onFile: resolve });
    running.worker.postMessage({ kind: 'parquet', ask, stream }, [stream.buffer as ArrayBuffer]);
    try {
      return await promise;
    } finally {
      running.asks.delete(ask);
    }
  }

  #run(): Running {
    if (this.#running) return this.#running;
    const worker = this.#spawn();
    const running: Running = {
      worker,
      ready: Promise.withResolvers(),
      isReady: false,
      deadline: undefined,
      asks: new Map(),
      fetches: new Map(),
    };
    running.ready.promise.catch(() => undefined); // Each question rejects with the same reason.
    this.#running = running;
    this.#watchStart(running);
    worker.onmessage = ({ data }) => this.#hear(running, data);
    worker.onerror = (event) => this.#end(running, brokeOff(running, event.message));
    return running;
  }

  #watchStart(running: Running): void {
    clearTimeout(running.deadline);
    const sentence =
      `The SQL engine gave no sign of life for ${startDeadlineMs / 1000} s. The browser or the server’s security policy may block WebAssembly ` +
      'or workers (it needs wasm-unsafe-eval and worker-src self). Run the question again, or ask whoever keeps this Jupyter server.';
    running.deadline = setTimeout(() => this.#end(running, new DuallaneError('engine-start', sentence)), startDeadlineMs);
  }

  #hear(running: Running, message: FromWorker): void {
    switch (message.kind) {
      case 'starting':
        this.#watchStart(running);
        for (const { listener } of running.asks.values()) listener.onProgress?.({ ...message, stage: 'starting' });
        return;
      case 'ready':
        clearTimeout(running.deadline);
        running.isReady = true;
        running.ready.resolve();
        return;
      case 'unstarted':
        this.#end(running, new DuallaneError(message.failure.code, message.failure.sentence));
        return;
      case 'fetch':
        void this.#fetch(running, message.fetch, message.wanted);
        return;
      case 'unwanted':
        running.fetches.get(message.fetch)?.abort();
        return;
      case 'progress':
        running.asks.get(message.ask)?.listener.onProgress?.(message.progress);
        return;
      case 'columns':
        running.asks.get(message.ask)?.listener.onColumns(message.header);
        return;
      case 'rows':
        running.asks.get(message.ask)?.listener.onRows(message.chunks);
        return;
      case 'parquet':
        running.asks.get(message.ask)?.onFile?.(message.file);
        return;
      case 'answered':
        running.asks.get(message.ask)?.resolve(message.summary);
        this.#retire(running, message.ask, message.memoryBytes > recycleBytes);
        return;
      case 'failed': {
        const { code, sentence } = message.failure;
        running.asks.get(message.ask)?.reject(new DuallaneError(code, sentence));
        if (code === 'engine-lost') this.#end(running, new DuallaneError(code, sentence));
        else this.#retire(running, message.ask, message.memoryBytes > recycleBytes || code === 'sql-memory');
        return;
      }
      default:
        message satisfies never;
    }
  }

  /** Ends a worker that has grown too large, when nobody else waits for it. */
  #retire(running: Running, ask: number, isTooLarge: boolean): void {
    running.asks.delete(ask);
    if (isTooLarge && running.asks.size === 0)
      this.#end(running, new DuallaneError('engine-lost', 'The SQL engine was started anew.'));
  }

  #end(running: Running, error: DuallaneError): void {
    if (this.#running === running) this.#running = undefined;
    clearTimeout(running.deadline);
    running.worker.onmessage = null;
    running.worker.onerror = null;
    running.worker.terminate();
    running.ready.reject(error);
    for (const { reject } of running.asks.values()) reject(error);
    for (const stop of running.fetches.values()) stop.abort();
  }

  async #fetch(running: Running, fetch: number, wanted: Fetch): Promise<void> {
    const stop = new AbortController();
    running.fetches.set(fetch, stop);
    try {
      const value = await this.#history(wanted, stop.signal);
      running.worker.postMessage({ kind: 'fetched', fetch, value }, buffersOf(value));
    } catch (error) {
      const code = error instanceof DuallaneError ? error.code : 'history-unreachable';
      running.worker.postMessage({ kind: 'unfetched', fetch, failure: { code, sentence: sentenceOf(error) } }, []);
    } finally {
      running.fetches.delete(fetch);
    }
  }

  #history(wanted: Fetch, signal: AbortSignal): Promise<Fetched[keyof Fetched]> {
    switch (wanted.what) {
      case 'runs':
        return Promise.resolve([...this.#link.runs]);
      case 'ledgers':
        return this.#link.ledgers(wanted.runs);
      case 'parts':
        return this.#link.parts(wanted.runs, wanted.kinds);
      case 'piece':
        return this.#link.piece(wanted.name, wanted.range, { signal });
      case 'tail':
        return this.#link.tail(wanted.run, wanted.kind, wanted.after, wanted.upto, { signal });
      default:
        return wanted satisfies never;
    }
  }
}

function cancelled(): DuallaneError {
  return new DuallaneError('sql-cancelled', 'The question was cancelled.');
}

function brokeOff(running: Running, message: string): DuallaneError {
  if (running.isReady)
    return new DuallaneError('engine-lost', `The SQL engine broke off (${message}). Run the question again; it is started anew.`);
  return new DuallaneError(
    'engine-start',
    `The SQL engine could not be started: ${message || 'its script could not be loaded'}. Reload the page.`,
  );
}

/** Buffers to hand over without a copy: each once, and only those that nothing else looks into. */
function buffersOf(value: Fetched[keyof Fetched]): Transferable[] {
  const bytes = Array.isArray(value) ? value : 'bytes' in value ? [value.bytes] : [];
  const views = bytes.filter((item) => item instanceof Uint8Array);
  return [...new Set(views.map((view) => view.buffer as ArrayBuffer))];
}
