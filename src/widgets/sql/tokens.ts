/**
 * The words of an SQL text: enough of DuckDB's lexical rules to know what is a word and what is inside of a string or a comment.
 *
 * Never throws: an unfinished string or comment reaches to the end, and the engine then says what is wrong with it.
 */
export interface Token {
  kind: 'word' | 'name' | 'text' | 'number' | 'symbol';
  /** A word in lower case, a quoted name without its quotes, else the characters. */
  value: string;
  /** Parentheses and brackets around it. */
  depth: number;
  /** Where it stands in the text; `end` is the character behind it. */
  start: number;
  end: number;
}

const patterns: readonly [Token['kind'] | 'skip' | 'comment' | 'dollar', RegExp][] = [
  ['skip', /\s+|--[^\n]*/y],
  ['comment', /\/\*/y],
  ['text', /e'(?:\\[\s\S]|''|[^'\\])*(?:'|$)/iy],
  ['text', /[xb]?'(?:''|[^'])*(?:'|$)/iy],
  ['dollar', /\$([\p{L}_]*)\$/uy],
  ['name', /"(?:""|[^"])*(?:"|$)/y],
  ['number', /\d[\d_]*(?:\.[\d_]*)?(?:e[+-]?\d+)?/iy],
  ['word', /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ['symbol', /[\s\S]/uy],
];

export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  let at = 0;
  while (at < sql.length) {
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = at;
      const match = pattern.exec(sql);
      if (!match) continue;
      const found = match[0];
      const start = at;
      at += found.length;
      if (kind === 'skip') break;
      if (kind === 'comment') at = endOfComment(sql, at);
      else if (kind === 'dollar') {
        const end = sql.indexOf(found, at);
        at = end < 0 ? sql.length : end + found.length;
        tokens.push({ kind: 'text', value: '', depth, start, end: at });
      } else {
        if (found === ')' || found === ']' || found === '}') depth = Math.max(0, depth - 1);
        tokens.push({ kind, value: textOf(kind, found), depth, start, end: at });
        if (found === '(' || found === '[' || found === '{') depth += 1;
      }
      break;
    }
  }
  return tokens;
}

function textOf(kind: Token['kind'], found: string): string {
  if (kind === 'word') return found.toLowerCase();
  if (kind === 'name') return found.slice(1, found.endsWith('"') && found.length > 1 ? -1 : undefined).replaceAll('""', '"');
  return found;
}

/** Comments nest in DuckDB's grammar. */
function endOfComment(sql: string, start: number): number {
  let open = 1;
  let at = start;
  while (at < sql.length && open > 0) {
    if (sql.startsWith('/*', at)) {
      open += 1;
      at += 2;
    } else if (sql.startsWith('*/', at)) {
      open -= 1;
      at += 2;
    } else at += 1;
  }
  return at;
}
