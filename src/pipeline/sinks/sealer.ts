/**
 * Turns full segments into parts, one after the other, beside ingest.
 *
 * Guarantees: parts and the end of their segment enter the catalogue in one transaction, and only then is the segment's file
 * removed: killed anywhere, nothing is lost or doubled. Segments are sealed in order, so parts and journal never overlap or
 * leave a hole between them. A failure (a full disk) is logged and tried again; until then the rows are read from the journal.
 */
import { rm } from 'node:fs/promises';
import { type Log, type RowKind, sentenceOf } from '../../protocol/index.ts';
import { type Catalogue, type HistoryForm, type HistoryPlaces, type PartsThread, partPath } from '../history/index.ts';
import type { SegmentBooks } from './segment-books.ts';
import { type SegmentFile, syncDirectory } from './segment-file.ts';
import type { TailIndex } from './tail-index.ts';

export type SealerOptions = {
  catalogue: Catalogue;
  tail: TailIndex;
  thread: PartsThread;
  journalDirectory: string;
  places: HistoryPlaces;
  formOf(runId: string): HistoryForm;
  log: Log;
  /** Called when rows have moved from the journal into parts. */
  onSealed(lanes: readonly { runId: string; kind: RowKind }[]): void;
  /** Called when a segment came, was sealed, or could not be. */
  onBacklog(backlog: { segments: number; bytes: number; isFailing: boolean }): void;
};

const retryFirstMs = 500;
const retryMaxMs = 30_000;

export class Sealer {
  readonly #options: SealerOptions;
  readonly #queue: { segment: SegmentFile; books: SegmentBooks }[] = [];
  #running: Promise<void> | undefined;
  #isClosing = false;
  #isFailing = false;
  #wake: (() => void) | undefined;

  constructor(options: SealerOptions) {
    this.#options = options;
  }

  /** Takes the segment over from its writer. */
  push(segment: SegmentFile, books: SegmentBooks): void {
    this.#queue.push({ segment, books });
    this.#tellBacklog();
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
    });
  }

  /** Seals what is full. What cannot be sealed now is sealed at the next start. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#wake?.();
    await this.#running;
    for (const { segment } of this.#queue.splice(0)) await segment.release();
  }

  #tellBacklog(): void {
    const bytes = this.#queue.reduce((sum, { segment }) => sum + segment.bytes, 0);
    this.#options.onBacklog({ segments: this.#queue.length, bytes, isFailing: this.#isFailing });
  }

  async #drain(): Promise<void> {
    let retryMs = retryFirstMs;
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      try {
        await this.#seal(next.segment, next.books);
        this.#queue.shift();
        retryMs = retryFirstMs;
        this.#isFailing = false;
        this.#tellBacklog();
      } catch (cause) {
        const fields = { segment: next.segment.number, reason: sentenceOf(cause) };
        if (this.#isClosing) {
          this.#options.log('info', 'seal-left-to-next-start', fields);
          return;
        }
        this.#options.log('warn', 'seal-failed', { ...fields, retryMs });
        this.#isFailing = true;
        this.#tellBacklog();
        await this.#pause(retryMs);
        retryMs = Math.min(retryMs * 2, retryMaxMs);
      }
    }
  }

  async #seal(segment: SegmentFile, books: SegmentBooks): Promise<void> {
    const { catalogue, tail, thread, journalDirectory, places, formOf, log, onSealed } = this.#options;
    const lanes = tail.of(segment).map(({ runId, kind, entries }) => ({
      runId,
      kind,
      form: formOf(runId),
      records: entries.map(({ bodyOffset, bodyBytes, firstSeq, rows, workerId }) => ({
        bodyOffset,
        bodyBytes,
        firstSeq,
        rows,
        workerId,
      })),
    }));
    const parts = lanes.length === 0 ? [] : await thread.seal({ segmentPath: segment.path, places, lanes });
    // The catalogue is written in place, and everything waits for it: on a disk that has stalled it is waited for here first.
    await syncDirectory(journalDirectory);
    // From here to the end of `drop` nothing else runs: a reader finds the rows in the journal before and in parts after.
    // A commit that failed with an error may have gone through all the same.
    if (!catalogue.isSealed(segment.number)) catalogue.seal(books.sealed(segment.number, parts));
    tail.drop(segment);
    onSealed(lanes);
    log('debug', 'segment-sealed', {
      segment: segment.number,
      parts: parts.length,
      rows: parts.reduce((sum, part) => sum + part.rows, 0),
    });
    // Of runs that were removed while their rows were being sealed. What cannot be removed now, the next start sweeps away.
    for (const { name, form, runId } of parts)
      if (form === 'parquet' && catalogue.isForgotten(runId))
        await rm(partPath(places, name), { force: true }).catch(() => undefined);
    await removeSegment(segment, journalDirectory).catch((cause: unknown) => {
      log('warn', 'segment-not-removed', { segment: segment.number, reason: sentenceOf(cause) });
    });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

async function removeSegment(segment: SegmentFile, directory: string): Promise<void> {
  await rm(segment.path, { force: true });
  await segment.release();
  await syncDirectory(directory);
}
