/** The summary of a comparison as columns: what a cell says, how it sorts, and the same table as LaTeX and Markdown. */

import { type Axis, metricName } from '../comparison/run-curve.ts';
import type { Compared, GroupFigures } from '../stats/group-figures.ts';
import type { Better } from '../stats/run-figures.ts';
import { cellNumber } from '../styles/words.ts';

export type SummaryRow = GroupFigures & { label: string; isBaseline: boolean };
export type SummaryColumn = {
  title: string;
  hint: string;
  text(row: SummaryRow): string;
  /** What it sorts by; undefined goes last. */
  rank(row: SummaryRow): number | string | undefined;
};
export type SummaryWords = { statistic: 'mean' | 'iqm'; axis: Axis; better: Better; threshold: number | undefined };

/** Numbers of one table share their digits: four that count of the largest. */
export function figure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const digits = size >= 1000 ? cellNumber(Math.round(size)) : size.toFixed(size >= 100 ? 1 : size >= 1 ? 2 : 3);
  return value < 0 ? `−${digits}` : digits;
}

function between(interval: readonly [number, number] | undefined): string {
  return interval ? ` [${figure(interval[0])}, ${figure(interval[1])}]` : '';
}

function signed(value: number): string {
  return value < 0 ? figure(value) : `+${figure(value)}`;
}

/** Short, for the head of a column; an axis that is a logged value has its own name. */
const axisWords: Record<string, string> = {
  step: 'steps',
  episode: 'episodes',
  time: 'wall s',
  process: 'process s',
  budget: 'budget',
};

export function summaryColumns({ statistic, axis, better, threshold }: SummaryWords): readonly SummaryColumn[] {
  const name = statistic === 'iqm' ? 'IQM' : 'mean';
  const reach = figure(threshold);
  const all: readonly SummaryColumn[] = [
    {
      title: 'group',
      hint: 'Runs alike in everything but the seed, or as chosen',
      text: ({ label }) => label,
      rank: ({ label }) => label,
    },
    {
      title: 'n',
      hint: 'Runs that came to the compared place, of all there are',
      text: ({ n, runs }) => (n === runs ? String(n) : `${n} of ${runs}`),
      rank: ({ n }) => n,
    },
    {
      title: `${name} [95\u00a0%]`,
      hint: 'Mean of the last tenth of the way of each run; over the runs, with the stratified bootstrap’s 95 % interval',
      text: ({ value, interval }) => figure(value) + between(interval),
      rank: ({ value }) => value,
    },
    {
      title: 'to baseline [95\u00a0%]',
      hint: 'Difference to the baseline, with its interval: when that holds 0, the two cannot be told apart',
      text: ({ against, isBaseline }) => {
        if (isBaseline) return 'baseline';
        return against ? signed(against.difference) + between(against.interval) : '–';
      },
      rank: ({ against }) => against?.difference,
    },
    {
      title: 'verdict',
      hint: `${better === 'higher' ? 'Higher' : 'Lower'} is better here. Fewer than 3 runs on a side: no verdict`,
      text: ({ against }) => against?.verdict ?? '',
      rank: ({ against }) => against?.verdict,
    },
    {
      title: 'P(better) [95\u00a0%]',
      hint: `Probability that a run of the group is ${better} than one of the baseline, which is better here`,
      text: ({ against }) => (against ? figure(against.improvement) + between(against.improvementInterval) : '–'),
      rank: ({ against }) => against?.improvement,
    },
    {
      title: `${axisWords[axis] ?? metricName(axis)} to ${reach}`,
      hint: 'Median over the runs that came to this level; how many did',
      text: ({ reached, runs }) => (reached ? `${figure(reached.x)} (${reached.n} of ${runs})` : '–'),
      rank: ({ reached }) => reached?.x,
    },
    {
      title: `s to ${reach}`,
      hint: 'Wall-clock seconds to this level, median over the runs that came to it',
      text: ({ reached }) => figure(reached?.seconds),
      rank: ({ reached }) => reached?.seconds,
    },
    {
      title: 'mean height',
      hint: 'Area under the smoothed curve up to the compared place, over its length',
      text: ({ area }) => figure(area),
      rank: ({ area }) => area,
    },
  ]; // Without a level nothing can have come to it.
  return threshold === undefined ? all.filter(({ title }) => !title.endsWith(` to ${reach}`)) : all;
}

export function summaryRows(compared: Compared, labelOf: (key: string) => string, baseline: string | undefined): SummaryRow[] {
  return compared.groups.map((group) => ({ ...group, label: labelOf(group.key), isBaseline: group.key === baseline }));
}

export function sorted(rows: readonly SummaryRow[], column: SummaryColumn | undefined, isDescending: boolean): SummaryRow[] {
  if (!column) return [...rows];
  const sign = isDescending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [one, other] = [column.rank(a), column.rank(b)];
    if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
    return one < other ? -sign : one > other ? sign : 0;
  });
}

/** A table for booktabs; whatever LaTeX would take for a command is written as text. */
export function latexTable(columns: readonly SummaryColumn[], rows: readonly SummaryRow[]): string {
  const line = (cells: readonly string[]): string => `${cells.map(latexText).join(' & ')} \\\\`;
  return [
    `\\begin{tabular}{l${'r'.repeat(columns.length - 1)}}`,
    '\\toprule',
    line(columns.map(({ title }) => title)),
    '\\midrule',
    ...rows.map((row) => line(columns.map((column) => column.text(row)))),
    '\\bottomrule',
    '\\end{tabular}',
  ].join('\n');
}

export function markdownTable(columns: readonly SummaryColumn[], rows: readonly SummaryRow[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownText).join(' | ')} |`;
  return [
    line(columns.map(({ title }) => title)),
    `|${columns.map((_, at) => (at === 0 ? ' :-- ' : ' --: ')).join('|')}|`,
    ...rows.map((row) => line(columns.map((column) => column.text(row)))),
  ].join('\n');
}

const latexWords: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '−': '$-$',
  '–': '--',
  '\u202f': '\\,',
  '\u00a0': '~',
};

function latexText(text: string): string {
  return text.replace(/[\\~^−–\u202f\u00a0]|[&%$#_{}]/g, (letter) => latexWords[letter] ?? `\\${letter}`);
}

function markdownText(text: string): string {
  return text.replace(/[\\|`*_<>[\]]/g, (letter) => `\\${letter}`).replace(/\s+/g, ' ');
}
