/**
 * Processes by pid and start time, so that a pid given to somebody else is never signalled. Linux: /proc; elsewhere the pid alone.
 * Source of the fields: proc_pid_stat(5).
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { Child } from './run.ts';

type Stat = { state: string; parent: number; startedTicks: string };

/** What identifies a running process; undefined when there is none. */
export function childOf(pid: number): Child | undefined {
  const stat = readStat(pid);
  if (stat) return { pid, startedTicks: stat.startedTicks };
  return process.platform === 'linux' ? undefined : { pid, startedTicks: '' };
}

/** Whether that very process runs; a zombie does not. */
export function isRunning(child: Child): boolean {
  const stat = readStat(child.pid);
  if (stat) return stat.state !== 'Z' && stat.startedTicks === child.startedTicks;
  if (process.platform === 'linux') return false;
  try {
    process.kill(child.pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Running descendants of `pid`, whatever group they moved to. */
export function descendantsOf(pid: number): Child[] {
  if (process.platform !== 'linux') return [];
  const children = new Map<number, Child[]>();
  for (const name of readdirSync('/proc')) {
    const candidate = Number(name);
    const stat = Number.isInteger(candidate) ? readStat(candidate) : undefined;
    if (!stat) continue;
    const siblings = children.get(stat.parent) ?? [];
    siblings.push({ pid: candidate, startedTicks: stat.startedTicks });
    children.set(stat.parent, siblings);
  }
  const found: Child[] = [];
  for (const queue = [pid]; queue.length > 0; ) {
    for (const child of children.get(queue.shift() ?? 0) ?? []) {
      found.push(child);
      queue.push(child.pid);
    }
  }
  return found;
}

/** A running process of this user whose command line holds all of `words`, in their order; the one with the lowest pid. */
export function processWith(words: readonly string[]): Child | undefined {
  if (process.platform !== 'linux') return undefined;
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  const pid = pids.sort((a, b) => a - b).find((candidate) => holds(commandLine(candidate), words));
  const child = pid === undefined ? undefined : childOf(pid);
  return child && isRunning(child) ? child : undefined;
}

function holds(line: readonly string[], words: readonly string[]): boolean {
  let from = 0;
  return words.every((word) => {
    const at = line.indexOf(word, from);
    from = at + 1;
    return at >= 0;
  });
}

function commandLine(pid: number): string[] {
  try {
    if (statSync(`/proc/${pid}`).uid !== process.getuid?.()) return [];
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return []; // it has gone
  }
}

/** Sends `signal` to the process group of `pid`, or to the one process when it leads none; false when nobody is there. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  return false;
}

function readStat(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // it has gone, or there is no /proc
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' '); // the name before it may hold spaces
  return { state: fields[0] ?? '', parent: Number(fields[1]), startedTicks: fields[19] ?? '' };
}
