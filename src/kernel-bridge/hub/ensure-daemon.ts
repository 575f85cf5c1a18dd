/**
 * Runs the command that makes sure a daemon lives, and reads the line it prints.
 *
 * Failure modes: the command is missing, fails or says nothing useful: `daemon-start` with its own last words.
 */
import { execFile } from 'node:child_process';
import { DuallaneError } from '../../protocol/index.ts';

/** What daemon.json says, or where a daemon of another making listens. */
export type DaemonAddress =
  | { pid: number; socket: string; contract: string; version: string }
  | { pid: number; target: string; contract: undefined; version: string };

const startDeadlineMs = 60_000;

export function ensureDaemon(command: readonly [string, ...string[]], signal: AbortSignal): Promise<DaemonAddress> {
  const [program, ...args] = command;
  return new Promise((resolve, reject) => {
    execFile(program, args, { signal, timeout: startDeadlineMs, maxBuffer: 1 << 20 }, (cause, stdout, stderr) => {
      if (cause) {
        const said = stderr.trim().split('\n').at(-1) || cause.message;
        return reject(
          new DuallaneError('daemon-start', `the trainer daemon could not be started: ${said.slice(0, 300)}`, { cause }),
        );
      }
      try {
        resolve(parseAddress(stdout));
      } catch (error) {
        reject(error);
      }
    });
  });
}

function parseAddress(stdout: string): DaemonAddress {
  const line = stdout.trim().split('\n').at(-1) ?? '';
  try {
    const { pid, socket, contract, version } = JSON.parse(line) as Record<string, unknown>;
    if (typeof pid === 'number' && typeof socket === 'string' && typeof contract === 'string' && typeof version === 'string') {
      return { pid, socket, contract, version };
    }
  } catch (cause) {
    throw new DuallaneError('daemon-start', `the daemon command printed "${line.slice(0, 100)}" and not its daemon.json`, {
      cause,
    });
  }
  throw new DuallaneError('daemon-start', 'the daemon command printed a daemon.json without pid, socket, contract and version');
}
