/** Who wants to know that rows became durable. Told once per group of the journal; one that throws is logged and harms no other. */
import { type Log, type RowKind, sentenceOf } from '../../protocol/index.ts';
import type { DurableSink } from './durable-sink.ts';

type DurableListener = Parameters<DurableSink['onDurable']>[0];

export class DurableListeners {
  readonly #log: Log;
  readonly #listeners = new Set<DurableListener>();
  #moved = new Map<string, { runId: string; kind: RowKind; watermark: number }>();

  constructor(log: Log) {
    this.#log = log;
  }

  add(listener: DurableListener, { signal }: { signal: AbortSignal }): void {
    if (signal.aborted) return;
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
  }

  /** The watermark of a run's kind has moved; `tell` says so. */
  moved(runId: string, kind: RowKind, watermark: number): void {
    this.#moved.set(`${kind}\0${runId}`, { runId, kind, watermark });
  }

  tell(): void {
    if (this.#moved.size === 0) return;
    const moved = [...this.#moved.values()];
    this.#moved = new Map();
    for (const listener of this.#listeners) {
      try {
        listener(moved);
      } catch (error) {
        this.#log('error', 'durable-listener-failed', { reason: sentenceOf(error) });
      }
    }
  }
}
