/**
 * The names of one cell's question: which values it wants and has, what the page's cursor gives, what completion and the schema
 * are told.
 *
 * The names a run has logged are asked of the engine when completion first wants them, and again after half a minute.
 */
import type { PageLink } from '../link/page-link.ts';
import {
  bindNames,
  isRowKind,
  isTableName,
  type Known,
  namedResults,
  nameResult,
  type Params,
  type ParamValue,
  type Question,
  quoteName,
  sqlEngine,
  tables,
  views,
} from '../sql/index.ts';
import type { Cursor } from '../stores/cursor.ts';
import type { ViewSettings } from './view-element.ts';

const knownForMs = 30_000;
/** Rows a table may have for an example to be looked up in it: it has to be loaded for that. */
const exampleRowsMost = 200_000;

export class CellNames {
  params: readonly string[] = [];
  cursor: readonly string[] = [];
  values: Params = {};
  readonly #owner: object;
  #name = '';
  #metrics: Promise<Known['metrics']> = Promise.resolve([]);
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(owner: object) {
    this.#owner = owner;
  }

  /** Takes in the text and the settings as they are now. */
  read(sql: string, settings: ViewSettings): void {
    const bound = bindNames(sql);
    this.params = bound.params;
    this.cursor = bound.cursor;
    this.values = readParams(settings.params);
    const name = typeof settings.name === 'string' ? settings.name : '';
    if (this.#name !== name) this.release();
    this.#name = name;
    if (name !== '') nameResult(name, this.#owner, { sql, params: this.values });
  }

  release(): void {
    if (this.#name !== '') nameResult(this.#name, this.#owner, undefined);
  }

  given(cursor: Cursor): Pick<Question, 'params' | 'cursor' | 'named'> {
    return { params: this.values, cursor: this.pointed(cursor), named: namedResults(this.#owner) };
  }

  pointed({ runs, run, agent, episode, step }: Cursor): Params {
    return {
      run: run ?? null,
      agent: agent ?? null,
      episode: episode ?? null,
      step: step ?? null,
      selected_runs: runs.length > 0 ? runs : null,
    };
  }

  /** Names of the question that stand for a selection, of which there is none. */
  unset(cursor: Cursor): string[] {
    const pointed = this.pointed(cursor);
    return this.cursor.filter((name) => pointed[name] === null);
  }

  known(): Omit<Known, 'metrics'> {
    return { results: Object.keys(namedResults(this.#owner)), params: Object.keys(this.values) };
  }

  /** Names of logged values, the most used first; none when the engine cannot tell. */
  metrics(link: PageLink | undefined, runs: readonly string[]): Promise<Known['metrics']> {
    if (!link || performance.now() - this.#askedAtMs <= knownForMs) return this.#metrics;
    this.#askedAtMs = performance.now();
    const sql = 'SELECT name, count(*) AS n FROM metrics GROUP BY name ORDER BY n DESC, name';
    const asked = sqlEngine(link).rowsOf({ sql, runs });
    // An engine that does not start says so when a question is asked; completion then offers all else.
    this.#metrics = asked.then((rows) => rows.map(([name, n]) => ({ name: name ?? '', count: Number(n) }))).catch(() => []);
    return this.#metrics;
  }

  /** Durable rows of each stored table. */
  counts(link: PageLink | undefined, runs: readonly string[]): Record<string, number> {
    if (link?.state.state !== 'connected') return {};
    const bound = link.runs.filter((run) => runs.length === 0 || runs.includes(run.run_id));
    const counts: Record<string, number> = { runs: bound.length };
    for (const run of bound) for (const { kind, watermark } of run.kinds) counts[kind] = (counts[kind] ?? 0) + watermark;
    return counts;
  }

  /** One row of the newest run that has any; undefined when there is none, or when finding one would load very much. */
  async example(
    link: PageLink | undefined,
    runs: readonly string[],
    table: string,
  ): Promise<Record<string, string | null> | undefined> {
    if (!link) return undefined;
    const kinds = isTableName(table) ? [table] : (views.get(table)?.reads ?? []);
    const stored = kinds.filter(isRowKind);
    const rowsOf = (run: PageLink['runs'][number]) =>
      run.kinds.filter(({ kind }) => stored.includes(kind)).reduce((sum, { watermark }) => sum + watermark, 0);
    const run = link.runs
      .filter(({ run_id }) => runs.length === 0 || runs.includes(run_id))
      .filter((each) => stored.length === 0 || rowsOf(each) > 0)
      .sort((a, b) => b.created_ms - a.created_ms)[0];
    if (!run || rowsOf(run) > exampleRowsMost) return undefined;
    const columns = (isTableName(table) ? tables[table] : (views.get(table)?.columns ?? [])).filter(({ isHeavy }) => !isHeavy);
    const sql = `SELECT ${columns.map(({ name }) => quoteName(name)).join(', ')} FROM ${table} LIMIT 1`;
    const row = (await sqlEngine(link).rowsOf({ sql, runs: [run.run_id] }))[0];
    return row && Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null]));
  }
}

/** Settings come from a notebook, which anybody may have written. */
function readParams(raw: unknown): Params {
  if (typeof raw !== 'object' || raw === null) return {};
  return Object.fromEntries(Object.entries(raw).filter((entry): entry is [string, ParamValue] => isValue(entry[1])));
}

function isValue(value: unknown): value is ParamValue {
  if (value === null || ['string', 'boolean'].includes(typeof value)) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  return (
    Array.isArray(value) && (value.every((item) => typeof item === 'string') || value.every((item) => typeof item === 'number'))
  );
}
