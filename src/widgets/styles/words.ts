/** Numbers, times and spans as people read them here. */

const thin = '\u202f';
const integer = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** 58204 -> "58 204" (narrow spaces). */
export function count(value: number): string {
  return integer.format(value).replaceAll(',', thin);
}

/** A measured value in at most `digits` decimals; "–" when there is none. */
export function decimal(value: number | undefined, digits = 1): string {
  return value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits);
}

/** A value that was logged, to one place; NaN and Infinity by their names: a training that broke shows it. */
export function logged(value: number | undefined): string {
  return value === undefined || Number.isFinite(value) ? decimal(value) : String(value);
}

/** 761000 -> "00:12:41". */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** 300 -> "0.3 s ago", 172800000 -> "2 days ago". */
export function ago(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1000).toFixed(1)} s ago`;
  const units: [number, string][] = [
    [86_400_000, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
    [1000, 'second'],
  ];
  for (const [unit, word] of units) {
    const whole = Math.floor(ms / unit);
    if (whole >= 1) return `${whole} ${word}${whole === 1 ? '' : 's'} ago`;
  }
  return 'now';
}

/** Local time of day with ms. */
export function timeOfDay(ms: number | undefined): string {
  if (ms === undefined) return '';
  const at = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** A number in a table cell: no noise digits, no exponent where none is needed. */
export function cellNumber(value: number | undefined): string {
  if (value === undefined) return '';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return count(value);
  const size = Math.abs(value);
  return size >= 1e6 || (size < 1e-3 && size > 0) ? value.toExponential(3) : value.toFixed(size < 10 ? 3 : 2);
}
