/** The proxy's way to a daemon: by a given target, or through `daemon --ensure`, which starts one where none lives. */
import { spawn } from 'node:child_process';
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { contract, DuallaneError, limits, sentenceOf } from '../../protocol/index.ts';
import { type duallane, openDaemonChannel, type trainer } from '../../protocol/wire.ts';

export type DaemonConnection = {
  duallane: duallane.DuallaneServiceClient;
  trainer: trainer.TrainerServiceClient;
  close(): void;
};

const keepalive = {
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 20_000,
};

/** `target`: unix:/path or HOST:PORT. Connects lazily; never throws. */
export function connectTo(target: string): DaemonConnection {
  return openDaemonChannel(target, {}, keepalive);
}

/** Runs `daemon --ensure` and gives the target of the daemon it named. Throws `no-daemon`, `contract-mismatch`. */
export async function ensureDaemon(command: readonly [string, ...string[]]): Promise<string> {
  const { code, stdout, stderr } = await outputOf(command);
  const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
  if (code !== 0) throw new DuallaneError('no-daemon', lastLine(stderr) || `the daemon cannot be started (exit code ${code})`);
  const card = parseCard(lastLine(stdout));
  if (card.contract !== contract.hash) {
    throw new DuallaneError(
      'contract-mismatch',
      `the daemon that is running is of version ${card.version}, this command is of ${contract.version}: stop it (kill ${card.pid}) and run this again`,
    );
  }
  return `unix:${card.socket}`;
}

function parseCard(line: string): { pid: number; socket: string; contract: string; version: string } {
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    if (typeof value.socket !== 'string') throw new Error('it names no socket');
    return {
      pid: Number(value.pid),
      socket: value.socket,
      contract: String(value.contract),
      version: String(value.version),
    };
  } catch (cause) {
    throw new DuallaneError('no-daemon', `daemon --ensure answered "${line.slice(0, 200)}" (${sentenceOf(cause)})`, { cause });
  }
}

function outputOf([program, ...args]: readonly [string, ...string[]]): Promise<{
  code: number | null;
  stdout: string;
  stderr: string;
}> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

type UnaryCall<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: { deadline: number },
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** A unary call with the house's deadline, waiting for the channel. Throws `call-refused` with the daemon's own sentence. */
export function ask<Request, Response>(what: string, call: UnaryCall<Request, Response>, request: Request): Promise<Response> {
  const metadata = new Metadata({ waitForReady: true });
  return new Promise((resolve, reject) => {
    call(request, metadata, { deadline: Date.now() + limits.unaryDeadlineMs }, (error, response) => {
      if (error) reject(new DuallaneError('call-refused', `${what}: ${error.details || error.message}`, { cause: error }));
      else resolve(response);
    });
  });
}
