/**
 * The telemetry proxy: starts a worker, reads its JSON lines, publishes them to the daemon, and puts its pictures on the fast
 * lane. Contracts, section 3.
 *
 * Both commands resolve with the worker's exit code, or end this process by the signal that ended the worker.
 */
import { constants } from 'node:os';
import { join } from 'node:path';
import { createLog, sentenceOf } from '../../protocol/index.ts';
import { runDirectoryName } from '../config.ts';
import { type ProxyIdentity, proxyOptions, runOptions } from './config.ts';
import { ask, connectTo, type DaemonConnection, ensureDaemon } from './daemon-connection.ts';
import { runSession } from './session.ts';
import { canHoldWorkers } from './worker-brake.ts';
import type { WorkerEnd } from './worker-process.ts';

export { removeRingsOfEndedRuns } from './orphan-rings.ts';
export { readPayload } from './render-payload.ts';

const log = createLog((line) => process.stderr.write(line));

/** `duallane run`: opens a run of its own and watches the worker's output. Throws `usage`, `no-daemon`, `call-refused`. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const options = runOptions(argv);
  const connect = async (): Promise<DaemonConnection> => connectTo(await ensureDaemon(options.ensureCommand));
  const first = await connect();
  const runId = await openRun(first, options);
  await register(first, runId, options);
  first.close();
  process.stderr.write(`duallane: run ${runId} · watch it in a notebook: import duallane; duallane.live("${runId}")\n`);
  const end = await runSession({
    ...options,
    runId,
    connect,
    log,
    logDirectory: join(options.home, 'runs', runDirectoryName(runId), 'logs'),
  });
  return passOn(end);
}

/** `duallane proxy`: what the daemon starts for a submitted run, with the run's logs as output. Throws `usage`, `call-refused`. */
export async function proxyCommand(argv: readonly string[]): Promise<number> {
  const options = proxyOptions(argv);
  const connect = async (): Promise<DaemonConnection> => connectTo(options.target);
  const first = await connect();
  await register(first, options.runId, options);
  first.close();
  return passOn(await runSession({ ...options, connect, log, logDirectory: undefined }));
}

async function openRun(connection: DaemonConnection, options: ReturnType<typeof runOptions>): Promise<string> {
  const { runId: run_id, name, worker, record } = options;
  const duallane = record === undefined ? undefined : { record };
  const configJson = JSON.stringify({ command: worker.argv, cwd: process.cwd(), duallane });
  const call = connection.duallane.openRun.bind(connection.duallane);
  const { runId } = await ask('the run cannot be opened', call, { runName: name, configJson, runId: run_id });
  return runId;
}

async function register(connection: DaemonConnection, runId: string, { workerId }: ProxyIdentity): Promise<void> {
  await ask('the worker cannot be registered', connection.trainer.registerWorker.bind(connection.trainer), {
    runId,
    workerId,
    workerKind: 'telemetry_proxy',
    protoVersion: 'MOSAIC/1.0',
    schemaId: 'jsonl.telemetry',
    schemaVersion: 1,
    supportsPause: canHoldWorkers,
    supportsCheckpoint: false,
  });
}

/** The worker's exit code; a signal ends this process the same way. */
async function passOn(end: WorkerEnd): Promise<number> {
  switch (end.kind) {
    case 'exited':
      return end.code;
    case 'not-started':
      process.stderr.write(`duallane: ${end.sentence}\n`);
      return end.code;
    case 'signalled':
      return endBySignal(end.signal);
    default:
      return end satisfies never;
  }
}

async function endBySignal(signal: NodeJS.Signals): Promise<number> {
  try {
    process.kill(process.pid, signal);
  } catch (error) {
    log('warn', 'signal-not-passed', { signal, sentence: sentenceOf(error) });
  }
  // The signal arrives with the next turns of the loop; should it not end us, shells' code for it does.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return 128 + constants.signals[signal];
}
