/**
 * Where DuckDB says an error is. Its messages end with `LINE n: <excerpt>` and a line with a caret; a long line is cut to an
 * excerpt between dots.
 */
export interface PlacedError {
  /** The message without its class and without the place. */
  sentence: string;
  place:
    | { line: number; text: string; start: number; end: number /** Of `start` in the whole question. */; offset: number }
    | undefined;
  /** What would have worked in the place of the word. */
  instead: readonly string[];
}

/** A name as CleanRL and Stable-Baselines3 log it, without its quotes. */
const loggedName = /^[\p{L}_]\w*(?:\/[\p{L}_]\w*)+/u;
/** What DuckDB says of a statistic over NaN or infinite values. */
const oddValues = /\b(?:STDDEV|VAR|COVAR|CORR|REGR|SKEW|KURT|AVG|SUM)\w*\b.*out of range/i;
const isfiniteHint = '\nNaN or infinite values are among them: WHERE isfinite(value) leaves them out.';
const wordAt = /^(?:"(?:""|[^"])*"|'(?:''|[^'])*'|[\p{L}_][\p{L}\p{N}_$]*|\d[\w.]*|\S)/u;

/** `bound`: the question as the engine read it, and where its characters come from; the question itself when left out. */
export function placeError(message: string, sql: string, bound = { sql, origin: (offset: number) => offset }): PlacedError {
  const { sentence, place } = placeIn(message, bound.sql);
  const instead = insteadOf(sentence);
  if (!place) return { sentence: `${sentence}${oddValues.test(sentence) ? isfiniteHint : ''}`, place: undefined, instead };
  const offset = bound.origin(place.offset);
  const before = sql.slice(0, offset).split('\n');
  const line = before.length;
  const text = sql.split('\n')[line - 1] ?? '';
  const start = before.at(-1)?.length ?? 0;
  const word = wordAt.exec(text.slice(start))?.[0] ?? text.slice(start, start + 1);
  const logged = /^Referenced column/.test(sentence) ? loggedName.exec(text.slice(start))?.[0] : undefined;
  if (logged) {
    const hint = `\n${logged} looks like a logged value: those are rows of metrics, WHERE name = '${logged}'. In the views cleanrl and sb3 the usual ones are columns, "${logged}" in quotes.`;
    return {
      sentence: `${sentence.split('\n')[0]}${hint}`,
      instead: [],
      place: { line, text, start, end: start + logged.length, offset },
    };
  }
  return { sentence, instead, place: { line, text, start, end: start + Math.max(1, word.length), offset } };
}

/** `Candidate bindings: "a", "b"` and `Did you mean "x"?`. */
function insteadOf(sentence: string): string[] {
  const found = /(?:Candidate bindings: |Did you mean )((?:"[^"]+"(?:, | or )?)+)/.exec(sentence)?.[1] ?? '';
  return [...found.matchAll(/"([^"]+)"/g)]
    .map(([, name = '']) => (/^(?:\w+\.)+\w+$/.test(name) ? (name.split('.').at(-1) ?? name) : name))
    .slice(0, 4);
}

function placeIn(message: string, sql: string): { sentence: string; place: { offset: number } | undefined } {
  const found = /\n+LINE (\d+): (.*)\n( *)\^/.exec(message);
  const sentence = (found ? message.slice(0, found.index) : message).replace(/^(?:[A-Z][\w ]* )?Error: /, '').trim();
  if (!found) return { sentence, place: undefined };
  const [, number = '1', excerpt = '', indent = ''] = found;
  const line = Number(number);
  const text = sql.split('\n')[line - 1];
  const caret = indent.length - `LINE ${number}: `.length;
  if (text === undefined || caret < 0) return { sentence, place: undefined };
  const start = offsetIn(text, excerpt, caret);
  if (start === undefined) return { sentence, place: undefined };
  const before = sql
    .split('\n')
    .slice(0, line - 1)
    .reduce((sum, each) => sum + each.length + 1, 0);
  return { sentence, place: { offset: before + start } };
}

/** The caret's place in the whole line, whose excerpt may begin and end with dots. */
function offsetIn(line: string, excerpt: string, caret: number): number | undefined {
  if (line.startsWith(excerpt)) return Math.min(caret, line.length);
  const cut = excerpt.startsWith('...') ? 3 : 0;
  const inner = excerpt.slice(cut).replace(/\.\.\.$/, '');
  const at = line.indexOf(inner);
  return at < 0 ? undefined : at + caret - cut;
}
