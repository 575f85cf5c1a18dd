/**
 * The trainer daemon's life: lock, open, listen, serve, drain, leave.
 *
 * Guarantees
 * - One per home: the lock is held from before the catalogue is opened until after the sink is closed.
 * - daemon.json appears when calls are answered, and goes when the daemon leaves in order.
 * - SIGTERM and SIGINT: calls end, everything taken in becomes durable, parts are sealed, exit code 0.
 */
import type { Server } from '@grpc/grpc-js';
import { contract, createLog, DuallaneError, type Log, limits, sentenceOf } from '../../protocol/index.ts';
import { duallane, trainer } from '../../protocol/wire.ts';
import {
  configuredGpuSlots,
  configuredLeaseMs,
  configuredRetentionMs,
  type DaemonOptions,
  inheritedEnvironment,
} from '../config.ts';
import { Ingest } from '../ingest/index.ts';
import { BridgeReports, DaemonMetrics } from '../metrics/index.ts';
import { removeRingsOfEndedRuns } from '../proxy/index.ts';
import { Recorder, Recordings } from '../recording/index.ts';
import { GpuSlots, plainConfig, RunCatalogue, RunControls, RunLauncher, RunRegistry, watchLeases } from '../runs/index.ts';
import {
  type Access,
  duallaneService,
  listenOnSocket,
  listenOnTcp,
  tokenAccess,
  trainerService,
  trusted,
} from '../service/index.ts';
import { defaultSettings, openParquetSink, readRunSettings, retentionSentence } from '../sinks/index.ts';
import { historyWork } from './history-work.ts';
import { type HomePaths, prepareHome, readOrMakeToken, removeTraces, writeCard } from './home.ts';
import { type FileLock, takeLock } from './lock.ts';
import { rotatedLog } from './log-file.ts';
import { watchRetention } from './retention.ts';

const drainMs = 5_000;
const retentionMs = 10 * 60_000;

/** Serves until a signal asks it to stop. Throws `daemon-lives`, `home-unusable`, `listen-failed`, and what the sink throws. */
export async function runDaemon(paths: HomePaths, options: DaemonOptions, script: string): Promise<number> {
  const workerUmask = process.umask(0o077);
  prepareHome(paths);
  const lock = takeLock(paths.lock);
  if (!lock)
    throw new DuallaneError('daemon-lives', `a daemon has the home ${paths.home} already: stop it, or choose another --home`);
  const write = rotatedLog(paths.log);
  const log = createLog((line) => {
    write(line);
    if (process.stderr.isTTY) process.stderr.write(line);
  });
  const stopping = new AbortController();
  watchProcess(stopping, log);
  try {
    await serve(paths, options, { script, workerUmask, log, stopping });
    return 0;
  } catch (error) {
    log('error', 'daemon-failed', { sentence: sentenceOf(error), stack: error instanceof Error ? error.stack : undefined });
    throw error;
  } finally {
    letGo(paths, lock);
  }
}

type Life = { script: string; workerUmask: number; log: Log; stopping: AbortController };

async function serve(paths: HomePaths, options: DaemonOptions, { script, workerUmask, log, stopping }: Life): Promise<void> {
  const token = readOrMakeToken(paths);
  const sink = await openParquetSink({ home: paths.home, log, ...(options.history && { history: options.history }) });
  const registry = new RunRegistry(new RunCatalogue(sink.catalogue), Date.now, log, ({ runId, configJson }) => {
    const settings = readRunSettings(plainConfig(configJson));
    if (settings !== defaultSettings) sink.configure(runId, settings);
  });
  const done = new AbortController();
  const ingest = new Ingest(sink, registry, log, done);
  const recordings = new Recordings(paths.home, sink.catalogue, log);
  const recorder = new Recorder(recordings, ingest, registry, { signal: done.signal, log });
  removeRingsOfEndedRuns(registry.changes, { signal: done.signal, log });
  const launcher = new RunLauncher(registry, new GpuSlots(configuredGpuSlots(), registry), {
    node: process.execPath,
    script,
    target: `unix:${paths.socket}`,
    runsDirectory: paths.runs,
    environment: inheritedEnvironment(),
    umask: workerUmask,
    log,
    stepsOf: (runId) => sink.reach(runId, 'steps').head,
    signal: done.signal,
  });
  const leaseMs = configuredLeaseMs() ?? limits.leaseMs;
  watchLeases(registry, {
    leaseMs,
    now: Date.now,
    isAttended: (run) => ingest.isAttended(run.runId) || launcher.isLive(run),
    signal: done.signal,
  });

  watchRetention({
    sink,
    registry,
    recordings,
    limits: options.retention,
    everyMs: configuredRetentionMs() ?? retentionMs,
    now: Date.now,
    log,
    signal: done.signal,
  });

  const controls = new RunControls(registry);
  const startedMs = Date.now();
  const reports = new BridgeReports(Date.now);
  const metrics = new DaemonMetrics({ ingest, registry, reports, startedMs, version: contract.version });
  const watching = { runsDirectory: paths.runs, metrics: () => metrics.text(), reports, retention: options.retention, recorder };
  const readings = {
    metrics: watching.metrics,
    health: () => ({ pid: process.pid, version: contract.version, healthy: !stopping.signal.aborted }),
  };
  const addServices = (address: () => string, access: Access) => (server: Server) => {
    const around = { log, stopping: stopping.signal, access };
    const identity = { pid: process.pid, startedMs, address, isHealthy: () => !stopping.signal.aborted };
    server.addService(trainer.TrainerServiceService, trainerService(ingest, registry, launcher, controls, identity, around));
    server.addService(duallane.DuallaneServiceService, duallaneService(ingest, registry, watching, around, historyWork(sink)));
  };
  const servers = [
    await listenOnSocket(
      paths.socket,
      readings,
      addServices(() => `unix:${paths.socket}`, trusted),
    ),
  ];
  let listen: string | undefined;
  if (options.listen) {
    const tcp = await listenOnTcp(
      { ...options.listen, token: options.trustLoopback ? undefined : token, ...(options.tls && { tls: options.tls }) },
      addServices(() => listen ?? '', options.trustLoopback ? trusted : tokenAccess(token)),
    );
    listen = tcp.address;
    servers.push(tcp);
  }
  launcher.adopt();
  writeCard(paths, {
    pid: process.pid,
    socket: paths.socket,
    contract: contract.hash,
    version: contract.version,
    ...(listen ? { listen } : {}),
    retention: retentionSentence(undefined, options.retention),
  });
  log('info', 'daemon-ready', {
    pid: process.pid,
    socket: paths.socket,
    listen,
    version: contract.version,
    contract: contract.hash,
  });

  await aborted(stopping.signal);
  await Promise.all(servers.map((server) => server.close(drainMs)));
  await recorder.close();
  metrics.close();
  registry.flush();
  done.abort(); // nothing changes a run from here on: the catalogue closes with the sink
  await sink.close();
  log('info', 'daemon-stopped', { pid: process.pid });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function watchProcess(stopping: AbortController, log: Log): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log('info', 'daemon-stopping', { signal });
      stopping.abort();
    });
  }
  process.on('SIGHUP', () => undefined); // the terminal that started us may close
  process.on('uncaughtException', (error) => {
    log('error', 'daemon-crashed', { sentence: sentenceOf(error), stack: error.stack });
    process.stderr.write(`duallane daemon: ${error.stack ?? sentenceOf(error)}\n`);
    process.exit(70); // the state on disk is whole; `--ensure` starts the next one
  });
}

function letGo(paths: HomePaths, lock: FileLock): void {
  removeTraces(paths, process.pid);
  lock.release();
}
