/**
 * Durable storage in its first form: a journal in front, immutable Parquet parts and a catalogue behind.
 *
 * Guarantees: those of DurableSink. In addition, memory does not grow with history: rows in the journal are known by their place.
 * A batch that is refused (`batch-invalid`) uses up its key, and its rows are counted as rejected: a writer that sends it again
 * is answered `duplicate` and goes on with the next one.
 */
import { isUtf8 } from 'node:buffer';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordBatch } from 'apache-arrow';
import { decodeBatch, decodePublished, encodeBatch, rowKinds } from '../../protocol/arrow.ts';
import { DuallaneError, type Log, limits, type RowKind, sentenceOf } from '../../protocol/index.ts';
import {
  Catalogue,
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
import { Intake, noMoreRows } from './intake.ts';
import { Journal, type Written } from './journal.ts';
import type { RecordHead } from './journal-record.ts';
import { Lanes } from './lanes.ts';
import { checkIds, duplicatesOf, isTaken } from './new-batch.ts';
import { OwedChanges } from './owed-changes.ts';
import { type OnLost, type OnRecord, recoverJournal, sweepParts } from './recovery.ts';
import { type LedgerChange, RowLedger } from './row-ledger.ts';
import { defaultSettings, type RunSettings } from './run-settings.ts';
import { Sealer } from './sealer.ts';
import { SegmentBooks } from './segment-books.ts';
import { makeDirectory, type SegmentFile } from './segment-file.ts';
import { StepMemory } from './step-memory.ts';
import { StoredRows } from './stored-rows.ts';
import { TailIndex } from './tail-index.ts';
import { thin } from './thinning.ts';
import { HistoryUpkeep } from './upkeep.ts';
import { type Session, takeKey, takenBefore, WriterSessions } from './writer-sessions.ts';

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

type DurableListener = Parameters<DurableSink['onDurable']>[0];

/** Sealing takes about ten times this much memory for a moment. */
const segmentBytesDefault = 32 * 1024 * 1024;
const segmentAgeDefaultMs = 60_000;
/** How long `close` goes on sealing. */
const sealAtCloseMs = 5000;
/** What a waiting batch costs beside its bytes. */
const recordBytes = 256;

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
  readonly #intake: Intake;
  readonly #lanes: Lanes;
  readonly #rows: StoredRows;
  readonly #sessions: WriterSessions;
  readonly #ledger: RowLedger;
  readonly #settings = new Map<string, RunSettings>();
  readonly #steps = new StepMemory();
  readonly #tail = new TailIndex();
  readonly #books = new Map<SegmentFile, SegmentBooks>();
  readonly #listeners = new Set<DurableListener>();
  readonly #owed = new OwedChanges((runId, workerId, changes) => this.#pushChanges(runId, workerId, changes));
  readonly #sealThread = new PartsThread({ givesWay: true });
  readonly #sealer: Sealer;
  #journal: Journal | undefined;
  #moved = new Map<string, { runId: string; kind: RowKind; watermark: number }>();
  #closing: Promise<void> | undefined;

  constructor(options: ParquetSinkOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#journalDirectory = join(options.home, 'journal');
    this.#places = { partsDirectory: join(options.home, 'parts'), rowsDirectory: join(options.home, 'rows') };
    this.#intake = new Intake(
      options.intakeRows ?? limits.sinkIntakeRows,
      options.intakeBytes ?? limits.sinkIntakeBytes,
      (load) =>
        options.log(load.isPressed ? 'warn' : 'info', load.isPressed ? 'intake-pressed' : 'intake-relieved', {
          rows: load.rows,
          bytes: load.bytes,
          waiting: load.waiting,
        }),
    );
    this.catalogue = new Catalogue(join(options.home, 'catalogue.sqlite'));
    this.#lanes = new Lanes(this.catalogue);
    this.#rows = new StoredRows({
      catalogue: this.catalogue,
      places: this.#places,
      lanes: this.#lanes,
      tail: this.#tail,
      isClosing: () => this.#closing !== undefined,
    });
    this.#sessions = new WriterSessions((...key) => this.catalogue.lastSequence(...key));
    this.#ledger = new RowLedger((runId) => this.catalogue.ledger(runId));
    this.upkeep = new HistoryUpkeep({
      catalogue: this.catalogue,
      places: this.#places,
      thread: this.#sealThread,
      log: options.log,
    });
    this.#sealer = new Sealer({
      catalogue: this.catalogue,
      tail: this.#tail,
      thread: this.#sealThread,
      journalDirectory: this.#journalDirectory,
      places: this.#places,
      formOf: (runId) => this.#fixForm(runId),
      log: options.log,
      onSealed: (lanes) => this.#sealed(lanes),
    });
  }

  async open(): Promise<void> {
    await makeDirectory(this.#journalDirectory);
    await makeDirectory(this.#places.partsDirectory);
    await makeDirectory(this.#places.rowsDirectory);
    await sweepParts(this.#places, this.catalogue, this.#log);
    const { nextNumber, segments } = await recoverJournal(
      this.#journalDirectory,
      this.catalogue,
      this.#log,
      this.#recoverRecord,
      this.#recoverLost,
    );
    this.#journal = new Journal({
      directory: this.#journalDirectory,
      firstNumber: nextNumber,
      segmentBytes: this.#options.segmentBytes ?? segmentBytesDefault,
      segmentAgeMs: this.#options.segmentAgeMs ?? segmentAgeDefaultMs,
      log: this.#log,
      onGroup: () => this.#announce(),
      onFull: (segment) => this.#sealer.push(segment, this.#booksOf(segment)),
    });
    for (const { segment, books } of segments) {
      this.#books.set(segment, books);
      this.#sealer.push(segment, books);
    }
    this.#options.signal?.addEventListener('abort', () => void this.close(), { once: true });
  }

  async append(batch: NewBatch): Promise<Appended> {
    checkIds(batch);
    if (this.#closing !== undefined) throw noMoreRows();
    const session = batch.key && this.#sessions.of(batch.runId, batch.workerId, batch.key.writerSession);
    if (session !== undefined && isTaken(session, batch)) return this.#duplicate(session, batch);
    const decoded = this.#decode(batch, session);
    const thinned = thin(batch.kind, decoded, this.#rulesOf(batch.runId).keep, batch.workerId);
    const rows = thinned?.batch ?? decoded;
    const stored = thinned === undefined ? batch : { ...batch, ipc: encodeBatch(thinned.batch) };
    const bytes = stored.ipc.byteLength + recordBytes;
    await this.#intake.enter(batch.rows, bytes);
    try {
      // Another append of the same key may have come in while this one waited.
      if (session !== undefined && isTaken(session, batch)) {
        this.#intake.leave(batch.rows, bytes);
        return this.#duplicate(session, batch);
      }
      return this.#number(stored, rows, session, bytes, thinned?.changes ?? []);
    } catch (error) {
      this.#intake.leave(batch.rows, bytes);
      throw error;
    }
  }

  rejectedRows(runId: string, workerId: string, writerSession: Uint8Array): number {
    return this.#sessions.of(runId, workerId, writerSession).rejectedRows;
  }

  durableSequence(runId: string, workerId: string, writerSession: Uint8Array): number {
    return this.#sessions.of(runId, workerId, writerSession).durable;
  }

  reach(runId: string, kind: RowKind): Reach {
    return this.#lanes.reach(runId, kind);
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

  onDurable(listener: DurableListener, { signal }: { signal: AbortSignal }): void {
    if (signal.aborted) return;
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
  }

  load(): SinkLoad {
    return {
      intake: this.#intake.load,
      flush: (this.#journal?.flushTimes ?? noTimes).figures,
      sync: (this.#journal?.syncTimes ?? noTimes).figures,
      retries: this.#journal?.retries ?? 0,
      unsealed: this.#sealer.waiting,
      parts: this.catalogue.partTotals(),
      removed: removalTotals(this.catalogue),
    };
  }

  async forget(runId: string): Promise<{ rows: number; bytes: number }> {
    const rows = rowKinds.reduce((sum, kind) => sum + this.#lanes.of(runId, kind).watermark, 0);
    const { bytes } = await this.upkeep.forget(runId);
    this.#tail.dropRun(runId);
    this.#ledger.dropRun(runId);
    this.#sessions.dropRun(runId);
    this.#lanes.dropRun(runId);
    return { rows, bytes };
  }

  reject(runId: string, workerId: string, agentId: string, count: number, sample: string): void {
    this.#owe(runId, workerId, [{ worker: workerId, agent: agentId, x: count, ...(sample !== '' && { samples: [sample] }) }]);
  }

  violate(runId: string, workerId: string, agentId: string, count: number, sample: string): void {
    this.#owe(runId, workerId, [
      { worker: workerId, agent: agentId, v: count, ...(sample !== '' && { violationSamples: [sample] }) },
    ]);
  }

  configure(runId: string, settings: RunSettings): void {
    const { history, ...rules } = settings;
    this.catalogue.setRules(runId, JSON.stringify(rules));
    if (history !== undefined) this.catalogue.setForm(runId, history);
    this.#settings.delete(runId);
  }

  settings(runId: string): RunSettings & { history: HistoryForm } {
    return { ...this.#rulesOf(runId), history: this.catalogue.formOf(runId) ?? this.#options.history ?? 'parquet' };
  }

  ledger(runId: string): { entries: LedgerEntry[]; totals: LedgerCounts } {
    return this.#ledger.of(runId);
  }

  seal(): void {
    this.#journal?.rotate();
  }

  async sealRun(runId: string): Promise<void> {
    const isWhole = () => rowKinds.every((kind) => this.#tail.after(runId, kind, 0) === undefined);
    this.seal();
    while (!isWhole() && this.#closing === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#intake.close();
    this.#owed.pay();
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

  /** Rows ready to be numbered. A refused batch still uses up its key, when it is its turn. */
  #decode(batch: NewBatch, session: Session | undefined): RecordBatch {
    try {
      return decodePublished(batch.kind, batch.ipc, batch.rows, isUtf8);
    } catch (error) {
      const change: LedgerChange = { worker: batch.workerId, agent: '', x: batch.rows, samples: [sentenceOf(error)] };
      if (session !== undefined && batch.key !== undefined) this.#refuseKey(batch, session, change);
      else this.#owe(batch.runId, batch.workerId, [change]);
      throw error;
    }
  }

  #refuseKey({ runId, workerId, kind, key }: NewBatch, session: Session, change: LedgerChange): void {
    if (key === undefined) return;
    this.#ledger.receive(runId, [change]);
    const { promise, resolve, reject } = silent();
    takeKey(session, key.batchSequence, { firstSeq: 0, durable: promise });
    const head: RecordHead = { type: 'ledger', kind, runId, workerId, rows: 0, firstSeq: 0, key, ledger: [change] };
    this.#push(head, noBytes, session, resolve, reject);
  }

  #number(
    batch: NewBatch,
    rows: RecordBatch,
    session: Session | undefined,
    bytes: number,
    thinned: readonly LedgerChange[],
  ): Appended {
    const { runId, workerId, kind, key, ipc } = batch;
    const lane = this.#lanes.of(runId, kind);
    const ledger = [...this.#steps.observe(runId, workerId, kind, rows), ...thinned];
    const firstSeq = lane.head + 1;
    if (lane.watermark === lane.head) lane.movedMs = Date.now();
    lane.head += batch.rows;
    this.#ledger.receive(runId, ledger);
    const { promise, resolve, reject } = silent();
    if (session !== undefined && key !== undefined) takeKey(session, key.batchSequence, { firstSeq, durable: promise });
    const head: RecordHead = { type: 'rows', kind, runId, workerId, rows: batch.rows, firstSeq, key, ledger };
    const leaveWith = (settle: () => void) => {
      this.#intake.leave(batch.rows, bytes);
      settle();
    };
    this.#push(
      head,
      ipc,
      session,
      () => leaveWith(resolve),
      (error) => leaveWith(() => reject(error)),
    );
    return { firstSeq, duplicate: false, durable: promise };
  }

  #duplicate(session: Session, batch: NewBatch): Appended {
    const taken = takenBefore(session, batch.key as NonNullable<NewBatch['key']>);
    this.#owe(batch.runId, batch.workerId, duplicatesOf(batch));
    return { firstSeq: taken?.firstSeq ?? 0, duplicate: true, durable: taken?.durable ?? Promise.resolve() };
  }

  #push(
    head: RecordHead,
    body: Uint8Array,
    session: Session | undefined,
    done: () => void,
    refused: (error: DuallaneError) => void,
  ): void {
    this.#owed.pay();
    this.#journal?.push({
      head,
      body,
      settle: (written) => {
        this.#settle(written, session);
        done();
      },
      refuse: refused,
    });
  }

  #settle({ segment, head, bodyOffset, bodyBytes }: Written, session: Session | undefined): void {
    const { runId, kind, workerId, rows, firstSeq, key } = head;
    if (this.catalogue.isForgotten(runId)) return;
    this.#booksOf(segment).add(head);
    this.#ledger.settle(runId, head.ledger);
    if (session !== undefined && key !== undefined) {
      session.durable = Math.max(session.durable, key.batchSequence);
      if (head.type === 'ledger') session.rejectedRows += head.ledger.reduce((sum, change) => sum + (change.x ?? 0), 0);
    }
    if (head.type !== 'rows') return;
    const watermark = firstSeq + rows - 1;
    this.#tail.add(runId, kind, { segment, workerId, firstSeq, rows, bodyOffset, bodyBytes });
    const lane = this.#lanes.of(runId, kind);
    lane.watermark = watermark;
    lane.movedMs = Date.now();
    this.#moved.set(`${kind}\0${runId}`, { runId, kind, watermark });
  }

  #announce(): void {
    if (this.#moved.size === 0) return;
    const moved = [...this.#moved.values()];
    this.#moved = new Map();
    for (const listener of this.#listeners) {
      try {
        listener(moved);
      } catch (error) {
        this.#log('error', 'durable-listener-failed', { reason: sentenceOf(error) });
      }
    }
  }

  #pushChanges(runId: string, workerId: string, changes: LedgerChange[]): void {
    const head: RecordHead = { type: 'ledger', kind: 'events', runId, workerId, rows: 0, firstSeq: 0, ledger: changes };
    this.#push(head, noBytes, undefined, nothing, nothing);
  }

  /** Ledger changes without rows. */
  #owe(runId: string, workerId: string, changes: LedgerChange[]): void {
    if (this.#closing !== undefined) {
      this.#log('warn', 'ledger-change-too-late', { run: runId, worker: workerId, changes: changes.length });
      return;
    }
    this.#ledger.receive(runId, changes);
    this.#owed.add(runId, workerId, changes);
  }

  #rulesOf(runId: string): RunSettings {
    const known = this.#settings.get(runId);
    if (known !== undefined) return known;
    const rules = { ...defaultSettings, ...(JSON.parse(this.catalogue.rulesOf(runId) ?? '{}') as Partial<RunSettings>) };
    this.#settings.set(runId, rules);
    return rules;
  }

  /** A run keeps the form its first part got, whatever the daemon's default becomes. */
  #fixForm(runId: string): HistoryForm {
    const known = this.catalogue.formOf(runId);
    if (known !== undefined) return known;
    const form = this.#options.history ?? 'parquet';
    this.catalogue.setForm(runId, form);
    return form;
  }

  #booksOf(segment: SegmentFile): SegmentBooks {
    const known = this.#books.get(segment);
    if (known !== undefined) return known;
    const books = new SegmentBooks();
    this.#books.set(segment, books);
    return books;
  }

  #sealed(lanes: readonly { runId: string; kind: string }[]): void {
    for (const { runId, kind } of lanes)
      this.#lanes.of(runId, kind as RowKind).sealedSeq = this.catalogue.sealedSeq(runId, kind as RowKind);
    this.upkeep.compactLater(lanes.map(({ runId, kind }) => ({ runId, kind: kind as RowKind })));
    for (const segment of this.#books.keys()) if (this.catalogue.isSealed(segment.number)) this.#books.delete(segment);
  }

  readonly #recoverRecord: OnRecord = ({ segment, head, bodyOffset, body }) => {
    const { runId, workerId, kind, rows, firstSeq, key } = head;
    if (this.catalogue.isForgotten(runId)) return true;
    const lane = this.#lanes.of(runId, kind);
    const session = key && this.#sessions.of(runId, workerId, key.writerSession);
    // A copy: its group was written again after a failed sync.
    if (
      head.type === 'rows'
        ? firstSeq <= lane.head
        : session !== undefined && key !== undefined && key.batchSequence <= session.durable
    )
      return false;
    this.#ledger.receive(runId, head.ledger);
    this.#ledger.settle(runId, head.ledger);
    if (session !== undefined && key !== undefined)
      session.taken = session.durable = Math.max(session.durable, key.batchSequence);
    if (head.type === 'rows') {
      this.#steps.observe(runId, workerId, kind, decodeBatch(body));
      this.#tail.add(runId, kind, { segment, workerId, firstSeq, rows, bodyOffset, bodyBytes: body.byteLength });
      lane.head = lane.watermark = firstSeq + rows - 1;
    }
    return true;
  };

  readonly #recoverLost: OnLost = ({ type, runId, workerId, kind, rows, firstSeq }, books) => {
    const lane = this.#lanes.of(runId, kind);
    if (this.catalogue.isForgotten(runId) || type !== 'rows' || firstSeq <= lane.head) return;
    lane.head = lane.watermark = firstSeq + rows - 1;
    books.reserve(runId, kind, lane.head);
    const changes: LedgerChange[] = [
      { worker: workerId, agent: '', x: rows, samples: [`journal damaged: ${rows} ${kind} rows from ${firstSeq} on are lost`] },
    ];
    this.#ledger.receive(runId, changes);
    books.count(runId, changes);
  };
}

const noTimes = new Histogram();
const noBytes = new Uint8Array(0);
const nothing = (): void => undefined;

/** A promise whose rejection nobody has to look at. */
function silent(): PromiseWithResolvers<void> {
  const waiting = Promise.withResolvers<void>();
  waiting.promise.catch(nothing);
  return waiting;
}
