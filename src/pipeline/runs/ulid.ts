/** ULIDs, upper case: 48 bits of milliseconds and 80 random bits in Crockford's base 32. Format: github.com/ulid/spec. */
import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const pattern = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;

export function ulid(nowMs: number): string {
  let value = (BigInt(nowMs) << 80n) | BigInt(`0x${randomBytes(10).toString('hex')}`);
  let text = '';
  for (let index = 0; index < 26; index += 1) {
    text = alphabet.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return text;
}

export function isUlid(text: unknown): text is string {
  return typeof text === 'string' && pattern.test(text);
}
