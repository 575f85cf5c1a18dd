/**
 * JSON as Python's `json.dumps(value, separators=(",", ":"), ensure_ascii=False)` writes it after `json.loads`.
 *
 * Guarantees: keys keep the order they came in (of equal keys the last value, at the first place); integers keep all digits;
 * floats are printed as Python's repr prints them. JSON.parse loses all three.
 */
export type Json =
  | { kind: 'object'; fields: Map<string, Json> }
  | { kind: 'array'; items: Json[] }
  | { kind: 'string'; value: string }
  /** `text` is canonical already: a number as Python writes it, or true, false, null. */
  | { kind: 'word'; text: string };

const token =
  /[\s]*(?:([{}[\]:,])|("[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\d.eE])|(-?Infinity|NaN|true|false|null))/y;
const deepest = 200;

/** Throws SyntaxError with a sentence. */
export function parseJson(text: string): Json {
  const reader = new Tokens(text);
  const value = readValue(reader, reader.next(), 0);
  reader.end();
  return value;
}

export function printJson(value: Json): string {
  switch (value.kind) {
    case 'object':
      return `{${[...value.fields].map(([key, field]) => `${JSON.stringify(key)}:${printJson(field)}`).join(',')}}`;
    case 'array':
      return `[${value.items.map(printJson).join(',')}]`;
    case 'string':
      return JSON.stringify(value.value);
    case 'word':
      return value.text;
    default:
      return value satisfies never;
  }
}

/** The value for schema checks and for use; numbers become doubles. */
export function plainOf(value: Json): unknown {
  switch (value.kind) {
    case 'object':
      return Object.fromEntries([...value.fields].map(([key, field]) => [key, plainOf(field)]));
    case 'array':
      return value.items.map(plainOf);
    case 'string':
      return value.value;
    case 'word':
      return value.text === 'true' ? true : value.text === 'false' ? false : value.text === 'null' ? null : Number(value.text);
    default:
      return value satisfies never;
  }
}

/** A float as Python's repr writes it: shortest digits, exponent below 1e-4 and from 1e16 on. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '0', power = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const rest = digits.slice(1);
    const shown = Math.abs(exponent).toString().padStart(2, '0');
    return `${sign}${digits.charAt(0)}${rest === '' ? '' : `.${rest}`}e${exponent < 0 ? '-' : '+'}${shown}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

function numberText(text: string): string {
  if (/[.eE]/.test(text)) return floatRepr(Number(text));
  return text === '-0' ? '0' : text;
}

function readValue(tokens: Tokens, first: string, depth: number): Json {
  if (depth > deepest) throw new SyntaxError('it is nested too deeply');
  if (first === '{') return readObject(tokens, depth);
  if (first === '[') return readArray(tokens, depth);
  if (first.startsWith('"')) return { kind: 'string', value: JSON.parse(first) as string };
  if (/^[-\d]/.test(first) && first !== '-Infinity') return { kind: 'word', text: numberText(first) };
  if (/^[{}[\]:,]$/.test(first)) throw new SyntaxError(`"${first}" stands where a value should be`);
  return { kind: 'word', text: first };
}

function readObject(tokens: Tokens, depth: number): Json {
  const fields = new Map<string, Json>();
  let at = tokens.next();
  while (at !== '}') {
    if (!at.startsWith('"')) throw new SyntaxError(`${at} stands where a key should be`);
    const key = JSON.parse(at) as string;
    tokens.expect(':');
    fields.set(key, readValue(tokens, tokens.next(), depth + 1));
    at = tokens.next();
    if (at === ',') {
      at = tokens.next();
      if (at === '}') throw new SyntaxError('a comma stands before "}"');
    } else if (at !== '}') throw new SyntaxError(`${at} stands where "," or "}" should be`);
  }
  return { kind: 'object', fields };
}

function readArray(tokens: Tokens, depth: number): Json {
  const items: Json[] = [];
  let at = tokens.next();
  while (at !== ']') {
    items.push(readValue(tokens, at, depth + 1));
    at = tokens.next();
    if (at === ',') {
      at = tokens.next();
      if (at === ']') throw new SyntaxError('a comma stands before "]"');
    } else if (at !== ']') throw new SyntaxError(`${at} stands where "," or "]" should be`);
  }
  return { kind: 'array', items };
}

class Tokens {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): string {
    token.lastIndex = this.#at;
    const match = token.exec(this.#text);
    if (!match) throw new SyntaxError(`it cannot be read from character ${this.#at} on`);
    this.#at = token.lastIndex;
    return match[1] ?? match[2] ?? match[3] ?? match[4] ?? '';
  }

  expect(wanted: string): void {
    const found = this.next();
    if (found !== wanted) throw new SyntaxError(`${found} stands where "${wanted}" should be`);
  }

  end(): void {
    if (this.#text.slice(this.#at).trim() !== '') throw new SyntaxError(`something follows after character ${this.#at}`);
  }
}
