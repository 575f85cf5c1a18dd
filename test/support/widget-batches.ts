/** Arrow batches and a page link for tests of the views: as the bridge makes them, without one. */
import {
  Bool,
  Dictionary,
  Float64,
  Int32,
  Int64,
  Table,
  TimestampMicrosecond,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import type { Control, LedgerList, OpenFrames, OpenTelemetry, Painted, RowKind, RunEntry } from '../../src/protocol/index.ts';
import type { ChannelEvent, LinkState, PageLink } from '../../src/widgets/link/page-link.ts';

export type StepRow = { seq: number; agent?: string; reward?: number; tsMs?: number; observation?: string };
export type EpisodeRow = { seq: number; agent?: string; episode: number; total: number | null; tsMs?: number };

const dict = (values: string[]) => vectorFromArray(values, new Dictionary(new Utf8(), new Int32()));

export function stepBatch(rows: readonly StepRow[]): Uint8Array {
  return tableToIPC(
    new Table({
      seq_id: vectorFromArray(
        rows.map((row) => BigInt(row.seq)),
        new Int64(),
      ),
      agent_id: dict(rows.map((row) => row.agent ?? 'agent_0')),
      step_index: vectorFromArray(
        rows.map((row) => BigInt(row.seq)),
        new Int64(),
      ),
      reward: vectorFromArray(
        rows.map((row) => row.reward ?? 1),
        new Float64(),
      ),
      terminated: vectorFromArray(
        rows.map(() => false),
        new Bool(),
      ),
      ts: vectorFromArray(
        rows.map((row) => row.tsMs ?? 0),
        new TimestampMicrosecond(),
      ),
      observation_json: vectorFromArray(
        rows.map((row) => row.observation ?? '[]'),
        new Utf8(),
      ),
    }),
    'stream',
  );
}

export function episodeBatch(rows: readonly EpisodeRow[]): Uint8Array {
  return tableToIPC(
    new Table({
      seq_id: vectorFromArray(
        rows.map((row) => BigInt(row.seq)),
        new Int64(),
      ),
      agent_id: dict(rows.map((row) => row.agent ?? 'agent_0')),
      episode_index: vectorFromArray(
        rows.map((row) => BigInt(row.episode)),
        new Int64(),
      ),
      total_reward: vectorFromArray(
        rows.map((row) => row.total),
        new Float64(),
      ),
      ts: vectorFromArray(
        rows.map((row) => row.tsMs ?? 0),
        new TimestampMicrosecond(),
      ),
    }),
    'stream',
  );
}

export type ValueRow = { seq: number; name: string; value: number; step: number; agent?: string };

export function valueBatch(rows: readonly ValueRow[]): Uint8Array {
  return tableToIPC(
    new Table({
      seq_id: bigints(rows.map((row) => row.seq)),
      agent_id: dict(rows.map((row) => row.agent ?? 'default')),
      step: bigints(rows.map((row) => row.step)),
      name: dict(rows.map((row) => row.name)),
      value: vectorFromArray(
        rows.map((row) => row.value),
        new Float64(),
      ),
    }),
    'stream',
  );
}

export function eventBatch(rows: readonly { seq: number; kind: string; detail?: string }[]): Uint8Array {
  return tableToIPC(
    new Table({
      seq_id: bigints(rows.map((row) => row.seq)),
      worker_id: dict(rows.map(() => 'w0')),
      kind: dict(rows.map((row) => row.kind)),
      detail_json: vectorFromArray(
        rows.map((row) => row.detail ?? null),
        new Utf8(),
      ),
    }),
    'stream',
  );
}

function bigints(values: readonly number[]) {
  return vectorFromArray(values.map(BigInt), new Int64());
}

export const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

export type OpenedChannel = {
  request: OpenTelemetry | OpenFrames;
  send(event: ChannelEvent): void;
  grants: boolean[];
  reports: Painted[];
  isClosed: boolean;
};

/** A link whose other end is the test. */
export class DrivenLink implements PageLink {
  state: LinkState = { state: 'connected', daemon: 'connected' };
  runs: readonly RunEntry[] = [];
  readonly channels: OpenedChannel[] = [];
  /** What the tail of history answers, and what was asked of it. */
  history: ((kind: RowKind, after: number, upto: number) => Promise<Uint8Array<ArrayBuffer>[]>) | undefined;
  readonly tails: { kind: RowKind; after: number; upto: number }[] = [];
  readonly #onState: ((state: LinkState) => void)[] = [];
  readonly #onRuns: ((runs: readonly RunEntry[]) => void)[] = [];

  onState(listener: (state: LinkState) => void): void {
    this.#onState.push(listener);
    listener(this.state);
  }

  async askNative(): Promise<Response> {
    throw new Error('nothing is asked natively here');
  }

  onRuns(listener: (runs: readonly RunEntry[]) => void): void {
    this.#onRuns.push(listener);
    listener(this.runs);
  }

  become(state: LinkState): void {
    this.state = state;
    for (const listener of this.#onState) listener(state);
  }

  list(runs: readonly RunEntry[]): void {
    this.runs = runs;
    for (const listener of this.#onRuns) listener(runs);
  }

  async ledgers(): Promise<LedgerList> {
    return { request: 1, entries: [], gaps: [], views: [] };
  }

  open(request: OpenTelemetry | OpenFrames, onEvent: (event: ChannelEvent) => void, { signal }: { signal: AbortSignal }) {
    const channel: OpenedChannel = {
      request,
      send: (event) => {
        if (!channel.isClosed) onEvent(event);
      },
      grants: [],
      reports: [],
      isClosed: false,
    };
    signal.addEventListener('abort', () => {
      channel.isClosed = true;
    });
    this.channels.push(channel);
    return {
      grant: (isActive: boolean) => void channel.grants.push(isActive),
      painted: (report: Painted) => void channel.reports.push(report),
    };
  }

  get newest(): OpenedChannel {
    const channel = this.channels.at(-1);
    if (!channel) throw new Error('no channel was opened');
    return channel;
  }

  control(_action: Omit<Control, 'request'>): Promise<void> {
    return Promise.reject(new Error('no bridge here'));
  }

  recordings(): Promise<never> {
    return Promise.reject(new Error('no bridge here'));
  }

  parts(): Promise<never> {
    return Promise.reject(new Error('no bridge here'));
  }

  piece(): Promise<never> {
    return Promise.reject(new Error('no history here'));
  }

  part(): Promise<never> {
    return Promise.reject(new Error('no bridge here'));
  }

  async tail(_run: string, kind: RowKind, after: number, upto: number, lifetime: { signal?: AbortSignal } = {}) {
    if (!this.history) throw new Error('no bridge here');
    this.tails.push({ kind, after, upto });
    const streams = await this.history(kind, after, upto);
    lifetime.signal?.throwIfAborted();
    return streams;
  }
}
