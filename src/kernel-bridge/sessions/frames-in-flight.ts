/**
 * Which frames of one view are on their way or wait to be painted, and whether another may follow them.
 *
 * - On this host: the next one leaves when the one before has arrived, though that may still wait for its paint; two are under way. The
 *   page paints the newest it has and refuses the other, so nothing gets later by it, and a screen's rate is reached.
 * - Far away: as many as fit into the round trip, one after the other as fast as the link takes them. With one at a time a page
 *   150 ms away would see at most six a second, however wide its link.
 * - Never more than `unansweredMost`: a page that does not paint gets no more.
 */
import { DuallaneError } from '../../protocol/index.ts';

const unansweredMost = 8;
/** No screen shows more; a quicker worker's frames are skipped here, not in the page. Ms between two. */
const leastPaceMs = 12;
/** The link is left some room for rows: a frame has this many times what it takes. */
const headroom = 1.25;

/** `roundTripMs`: of a link that carries next to nothing. `transferMs`: what it takes for a frame. Undefined: not known yet. */
type Link = { roundTripMs: number | undefined; transferMs: number | undefined };

export class FramesInFlight {
  readonly #link: () => Link;
  readonly #nowMs: () => number;
  /** Ring head of each, and how many the worker had published by then. */
  readonly #unanswered = new Map<number, number>();
  readonly #onTheirWay = new Set<number>();
  /** Those that were in flight when the view was hidden: whether they were painted no longer matters. */
  #forgiven: ReadonlySet<number> = new Set();
  #sentMs = Number.NEGATIVE_INFINITY;

  constructor(link: () => Link, nowMs: () => number) {
    this.#link = link;
    this.#nowMs = nowMs;
  }

  get isEmpty(): boolean {
    return this.#unanswered.size === 0;
  }

  /** Another frame may be sent now. */
  get hasRoom(): boolean {
    if (this.isEmpty) return true;
    const { roundTripMs, transferMs } = this.#link();
    if (roundTripMs === undefined || transferMs === undefined) return false;
    const paceMs = Math.max(leastPaceMs, headroom * transferMs);
    if (this.#nowMs() - this.#sentMs < paceMs) return false;
    const fitting = Math.floor(roundTripMs / paceMs);
    return this.#onTheirWay.size <= fitting && this.#unanswered.size < Math.min(2 + fitting, unansweredMost);
  }

  sends({ head, published }: { head: number; published: number }): void {
    this.#unanswered.set(head, published);
    this.#onTheirWay.add(head);
    this.#sentMs = this.#nowMs();
  }

  /** The page's browser has it. */
  arrived(head: number): void {
    this.#onTheirWay.delete(head);
  }

  /** The page has painted or refused it: its `published`; undefined for one that no longer matters. Throws `painted-forged`. */
  answered(head: number): number | undefined {
    const published = this.#unanswered.get(head);
    this.#unanswered.delete(head);
    this.#onTheirWay.delete(head);
    if (published !== undefined || this.#forgiven.has(head)) return published;
    const awaited = [...this.#unanswered.keys()].join(', ') || 'none';
    throw new DuallaneError('painted-forged', `Frame ${head} was painted; in flight: ${awaited}.`);
  }

  /** The view is hidden: what is in flight may be answered or not. */
  forgive(): void {
    this.#forgiven = new Set(this.#unanswered.keys());
    this.#unanswered.clear();
    this.#onTheirWay.clear();
  }
}
