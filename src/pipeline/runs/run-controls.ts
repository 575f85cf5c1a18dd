/**
 * What is asked of a run while it runs: pause, resume, a cap on its steps, single steps. Views and tools ask, workers follow.
 *
 * Guarantees
 * - A pause or a cap is accepted only when a worker of the run can obey it (`pause-unsupported` else): PAUSE is never a mere word.
 * - Pause and cap are the run's own state: a worker that follows later, or again, gets them first.
 * - Single steps are for the moment: they reach the workers that follow now, and only while the run is paused.
 */
import { DuallaneError } from '../../protocol/index.ts';
import type { RunRegistry } from './registry.ts';
import type { Run } from './run.ts';

export type RunCommand =
  | { kind: 'pause' }
  | { kind: 'resume' }
  | { kind: 'rate'; maxRateHz: number }
  | { kind: 'step'; steps: number };

export class RunControls {
  readonly #registry: RunRegistry;
  readonly #followers = new Map<string, Set<(steps: number) => void>>();

  constructor(registry: RunRegistry) {
    this.#registry = registry;
  }

  /** A worker follows `runId` until `signal` aborts; `onSteps` hears of single steps. State is read from the run. */
  follow(runId: string, onSteps: (steps: number) => void, { signal }: { signal: AbortSignal }): void {
    if (signal.aborted) return;
    const followers = this.#followers.get(runId) ?? new Set();
    this.#followers.set(runId, followers.add(onSteps));
    signal.addEventListener(
      'abort',
      () => {
        followers.delete(onSteps);
        if (followers.size === 0 && this.#followers.get(runId) === followers) this.#followers.delete(runId);
      },
      { once: true },
    );
  }

  /** Throws `run-ended`, `run-state`, `pause-unsupported`. */
  command(run: Run, command: RunCommand): void {
    if (run.status === 'TERM') throw new DuallaneError('run-ended', `run ${run.runId} has ended: there is nothing to control`);
    switch (command.kind) {
      case 'pause':
        this.#expectObedience(run);
        this.#registry.setPaused(run, true);
        return;
      case 'resume':
        this.#registry.setPaused(run, false);
        return;
      case 'rate':
        if (command.maxRateHz > 0) this.#expectObedience(run);
        this.#registry.setMaxRate(run, command.maxRateHz);
        return;
      case 'step':
        if (run.status === 'PAUSE') for (const onSteps of this.#followers.get(run.runId) ?? []) onSteps(command.steps);
        return;
      default:
        command satisfies never;
    }
  }

  #expectObedience(run: Run): void {
    if (this.#followers.has(run.runId)) return;
    if ([...run.workers.values()].some((worker) => worker.supportsPause && worker.end === undefined)) return;
    throw new DuallaneError(
      'pause-unsupported',
      `no worker of run ${run.runId} can be paused or slowed down: start it with duallane.Run or duallane run, or cancel it`,
    );
  }
}
