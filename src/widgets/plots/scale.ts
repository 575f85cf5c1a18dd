/** Axis arithmetic: domains that do not jump at every new point, and ticks people can read. */
import { count } from '../styles/words.ts';

const steps = [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The smallest round number that is not below `value` (> 0). */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = value / power;
  return (steps.find((step) => step >= lead - 1e-9) ?? 10) * power;
}

/** At most about `wanted` multiples of 1, 2 or 5 times a power of ten within [low, high]. */
export function ticks(low: number, high: number, wanted: number): number[] {
  const span = high - low;
  if (!(span > 0) || wanted < 1) return [low];
  const step = tickStep(span, wanted);
  const found: number[] = [];
  // Adding 0 makes 0 of -0.
  for (let i = Math.ceil(low / step - 1e-9) + 0; i * step <= high + step * 1e-9 && found.length < 50; i++) found.push(i * step);
  return found;
}

function tickStep(span: number, wanted: number): number {
  const raw = span / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((lead) => lead * power).find((candidate) => candidate >= raw * 0.999) ?? 10 * power;
}

/** A domain around [low, high] that ends on one of about `wanted` ticks and is never empty. */
export function roundDomain(low: number, high: number, wanted = 5): [number, number] {
  if (low === high) return [low - (Math.abs(low) * 0.1 || 1), high + (Math.abs(high) * 0.1 || 1)];
  let step = tickStep(high - low, wanted);
  for (;;) {
    const domain: [number, number] = [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
    // The rounded domain is wider: with the ticks it gets, its ends could be none of them.
    const wider = tickStep(domain[1] - domain[0], wanted);
    if (wider <= step) return domain;
    step = wider;
  }
}

export function tickText(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6) return `${trim(value / 1e6)}M`;
  if (size >= 1e4) return `${trim(value / 1e3)}k`;
  if (size >= 1e3) return count(value);
  return size < 1e-3 ? value.toExponential(1) : trim(value);
}

function trim(value: number): string {
  return String(Number(value.toPrecision(4)));
}
