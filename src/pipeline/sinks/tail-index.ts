/**
 * Where the rows that are not in parts yet stand in the journal: positions, never bytes. Ascending per run and kind.
 */
import type { RowKind } from '../../protocol/index.ts';
import type { SegmentFile } from './segment-file.ts';

export type TailEntry = {
  segment: SegmentFile;
  workerId: string;
  firstSeq: number;
  rows: number;
  bodyOffset: number;
  bodyBytes: number;
};

export class TailIndex {
  readonly #lanes = new Map<string, { runId: string; kind: RowKind; entries: TailEntry[] }>();

  add(runId: string, kind: RowKind, entry: TailEntry): void {
    const key = `${kind}\0${runId}`;
    const lane = this.#lanes.get(key);
    if (lane === undefined) this.#lanes.set(key, { runId, kind, entries: [entry] });
    else lane.entries.push(entry);
  }

  /** The first entry that holds rows after `afterSeq`. */
  after(runId: string, kind: RowKind, afterSeq: number): TailEntry | undefined {
    const entries = this.#lanes.get(`${kind}\0${runId}`)?.entries ?? [];
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = entries[middle] as TailEntry;
      if (entry.firstSeq + entry.rows - 1 > afterSeq) high = middle;
      else low = middle + 1;
    }
    return entries[low];
  }

  /** What a segment holds, per run and kind. */
  of(segment: SegmentFile): { runId: string; kind: RowKind; entries: TailEntry[] }[] {
    return [...this.#lanes.values()]
      .map(({ runId, kind, entries }) => ({ runId, kind, entries: entries.filter((entry) => entry.segment === segment) }))
      .filter(({ entries }) => entries.length > 0);
  }

  /** The entries of one run and kind, ascending. */
  lane(runId: string, kind: RowKind): readonly TailEntry[] {
    return this.#lanes.get(`${kind}\0${runId}`)?.entries ?? [];
  }

  /** Forgets a run that was removed. */
  dropRun(runId: string): void {
    for (const [key, lane] of this.#lanes) if (lane.runId === runId) this.#lanes.delete(key);
  }

  /** Forgets a segment that is in parts now. */
  drop(segment: SegmentFile): void {
    for (const [key, lane] of this.#lanes) {
      lane.entries = lane.entries.filter((entry) => entry.segment !== segment);
      if (lane.entries.length === 0) this.#lanes.delete(key);
    }
  }
}
