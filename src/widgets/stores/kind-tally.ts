/**
 * What became of the rows of one kind in one view: published = delivered + skipped + thinned + overflowed, and how many were shown.
 *
 * The bridge counts from a channel's opening; the sums go on when the channel is opened again.
 */
import type { Counts, PaintedKind } from '../../protocol/index.ts';

export type ViewCounts = Counts & {
  /** Live rows that became part of a painted state. */
  shown: number;
  /** Rows that came from history: before the opening, after a break, or into a gap. */
  fromHistory: number;
};

const none: Counts = { published: 0, delivered: 0, skipped: 0, thinned: 0, overflowed: 0 };

export class KindTally {
  #before: Counts = none;
  #now: Counts = none;
  #shown = 0;
  #fromHistory = 0;
  #unpainted = 0;
  #unreported = 0;
  #newestUnpaintedMs: number | undefined;
  /** The newest row that came, so that a report never names one that did not. */
  #heldSeq = 0;
  /** The newest row this view knows the fate of: it came, or it is in a gap. Reopening goes on after it. */
  lastSeq = 0;
  watermark = 0;
  credits: number | undefined;

  get counts(): ViewCounts {
    return { ...sum(this.#before, this.#now), shown: this.#shown, fromHistory: this.#fromHistory };
  }

  counted(counts: Counts): void {
    this.#now = counts;
  }

  /** Rows that the view now holds but has not painted. `newestMs`: the newest row's own time. */
  took(rows: number, lastSeq: number, isHistory: boolean, newestMs: number | undefined): void {
    this.#heldSeq = Math.max(this.#heldSeq, lastSeq);
    this.lastSeq = Math.max(this.lastSeq, lastSeq);
    this.#unreported += 1;
    if (isHistory) {
      this.#fromHistory += rows;
      return;
    }
    this.#unpainted += rows;
    this.#newestUnpaintedMs = newestMs ?? this.#newestUnpaintedMs;
  }

  /** Rows up to `lastSeq` did not come and are told as a gap. */
  missed(lastSeq: number): void {
    this.lastSeq = Math.max(this.lastSeq, lastSeq);
  }

  /** What there is to report after a paint, or undefined; and the newest painted live row's time. */
  painted(): { report: PaintedKind; newestMs: number | undefined } | undefined {
    if (this.#unreported === 0) return undefined;
    const painted = { report: { seq: this.#heldSeq, rows: this.#unpainted }, newestMs: this.#newestUnpaintedMs };
    this.#shown += this.#unpainted;
    this.#unpainted = 0;
    this.#unreported = 0;
    this.#newestUnpaintedMs = undefined;
    return painted;
  }

  /** The channel was opened again: the bridge counts from zero. Rows held but not painted will be shown, not reported. */
  reopened(): void {
    this.#before = sum(this.#before, this.#now);
    this.#now = none;
    this.#shown += this.#unpainted;
    this.#unpainted = 0;
    this.#unreported = 0;
    this.lastSeq = Math.min(this.lastSeq, this.watermark);
    this.#heldSeq = Math.min(this.#heldSeq, this.watermark);
  }
}

function sum(a: Counts, b: Counts): Counts {
  return {
    published: a.published + b.published,
    delivered: a.delivered + b.delivered,
    skipped: a.skipped + b.skipped,
    thinned: a.thinned + b.thinned,
    overflowed: a.overflowed + b.overflowed,
  };
}
