/**
 * Where DuckDB says an error is. Its messages end with `LINE n: <excerpt>` and a line with a caret; a long line is cut to an
 * excerpt between dots.
 */
export interface PlacedError {
  /** The message without its class and without the place. */
  sentence: string;
  place: { line: number; text: string; start: number; end: number } | undefined;
}

const wordAt = /^(?:"(?:""|[^"])*"|'(?:''|[^'])*'|[\p{L}_][\p{L}\p{N}_$]*|\d[\w.]*|\S)/u;

export function placeError(message: string, sql: string): PlacedError {
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
  const word = wordAt.exec(text.slice(start))?.[0] ?? text.slice(start, start + 1);
  return { sentence, place: { line, text, start, end: start + Math.max(1, word.length) } };
}

/** The caret's place in the whole line, whose excerpt may begin and end with dots. */
function offsetIn(line: string, excerpt: string, caret: number): number | undefined {
  if (line.startsWith(excerpt)) return Math.min(caret, line.length);
  const cut = excerpt.startsWith('...') ? 3 : 0;
  const inner = excerpt.slice(cut).replace(/\.\.\.$/, '');
  const at = line.indexOf(inner);
  return at < 0 ? undefined : at + caret - cut;
}
