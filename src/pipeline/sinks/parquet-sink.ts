/**
 * Durable storage in its first form: a journal in front, immutable Parquet parts and a catalogue behind.
 *
 * Guarantees: those of DurableSink. In addition, memory does not grow with history: rows in the journal are known by their place.
 * A batch that is refused (`batch-invalid`) uses up its key, and its rows are counted as rejected: a writer that sends it again
 * is answered `duplicate` and goes on with the next one.
 *
 * Where what is: row-intake.ts the way in, recovery.ts and recovered-rows.ts the start, stored-rows.ts reading, sealer.ts and
 * upkeep.ts the way into parts, row-books.ts what is kept in memory. This file puts them together.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { rowKinds } from '../../protocol/arrow.ts';
import { DuallaneError, type Log, limits, type RowKind } from '../../protocol/index.ts';
import {
  type Catalogue,
  type HistoryForm,
  type HistoryPlaces,
  hasHistory,
  PartsThread,
  type Removal,
  removalsOf,
  removalTotals,
  removedRows,
} from '../history/index.ts';
import { Histogram } from '../metrics/index.ts';
import { DurableListeners } from './durable-listeners.ts';
import type {
  Appended,
  DurableSink,
  LedgerCounts,
  LedgerEntry,
  NewBatch,
  PartEntry,
  Reach,
  SeqGap,
  SinkLoad,
  StoredBatch,
} from './durable-sink.ts';
import { Intake } from './intake.ts';
import { Journal } from './journal.ts';
import { recoverInto } from './recovered-rows.ts';
import { recoverJournal, sweepParts } from './recovery.ts';
import { RowBooks } from './row-books.ts';
import { RowIntake } from './row-intake.ts';
import { RunRules } from './run-rules.ts';
import type { RunSettings } from './run-settings.ts';
import { SealBacklog } from './seal-backlog.ts';
import { Sealer } from './sealer.ts';
import { makeDirectory } from './segment-file.ts';
import { StoredRows } from './stored-rows.ts';
import { HistoryUpkeep } from './upkeep.ts';

export type ParquetSinkOptions = {
  /** The home directory; journal/, parts/ and catalogue.sqlite are made in it. One process at a time: the caller holds the lock. */
  home: string;
  log: Log;
  /** The form of runs that have none of their own; default Parquet. */
  history?: HistoryForm;
  /** Ends the sink as `close` does. */
  signal?: AbortSignal;
  /** A segment is sealed at this size. */
  segmentBytes?: number;
  /** A segment with data is sealed at this age. */
  segmentAgeMs?: number;
  intakeRows?: number;
  intakeBytes?: number;
  /** Writers wait while so much of the journal is not sealed. */
  backlogBytes?: number;
};

export type ParquetSink = DurableSink & {
  /** The SQLite file; other rooms of the daemon define their tables in it (see Catalogue). Closed with the sink. */
  readonly catalogue: Catalogue;
  /** Work on what is sealed: compaction, other forms. */
  readonly upkeep: HistoryUpkeep;
  /** Seals what is durable now, without waiting for size or age. */
  seal(): void;
  /** Seals everything of a run that is durable; resolves when it is in parts. */
  sealRun(runId: string): Promise<void>;
};

/** Sealing takes about ten times this much memory for a moment. */
const segmentBytesDefault = 32 * 1024 * 1024;
const segmentAgeDefaultMs = 60_000;
/** A start reads about 300 MB of the journal a second. */
const backlogBytesDefault = 1024 * 1024 * 1024;
/** Merging waits for so many segments at most. */
const putOffMost = 64;
/** How long `close` goes on sealing. */
const sealAtCloseMs = 5000;

/** Opens the storage of a home and brings it in order (see recovery.ts). Throws `catalogue-unusable`, `catalogue-missing`, `journal-damaged`. */
export async function openParquetSink(options: ParquetSinkOptions): Promise<ParquetSink> {
  // An empty catalogue would have every part swept away as an orphan.
  if (!existsSync(join(options.home, 'catalogue.sqlite')) && hasHistory(options.home))
    throw new DuallaneError(
      'catalogue-missing',
      `${options.home} holds history and no catalogue.sqlite: put the file back, or make it anew with "duallane verify --salvage"`,
    );
  const sink = new JournaledSink(options);
  try {
    await sink.open();
  } catch (error) {
    await sink.close();
    throw error;
  }
  return sink;
}

class JournaledSink implements ParquetSink {
  readonly catalogue: Catalogue;
  readonly upkeep: HistoryUpkeep;
  readonly #options: ParquetSinkOptions;
  readonly #log: Log;
  readonly #journalDirectory: string;
  readonly #places: HistoryPlaces;
  readonly #books: RowBooks;
  readonly #rules: RunRules;
  readonly #listeners: DurableListeners;
  readonly #intake: Intake;
  readonly #backlog: SealBacklog;
  readonly #wayIn: RowIntake;
  readonly #rows: StoredRows;
  readonly #sealThread = new PartsThread({ givesWay: () => !this.#backlog.isUrgent });
  readonly #sealer: Sealer;
  /** Segments sealed since parts were last looked through for merging. */
  #putOff = 0;
  readonly #toCompact = new Map<string, { runId: string; kind: RowKind }>();
  #journal: Journal | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ParquetSinkOptions) {
    const { home, log, history = 'parquet' } = options;
    this.#options = options;
    this.#log = log;
    this.#journalDirectory = join(home, 'journal');
    this.#places = { partsDirectory: join(home, 'parts'), rowsDirectory: join(home, 'rows') };
    this.#books = new RowBooks(join(home, 'catalogue.sqlite'));
    const { catalogue, lanes, tail } = this.#books;
    this.catalogue = catalogue;
    this.#rules = new RunRules(catalogue, history);
    this.#listeners = new DurableListeners(log);
    this.#intake = new Intake(
      options.intakeRows ?? limits.sinkIntakeRows,
      options.intakeBytes ?? limits.sinkIntakeBytes,
      ({ isPressed, rows, bytes, waiting }) =>
        log(isPressed ? 'warn' : 'info', isPressed ? 'intake-pressed' : 'intake-relieved', { rows, bytes, waiting }),
    );
    this.#backlog = new SealBacklog({
      bytesMax: options.backlogBytes ?? backlogBytesDefault,
      onHold: (isHolding) => this.#intake.hold(isHolding),
      log,
    });
    this.#wayIn = new RowIntake({
      books: this.#books,
      intake: this.#intake,
      rules: this.#rules,
      listeners: this.#listeners,
      journal: () => this.#journal,
      log,
    });
    const places = this.#places;
    const thread = this.#sealThread;
    this.#rows = new StoredRows({ catalogue, places, lanes, tail, isClosing: () => this.#closing !== undefined });
    this.upkeep = new HistoryUpkeep({ catalogue, places, thread, log });
    this.#sealer = new Sealer({
      catalogue,
      tail,
      thread,
      journalDirectory: this.#journalDirectory,
      places,
      formOf: (runId) => this.#rules.fixForm(runId),
      log,
      onSealed: (sealed) => this.#sealed(sealed),
      onBacklog: (backlog) => this.#backlog.update(backlog),
    });
  }

  async open(): Promise<void> {
    await makeDirectory(this.#journalDirectory);
    await makeDirectory(this.#places.partsDirectory);
    await makeDirectory(this.#places.rowsDirectory);
    await sweepParts(this.#places, this.catalogue, this.#log);
    const { onRecord, onLost } = recoverInto(this.#books);
    const { nextNumber, segments } = await recoverJournal(this.#journalDirectory, this.catalogue, this.#log, onRecord, onLost);
    this.#journal = new Journal({
      directory: this.#journalDirectory,
      firstNumber: nextNumber,
      segmentBytes: this.#options.segmentBytes ?? segmentBytesDefault,
      segmentAgeMs: this.#options.segmentAgeMs ?? segmentAgeDefaultMs,
      log: this.#log,
      onGroup: () => this.#listeners.tell(),
      onFull: (segment) => this.#sealer.push(segment, this.#books.ofSegment(segment)),
    });
    for (const { segment, books } of segments) {
      this.#books.keep(segment, books);
      this.#sealer.push(segment, books);
    }
    this.#options.signal?.addEventListener('abort', () => void this.close(), { once: true });
  }

  append(batch: NewBatch): Promise<Appended> {
    return this.#wayIn.append(batch);
  }

  rejectedRows(runId: string, workerId: string, writerSession: Uint8Array): number {
    return this.#books.sessions.of(runId, workerId, writerSession).rejectedRows;
  }

  durableSequence(runId: string, workerId: string, writerSession: Uint8Array): number {
    return this.#books.sessions.of(runId, workerId, writerSession).durable;
  }

  reach(runId: string, kind: RowKind): Reach {
    return this.#books.lanes.reach(runId, kind);
  }

  read(
    runId: string,
    kind: RowKind,
    afterSeq: number,
    options?: { untilSeq?: number; signal?: AbortSignal },
  ): AsyncIterable<StoredBatch> {
    return this.#rows.read(runId, kind, afterSeq, options);
  }

  parts(runId: string, kinds: readonly RowKind[]): PartEntry[] {
    return this.#rows.parts(runId, kinds);
  }

  readPart(name: string, offset: number, length: number): AsyncIterable<Uint8Array> {
    return this.#rows.readPart(name, offset, length);
  }

  gaps(runId: string): SeqGap[] {
    return this.#rows.gaps(runId);
  }

  removals(runId: string): Removal[] {
    return removalsOf(this.catalogue, runId);
  }

  removedRows(): Map<string, number> {
    return removedRows(this.catalogue);
  }

  onDurable(listener: Parameters<DurableSink['onDurable']>[0], lifetime: { signal: AbortSignal }): void {
    this.#listeners.add(listener, lifetime);
  }

  load(): SinkLoad {
    return {
      intake: this.#intake.load,
      flush: (this.#journal?.flushTimes ?? noTimes).figures,
      sync: (this.#journal?.syncTimes ?? noTimes).figures,
      retries: this.#journal?.retries ?? 0,
      unsealed: this.#backlog.load,
      parts: this.catalogue.partTotals(),
      removed: removalTotals(this.catalogue),
    };
  }

  async forget(runId: string): Promise<{ rows: number; bytes: number }> {
    const rows = rowKinds.reduce((sum, kind) => sum + this.reach(runId, kind).watermark, 0);
    const { bytes } = await this.upkeep.forget(runId);
    this.#books.dropRun(runId);
    return { rows, bytes };
  }

  reject(runId: string, workerId: string, agentId: string, count: number, sample: string): void {
    this.#wayIn.owe(runId, workerId, [
      { worker: workerId, agent: agentId, x: count, ...(sample !== '' && { samples: [sample] }) },
    ]);
  }

  violate(runId: string, workerId: string, agentId: string, count: number, sample: string): void {
    this.#wayIn.owe(runId, workerId, [
      { worker: workerId, agent: agentId, v: count, ...(sample !== '' && { violationSamples: [sample] }) },
    ]);
  }

  configure(runId: string, settings: RunSettings): void {
    this.#rules.configure(runId, settings);
  }

  settings(runId: string): RunSettings & { history: HistoryForm } {
    return { ...this.#rules.of(runId), history: this.#rules.formOf(runId) };
  }

  ledger(runId: string): { entries: LedgerEntry[]; totals: LedgerCounts } {
    return this.#books.ledger.of(runId);
  }

  seal(): void {
    this.#journal?.rotate();
  }

  async sealRun(runId: string): Promise<void> {
    const isWhole = () => rowKinds.every((kind) => this.#books.tail.after(runId, kind, 0) === undefined);
    this.seal();
    while (!isWhole() && this.#closing === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#wayIn.close();
    await this.#journal?.close();
    // What is not sealed in time stays in the journal, where the next start finds it.
    const deadline = setTimeout(() => void this.#sealThread.close(), sealAtCloseMs);
    await this.#sealer.close();
    await this.upkeep.close();
    clearTimeout(deadline);
    await this.#sealThread.close();
    await this.#rows.close();
    this.catalogue.close();
  }

  #sealed(sealed: readonly { runId: string; kind: RowKind }[]): void {
    for (const { runId, kind } of sealed) {
      this.#books.lanes.of(runId, kind).sealedSeq = this.catalogue.sealedSeq(runId, kind);
      this.#toCompact.set(`${kind}\0${runId}`, { runId, kind });
    }
    this.#books.dropSealedSegments();
    // Merging is on the sealer's thread, about half of its work: a burst is sealed first. Without end it cannot wait.
    if (this.#backlog.isUrgent && ++this.#putOff < putOffMost) return;
    this.#putOff = 0;
    this.upkeep.compactLater([...this.#toCompact.values()]);
    this.#toCompact.clear();
  }
}

const noTimes = new Histogram();
