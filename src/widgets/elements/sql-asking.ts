/**
 * One question after the other for one cell: what state it is in, and the answer as far as it has come.
 *
 * Guarantees
 * - A new question cancels the one before it; of that one nothing arrives any more.
 * - `changed` is called at most once per animation frame while rows stream in.
 */
import { DuallaneError, sentenceOf } from '../../protocol/index.ts';
import { Answer, bindNames, type Progress, type Question, type SqlEngine, type Summary } from '../sql/index.ts';
import { type PlacedError, placeError } from './sql-error-place.ts';

export type Asking =
  | { state: 'idle' }
  | { state: 'running'; progress: Progress; sinceMs: number; answer: Answer | undefined }
  | { state: 'answered'; answer: Answer; summary: Summary; tookMs: number; atMs: number }
  | { state: 'failed'; code: string; error: PlacedError }
  | { state: 'cancelled'; afterMs: number; rows: number };

export class SqlAsking {
  now: Asking = { state: 'idle' };
  /** The question of `now`, as it was asked. */
  sql = '';
  readonly #changed: () => void;
  readonly #frame: (call: () => void) => void;
  #stop: AbortController | undefined;
  #isFrameDue = false;

  constructor(changed: () => void, frame: (call: () => void) => void = (call) => requestAnimationFrame(call)) {
    this.#changed = changed;
    this.#frame = frame;
  }

  /** Resolves when the question is answered, failed, cancelled or replaced. */
  async ask(engine: SqlEngine, question: Question): Promise<void> {
    const { sql } = question;
    this.#stop?.abort();
    const stop = new AbortController();
    this.#stop = stop;
    this.sql = sql;
    const sinceMs = performance.now();
    const running: Extract<Asking, { state: 'running' }> = {
      state: 'running',
      progress: { stage: 'running' },
      sinceMs,
      answer: undefined,
    };
    this.#become(running);
    const isMine = () => this.now === running;
    const listener = {
      onProgress: (progress: Progress) => {
        running.progress = progress;
        if (isMine()) this.#soon();
      },
      onColumns: (header: Uint8Array) => {
        running.answer = new Answer(header);
      },
      onRows: (chunks: readonly Uint8Array[]) => {
        running.answer?.add(chunks);
        if (isMine()) this.#soon();
      },
    };
    try {
      const summary = await engine.ask(question, listener, { signal: stop.signal });
      if (!running.answer) throw new DuallaneError('sql-failed', 'The engine answered without columns.');
      if (isMine())
        this.#become({
          state: 'answered',
          answer: running.answer,
          summary,
          tookMs: performance.now() - sinceMs,
          atMs: performance.now(),
        });
    } catch (error) {
      if (!isMine()) return;
      const code = error instanceof DuallaneError ? error.code : 'sql-failed';
      if (code === 'sql-cancelled')
        this.#become({ state: 'cancelled', afterMs: performance.now() - sinceMs, rows: running.answer?.rows ?? 0 });
      else this.#become({ state: 'failed', code, error: placeError(sentenceOf(error), sql, bindNames(sql)) });
    }
  }

  cancel(): void {
    this.#stop?.abort();
  }

  #become(now: Asking): void {
    this.now = now;
    this.#changed();
  }

  #soon(): void {
    if (this.#isFrameDue) return;
    this.#isFrameDue = true;
    this.#frame(() => {
      this.#isFrameDue = false;
      this.#changed();
    });
  }
}
