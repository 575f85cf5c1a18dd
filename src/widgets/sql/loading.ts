/**
 * Brings the kept tables up to what a listing says is durable: new parts once, and the rows after them.
 *
 * Guarantees
 * - After `bringUpToDate` the tables hold exactly the rows up to each watermark of the listing it returns.
 * - A listing that is outrun while it is being followed (a tail was sealed meanwhile) is asked for again, at most three times.
 */
import { DuallaneError, type PartList, type PartRun, type RowKind } from '../../protocol/index.ts';
import type { Progress, Reach } from './engine.ts';
import type { HistorySource } from './history-source.ts';
import type { KeptTables, SealedTable } from './kept-tables.ts';
import type { PartDecoder } from './part-decoder.ts';

/** Parquet bytes a question may bring into the page at most. */
const maxLoadBytes = 1_000_000_000;
/** Parts under way at a time: the next ones travel while one is decoded. */
const fetchAhead = 3;
const attempts = 3;

export interface Need {
  runs: readonly string[];
  kinds: readonly RowKind[];
  heavy: (kind: RowKind) => ReadonlySet<string>;
}

export interface Loaded {
  tables: ReadonlyMap<RowKind, SealedTable>;
  runs: readonly string[];
  reach: readonly Reach[];
  parts: number;
  rows: number;
  bytes: number;
}

interface Wanted {
  table: SealedTable;
  run: string;
  entry: PartRun['parts'][number];
}

export interface Loader {
  kept: KeptTables;
  source: HistorySource;
  decoder: PartDecoder;
  /** Lets messages in between two parts. */
  breathe: () => Promise<void>;
}

export async function bringUpToDate(
  loader: Loader,
  need: Need,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Loaded> {
  for (let attempt = 1; ; attempt += 1) {
    onProgress({ stage: 'listing', tables: need.kinds });
    const listing = await loader.source.parts(need.runs, need.kinds);
    signal.throwIfAborted();
    try {
      return await follow(loader, need, listing, onProgress, signal);
    } catch (error) {
      const mayPass =
        error instanceof DuallaneError && (error.code === 'history-incomplete' || error.code === 'history-unreachable');
      if (signal.aborted || !mayPass || attempt === attempts) throw error;
    }
  }
}

async function follow(
  loader: Loader,
  need: Need,
  listing: PartList,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Loaded> {
  const { kept } = loader;
  const tables = new Map(need.kinds.map((kind) => [kind, usable(kept, kind, need.heavy(kind), listing)]));
  const wanted = [...tables.values()].flatMap((table) => missing(table, listing));
  const bytes = wanted.reduce((sum, part) => sum + part.entry.bytes, 0);
  if (bytes > maxLoadBytes) {
    throw new DuallaneError(
      'history-too-large',
      `This question needs ${Math.round(bytes / 1e6).toLocaleString('en')} MB of history in the page, and ${maxLoadBytes / 1e6} MB is the most. ` +
        'Bind the cell to fewer runs, or name the columns instead of * so that texts and observations stay out.',
    );
  }
  const sum = { parts: 0, rows: 0, bytes: 0 };
  const report = () =>
    onProgress({ stage: 'loading', doneParts: sum.parts, parts: wanted.length, doneBytes: sum.bytes, bytes, rows: sum.rows });
  if (wanted.length > 0) report();
  for await (const { part, bytes: body } of fetched(loader.source, wanted, signal)) {
    kept.addPart(part.table, part.run, part.entry, body, loader.decoder);
    sum.parts += 1;
    sum.rows += part.entry.rows;
    sum.bytes += part.entry.bytes;
    report();
    await loader.breathe();
    signal.throwIfAborted();
  }
  const reach: Reach[] = [];
  for (const run of listing.runs) {
    for (const { kind, watermark } of run.kinds) {
      if (!tables.has(kind)) continue;
      sum.rows += await followTail(loader, run, kind, watermark, signal);
      const sealed = run.parts.filter((part) => part.kind === kind).reduce((rows, part) => rows + part.rows, 0);
      reach.push({ run: run.run, kind, watermark, rows: sealed + (kept.tail(kind, run.run)?.rows ?? 0) });
    }
  }
  return { tables, runs: listing.runs.map((run) => run.run), reach, ...sum };
}

/** The table to fill; one that holds a part which the listing dropped is begun anew. */
function usable(kept: KeptTables, kind: RowKind, heavy: ReadonlySet<string>, listing: PartList): SealedTable {
  const table = kept.sealed(kind, heavy);
  const listed = new Set(listing.runs.flatMap((run) => run.parts.map((part) => part.name)));
  const runs = new Set(listing.runs.map((run) => run.run));
  const isStale = [...table.parts].some(([name, run]) => runs.has(run) && !listed.has(name));
  if (!isStale) return table;
  kept.drop(table);
  return kept.sealed(kind, heavy);
}

function missing(table: SealedTable, listing: PartList): Wanted[] {
  return listing.runs.flatMap((run) =>
    run.parts
      .filter((entry) => entry.kind === table.kind && !table.parts.has(entry.name))
      .map((entry) => ({ table, run: run.run, entry })),
  );
}

async function* fetched(
  source: HistorySource,
  wanted: readonly Wanted[],
  signal: AbortSignal,
): AsyncGenerator<{ part: Wanted; bytes: Uint8Array }> {
  const underWay: { part: Wanted; body: Promise<Uint8Array> }[] = [];
  const stop = new AbortController();
  const lifetime = { signal: AbortSignal.any([signal, stop.signal]) };
  let next = 0;
  try {
    while (next < wanted.length || underWay.length > 0) {
      for (; underWay.length < fetchAhead && next < wanted.length; next += 1) {
        const part = wanted[next] as Wanted;
        const body = source.part(part.entry.name, lifetime);
        body.catch(() => undefined); // It is awaited in its turn; until then its failure is not unhandled.
        underWay.push({ part, body });
      }
      const { part, body } = underWay.shift() as (typeof underWay)[number];
      yield { part, bytes: await body };
    }
  } finally {
    stop.abort();
  }
}

/** Rows after the last part; returns how many came new. */
async function followTail(
  { kept, source }: Loader,
  listed: PartRun,
  kind: RowKind,
  watermark: number,
  signal: AbortSignal,
): Promise<number> {
  const { run } = listed;
  const sealed = Math.max(0, ...listed.parts.filter((part) => part.kind === kind).map((part) => part.last_seq));
  const held = kept.tail(kind, run);
  if (held && (held.after > sealed || held.upto > watermark)) kept.trimTail(kind, run, Number.MAX_SAFE_INTEGER);
  else if (held && held.after < sealed) kept.trimTail(kind, run, sealed);
  const after = kept.tail(kind, run)?.upto ?? sealed;
  if (after >= watermark) return 0;
  const streams = await source.tail(run, kind, after, watermark, { signal });
  signal.throwIfAborted();
  return kept.addTail(kind, run, after, watermark, streams);
}
