/**
 * The source's SQLite file (contracts, section 6): one imported run per run_id in it.
 *
 * Guarantees: a file that SQLite finds damaged is refused before its first row; columns that old files lack are null; ghosts of its
 * second writer (episode_id "") are skipped and counted; nothing a row holds stops the rest. Blobs are its JSON with type markers:
 * arrays and texts come out as plain JSON, bytes as base64.
 */
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { DuallaneError, sentenceOf } from '../../protocol/index.ts';
import { type ImportedRow, type ImportedRun, outcomeWord, shortHash, skip } from './imported.ts';

type Row = Record<string, SQLOutputValue>;

/** Throws `import-unreadable`. The file is only read; `close` lets go of it. */
export function readSourceSqlite(path: string): { runs: ImportedRun[]; close: () => void } {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .all()
      .map(({ name }) => name);
    if (!tables.includes('steps') || !tables.includes('episodes'))
      throw new DuallaneError(
        'import-unreadable',
        `${path} has no tables steps and episodes: it is no telemetry file of the source`,
      );
    const problems = database
      .prepare('PRAGMA quick_check(3)')
      .all()
      .map(({ quick_check }) => String(quick_check));
    if (problems[0] !== 'ok')
      throw new DuallaneError(
        'import-unreadable',
        `${path} is damaged (${problems.join('; ')}) and nothing of it was imported: "sqlite3 ${path} .recover" writes what can be read of it into a new file`,
      );
    const runs = runIdsOf(database).map(({ runId, content }): ImportedRun => {
      const run: ImportedRun = { runId, name: runId, content, rows: [], skipped: new Map() };
      run.rows = rowsOf(database, run);
      return run;
    });
    return { runs, close: () => database.close() };
  } catch (cause) {
    database.close();
    if (cause instanceof DuallaneError) throw cause;
    throw new DuallaneError('import-unreadable', `${path} cannot be read and nothing of it was imported: ${sentenceOf(cause)}`, {
      cause,
    });
  }
}

/** The runs of the file, and how many rows they have and which is the last: a trainer that goes on adds more. */
function runIdsOf(database: DatabaseSync): { runId: string; content: string }[] {
  const found = database
    .prepare(
      `SELECT run_id, group_concat(extent, ' ') AS extents FROM (
        SELECT run_id, 's' || count(*) || '-' || max(rowid) AS extent FROM steps GROUP BY run_id
        UNION ALL SELECT run_id, 'e' || count(*) || '-' || max(rowid) FROM episodes GROUP BY run_id)
      WHERE run_id IS NOT NULL AND run_id <> '' GROUP BY run_id ORDER BY run_id`,
    )
    .all();
  return found.map(({ run_id, extents }) => ({ runId: String(run_id), content: shortHash(String(extents)) }));
}

function* rowsOf(database: DatabaseSync, run: ImportedRun): Generator<ImportedRow> {
  for (const table of ['steps', 'episodes'] as const) {
    const select = database.prepare(`SELECT * FROM ${table} WHERE run_id = ? ORDER BY rowid`);
    select.setReadBigInts(true);
    for (const row of select.iterate(run.runId)) {
      if (row.episode_id === '') skip(run, 'ghost rows without an episode');
      else yield table === 'steps' ? stepOf(row) : episodeOf(row);
    }
  }
}

function stepOf(row: Row): ImportedRow {
  const info = objectOf(row.info);
  return {
    kind: 'steps',
    workerId: text(row.worker_id) ?? text(info.worker_id) ?? 'import',
    row: {
      agent_id: text(row.agent_id) ?? 'default',
      env_slot: 0,
      episode_index: episodeIndex(row.episode_id),
      step_index: integer(row.step_index) ?? 0,
      reward: number(row.reward),
      terminated: row.terminated === 1n,
      truncated: row.truncated === 1n,
      ts: microseconds(row.timestamp),
      action_json: row.action === null || row.action === undefined ? null : String(row.action),
      observation_json: jsonOf(row.observation),
      render_hint_json: jsonOf(row.render_hint),
      render_payload_json: jsonOf(row.render_payload),
      frame_ref: text(row.frame_ref),
      policy_label: text(info.policy_label),
      backend: text(info.backend),
      payload_version: integer(row.payload_version) ?? 0,
      episode_seed: integer(row.episode_seed) ?? null,
    },
  };
}

function episodeOf(row: Row): ImportedRow {
  const terminated = row.terminated === 1n;
  const truncated = row.truncated === 1n;
  const total = number(row.total_reward);
  return {
    kind: 'episodes',
    workerId: text(row.worker_id) ?? 'import',
    row: {
      agent_id: text(row.agent_id) ?? 'default',
      env_slot: 0,
      episode_index: integer(row.ep_index) ?? episodeIndex(row.episode_id),
      total_reward: total,
      steps: integer(row.steps) ?? 0,
      terminated,
      truncated,
      ts: microseconds(row.timestamp),
      game_id: text(row.game_id),
      outcome: outcomeWord(terminated, truncated, total ?? 0),
      metadata_json: jsonOf(row.metadata),
    },
  };
}

/** The number at the end of `<run>-ep000012`. */
const episodeIndex = (id: SQLOutputValue | undefined): number => Number(/-ep(\d+)$/.exec(String(id ?? ''))?.[1] ?? 0);
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const integer = (value: unknown): bigint | undefined => (typeof value === 'bigint' ? value : undefined);
const number = (value: unknown): number | null => (typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null);

function microseconds(value: unknown): bigint {
  const ms = typeof value === 'string' ? Date.parse(value.replace(/(\.\d{3})\d+/, '$1')) : Number.NaN;
  if (Number.isNaN(ms)) return 0n;
  const below = Number(/\.\d{3}(\d{1,3})/.exec(String(value))?.[1]?.padEnd(3, '0') ?? 0);
  return BigInt(ms) * 1000n + BigInt(below);
}

/** A blob as plain JSON; what is not JSON stays as its text, as a JSON string. */
function jsonOf(value: SQLOutputValue | undefined): string | null {
  if (value === null || value === undefined) return null;
  const content = value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
  try {
    return JSON.stringify(unmarked(JSON.parse(content)));
  } catch {
    return JSON.stringify(content);
  }
}

function objectOf(value: SQLOutputValue | undefined): Record<string, unknown> {
  const parsed: unknown = JSON.parse(jsonOf(value) ?? '{}');
  return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
}

/** The source's markers as plain values. */
function unmarked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmarked);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  switch (fields.__type__) {
    case 'datetime':
      return fields.value;
    case 'float':
      return null; // NaN and infinities have no JSON
    case 'tuple':
    case 'set':
      return unmarked(fields.data);
    case 'bytes':
      return fields.data;
    case 'ndarray':
      return arrayOf(fields);
    default:
      return Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, unmarked(one)]));
  }
}

const readers: Record<string, [bytes: number, read: (data: Buffer, at: number) => number | bigint]> = {
  float64: [8, (data, at) => data.readDoubleLE(at)],
  float32: [4, (data, at) => data.readFloatLE(at)],
  int64: [8, (data, at) => data.readBigInt64LE(at)],
  int32: [4, (data, at) => data.readInt32LE(at)],
  int16: [2, (data, at) => data.readInt16LE(at)],
  int8: [1, (data, at) => data.readInt8(at)],
  uint8: [1, (data, at) => data.readUInt8(at)],
  bool: [1, (data, at) => data.readUInt8(at)],
};

/** Nested lists of an array; an array of another type stays as it is marked. */
function arrayOf(fields: Record<string, unknown>): unknown {
  const reader = readers[String(fields.dtype)];
  if (reader === undefined || !Array.isArray(fields.shape) || typeof fields.data !== 'string') return fields;
  const [size, read] = reader;
  const data = Buffer.from(fields.data, 'base64');
  let at = 0;
  const nest = (shape: readonly unknown[]): unknown => {
    if (shape.length > 0) return Array.from({ length: Number(shape[0]) }, () => nest(shape.slice(1)));
    const value = read(data, at);
    at += size;
    return typeof value === 'bigint' ? Number(value) : value;
  };
  const length = fields.shape.reduce((product: number, side) => product * Number(side), size);
  return length === data.length ? nest(fields.shape) : fields;
}
