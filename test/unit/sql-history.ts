/** A history for the SQL tests: rows made by rule, written as parts and tails in the contract's schemas, served from memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Binary,
  Bool,
  Dictionary,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  tableToIPC,
  Uint64,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { Compression, Table as ParquetTable, WriterPropertiesBuilder, writeParquet } from 'parquet-wasm';
import type { HistoryForm } from '../../src/pipeline/history/index.ts';
import { writeParquetPart } from '../../src/pipeline/history/parquet.ts';
import { insertRows, readRows } from '../../src/pipeline/history/row-file.ts';
import { concat, decodeBatch } from '../../src/protocol/arrow.ts';
import {
  arrowSchemas,
  DuallaneError,
  type LedgerList,
  type PartList,
  type RowKind,
  type RunEntry,
} from '../../src/protocol/index.ts';
import type { Piece, PieceRange } from '../../src/widgets/link/page-link.ts';
import type { HistorySource } from '../../src/widgets/sql/history-source.ts';

type Row = Record<string, unknown>;

/** The bytes of a range, as the bridge serves them. */
export function pieceOf(body: Uint8Array, range: PieceRange): Piece {
  const first = 'lastBytes' in range ? Math.max(0, body.length - range.lastBytes) : range.first;
  const end = 'lastBytes' in range ? body.length : Math.min(range.end, body.length);
  return { bytes: body.slice(first, end), first, size: body.length };
}

const types: Record<string, () => import('apache-arrow').DataType> = {
  int32: () => new Int32(),
  int64: () => new Int64(),
  uint64: () => new Uint64(),
  float64: () => new Float64(),
  bool: () => new Bool(),
  timestamp_us: () => new TimestampMicrosecond(),
  dict: () => new Dictionary(new Utf8(), new Int32()),
  utf8: () => new Utf8(),
  binary: () => new Binary(),
};

/** Microseconds since the epoch into the vector builder's unit for this type, which is ms. */
const asMs = (us: unknown) => (us === null ? null : Number(us) / 1000);

export function tableOf(kind: RowKind, rows: readonly Row[], leaveOut: readonly string[] = []): Table {
  const fields: Field[] = [];
  const children: import('apache-arrow').Data[] = [];
  for (const column of arrowSchemas[kind]) {
    if (leaveOut.includes(column.name)) continue;
    const type = (types[column.type] as () => import('apache-arrow').DataType)();
    const values = rows.map((row) => row[column.name] ?? null);
    const vector = vectorFromArray(column.type === 'timestamp_us' ? values.map(asMs) : values, type);
    fields.push(new Field(column.name, type, column.nullable));
    children.push(vector.data[0] as import('apache-arrow').Data);
  }
  const schema = new Schema(fields);
  const struct = makeData({ type: new Struct(fields), length: rows.length, nullCount: 0, children });
  return new Table(schema, [new RecordBatch(schema, struct)]);
}

export function streamOf(kind: RowKind, rows: readonly Row[]): Uint8Array {
  return tableToIPC(tableOf(kind, rows), 'stream');
}

let form: HistoryForm = 'parquet';

/** From here on parts come from rows kept in this form. */
export function keepHistoryAs(next: HistoryForm): void {
  form = next;
}

/** What the daemon sends for a range of rows in SQLite. */
function partFromRowFile(kind: RowKind, batch: RecordBatch): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), 'dl-'));
  try {
    const path = join(directory, 'rows.sqlite');
    insertRows(path, kind, [batch]);
    return writeParquetPart(kind, concat(readRows(path, kind, 0, Number.MAX_SAFE_INTEGER).map(({ ipc }) => decodeBatch(ipc))));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A part as the daemon writes it; without some columns, as somebody else's writer might. */
function partOf(kind: RowKind, rows: readonly Row[], leaveOut: readonly string[] = []): Uint8Array {
  const batch = tableOf(kind, rows).batches[0] as RecordBatch;
  if (leaveOut.length === 0) return form === 'sqlite' ? partFromRowFile(kind, batch) : writeParquetPart(kind, batch);
  const table = ParquetTable.fromIPCStream(tableToIPC(tableOf(kind, rows, leaveOut), 'stream'));
  return writeParquet(table, new WriterPropertiesBuilder().setCompression(Compression.ZSTD).build());
}

const epochUs = 1_767_225_600_000_000; // 2026-01-01

/** Steps seq first..last of two agents in turns; episodes of ten steps; every seventh reward is NULL. */
export function stepRows(run: string, first: number, last: number): Row[] {
  return Array.from({ length: last - first + 1 }, (_, offset) => {
    const seq = first + offset;
    return {
      seq_id: BigInt(seq),
      run_id: run,
      worker_id: 'w0',
      agent_id: `agent_${seq % 2}`,
      env_slot: 0,
      episode_index: BigInt(Math.floor(seq / 20)),
      step_index: BigInt(Math.floor(seq / 2) % 10),
      reward: seq % 7 === 0 ? null : seq / 4,
      terminated: seq % 20 > 17,
      truncated: false,
      ts: epochUs + seq * 1000 + 1,
      action_json: String(seq % 4),
      observation_json: `[${seq},"é"]`,
      observation: new Uint8Array([seq & 255, 0]),
      render_hint_json: null,
      render_payload_json: null,
      frame_ref: null,
      policy_label: seq % 3 ? 'greedy' : null,
      backend: null,
      payload_version: 1,
      episode_seed: 18_446_744_073_709_551_000n + BigInt(seq % 100),
    };
  });
}

function episodeRows(run: string, first: number, last: number): Row[] {
  return Array.from({ length: last - first + 1 }, (_, offset) => {
    const seq = first + offset;
    return {
      seq_id: BigInt(seq),
      run_id: run,
      worker_id: 'w0',
      agent_id: `agent_${seq % 2}`,
      env_slot: 0,
      episode_index: BigInt(seq),
      total_reward: seq * 1.5,
      steps: 10n,
      terminated: true,
      truncated: false,
      ts: epochUs + seq * 1_000_000,
      seed: BigInt(seq),
      episode_seed: null,
      mode: null,
      game_id: 'CartPole-v1',
      outcome: 'Success',
      metadata_json: '{}',
    };
  });
}

const rowsOf: Record<'steps' | 'episodes', typeof stepRows> = { steps: stepRows, episodes: episodeRows };

function runEntry(run: string, over: Partial<RunEntry> = {}): RunEntry {
  const totals = {
    received: 10,
    durable: 10,
    repeated: 0,
    duplicate: 1,
    late: 2,
    rejected: 3,
    thinned: 0,
    violations: 0,
    removed: 0,
  };
  return {
    run_id: run,
    name: `it's ${run}`,
    status: 'EXEC',
    outcome: '',
    failure_reason: '',
    config_json: '{}',
    digest: 'd',
    created_ms: 1_767_225_600_123,
    updated_ms: 1_767_225_601_000,
    finished_ms: null,
    totals,
    kinds: [],
    kept: 'everything',
    ...over,
  };
}

interface Kept {
  parts: { name: string; first: number; last: number; body: Uint8Array }[];
  watermark: number;
}

/** Rows become durable by `grow`, and are sealed into a part by `seal`. */
export class MemoryHistory implements HistorySource {
  readonly #runs = new Map<string, Map<'steps' | 'episodes', Kept>>();
  readonly asked = { parts: [] as string[], tails: [] as string[] };
  /** Called before a part is handed over. */
  onPart: (name: string) => Promise<void> = async () => {};

  grow(run: string, kind: 'steps' | 'episodes', watermark: number): this {
    this.#of(run, kind).watermark = watermark;
    return this;
  }

  seal(run: string, kind: 'steps' | 'episodes', leaveOut: readonly string[] = []): this {
    const kept = this.#of(run, kind);
    const first = (kept.parts.at(-1)?.last ?? 0) + 1;
    const name = `${run}-${kind}-${first}-${kept.watermark}.parquet`;
    kept.parts.push({
      name,
      first,
      last: kept.watermark,
      body: partOf(kind, rowsOf[kind](run, first, kept.watermark), leaveOut),
    });
    return this;
  }

  /** All parts of a kind as one, as a compaction would leave them. */
  merge(run: string, kind: 'steps' | 'episodes'): this {
    const kept = this.#of(run, kind);
    const last = kept.parts.at(-1)?.last ?? 0;
    kept.parts = [
      { name: `${run}-${kind}-merged-${last}.parquet`, first: 1, last, body: partOf(kind, rowsOf[kind](run, 1, last)) },
    ];
    return this;
  }

  bodyOf(name: string): Uint8Array {
    for (const kinds of this.#runs.values())
      for (const kept of kinds.values()) for (const part of kept.parts) if (part.name === name) return part.body;
    throw new DuallaneError('history-unreachable', `part ${name} is not there`);
  }

  async runs(): Promise<readonly RunEntry[]> {
    return [...this.#runs.keys()].map((run) => runEntry(run));
  }

  async ledgers(): Promise<LedgerList> {
    const plain = {
      run_id: 'a',
      worker_id: 'w0',
      received: 9,
      durable: 9,
      repeated: 0,
      duplicate: 0,
      late: 0,
      rejected: 0,
      thinned: 0,
    };
    const gap = { run_id: 'a', kind: 'steps' as const, rows: 2 };
    return {
      request: 1,
      entries: [
        { ...plain, agent_id: "it's", violations: 2 },
        { ...plain, agent_id: '', received: 1, violations: 0 },
      ],
      gaps: [
        { ...gap, first_seq: 1, last_seq: 2, cause: 'removed', reason: 'older than 1 day', removed_ms: 1_767_225_600_123 },
        { ...gap, first_seq: 3, last_seq: 4, cause: 'lost', reason: '', removed_ms: null },
      ],
      views: [
        {
          run_id: 'a',
          view: '1/1',
          kind: 'steps',
          open: true,
          published: 9,
          delivered: 4,
          shown: 4,
          skipped: 5,
          thinned: 0,
          overflowed: 0,
          starvations: 1,
        },
      ],
    };
  }

  async parts(runs: readonly string[], kinds: readonly RowKind[]): Promise<PartList> {
    const listed = [...this.#runs].filter(([run]) => runs.length === 0 || runs.includes(run));
    return {
      request: 1,
      runs: listed.map(([run, byKind]) => {
        const named = [...byKind].filter(([kind]) => kinds.includes(kind));
        return {
          run,
          parts: named.flatMap(([kind, kept]) =>
            kept.parts.map((part) => ({
              name: part.name,
              kind,
              first_seq: part.first,
              last_seq: part.last,
              rows: part.last - part.first + 1,
              bytes: part.body.length,
            })),
          ),
          kinds: named.map(([kind, kept]) => ({ kind, sealed_seq: kept.parts.at(-1)?.last ?? 0, watermark: kept.watermark })),
        };
      }),
    };
  }

  async piece(name: string, range: PieceRange): Promise<Piece> {
    this.asked.parts.push(name);
    await this.onPart(name);
    return pieceOf(this.bodyOf(name), range);
  }

  async tail(run: string, kind: RowKind, after: number, upto: number): Promise<Uint8Array[]> {
    this.asked.tails.push(`${run} ${kind} ${after}-${upto}`);
    const streams: Uint8Array[] = [];
    for (let first = after + 1; first <= upto; first += 64)
      streams.push(streamOf(kind, rowsOf[kind as 'steps'](run, first, Math.min(upto, first + 63))));
    return streams;
  }

  #of(run: string, kind: 'steps' | 'episodes'): Kept {
    const kinds = this.#runs.get(run) ?? new Map<'steps' | 'episodes', Kept>();
    this.#runs.set(run, kinds);
    const kept = kinds.get(kind) ?? { parts: [], watermark: 0 };
    kinds.set(kind, kept);
    return kept;
  }
}
