/**
 * What is recorded: a table in the catalogue, a file for each recording beside the Parquet parts.
 *
 * Guarantees
 * - A recording is known only when its file is whole and durable. A whole file that nobody knows (a kill came between, or the
 *   catalogue was made anew) is taken in at the next start; what is not whole, or of a forgotten run, is removed.
 * - A run's recordings stay within its budget: what is worth least goes first, and of that the oldest. What went is counted.
 *   Worth, from the most: asked for, best or worst of the run, a failure, every k-th, a best or worst that has been outdone.
 * - A run that is forgotten leaves no recording behind, whatever is killed.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { type Log, placeOfIndex, type RecordingIndex, sentenceOf, validators } from '../../protocol/index.ts';
import type { Catalogue } from '../history/index.ts';
import type { Reason } from './episode-take.ts';
import { recordingSuffix, unfinishedSuffix } from './recording-file.ts';
import { type RecordingRecord, recordOfIndex, recordOfRow } from './recording-record.ts';

export type RecordingCounts = { evicted: number; passed: number; failed: number };

const statements = [
  `CREATE TABLE recordings (name TEXT PRIMARY KEY, run_id TEXT NOT NULL, agent TEXT NOT NULL, env_slot INTEGER NOT NULL, episode INTEGER NOT NULL,
     seed INTEGER, steps INTEGER, total_reward REAL, terminated INTEGER NOT NULL, truncated INTEGER NOT NULL, reasons TEXT NOT NULL,
     frames INTEGER NOT NULL, bytes INTEGER NOT NULL, recorded_ms REAL NOT NULL) STRICT`,
  'CREATE INDEX recordings_of_run ON recordings (run_id, recorded_ms)',
  `CREATE TABLE recording_counts (run_id TEXT PRIMARY KEY, evicted INTEGER NOT NULL DEFAULT 0, passed INTEGER NOT NULL DEFAULT 0,
     failed INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID`,
  'ALTER TABLE recordings ADD COLUMN jpeg_frames INTEGER NOT NULL DEFAULT 0',
] as const;

export const recordingsDirectory = (home: string): string => join(home, 'recordings');

export class Recordings {
  readonly directory: string;
  readonly #catalogue: Catalogue;
  readonly #log: Log;

  /** Brings the folder in order. `catalogue` is open for writing, and this process holds the home's lock. */
  constructor(home: string, catalogue: Catalogue, log: Log) {
    this.directory = recordingsDirectory(home);
    this.#catalogue = catalogue;
    this.#log = log;
    catalogue.define('recordings', statements);
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const known = new Set(this.#all('SELECT name FROM recordings').map((row) => String(row.name)));
    for (const name of readdirSync(this.directory)) {
      if (known.delete(name)) continue;
      const found = name.endsWith(recordingSuffix) ? this.#read(name) : undefined;
      if (found && !catalogue.isForgotten(found.runId)) this.#insert(found);
      else if (name.endsWith(recordingSuffix) || name.endsWith(unfinishedSuffix))
        rmSync(join(this.directory, name), { force: true });
    }
    for (const name of known) log('error', 'part-missing', { part: name });
  }

  /** In the order they were recorded. */
  of(runId: string): RecordingRecord[] {
    return this.#all('SELECT * FROM recordings WHERE run_id = ? ORDER BY recorded_ms, rowid', runId).map(recordOfRow);
  }

  counts(runId: string): RecordingCounts {
    const [row] = this.#all('SELECT * FROM recording_counts WHERE run_id = ?', runId);
    return { evicted: Number(row?.evicted ?? 0), passed: Number(row?.passed ?? 0), failed: Number(row?.failed ?? 0) };
  }

  bytesOf(runId: string): number {
    return Number(this.#all('SELECT sum(bytes) AS bytes FROM recordings WHERE run_id = ?', runId)[0]?.bytes ?? 0);
  }

  find(name: string): RecordingRecord | undefined {
    const [row] = this.#all('SELECT * FROM recordings WHERE name = ?', name);
    return row && recordOfRow(row);
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Takes in what is on disk, and lets go of what the budget has no room for. Of a run that was forgotten meanwhile: nothing. */
  add(recording: RecordingRecord, budgetBytes: number): void {
    if (this.#catalogue.isForgotten(recording.runId)) {
      this.#remove([recording.name]);
      return;
    }
    const { runId } = recording;
    const kept = [...this.of(runId).filter(({ name }) => name !== recording.name), recording];
    const gone = beyondBudget(kept, budgetBytes);
    this.#catalogue.transaction(() => {
      this.#insert(recording);
      for (const { name } of gone) this.#run('DELETE FROM recordings WHERE name = ?', name);
      if (gone.length > 0) this.#count(runId, 'evicted', gone.length);
    });
    this.#remove(gone.map(({ name }) => name));
    if (gone.length > 0) this.#log('info', 'recordings-evicted', { runId, recordings: gone.length, budgetBytes });
  }

  /** Counts what was not kept. */
  count(runId: string, what: 'passed' | 'failed'): void {
    if (!this.#catalogue.isForgotten(runId)) this.#count(runId, what, 1);
  }

  /** Removes the recordings of a run. */
  forget(runId: string): { recordings: number; bytes: number } {
    const gone = this.of(runId);
    this.#catalogue.transaction(() => {
      this.#run('DELETE FROM recordings WHERE run_id = ?', runId);
      this.#run('DELETE FROM recording_counts WHERE run_id = ?', runId);
    });
    this.#remove(gone.map(({ name }) => name));
    return { recordings: gone.length, bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  #insert(recording: RecordingRecord): void {
    this.#run(
      'INSERT OR REPLACE INTO recordings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      recording.name,
      recording.runId,
      recording.agent,
      recording.env_slot,
      recording.episode,
      recording.seed,
      recording.steps,
      recording.total_reward,
      Number(recording.terminated),
      Number(recording.truncated),
      recording.reasons.join(','),
      recording.frames,
      recording.bytes,
      recording.recordedMs,
      recording.jpegFrames,
    );
  }

  /** What a file says of itself; undefined when it is not a whole recording. */
  #read(name: string): RecordingRecord | undefined {
    try {
      const bytes = readFileSync(this.path(name));
      const { indexAt, indexBytes } = placeOfIndex(bytes);
      const index: unknown = JSON.parse(inflateRawSync(bytes.subarray(indexAt, indexAt + indexBytes)).toString());
      if (!validators.recordingIndex(index)) return undefined;
      return recordOfIndex(index as RecordingIndex, name, bytes.length, statSync(this.path(name)).mtimeMs);
    } catch (error) {
      this.#log('warn', 'recording-unreadable', { name, sentence: sentenceOf(error) });
      return undefined;
    }
  }

  #remove(names: readonly string[]): void {
    for (const name of names) {
      try {
        rmSync(this.path(name), { force: true });
      } catch (error) {
        this.#log('warn', 'recording-left', { name, sentence: sentenceOf(error) });
      }
    }
  }

  #count(runId: string, what: keyof RecordingCounts, count: number): void {
    this.#run(
      `INSERT INTO recording_counts (run_id, ${what}) VALUES (?, ?) ON CONFLICT DO UPDATE SET ${what} = ${what} + excluded.${what}`,
      runId,
      count,
    );
  }

  #all(sql: string, ...values: string[]): Record<string, unknown>[] {
    return this.#catalogue.database.prepare(sql).all(...values);
  }

  #run(sql: string, ...values: (string | number | null)[]): void {
    this.#catalogue.database.prepare(sql).run(...values);
  }
}

/** What has to go so that the rest fits. */
export function beyondBudget(kept: readonly RecordingRecord[], budgetBytes: number): RecordingRecord[] {
  const newestWith = (reason: Reason) => kept.findLast(({ reasons }) => reasons.includes(reason));
  const standing = new Set([newestWith('best'), newestWith('worst')]);
  const worth = (one: RecordingRecord): number => {
    if (one.reasons.includes('demand')) return 4;
    if (standing.has(one)) return 3;
    if (one.reasons.includes('failure')) return 2;
    return one.reasons.includes('every') ? 1 : 0;
  };
  let over = kept.reduce((sum, { bytes }) => sum + bytes, 0) - budgetBytes;
  const gone: RecordingRecord[] = [];
  for (const one of kept.toSorted((a, b) => worth(a) - worth(b))) {
    if (over <= 0) break;
    gone.push(one);
    over -= one.bytes;
  }
  return gone;
}
