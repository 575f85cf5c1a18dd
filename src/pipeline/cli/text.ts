/** How figures look to people: columns, sizes, times. Pure. */

/** Columns as wide as their widest cell; numbers to the right. Text of a worker is shown without control characters. */
export function table(head: readonly string[], rows: readonly (readonly (string | number | bigint)[])[]): string {
  const texts = [head, ...rows.map((row) => row.map((cell) => (typeof cell === 'string' ? plain(cell) : counted(cell))))];
  const widths = head.map((_, column) => Math.max(...texts.map((row) => (row[column] ?? '').length)));
  const isNumber = head.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] !== 'string'));
  return texts
    .map((row) =>
      row
        .map((cell, column) => (isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
    .concat('\n');
}

/** 1234567 is "1 234 567". */
export function counted(value: number | bigint): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');
}

/** 3 s, 4 min, 5 h, 6 d. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

export function bytes(count: number): string {
  for (const [unit, size] of [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const)
    if (count >= size) return `${(count / size).toFixed(1)} ${unit}`;
  return `${count} B`;
}

/** One line, whatever a worker put into it: control characters would move the terminal's cursor. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ');
}

/** The wire's message as JSON: 64-bit counts as numbers, times as ISO 8601, bytes as base64. */
export function json(value: unknown): string {
  return `${JSON.stringify(plainValue(value), null, 2)}\n`;
}

function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== 'object' || value === null) return value;
  if (isTimestamp(value)) return new Date(msOf(value)).toISOString();
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [snake(key), plainValue(field)]));
}

function isTimestamp(value: object): value is { seconds: bigint; nanos: number } {
  return 'seconds' in value && 'nanos' in value && typeof value.seconds === 'bigint';
}

/** ms since the epoch. */
export function msOf({ seconds, nanos }: { seconds: bigint; nanos: number }): number {
  return Number(seconds) * 1000 + nanos / 1e6;
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
