/**
 * The way of a batch into the journal: checked, thinned, numbered, written, and told as durable.
 *
 * Guarantees: those of `DurableSink.append`. A refused batch (`batch-invalid`) still uses up its key when it is its turn.
 */
import { isUtf8 } from 'node:buffer';
import type { RecordBatch } from 'apache-arrow';
import { decodePublished, encodeBatch } from '../../protocol/arrow.ts';
import { type DuallaneError, type Log, sentenceOf } from '../../protocol/index.ts';
import type { DurableListeners } from './durable-listeners.ts';
import type { Appended, NewBatch } from './durable-sink.ts';
import { type Intake, noMoreRows } from './intake.ts';
import type { Journal, Written } from './journal.ts';
import type { RecordHead } from './journal-record.ts';
import { checkIds, duplicatesOf, isTaken } from './new-batch.ts';
import { OwedChanges } from './owed-changes.ts';
import type { RowBooks } from './row-books.ts';
import type { LedgerChange } from './row-ledger.ts';
import type { RunRules } from './run-rules.ts';
import { thin } from './thinning.ts';
import { type Session, takeKey, takenBefore } from './writer-sessions.ts';

export type RowIntakeOptions = {
  books: RowBooks;
  intake: Intake;
  rules: RunRules;
  listeners: DurableListeners;
  log: Log;
  /** Undefined until the journal is open. */
  journal(): Journal | undefined;
};

/** What a waiting batch costs beside its bytes. */
const recordBytes = 256;

export class RowIntake {
  readonly #of: RowIntakeOptions;
  readonly #books: RowBooks;
  readonly #owed = new OwedChanges((runId, workerId, changes) => this.#pushChanges(runId, workerId, changes));
  #isClosed = false;

  constructor(options: RowIntakeOptions) {
    this.#of = options;
    this.#books = options.books;
  }

  async append(batch: NewBatch): Promise<Appended> {
    checkIds(batch);
    if (this.#isClosed) throw noMoreRows();
    const { intake, rules } = this.#of;
    const session = batch.key && this.#books.sessions.of(batch.runId, batch.workerId, batch.key.writerSession);
    if (session !== undefined && isTaken(session, batch)) return this.#duplicate(session, batch);
    const decoded = this.#decode(batch, session);
    const thinned = thin(batch.kind, decoded, rules.of(batch.runId).keep, batch.workerId);
    const rows = thinned?.batch ?? decoded;
    const stored = thinned === undefined ? batch : { ...batch, ipc: encodeBatch(thinned.batch) };
    const bytes = stored.ipc.byteLength + recordBytes;
    await intake.enter(batch.rows, bytes);
    try {
      // Another append of the same key may have come in while this one waited.
      if (session !== undefined && isTaken(session, batch)) {
        intake.leave(batch.rows, bytes);
        return this.#duplicate(session, batch);
      }
      return this.#number(stored, rows, session, bytes, thinned?.changes ?? []);
    } catch (error) {
      intake.leave(batch.rows, bytes);
      throw error;
    }
  }

  /** Ledger changes without rows. */
  owe(runId: string, workerId: string, changes: LedgerChange[]): void {
    if (this.#isClosed) {
      this.#of.log('warn', 'ledger-change-too-late', { run: runId, worker: workerId, changes: changes.length });
      return;
    }
    this.#books.ledger.receive(runId, changes);
    this.#owed.add(runId, workerId, changes);
  }

  /** Takes no more, and hands what is owed to the journal. */
  close(): void {
    this.#isClosed = true;
    this.#of.intake.close();
    this.#owed.pay();
  }

  #decode(batch: NewBatch, session: Session | undefined): RecordBatch {
    try {
      return decodePublished(batch.kind, batch.ipc, batch.rows, isUtf8);
    } catch (error) {
      const change: LedgerChange = { worker: batch.workerId, agent: '', x: batch.rows, samples: [sentenceOf(error)] };
      if (session !== undefined && batch.key !== undefined) this.#refuseKey(batch, session, change);
      else this.owe(batch.runId, batch.workerId, [change]);
      throw error;
    }
  }

  #refuseKey({ runId, workerId, kind, key }: NewBatch, session: Session, change: LedgerChange): void {
    if (key === undefined) return;
    this.#books.ledger.receive(runId, [change]);
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
    const lane = this.#books.lanes.of(runId, kind);
    const ledger = [...this.#books.steps.observe(runId, workerId, kind, rows), ...thinned];
    const firstSeq = lane.head + 1;
    if (lane.watermark === lane.head) lane.movedMs = Date.now();
    lane.head += batch.rows;
    this.#books.ledger.receive(runId, ledger);
    const { promise, resolve, reject } = silent();
    if (session !== undefined && key !== undefined) takeKey(session, key.batchSequence, { firstSeq, durable: promise });
    const head: RecordHead = { type: 'rows', kind, runId, workerId, rows: batch.rows, firstSeq, key, ledger };
    const leaveWith = (settle: () => void) => {
      this.#of.intake.leave(batch.rows, bytes);
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
    this.owe(batch.runId, batch.workerId, duplicatesOf(batch));
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
    this.#of.journal()?.push({
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
    if (this.#books.catalogue.isForgotten(runId)) return;
    this.#books.ofSegment(segment).add(head);
    this.#books.ledger.settle(runId, head.ledger);
    if (session !== undefined && key !== undefined) {
      session.durable = Math.max(session.durable, key.batchSequence);
      if (head.type === 'ledger') session.rejectedRows += head.ledger.reduce((sum, change) => sum + (change.x ?? 0), 0);
    }
    if (head.type !== 'rows') return;
    const watermark = firstSeq + rows - 1;
    this.#books.tail.add(runId, kind, { segment, workerId, firstSeq, rows, bodyOffset, bodyBytes });
    const lane = this.#books.lanes.of(runId, kind);
    lane.watermark = watermark;
    lane.movedMs = Date.now();
    this.#of.listeners.moved(runId, kind, watermark);
  }

  #pushChanges(runId: string, workerId: string, changes: LedgerChange[]): void {
    const head: RecordHead = { type: 'ledger', kind: 'events', runId, workerId, rows: 0, firstSeq: 0, ledger: changes };
    this.#push(head, noBytes, undefined, nothing, nothing);
  }
}

const noBytes = new Uint8Array(0);
const nothing = (): void => undefined;

/** A promise whose rejection nobody has to look at. */
function silent(): PromiseWithResolvers<void> {
  const waiting = Promise.withResolvers<void>();
  waiting.promise.catch(nothing);
  return waiting;
}
