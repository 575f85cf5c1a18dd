/**
 * From a run's configuration to the command and environment of its worker. Source: contracts, section 1. No shell anywhere.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { DuallaneError } from '../../protocol/index.ts';
import type { SubmittedConfig } from './run-config.ts';

export type Launch = {
  command: string[];
  agentId: string;
  /** Empty: the proxy names itself. */
  workerId: string;
  environment: Record<string, string>;
  logName: string;
};

export type LaunchPlaces = {
  runId: string;
  target: string;
  configFile: string;
  runDirectory: string;
  gpuSlots: readonly number[];
};

export type WorkerMetadata = {
  module?: string;
  script?: string;
  arguments: string[];
  agentId: string;
  workerId: string;
  usesGrpc: boolean;
  grpcTarget: string;
};

/** What metadata.worker asks for; undefined when it names neither a module nor a script. Throws `config-invalid`. */
export function readWorkerMetadata(metadata: Readonly<Record<string, unknown>>): WorkerMetadata | undefined {
  const worker = metadata.worker;
  if (typeof worker !== 'object' || worker === null) return undefined;
  const fields = worker as Readonly<Record<string, unknown>>;
  const text = (name: string): string => {
    const value = fields[name] ?? '';
    if (typeof value !== 'string') throw new DuallaneError('config-invalid', `metadata.worker.${name}: must be string`);
    return value;
  };
  const module = text('module');
  const script = text('script');
  if (module === '' && script === '') return undefined;
  const given = fields.arguments ?? [];
  if (!Array.isArray(given) || !given.every((argument) => typeof argument === 'string')) {
    throw new DuallaneError('config-invalid', 'metadata.worker.arguments: must be array of string');
  }
  return {
    ...(module === '' ? { script } : { module }),
    arguments: given,
    agentId: text('agent_id'),
    workerId: text('worker_id'),
    usesGrpc: fields.use_grpc !== false,
    grpcTarget: text('grpc_target'),
  };
}

export function planLaunch(
  worker: WorkerMetadata,
  submitted: SubmittedConfig,
  places: LaunchPlaces,
  inherited: Readonly<Record<string, string>>,
): Launch {
  const environment = environmentOf(worker, submitted, places, inherited);
  const command = [...programOf(worker, environment.PATH ?? ''), ...worker.arguments];
  const add = (flag: string, ...values: string[]) => {
    if (!command.some((argument) => argument === flag || argument.startsWith(`${flag}=`))) command.push(flag, ...values);
  };
  add('--config', places.configFile);
  if (worker.usesGrpc) {
    add('--grpc');
    add('--grpc-target', worker.grpcTarget || places.target);
  }
  if (worker.workerId !== '') add('--worker-id', worker.workerId);
  return {
    command,
    agentId: worker.agentId || `agent_${places.runId.slice(0, 8)}`,
    workerId: worker.workerId,
    environment,
    logName: worker.workerId || 'worker',
  };
}

function programOf(worker: WorkerMetadata, path: string): string[] {
  if (worker.module !== undefined) return [pythonOn(path), '-m', worker.module];
  const script = worker.script ?? '';
  // A plain Python file that nobody made executable would only fail: run it the way its author does.
  return script.endsWith('.py') && !isExecutable(script) ? [pythonOn(path), script] : [script];
}

function pythonOn(path: string): string {
  const directories = path.split(delimiter).filter((directory) => directory !== '');
  return ['python', 'python3'].find((name) => directories.some((directory) => isExecutable(join(directory, name)))) ?? 'python';
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not ours to run: the same to the caller
  }
}

function environmentOf(
  worker: WorkerMetadata,
  submitted: SubmittedConfig,
  places: LaunchPlaces,
  inherited: Readonly<Record<string, string>>,
): Record<string, string> {
  const { runId, runDirectory, configFile } = places;
  const configured = submitted.config.environment as Record<string, string>;
  const environment: Record<string, string> = { ...inherited, ...configured };
  environment.CUDA_VISIBLE_DEVICES = places.gpuSlots.join(',');
  environment.TRAINER_WORKER_CONFIG_PATH = configFile;
  environment.WORKER_ID ??= worker.workerId || 'worker';
  const rewritten: Readonly<Record<string, string>> = {
    CLEANRL_RUN_ID: runId,
    XUANCE_RUN_ID: runId,
    MOSAIC_RUN_ID: runId,
    MOSAIC_RUN_DIR: runDirectory,
    MOSAIC_CHECKPOINT_DIR: join(runDirectory, 'checkpoints'),
    MOSAIC_CONFIG_FILE: configFile,
    CLEANRL_TENSORBOARD_DIR: join(runDirectory, 'tensorboard'),
    XUANCE_TENSORBOARD_DIR: join(runDirectory, 'tensorboard'),
  };
  for (const [name, value] of Object.entries(rewritten)) if (name in environment) environment[name] = value;
  return environment;
}
