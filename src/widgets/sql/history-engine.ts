/**
 * The SQL engine itself, wherever it runs: takes duckdb's bindings, a Parquet decoder and a source of history, answers questions
 * one after the other.
 *
 * Guarantees: those of engine.ts. One question runs at a time; the others wait in the order they came and can be cancelled
 * while they wait.
 */
import { DuallaneError, type RowKind, sentenceOf } from '../../protocol/index.ts';
import type { Listener, Question, SqlEngine, Summary, TableName } from './engine.ts';
import type { Engine } from './engine-bindings.ts';
import type { HistorySource } from './history-source.ts';
import { KeptTables } from './kept-tables.ts';
import { bringUpToDate, type Loaded } from './loading.ts';
import { streamOf } from './parameters.ts';
import type { PartDecoder } from './part-decoder.ts';
import { extraColumns, type PreparedQuestion, prepareQuestion } from './prepared-question.ts';
import type { ReadQuestion } from './question.ts';
import { streamAnswer } from './stream-answer.ts';
import {
  isRowKind,
  isTableName,
  ledgerTables,
  quoteName,
  quoteText,
  rowKinds,
  tableNames,
  views,
  wholeTables,
} from './tables.ts';

const defaultMaxRows = 1_000_000;

export class HistoryEngine implements SqlEngine {
  readonly #engine: Engine;
  readonly #kept: KeptTables;
  readonly #decoder: PartDecoder;
  readonly #source: HistorySource;
  readonly #breathe: () => Promise<void>;
  /** Binds names to empty tables: tells which tables a question reads. */
  readonly #shapes: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(engine: Engine, decoder: PartDecoder, source: HistorySource, breathe: () => Promise<void>) {
    this.#engine = engine;
    this.#decoder = decoder;
    this.#source = source;
    this.#breathe = breathe;
    this.#kept = new KeptTables(engine);
    this.#shapes = engine.connect();
    for (const kind of rowKinds) engine.run(`CREATE TEMP TABLE ${kind} AS FROM memory.main.shape_${kind}`, this.#shapes);
    for (const table of wholeTables) engine.run(`CREATE TEMP TABLE ${table} AS FROM mem.main.${table} LIMIT 0`, this.#shapes);
    for (const [name, { sql }] of views) engine.run(`CREATE TEMP VIEW ${name} AS ${sql}`, this.#shapes);
  }

  async start(): Promise<void> {}

  async ask(question: Question, listener: Listener, { signal }: { signal: AbortSignal }): Promise<Summary> {
    const before = this.#last;
    const turn = Promise.withResolvers<void>();
    this.#last = turn.promise;
    try {
      const prepared = prepareQuestion(question);
      listener.onProgress?.({ stage: 'waiting' });
      await turnOf(before, signal);
      return await this.#answer(question, prepared, listener, signal);
    } catch (error) {
      throw signal.aborted
        ? new DuallaneError('sql-cancelled', 'The question was cancelled.', { cause: error })
        : asFailure(error);
    } finally {
      void before.then(() => turn.resolve());
    }
  }

  async #answer(question: Question, prepared: PreparedQuestion, listener: Listener, signal: AbortSignal): Promise<Summary> {
    const { read } = prepared;
    // Known before anything is loaded for nothing.
    const beyond = [read, ...prepared.named.map((used) => used.read)].find(({ needsJson }) => needsJson);
    if (beyond) throw withoutExtension(beyond.needsJson ?? '', 'json');
    const begun = performance.now();
    const onProgress = listener.onProgress ?? (() => undefined);
    const asked = read.isAboutShape
      ? new Set<TableName>()
      : new Set([read, ...prepared.named.map((used) => used.read)].flatMap((one) => [...this.#tablesOf(one)]));
    const kinds = rowKinds.filter((kind) => asked.has(kind));
    const need = { runs: question.runs ?? [], kinds, extra: (kind: RowKind) => extraColumns(kind, prepared) };
    const loader = { kept: this.#kept, source: this.#source, decoder: this.#decoder, breathe: this.#breathe };
    const loaded = kinds.length > 0 ? await bringUpToDate(loader, need, onProgress, signal) : nothingLoaded;
    if (asked.has('runs') || asked.has('config')) this.#kept.replaceRuns(await this.#source.runs());
    if (ledgerTables.some((table) => asked.has(table)))
      this.#kept.replaceLedgers(await this.#source.ledgers(question.runs ?? []));
    signal.throwIfAborted();
    onProgress({ stage: 'running' });
    const loadMs = performance.now() - begun;
    const streamed = await this.#stream(question, prepared, loaded, listener, signal);
    const { parts, rows, bytes } = loaded;
    return {
      ...streamed,
      askMs: performance.now() - begun - loadMs,
      loadMs,
      loaded: { parts, rows, bytes },
      reach: loaded.reach,
    };
  }

  async #stream(question: Question, prepared: PreparedQuestion, loaded: Loaded, listener: Listener, signal: AbortSignal) {
    const connection = this.#engine.connect();
    try {
      this.#setVariables(connection, prepared);
      const names = namesUsed(prepared);
      this.#makeViews(connection, question, loaded, (name) => names.has(name));
      for (const { name, read } of prepared.named)
        this.#engine.run(`CREATE TEMP VIEW ${quoteName(name)} AS ${read.sql}`, connection);
      this.#engine.run('BEGIN TRANSACTION READ ONLY', connection);
      const limits = { maxRows: question.maxRows ?? defaultMaxRows };
      const stream = () =>
        streamAnswer(this.#engine.bindings, connection, prepared.read.sql, limits, listener, this.#breathe, signal);
      return await stream().catch((error: unknown) => {
        if (!/^Catalog Error/.test(sentenceOf(error).trim())) throw error;
        // It names what is not there: with all that is there in view the engine says what it may have meant.
        this.#engine.run('ROLLBACK', connection);
        this.#makeViews(connection, question, loaded, (name) => !names.has(name));
        this.#engine.run('BEGIN TRANSACTION READ ONLY', connection);
        return stream();
      });
    } finally {
      this.#engine.bindings.disconnect(connection);
    }
  }

  /** Values come as Arrow and are read from a table: none of them is ever part of an SQL text. */
  #setVariables(connection: number, { variables }: PreparedQuestion): void {
    if (variables.size === 0) return;
    this.#engine.run('DROP TABLE IF EXISTS memory.main.given');
    try {
      this.#engine.insert(streamOf(variables), 'given', true);
      for (const name of variables.keys())
        this.#engine.run(`SET VARIABLE ${quoteName(name)} = (SELECT ${quoteName(name)} FROM memory.main.given)`, connection);
    } finally {
      this.#engine.run('DROP TABLE IF EXISTS memory.main.given');
    }
  }

  #makeViews(connection: number, question: Question, loaded: Loaded, isMeant: (name: string) => boolean): void {
    for (const name of tableNames.filter(isMeant)) {
      let select = isRowKind(name) ? `SELECT * FROM memory.main.shape_${name}` : `SELECT * FROM mem.main.${name}`;
      const table = isRowKind(name) ? loaded.tables.get(name) : undefined;
      if (table) select = this.#kept.selectionOf(table, loaded.runs);
      if (!isRowKind(name) && question.runs?.length) select += ` WHERE run_id IN (${question.runs.map(quoteText).join(', ')})`;
      this.#engine.run(`CREATE TEMP VIEW ${name} AS ${select}`, connection);
    }
    for (const [name, { sql }] of views) if (isMeant(name)) this.#engine.run(`CREATE TEMP VIEW ${name} AS ${sql}`, connection);
  }

  /** What the question reads. One that does not bind (it will fail, or uses what binding cannot see) is taken by its words. */
  #tablesOf(read: ReadQuestion): ReadonlySet<TableName> {
    if (read.mentioned.size === 0) return read.mentioned;
    try {
      const names = this.#engine.bindings.getTableNames(this.#shapes, read.sql);
      return new Set(names.filter(isTableName));
    } catch {
      return read.mentioned;
    }
  }
}

/** Tables and views that the question and those it uses may see; making all of them would take longer than most questions. */
function namesUsed({ read, named }: PreparedQuestion): ReadonlySet<string> {
  const words = [read, ...named.map((used) => used.read)].flatMap((one) => [...one.words]);
  const isAboutNames = read.isAboutShape || words.some((word) => /^(duckdb_|pg_|information_schema$|sqlite_)/.test(word));
  return new Set(
    isAboutNames ? [...tableNames, ...views.keys()] : [...words, ...words.flatMap((word) => views.get(word)?.reads ?? [])],
  );
}

/** Waits for one's turn, or rejects as soon as the signal aborts. */
function turnOf(before: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    void before.then(() => {
      signal.removeEventListener('abort', leave);
      if (signal.aborted) leave();
      else resolve();
    });
  });
}

const nothingLoaded: Loaded = { tables: new Map(), runs: [], reach: [], parts: 0, rows: 0, bytes: 0 };

/** An error of ours as it is; DuckDB's with its message, which may hold `LINE n:` and a caret. */
function asFailure(error: unknown): DuallaneError {
  if (error instanceof DuallaneError) return error;
  const message = sentenceOf(error).trim();
  if (isBroken(error, message)) {
    return new DuallaneError('engine-lost', 'The SQL engine broke off and is being started anew. Run the question again.', {
      cause: error,
    });
  }
  if (/out of memory/i.test(message)) {
    return new DuallaneError(
      'sql-memory',
      'The answer does not fit in the page’s memory. Ask for fewer columns or runs, or aggregate in the question.',
      { cause: error },
    );
  }
  const extension = /exists in the (\w+) extension|required extension '(\w+)'/.exec(message);
  if (extension) {
    const name = extension[1] ?? extension[2] ?? '';
    return withoutExtension(/with name "([^"]+)"/.exec(message)?.[1] ?? '', name, error);
  }
  return new DuallaneError('sql-failed', message, { cause: error });
}

function withoutExtension(what: string, name: string, cause?: unknown): DuallaneError {
  const needs = `${what ? `“${what}”` : 'This'} needs DuckDB’s ${name} extension.`;
  if (name === 'icu') {
    const hint = 'Times here are plain UTC: write now()::TIMESTAMP before you compute with it.';
    return new DuallaneError('sql-failed', `${needs} ${hint}`, { cause });
  }
  const hint = 'It is not part of the page, and nothing is downloaded; duallane.sql() in Python has it.';
  return new DuallaneError('sql-extension', `${needs} ${hint}`, { cause });
}

/** After a trap or an internal error the engine's memory cannot be trusted. */
function isBroken(error: unknown, message: string): boolean {
  return error instanceof WebAssembly.RuntimeError || /^(FATAL|INTERNAL) Error|database has been invalidated/i.test(message);
}
