/** What the sink keeps in memory of the rows it took: numbers, batch keys, ledger, steps seen, and where the unsealed ones stand. */
import { Catalogue } from '../history/index.ts';
import { Lanes } from './lanes.ts';
import { RowLedger } from './row-ledger.ts';
import { SegmentBooks } from './segment-books.ts';
import type { SegmentFile } from './segment-file.ts';
import { StepMemory } from './step-memory.ts';
import { TailIndex } from './tail-index.ts';
import { WriterSessions } from './writer-sessions.ts';

export class RowBooks {
  readonly catalogue: Catalogue;
  readonly lanes: Lanes;
  readonly sessions: WriterSessions;
  readonly ledger: RowLedger;
  readonly steps = new StepMemory();
  readonly tail = new TailIndex();
  readonly #segments = new Map<SegmentFile, SegmentBooks>();

  constructor(catalogueFile: string) {
    this.catalogue = new Catalogue(catalogueFile);
    this.lanes = new Lanes(this.catalogue);
    this.sessions = new WriterSessions((...key) => this.catalogue.lastSequence(...key));
    this.ledger = new RowLedger((runId) => this.catalogue.ledger(runId));
  }

  ofSegment(segment: SegmentFile): SegmentBooks {
    const known = this.#segments.get(segment);
    if (known !== undefined) return known;
    const books = new SegmentBooks();
    this.#segments.set(segment, books);
    return books;
  }

  /** Takes over what a start found in a segment. */
  keep(segment: SegmentFile, books: SegmentBooks): void {
    this.#segments.set(segment, books);
  }

  dropSealedSegments(): void {
    for (const segment of this.#segments.keys()) if (this.catalogue.isSealed(segment.number)) this.#segments.delete(segment);
  }

  dropRun(runId: string): void {
    this.tail.dropRun(runId);
    this.ledger.dropRun(runId);
    this.sessions.dropRun(runId);
    this.lanes.dropRun(runId);
  }
}
