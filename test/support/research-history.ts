/** Six small runs as a researcher has them: two algorithms with three seeds each, all kinds of rows, made by rule. */
import { writeParquetPart } from '../../src/pipeline/history/parquet.ts';
import type { LedgerList, PartList, RowKind, RunEntry } from '../../src/protocol/index.ts';
import type { Piece, PieceRange } from '../../src/widgets/link/page-link.ts';
import type { HistorySource } from '../../src/widgets/sql/history-source.ts';
import { pieceOf, streamOf, tableOf } from '../unit/sql-history.ts';

type Row = Record<string, unknown>;

const began = 1_767_225_600_000;
const episodesEach = 40;
const outcomes = ['Success', 'Completed', 'Failed', 'Timeout'];
const names = ['losses/value_loss', 'losses/policy_loss', 'charts/SPS'];

/** The same numbers for the same text on every machine. */
function chance(...of: (string | number)[]): number {
  let hash = 2166136261;
  for (const letter of of.join(' ')) hash = Math.imul(hash ^ letter.charCodeAt(0), 16777619);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

const runs = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6'];

function entryOf(run: string, index: number): RunEntry {
  const isPpo = index < 3;
  const config = `{"algo": "${isPpo ? 'ppo' : 'dqn'}", "seed": ${index % 3}, "optimizer": {"lr": ${isPpo ? '3e-4' : '1e-3'}, "betas": [0.9, 0.999]}, "gamma": 0.99, "note": "say \\"é\\"", "amp": ${index > 3}, "resume": null}`;
  return {
    run_id: run,
    name: index === 1 ? "it's b''; DROP TABLE runs --" : `run ${index}`,
    status: index === 5 ? 'EXEC' : 'TERM',
    outcome: ['succeeded', 'succeeded', 'failed', 'succeeded', 'canceled', ''][index] ?? '',
    failure_reason: index === 2 ? 'exit code 1: CUDA out of memory' : '',
    config_json: config,
    digest: `d${index}`,
    created_ms: began + index * 1000,
    updated_ms: began + index * 1000 + 60_000,
    finished_ms: index === 5 ? null : began + index * 1000 + 60_000 + index,
    totals: {
      received: 100 + index,
      durable: 90,
      repeated: 1,
      duplicate: 5,
      late: 0,
      rejected: index,
      thinned: 0,
      violations: 0,
      removed: 0,
    },
    kinds: [],
    kept: 'everything',
  };
}

function rowsOf(run: string, index: number): Record<RowKind, Row[]> {
  const rows: Record<RowKind, Row[]> = { steps: [], episodes: [], metrics: [], events: [] };
  const base = { run_id: run, worker_id: 'w0' };
  let at = (began + index * 1000) * 1000;
  const add = (kind: RowKind, row: Row) => rows[kind].push({ ...base, seq_id: BigInt(rows[kind].length + 1), ts: at, ...row });
  add('events', { kind: 'run_started', detail_json: '{"python": "3.12"}' });
  let done = 0;
  for (let episode = 0; episode < episodesEach; episode++) {
    const agent = episode % 2 ? 'red' : 'blue';
    const steps = 3 + Math.floor(chance(run, episode) * 8);
    let total = 0;
    const seed = 18_446_744_073_709_551_000n + BigInt(episode % 10);
    for (let step = 0; step < steps; step++) {
      const reward = Math.round(chance(run, episode, step) * 8 * (episode / episodesEach + 0.2) - 1) / 2;
      total += reward;
      at += 7000 + (episode % 13 === 5 && step === 1 ? 45_000 : 0);
      const seen = `[${(chance(run, episode, step, 'o') * 2 - 1).toFixed(3)},${step}]`;
      add('steps', {
        agent_id: agent,
        env_slot: 0,
        episode_index: BigInt(episode),
        step_index: BigInt(step),
        reward: reward === 0 && step === 2 ? null : reward,
        terminated: step === steps - 1,
        truncated: false,
        action_json: String(Math.floor(chance(run, episode, step, 'a') * 3)),
        observation_json: seen,
        observation: new Uint8Array([step, episode, 255]),
        policy_label: step % 3 ? 'greedy' : null,
        payload_version: 1,
        episode_seed: seed,
      });
    }
    done += steps;
    const outcome = outcomes[Math.floor(chance(run, episode, 'end') * 4)] ?? 'Completed';
    add('episodes', {
      agent_id: agent,
      env_slot: 0,
      episode_index: BigInt(episode),
      total_reward: total,
      steps: BigInt(steps),
      terminated: outcome !== 'Timeout',
      truncated: outcome === 'Timeout',
      seed: BigInt(episode % 10),
      episode_seed: seed,
      mode: 'train',
      game_id: 'Grid-v0',
      outcome,
      metadata_json: `{"episode": ${episode}}`,
    });
    if (episode % 4 === 3) {
      for (const name of names) {
        const isBroken = run === 'r3' && episode === 35 && name === 'losses/value_loss';
        const value = isBroken ? Number.NaN : chance(run, episode, name) * (name === 'charts/SPS' ? 1000 : 2);
        add('metrics', { agent_id: '', step: BigInt(index === 0 ? episode * 5 : done), name, value });
      }
      // The first run logs its returns itself, as CleanRL does.
      if (index === 0) add('metrics', { agent_id: '', step: BigInt(done), name: 'charts/episodic_return', value: total });
    }
    if (episode % 15 === 14) add('events', { kind: 'checkpoint_saved', detail_json: `{"path": "m${episode}.pt"}` });
  }
  return rows;
}

/** All but the last rows of a kind are in one part, as after a seal; the rest is the tail. */
export class ResearchHistory implements HistorySource {
  readonly rows = new Map(runs.map((run, index) => [run, rowsOf(run, index)]));
  readonly #bodies = new Map<string, Uint8Array>();

  async runs(): Promise<readonly RunEntry[]> {
    return runs.map(entryOf);
  }

  async ledgers(): Promise<LedgerList> {
    return { request: 1, entries: [], gaps: [], views: [] };
  }

  async parts(wanted: readonly string[], kinds: readonly RowKind[]): Promise<PartList> {
    const listed = runs.filter((run) => wanted.length === 0 || wanted.includes(run));
    return {
      request: 1,
      runs: listed.map((run) => ({
        run,
        parts: kinds.flatMap((kind) => (this.#sealed(run, kind) > 0 ? [this.#entry(run, kind)] : [])),
        kinds: kinds.map((kind) => ({ kind, sealed_seq: this.#sealed(run, kind), watermark: this.#of(run, kind).length })),
      })),
    };
  }

  async piece(name: string, range: PieceRange): Promise<Piece> {
    return pieceOf(this.#body(name), range);
  }

  async tail(run: string, kind: RowKind, after: number, upto: number): Promise<Uint8Array[]> {
    return [streamOf(kind, this.#of(run, kind).slice(after, upto))];
  }

  #of(run: string, kind: RowKind): Row[] {
    return this.rows.get(run)?.[kind] ?? [];
  }

  #sealed(run: string, kind: RowKind): number {
    return Math.floor(this.#of(run, kind).length * 0.8);
  }

  #entry(run: string, kind: RowKind): PartList['runs'][number]['parts'][number] {
    const [rows, name] = [this.#sealed(run, kind), `${run}.${kind}`];
    return { name, kind, first_seq: 1, last_seq: rows, rows, bytes: this.#body(name).length };
  }

  #body(name: string): Uint8Array {
    const known = this.#bodies.get(name);
    if (known) return known;
    const [run = '', kind = 'steps'] = name.split('.') as [string, RowKind];
    const table = tableOf(kind, this.#of(run, kind).slice(0, this.#sealed(run, kind)));
    const body = writeParquetPart(kind, table.batches[0] as (typeof table.batches)[number]);
    this.#bodies.set(name, body);
    return body;
  }
}
