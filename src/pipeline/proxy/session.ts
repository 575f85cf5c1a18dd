/**
 * One worker from its start to its last acknowledged row.
 *
 * Guarantees
 * - The worker's stdout is read only as fast as its rows can be held: the rest waits in the pipe, nothing is dropped.
 * - The run's end is published after every row, and `runSession` returns only when all is acknowledged, or refused for good,
 *   or the operator asked twice to go.
 * - SIGINT, SIGTERM and SIGHUP reach the worker's group.
 */
import { once } from 'node:events';
import { DuallaneError, type Log, limits } from '../../protocol/index.ts';
import type { trainer } from '../../protocol/wire.ts';
import { BatchPublisher } from './batch-publisher.ts';
import type { ProxyIdentity, WorkerCommand } from './config.ts';
import { followControl } from './control-follower.ts';
import type { DaemonConnection } from './daemon-connection.ts';
import { type EndKind, LineRecorder } from './line-recorder.ts';
import { LineSplitter } from './line-splitter.ts';
import { RunLog } from './run-log.ts';
import { TextTail } from './text-tail.ts';
import { WorkerBrake } from './worker-brake.ts';
import { type WorkerEnd, WorkerProcess } from './worker-process.ts';

export type SessionOptions = ProxyIdentity & {
  runId: string;
  worker: WorkerCommand;
  /** Where worker.stdout.log and worker.stderr.log go beside our own output; undefined: nowhere. */
  logDirectory: string | undefined;
  connect: () => Promise<DaemonConnection>;
  log: Log;
};

const passedSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type PassedSignal = (typeof passedSignals)[number];

/** Runs the worker and publishes it. Resolves with how the worker ended. */
export async function runSession(options: SessionOptions): Promise<WorkerEnd> {
  const { runId, workerId, agentId, log } = options;
  const lifetime = new AbortController();
  const worker = new WorkerProcess(options.worker);
  const brake = new WorkerBrake(worker);
  const signals = new PassedSignals(worker, () => brake.release());
  const orders = { obey: (event: trainer.ControlEvent) => brake.obey(event), cancel: () => signals.cancel() };
  const publisher = new BatchPublisher({ runId, workerId }, options.connect, log, (connection) =>
    followControl(connection, runId, orders, log),
  );
  const publishing = publisher.run(lifetime.signal);
  const outLog = new RunLog(options.logDirectory, 'worker.stdout.log', log);
  const errLog = new RunLog(options.logDirectory, 'worker.stderr.log', log);
  const output = new OwnStream(process.stdout);
  const recorder = new LineRecorder({
    runId,
    agentId,
    log,
    send: (batch) => publisher.publish(batch),
    onOther: (bytes) => {
      outLog.write(bytes);
      output.write(bytes);
    },
  });
  if (worker.pid !== undefined) recorder.event('run_started', { pid: worker.pid, agent_id: agentId });

  const tail = new TextTail();
  await Promise.all([readLines(worker, recorder, publisher, output, brake), passErrors(worker, errLog, tail)]);
  const end = await worker.ended;
  brake.release();
  const { kind, detail } = verdict(end, recorder.saidEnd?.kind, signals.received, tail);
  recorder.end(kind, detail);
  await settle(publisher, signals, log);
  lifetime.abort();
  await publishing;
  signals.release();
  outLog.close();
  errLog.close();
  return end;
}

async function readLines(
  worker: WorkerProcess,
  recorder: LineRecorder,
  publisher: BatchPublisher,
  output: OwnStream,
  brake: WorkerBrake,
): Promise<void> {
  const splitter = new LineSplitter(limits.jsonLineBytes);
  for await (const chunk of worker.stdout) {
    worker.stillTalking();
    const steps = recorder.steps;
    for (const line of splitter.push(chunk as Buffer)) recorder.line(line);
    brake.stepped(recorder.steps - steps);
    await publisher.room();
    await output.drained();
  }
  for (const line of splitter.end()) recorder.line(line);
}

async function passErrors(worker: WorkerProcess, errLog: RunLog, tail: TextTail): Promise<void> {
  const own = new OwnStream(process.stderr);
  for await (const chunk of worker.stderr) {
    worker.stillTalking();
    errLog.write(chunk as Buffer);
    tail.add(chunk as Buffer);
    own.write(chunk as Buffer);
    await own.drained();
  }
}

/** What the run's last event says. */
function verdict(
  end: WorkerEnd,
  said: EndKind | undefined,
  received: PassedSignal | undefined,
  tail: TextTail,
): { kind: EndKind; detail: Record<string, unknown> } {
  if (end.kind === 'not-started') return { kind: 'run_failed', detail: { reason: end.sentence, exit_code: end.code } };
  if (received) return { kind: 'run_cancelled', detail: { reason: `stopped by ${received}`, ...codeOf(end) } };
  if (end.kind === 'exited' && end.code === 0)
    return {
      kind: said ?? 'run_completed',
      detail: { reason: said === 'run_failed' ? 'the worker said that it failed' : '', exit_code: 0 },
    };
  if (said === 'run_cancelled') return { kind: said, detail: { reason: 'the worker cancelled its run', ...codeOf(end) } };
  const how = end.kind === 'exited' ? `exit code ${end.code}` : `signal ${end.signal}`;
  const last = tail.lastLine;
  return {
    kind: 'run_failed',
    detail: { reason: `the worker ended with ${how}${last ? `: ${last}` : ''}`, ...codeOf(end), stderr: tail.text },
  };
}

function codeOf(end: WorkerEnd): Record<string, unknown> {
  return end.kind === 'signalled' ? { signal: end.signal } : { exit_code: end.code };
}

/** Waits for the last acknowledgement. A signal in this time is the operator who will not wait. */
async function settle(publisher: BatchPublisher, signals: PassedSignals, log: Log): Promise<void> {
  await publisher.drained(signals.impatience());
  const { rowsHeld, rowsLost } = publisher.counts;
  if (publisher.failure) {
    log('error', 'telemetry-lost', { sentence: publisher.failure.sentence, rows: rowsLost });
  } else if (rowsHeld > 0) {
    log('error', 'telemetry-lost', {
      sentence: new DuallaneError('impatient', 'stopped before the daemon had everything').sentence,
      rows: rowsHeld,
    });
  }
}

/** Passes signals on to the worker while it runs; after `impatience` they end the wait. */
class PassedSignals {
  received: PassedSignal | undefined;
  readonly #worker: WorkerProcess;
  readonly #onPassed: () => void;
  readonly #impatience = new AbortController();
  readonly #listeners = new Map<PassedSignal, () => void>();
  #isWaiting = false;

  constructor(worker: WorkerProcess, onPassed: () => void) {
    this.#worker = worker;
    this.#onPassed = onPassed;
    for (const signal of passedSignals) {
      const listener = (): void => this.#pass(signal);
      this.#listeners.set(signal, listener);
      process.on(signal, listener);
    }
  }

  impatience(): AbortSignal {
    this.#isWaiting = true;
    return this.#impatience.signal;
  }

  /** The daemon asks for the end: as a SIGTERM from the operator. */
  cancel(): void {
    if (!this.#isWaiting) this.#pass('SIGTERM');
  }

  release(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }

  #pass(signal: PassedSignal): void {
    if (this.#isWaiting) {
      this.#impatience.abort();
      return;
    }
    this.received ??= signal;
    if (signal === 'SIGTERM') this.#worker.stop();
    else this.#worker.signal(signal);
    this.#onPassed(); // a held worker hears nothing
  }
}

/** Our own stdout or stderr: a reader that is slow makes us wait, one that has gone does not matter. */
class OwnStream {
  readonly #stream: NodeJS.WriteStream;
  #isFull = false;
  #isGone = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    stream.once('error', () => {
      this.#isGone = true;
    });
  }

  write(bytes: Uint8Array): void {
    if (!this.#isGone) this.#isFull = !this.#stream.write(bytes);
  }

  async drained(): Promise<void> {
    if (!this.#isFull || this.#isGone) return;
    this.#isFull = false;
    await once(this.#stream, 'drain').catch(() => undefined);
  }
}
