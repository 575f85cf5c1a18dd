/** The table `config`: what runs were configured with, one row for each value, nested keys joined by dots. */
export interface ConfigValue {
  key: string;
  /** Text as it is; anything else as its JSON, numbers with the digits they were written with. */
  value: string;
}

const deepest = 20;

/** Of a text that is no JSON object nothing. */
export function configValues(json: string): ConfigValue[] {
  const values: ConfigValue[] = [];
  let read: unknown;
  try {
    read = JSON.parse(json, numbersAsWritten as (key: string, value: unknown) => unknown);
  } catch {
    return values; // A config that nobody can read has no values; the run's config_json still shows it.
  }
  if (isObject(read)) collect(read, '', 0, values);
  return values;
}

class Written {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function numbersAsWritten(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? new Written(context?.source ?? String(value)) : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Written);
}

function collect(object: Record<string, unknown>, prefix: string, depth: number, into: ConfigValue[]): void {
  for (const [name, value] of Object.entries(object)) {
    const key = prefix + name;
    if (isObject(value) && depth < deepest && Object.keys(value).length > 0) collect(value, `${key}.`, depth + 1, into);
    else into.push({ key, value: textOf(value) });
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Written) return value.text;
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  return jsonOf(value);
}

function jsonOf(value: unknown): string {
  if (value instanceof Written) return value.text;
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([key, inner]) => `${JSON.stringify(key)}:${jsonOf(inner)}`)
      .join(',')}}`;
  return JSON.stringify(value);
}
