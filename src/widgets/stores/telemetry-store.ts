/**
 * What one LiveTelemetry view knows of one run: bounded windows of rows, the return curve, and the ledger of what it got.
 *
 * Guarantees
 * - Memory is bounded: windows of rows, points per agent, agents and gaps all have a limit.
 * - A row counts as shown, and is reported to the bridge, only after the paint that followed it (`afterPaint`).
 * - When the channel is opened again, rows that were not yet durable are forgotten: they come again, perhaps changed.
 */
import {
  type Batch,
  type Gap,
  type KindLedger,
  limits,
  type OpenTelemetry,
  type Painted,
  type RowKind,
  type RunTotals,
  type Status,
  sentenceOf,
} from '../../protocol/index.ts';
import type { Channel, ChannelEvent, PageLink } from '../link/page-link.ts';
import { GapList } from './gap-list.ts';
import { KindTally, type ViewCounts } from './kind-tally.ts';
import { type Percentiles, RateMeter, SampleWindow } from './meters.ts';
import { NamedValues } from './named-values.ts';
import { RowBatch } from './row-batch.ts';
import { RowWindow } from './row-window.ts';
import { type ValuePoint, ValueSeries } from './value-series.ts';

/** Kinds that are shown row by row. */
export type ShownKind = Exclude<RowKind, 'metrics'>;
export type Tuning = { every: number; agent: string | undefined };
export type ViewLedger = {
  steps: ViewCounts;
  episodes: ViewCounts;
  totals: RunTotals | undefined;
  watermarks: { steps: number; episodes: number };
  healed: number;
  latencyMs: Percentiles | undefined;
};

const kinds = ['steps', 'episodes', 'metrics', 'events'] as const satisfies readonly RowKind[];
const rowsKept = 512;
const agentsKept = 256;
const curveBacklog = 20_000;
/** What a view has of a run at first. */
const backlog = { steps: limits.stepRowsShown, episodes: curveBacklog, metrics: curveBacklog, events: rowsKept };

export class TelemetryStore {
  readonly run: string;
  readonly windows: Readonly<Record<ShownKind, RowWindow>> = {
    steps: new RowWindow(limits.stepRowsShown),
    episodes: new RowWindow(rowsKept),
    events: new RowWindow(rowsKept),
  };
  readonly tallies = forEachKind(() => new KindTally());
  readonly gaps = forEachKind(() => new GapList());
  readonly values = new NamedValues();
  readonly stepRate = new RateMeter();
  readonly curves = new Map<string, ValueSeries>();
  readonly agents = new Set<string>();
  status: Status | undefined;
  problem: string | undefined;
  totals: RunTotals | undefined;
  /** Grows whenever the curve or its gaps have changed. */
  curveVersion = 0;
  /** When the watermark of steps last moved, by the page's clock. */
  durableAtMs: number | undefined;
  tuning: Tuning;
  readonly #link: PageLink;
  readonly #changed: () => void;
  readonly #nowMs: () => number;
  readonly #latency = new SampleWindow();
  readonly #signal: AbortSignal;
  #channel: Channel | undefined;
  #channelLife: AbortController | undefined;
  #isActive = true;

  constructor(
    link: PageLink,
    run: string,
    tuning: Tuning,
    changed: () => void,
    life: { signal: AbortSignal; nowMs?: () => number },
  ) {
    this.run = run;
    this.tuning = tuning;
    this.#link = link;
    this.#changed = changed;
    this.#nowMs = life.nowMs ?? Date.now;
    this.#signal = life.signal;
    this.#open({ backlog });
  }

  get ledger(): ViewLedger {
    return {
      steps: this.tallies.steps.counts,
      episodes: this.tallies.episodes.counts,
      totals: this.totals,
      watermarks: { steps: this.tallies.steps.watermark, episodes: this.tallies.episodes.watermark },
      healed: this.gaps.steps.healedRows + this.gaps.episodes.healedRows,
      latencyMs: this.#latency.percentiles(),
    };
  }

  /** false while nobody can see the view: no rows, no credits. */
  setActive(isActive: boolean): void {
    this.#isActive = isActive;
    this.#channel?.grant(isActive);
  }

  /** Another thinning goes on from where the view is; another agent begins anew. */
  retune(tuning: Tuning): void {
    if (tuning.every === this.tuning.every && tuning.agent === this.tuning.agent) return;
    const isSameAgent = tuning.agent === this.tuning.agent;
    this.tuning = tuning;
    for (const kind of kinds) this.tallies[kind].reopened();
    if (isSameAgent) {
      this.#open({ ...this.#seenOf(kinds), backlog });
      return;
    }
    for (const kind of ['steps', 'episodes'] as const) {
      this.windows[kind].clear();
      this.gaps[kind].clear();
    }
    this.curves.clear();
    this.curveVersion += 1;
    this.#open({ ...this.#seenOf(['metrics', 'events']), backlog });
  }

  /** To be called when what the store holds is on the screen. `paintMs`: how long drawing took. */
  afterPaint(paintMs: number): void {
    const report: Painted = {};
    let newestMs: number | undefined;
    for (const kind of kinds) {
      const painted = this.tallies[kind].painted();
      if (!painted) continue;
      report[kind] = painted.report;
      if (kind === 'steps' || kind === 'episodes') newestMs = Math.max(newestMs ?? 0, painted.newestMs ?? 0) || undefined;
    }
    if (Object.keys(report).length === 0) return;
    if (newestMs !== undefined) this.#latency.add(Math.max(0, this.#nowMs() - newestMs));
    this.#channel?.painted({ ...report, paint_ms: paintMs, queue: 0 });
  }

  #seenOf(some: readonly RowKind[]): Pick<OpenTelemetry, 'since'> {
    const seen = some.filter((kind) => this.tallies[kind].lastSeq > 0).map((kind) => [kind, this.tallies[kind].lastSeq]);
    return seen.length > 0 ? { since: Object.fromEntries(seen) as NonNullable<OpenTelemetry['since']> } : {};
  }

  #open(from: Pick<OpenTelemetry, 'since' | 'backlog'>): void {
    this.#channelLife?.abort();
    const life = new AbortController();
    this.#channelLife = life;
    const { every, agent } = this.tuning;
    const request: OpenTelemetry = { view: 'telemetry', run: this.run, kinds: [...kinds], every, ...from };
    if (agent !== undefined) request.agents = [agent];
    const signal = AbortSignal.any([this.#signal, life.signal]);
    this.#channel = this.#link.open(request, (event) => this.#take(event), { signal });
    if (!this.#isActive) this.#channel.grant(false);
  }

  #take(event: ChannelEvent): void {
    switch (event.kind) {
      case 'batch':
        this.#takeBatch(event.meta, event.body);
        break;
      case 'gap':
        this.#takeGap(event.meta);
        break;
      case 'status':
        this.status = event.meta;
        break;
      case 'ledger':
        this.#takeLedger(event.meta.kinds, event.meta.totals);
        break;
      case 'error':
        this.problem = event.meta.sentence;
        break;
      case 'reopened':
        this.#reopened();
        break;
      case 'frame':
        return;
      default:
        event satisfies never;
    }
    this.#changed();
  }

  #takeBatch(meta: Batch, body: Uint8Array): void {
    const tally = this.tallies[meta.kind];
    tally.counted(meta.counts);
    this.#durableTo(meta.kind, meta.watermark);
    this.problem = undefined;
    let newestMs: number | undefined;
    try {
      const batch = new RowBatch(body, { isFilled: meta.filled ?? false });
      this.#keep(meta.kind, batch);
      newestMs = batch.timeMs(batch.rows - 1);
    } catch (error) {
      this.problem = sentenceOf(error);
    }
    if (meta.filled) {
      this.gaps[meta.kind].heal(meta.first_seq, meta.last_seq, meta.rows);
      this.curveVersion += 1;
    }
    if (meta.kind === 'steps' && !meta.history) this.stepRate.note(this.#nowMs(), meta.last_seq);
    tally.took(meta.rows, meta.filled ? 0 : meta.last_seq, meta.history, newestMs);
  }

  #keep(kind: RowKind, batch: RowBatch): void {
    if (kind === 'metrics') {
      this.values.add(batch);
      return;
    }
    this.windows[kind].add(batch);
    if (kind === 'events') return;
    for (const agent of batch.agents()) if (this.agents.size < agentsKept) this.agents.add(agent);
    if (kind === 'episodes') this.#extendCurves(batch);
  }

  #extendCurves(batch: RowBatch): void {
    this.curveVersion += 1;
    const byAgent = new Map<string, ValuePoint[]>();
    for (let i = 0; i < batch.rows; i++) {
      const y = batch.number('total_reward', i);
      const agent = batch.text('agent_id', i) ?? 'default';
      if (y === undefined) continue;
      const points = byAgent.get(agent) ?? [];
      points.push({ x: batch.number('episode_index', i) ?? 0, y, seq: batch.seq(i) });
      byAgent.set(agent, points);
    }
    for (const [agent, points] of byAgent) {
      const series = this.curves.get(agent) ?? new ValueSeries();
      if (!this.curves.has(agent) && this.curves.size >= agentsKept) continue;
      this.curves.set(agent, series);
      series.add(points);
    }
  }

  #takeGap(gap: Gap): void {
    this.gaps[gap.kind].add(gap);
    this.curveVersion += 1;
    this.tallies[gap.kind].missed(gap.last);
  }

  #takeLedger(ofKinds: Partial<Record<RowKind, KindLedger>>, totals: RunTotals | undefined): void {
    for (const kind of kinds) {
      const entry = ofKinds[kind];
      if (!entry) continue;
      this.tallies[kind].counted(entry.counts);
      this.tallies[kind].credits = entry.credits;
      this.#durableTo(kind, entry.watermark);
    }
    this.totals = totals ?? this.totals;
  }

  #durableTo(kind: RowKind, watermark: number): void {
    if (watermark <= this.tallies[kind].watermark) return;
    this.tallies[kind].watermark = watermark;
    if (kind === 'steps') this.durableAtMs = this.#nowMs();
  }

  #reopened(): void {
    this.problem = undefined;
    this.curveVersion += 1;
    for (const kind of kinds) {
      this.tallies[kind].reopened();
      if (kind === 'metrics') this.values.dropAbove(this.tallies.metrics.watermark);
      else this.windows[kind].dropAbove(this.tallies[kind].watermark);
    }
    for (const series of this.curves.values()) series.dropAbove(this.tallies.episodes.watermark);
  }
}

function forEachKind<T>(make: (kind: RowKind) => T): Record<RowKind, T> {
  return { steps: make('steps'), episodes: make('episodes'), metrics: make('metrics'), events: make('events') };
}
