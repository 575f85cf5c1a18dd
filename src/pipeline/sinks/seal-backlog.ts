/**
 * The bound on what lies in the journal and is no part yet: a restart reads all of it, and replay from it is slower.
 *
 * Guarantees
 * - Sealing gives way to training and ingest until the backlog is a quarter of the bound; from then on it has the same priority.
 * - At the bound writers are held until half of it is left. Both are logged once, each time.
 * - Sealing that fails holds nobody: waiting would not mend it. Its rows are durable, and `seal-failed` says what to do.
 */
import type { Log } from '../../protocol/index.ts';

/** `bytes` wait, `bytesMax` is the bound, `isHolding`: writers wait for it. */
export type BacklogLoad = { segments: number; bytes: number; bytesMax: number; isHolding: boolean };

const urgentFrom = 0.25;
const relievedAt = 0.5;

export class SealBacklog {
  readonly #bytesMax: number;
  readonly #onHold: (isHolding: boolean) => void;
  readonly #log: Log;
  #segments = 0;
  #bytes = 0;
  #isHolding = false;

  constructor(of: { bytesMax: number; onHold: (isHolding: boolean) => void; log: Log }) {
    this.#bytesMax = of.bytesMax;
    this.#onHold = of.onHold;
    this.#log = of.log;
  }

  get isUrgent(): boolean {
    return this.#bytes >= this.#bytesMax * urgentFrom;
  }

  get load(): BacklogLoad {
    return { segments: this.#segments, bytes: this.#bytes, bytesMax: this.#bytesMax, isHolding: this.#isHolding };
  }

  /** Told when a segment came, was sealed, or could not be. */
  update({ segments, bytes, isFailing }: { segments: number; bytes: number; isFailing: boolean }): void {
    this.#segments = segments;
    this.#bytes = bytes;
    const isOver = !isFailing && bytes >= this.#bytesMax * (this.#isHolding ? relievedAt : 1);
    if (isOver === this.#isHolding) return;
    this.#isHolding = isOver;
    this.#log(isOver ? 'warn' : 'info', isOver ? 'sealing-behind' : 'sealing-relieved', {
      segments,
      bytes,
      bytesMax: this.#bytesMax,
    });
    this.#onHold(isOver);
  }
}
