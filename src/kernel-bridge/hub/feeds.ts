/**
 * One feed per run and kind, for as long as a view needs it and a while longer, so that a page that reloads finds it running.
 */
import type { Log, RowKind } from '../../protocol/index.ts';
import { delay } from '../waiting.ts';
import type { DaemonConnection } from './daemon-connection.ts';
import { RunFeed } from './run-feed.ts';

type Entry = { feed: RunFeed; views: number; end: AbortController; idle: AbortController };

const lingerMs = 5000;

export class Feeds {
  readonly #connection: DaemonConnection;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #entries = new Map<string, Entry>();

  constructor(connection: DaemonConnection, log: Log, signal: AbortSignal) {
    this.#connection = connection;
    this.#log = log;
    this.#signal = signal;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The feed, kept while `signal` lives. */
  use(runId: string, kind: RowKind, signal: AbortSignal): RunFeed {
    const key = `${kind} ${runId}`;
    const entry = this.#entries.get(key) ?? this.#start(key, runId, kind);
    entry.views += 1;
    entry.idle.abort();
    signal.addEventListener('abort', () => this.#leave(key, entry), { once: true });
    return entry.feed;
  }

  #start(key: string, runId: string, kind: RowKind): Entry {
    const end = new AbortController();
    const feed = new RunFeed(runId, kind, this.#connection, this.#log, AbortSignal.any([end.signal, this.#signal]));
    const entry = { feed, views: 0, end, idle: new AbortController() };
    this.#entries.set(key, entry);
    void feed.keep();
    return entry;
  }

  #leave(key: string, entry: Entry): void {
    entry.views -= 1;
    if (entry.views > 0) return;
    const idle = new AbortController();
    entry.idle = idle;
    void delay(lingerMs, AbortSignal.any([idle.signal, this.#signal])).then(() => {
      if (idle.signal.aborted || entry.views > 0) return;
      this.#entries.delete(key);
      entry.end.abort();
    });
  }
}
