/**
 * When a live question is asked again: as soon as its tables have rows it has not seen, and no more often than its own cost
 * allows, so that at most a fifth of the engine's time goes into it.
 */
import type { RowKind, RunEntry } from '../../protocol/index.ts';
import type { Reach } from './engine.ts';

const costShare = 5;
const leastMs = 500;

/** Some run has durable rows of a kind the answer counted that it has not seen; or a run is new to it. */
export function hasNewRows(reach: readonly Reach[], runs: readonly RunEntry[], bound: readonly string[]): boolean {
  const kinds = new Set<RowKind>(reach.map(({ kind }) => kind));
  const seen = new Map(reach.map(({ run, kind, watermark }) => [`${kind} ${run}`, watermark]));
  return runs
    .filter(({ run_id }) => bound.length === 0 || bound.includes(run_id))
    .some((run) =>
      run.kinds.some(({ kind, watermark }) => kinds.has(kind) && watermark > (seen.get(`${kind} ${run.run_id}`) ?? 0)),
    );
}

/** ms to wait after an answer that took so long. */
export function restMs(tookMs: number): number {
  return Math.max(leastMs, tookMs * (costShare - 1));
}
