/**
 * Collects the rows of one publish stream into batches: `sinkBatchRows` rows or `sinkBatchMs` milliseconds, whichever is first.
 *
 * Guarantees
 * - Every row added is in exactly one batch handed to the ingest, in order per worker.
 * - At most `openBatches` batches are on their way: `isFull` asks the caller to wait for `room`.
 * - A value its column cannot hold is counted in the run's ledger, kept as text in an event, and stops nothing.
 */
import { encodeRows, type Row } from '../../protocol/arrow.ts';
import { limits, type RowKind } from '../../protocol/index.ts';
import type { Ingest } from './ingest.ts';

const openBatches = 16;
/** A value in an event is cut off here. */
const oddCharacters = 200;

type OddValue = { row: number; column: string; value: string };

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
    const odd: OddValue[] = [];
    const ipc = encodeRows(this.#kind, rows, (row, column, value) =>
      odd.push({ row, column, value: String(value).slice(0, oddCharacters) }),
    );
    const appended = await this.#ingest.take({ runId: this.#runId, workerId, kind: this.#kind, rows: rows.length, ipc });
    const samples = new Map(
      odd.map(({ row, column, value }) => [row, `${column} ${value.slice(0, 60)} does not fit its column`]),
    );
    for (const [row, sample] of samples)
      this.#ingest.sink.reject(this.#runId, workerId, String(rows[row]?.agent_id ?? ''), 1, sample);
    if (odd.length > 0) await this.#keepOdd(workerId, rows, odd, appended.firstSeq);
    await appended.durable;
  }

  /** What a column could not hold, as text: an event `odd_value` beside the row, which has null or zero in its place. */
  async #keepOdd(workerId: string, rows: readonly Row[], odd: readonly OddValue[], firstSeq: number): Promise<void> {
    const events = odd
      .toSorted((a, b) => a.row - b.row)
      .map(({ row, column, value }) => {
        const detail = { kind: this.#kind, seq_id: firstSeq + row, agent_id: String(rows[row]?.agent_id ?? ''), column, value };
        return { ts: rows[row]?.ts ?? 0, kind: 'odd_value', detail_json: JSON.stringify(detail) };
      });
    const ipc = encodeRows('events', events);
    await (await this.#ingest.take({ runId: this.#runId, workerId, kind: 'events', rows: events.length, ipc })).durable;
  }
}
