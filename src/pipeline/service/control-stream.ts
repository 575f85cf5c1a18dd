/**
 * ControlStream: what is asked of a run, between views, tools, this daemon and workers. The source's service names the messages
 * and leaves the call unserved; the meaning is ours.
 *
 * - The first message names the run. Without an event it is a worker that follows the run: it gets `pause` or `resume` and
 *   `max_rate_hz` (0 is no cap) at once and at every change, and `grant_steps` while the run is paused.
 * - A message with an event is an order. It is answered with the same event when it was accepted, on streams that do not follow
 *   (who follows hears of it anyway); a refused one ends the stream with a status and a sentence.
 * - A follower's stream ends with the run; with ABORTED and the code `run-canceled` when the run is to be stopped.
 */
import type { handleBidiStreamingCall } from '@grpc/grpc-js';
import { DuallaneError } from '../../protocol/index.ts';
import type { trainer } from '../../protocol/wire.ts';
import { Wake } from '../bus/index.ts';
import type { Run, RunCommand, RunControls, RunRegistry } from '../runs/index.ts';
import { fail, finish, Outflow, type Surroundings } from './calls.ts';
import { requestInvalid } from './status.ts';

type Event = trainer.ControlEvent;

export function controlStream(
  controls: RunControls,
  registry: RunRegistry,
  around: Surroundings,
): handleBidiStreamingCall<Event, Event> {
  return (call) => {
    const out = new Outflow<Event>(call, around.stopping);
    let run: Run | undefined;
    let following: Promise<void> | undefined;

    async function serve(): Promise<void> {
      for await (const message of call.iterator({ destroyOnReturn: false })) {
        const event = message as Event;
        run ??= registry.get(named(event.runId));
        if (event.runId !== '' && event.runId !== run.runId)
          throw requestInvalid(`this stream belongs to run ${run.runId}: open another one for run ${event.runId}`);
        const command = commandOf(event);
        if (command) {
          controls.command(run, command);
          if (!following) await out.send({ ...event, runId: run.runId });
        } else {
          following ??= follow(run, out, controls, registry).then(conclude, conclude);
        }
      }
    }

    let isConcluded = false;
    function conclude(error?: unknown): void {
      if (isConcluded) return;
      isConcluded = true;
      if (error === undefined) finish(call, around);
      else fail(call, error, around);
      out.close();
    }
    out.signal.addEventListener('abort', () => conclude(), { once: true });
    // A worker that says no more still listens: its half of the stream may end before ours.
    serve().then(() => following ?? conclude(), conclude);
  };
}

/** Tells the run's state as it changes. Resolves when the run has ended or the client has gone; throws `run-canceled`. */
async function follow(run: Run, out: Outflow<Event>, controls: RunControls, registry: RunRegistry): Promise<void> {
  const { runId } = run;
  const wake = new Wake();
  registry.pulse.attach(runId, wake, out);
  out.signal.addEventListener('abort', () => wake.ring(), { once: true });
  // Steps are told after the state they are meant for: a pause and a grant in one turn arrive in that order.
  let granted = 0;
  const onSteps = (steps: number) => {
    granted += steps;
    wake.ring();
  };
  controls.follow(runId, onSteps, out);
  let told: { isPaused: boolean; maxRateHz: number } | undefined;
  while (!out.signal.aborted) {
    if (run.cancelRequested)
      throw new DuallaneError('run-canceled', `run ${runId} is to be stopped: ${run.failureReason || 'it was cancelled'}`);
    if (run.status === 'TERM') return;
    const isPaused = (run.status === 'FAULT' ? run.heldStatus : run.status) === 'PAUSE';
    const { maxRateHz } = run;
    if (told?.isPaused !== isPaused) await out.send({ runId, event: { $case: isPaused ? 'pause' : 'resume', value: true } });
    if (told?.maxRateHz !== maxRateHz) await out.send({ runId, event: { $case: 'maxRateHz', value: maxRateHz } });
    told = { isPaused, maxRateHz };
    const steps = granted;
    granted = 0;
    if (steps > 0 && isPaused) await out.send({ runId, event: { $case: 'grantSteps', value: steps } });
    await wake.next();
  }
}

function named(runId: string): string {
  if (runId === '') throw requestInvalid('the first message of ControlStream names the run: set its run_id');
  return runId;
}

/** Undefined for a message that carries no order. `pause: false` and `resume: false` say nothing. */
function commandOf({ event }: Event): RunCommand | undefined {
  switch (event?.$case) {
    case 'grantSteps':
      return { kind: 'step', steps: event.value };
    case 'maxRateHz':
      return { kind: 'rate', maxRateHz: event.value };
    case 'pause':
    case 'resume':
      return event.value ? { kind: event.$case } : undefined;
    default:
      return undefined;
  }
}
