/**
 * What can stand at a place of a question: tables, columns of the tables it reads, names the run has logged, results with a name,
 * functions, values to give. Knows the text, the tables and what it is told; asks nobody.
 *
 * Guarantee: what is offered is written so that it is read as meant: a name with `/` comes in double quotes as a column, in single
 * quotes as a value.
 */
import { functions } from './functions.ts';
import { isTableName, quoteName, quoteText, tables, views } from './tables.ts';
import { type Token, tokensOf } from './tokens.ts';

export interface Offer {
  /** What is compared with what was typed. */
  label: string;
  /** What is written. */
  text: string;
  kind: 'table' | 'column' | 'value' | 'function' | 'keyword' | 'name';
  detail: string;
  /** Higher comes first. */
  rank: number;
}

export interface Known {
  /** Names of logged values, the most used first. */
  metrics: readonly { name: string; count: number }[];
  /** Results of other cells. */
  results: readonly string[];
  /** Names of values that Python or the cell has. */
  params: readonly string[];
}

const keywords = (
  'SELECT FROM WHERE GROUP BY ORDER BY HAVING LIMIT OFFSET QUALIFY WITH AS DISTINCT ALL UNION JOIN LEFT JOIN ASOF JOIN USING ON AND OR NOT ' +
  'IN BETWEEN LIKE IS NULL CASE WHEN THEN ELSE END FILTER OVER PARTITION ROWS PRECEDING FOLLOWING UNBOUNDED CURRENT ROW DESC ASC NULLS LAST ' +
  'INTERVAL CAST EXCLUDE PIVOT DESCRIBE SUMMARIZE EXPLAIN'
).split(' ');

/** `from` is where the word under way begins; undefined when nothing can be offered there (a comment, a text of its own). */
export function offersAt(sql: string, at: number, known: Known): { from: number; offers: Offer[] } | undefined {
  const tokens = tokensOf(sql);
  const within = tokens.find(
    (token) => (token.kind === 'text' || token.kind === 'name') && token.start < at && (at < token.end || isOpen(sql, token)),
  );
  if (within?.kind === 'text') return namesMetrics(tokens) ? { from: within.start, offers: metricOffers(known, 3) } : undefined;
  if (isInComment(sql, at, tokens)) return undefined;
  if (within) return { from: within.start, offers: columnOffers(tokens).filter(({ text }) => text.startsWith('"')) };
  const braces = /\{\{\s*(\w*)$/.exec(sql.slice(0, at));
  if (braces)
    return {
      from: at - (braces[1]?.length ?? 0),
      offers: known.params.map((name) => ({ label: name, text: name, kind: 'name', detail: 'value', rank: 3 })),
    };
  const dotted = /([\p{L}_][\p{L}\p{N}_]*)\.([\p{L}_][\p{L}\p{N}_]*)?$/u.exec(sql.slice(0, at));
  if (dotted) return { from: at - (dotted[2]?.length ?? 0), offers: columnsOf(tableCalled(tokens, dotted[1] ?? ''), 3) };
  const typed = /[\p{L}_][\p{L}\p{N}_]*(?:\/[\p{L}\p{N}_]*)*$/u.exec(sql.slice(0, at))?.[0] ?? '';
  const offers = plainOffers(tokens, at - typed.length, known);
  // `steps/2` is a division unless a name goes on like that.
  const isSlashed = typed.includes('/') && offers.some(({ label }) => label.toLowerCase().startsWith(typed.toLowerCase()));
  const word = isSlashed || !typed.includes('/') ? typed : typed.slice(typed.lastIndexOf('/') + 1);
  return { from: at - word.length, offers };
}

function plainOffers(tokens: readonly Token[], from: number, known: Known): Offer[] {
  const before = tokens.findLast((token) => token.end <= from)?.value ?? '';
  const wantsTable = ['from', 'join', 'describe', 'summarize', 'pivot'].includes(before);
  const tableOffers = [
    ...known.results.map(
      (name): Offer => ({ label: name, text: name, kind: 'table', detail: 'result of a cell', rank: wantsTable ? 4 : 0 }),
    ),
    ...Object.keys(tables).map(
      (name): Offer => ({ label: name, text: name, kind: 'table', detail: 'table', rank: wantsTable ? 4 : 1 }),
    ),
    ...[...views.keys()].map(
      (name): Offer => ({ label: name, text: name, kind: 'table', detail: 'view', rank: wantsTable ? 3 : 0 }),
    ),
  ];
  if (wantsTable) return tableOffers;
  return [
    ...columnOffers(tokens),
    ...tableOffers,
    ...(namesMetrics(tokens) ? metricOffers(known, 2) : []),
    ...functions.map(([name, given]): Offer => ({ label: name, text: name, kind: 'function', detail: given, rank: 0 })),
    ...keywords.map((name): Offer => ({ label: name, text: name, kind: 'keyword', detail: '', rank: -1 })),
  ];
}

function metricOffers(known: Known, rank: number): Offer[] {
  return known.metrics.map(({ name, count }) => ({
    label: name,
    text: quoteText(name),
    kind: 'value',
    detail: `${count} logged`,
    rank,
  }));
}

function columnOffers(tokens: readonly Token[]): Offer[] {
  const named = tokens.filter((token) => token.kind === 'word' && (isTableName(token.value) || views.has(token.value)));
  const read = new Set(named.map((token) => token.value));
  const from = read.size > 0 ? [...read] : ['episodes', 'steps', 'runs'];
  const seen = new Set<string>();
  return from.flatMap((table) => columnsOf(table, 2)).filter(({ label }) => !seen.has(label) && seen.add(label));
}

function columnsOf(table: string | undefined, rank: number): Offer[] {
  if (!table) return [];
  const columns = isTableName(table) ? tables[table] : (views.get(table)?.columns ?? []);
  return columns.map(({ name, type }) => {
    const text = /^[a-z_][a-z0-9_]*$/.test(name) ? name : quoteName(name);
    return { label: name, text, kind: 'column', detail: `${type} · ${table}`, rank };
  });
}

/** `episodes`, or what `FROM episodes e` and `JOIN steps AS s` call so. */
function tableCalled(tokens: readonly Token[], alias: string): string | undefined {
  const name = alias.toLowerCase();
  if (isTableName(name) || views.has(name)) return name;
  const at = tokens.findIndex((token, index) => {
    const before = tokens[index - 1]?.value === 'as' ? tokens[index - 2] : tokens[index - 1];
    return (
      token.value === name &&
      token.kind === 'word' &&
      before?.kind === 'word' &&
      (isTableName(before.value) || views.has(before.value))
    );
  });
  return at < 0 ? undefined : tokens[at - 1]?.value === 'as' ? tokens[at - 2]?.value : tokens[at - 1]?.value;
}

function namesMetrics(tokens: readonly Token[]): boolean {
  return tokens.some((token) => token.kind === 'word' && token.value === 'metrics');
}

function isOpen(sql: string, token: Token): boolean {
  const text = sql.slice(token.start, token.end);
  return token.end === sql.length && (text.length < 2 || !/['"]$/.test(text));
}

function isInComment(sql: string, at: number, tokens: readonly Token[]): boolean {
  const before = tokens.findLast((token) => token.end <= at);
  const after = tokens.find((token) => token.start >= at);
  const between = sql.slice(before?.end ?? 0, after?.start ?? sql.length);
  const offset = at - (before?.end ?? 0);
  const line = between.slice(0, offset);
  return line.lastIndexOf('--') > line.lastIndexOf('\n') || line.lastIndexOf('/*') > line.lastIndexOf('*/');
}
