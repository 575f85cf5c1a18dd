/**
 * Which history is to go, by age and by size. Pure: looks at runs and a clock, removes nothing.
 *
 * Guarantees
 * - A run that has not ended, or that is archived, loses nothing.
 * - What a run says of itself wins over what the daemon was told: "forever" keeps its rows whatever the size of all history.
 * - By the size of all history, whole runs go, the one that ended first before the others; by the size of one run its oldest parts,
 *   steps before everything else.
 */
import type { PartRecord } from '../history/index.ts';
import type { PartChoice } from './upkeep.ts';

/** Days after a run's end; bytes of its parts. Neither: for ever. */
export type RunRetention = { days?: number; bytes?: number };
/** What the daemon was told: days for every run that says nothing itself, bytes for all history together. */
export type HistoryRetention = { days?: number; bytes?: number };

export type StoredRun = {
  runId: string;
  /** Absent while the run lives. ms since the epoch. */
  endedMs?: number;
  isArchived: boolean;
  own?: RunRetention;
  /** Of its parts and recordings. */
  bytes: number;
};

/** `isWhole`: everything of the run goes, its recordings too. */
export type Removable = { runId: string; choose: PartChoice; reason: string; isWhole: boolean };

const dayMs = 24 * 3600 * 1000;

/** What is to go now; `excessBytes` is what all history is larger than it may be once that has gone. */
export function dueRemovals(
  runs: readonly StoredRun[],
  limits: HistoryRetention,
  nowMs: number,
): { removals: Removable[]; excessBytes: number } {
  const removals: Removable[] = [];
  let bytes = runs.reduce((sum, run) => sum + run.bytes, 0);
  const ended = runs
    .flatMap((run) => (run.endedMs === undefined || run.isArchived || run.bytes === 0 ? [] : [{ ...run, endedMs: run.endedMs }]))
    .sort((a, b) => a.endedMs - b.endedMs);
  for (const { runId, endedMs, own, bytes: runBytes } of ended) {
    const days = (own ?? limits).days;
    if (days !== undefined && nowMs - endedMs > days * dayMs) {
      removals.push({ runId, choose: everything, reason: `older than ${daysText(days)}`, isWhole: true });
      bytes -= runBytes;
    } else if (own?.bytes !== undefined && runBytes > own.bytes) {
      removals.push({ runId, choose: oldestBeyond(own.bytes), reason: `run larger than ${sizeText(own.bytes)}`, isWhole: false });
      bytes -= runBytes - own.bytes;
    } else if (own === undefined && limits.bytes !== undefined && bytes > limits.bytes) {
      removals.push({ runId, choose: everything, reason: `history larger than ${sizeText(limits.bytes)}`, isWhole: true });
      bytes -= runBytes;
    }
  }
  return { removals, excessBytes: limits.bytes === undefined ? 0 : Math.max(0, bytes - limits.bytes) };
}

const everything: PartChoice = (parts) => parts;

/** The oldest parts that must go for the rest to fit. */
function oldestBeyond(bytesMax: number): PartChoice {
  return (parts) => {
    let excess = parts.reduce((sum, part) => sum + part.bytes, 0) - bytesMax;
    const isSteps = ({ kind }: PartRecord): boolean => kind === 'steps';
    return [...parts.filter(isSteps), ...parts.filter((part) => !isSteps(part))].filter((part) => {
      if (excess <= 0) return false;
      excess -= part.bytes;
      return true;
    });
  };
}

/** How long a run's rows stay, for people who read the ledger. */
export function retentionSentence(own: RunRetention | undefined, limits: HistoryRetention): string {
  const { days, bytes } = own ?? limits;
  const parts = [
    ...(days === undefined ? [] : [`until ${daysText(days)} after the run's end`]),
    ...(bytes === undefined ? [] : [`while ${own === undefined ? 'all history' : 'the run'} is at most ${sizeText(bytes)}`]),
  ];
  return parts.length === 0 ? 'until the run is deleted' : parts.join(', ');
}

const daysText = (days: number): string => `${Number(days.toPrecision(3))} day${days === 1 ? '' : 's'}`;

/** 2 GB, 1.5 MB: powers of 1000, as disks are sold and `--keep-size` reads them. */
function sizeText(bytes: number): string {
  const [unit, size] = (
    [
      ['TB', 1e12],
      ['GB', 1e9],
      ['MB', 1e6],
      ['kB', 1e3],
    ] as const
  ).find(([, least]) => bytes >= least) ?? ['B', 1];
  return `${Number((bytes / size).toFixed(1))} ${unit}`;
}
