/**
 * Everything the daemon counts, as Prometheus text. Names begin with duallane_; times are seconds, sizes bytes.
 *
 * Guarantees: reads figures that are kept anyway, touches no file and no row, so it answers under any load. Series of single runs
 * are given for runs that have not ended and for those that changed in the last `recentMs`, so that a home with thousands of old
 * runs stays cheap to scrape.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { RowKind } from '../../protocol/index.ts';
import type { Ingest } from '../ingest/index.ts';
import type { RunRegistry } from '../runs/index.ts';
import type { BridgeReports } from './bridge-reports.ts';
import { Exposition } from './exposition.ts';

export type MetricsSources = {
  ingest: Ingest;
  registry: RunRegistry;
  reports: BridgeReports;
  startedMs: number;
  version: string;
};

const recentMs = 15 * 60_000;
const kindNames = { 1: 'steps', 2: 'episodes', 3: 'metrics', 4: 'events' } as const;
const ledgerCounters = ['received', 'durable', 'repeated', 'duplicate', 'late', 'rejected', 'thinned', 'violations'] as const;
const kinds: readonly RowKind[] = Object.values(kindNames);

export class DaemonMetrics {
  readonly #sources: MetricsSources;
  readonly #loopDelay = monitorEventLoopDelay({ resolution: 20 });

  constructor(sources: MetricsSources) {
    this.#sources = sources;
    this.#loopDelay.enable();
  }

  text(): string {
    const out = new Exposition();
    this.#process(out);
    this.#durableLane(out);
    this.#runs(out);
    this.#bridges(out);
    return out.text();
  }

  close(): void {
    this.#loopDelay.disable();
  }

  #process(out: Exposition): void {
    const { startedMs, version } = this.#sources;
    const { user, system } = process.cpuUsage();
    out.sample('gauge', 'duallane_daemon_info', 'Version of the daemon.', 1, { version });
    out.sample('gauge', 'duallane_daemon_start_time_seconds', 'Unix time at which the daemon started.', startedMs / 1000);
    out.sample('counter', 'duallane_daemon_cpu_seconds_total', 'CPU time used.', (user + system) / 1e6);
    out.sample('gauge', 'duallane_daemon_resident_bytes', 'Resident memory.', process.memoryUsage.rss());
    out.sample(
      'gauge',
      'duallane_event_loop_delay_seconds',
      'Longest time an answer waited for the event loop since the last scrape.',
      this.#loopDelay.max / 1e9,
    );
    this.#loopDelay.reset();
  }

  #durableLane(out: Exposition): void {
    const { intake, flush, sync, retries, unsealed, parts, removed } = this.#sources.ingest.sink.load();
    const intakeHelp = 'Waits in the intake for the disk.';
    out.sample('gauge', 'duallane_intake_rows', intakeHelp, intake.rows);
    out.sample('gauge', 'duallane_intake_bytes', intakeHelp, intake.bytes);
    out.sample('gauge', 'duallane_intake_rows_max', 'Bound of the intake.', intake.rowsMax);
    out.sample('gauge', 'duallane_intake_bytes_max', 'Bound of the intake.', intake.bytesMax);
    out.sample('gauge', 'duallane_intake_waiting', 'Batches whose writers wait for room in the intake.', intake.waiting);
    out.sample('gauge', 'duallane_intake_fill_ratio', 'How full the intake is, 0 to 1.', intake.fill);
    out.sample(
      'gauge',
      'duallane_intake_pressure',
      '1 from 80 % of the intake on until it is half empty.',
      intake.isPressed ? 1 : 0,
    );
    out.histogram('duallane_flush_seconds', 'One group of batches: written and synced.', flush);
    out.histogram('duallane_fsync_seconds', 'The sync alone.', sync);
    out.sample('counter', 'duallane_journal_retries_total', 'Groups the disk did not take at once (full, failing).', retries);
    const unsealedHelp = 'Full journal segments that wait to become parts.';
    out.sample('gauge', 'duallane_journal_unsealed_segments', unsealedHelp, unsealed.segments);
    out.sample('gauge', 'duallane_journal_unsealed_bytes', unsealedHelp, unsealed.bytes);
    out.sample('gauge', 'duallane_journal_unsealed_bytes_max', 'Writers wait from here on.', unsealed.bytesMax);
    out.sample('gauge', 'duallane_sealing_behind', '1 while writers wait for sealing.', unsealed.isHolding ? 1 : 0);
    out.sample('gauge', 'duallane_parts', 'Sealed parts of all runs.', parts.parts);
    out.sample('gauge', 'duallane_parts_bytes', 'Bytes of all sealed parts.', parts.bytes);
    const removedHelp = 'Removed by retention, of all runs that are still known.';
    out.sample('gauge', 'duallane_removed_rows', removedHelp, removed.rows);
    out.sample('gauge', 'duallane_removed_bytes', removedHelp, removed.bytes);
    out.sample('gauge', 'duallane_removed_runs', 'Runs that retention removed rows of.', removed.runs);
    const bus = this.#sources.ingest.live.figures();
    out.sample('gauge', 'duallane_bus_subscribers', 'Live subscribers of the RunBus.', bus.subscribers);
    out.sample('gauge', 'duallane_bus_queued', 'Batches queued for all live subscribers.', bus.queued);
    out.sample('gauge', 'duallane_bus_queue_deepest', 'Depth of the deepest subscriber queue.', bus.deepest);
    out.sample('gauge', 'duallane_bus_queues_pressed', 'Subscriber queues that are at least 80 % full.', bus.pressed);
    out.sample(
      'counter',
      'duallane_bus_dropped_total',
      'Batches dropped for slow subscribers; they read them from history.',
      bus.dropped,
    );
  }

  #runs(out: Exposition): void {
    const { ingest, registry } = this.#sources;
    const states = new Map<string, number>();
    const nowMs = Date.now();
    for (const run of registry.all()) {
      const state = run.status === 'TERM' ? (run.outcome ?? 'TERM') : run.status;
      states.set(state, (states.get(state) ?? 0) + 1);
      if (run.status === 'TERM' && nowMs - run.updatedMs > recentMs) continue;
      const labels = { run: run.runId };
      for (const kind of kinds) {
        const { head, watermark, waitsSinceMs } = ingest.sink.reach(run.runId, kind);
        if (head === 0) continue;
        const of = { ...labels, kind };
        out.sample('counter', 'duallane_rows_received_total', 'Rows taken in.', head, of);
        out.sample('counter', 'duallane_rows_durable_total', 'Rows on disk: the watermark.', watermark, of);
        const ageMs = waitsSinceMs === undefined ? 0 : Math.max(0, nowMs - waitsSinceMs);
        out.sample(
          'gauge',
          'duallane_watermark_age_seconds',
          'How long rows have waited for the watermark to move.',
          ageMs / 1000,
          of,
        );
      }
      for (const entry of ingest.sink.ledger(run.runId).entries) {
        const of = { ...labels, worker: entry.workerId, agent: entry.agentId };
        for (const counter of ledgerCounters)
          out.sample('counter', `duallane_ledger_${counter}_total`, `Rows ${counter}, by worker and agent.`, entry[counter], of);
      }
    }
    for (const [state, count] of states) out.sample('gauge', 'duallane_runs', 'Runs by state or outcome.', count, { state });
  }

  #bridges(out: Exposition): void {
    const bridges = this.#sources.reports.bridges();
    out.sample('gauge', 'duallane_bridges', 'Kernel bridges that have reported in the last 15 s.', bridges.length);
    for (const { bridgeId, pages, views, rings, reconnects, rssBytes } of bridges) {
      const bridge = { bridge: bridgeId };
      out.sample('gauge', 'duallane_bridge_pages', 'Pages linked to a bridge.', Number(pages), bridge);
      out.sample('gauge', 'duallane_bridge_resident_bytes', 'Resident memory of a bridge.', Number(rssBytes), bridge);
      out.sample(
        'counter',
        'duallane_bridge_reconnects_total',
        'Times a bridge connected to the daemon again.',
        Number(reconnects),
        bridge,
      );
      for (const view of views) {
        const of = {
          ...bridge,
          view: view.view,
          run: view.runId,
          kind: kindNames[view.kind as keyof typeof kindNames] ?? 'rows',
        };
        out.sample('gauge', 'duallane_view_credits', 'Credits of the poorest stream of a view.', Number(view.credits), of);
        out.sample('gauge', 'duallane_view_window', 'Rows a view paints in a second.', Number(view.window), of);
        out.sample('gauge', 'duallane_view_starving', '1 while credits are below the minimum.', view.starving ? 1 : 0, of);
        out.sample('counter', 'duallane_view_starvations_total', 'Times a view began to starve.', Number(view.starvations), of);
        for (const counter of ['published', 'delivered', 'shown', 'skipped', 'thinned', 'overflowed'] as const)
          out.sample('counter', `duallane_view_${counter}_total`, `Live rows ${counter} of a view.`, Number(view[counter]), of);
      }
      for (const ring of rings) {
        const of = { ...bridge, run: ring.runId };
        const backlog = ring.head > ring.shown ? Number(ring.head - ring.shown) : 0;
        out.sample('counter', 'duallane_fastlane_published_total', 'Frames published into a ring.', Number(ring.head), of);
        out.sample('gauge', 'duallane_fastlane_publish_rate_hz', 'Frames published per second.', ring.publishRateHz, of);
        out.sample('gauge', 'duallane_fastlane_backlog', 'Head minus the last frame shown, of the slowest view.', backlog, of);
        out.sample(
          'counter',
          'duallane_fastlane_skipped_total',
          'Frames published and not shown, of the slowest view.',
          Number(ring.skipped),
          of,
        );
        out.sample(
          'counter',
          'duallane_fastlane_reconnects_total',
          'Times the reader attached to a ring again.',
          Number(ring.reconnects),
          of,
        );
        out.sample('gauge', 'duallane_fastlane_views', 'Views that look at a ring.', Number(ring.views), of);
      }
    }
  }
}
