/** What a bench finds, how it is printed, and what a process has used so far. */
import { readFileSync } from 'node:fs';

/** `minutes`: how long a long case takes; 0 for none. */
type Options = { small: boolean; minutes: number };
export type Found = {
  title: string;
  /** What the figures are to reach, in words. */
  reach: string;
  rows: { case: string; figures: Record<string, number | string> }[];
};
export type Bench = (options: Options) => Promise<Found>;

export function table(name: string, { title, reach, rows }: Found): string {
  const columns = [...new Set(rows.flatMap(({ figures }) => Object.keys(figures)))];
  const cells = [['', ...columns], ...rows.map((row) => [row.case, ...columns.map((column) => text(row.figures[column]))])];
  const widths = cells[0]?.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0))) ?? [];
  const lines = cells.map((line) =>
    line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))),
  );
  return `\n${name} ${title}\n   to reach: ${reach}\n${lines.map((line) => `   ${line.join('  ')}`).join('\n')}`;
}

function text(figure: number | string | undefined): string {
  if (typeof figure !== 'number') return figure ?? '';
  return Math.abs(figure) >= 1000 ? Math.round(figure).toLocaleString('en') : String(rounded(figure));
}

/** Three digits that count. */
export function rounded(figure: number): number {
  return Number(figure.toPrecision(3));
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Seconds of processor time since the start of a process, and its memory now and at most, in MB. Linux. */
export function usage(pid: number): { cpuSeconds: number; rssMb: number; peakMb: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (key: string): number => Number(status.match(new RegExp(`${key}:\\s+(\\d+)`))?.[1]);
  return {
    cpuSeconds: ((user ?? 0) + (system ?? 0)) / 100,
    rssMb: Math.round(kilobytes('VmRSS') / 1024),
    peakMb: Math.round(kilobytes('VmHWM') / 1024),
  };
}

export async function secondsOf(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
