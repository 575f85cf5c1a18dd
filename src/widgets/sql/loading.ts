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
import { columnsOf, type HeldPart, incomplete, type KeptTables, type SealedTable } from './kept-tables.ts';
import type { PartDecoder } from './part-decoder.ts';
import { PartFile } from './part-file.ts';

/** Parquet bytes a question may bring into the page at most. */
const maxLoadBytes = 1_000_000_000;
/** Parts under way at a time: the next ones travel while one is decoded. */
const fetchAhead = 3;
const attempts = 3;

export interface Need {
  runs: readonly string[];
  kinds: readonly RowKind[];
  /** Columns beside the usual ones. */
  extra: (kind: RowKind) => ReadonlySet<string>;
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
  columns: ReadonlySet<string>;
}

export interface Loader {
  kept: KeptTables;
  source: HistorySource;
  decoder: PartDecoder;
  /** Lets messages in between two row groups. */
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
  const tables = new Map(need.kinds.map((kind) => [kind, usable(kept, kind, need.extra(kind), listing)]));
  const wanted = [...tables.values()].flatMap((table) => missing(table, listing));
  const loaded = { parts: 0, rows: 0, bytes: 0 };
  const listedBytes = bytesOf(wanted);
  const opened = new Map<string, PartFile>();
  let reachedBytes = 0;
  const report = () => {
    const share = reachedBytes > 0 ? loaded.bytes / reachedBytes : 1;
    const bytes = Math.round(loaded.bytes + (listedBytes - reachedBytes) * share);
    onProgress({
      stage: 'loading',
      doneParts: loaded.parts,
      parts: wanted.length,
      doneBytes: loaded.bytes,
      bytes,
      rows: loaded.rows,
    });
  };
  if (wanted.length > 0) report();
  try {
    if (listedBytes > maxLoadBytes) refuseTooMuch(await estimate(loader, wanted, opened, signal));
    for await (const { part, file } of fetched(loader, wanted, opened, signal)) {
      reachedBytes += part.entry.bytes;
      loaded.bytes += file.fetchedBytes;
      for await (const rows of taken(loader, part, file)) {
        loaded.rows += rows;
        report();
        await loader.breathe();
        signal.throwIfAborted();
      }
      loaded.parts += 1;
      report();
    }
  } finally {
    // Also of a load that is cancelled: the next question goes on from there.
    kept.settle();
    for (const file of opened.values()) await file.close();
  }
  const reach: Reach[] = [];
  for (const run of listing.runs) {
    for (const { kind, watermark } of run.kinds) {
      if (!tables.has(kind)) continue;
      loaded.rows += await followTail(loader, run, kind, watermark, signal);
      const sealed = run.parts.filter((part) => part.kind === kind).reduce((rows, part) => rows + part.rows, 0);
      reach.push({ run: run.run, kind, watermark, rows: sealed + (kept.tail(kind, run.run)?.rows ?? 0) });
    }
  }
  return { tables, runs: listing.runs.map((run) => run.run), reach, ...loaded };
}

/** The table to fill; one that holds a part which the listing dropped is begun anew. */
function usable(kept: KeptTables, kind: RowKind, extra: ReadonlySet<string>, listing: PartList): SealedTable {
  const table = kept.sealed(kind, extra);
  const listed = new Set(listing.runs.flatMap((run) => run.parts.map((part) => part.name)));
  const runs = new Set(listing.runs.map((run) => run.run));
  const isStale = [...table.parts].some(([name, { run }]) => runs.has(run) && !listed.has(name));
  if (!isStale) return table;
  kept.drop(table);
  return kept.sealed(kind, extra);
}

const isWhole = (held: HeldPart | undefined): boolean => held !== undefined && held.groups === held.of;

function missing(table: SealedTable, listing: PartList): Wanted[] {
  return listing.runs.flatMap((run) =>
    run.parts
      .filter((entry) => entry.kind === table.kind && !isWhole(table.parts.get(entry.name)))
      .map((entry) => ({ table, run: run.run, entry, columns: new Set(columnsOf(table.kind, table.extra)) })),
  );
}

/** Files of the parts in their order, with what is wanted of them; those that come next are under way. */
async function* fetched(
  { source }: Loader,
  wanted: readonly Wanted[],
  opened: Map<string, PartFile>,
  signal: AbortSignal,
): AsyncGenerator<{ part: Wanted; file: PartFile }> {
  const underWay: { part: Wanted; file: Promise<PartFile> }[] = [];
  const stop = new AbortController();
  const lifetime = { signal: AbortSignal.any([signal, stop.signal]) };
  let next = 0;
  try {
    while (next < wanted.length || underWay.length > 0) {
      for (; underWay.length < fetchAhead && next < wanted.length; next += 1) {
        const part = wanted[next] as Wanted;
        const file = (async () => {
          const known = opened.get(part.entry.name);
          opened.delete(part.entry.name);
          const there = known ?? (await openPart(source, part, lifetime));
          return there.fetch(part.columns, part.table.parts.get(part.entry.name)?.groups);
        })();
        file.catch(() => undefined); // It is awaited in its turn; until then its failure is not unhandled.
        underWay.push({ part, file });
      }
      const { part, file } = underWay.shift() as (typeof underWay)[number];
      yield { part, file: await file };
    }
  } finally {
    stop.abort();
  }
}

function openPart(source: HistorySource, { entry }: Wanted, lifetime: { signal: AbortSignal }): Promise<PartFile> {
  return PartFile.open(entry.name, entry.bytes, (range) => source.piece(entry.name, range, lifetime));
}

/** Puts the row groups that are not in the table yet into it, and yields how many rows each had. */
async function* taken({ kept, decoder }: Loader, { table, run, entry, columns }: Wanted, file: PartFile): AsyncGenerator<number> {
  try {
    const { rows, groups } = file.footer;
    if (rows !== entry.rows) throw incomplete(`part ${entry.name} holds ${rows} rows where the listing says ${entry.rows}`);
    const held = table.parts.get(entry.name) ?? { run, groups: 0, of: groups.length };
    table.parts.set(entry.name, held);
    for (const group of groups.slice(held.groups)) {
      const stream = await file.decode(held.groups, [...columns], decoder);
      kept.addGroup(table, held, entry, group.rows, stream);
      yield group.rows;
    }
  } finally {
    await file.close();
  }
}

const bytesOf = (wanted: readonly Wanted[]): number => wanted.reduce((sum, { entry }) => sum + entry.bytes, 0);

/** Bytes the wanted columns take, after the largest part of each table, which is then `opened`. */
async function estimate(
  { source }: Loader,
  wanted: readonly Wanted[],
  opened: Map<string, PartFile>,
  signal: AbortSignal,
): Promise<number> {
  let bytes = 0;
  for (const parts of Map.groupBy(wanted, ({ table }) => table).values()) {
    const largest = parts.reduce((most, part) => (part.entry.bytes > most.entry.bytes ? part : most));
    const file = await openPart(source, largest, { signal });
    opened.set(largest.entry.name, file);
    bytes += bytesOf(parts) * Math.min(1, file.wantedBytes(largest.columns) / file.size);
  }
  return bytes;
}

function refuseTooMuch(bytes: number): void {
  if (bytes <= maxLoadBytes) return;
  throw new DuallaneError(
    'history-too-large',
    `This question needs ${Math.round(bytes / 1e6).toLocaleString('en')} MB of history in the page, and ${maxLoadBytes / 1e6} MB is the most. ` +
      'Bind the cell to fewer runs, or name the columns instead of * so that texts and observations stay out.',
  );
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
