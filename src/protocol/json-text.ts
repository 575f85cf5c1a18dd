/**
 * JSON as workers print it, read without losing anything: one object's fields as spans of its text.
 *
 * Why not JSON.parse: integers beyond 2^53 (nanosecond clocks, seeds) lose digits there, Python's bare NaN, Infinity and
 * -Infinity are errors, 1.0 becomes 1, and large arrays become objects only to be printed again.
 *
 * Guarantees
 * - Accepts exactly JSON (RFC 8259) plus the bare words NaN, Infinity and -Infinity; of equal keys the last one counts.
 * - `compact` gives the value's own digits, without white space; it is JSON again: the three bare words become strings.
 * - Never throws, whatever the text. Nesting beyond `deepest` is refused.
 */
export type JsonKind = 'string' | 'number' | 'object' | 'array' | 'true' | 'false' | 'null';
export type JsonReading =
  | { kind: 'object'; object: JsonObject }
  | { kind: 'other'; value: JsonKind }
  | { kind: 'bad'; reason: string };

/** `fields`: of an object that stands right inside of the outermost one. */
type Span = { kind: JsonKind; start: number; end: number; fields?: Map<string, Span> };

const deepest = 200;

/** Reads a whole text. An object's fields are kept; any other value is only named. */
export function readJson(text: string): JsonReading {
  const scanner = new Scanner(text);
  const start = scanner.space(0);
  if (start === text.length) return { kind: 'bad', reason: 'there is nothing in it' };
  const fields = new Map<string, Span>();
  const value = scanner.value(start, 0, fields);
  if (value === undefined) return { kind: 'bad', reason: scanner.reason };
  if (scanner.space(value.end) !== text.length) return { kind: 'bad', reason: `something follows after character ${value.end}` };
  return value.kind === 'object'
    ? { kind: 'object', object: new JsonObject(text, fields) }
    : { kind: 'other', value: value.kind };
}

/** The fields of one object. An absent key and a key of another kind are both `undefined`. */
export class JsonObject {
  readonly #text: string;
  readonly #fields: ReadonlyMap<string, Span>;

  constructor(text: string, fields: ReadonlyMap<string, Span>) {
    this.#text = text;
    this.#fields = fields;
  }

  kind(key: string): JsonKind | undefined {
    return this.#fields.get(key)?.kind;
  }

  keys(): Iterable<string> {
    return this.#fields.keys();
  }

  /** The value's text as it stands, white space and all. */
  source(key: string): string | undefined {
    const span = this.#fields.get(key);
    return span && this.#text.slice(span.start, span.end);
  }

  string(key: string): string | undefined {
    const span = this.#fields.get(key);
    return span?.kind === 'string' ? textOf(this.#text.slice(span.start, span.end)) : undefined;
  }

  /** As a double: NaN and the infinities too. */
  number(key: string): number | undefined {
    const span = this.#fields.get(key);
    return span?.kind === 'number' ? Number(this.#text.slice(span.start, span.end)) : undefined;
  }

  object(key: string): JsonObject | undefined {
    const span = this.#fields.get(key);
    if (span?.kind !== 'object') return undefined;
    if (span.fields) return new JsonObject(this.#text, span.fields);
    const reading = readJson(this.#text.slice(span.start, span.end));
    return reading.kind === 'object' ? reading.object : undefined;
  }

  compact(key: string): string | undefined {
    const source = this.source(key);
    return source === undefined ? undefined : compactJson(source);
  }

  /** The object as compact JSON, without the named keys. */
  compactWithout(...left: string[]): string {
    const kept = [...this.#fields.keys()].filter((key) => !left.includes(key));
    return `{${kept.map((key) => `${JSON.stringify(key)}:${this.compact(key)}`).join(',')}}`;
  }
}

/** Valid JSON text (bare words allowed) without white space between its tokens. */
export function compactJson(source: string): string {
  if (!/[\s]|NaN|Infinity/.test(source)) return source;
  return source.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|\s+|NaN|-?Infinity/g, (token) => {
    if (token.startsWith('"')) return token;
    return /\s/.test(token) ? '' : `"${token}"`;
  });
}

function textOf(source: string): string {
  return source.includes('\\') ? (JSON.parse(source) as string) : source.slice(1, -1);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** What a valid value is, by its first character. */
function kindOf(code: number): JsonKind {
  switch (code) {
    case 0x22:
      return 'string';
    case 0x7b:
      return 'object';
    case 0x5b:
      return 'array';
    case 0x74:
      return 'true';
    case 0x66:
      return 'false';
    case 0x6e:
      return 'null';
    default:
      return 'number';
  }
}

/** Walks over a text once. Every method takes a position and gives the one after what it read. */
class Scanner {
  readonly #text: string;
  reason = '';

  constructor(text: string) {
    this.#text = text;
  }

  space(from: number): number {
    let at = from;
    for (;;) {
      const code = this.#text.charCodeAt(at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
      at += 1;
    }
  }

  /** The value at `start`, judged by its first character; undefined, with `reason`, when there is none. */
  value(start: number, depth: number, fields?: Map<string, Span>): Span | undefined {
    const end = this.#skip(start, depth, fields);
    return end < 0 ? undefined : { kind: kindOf(this.#text.charCodeAt(start)), start, end };
  }

  /** Where the value at `start` ends; -1 when there is none. No objects are made: arrays of pixels pass here. */
  #skip(start: number, depth: number, fields?: Map<string, Span>): number {
    const code = this.#text.charCodeAt(start);
    if (isDigit(code)) return this.#number(start);
    switch (code) {
      case 0x22:
        return this.#string(start);
      case 0x7b:
        return this.#object(start, depth, fields);
      case 0x5b:
        return this.#array(start, depth);
      case 0x74:
        return this.#word('true', start);
      case 0x66:
        return this.#word('false', start);
      case 0x6e:
        return this.#word('null', start);
      case 0x4e:
        return this.#word('NaN', start);
      case 0x49:
        return this.#word('Infinity', start);
      default:
        return this.#text.startsWith('-Infinity', start) ? start + 9 : this.#number(start);
    }
  }

  #word(word: string, start: number): number {
    return this.#text.startsWith(word, start) ? start + word.length : this.#fail('no value', start);
  }

  #object(start: number, depth: number, fields?: Map<string, Span>): number {
    if (depth >= deepest) return this.#fail('nested too deeply', start);
    let at = this.space(start + 1);
    if (this.#text.charCodeAt(at) === 0x7d) return at + 1;
    for (;;) {
      if (this.#text.charCodeAt(at) !== 0x22) return this.#fail('no key', at);
      const keyEnd = this.#string(at);
      if (keyEnd < 0) return keyEnd;
      const colon = this.space(keyEnd);
      if (this.#text.charCodeAt(colon) !== 0x3a) return this.#fail('no colon', colon);
      const from = this.space(colon + 1);
      const kind = kindOf(this.#text.charCodeAt(from));
      const inner = fields && depth === 0 && kind === 'object' ? new Map<string, Span>() : undefined;
      const end = this.#skip(from, depth + 1, inner);
      if (end < 0) return end;
      fields?.set(textOf(this.#text.slice(at, keyEnd)), { kind, start: from, end, ...(inner && { fields: inner }) });
      at = this.space(end);
      const code = this.#text.charCodeAt(at);
      if (code === 0x7d) return at + 1;
      if (code !== 0x2c) return this.#fail('no comma or closing brace', at);
      at = this.space(at + 1);
    }
  }

  #array(start: number, depth: number): number {
    if (depth >= deepest) return this.#fail('nested too deeply', start);
    let at = this.space(start + 1);
    if (this.#text.charCodeAt(at) === 0x5d) return at + 1;
    for (;;) {
      const end = this.#skip(this.#smallIntegers(at), depth + 1);
      if (end < 0) return end;
      at = this.space(end);
      const code = this.#text.charCodeAt(at);
      if (code === 0x5d) return at + 1;
      if (code !== 0x2c) return this.#fail('no comma or closing bracket', at);
      at = this.space(at + 1);
    }
  }

  /** Past as many "12, " as stand here: a short way through arrays of pixels. What follows is judged as always. */
  #smallIntegers(from: number): number {
    const text = this.#text;
    for (let start = from, at = from; ; at += 1) {
      const code = text.charCodeAt(at);
      if (code >= 0x30 && code <= 0x39) continue;
      const digits = at - start;
      if (code !== 0x2c || digits === 0 || (digits > 1 && text.charCodeAt(start) === 0x30)) return start;
      if (text.charCodeAt(at + 1) === 0x20) at += 1;
      start = at + 1;
    }
  }

  #string(start: number): number {
    const text = this.#text;
    for (let at = start + 1; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 0x22) return at + 1;
      if (code < 0x20) return this.#fail('a control character in a string', at);
      if (code === 0x5c) {
        at += 1;
        const mark = text[at];
        if (mark === 'u') {
          if (!/^[0-9a-fA-F]{4}$/.test(text.slice(at + 1, at + 5))) return this.#fail('a broken \\u', at);
          at += 4;
        } else if (mark === undefined || !'"\\/bfnrt'.includes(mark)) return this.#fail('a broken escape', at);
      }
    }
    return this.#fail('a string without end', start);
  }

  #number(start: number): number {
    const text = this.#text;
    let at = text.charCodeAt(start) === 0x2d ? start + 1 : start;
    const first = at;
    at = this.#digits(at);
    if (at === first) return this.#fail('no value', start);
    if (text.charCodeAt(first) === 0x30 && at > first + 1) return this.#fail('a number with a leading zero', start);
    if (text.charCodeAt(at) === 0x2e) {
      const end = this.#digits(at + 1);
      if (end === at + 1) return this.#fail('a number that ends in its point', start);
      at = end;
    }
    const exponent = text.charCodeAt(at);
    if (exponent === 0x65 || exponent === 0x45) {
      const sign = text.charCodeAt(at + 1);
      const digits = sign === 0x2b || sign === 0x2d ? at + 2 : at + 1;
      const end = this.#digits(digits);
      if (end === digits) return this.#fail('a number without its exponent', start);
      at = end;
    }
    return at;
  }

  #digits(from: number): number {
    let at = from;
    for (;;) {
      const code = this.#text.charCodeAt(at);
      if (!isDigit(code)) return at;
      at += 1;
    }
  }

  #fail(reason: string, at: number): -1 {
    this.reason = `${reason} at character ${at}`;
    return -1;
  }
}
