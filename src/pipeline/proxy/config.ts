/** What `duallane run` and `duallane proxy` were told: argv and environment, read once. */
import { parseArgs } from 'node:util';
import { DuallaneError, sentenceOf } from '../../protocol/index.ts';
import { homeDirectory, inheritedEnvironment } from '../config.ts';

export type WorkerCommand = {
  /** Program and arguments; no shell looks at them. */
  argv: readonly [string, ...string[]];
  environment: Readonly<Record<string, string>>;
};

export type ProxyIdentity = { agentId: string; workerId: string };

export type RunOptions = ProxyIdentity & {
  home: string;
  name: string;
  runId: string;
  /** Which episodes are recorded, such as "every=10,best". */
  record?: string;
  worker: WorkerCommand;
  /** argv that makes sure a daemon lives and prints where. */
  ensureCommand: readonly [string, ...string[]];
};

export type ProxyOptions = ProxyIdentity & {
  target: string;
  runId: string;
  worker: WorkerCommand;
};

const runUsage =
  'run [--home DIR] [--name NAME] [--run-id ID] [--agent-id A] [--worker-id W] [--record every=10,best] -- <worker command>';
const proxyUsage = 'proxy --target T --run-id R --agent-id A [--worker-id W] -- <worker command>';
const text = { type: 'string' } as const;

/** Throws `usage`. */
export function runOptions(argv: readonly string[]): RunOptions {
  const { values, worker } = parse(
    argv,
    { home: text, name: text, 'run-id': text, 'agent-id': text, 'worker-id': text, record: text },
    runUsage,
  );
  const home = homeDirectory(values.home);
  return {
    home,
    name: (values.name ?? worker.argv.join(' ')).slice(0, 120),
    runId: values['run-id'] ?? '',
    ...(values.record !== undefined && { record: values.record }),
    worker,
    ensureCommand: [process.execPath, process.argv[1] ?? '', 'daemon', '--ensure', '--home', home],
    ...identity(values),
  };
}

/** Throws `usage`. */
export function proxyOptions(argv: readonly string[]): ProxyOptions {
  const { values, worker } = parse(argv, { target: text, 'run-id': text, 'agent-id': text, 'worker-id': text }, proxyUsage);
  const { target, 'run-id': runId } = values;
  if (!target || !runId) throw new DuallaneError('usage', `--target and --run-id are needed (${proxyUsage})`);
  return {
    target: target.startsWith('/') ? `unix:${target}` : target,
    runId,
    worker,
    ...identity(values),
  };
}

function identity(values: Record<string, string | undefined>): ProxyIdentity {
  return { agentId: values['agent-id'] || 'agent_1', workerId: values['worker-id'] || `proxy-${process.pid}` };
}

function parse(argv: readonly string[], options: Record<string, typeof text>, usage: string) {
  const end = argv.indexOf('--');
  const [program, ...rest] = end < 0 ? [] : argv.slice(end + 1);
  if (program === undefined)
    throw new DuallaneError('usage', `name the worker's command after --, such as: -- python train.py (${usage})`);
  const worker: WorkerCommand = { argv: [program, ...rest], environment: { PYTHONUNBUFFERED: '1', ...inheritedEnvironment() } };
  try {
    const { values } = parseArgs({ args: argv.slice(0, end), options, strict: true, allowPositionals: false });
    return { values: values as Record<string, string | undefined>, worker };
  } catch (cause) {
    throw new DuallaneError('usage', `${sentenceOf(cause)} (${usage})`, { cause });
  }
}
