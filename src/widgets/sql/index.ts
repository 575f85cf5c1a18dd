/** SQL over the history of runs, in the page. One engine per link. */
import type { PageLink } from '../link/page-link.ts';
import type { SqlEngine } from './engine.ts';
import { type EngineWorker, type HistoryLink, PageEngine } from './page-engine.ts';

export { Answer, type AnswerColumn } from './answer.ts';
export type { Progress, Reach, SqlEngine, Summary } from './engine.ts';
export { askSeqList } from './seq-list.ts';
export { tableNames, tables } from './tables.ts';

const engines = new WeakMap<HistoryLink, SqlEngine>();

/** The engine that asks this link for history; it starts with the first question. */
export function sqlEngine(link: PageLink): SqlEngine {
  const known = engines.get(link);
  if (known) return known;
  const engine = new PageEngine(link, () => new Worker(new URL('./sql.worker.ts', import.meta.url)) as EngineWorker);
  engines.set(link, engine);
  return engine;
}
