/**
 * Reads a question before the engine does: is it one statement that only reads, which tables and which columns on demand may it name.
 *
 * Guarantees
 * - What is let through begins with a reading verb. The engine is a second wall: it runs questions in a read-only transaction,
 *   with files, network, extensions and settings closed.
 * - `extra` names at least the columns on demand (heavy and rare ones) that the question can reach by name or by a star, and the rare
 *   ones of a whole row taken as one value. A view holds no heavy column that was not named, so such a row leaves it out and never
 *   shows it empty.
 */
import { DuallaneError } from '../../protocol/index.ts';
import type { TableName } from './engine.ts';
import { type Column, isTableName, tables, views } from './tables.ts';
import { type Token, tokensOf } from './tokens.ts';

export interface ReadQuestion {
  /** Without the semicolon at its end. */
  sql: string;
  /** Only the tables' shape is asked for: nothing need be loaded. */
  isAboutShape: boolean;
  /** Every table whose name stands anywhere in the text, or that a view named there is made of; may be too many. */
  mentioned: ReadonlySet<TableName>;
  /** All words and quoted names, in lower case. */
  words: ReadonlySet<string>;
  /** Columns that are loaded on demand. */
  extra: 'all' | ReadonlySet<string>;
  /** The first function in it that only DuckDB's json extension has. */
  needsJson: string | undefined;
}

const jsonFunction = /^(?:json_\w+|to_json|from_json|row_to_json|array_to_json)$/;

const readingVerbs = new Set([
  'select',
  'with',
  'from',
  'values',
  'table',
  'describe',
  'desc',
  'show',
  'summarize',
  'explain',
  'pivot',
  'unpivot',
]);
const writingVerbs = new Set(['insert', 'update', 'delete', 'merge', 'replace', 'create', 'drop', 'alter', 'truncate']);
const namesOf = (columns: readonly Column[], isMeant: (column: Column) => boolean | undefined): string[] =>
  columns.filter(isMeant).map((column) => column.name);
const onDemand = new Set(
  Object.values(tables).flatMap((columns) => namesOf(columns, ({ isHeavy, isRare }) => isHeavy || isRare)),
);
const rareNames = namesOf(tables.steps, ({ isRare }) => isRare);
const wholeRowWords = new Set(['columns', 'summarize', 'pivot', 'unpivot', 'table', 'natural', 'describe', 'desc', 'show']);

const setOperators = new Set(['union', 'except', 'intersect']);
const wordsAfterTables = new Set(
  'where group having order limit offset window qualify using on join inner left right full cross semi anti asof natural positional union except intersect select from sample tablesample'.split(
    ' ',
  ),
);
const clauseStarts = new Set(['(', ')', 'all', 'name', 'explain', 'analyze', ...setOperators]);

const remedies: Record<string, string> = {
  attach: 'Other databases cannot be attached here; ask runs, episodes, steps, metrics and events.',
  copy: 'Files cannot be written from here; duallane.sql() in Python gives the same answer as a table.',
  export: 'Files cannot be written from here; duallane.sql() in Python gives the same answer as a table.',
  install: 'Extensions cannot be installed: nothing is loaded from outside of this Jupyter server.',
  load: 'Extensions cannot be loaded: nothing is loaded from outside of this Jupyter server.',
  set: 'The engine’s settings are fixed; a question can only read.',
  pragma: 'The engine’s settings are fixed; a question can only read.',
  call: 'Procedures cannot be called; a question can only read.',
};

function refusal(verb: string): DuallaneError {
  if (!writingVerbs.has(verb) && !Object.hasOwn(remedies, verb)) {
    return new DuallaneError(
      'sql-refused',
      `A question begins with SELECT, FROM, WITH, DESCRIBE or EXPLAIN, not with ${verb.toUpperCase()}.`,
    );
  }
  const why = remedies[verb] ?? 'The history is kept as it was recorded: begin the question with SELECT, FROM or WITH.';
  return new DuallaneError('sql-refused', `${verb.toUpperCase()} is not possible in this cell. ${why}`);
}

/** Throws `sql-refused` with what to do instead. */
export function readQuestion(text: string): ReadQuestion {
  const tokens = tokensOf(text);
  while (tokens.at(-1)?.value === ';') tokens.pop();
  const first = tokens.find((token) => token.value !== '(');
  if (!first) throw new DuallaneError('sql-refused', 'There is no question yet. Write one, for example: SELECT * FROM runs');
  if (tokens.some((token) => token.kind === 'symbol' && token.value === ';')) {
    throw new DuallaneError(
      'sql-refused',
      'This cell answers one question at a time. Remove what follows the semicolon, or ask it in another cell.',
    );
  }
  if (first.kind !== 'word')
    throw new DuallaneError('sql-refused', 'A question begins with SELECT, FROM, WITH, DESCRIBE or EXPLAIN.');
  const verbs = verbsOf(tokens);
  for (const verb of verbs) if (!readingVerbs.has(verb)) throw refusal(verb);
  const named = tokens.filter((token) => token.kind === 'word' || token.kind === 'name');
  const words = new Set(named.map((token) => token.value.toLowerCase()));
  return {
    sql: text.replace(/[\s;]+$/, ''),
    isAboutShape: ['describe', 'desc', 'show'].includes(first.value),
    mentioned: new Set([...words].flatMap((word) => (isTableName(word) ? [word] : (views.get(word)?.reads ?? [])))),
    words,
    extra: extraOf(tokens),
    needsJson: tokens.find(({ kind, value }, at) => kind === 'word' && jsonFunction.test(value) && tokens[at + 1]?.value === '(')
      ?.value,
  };
}

/** The statement's verb, the one that EXPLAIN explains, and the one that follows a WITH list or stands inside of its bodies. */
function verbsOf(tokens: readonly Token[]): string[] {
  const verbs: string[] = [];
  let at = tokens.findIndex((token) => token.value !== '(');
  while (at >= 0) {
    const verb = tokens[at]?.value ?? '';
    verbs.push(verb);
    if (verb === 'explain')
      at = nextVerb(tokens, at, (token) => token.kind === 'word' && token.value !== 'analyze' && token.value !== 'format');
    else if (verb === 'with') at = verbAfterWith(tokens, at);
    else break;
  }
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'word' && writingVerbs.has(token.value) && tokens[index - 1]?.value === '(') {
      const next = tokens[index + 1];
      if (next?.kind === 'word' || next?.kind === 'name') verbs.push(token.value);
    }
  }
  return verbs;
}

function nextVerb(tokens: readonly Token[], from: number, isVerb: (token: Token) => boolean): number {
  const depth = tokens[from]?.depth ?? 0;
  return tokens.findIndex((token, index) => index > from && token.depth === depth && isVerb(token));
}

/** `WITH a(x) AS (…), b AS (…) VERB`: the first word at the same depth that follows a body. */
function verbAfterWith(tokens: readonly Token[], from: number): number {
  const within = new Set(['as', 'using', 'key', 'not', 'materialized']);
  const depth = tokens[from]?.depth ?? 0;
  return tokens.findIndex((token, index) => {
    return (
      index > from &&
      token.depth === depth &&
      token.kind === 'word' &&
      tokens[index - 1]?.value === ')' &&
      !within.has(token.value)
    );
  });
}

function extraOf(tokens: readonly Token[]): 'all' | ReadonlySet<string> {
  const named = new Set<string>();
  const rows = namesOfRows(tokens);
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    if (token.kind === 'word' || token.kind === 'name') {
      const name = token.value.toLowerCase();
      if (onDemand.has(name)) named.add(name);
      if (rows.has(name) && isWholeRow(tokens, index)) for (const rare of rareNames) named.add(rare);
      if (token.kind !== 'word') continue;
      if (wholeRowWords.has(name)) return 'all';
      if (name === 'from' && (!before || clauseStarts.has(before.value)) && !selectsBefore(tokens, index)) return 'all';
    } else if (token.kind === 'symbol' && token.value === '*' && isStar(tokens, index)) return 'all';
  }
  return named;
}

/** What a row of steps may be called: by its table and by the word after it. */
function namesOfRows(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set(['steps']);
  for (const [index, token] of tokens.entries()) {
    if (token.value.toLowerCase() !== 'steps') continue;
    const next = tokens[index + 1]?.value === 'as' ? tokens[index + 2] : tokens[index + 1];
    if (next && next.kind !== 'symbol' && !wordsAfterTables.has(next.value)) names.add(next.value.toLowerCase());
  }
  return names;
}

/** Rather too often than not at all. */
function isWholeRow(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.value.toLowerCase() ?? '';
  return tokens[index + 1]?.value !== '.' && !['from', 'join', '.', 'as', 'steps'].includes(before);
}

/** FROM with no SELECT of its own before it selects whole rows. */
function selectsBefore(tokens: readonly Token[], index: number): boolean {
  const depth = tokens[index]?.depth ?? 0;
  for (let at = index - 1; at >= 0; at -= 1) {
    const token = tokens[at];
    if (!token || token.depth < depth) return false;
    if (token.depth !== depth) continue;
    if (setOperators.has(token.value)) return false;
    if (token.value === 'select') return true;
  }
  return false;
}

function isStar(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  if (!before) return false;
  if (before.kind === 'word') return ['select', 'distinct', 'all'].includes(before.value);
  if (before.value === '(') return tokens[index + 1]?.value !== ')' || tokens[index - 2]?.value === 'columns';
  if (before.value === ')') return tokens.some((token, at) => token.value === 'distinct' && tokens[at + 1]?.value === 'on');
  return before.value === ',' || before.value === '.';
}
