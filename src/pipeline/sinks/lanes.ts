/**
 * How far each kind of each run reaches. Memory grows with the runs touched since the start, not with rows.
 */
import { rowKinds } from '../../protocol/arrow.ts';
import type { RowKind } from '../../protocol/index.ts';
import type { Catalogue } from '../history/index.ts';
import type { Reach } from './durable-sink.ts';

/** Sequence numbers given out (`head`), durable (`watermark`), in parts (`sealedSeq`); `movedMs`: when the watermark last moved or began to wait. */
export type Lane = { head: number; watermark: number; sealedSeq: number; movedMs: number };

export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #catalogue: Catalogue;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  of(runId: string, kind: RowKind): Lane {
    const key = `${kind}\0${runId}`;
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const sealedSeq = this.#catalogue.sealedSeq(runId, kind);
    const head = Math.max(sealedSeq, this.#catalogue.head(runId, kind));
    const lane: Lane = { head, watermark: head, sealedSeq, movedMs: 0 };
    this.#lanes.set(key, lane);
    return lane;
  }

  reach(runId: string, kind: RowKind): Reach {
    const { head, watermark, sealedSeq, movedMs } = this.of(runId, kind);
    return { head, watermark, sealedSeq, ...(watermark < head && { waitsSinceMs: movedMs }) };
  }

  dropRun(runId: string): void {
    for (const kind of rowKinds) this.#lanes.delete(`${kind}\0${runId}`);
  }
}
