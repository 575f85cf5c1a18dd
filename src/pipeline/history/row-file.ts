/**
 * The rows of one run in one SQLite file: a table per kind, a column per column of the contract, seq_id as its key.
 *
 * Guarantees
 * - `insertRows` is one transaction, on disk when it returns (WAL, synchronous FULL); doing it again changes nothing.
 * - Rows come out as they went in, NaN and unsigned integers beyond 2^63 included: those stand as text in their column.
 * - Anybody may read the file with any SQLite tool while the run goes on; only the daemon writes it.
 *
 * Timestamps are microseconds since the epoch, UTC. `layouts` keeps what Arrow field metadata says (dtype and shape of
 * observations): the entry with the greatest first_seq at or before a row is the row's.
 */
import { createHash, type Hash } from 'node:crypto';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';
import type { RecordBatch } from 'apache-arrow';
import {
  batchFromRows,
  type Cell,
  type Column,
  encodeBatch,
  type Layout,
  layoutRunsOf,
  rowKinds,
  rowsOf,
  storedColumns,
  withFieldMetadata,
} from '../../protocol/arrow.ts';
import type { RowKind } from '../../protocol/index.ts';
import type { RowsIpc } from './parquet.ts';

const readBatchRows = 8192;
const busyMs = 5000;

/** Opens the file, makes it when it is not there, hands it to `work` and closes it. */
function withFile<T>(path: string, readOnly: boolean, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path, { readOnly, timeout: busyMs });
  try {
    if (!readOnly) {
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
      for (const kind of rowKinds) database.exec(`CREATE TABLE IF NOT EXISTS ${kind} (${definitionOf(kind)})`);
      database.exec(
        'CREATE TABLE IF NOT EXISTS layouts (kind TEXT NOT NULL, first_seq INTEGER NOT NULL, metadata_json TEXT NOT NULL, PRIMARY KEY (kind, first_seq)) STRICT, WITHOUT ROWID',
      );
    }
    return work(database);
  } finally {
    database.close();
  }
}

const definitionOf = (kind: RowKind): string =>
  storedColumns(kind)
    .map((column) => (column.name === 'seq_id' ? 'seq_id INTEGER PRIMARY KEY' : `${column.name} ${sqlTypes[column.type]}`.trim()))
    .join(', ');

/** Columns of no type keep a value as it was given. */
const sqlTypes: Record<Column['type'], string> = {
  int32: 'INTEGER',
  int64: 'INTEGER',
  uint64: '',
  float64: '',
  bool: 'INTEGER',
  utf8: 'TEXT',
  binary: 'BLOB',
  timestamp_us: 'INTEGER',
  dict: 'TEXT',
};

/** Adds rows that have all columns of their kind. Returns the checksum `checkRows` finds again. */
export function insertRows(path: string, kind: RowKind, batches: readonly RecordBatch[]): string {
  const columns = storedColumns(kind);
  const hash = createHash('sha256');
  withFile(path, false, (database) => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const insert = database.prepare(`INSERT OR REPLACE INTO ${kind} VALUES (${columns.map(() => '?').join(', ')})`);
      for (const batch of batches) {
        const rows = rowsOf(batch);
        for (const row of rows) {
          const values = columns.map((column) => toSql(column, row[column.name]));
          addToHash(hash, values);
          insert.run(...values);
        }
        keepLayouts(database, kind, batch, Number(rows[0]?.seq_id), Number(rows.at(-1)?.seq_id));
      }
      database.exec('COMMIT');
    } catch (cause) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw cause;
    }
  });
  return hash.digest('hex');
}

/** Removes ranges of rows and gives their space back to the disk. Doing it again changes nothing. */
export function removeRows(path: string, ranges: readonly { kind: RowKind; firstSeq: number; lastSeq: number }[]): void {
  withFile(path, false, (database) => {
    database.exec('BEGIN IMMEDIATE');
    for (const { kind, firstSeq, lastSeq } of ranges)
      database.prepare(`DELETE FROM ${kind} WHERE seq_id BETWEEN ? AND ?`).run(firstSeq, lastSeq);
    database.exec('COMMIT');
    database.exec('VACUUM');
  });
}

/** Rows `firstSeq` to `lastSeq`, as IPC streams of one batch of at most 8192 rows each, with all columns of their kind. */
export function readRows(path: string, kind: RowKind, firstSeq: number, lastSeq: number): RowsIpc[] {
  return withFile(path, true, (database) => {
    const columns = storedColumns(kind);
    const layouts = database.prepare('SELECT first_seq, metadata_json FROM layouts WHERE kind = ? ORDER BY first_seq').all(kind);
    const starts = layouts.map((row) => Number(row.first_seq));
    const batches: RowsIpc[] = [];
    let rows: Record<string, Cell>[] = [];
    let layout = -1;
    const flush = (): void => {
      if (rows.length === 0) return;
      const plain = batchFromRows(kind, rows, undefined, { withDaemonColumns: true });
      const found = JSON.parse(String(layouts[layout]?.metadata_json ?? '{}')) as Record<string, Layout>;
      const metadata = Object.fromEntries(
        Object.entries(found).map(([name, entries]) => [name, new Map(Object.entries(entries))]),
      );
      batches.push({ rows: rows.length, ipc: encodeBatch(withFieldMetadata(plain, metadata)) });
      rows = [];
    };
    for (const raw of rowsBetween(database, kind, firstSeq, lastSeq)) {
      const seq = Number(raw.seq_id);
      let next = layout;
      while (next + 1 < starts.length && (starts[next + 1] as number) <= seq) next++;
      if (next !== layout || rows.length === readBatchRows) flush();
      layout = next;
      rows.push(Object.fromEntries(columns.map((column) => [column.name, fromSql(column, raw[column.name] ?? null)])));
    }
    flush();
    return batches;
  });
}

/** The rows of a range that can be read from a damaged file: halves of what fails are tried, down to single rows. */
export function readReadableRows(path: string, kind: RowKind, firstSeq: number, lastSeq: number): RowsIpc[] {
  try {
    return readRows(path, kind, firstSeq, lastSeq);
  } catch {
    if (firstSeq >= lastSeq) return [];
    const middle = Math.floor((firstSeq + lastSeq) / 2);
    return [...readReadableRows(path, kind, firstSeq, middle), ...readReadableRows(path, kind, middle + 1, lastSeq)];
  }
}

/** What stands in the file of a range: how many rows, and their checksum as `insertRows` gave it. Throws what SQLite throws. */
export function checkRows(path: string, kind: RowKind, firstSeq: number, lastSeq: number): { rows: number; sha256: string } {
  return withFile(path, true, (database) => {
    const columns = storedColumns(kind);
    const hash = createHash('sha256');
    let rows = 0;
    for (const raw of rowsBetween(database, kind, firstSeq, lastSeq)) {
      addToHash(
        hash,
        columns.map((column) => raw[column.name] ?? null),
      );
      rows++;
    }
    return { rows, sha256: hash.digest('hex') };
  });
}

/** Stretches of numbers that stand in the file without a hole, cut at `rowsMax`. Throws what SQLite throws. */
export function rowRangesOf(
  path: string,
  kind: RowKind,
  rowsMax: number,
): { runId: string; firstSeq: number; lastSeq: number }[] {
  return withFile(path, true, (database) => {
    const stretches = `SELECT run_id, min(seq_id) AS first, max(seq_id) AS last
      FROM (SELECT run_id, seq_id, seq_id - row_number() OVER (ORDER BY seq_id) AS stretch FROM ${kind})
      GROUP BY run_id, stretch, seq_id / ${rowsMax} ORDER BY first`;
    return database
      .prepare(stretches)
      .all()
      .map((row) => ({ runId: String(row.run_id), firstSeq: Number(row.first), lastSeq: Number(row.last) }));
  });
}

function rowsBetween(database: DatabaseSync, kind: RowKind, firstSeq: number, lastSeq: number) {
  const select = database.prepare(`SELECT * FROM ${kind} WHERE seq_id BETWEEN ? AND ? ORDER BY seq_id`);
  select.setReadBigInts(true);
  return select.iterate(firstSeq, lastSeq);
}

function toSql(column: Column, cell: Cell): SQLInputValue {
  if (cell === null || cell === undefined) return null;
  if (typeof cell === 'boolean') return cell ? 1n : 0n;
  if (column.type === 'float64') return Number.isNaN(cell) ? 'NaN' : (cell as number);
  if (typeof cell === 'number') return BigInt(cell);
  if (typeof cell === 'bigint' && BigInt.asIntN(64, cell) !== cell) return String(cell);
  return cell;
}

function fromSql(column: Column, value: SQLOutputValue): Cell {
  if (value === null) return null;
  if (column.type === 'bool') return value === 1n;
  if (column.type === 'uint64' && typeof value === 'string') return BigInt(value);
  if (column.type === 'float64' && value === 'NaN') return Number.NaN;
  return value;
}

function addToHash(hash: Hash, values: readonly (SQLInputValue | SQLOutputValue)[]): void {
  for (const value of values) {
    if (value instanceof Uint8Array) hash.update(`b${value.byteLength};`).update(value);
    else if (typeof value === 'string') hash.update(`t${value.length};${value};`);
    else hash.update(`${value === null ? '' : typeof value}${value};`);
  }
}

/** Writes where layouts change. Rows may come in any order: those behind the batch keep the layout they had. */
function keepLayouts(database: DatabaseSync, kind: RowKind, batch: RecordBatch, firstSeq: number, lastSeq: number): void {
  const put = database.prepare('INSERT OR REPLACE INTO layouts VALUES (?, ?, ?)');
  const behind = layoutAt(database, kind, lastSeq + 1);
  let last = layoutAt(database, kind, firstSeq);
  for (const [seq, layouts] of layoutsOf(batch, firstSeq)) {
    if (layouts !== last) put.run(kind, seq, layouts);
    last = layouts;
  }
  if (behind !== undefined && behind !== last) put.run(kind, lastSeq + 1, behind);
}

function layoutAt(database: DatabaseSync, kind: RowKind, seq: number): string | undefined {
  const select = 'SELECT metadata_json FROM layouts WHERE kind = ? AND first_seq <= ? ORDER BY first_seq DESC LIMIT 1';
  return database.prepare(select).get(kind, seq)?.metadata_json as string | undefined;
}

/** The field metadata of a batch, as JSON {column: layout}, by the number where it begins. */
function layoutsOf(batch: RecordBatch, firstSeq: number): [number, string][] {
  const starts = new Map<number, Record<string, Layout>>([[firstSeq, {}]]);
  for (const { name, metadata } of batch.schema.fields) {
    if (metadata.size === 0) continue;
    let at = firstSeq;
    for (const [rows, layout] of layoutRunsOf(metadata, batch.numRows)) {
      starts.set(at, { ...starts.get(at), [name]: layout });
      at += rows;
    }
  }
  return [...starts].map(([seq, layouts]) => [seq, JSON.stringify(layouts)]);
}
