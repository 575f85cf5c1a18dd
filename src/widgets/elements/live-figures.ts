/** What LiveTelemetry shows of a store, as plain figures and lines: pure, so that it can be tested without a page. */
import type { RunEntry } from '../../protocol/index.ts';
import type { CurveGap, CurveLine } from '../plots/curve.ts';
import type { GapSpan } from '../stores/gap-list.ts';
import type { TelemetryStore } from '../stores/telemetry-store.ts';
import type { ValuePoint } from '../stores/value-series.ts';
import { seriesStyle } from '../styles/palette.ts';

const linesDrawn = 6;

export type Figures = {
  lastReturn: number | undefined;
  meanReturn: number | undefined;
  stepsPerSecond: number | undefined;
  meanStepsPerSecond: number | undefined;
  episodes: number;
  steps: number;
  elapsedMs: number;
};

export function figuresOf(store: TelemetryStore, run: RunEntry | undefined, nowMs: number): Figures {
  const newest = newestCurve(store);
  const { steps, episodes } = store.tallies;
  const stepCount = Math.max(steps.watermark, steps.lastSeq);
  const endMs = run?.finished_ms ?? nowMs;
  const elapsedMs = run ? Math.max(0, endMs - run.created_ms) : 0;
  return {
    lastReturn: newest?.last.y,
    meanReturn: newest?.means.at(-1),
    stepsPerSecond: run?.status === 'TERM' ? undefined : store.stepRate.perSecond(nowMs),
    meanStepsPerSecond: elapsedMs > 1000 ? (stepCount * 1000) / elapsedMs : undefined,
    episodes: Math.max(episodes.watermark, episodes.lastSeq),
    steps: stepCount,
    elapsedMs,
  };
}

/** The curve whose newest point came last. */
function newestCurve(store: TelemetryStore) {
  let newest: { last: ValuePoint; means: readonly number[] } | undefined;
  for (const series of store.curves.values()) {
    const last = series.newest;
    if (last && (!newest || last.seq > newest.last.seq)) newest = { last, means: series.means };
  }
  return newest;
}

/** At most six agents are drawn, in the order they appeared. */
export function linesOf(store: TelemetryStore, smoothing: number): CurveLine[] {
  return [...store.curves].slice(0, linesDrawn).map(([name, series], ordinal) => ({
    name,
    ...seriesStyle(store.run, ordinal),
    points: series.points,
    oddities: series.oddities,
    means: series.means,
    smoothed: smoothing > 0 ? series.smoothed(smoothing) : series.means,
  }));
}

/** Where the curve misses episodes: between the last point before a gap and the first after it. */
export function curveGapsOf(spans: readonly GapSpan[], points: readonly ValuePoint[]): CurveGap[] {
  if (points.length === 0) return [];
  return spans.map((span) => {
    let from = points[0]?.x ?? 0;
    let to = points.at(-1)?.x ?? 0;
    let before = -1;
    let after = Number.POSITIVE_INFINITY;
    for (const point of points) {
      if (point.seq < span.first && point.seq > before) [before, from] = [point.seq, point.x];
      if (point.seq > span.last && point.seq < after) [after, to] = [point.seq, point.x];
    }
    return { from: Math.min(from, to), to: Math.max(from, to), isHealed: span.healedRows >= span.rows };
  });
}
