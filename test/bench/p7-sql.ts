/**
 * P7: SQL over steps and their episodes, by the page's engine (duckdb-wasm and the Parquet decoder, here in Node) and by native DuckDB
 * with one thread in Python, on the same Parquet files. Cold: the engine's start and the load of the usual columns (run, agent, episode,
 * step, reward, terminated, ts); then each question on what is loaded, median of three. Both answers are compared. A cancellation is
 * heard between two steps: the longest of a load, and how long a running question takes to let go.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Table } from 'apache-arrow';
import { writeParquetPart } from '../../src/pipeline/history/parquet.ts';
import { batchFromRows } from '../../src/protocol/arrow.ts';
import type { PartList, RowKind } from '../../src/protocol/index.ts';
import type { Piece, PieceRange } from '../../src/widgets/link/page-link.ts';
import type { HistoryEngine } from '../../src/widgets/sql/history-engine.ts';
import type { HistorySource } from '../../src/widgets/sql/history-source.ts';
import { askWhole, historyEngine, openEngine } from '../unit/sql-engine-in-node.ts';
import { pieceOf } from '../unit/sql-history.ts';
import { type Bench, type Found, median, rounded } from './figures.ts';
import { python } from './python.ts';

const partRows = 500_000;
const episodeSteps = 200;

const questions = {
  'mean per bucket':
    'SELECT episode_index // 1000 AS bucket, avg(total_reward) AS mean FROM episodes GROUP BY bucket ORDER BY bucket',
  'top 20': 'SELECT episode_index, total_reward FROM episodes ORDER BY total_reward DESC, episode_index LIMIT 20',
  window:
    'SELECT max(smooth) AS best FROM (SELECT avg(total_reward) OVER (ORDER BY seq_id ROWS 99 PRECEDING) AS smooth FROM episodes)',
  'full scan': 'SELECT count(*) AS n, sum(reward) AS reward, max(step_index) AS longest FROM steps',
  'group all':
    'SELECT step_index, avg(reward) AS mean, count(*) AS n FROM steps GROUP BY step_index ORDER BY step_index LIMIT 20',
};

/** Rows first..last as the daemon keeps them. */
function partOf(kind: 'steps' | 'episodes', first: number, rows: number): Uint8Array {
  const shared = { run_id: 'r', worker_id: 'w', agent_id: 'a', env_slot: 0, truncated: false, ts: 1_767_225_600_000_000 };
  const made = Array.from({ length: rows }, (_, at) => {
    const seq = first + at;
    const place = kind === 'steps' ? Math.floor(seq / episodeSteps) : seq;
    const noise = ((seq * 2_654_435_761) >>> 0) / 2 ** 32;
    const row = {
      ...shared,
      seq_id: seq + 1,
      episode_index: place,
      terminated: kind === 'episodes' || seq % episodeSteps === episodeSteps - 1,
    };
    return kind === 'steps'
      ? { ...row, step_index: seq % episodeSteps, reward: noise, action_json: String(seq % 4), payload_version: 1 }
      : { ...row, total_reward: 100 * noise, steps: episodeSteps, outcome: 'Success' };
  });
  return writeParquetPart(kind, batchFromRows(kind, made, undefined, { withDaemonColumns: true }));
}

class FileHistory implements HistorySource {
  readonly files = new Map<string, { kind: RowKind; first: number; rows: number; path: string; bytes: number }>();
  fetchedBytes = 0;

  /** Grows to `total` rows; a multiple of the rows of a part, but for the last size. */
  grow(folder: string, kind: 'steps' | 'episodes', total: number): void {
    const held = [...this.files.values()].filter((file) => file.kind === kind).reduce((sum, { rows }) => sum + rows, 0);
    for (let first = held; first < total; first += partRows) {
      const rows = Math.min(partRows, total - first);
      const body = partOf(kind, first, rows);
      const path = join(folder, `${kind}-${first}.parquet`);
      writeFileSync(path, body);
      this.files.set(`${kind}-${first}`, { kind, first, rows, path, bytes: body.length });
    }
  }

  async runs() {
    return [];
  }

  async ledgers() {
    return { request: 1, entries: [], gaps: [], views: [] };
  }

  async parts(_runs: readonly string[], kinds: readonly RowKind[]): Promise<PartList> {
    const parts = [...this.files]
      .filter(([, { kind }]) => kinds.includes(kind))
      .map(([name, { kind, first, rows, bytes }]) => ({ name, kind, first_seq: first + 1, last_seq: first + rows, rows, bytes }));
    const reach = kinds.map((kind) => {
      const last = Math.max(0, ...parts.filter((part) => part.kind === kind).map((part) => part.last_seq));
      return { kind, sealed_seq: last, watermark: last };
    });
    return { request: 1, runs: [{ run: 'r', parts, kinds: reach }] };
  }

  async piece(name: string, range: PieceRange): Promise<Piece> {
    const piece = pieceOf(new Uint8Array(readFileSync(this.files.get(name)?.path ?? '')), range);
    this.fetchedBytes += piece.bytes.length;
    return piece;
  }

  async tail(): Promise<Uint8Array[]> {
    return [];
  }
}

const native = `
import duckdb, json, sys, time
asked = json.load(sys.stdin)
engine = duckdb.connect(config={"threads": 1})
engine.execute("SET enable_progress_bar = false")
for kind, paths in asked["paths"].items():
    engine.execute(f"CREATE TABLE {kind} AS SELECT * FROM read_parquet({paths!r})")
def timed(sql):
    begun = time.perf_counter()
    rows = engine.execute(sql).fetchall()
    return time.perf_counter() - begun, [[None if v is None else round(float(v), 6) for v in row] for row in rows]
print(json.dumps({name: [timed(sql) for _ in range(3)] for name, sql in asked["questions"].items()}))
`;

function askNatively(history: FileHistory): Record<string, [number, (number | null)[][]][]> {
  const paths = Object.groupBy(history.files.values(), ({ kind }) => kind);
  const input = JSON.stringify({
    questions,
    paths: Object.fromEntries(Object.entries(paths).map(([kind, files]) => [kind, files?.map(({ path }) => path)])),
  });
  return JSON.parse(execFileSync(python, ['-c', native], { input, maxBuffer: 1e9 }).toString()) as never;
}

export const p7: Bench = async ({ small }) => {
  const rows: Found['rows'] = [];
  const folder = mkdtempSync(join(tmpdir(), 'dl-p7-'));
  const history = new FileHistory();
  try {
    for (const total of small ? [100_000] : [1_000_000, 3_000_000, 10_000_000]) {
      history.grow(folder, 'steps', total);
      history.grow(folder, 'episodes', total / episodeSteps);
      history.fetchedBytes = 0;
      const peer = askNatively(history);
      const begun = performance.now();
      const bindings = await openEngine();
      const engine = historyEngine(bindings, history);
      await askWhole(engine, questions['top 20']);
      const firstSeconds = (performance.now() - begun) / 1000;
      const { loadMs, longestStepMs } = await load(engine, questions['full scan']);
      rows.push({
        case: `${total} steps: cold`,
        figures: {
          'first answer s': rounded(firstSeconds),
          'load steps s': rounded(loadMs / 1000),
          'longest step ms': rounded(longestStepMs),
          'fetched MB': rounded(history.fetchedBytes / 1e6),
          'engine MB': rounded(bindings.memoryBytes() / 1e6),
          'cancel ms': rounded(await cancelMs(engine)),
        },
      });
      for (const [name, sql] of Object.entries(questions)) {
        const times: number[] = [];
        for (let round = 0; round < (small ? 1 : 3); round += 1) {
          const answer = await askWhole(engine, sql);
          times.push(answer.summary.askMs);
          compare(name, answer.table, peer[name]?.[0]?.[1] ?? []);
        }
        const other = median(peer[name]?.map(([seconds]) => seconds * 1000) ?? []);
        rows.push({
          case: `  ${name}`,
          figures: { 'page ms': rounded(median(times)), 'native ms': rounded(other), ratio: rounded(median(times) / other) },
        });
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return {
    title: 'SQL over steps and episodes, in the page’s engine',
    reach: 'first answer <= 2 s; 10M steps loaded in <= 6 s and <= 300 MB; then <= 2 x native on one thread; cancel <= 200 ms',
    rows,
  };
};

/** How long the load took, and the longest time in which nothing else was heard. */
async function load(engine: HistoryEngine, sql: string): Promise<{ loadMs: number; longestStepMs: number }> {
  let [last, longestStepMs] = [performance.now(), 0];
  const onProgress = (): void => {
    const now = performance.now();
    longestStepMs = Math.max(longestStepMs, now - last);
    last = now;
  };
  const listener = { onProgress, onColumns: () => undefined, onRows: () => undefined };
  const { loadMs } = await engine.ask({ sql }, listener, { signal: new AbortController().signal });
  return { loadMs, longestStepMs };
}

async function cancelMs(engine: HistoryEngine): Promise<number> {
  const stop = new AbortController();
  const asked = askWhole(engine, 'SELECT sum(sin(a.range * b.range)) FROM range(100000) a, range(100000) b', stop.signal);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const began = performance.now();
  stop.abort();
  await asked.then(
    () => Promise.reject(new Error('the question ended before it was cancelled')),
    () => undefined,
  );
  return performance.now() - began;
}

/** Throws when the two engines differ. */
function compare(name: string, table: Table, expected: readonly (readonly (number | null)[])[]): void {
  const found = table
    .toArray()
    .map((row) => [...row].map(([, value]) => (value === null ? null : Number(Number(value).toFixed(6)))));
  const isSame =
    found.length === expected.length &&
    found.every((row, at) => row.every((value, column) => isNear(value, expected[at]?.[column])));
  if (!isSame)
    throw new Error(
      `${name}: the page has ${JSON.stringify(found.slice(0, 3))}, native DuckDB ${JSON.stringify(expected.slice(0, 3))}`,
    );
}

/** Sums of doubles come in another order. */
function isNear(one: number | null, other: number | null | undefined): boolean {
  if (one === null || other === null || other === undefined) return one === (other ?? null);
  return Math.abs(one - other) <= 1e-6 * Math.max(1, Math.abs(one));
}
