/**
 * Reading durable rows back: parts first, then what is still in the journal, as if they were one table.
 *
 * Guarantees: ascending, each row once, up to the watermark; a segment is held while it is read, and what was sealed meanwhile is
 * found in its part.
 */
import { createReadStream } from 'node:fs';
import { decodeBatch, encodeBatch, rowKinds, slice } from '../../protocol/arrow.ts';
import { DuallaneError, type RowKind } from '../../protocol/index.ts';
import { type Catalogue, type HistoryPlaces, PartsThread, partPath, removalsOf } from '../history/index.ts';
import type { PartEntry, SeqGap, StoredBatch } from './durable-sink.ts';
import { holesIn } from './holes.ts';
import type { Lanes } from './lanes.ts';
import type { TailIndex } from './tail-index.ts';

export class StoredRows {
  readonly #catalogue: Catalogue;
  readonly #places: HistoryPlaces;
  readonly #lanes: Lanes;
  readonly #tail: TailIndex;
  readonly #isClosing: () => boolean;
  readonly #thread = new PartsThread({ givesWay: () => false });

  constructor(of: { catalogue: Catalogue; places: HistoryPlaces; lanes: Lanes; tail: TailIndex; isClosing: () => boolean }) {
    this.#catalogue = of.catalogue;
    this.#places = of.places;
    this.#lanes = of.lanes;
    this.#tail = of.tail;
    this.#isClosing = of.isClosing;
  }

  async *read(
    runId: string,
    kind: RowKind,
    afterSeq: number,
    options?: { untilSeq?: number; signal?: AbortSignal },
  ): AsyncGenerator<StoredBatch> {
    const until = Math.min(options?.untilSeq ?? Number.POSITIVE_INFINITY, this.#lanes.of(runId, kind).watermark);
    let ahead: Promise<StoredBatch[]> | undefined;
    for (let cursor = afterSeq; cursor < until && !this.#catalogue.isForgotten(runId); ) {
      options?.signal?.throwIfAborted();
      if (this.#isClosing()) throw new DuallaneError('sink-closed', 'the daemon is stopping; read again from the next one');
      // Looked up anew each time: what was in the journal may be in a part by now.
      const batches = await (ahead ?? this.#readAfter(runId, kind, cursor, until));
      ahead = undefined;
      if (batches.length === 0) return;
      const half = batches.length >> 1;
      for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
        options?.signal?.throwIfAborted();
        yield batch;
        cursor = batch.firstSeq + batch.rows - 1;
        // Who has taken half of a row group is reading: the next one is decoded meanwhile.
        if (half === 0 || batches.length !== half) continue;
        ahead = this.#readAfter(runId, kind, lastSeqOf(batches), until);
        ahead.catch(() => undefined); // told when it is awaited, if it is
      }
    }
  }

  parts(runId: string, kinds: readonly RowKind[]): PartEntry[] {
    return kinds.flatMap((kind) =>
      this.#catalogue.parts(runId, kind).map(({ name, form, firstSeq, lastSeq, rows, bytes }) => ({
        name,
        kind,
        firstSeq,
        lastSeq,
        rows,
        bytes,
        path: form === 'parquet' ? partPath(this.#places, name) : '',
      })),
    );
  }

  async *readPart(name: string, offset: number, length: number): AsyncGenerator<Uint8Array> {
    const part = this.#catalogue.part(name);
    if (part === undefined) throw new DuallaneError('part-unknown', `there is no part ${name}; list the parts of the run again`);
    if (part.form === 'sqlite') {
      const bytes = await this.#thread.parquet({ places: this.#places, part });
      yield* chunksOf(bytes.subarray(offset, length > 0 ? offset + length : undefined));
      return;
    }
    const end = length > 0 ? Math.min(offset + length, part.bytes) : part.bytes;
    if (offset >= end) return;
    yield* createReadStream(partPath(this.#places, name), { start: offset, end: end - 1, highWaterMark: chunkBytes });
  }

  /** What lies between parts, the journal's records, what retention removed, and the watermark. */
  gaps(runId: string): SeqGap[] {
    const removed = removalsOf(this.#catalogue, runId);
    return rowKinds.flatMap((kind) => {
      const parts = [...this.#catalogue.parts(runId, kind), ...removed.filter((range) => range.kind === kind)];
      const tail = this.#tail.lane(runId, kind).map(({ firstSeq, rows }) => ({ firstSeq, lastSeq: firstSeq + rows - 1 }));
      return holesIn([...parts, ...tail], this.#lanes.of(runId, kind).watermark).map((hole) => ({ kind, ...hole }));
    });
  }

  async #readAfter(runId: string, kind: RowKind, cursor: number, until: number): Promise<StoredBatch[]> {
    const entry = this.#tail.after(runId, kind, cursor);
    if (entry !== undefined && this.#lanes.of(runId, kind).sealedSeq <= cursor) {
      if (entry.firstSeq > until) return [];
      entry.segment.acquire();
      try {
        const ipc = await entry.segment.read(entry.bodyOffset, entry.bodyBytes);
        return [cut({ runId, kind, workerId: entry.workerId, firstSeq: entry.firstSeq, rows: entry.rows, ipc }, cursor, until)];
      } finally {
        await entry.segment.release();
      }
    }
    const part = this.#catalogue.partAfter(runId, kind, cursor);
    if (part === undefined) return [];
    const first = Math.max(cursor + 1, part.firstSeq);
    if (first > until) return [];
    const skipped = first - part.firstSeq;
    const offset = skipped % part.rowGroupRows;
    const limit = Math.min(part.rowGroupRows - offset, Math.min(until, part.lastSeq) - first + 1);
    const range = { rowGroup: Math.floor(skipped / part.rowGroupRows), offset, limit };
    const batches = await this.#thread.read({ places: this.#places, part, range });
    let firstSeq = first;
    return batches.map(({ rows, ipc }) => {
      const batch: StoredBatch = { runId, kind, workerId: '', firstSeq, rows, ipc };
      firstSeq += rows;
      return batch;
    });
  }

  async close(): Promise<void> {
    await this.#thread.close();
  }
}

/** Of batches that follow each other. */
function lastSeqOf(batches: readonly StoredBatch[]): number {
  const last = batches.at(-1) as StoredBatch;
  return last.firstSeq + last.rows - 1;
}

const chunkBytes = 256 * 1024;
function* chunksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

/** The rows of `batch` after `cursor`, up to `until`. */
function cut(batch: StoredBatch, cursor: number, until: number): StoredBatch {
  const from = Math.max(0, cursor + 1 - batch.firstSeq);
  const to = Math.min(batch.rows, until + 1 - batch.firstSeq);
  if (from === 0 && to === batch.rows) return batch;
  return {
    ...batch,
    firstSeq: batch.firstSeq + from,
    rows: to - from,
    ipc: encodeBatch(slice(decodeBatch(batch.ipc), from, to)),
  };
}
