/**
 * Values of a worker's JSON as cells of a row. What a column cannot hold is passed on as its text, so that the row builder
 * stores what can be stored and reports it.
 */

import type { Cell } from '../../protocol/arrow.ts';
import type { JsonObject } from '../../protocol/index.ts';

/** The first of `keys` that is there and not null. */
function firstOf(object: JsonObject, keys: readonly string[]): string | undefined {
  return keys.find((key) => (object.kind(key) ?? 'null') !== 'null');
}

/** An integer: digits exactly, fractions cut off, numeric strings and booleans as Python's int() takes them. */
export function integerCell(object: JsonObject, ...keys: string[]): Cell {
  const key = firstOf(object, keys);
  if (key === undefined) return undefined;
  const source = (object.string(key) ?? object.source(key) ?? '').trim();
  if (/^[+-]?\d{1,40}$/.test(source)) return BigInt(source.replace(/^\+/, ''));
  if (source === 'true' || source === 'false') return source === 'true' ? 1 : 0;
  const value = object.kind(key) === 'number' ? Math.trunc(Number(source)) : Number.NaN;
  return Number.isFinite(value) ? BigInt(value) : shortened(source);
}

/** A double. Strings as Python's float() takes them: "nan", "inf", "-Infinity", "1e3". */
export function floatCell(object: JsonObject, ...keys: string[]): Cell {
  const key = firstOf(object, keys);
  if (key === undefined) return 0;
  const number = object.number(key);
  if (number !== undefined) return number;
  const source = (object.string(key) ?? object.source(key) ?? '').trim();
  if (source === 'true' || source === 'false') return source === 'true' ? 1 : 0;
  const word = /^([+-]?)(nan|inf|infinity)$/i.exec(source);
  if (word) return word[2]?.toLowerCase() === 'nan' ? Number.NaN : word[1] === '-' ? -Infinity : Infinity;
  return source !== '' && Number.isFinite(Number(source)) ? Number(source) : shortened(source);
}

/** A truth value: "false", "0", "no" and "" are false, unlike in Python. */
export function booleanCell(object: JsonObject, key: string): Cell {
  const number = object.number(key);
  if (number !== undefined) return number !== 0;
  const source = (object.string(key) ?? object.source(key) ?? '').trim().toLowerCase();
  if (source === 'true' || source === '1' || source === 'yes') return true;
  if (['false', '0', 'no', '', 'null'].includes(source)) return false;
  return shortened(source);
}

/** Text as it is, any other value as compact JSON; null when there is none. */
export function textCell(object: JsonObject, ...keys: string[]): string | null {
  const key = firstOf(object, keys);
  return key === undefined ? null : (object.string(key) ?? object.compact(key) ?? null);
}

/** Nanoseconds since the epoch as microseconds; undefined when the field is absent, null when it is no such number. */
export function clockCell(object: JsonObject, key: string): bigint | null | undefined {
  const cell = integerCell(object, key);
  if (cell === undefined) return undefined;
  if (typeof cell !== 'bigint' || cell < 0n || BigInt.asIntN(64, cell) !== cell) return null;
  return cell / 1000n;
}

function shortened(source: string): string {
  return source.slice(0, 80);
}
