/**
 * What is typed into a table's filter box, as one condition in two forms: for rows at hand, and as SQL for all of history.
 *
 * Words are joined by "and", which may be written. A word is a comparison (`reward<0`, `Total reward >= 10`, `outcome=failed`), a flag
 * (`truncated`), either with `!` before it for its opposite, a number that is to stand in one of the number columns, or any text that is
 * to be found in one of the text columns. Case does not matter. An empty cell fulfils no comparison.
 */
import type { RowKind } from '../../protocol/index.ts';
import type { Row } from './row-batch.ts';

type FilterColumn = { name: string; type: 'text' | 'number' | 'flag' };
type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | ':';

export type RowFilter = {
  matches(row: Row): boolean;
  /** A condition over the kind's SQL table; '' when every row fulfils it. */
  sql: string;
};

const text = (name: string): FilterColumn => ({ name, type: 'text' });
const number = (name: string): FilterColumn => ({ name, type: 'number' });
const flag = (name: string): FilterColumn => ({ name, type: 'flag' });

/** By the names people type: the table's titles without spaces, and the column names. */
const columns: Record<'steps' | 'episodes' | 'events', Readonly<Record<string, FilterColumn>>> = {
  steps: {
    worker: text('worker_id'),
    agent: text('agent_id'),
    action: text('action_json'),
    policy: text('policy_label'),
    episode: number('episode_index'),
    step: number('step_index'),
    slot: number('env_slot'),
    seed: number('episode_seed'),
    reward: number('reward'),
    terminated: flag('terminated'),
    truncated: flag('truncated'),
  },
  episodes: {
    worker: text('worker_id'),
    agent: text('agent_id'),
    mode: text('mode'),
    game: text('game_id'),
    outcome: text('outcome'),
    episode: number('episode_index'),
    steps: number('steps'),
    slot: number('env_slot'),
    reward: number('total_reward'),
    return: number('total_reward'),
    totalreward: number('total_reward'),
    seed: number('seed'),
    episodeseed: number('episode_seed'),
    terminated: flag('terminated'),
    truncated: flag('truncated'),
  },
  events: { worker: text('worker_id'), kind: text('kind'), detail: text('detail_json') },
};

type Condition = { matches(row: Row): boolean; sql: string };

/** Every row. */
export const noFilter: RowFilter = { matches: () => true, sql: '' };

/** The filter, or why the words cannot be understood and what would be. */
export function readFilter(kind: RowKind, words: string, agent?: string): RowFilter | { sentence: string } {
  const known = kind === 'metrics' ? {} : columns[kind];
  const conditions: Condition[] = [];
  if (agent !== undefined) conditions.push(compared(text('agent_id'), '=', agent));
  for (const word of wordsOf(words)) {
    const condition = readWord(known, word);
    if ('sentence' in condition) return condition;
    conditions.push(condition);
  }
  if (conditions.length === 0) return noFilter;
  return {
    matches: (row) => conditions.every((condition) => condition.matches(row)),
    sql: conditions.map(({ sql }) => sql).join(' AND '),
  };
}

/** Its words: spaces around an operator and in a column's title do not part them. */
function wordsOf(words: string): string[] {
  const joined = words
    .replaceAll(/\b(total) +(reward)\b|\b(episode) +(seed)\b/gi, '$1$2$3$4')
    .replaceAll(/\s*(<=|>=|!=|==|=|<|>)\s*/g, (_, operator: string) => (operator === '==' ? '=' : operator));
  return joined.split(/\s+/).filter((word) => word !== '' && !/^(and|&&?)$/i.test(word));
}

function readWord(known: Readonly<Record<string, FilterColumn>>, word: string): Condition | { sentence: string } {
  const isNot = word.startsWith('!') && word.length > 1;
  const plain = isNot ? word.slice(1) : word;
  const condition = readPlain(known, plain);
  if (!isNot || 'sentence' in condition) return condition;
  return { matches: (row) => !condition.matches(row), sql: `NOT ${condition.sql}` };
}

function readPlain(known: Readonly<Record<string, FilterColumn>>, word: string): Condition | { sentence: string } {
  const [, name = '', operator, value = ''] = /^([a-z_]+)(<=|>=|!=|=|<|>|:)(.*)$/i.exec(word) ?? [];
  if (operator === undefined) {
    const column = Object.hasOwn(known, word.toLowerCase()) ? known[word.toLowerCase()] : undefined;
    return column?.type === 'flag' ? flagged(column.name) : found(known, word);
  }
  const key = name.toLowerCase();
  const column = Object.hasOwn(known, key) ? known[key] : Object.values(known).find((candidate) => candidate.name === key);
  if (!column) return { sentence: `There is no column “${name}” here. There are ${Object.keys(known).join(', ')}.` };
  if (value === '') return { sentence: `A value is missing after “${name}${operator}”.` };
  if (column.type === 'number' && !Number.isFinite(Number(value)))
    return { sentence: `“${value}” is no number. ${name} is compared with one, such as ${name}>10.` };
  if (column.type === 'flag') {
    const isWanted = /^(1|yes|true)$/i.test(value) === (operator !== '!=');
    const condition = flagged(column.name);
    return isWanted ? condition : { matches: (row) => !condition.matches(row), sql: `NOT ${condition.sql}` };
  }
  return compared(column, operator as Operator, value);
}

function flagged(name: string): Condition {
  return { matches: (row) => row.batch.flag(name, row.index), sql: `coalesce(${name}, false)` };
}

function found(known: Readonly<Record<string, FilterColumn>>, word: string): Condition {
  const inTexts = foundInTexts(known, word);
  if (!Number.isFinite(Number(word))) return inTexts;
  const numbers = new Set(Object.values(known).flatMap(({ name, type }) => (type === 'number' ? [name] : [])));
  const some = [inTexts, ...[...numbers].map((name) => comparedNumber(name, '=', Number(word)))];
  return { matches: (row) => some.some((one) => one.matches(row)), sql: `(${some.map(({ sql }) => sql).join(' OR ')})` };
}

function foundInTexts(known: Readonly<Record<string, FilterColumn>>, word: string): Condition {
  const names = [...new Set(Object.values(known).flatMap(({ name, type }) => (type === 'text' ? [name] : [])))];
  const wanted = word.toLowerCase();
  const contains = names.map((name) => `contains(lower(coalesce(${name}, '')), ${quoted(wanted)})`);
  return {
    matches: (row) => names.some((name) => (row.batch.text(name, row.index) ?? '').toLowerCase().includes(wanted)),
    sql: `(${contains.join(' OR ') || 'false'})`,
  };
}

function compared({ name, type }: FilterColumn, operator: Operator, value: string): Condition {
  if (type === 'number') return comparedNumber(name, operator, Number(value));
  const wanted = value.toLowerCase();
  const read = (row: Row): string | undefined => row.batch.text(name, row.index)?.toLowerCase();
  if (operator === ':') {
    const sql = `coalesce(contains(lower(${name}), ${quoted(wanted)}), false)`;
    return { matches: (row) => read(row)?.includes(wanted) ?? false, sql };
  }
  return {
    matches: (row) => holds(read(row), operator, wanted),
    sql: `coalesce(lower(${name}) ${operator} ${quoted(wanted)}, false)`,
  };
}

function comparedNumber(name: string, operator: Operator, wanted: number): Condition {
  const sign = operator === ':' ? '=' : operator;
  const read = (row: Row): number | undefined => {
    const value = row.batch.number(name, row.index);
    return Number.isNaN(value) ? undefined : value;
  };
  const value = `${name}::DOUBLE`;
  return {
    matches: (row) => holds(read(row), sign, wanted),
    sql: `coalesce(${value} ${sign} ${sqlNumber(wanted)} AND NOT isnan(${value}), false)`,
  };
}

function holds<T extends string | number>(value: T | undefined, operator: Exclude<Operator, ':'>, wanted: T): boolean {
  if (value === undefined) return false;
  switch (operator) {
    case '=':
      return value === wanted;
    case '!=':
      return value !== wanted;
    case '<':
      return value < wanted;
    case '<=':
      return value <= wanted;
    case '>':
      return value > wanted;
    case '>=':
      return value >= wanted;
    default:
      return operator satisfies never;
  }
}

function sqlNumber(value: number): string {
  return `${value}::DOUBLE`;
}

function quoted(value: string): string {
  return `'${value.replaceAll('\0', '\u{fffd}').replaceAll("'", "''")}'`;
}
