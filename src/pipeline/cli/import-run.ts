/**
 * One run of somebody else's history on its way into the daemon.
 *
 * Guarantees
 * - Batches and their keys depend on the run's content alone: when an import that broke off is begun again, the daemon knows what it
 *   has, and every row is stored once.
 * - The run ends behind its last row: an imported run that has ended is whole.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { ServiceError } from '@grpc/grpc-js';
import { encodeRows, type Row, rowKinds } from '../../protocol/arrow.ts';
import { DuallaneError, type RowKind, sentenceOf } from '../../protocol/index.ts';
import { batchKinds, type duallane } from '../../protocol/wire.ts';
import type { ImportedRun } from '../exchange/index.ts';
import { type Daemon, refusalOf } from './daemon-calls.ts';
import { counted } from './text.ts';

const batchRows = 2048;
/** `durable`: the last batch of this writer that the daemon has said to have. */
type Writer = { session: Buffer; sequence: number; durable: number; waiting: Map<RowKind, Row[]> };

/** The configuration of an imported run: it says from what. */
export const importedConfig = ({ content }: Pick<ImportedRun, 'content'>): string => JSON.stringify({ imported: content });

/** Stores the rows of `run` that the daemon does not have yet, and ends it. Returns how many rows it has. Throws `import-broken`. */
export async function importRun(daemon: Daemon, run: ImportedRun): Promise<number> {
  const request = { runName: run.name.slice(0, 120), configJson: importedConfig(run), runId: run.runId };
  await daemon.ask(daemon.duallane.openRun.bind(daemon.duallane), request);
  const publication = new ImportedRows(daemon, run);
  try {
    for (const { kind, workerId, row } of run.rows) await publication.put(workerId, kind, row);
    return await publication.end();
  } catch (cause) {
    throw new DuallaneError(
      'import-broken',
      `the import of run ${run.runId} broke off (${sentenceOf(cause)}); ${counted(publication.durableBatches)} batches of it are stored. ` +
        'The same command goes on where it ended',
      { cause },
    );
  } finally {
    publication.close();
  }
}

class ImportedRows {
  readonly #daemon: Daemon;
  readonly #run: ImportedRun;
  readonly #stream;
  readonly #writers = new Map<string, Writer>();
  #rows = 0;
  #failure: Error | undefined;
  #isEnding = false;
  #isEnded = false;

  constructor(daemon: Daemon, run: ImportedRun) {
    this.#daemon = daemon;
    this.#run = run;
    this.#stream = daemon.duallane.publishBatches();
    this.#stream.on('data', ({ workerId, batchSequence }: duallane.BatchAck) => {
      const writer = this.#writers.get(workerId);
      if (writer !== undefined) writer.durable = Math.max(writer.durable, Number(batchSequence));
    });
    this.#stream.on('error', (error: ServiceError) => {
      this.#failure = refusalOf(error, this.#daemon.place);
    });
    this.#stream.on('end', () => {
      this.#isEnded = true;
    });
  }

  get durableBatches(): number {
    return [...this.#writers.values()].reduce((sum, { durable }) => sum + durable, 0);
  }

  async put(workerId: string, kind: RowKind, row: Row): Promise<void> {
    const writer = this.#writer(workerId);
    const batch = writer.waiting.get(kind) ?? [];
    writer.waiting.set(kind, batch);
    if (batch.push(row) >= batchRows) await this.#send(workerId, writer, kind);
  }

  /** Resolves with the number of rows when all of them are durable. */
  async end(): Promise<number> {
    if (this.#writers.size === 0) this.#writer('import');
    for (const [workerId, writer] of this.#writers) for (const kind of rowKinds) await this.#send(workerId, writer, kind);
    const rows = this.#rows;
    // The run ends with the last of its workers: every row has to be before the first of these.
    const ended = { ts: Date.now() * 1000, kind: 'run_completed', detail_json: JSON.stringify({ reason: 'imported' }) };
    for (const [workerId, writer] of this.#writers) {
      await this.put(workerId, 'events', ended);
      await this.#send(workerId, writer, 'events');
    }
    this.#isEnding = true;
    this.#stream.end();
    while (!this.#isEnded && this.#failure === undefined) await this.#event('end');
    this.#check();
    for (const { durable, sequence } of this.#writers.values())
      if (durable < sequence) throw new DuallaneError('daemon-away', `the daemon acknowledged ${durable} of ${sequence} batches`);
    return rows;
  }

  close(): void {
    this.#stream.cancel();
  }

  #writer(workerId: string): Writer {
    const known = this.#writers.get(workerId);
    if (known !== undefined) return known;
    const { runId, content } = this.#run;
    const session = createHash('sha256').update(`${runId}\0${workerId}\0${content}`).digest().subarray(0, 16);
    const writer: Writer = { session, sequence: 0, durable: 0, waiting: new Map() };
    this.#writers.set(workerId, writer);
    return writer;
  }

  async #send(workerId: string, writer: Writer, kind: RowKind): Promise<void> {
    const batch = writer.waiting.get(kind);
    if (batch === undefined || batch.length === 0) return;
    writer.waiting.delete(kind);
    writer.sequence += 1;
    this.#rows += batch.length;
    const { runId, skipped } = this.#run;
    const unfit = (_row: number, column: string) => {
      const reason = `values beyond column ${column}`;
      skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
    };
    const arrowIpc = Buffer.from(encodeRows(kind, batch, unfit));
    this.#check();
    if (writer.sequence <= writer.durable) return;
    const message = {
      runId,
      workerId,
      writerSession: writer.session,
      batchSequence: BigInt(writer.sequence),
      kind: batchKinds[kind],
      rows: batch.length,
      arrowIpc,
      firstSeq: 0n,
      watermark: 0n,
    };
    if (!this.#stream.write(message)) await this.#event('drain');
    // The answer to the first one says how many the daemon has of an import that broke off.
    while (writer.sequence === 1 && writer.durable === 0) {
      await this.#event('data');
      this.#check();
    }
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isEnded && !this.#isEnding) throw new DuallaneError('daemon-away', 'the daemon ended the stream');
  }

  /** Resolves at the event, or when the stream is over. */
  async #event(name: 'data' | 'drain' | 'end'): Promise<void> {
    const over = new AbortController();
    const { signal } = over;
    try {
      await Promise.race([name, 'error', 'end'].map((event) => once(this.#stream, event, { signal })));
    } catch {
      // Its handler has kept it; or another one came first.
    } finally {
      over.abort();
    }
  }
}
