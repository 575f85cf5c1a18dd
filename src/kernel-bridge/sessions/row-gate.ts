/**
 * Which live rows of one kind go to one view: thinned first, then one credit a row, per (run, agent).
 *
 * Guarantees
 * - delivered + skipped + thinned + overflowed = published after every call, and each row is counted once.
 * - Thinning spends no credit. An inactive or congested view spends none either: its rows are skipped or overflowed.
 * - A report of more painted rows than were delivered, or one that goes back, throws `painted-forged` and grants nothing.
 * - Memory is bounded: rows in flight by the credits, agents by `agentsMost` (the rest share one pool).
 */
import { type Counts, CreditPool, DuallaneError, type PaintedKind, type RowKind } from '../../protocol/index.ts';
import { GapLedger } from './gap-ledger.ts';

/** Consecutive rows as the gate sees them: row i is of agent `names[codes[i]]`, or of `names[0]` without codes. */
export type Arrivals = { firstSeq: number; rows: number; codes: ArrayLike<number> | undefined; names: readonly string[] };
export type ViewState = { isActive: boolean; isCongested: boolean };

type Stream = { pool: CreditPool; untilNext: number };
type InFlight = { lastSeq: number; spent: Map<CreditPool, number> };

const agentsMost = 1024;

export class RowGate {
  readonly counts: Counts = { published: 0, delivered: 0, skipped: 0, thinned: 0, overflowed: 0 };
  readonly gaps: GapLedger;
  readonly #agents: ReadonlySet<string> | undefined;
  readonly #every: number;
  readonly #streams = new Map<string, Stream>();
  #inFlight: InFlight[] = [];
  #paintedRows = 0;
  #paintedSeq = 0;
  #sentSeq = 0;

  constructor(kind: RowKind, options: { agents?: readonly string[]; every?: number } = {}) {
    this.gaps = new GapLedger(kind);
    this.#agents = options.agents && options.agents.length > 0 ? new Set(options.agents) : undefined;
    this.#every = options.every ?? 1;
  }

  /** Credits of the stream that has the fewest; a full pool's when there is none yet. */
  get credits(): number {
    return this.#pools().reduce((least, pool) => Math.min(least, pool.credits), this.#first().credits);
  }

  get window(): number {
    return this.#pools().reduce((most, pool) => Math.max(most, pool.window), 0) || this.#first().window;
  }

  /** True while any agent's stream starves. */
  get isStarving(): boolean {
    return this.#pools().some((pool) => pool.isStarving);
  }

  /** Live rows the view has painted. */
  get shown(): number {
    return this.#paintedRows;
  }

  /** Times a stream of the view began to starve. */
  get starvations(): number {
    return this.#pools().reduce((sum, pool) => sum + pool.starvations, 0);
  }

  get unpainted(): number {
    return this.#pools().reduce((sum, pool) => sum + pool.unpainted, 0);
  }

  /** Whether the view asked for this agent's rows. */
  wants(agent: string): boolean {
    return this.#agents === undefined || this.#agents.has(agent);
  }

  /** Indices of the rows that leave, ascending. They are counted as delivered: the caller sends them. */
  admit(arrivals: Arrivals, view: ViewState): Int32Array {
    const { firstSeq, rows, codes, names } = arrivals;
    const streams = names.map((name) => (this.wants(name) ? this.#stream(name) : undefined));
    const reason = !view.isActive ? 'credit' : view.isCongested ? 'overflow' : undefined;
    const taken = new Int32Array(rows);
    const spent = new Map<CreditPool, number>();
    const miss = new MissRun(this.gaps);
    let delivered = 0;
    for (let row = 0; row < rows; row += 1) {
      const stream = streams[codes?.[row] ?? 0];
      if (!stream) continue;
      this.counts.published += 1;
      if (reason === undefined && this.#isThinned(stream)) {
        this.counts.thinned += 1;
      } else if (reason === 'overflow') {
        this.counts.overflowed += 1;
        miss.add(firstSeq + row, 'overflow');
      } else if (reason === 'credit' || stream.pool.spend(1) === 0) {
        this.counts.skipped += 1;
        miss.add(firstSeq + row, 'credit');
      } else {
        spent.set(stream.pool, (spent.get(stream.pool) ?? 0) + 1);
        taken[delivered++] = row;
      }
    }
    miss.end();
    this.counts.delivered += delivered;
    if (delivered > 0) this.#inFlight.push({ lastSeq: firstSeq + (taken[delivered - 1] ?? 0), spent });
    return taken.subarray(0, delivered);
  }

  /** Rows first..last never reached the bridge. */
  missed(first: number, last: number): void {
    const rows = last - first + 1;
    this.counts.published += rows;
    this.counts.overflowed += rows;
    this.gaps.miss(first, last, 'unreachable');
  }

  /** A row that was admitted could not be sent after all: it overflowed, and is not tried again. */
  refuse(seq: number): void {
    this.counts.delivered -= 1;
    this.counts.overflowed += 1;
    this.gaps.miss(seq, seq, 'overflow', { isFillable: false });
  }

  /** A row with this seq_id, live or history, went to the view: it may be painted. */
  sent(lastSeq: number): void {
    this.#sentSeq = Math.max(this.#sentSeq, lastSeq);
  }

  /** The view's report. Grants credits. Throws `painted-forged`. */
  painted(report: PaintedKind, nowMs: number): void {
    if (this.#paintedRows + report.rows > this.counts.delivered) {
      throw forged(`${this.#paintedRows + report.rows} rows painted of ${this.counts.delivered} delivered`);
    }
    if (report.seq > this.#sentSeq) throw forged(`row ${report.seq} painted and ${this.#sentSeq} was the last one sent`);
    if (report.seq < this.#paintedSeq) throw forged(`row ${report.seq} painted after row ${this.#paintedSeq}`);
    this.#paintedRows += report.rows;
    this.#paintedSeq = report.seq;
    const settled = new Map<CreditPool, number>();
    const still = this.#inFlight.findIndex((flight) => flight.lastSeq > report.seq);
    const done = this.#inFlight.splice(0, still < 0 ? this.#inFlight.length : still);
    for (const { spent } of done) for (const [pool, rows] of spent) settled.set(pool, (settled.get(pool) ?? 0) + rows);
    for (const pool of this.#pools()) pool.painted(settled.get(pool) ?? 0, nowMs);
  }

  #isThinned(stream: Stream): boolean {
    if (stream.untilNext > 0) {
      stream.untilNext -= 1;
      return true;
    }
    stream.untilNext = this.#every - 1;
    return false;
  }

  #stream(agent: string): Stream {
    const known = this.#streams.get(agent);
    if (known) return known;
    const key = this.#streams.size < agentsMost ? agent : '';
    const stream = this.#streams.get(key) ?? { pool: new CreditPool(), untilNext: 0 };
    this.#streams.set(key, stream);
    return stream;
  }

  #pools(): CreditPool[] {
    return [...this.#streams.values()].map((stream) => stream.pool);
  }

  #first(): CreditPool {
    for (const stream of this.#streams.values()) return stream.pool;
    return new CreditPool();
  }
}

/** Joins rows that miss one after the other, so that a gap costs one entry and not one a row. */
class MissRun {
  readonly #gaps: GapLedger;
  #first = 0;
  #last = 0;
  #reason: 'credit' | 'overflow' | undefined;

  constructor(gaps: GapLedger) {
    this.#gaps = gaps;
  }

  add(seq: number, reason: 'credit' | 'overflow'): void {
    if (this.#reason === reason && seq === this.#last + 1) {
      this.#last = seq;
      return;
    }
    this.end();
    this.#reason = reason;
    this.#first = seq;
    this.#last = seq;
  }

  end(): void {
    if (this.#reason) this.#gaps.miss(this.#first, this.#last, this.#reason);
    this.#reason = undefined;
  }
}

function forged(what: string): DuallaneError {
  return new DuallaneError('painted-forged', `The report does not fit what was sent: ${what}. No credits were granted for it.`);
}
