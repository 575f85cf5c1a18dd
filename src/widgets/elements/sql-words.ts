/** The lines an SQL cell says about a question and its answer. */
import type { Progress, Reach, Summary } from '../sql/index.ts';
import { count } from '../styles/words.ts';

/** 12.4 -> "12 ms", 3400 -> "3.4 s". */
export function span(ms: number): string {
  if (ms < 1000) return `${Math.max(1, Math.round(ms))} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function rowsWord(rows: number): string {
  return `${count(rows)} ${rows === 1 ? 'row' : 'rows'}`;
}

export function progressLine(progress: Progress, rows: number, elapsedMs: number): string {
  switch (progress.stage) {
    case 'starting': {
      const { loadedBytes, totalBytes } = progress;
      const of = totalBytes > 0 ? ` · ${megabytes(loadedBytes)} of ${megabytes(totalBytes)}` : '';
      return `Starting the SQL engine in this page${of} · ${span(elapsedMs)}`;
    }
    case 'waiting':
      return `Waiting for the question before this one · ${span(elapsedMs)}`;
    case 'listing':
      return `Asking what is stored of ${progress.tables.join(' and ')} · ${span(elapsedMs)}`;
    case 'loading': {
      const { doneParts, parts, doneBytes, bytes } = progress;
      return `Loading history: ${count(doneParts)} of ${count(parts)} parts · ${megabytes(doneBytes)} of ${megabytes(bytes)} · ${rowsWord(progress.rows)} · ${span(elapsedMs)}`;
    }
    case 'native':
      return `Not for the page: native DuckDB beside the Jupyter server has it · ${span(elapsedMs)}`;
    case 'running':
      return rows > 0 ? `Running · ${rowsWord(rows)} so far · ${span(elapsedMs)}` : `Running · ${span(elapsedMs)}`;
    default:
      return progress satisfies never;
  }
}

/** 0..1, or undefined when nobody knows. */
export function progressShare(progress: Progress): number | undefined {
  if (progress.stage === 'starting' && progress.totalBytes > 0) return progress.loadedBytes / progress.totalBytes;
  if (progress.stage === 'loading' && progress.bytes > 0) return progress.doneBytes / progress.bytes;
  return undefined;
}

export function summaryLine(summary: Summary): string {
  const { rows, isCut, askMs, loadMs, loaded, bytes, reach } = summary;
  return [
    isCut ? `the first ${rowsWord(rows)}; there are more` : rowsWord(rows),
    span(askMs),
    loaded.rows > 0
      ? `${loaded.bytes > 0 ? `${megabytes(loaded.bytes)} ` : ''}loaded in ${span(loadMs)}`
      : rows > 0
        ? megabytes(bytes)
        : '',
    ...reachWords(reach),
    summary.engine === 'native' ? 'by native DuckDB beside the Jupyter server' : '',
  ]
    .filter((word) => word !== '')
    .join(' · ');
}

/** "to step 58 201" of one run; "3 runs, 58 201 steps" of several. */
function reachWords(reach: readonly Reach[]): string[] {
  const runs = new Set(reach.map(({ run }) => run)).size;
  const singular = { steps: 'step', episodes: 'episode', metrics: 'value', events: 'event' } as const;
  const kinds = [...new Set(reach.map(({ kind }) => kind))];
  const ofKind = (kind: Reach['kind']) => reach.filter((each) => each.kind === kind);
  if (runs === 0) return [];
  if (runs === 1) return [`to ${kinds.map((kind) => `${singular[kind]} ${count(ofKind(kind)[0]?.watermark ?? 0)}`).join(', ')}`];
  const sums = kinds.map((kind) => ({ kind, rows: ofKind(kind).reduce((sum, { rows }) => sum + rows, 0) }));
  return [
    `${count(runs)} runs, ${sums.map(({ kind, rows }) => `${count(rows)} ${kind === 'metrics' ? 'values' : kind}`).join(', ')}`,
  ];
}

export function reachTitle(reach: readonly Reach[]): string {
  if (reach.length === 0) return '';
  const lines = reach
    .slice(0, 20)
    .map(({ run, kind, watermark, rows }) => `${run}: ${count(rows)} ${kind}, durable to ${count(watermark)}`);
  return ['What this answer has seen:', ...lines, ...(reach.length > 20 ? [`and ${count(reach.length - 20)} more`] : [])].join(
    '\n',
  );
}
