/** SQL over the history of runs, in the page. One engine per link. */
import type { PageLink } from '../link/page-link.ts';
import { type EngineWorker, type HistoryLink, PageEngine } from './page-engine.ts';

export { Answer, type AnswerColumn } from './answer.ts';
export { askedBefore, browserShelf, rememberAsked } from './asked-before.ts';
export { type ChartChoice, chartForms, chartNumbers, numeric, readChoice } from './chart-choice.ts';
export type { Known } from './completion.ts';
export type { Params, ParamValue, Progress, Question, Reach, SqlEngine, Summary } from './engine.ts';
export { hasNewRows, restMs } from './live-question.ts';
export { namedResults, nameResult } from './named-results.ts';
export { bindNames } from './parameters.ts';
export { type ColumnNumbers, orderRows } from './row-order.ts';
export { askSeqList } from './seq-list.ts';
export { isRowKind, isTableName, quoteName, tables, views } from './tables.ts';

const engines = new WeakMap<HistoryLink, PageEngine>();

/** The engine that asks this link for history; it starts with the first question. */
export function sqlEngine(link: PageLink): PageEngine {
  const known = engines.get(link);
  if (known) return known;
  const engine = new PageEngine(link, () => new Worker(new URL('./sql.worker.ts', import.meta.url)) as EngineWorker);
  engines.set(link, engine);
  return engine;
}
