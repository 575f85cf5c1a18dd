/**
 * SubmitRun and CancelRun: runs with processes of their own.
 *
 * Guarantees
 * - A worker is started through the telemetry proxy, in a process group of its own, without a shell.
 * - A launched run ends with its process: exit code 0 succeeded, another one failed with the code in the reason, unless the
 *   worker said otherwise before.
 * - Cancelling really stops it: SIGTERM to the group, SIGKILL after 5 s to what is left; the outcome is canceled.
 * - Launched processes outlive the daemon; the next daemon knows them again by pid and start time, watches and can cancel them.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuallaneError, type Log, limits } from '../../protocol/index.ts';
import type { trainer } from '../../protocol/wire.ts';
import { runDirectoryName } from '../config.ts';
import type { GpuSlots } from './gpu-slots.ts';
import { childOf, descendantsOf, isRunning, processWith, signalGroup } from './process-tree.ts';
import { type Json, printJson } from './python-json.ts';
import type { RunRegistry } from './registry.ts';
import type { Child, Run } from './run.ts';
import { readRunConfig, type SubmittedConfig } from './run-config.ts';
import { ulid } from './ulid.ts';
import { type Launch, planLaunch, readWorkerMetadata, type WorkerMetadata } from './worker-command.ts';

const pollMs = 100;
const adoptedPollMs = 1_000;

export type LauncherOptions = {
  node: string;
  script: string;
  target: string;
  runsDirectory: string;
  environment: Readonly<Record<string, string>>;
  umask: number;
  log: Log;
  /** Steps taken in of a run, for schedule.max_steps. */
  stepsOf: (runId: string) => number;
  signal: AbortSignal;
};

export class RunLauncher {
  readonly #registry: RunRegistry;
  readonly #slots: GpuSlots;
  readonly #options: LauncherOptions;

  constructor(registry: RunRegistry, slots: GpuSlots, options: LauncherOptions) {
    this.#registry = registry;
    this.#slots = slots;
    this.#options = options;
  }

  /** Throws `config-invalid`, `no-gpu`, `run-exists`. */
  async submit(request: trainer.SubmitRunRequest): Promise<trainer.SubmitRunResponse> {
    const submitted = readRunConfig(request.configJson);
    if (request.runId !== '' && request.runId !== submitted.runId) {
      throw new DuallaneError(
        'config-invalid',
        `run_id: is ${request.runId} in the request and ${submitted.runId ?? 'absent'} in metadata.worker.config: send it in both places or in neither`,
      );
    }
    const worker = readWorkerMetadata(submitted.config.metadata);
    const known = this.#registry.all().findLast((run) => run.origin === 'submitted' && run.digest === submitted.digest);
    const isRerun = known?.status === 'TERM' && submitted.config.metadata.rerun === true;
    if (known && !isRerun) return { runId: known.runId, digest: known.digest };

    const gpuSlots = this.#chooseSlots(submitted);
    const run = this.#registry.create({
      runId: isRerun || submitted.runId === undefined ? ulid(Date.now()) : submitted.runId,
      name: submitted.config.run_name,
      configJson: request.configJson,
      digest: submitted.digest,
      origin: 'submitted',
      status: 'INIT',
      gpuSlots,
    });
    if (worker) this.#launch(run, submitted, worker);
    this.#watchSchedule(run, submitted);
    return { runId: run.runId, digest: run.digest };
  }

  async cancel(run: Run, reason = 'it was cancelled'): Promise<void> {
    this.#registry.requestCancel(run, reason);
    await this.#stop(run);
    this.#registry.finish(run, 'canceled', reason);
  }

  /** Whether the run's launched process lives. */
  isLive(run: Run): boolean {
    return run.child !== undefined && isRunning(run.child);
  }

  /** Takes over the processes that the daemon before this one launched. */
  adopt(): void {
    for (const run of this.#registry.all()) {
      if (run.status === 'TERM' || run.origin !== 'submitted') continue;
      const submitted = readRunConfig(run.configJson);
      const worker = readWorkerMetadata(submitted.config.metadata);
      if (worker) this.#adoptWorker(run, submitted, worker);
      this.#watchSchedule(run, submitted);
    }
  }

  /** A daemon killed between starting a process and writing that down left one that is found by its command line. */
  #adoptWorker(run: Run, submitted: SubmittedConfig, worker: WorkerMetadata): void {
    const child = run.child ?? processWith(['proxy', '--run-id', run.runId]);
    if (child) {
      if (!run.child) this.#registry.setChild(run, child);
      this.#options.log('info', 'run-adopted', { runId: run.runId, pid: child.pid });
      this.#watchAdopted(run, child, worker.workerId || `proxy-${child.pid}`);
    } else if (run.status === 'INIT') {
      this.#launch(run, submitted, worker);
    } else {
      this.#registry.finish(run, 'failed', 'its worker was not there any more when the daemon started again');
    }
  }

  #chooseSlots(submitted: SubmittedConfig): number[] {
    const { requested, mandatory } = submitted.config.resources.gpus;
    const chosen = this.#slots.choose(requested);
    if (!chosen && mandatory) {
      throw new DuallaneError(
        'no-gpu',
        `${requested} GPU slot(s) are mandatory and not free (this machine has ${this.#slots.count}): wait for a run to end, or set mandatory to false`,
      );
    }
    return chosen ?? [];
  }

  #launch(run: Run, submitted: SubmittedConfig, worker: WorkerMetadata): void {
    const runDirectory = join(this.#options.runsDirectory, runDirectoryName(run.runId));
    const logs = join(runDirectory, 'logs');
    mkdirSync(logs, { recursive: true, mode: 0o700 });
    const configFile = join(runDirectory, 'worker-config.json');
    writeFileSync(configFile, printJson(withRunId(submitted.workerConfig, run.runId)), { mode: 0o600 });
    const { target, environment } = this.#options;
    const plan = planLaunch(
      worker,
      submitted,
      { runId: run.runId, target, configFile, runDirectory, gpuSlots: run.gpuSlots },
      environment,
    );
    this.#spawn(run, plan, runDirectory, logs);
  }

  #spawn(run: Run, plan: Launch, runDirectory: string, logs: string): void {
    const { node, script, target, log, umask } = this.#options;
    const argv = [script, 'proxy', '--target', target, '--run-id', run.runId, '--agent-id', plan.agentId];
    if (plan.workerId !== '') argv.push('--worker-id', plan.workerId);
    const stdout = openSync(join(logs, `${plan.logName}.stdout.log`), 'a', 0o600);
    const stderr = openSync(join(logs, `${plan.logName}.stderr.log`), 'a', 0o600);
    const own = process.umask(umask);
    const child = spawn(node, [...argv, '--', ...plan.command], {
      detached: true,
      stdio: ['ignore', stdout, stderr],
      env: plan.environment,
      cwd: runDirectory,
    });
    process.umask(own);
    closeSync(stdout);
    closeSync(stderr);
    child.unref();
    child.once('error', (error) =>
      this.#registry.finish(run, 'failed', `the telemetry proxy could not be started: ${error.message}`),
    );
    child.once('exit', (code, signal) => this.#ended(run, plan.workerId || `proxy-${child.pid}`, code, signal));
    if (child.pid === undefined) return;
    this.#registry.setChild(run, childOf(child.pid));
    log('info', 'run-launched', { runId: run.runId, pid: child.pid, agentId: plan.agentId });
  }

  #ended(run: Run, workerId: string, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#options.signal.aborted) return;
    this.#options.log('info', 'run-process-ended', { runId: run.runId, code, signal });
    if (run.status === 'TERM') return;
    this.#registry.setChild(run, undefined);
    const reason = signal ? `the worker was ended by ${signal}` : `the worker ended with exit code ${code}`;
    const exit = code === null ? {} : { exitCode: code };
    this.#registry.processEnded(
      run,
      workerId,
      code === 0 ? { outcome: 'succeeded', reason: '', ...exit } : { outcome: 'failed', reason, ...exit },
    );
  }

  /** Another daemon's child: its exit code goes to nobody, so only its rows can tell how it ended. */
  #watchAdopted(run: Run, child: Child, workerId: string): void {
    const timer = setInterval(() => {
      if (run.status !== 'TERM' && isRunning(child)) return;
      clearInterval(timer);
      if (run.status === 'TERM') return;
      this.#registry.setChild(run, undefined);
      this.#options.log('info', 'run-process-ended', { runId: run.runId });
      this.#registry.processEnded(run, workerId, {
        outcome: 'failed',
        reason: 'the worker ended without saying how, after the daemon that started it had gone',
      });
    }, adoptedPollMs);
    timer.unref();
    this.#options.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  #watchSchedule(run: Run, submitted: SubmittedConfig): void {
    const { max_duration_seconds: seconds, max_steps: steps } = submitted.config.schedule ?? {};
    if (seconds === undefined && steps === undefined) return;
    const timer = setInterval(() => {
      const isLate = seconds !== undefined && Date.now() - run.createdMs > seconds * 1000;
      const isLong = steps !== undefined && this.#options.stepsOf(run.runId) >= steps;
      if (run.status !== 'TERM' && !isLate && !isLong) return;
      clearInterval(timer);
      if (run.status !== 'TERM') void this.#reachLimit(run, isLate ? `max_duration_seconds ${seconds}` : `max_steps ${steps}`);
    }, adoptedPollMs / 2);
    timer.unref();
    this.#options.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  async #reachLimit(run: Run, limit: string): Promise<void> {
    this.#options.log('info', 'run-limit-reached', { runId: run.runId, limit });
    await this.cancel(run, `its schedule was over: ${limit} reached`).catch((error: unknown) =>
      this.#options.log('error', 'run-not-stopped', { runId: run.runId, sentence: String(error) }),
    );
  }

  async #stop(run: Run): Promise<void> {
    const { child } = run;
    if (!child || !isRunning(child)) return;
    const tree = [child, ...descendantsOf(child.pid)];
    signalGroup(child.pid, 'SIGTERM');
    const deadline = Date.now() + limits.cancelGraceMs;
    while (tree.some(isRunning) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, pollMs));
    const left = [...tree, ...descendantsOf(child.pid)].filter(isRunning);
    for (const process_ of left) signalGroup(process_.pid, 'SIGKILL');
    if (left.length > 0) this.#options.log('warn', 'run-killed', { runId: run.runId, processes: left.length });
  }
}

function withRunId(config: Json | undefined, runId: string): Json {
  const fields = new Map(config?.kind === 'object' ? config.fields : []);
  fields.set('run_id', { kind: 'string', value: runId });
  return { kind: 'object', fields };
}
