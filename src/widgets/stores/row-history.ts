/**
 * The rows of one run and kind by sequence number, from the newest back to the first: what is at hand comes from the live window,
 * the rest is fetched in pages from the durable lane.
 *
 * Guarantees
 * - A row is exactly the one with that seq_id; one that is on its way reads as undefined, one that history does not have as null.
 * - At most `pagesKept` pages are kept and `fetchesMost` are under way; what nobody looks at any more is given up.
 */
import { type RowKind, sentenceOf } from '../../protocol/index.ts';
import type { PageLink } from '../link/page-link.ts';
import { type Row, RowBatch } from './row-batch.ts';

export const pageRows = 256;
const pagesKept = 128;
const fetchesMost = 2;
const retryMs = 2000;

type Page = { rows: ReadonlyMap<number, Row>; upto: number };
type Source = Pick<PageLink, 'tail'>;

export class RowHistory {
  /** Why rows that are wanted do not come. */
  problem: string | undefined;
  readonly #link: Source;
  readonly #run: string;
  readonly #kind: RowKind;
  readonly #changed: () => void;
  readonly #signal: AbortSignal;
  readonly #nowMs: () => number;
  /** In the order of their last use. */
  readonly #pages = new Map<number, Page>();
  readonly #underWay = new Map<number, AbortController>();
  #wanted: number[] = [];
  #reach = 0;
  #failedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    link: Source,
    run: string,
    kind: RowKind,
    changed: () => void,
    life: { signal: AbortSignal; nowMs?: () => number },
  ) {
    this.#link = link;
    this.#run = run;
    this.#kind = kind;
    this.#changed = changed;
    this.#signal = life.signal;
    this.#nowMs = life.nowMs ?? Date.now;
  }

  row(seq: number): Row | null | undefined {
    const number = pageOf(seq);
    const page = this.#pages.get(number);
    if (!page) return undefined;
    this.#pages.delete(number);
    this.#pages.set(number, page);
    return page.rows.get(seq) ?? (seq <= page.upto ? null : undefined);
  }

  /** These rows are looked at now, and no others. `reach`: the last row known to be durable. */
  want(seqs: Iterable<number>, reach: number): void {
    this.#reach = reach;
    const missing = new Set<number>();
    for (const seq of seqs) if (seq >= 1 && seq <= reach && this.row(seq) === undefined) missing.add(pageOf(seq));
    this.#wanted = [...missing];
    for (const [number, stop] of this.#underWay) if (!missing.has(number)) stop.abort();
    if (this.#nowMs() - this.#failedAtMs >= retryMs) this.#fetchMore();
  }

  /** Rows first..last, ascending, fetched anew. Rejects as PageLink.tail does. */
  async range(first: number, last: number, lifetime: { signal: AbortSignal }): Promise<Row[]> {
    const streams = await this.#link.tail(this.#run, this.#kind, first - 1, last, lifetime);
    return streams.flatMap((body) => rowsOf(new RowBatch(body)));
  }

  #fetchMore(): void {
    for (const number of this.#wanted) {
      if (this.#underWay.size >= fetchesMost) return;
      if (!this.#underWay.has(number)) void this.#fetch(number);
    }
  }

  async #fetch(number: number): Promise<void> {
    const stop = new AbortController();
    this.#underWay.set(number, stop);
    const first = number * pageRows + 1;
    const upto = Math.min(first + pageRows - 1, this.#reach);
    try {
      const rows = await this.range(first, upto, { signal: AbortSignal.any([stop.signal, this.#signal]) });
      this.#keep(number, { rows: new Map(rows.map((row) => [row.seq, row])), upto });
      this.problem = undefined;
    } catch (error) {
      if (stop.signal.aborted || this.#signal.aborted) return;
      this.problem = sentenceOf(error);
      this.#failedAtMs = this.#nowMs();
    } finally {
      this.#underWay.delete(number);
      if (!this.#signal.aborted) {
        if (this.problem === undefined) this.#fetchMore();
        this.#changed();
      }
    }
  }

  #keep(number: number, page: Page): void {
    this.#pages.set(number, page);
    this.#wanted = this.#wanted.filter((wanted) => wanted !== number);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= pagesKept) return;
      this.#pages.delete(oldest);
    }
  }
}

function pageOf(seq: number): number {
  return Math.floor((seq - 1) / pageRows);
}

function rowsOf(batch: RowBatch): Row[] {
  return Array.from({ length: batch.rows }, (_, index) => batch.row(index));
}
