/**
 * What rows of kind `events` mean for the run they belong to. Unknown kinds are stored like all rows and mean nothing here.
 */

import { decodePublished } from '../../protocol/arrow.ts';
import { DuallaneError, type Log } from '../../protocol/index.ts';
import type { Outcome, Run, RunRegistry } from '../runs/index.ts';
import type { DurableSink, NewBatch } from '../sinks/durable-sink.ts';

/** Characters of a worker's last words that the catalogue keeps. */
const stderrKept = 8192;

export type RunEvent = { kind: string; detail: Readonly<Record<string, unknown>> };

/** The events of one batch. Throws `batch-invalid` when the bytes are no batch of events. */
export function readEvents(ipc: Uint8Array): RunEvent[] {
  const batch = decodePublished('events', ipc);
  const kinds = batch.getChild('kind');
  const details = batch.getChild('detail_json');
  return Array.from({ length: batch.numRows }, (_, row) => ({
    kind: String(kinds?.get(row)),
    detail: parseDetail(details?.get(row)),
  }));
}

/** Moves the run on. Called once the event is durable; harmless when called again for the same event. */
export function applyEvents(event: RunEvent, run: Run, workerId: string, registry: RunRegistry, log: Log): void {
  switch (event.kind) {
    case 'run_started':
      registry.workerStarted(run, workerId);
      return;
    case 'run_completed':
      ended('succeeded');
      return;
    case 'run_failed':
      ended('failed');
      return;
    case 'run_cancelled':
      ended('canceled');
      return;
    case 'heartbeat':
      registry.heartbeat(run);
      return;
    default: // stored like every row, and nothing to us
  }

  function ended(outcome: Outcome): void {
    const { exit_code: exitCode, stderr } = event.detail;
    registry.workerEnded(run, workerId, {
      outcome,
      reason: reasonOf(event, outcome),
      ...(Number.isSafeInteger(exitCode) ? { exitCode: Number(exitCode) } : {}),
      ...(typeof stderr === 'string' && stderr !== '' ? { stderrTail: stderr.slice(-stderrKept) } : {}),
    });
    log('info', 'worker-ended', { runId: run.runId, workerId, outcome, status: run.status });
  }
}

/** Adds what a proxy could not turn into rows to the run's ledger. */
export function countRejectedLines(event: RunEvent, batch: NewBatch, sink: DurableSink): void {
  if (event.kind !== 'rejected_lines') return;
  const count = Number(event.detail.count ?? 1);
  if (!Number.isSafeInteger(count) || count <= 0) return;
  const agentId = typeof event.detail.agent_id === 'string' ? event.detail.agent_id : '';
  const samples = Array.isArray(event.detail.samples) ? event.detail.samples.map(String).slice(0, Math.min(8, count)) : [];
  for (const sample of samples.slice(1)) sink.reject(batch.runId, batch.workerId, agentId, 1, sample);
  sink.reject(batch.runId, batch.workerId, agentId, count - Math.max(0, samples.length - 1), samples[0] ?? '');
}

function reasonOf(event: RunEvent, outcome: Outcome): string {
  const reason = event.detail.reason ?? event.detail.error ?? event.detail.message;
  if (typeof reason === 'string' && reason !== '') return reason;
  const exitCode = event.detail.exit_code;
  if (typeof exitCode === 'number' && exitCode !== 0) return `the worker ended with exit code ${exitCode}`;
  return outcome === 'failed' ? 'the worker said that it failed, and not why' : '';
}

function parseDetail(text: unknown): Readonly<Record<string, unknown>> {
  if (typeof text !== 'string' || text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  } catch {
    return { reason: text }; // a worker that wrote plain text
  }
}

/** The batch a bad one belongs to, for a sentence. */
export function refusal(batch: NewBatch, cause: unknown): DuallaneError {
  const code = cause instanceof DuallaneError ? cause.code : 'batch-refused';
  const why = cause instanceof DuallaneError ? cause.sentence : String(cause);
  const remedy = code === 'batch-invalid' ? '; it is not stored: go on with the next batch' : '';
  return new DuallaneError(
    code,
    `batch ${batch.key?.batchSequence ?? '(rows)'} of worker ${batch.workerId} in run ${batch.runId} was refused: ${why}${remedy}`,
    { cause },
  );
}
