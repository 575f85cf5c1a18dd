/**
 * Work on history that is sealed: small parts become larger ones, a run changes its form, parts are checked, or let go.
 *
 * Guarantees
 * - New parts are on disk before the catalogue names them, and take the old ones' place in one transaction: killed anywhere,
 *   every row is there once. The old files stay for a minute, for readers that have just been told of them.
 * - One piece of work at a time, on the thread that seals, so sealing waits for one part at most.
 */
import { rm } from 'node:fs/promises';
import { rowKinds } from '../../protocol/arrow.ts';
import { DuallaneError, type Log, type RowKind, sentenceOf } from '../../protocol/index.ts';
import {
  type Catalogue,
  type HistoryForm,
  type HistoryPlaces,
  type PartRecord,
  type PartsThread,
  partPath,
  removeParts,
  rowFilePath,
} from '../history/index.ts';
import { syncDirectory } from './segment-file.ts';

export type UpkeepOptions = {
  catalogue: Catalogue;
  places: HistoryPlaces;
  thread: PartsThread;
  log: Log;
  /** How long files of replaced parts stay. */
  graceMs?: number;
};

/** Rows and parts that were written anew, or let go. */
export type Moved = { parts: number; rows: number; bytes: number };

export type PartChoice = (parts: readonly PartRecord[]) => readonly PartRecord[];

/** So many parts of one level become one of the next. */
const partsOfLevel = 8;
/** Larger ones are not made: merging takes about twenty times this in memory. */
const mergedBytesMax = 16 * 1024 * 1024;
const mergedRowsMax = 524_288;
const graceDefaultMs = 60_000;

export class HistoryUpkeep {
  readonly #options: UpkeepOptions;
  readonly #retired = new Map<string, { timer: NodeJS.Timeout; mayGo: () => boolean }>();
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** Gives a run another form, part by part; rows that are sealed from now on get it as well. */
  convert(runId: string, form: HistoryForm): Promise<Moved> {
    return this.#inTurn(async () => {
      const { catalogue, places } = this.#options;
      catalogue.setForm(runId, form);
      const moved = { parts: 0, rows: 0, bytes: 0 };
      for (const kind of rowKinds) {
        // Looked up anew each time: sealing goes on meanwhile.
        for (let part = this.#inOtherForm(runId, kind, form); part !== undefined; part = this.#inOtherForm(runId, kind, form)) {
          const next = await this.#rewrite([part], form, part.level);
          count(moved, next);
        }
      }
      if (form === 'parquet') this.#retireRows(rowFilePath(places, runId), runId);
      return moved;
    });
  }

  /** Merges small parts of a run's kind: whole levels, or with `all` whatever lies side by side. */
  compact(runId: string, kinds: readonly RowKind[] = rowKinds, all = false): Promise<Moved> {
    return this.#inTurn(async () => {
      const moved = { parts: 0, rows: 0, bytes: 0 };
      for (const kind of kinds) {
        for (let group = this.#toMerge(runId, kind, all); group.length > 0; group = this.#toMerge(runId, kind, all)) {
          const first = group[0] as PartRecord;
          count(moved, await this.#rewrite(group, first.form, Math.max(...group.map(({ level }) => level)) + 1));
        }
      }
      return moved;
    });
  }

  /** Compaction beside ingest: a failure (a full disk) is logged and tried again after the next seal. */
  compactLater(lanes: readonly { runId: string; kind: RowKind }[]): void {
    for (const { runId, kind } of lanes) {
      if (this.#toMerge(runId, kind, false).length === 0) continue;
      this.compact(runId, [kind]).catch((error: unknown) => {
        if (!this.#isClosed) this.#options.log('warn', 'compaction-failed', { run: runId, kind, reason: sentenceOf(error) });
      });
    }
  }

  /**
   * Lets go of the parts of a run that `choose` names, for good. Their numbers are not given out again, and the ledger says for ever
   * that they were removed, and why. `choose` sees the run's parts when it is its turn, kind after kind, each ascending.
   */
  remove(
    runId: string,
    { choose = (parts) => parts, reason, nowMs }: { choose?: PartChoice; reason: string; nowMs: number },
  ): Promise<Moved> {
    return this.#inTurn(async () => {
      const { catalogue, places, thread } = this.#options;
      const gone = choose(rowKinds.flatMap((kind) => catalogue.parts(runId, kind)));
      const moved = { parts: 0, rows: 0, bytes: 0 };
      if (gone.length === 0) return moved;
      removeParts(catalogue, gone, reason, nowMs);
      for (const part of gone) {
        this.#retire(part);
        count(moved, part);
      }
      if (catalogue.runsWithRows().includes(runId))
        await thread.shrink({ path: rowFilePath(places, runId), ranges: gone.filter(({ form }) => form === 'sqlite') });
      else this.#retireRows(rowFilePath(places, runId), runId);
      return moved;
    });
  }

  /** Lets go of everything that is known of a run's history, for good. */
  forget(runId: string): Promise<Moved> {
    return this.#inTurn(async () => {
      const moved = { parts: 0, rows: 0, bytes: 0 };
      for (const part of this.#options.catalogue.forget(runId)) {
        this.#retire(part);
        count(moved, part);
      }
      this.#retireRows(rowFilePath(this.#options.places, runId), runId);
      return moved;
    });
  }

  /** Finishes nothing that has not begun; files of replaced parts go now. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last.catch(() => undefined);
    for (const [path, { timer, mayGo }] of this.#retired) {
      clearTimeout(timer);
      if (mayGo()) await removeFile(path);
    }
    this.#retired.clear();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => {
      if (this.#isClosed) throw new DuallaneError('sink-closed', 'the daemon is stopping; ask the next one');
      return work();
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #rewrite(parts: readonly PartRecord[], form: HistoryForm, level: number): Promise<PartRecord> {
    const { catalogue, places, thread, log } = this.#options;
    const [next] = await thread.rewrite({ places, parts, form, level });
    if (next === undefined) throw new DuallaneError('parts-failed', 'no part came of the parts');
    await syncDirectory(places.partsDirectory); // as in the sealer: a stalled disk is waited for here
    catalogue.replaceParts(parts, [next]);
    for (const part of parts) if (part.name !== next.name) this.#retire(part);
    log('debug', 'parts-rewritten', { run: next.runId, kind: next.kind, parts: parts.length, rows: next.rows, form, level });
    return next;
  }

  #inOtherForm(runId: string, kind: RowKind, form: HistoryForm): PartRecord | undefined {
    return this.#options.catalogue.parts(runId, kind).find((part) => part.form !== form);
  }

  /** The next parts to become one, or none. */
  #toMerge(runId: string, kind: RowKind, all: boolean): PartRecord[] {
    let group: PartRecord[] = [];
    const wanted = all ? 2 : partsOfLevel;
    let fits: PartRecord[] = [];
    for (const part of this.#options.catalogue.parts(runId, kind)) {
      if (!follows(group, part, all)) group = [];
      group.push(part);
      if (!all && group.length === wanted) return group;
      if (all && group.length >= wanted) fits = [...group];
      else if (fits.length > 0) return fits;
    }
    return fits;
  }

  #retire(part: PartRecord): void {
    if (part.form === 'parquet') this.#retireFile(partPath(this.#options.places, part.name), () => true);
  }

  /** A run's SQLite file, when no part of it is left by then. */
  #retireRows(path: string, runId: string): void {
    const isLeft = () => !this.#options.catalogue.runsWithRows().includes(runId);
    for (const file of [`${path}-shm`, `${path}-wal`, path]) this.#retireFile(file, isLeft);
  }

  #retireFile(path: string, mayGo: () => boolean): void {
    clearTimeout(this.#retired.get(path)?.timer);
    const timer = setTimeout(() => {
      this.#retired.delete(path);
      if (mayGo()) void removeFile(path);
    }, this.#options.graceMs ?? graceDefaultMs);
    this.#retired.set(path, { timer: timer.unref(), mayGo });
  }
}

function follows(group: readonly PartRecord[], part: PartRecord, all: boolean): boolean {
  const last = group.at(-1);
  if (last === undefined) return true;
  const bytes = group.reduce((sum, one) => sum + one.bytes, part.bytes);
  const rows = group.reduce((sum, one) => sum + one.rows, part.rows);
  return (
    part.firstSeq === last.lastSeq + 1 &&
    part.form === last.form &&
    (all || part.level === last.level) &&
    bytes <= mergedBytesMax &&
    rows <= mergedRowsMax
  );
}

function count(sum: Moved, { rows, bytes }: PartRecord): void {
  sum.parts += 1;
  sum.rows += rows;
  sum.bytes += bytes;
}

const removeFile = (path: string): Promise<void> => rm(path, { force: true });
