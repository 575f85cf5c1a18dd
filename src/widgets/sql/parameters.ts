/**
 * `{{name}}` and `:run` in a question: found in its text, and put there as the names of variables that hold their values.
 *
 * Guarantees
 * - A value never becomes text of the question: whatever it holds, it is compared, not read as SQL.
 * - What stands in strings, quoted names and comments is left alone, as are casts (`a::run`) and slices (`list[1:step]`).
 */
import { Bool, Field, Float64, Int64, List, Table, tableToIPC, Utf8, type Vector, vectorFromArray } from 'apache-arrow';
import { DuallaneError } from '../../protocol/index.ts';
import type { Params, ParamValue } from './engine.ts';
import { type Token, tokensOf } from './tokens.ts';

/** Names of the page's one cursor. */
const cursorNames = ['run', 'agent', 'episode', 'step', 'selected_runs'] as const;
type CursorName = (typeof cursorNames)[number];

export interface BoundText {
  /** What the engine reads. */
  sql: string;
  params: readonly string[];
  cursor: readonly CursorName[];
  /** Where a character of `sql` comes from in the question. */
  origin: (offset: number) => number;
}

interface Place {
  start: number;
  end: number;
  text: string;
}

/** `scope` keeps apart the variables of several questions that are answered together. */
export function bindNames(text: string, scope = ''): BoundText {
  const tokens = tokensOf(text);
  const params = new Set<string>();
  const cursor = new Set<CursorName>();
  const places: Place[] = [];
  for (const [index, token] of tokens.entries()) {
    const param = bracedName(text, tokens, index);
    if (param) {
      params.add(param.name);
      places.push({ ...param, text: `getvariable('${variableOf('param', param.name, scope)}')` });
    }
    const name = cursorNameAt(tokens, index);
    if (name) {
      cursor.add(name);
      const [open, close] = [tokens[index - 1], tokens[index + 2]];
      // A list is looked in without parentheses: `IN (:selected_runs)` means the same.
      const isIn = name === 'selected_runs' && tokens[index - 2]?.value === 'in' && open?.value === '(' && close?.value === ')';
      const [start, end] = isIn ? [open.start, close.end] : [token.start, tokens[index + 1]?.end ?? token.end];
      places.push({ start, end, text: `${isIn ? ' ' : ''}getvariable('${variableOf('cursor', name, '')}')` });
    }
  }
  return { ...replaced(text, places), params: [...params], cursor: [...cursor] };
}

function variableOf(kind: 'param' | 'cursor', name: string, scope: string): string {
  return `${kind}_${scope}_${name}`;
}

/** `{{ name }}` that begins at this token. */
function bracedName(
  text: string,
  tokens: readonly Token[],
  index: number,
): { name: string; start: number; end: number } | undefined {
  const [first, second, word, third, fourth] = tokens.slice(index, index + 5);
  if (first?.value !== '{' || second?.value !== '{' || word?.kind !== 'word') return undefined;
  if (third?.value !== '}' || fourth?.value !== '}' || second.start !== first.end || fourth.start !== third.end) return undefined;
  return { name: text.slice(word.start, word.end), start: first.start, end: fourth.end };
}

function cursorNameAt(tokens: readonly Token[], index: number): CursorName | undefined {
  const [before, colon, word] = [tokens[index - 1], tokens[index], tokens[index + 1]];
  if (colon?.value !== ':' || word?.kind !== 'word' || word.start !== colon.end) return undefined;
  // After a value a colon is a cast, a slice or a field's.
  if (
    before &&
    (before.value === ':' || (before.kind !== 'symbol' && before.end === colon.start) || [')', ']', '}'].includes(before.value))
  )
    return undefined;
  return cursorNames.find((name) => name === word.value);
}

function replaced(text: string, places: readonly Place[]): Pick<BoundText, 'sql' | 'origin'> {
  let sql = '';
  let from = 0;
  const shifts: { at: number; original: number; length: number }[] = [];
  for (const place of places) {
    sql += text.slice(from, place.start);
    shifts.push({ at: sql.length, original: place.start, length: place.text.length });
    sql += place.text;
    from = place.end;
  }
  sql += text.slice(from);
  const origin = (offset: number): number => {
    const last = shifts.findLast(({ at }) => at <= offset);
    if (!last) return offset;
    const place = places[shifts.indexOf(last)];
    return offset < last.at + last.length ? last.original : (place?.end ?? 0) + offset - last.at - last.length;
  };
  return { sql, origin };
}

/** The values by the names of their variables. Throws `sql-parameter` for a name without a value. */
export function variablesOf(bound: BoundText, params: Params, cursor: Params, scope = ''): Map<string, ParamValue> {
  const variables = new Map<string, ParamValue>();
  for (const name of bound.params) {
    const value = params[name];
    if (value === undefined) {
      throw new DuallaneError(
        'sql-parameter',
        `{{${name}}} has no value. Give it one in the cell, or define ${name} in Python before the cell is run.`,
      );
    }
    variables.set(variableOf('param', name, scope), value);
  }
  for (const name of bound.cursor) variables.set(variableOf('cursor', name, ''), cursor[name] ?? null);
  return variables;
}

/** The values as one row of Arrow, a column for each variable. */
export function streamOf(variables: ReadonlyMap<string, ParamValue>): Uint8Array {
  const columns = [...variables].map(([name, value]) => [name, vectorOf(value)] as const);
  return tableToIPC(new Table(Object.fromEntries(columns)), 'stream');
}

function vectorOf(value: ParamValue): Vector {
  if (typeof value === 'boolean') return vectorFromArray([value], new Bool());
  if (typeof value === 'string') return vectorFromArray([value], new Utf8());
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? vectorFromArray([BigInt(value)], new Int64()) : vectorFromArray([value], new Float64());
  if (value === null) return vectorFromArray([null], new Utf8());
  const isNumbers = value.length > 0 && value.every((item) => typeof item === 'number');
  const isWhole = isNumbers && value.every((item) => Number.isSafeInteger(item));
  const item = isWhole ? new Int64() : isNumbers ? new Float64() : new Utf8();
  const items = isWhole ? value.map((number) => BigInt(number)) : value;
  return vectorFromArray([items], new List(new Field('item', item, true)));
}
