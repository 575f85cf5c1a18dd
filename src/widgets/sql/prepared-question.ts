/**
 * A question made ready for the engine: checked, its names bound, and the other questions it uses by name put before it.
 *
 * Throws before anything is loaded: `sql-refused` for what does not only read (also inside of a used question), for a question
 * that uses itself; `sql-parameter` for a name without a value.
 */
import { DuallaneError, type RowKind } from '../../protocol/index.ts';
import type { ParamValue, Question } from './engine.ts';
import { bindNames, variablesOf } from './parameters.ts';
import { type ReadQuestion, readQuestion } from './question.ts';
import { isTableName, tables, views } from './tables.ts';

export interface PreparedQuestion {
  read: ReadQuestion;
  /** In the order they have to be made. */
  named: readonly { name: string; read: ReadQuestion }[];
  variables: ReadonlyMap<string, ParamValue>;
}

export function prepareQuestion(question: Question): PreparedQuestion {
  const bound = bindNames(question.sql);
  const read = readQuestion(bound.sql);
  const cursor = question.cursor ?? {};
  const variables = new Map<string, ParamValue>();
  const named = new Map<string, ReadQuestion>();
  const use = (words: ReadonlySet<string>, path: readonly string[]) => {
    for (const [name, used] of Object.entries(question.named ?? {})) {
      if (!words.has(name.toLowerCase()) || named.has(name) || isTableName(name) || views.has(name)) continue;
      if (path.includes(name))
        throw new DuallaneError('sql-refused', `${[...path, name].join(' uses ')}: a result cannot be made of itself.`);
      const inner = bindNames(used.sql, name);
      const innerRead = readQuestion(inner.sql);
      for (const [variable, value] of variablesOf(inner, used.params ?? {}, cursor, name)) variables.set(variable, value);
      use(innerRead.words, [...path, name]);
      named.set(name, innerRead);
    }
  };
  use(read.words, []);
  for (const [variable, value] of variablesOf(bound, question.params ?? {}, cursor)) variables.set(variable, value);
  return { read, named: [...named].map(([name, innerRead]) => ({ name, read: innerRead })), variables };
}

/** Columns of a kind, of those that are loaded on demand, that the question, or one it uses, can reach. */
export function extraColumns(kind: RowKind, { read, named }: PreparedQuestion): ReadonlySet<string> {
  const reading = [read, ...named.map((used) => used.read)].filter(({ mentioned }) => mentioned.has(kind));
  const columns = tables[kind].filter(
    ({ name, isHeavy, isRare }) => (isHeavy || isRare) && reading.some(({ extra }) => extra === 'all' || extra.has(name)),
  );
  return new Set(columns.map((column) => column.name));
}
