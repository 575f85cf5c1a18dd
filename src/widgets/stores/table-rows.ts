/**
 * What a table of rows shows: every row of a run, or those that a filter lets through, from the first to the newest.
 *
 * Guarantees
 * - A row keeps its place while newer ones come: only a list that arrives from history moves it, and `indexOf` says where to.
 * - Nothing is asked of history before somebody looks at rows that are not at hand, or a filter leaves too few of those to fill a table.
 */
import { sentenceOf } from '../../protocol/index.ts';
import type { Row } from './row-batch.ts';
import type { RowFilter } from './row-filter.ts';
import type { RowHistory } from './row-history.ts';

export interface TableRows {
  readonly length: number;
  /** The newest rows at hand, ascending: what is shown while the table follows. */
  readonly newest: readonly Row[];
  /** undefined while it is on its way, null when it is not in history. */
  rowAt(index: number): Row | null | undefined;
  /** The index at which the row stands now, or would; -1 when there is none. */
  indexOf(seq: number): number;
  /** Rows first..end-1 are looked at by a reader who has left the newest ones. */
  want(first: number, end: number): void;
  /** A reader follows the newest `rows` of them. */
  wantNewest(rows: number): void;
  /** Rows first..end-1 whole, for copying. Rejects when history cannot be reached. */
  fetch(first: number, end: number, lifetime: { signal: AbortSignal }): Promise<Row[]>;
  /** What there is to say about rows that do not come, or are still looked for. */
  readonly note: string | undefined;
}

/** The sequence numbers of history that fulfil a condition, ascending. */
export type SeqList = { seqs: ArrayLike<number>; reach: number; isCut: boolean };
export type AskSeqs = (condition: string, lifetime: { signal: AbortSignal; onNote: (note: string) => void }) => Promise<SeqList>;

type Window = { readonly rows: readonly Row[]; readonly droppedSeq: number };

/** How long a list serves before it is asked for again, when rows after it have been let go: so long, and so many times as long as it took. */
const askAgainMs = 2000;
const askAgainCosts = 10;

/** Every row of the run: row i is the one with seq_id i + 1. */
export class RunRows implements TableRows {
  readonly #window: Window;
  readonly #history: RowHistory;
  readonly #reach: () => number;

  /** `reach`: the last row known to be durable. */
  constructor(window: Window, history: RowHistory, reach: () => number) {
    this.#window = window;
    this.#history = history;
    this.#reach = reach;
  }

  get length(): number {
    return Math.max(this.#reach(), this.#window.rows.at(-1)?.seq ?? 0);
  }

  get newest(): readonly Row[] {
    return this.#window.rows;
  }

  get note(): string | undefined {
    return this.#history.problem;
  }

  rowAt(index: number): Row | null | undefined {
    return find(this.#window.rows, index + 1) ?? this.#history.row(index + 1);
  }

  indexOf(seq: number): number {
    return seq - 1;
  }

  want(first: number, end: number): void {
    const seqs: number[] = [];
    for (let index = first; index < end; index++) if (!find(this.#window.rows, index + 1)) seqs.push(index + 1);
    this.#history.want(seqs, this.#reach());
  }

  wantNewest(): void {} // The newest rows come by themselves.

  async fetch(first: number, end: number, lifetime: { signal: AbortSignal }): Promise<Row[]> {
    const atHand: Row[] = [];
    for (let index = first; index < end; index++) {
      const row = this.rowAt(index);
      if (row) atHand.push(row);
    }
    return atHand.length === end - first ? atHand : this.#history.range(first + 1, end, lifetime);
  }
}

/**
 * Rows that fulfil a filter. Their list is asked of history once a reader leaves the newest rows, or those at hand do not fill the table;
 * until then those at hand are it.
 */
export class FilteredRows implements TableRows {
  readonly #window: Window;
  readonly #history: RowHistory;
  readonly #filter: RowFilter;
  readonly #ask: AskSeqs;
  readonly #reach: () => number;
  readonly #changed: () => void;
  readonly #signal: AbortSignal;
  readonly #nowMs: () => number;
  #list: SeqList | undefined;
  #later: readonly Row[] = [];
  #isLooking = false;
  #lookAgainAtMs = Number.NEGATIVE_INFINITY;
  #note: string | undefined;
  #fromWindow: { of: readonly Row[]; rows: readonly Row[] } | undefined;

  constructor(
    window: Window,
    history: RowHistory,
    filter: RowFilter,
    around: { ask: AskSeqs; reach: () => number; changed: () => void; signal: AbortSignal; nowMs?: () => number },
  ) {
    this.#window = window;
    this.#history = history;
    this.#filter = filter;
    this.#ask = around.ask;
    this.#reach = around.reach;
    this.#changed = around.changed;
    this.#signal = around.signal;
    this.#nowMs = around.nowMs ?? Date.now;
  }

  get length(): number {
    return (this.#list?.seqs.length ?? 0) + this.#tail.length;
  }

  get newest(): readonly Row[] {
    const { rows } = this.#window;
    if (this.#fromWindow?.of !== rows) this.#fromWindow = { of: rows, rows: rows.filter((row) => this.#filter.matches(row)) };
    return this.#fromWindow.rows;
  }

  get note(): string | undefined {
    return this.#note ?? this.#history.problem;
  }

  /** Does `length` count all of history, or only what is at hand? */
  get isWhole(): boolean {
    return this.#list !== undefined;
  }

  rowAt(index: number): Row | null | undefined {
    const listed = this.#list?.seqs.length ?? 0;
    if (index >= listed) return this.#tail[index - listed];
    const seq = this.#list?.seqs[index] ?? 0;
    return find(this.#window.rows, seq) ?? this.#history.row(seq);
  }

  indexOf(seq: number): number {
    const { seqs, reach } = this.#list ?? { seqs: [], reach: 0 };
    if (seq <= reach) return firstAtLeast(seqs.length, (i) => seqs[i] ?? 0, seq);
    const tail = this.#tail;
    return seqs.length + firstAtLeast(tail.length, (i) => tail[i]?.seq ?? 0, seq);
  }

  want(first: number, end: number): void {
    if (this.#isListDue) void this.#look();
    const { seqs } = this.#list ?? { seqs: [] };
    const wanted: number[] = [];
    for (let index = first; index < Math.min(end, seqs.length); index++) {
      const seq = seqs[index] ?? 0;
      if (!find(this.#window.rows, seq)) wanted.push(seq);
    }
    this.#history.want(wanted, this.#reach());
  }

  wantNewest(rows: number): void {
    if (this.newest.length < rows) this.want(Math.max(0, this.length - rows), this.length);
  }

  async fetch(first: number, end: number, { signal }: { signal: AbortSignal }): Promise<Row[]> {
    const rows: Row[] = [];
    const missing: number[] = [];
    for (let index = first; index < end; index++) {
      const row = this.rowAt(index);
      if (row) rows.push(row);
      else if (row === undefined) missing.push(this.#list?.seqs[index] ?? 0);
    }
    for (const [from, to] of spansOf(missing)) {
      const wanted = new Set(missing.slice(from, to));
      const found = await this.#history.range(missing[from] ?? 0, missing[to - 1] ?? 0, { signal });
      rows.push(...found.filter((row) => wanted.has(row.seq)));
    }
    return rows.sort((a, b) => a.seq - b.seq);
  }

  /** Rows at hand that came after the list was made; all of them without one. They stay when the window lets go of them. */
  get #tail(): readonly Row[] {
    const list = this.#list;
    if (!list) return this.newest;
    if (this.#window.droppedSeq <= list.reach) this.#later = this.newest.filter((row) => row.seq > list.reach);
    return this.#later;
  }

  get #isListDue(): boolean {
    if (this.#isLooking || this.#nowMs() < this.#lookAgainAtMs) return false;
    return !this.#list || this.#window.droppedSeq > this.#list.reach;
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    const beganMs = this.#nowMs();
    try {
      const onNote = (note: string): void => {
        this.#note = note;
        this.#changed();
      };
      if (!this.#list) onNote('Looking through history…');
      this.#list = await this.#ask(this.#filter.sql, { signal: this.#signal, onNote });
      this.#later = [];
      this.#note = this.#list.isCut ? 'Only the newest million of the rows that match are listed.' : undefined;
    } catch (error) {
      if (this.#signal.aborted) return;
      this.#note = `History could not be looked through. ${sentenceOf(error)}`;
    } finally {
      this.#isLooking = false;
      const endedMs = this.#nowMs();
      this.#lookAgainAtMs = endedMs + Math.max(askAgainMs, askAgainCosts * (endedMs - beganMs));
    }
    this.#changed();
  }
}

/** The row with this seq among rows that ascend. */
function find(rows: readonly Row[], seq: number): Row | undefined {
  const row = rows[firstAtLeast(rows.length, (i) => rows[i]?.seq ?? 0, seq)];
  return row?.seq === seq ? row : undefined;
}

function firstAtLeast(length: number, at: (index: number) => number, wanted: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

const spanRowsMost = 8192;

/** Stretches of ascending numbers, [from, to) by index, each over at most `spanRowsMost` rows of history. */
function spansOf(seqs: readonly number[]): [number, number][] {
  const spans: [number, number][] = [];
  for (let from = 0; from < seqs.length; ) {
    let to = from + 1;
    while (to < seqs.length && (seqs[to] ?? 0) - (seqs[from] ?? 0) < spanRowsMost) to += 1;
    spans.push([from, to]);
    from = to;
  }
  return spans;
}
