/**
 * Collects the rows of one publish stream into batches: `sinkBatchRows` rows or `sinkBatchMs` milliseconds, whichever is first.
 *
 * Guarantees
 * - Every row added is in exactly one batch handed to the ingest, in order per worker.
 * - At most `openBatches` batches are on their way: `isFull` asks the caller to wait for `room`.
 * - A value its column cannot hold is counted in the run's ledger and stops nothing.
 */
import { encodeRows, type Row } from '../../protocol/arrow.ts';
import { limits, type RowKind } from '../../protocol/index.ts';
import type { Ingest } from './ingest.ts';

const openBatches = 16;

export class RowBatcher {
  readonly #ingest: Ingest;
  readonly #runId: string;
  readonly #kind: RowKind;
  readonly #rows = new Map<string, Row[]>();
  readonly #open = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #failure: { error: unknown } | undefined;
  #accepted = 0;

  constructor(ingest: Ingest, runId: string, kind: RowKind) {
    this.#ingest = ingest;
    this.#runId = runId;
    this.#kind = kind;
  }

  get isFull(): boolean {
    return this.#open.size >= openBatches;
  }

  add(workerId: string, row: Row): void {
    const rows = this.#rows.get(workerId) ?? [];
    rows.push(row);
    this.#rows.set(workerId, rows);
    if (rows.length >= limits.sinkBatchRows) this.#flush(workerId, rows);
    else this.#timer ??= setTimeout(() => this.#flushAll(), limits.sinkBatchMs);
  }

  /** Resolves when another batch may be begun. Throws what the ingest threw. */
  async room(): Promise<void> {
    while (this.isFull) await Promise.race(this.#open);
    if (this.#failure) throw this.#failure.error;
  }

  /** Rows that are durable, when all that was added is. Throws what the ingest threw. */
  async settled(): Promise<number> {
    this.#flushAll();
    while (this.#open.size > 0) await Promise.all(this.#open);
    if (this.#failure) throw this.#failure.error;
    return this.#accepted;
  }

  #flushAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [workerId, rows] of this.#rows) this.#flush(workerId, rows);
  }

  #flush(workerId: string, rows: readonly Row[]): void {
    this.#rows.delete(workerId);
    if (rows.length === 0) return;
    const open = this.#store(workerId, rows)
      .then(
        () => {
          this.#accepted += rows.length;
        },
        (error: unknown) => {
          this.#failure ??= { error };
        },
      )
      .finally(() => this.#open.delete(open));
    this.#open.add(open);
  }

  async #store(workerId: string, rows: readonly Row[]): Promise<void> {
    const unfit = new Map<number, string>();
    const ipc = encodeRows(this.#kind, rows, (row, column, value) =>
      unfit.set(row, `${column} ${String(value).slice(0, 60)} does not fit its column`),
    );
    const appended = await this.#ingest.take({ runId: this.#runId, workerId, kind: this.#kind, rows: rows.length, ipc });
    for (const [row, sample] of unfit)
      this.#ingest.sink.reject(this.#runId, workerId, String(rows[row]?.agent_id ?? ''), 1, sample);
    await appended.durable;
  }
}
