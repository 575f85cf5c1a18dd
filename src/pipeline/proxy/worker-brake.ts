/**
 * Holds a worker that knows nothing of control: its process group is stopped (SIGSTOP) and continued (SIGCONT) as its pace asks.
 *
 * Guarantees: a paused worker takes no step, whatever it does; a held one is continued before it is asked to end, and at `release`.
 * Surprise: a process that left the worker's group goes on. Windows has no such signal: there nothing is held, and the proxy does
 * not say that it could.
 */
import type { trainer } from '../../protocol/wire.ts';
import { StepPace } from './step-pace.ts';
import type { WorkerProcess } from './worker-process.ts';

export const canHoldWorkers = process.platform !== 'win32';

export class WorkerBrake {
  readonly #worker: Pick<WorkerProcess, 'signal'>;
  readonly #pace = new StepPace();
  #isHeld = false;
  #isReleased = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(worker: Pick<WorkerProcess, 'signal'>) {
    this.#worker = worker;
  }

  obey(event: trainer.ControlEvent): void {
    this.#pace.obey(event, performance.now());
    this.#apply();
  }

  /** The worker's output told of `steps` more steps. */
  stepped(steps: number): void {
    if (steps === 0) return;
    this.#pace.stepped(steps, performance.now());
    this.#apply();
  }

  /** Lets the worker go, for good. */
  release(): void {
    this.#isReleased = true;
    this.#apply();
  }

  #apply(): void {
    clearTimeout(this.#timer);
    const nowMs = performance.now();
    const verdict = this.#isReleased ? ({ mayStep: true } as const) : this.#pace.verdict(nowMs);
    if (!verdict.mayStep && verdict.untilMs !== undefined)
      this.#timer = setTimeout(() => this.#apply(), Math.max(1, verdict.untilMs - nowMs));
    if (verdict.mayStep !== this.#isHeld || !canHoldWorkers) return;
    this.#isHeld = !verdict.mayStep;
    this.#worker.signal(this.#isHeld ? 'SIGSTOP' : 'SIGCONT');
  }
}
