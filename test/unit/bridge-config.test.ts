import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/kernel-bridge/config.ts';
import { checkPartName } from '../../src/kernel-bridge/history/part-names.ts';
import { parseRange } from '../../src/kernel-bridge/history/part-response.ts';
import { parseTail } from '../../src/kernel-bridge/history/tail-response.ts';

const secret = 'ab'.repeat(32);
const good = { socket: '/run/b.sock', secret, home: '/home/x', daemonCommand: ['duallane', 'daemon', '--ensure'] };

describe('the bridge’s first line', () => {
  it('is taken when it is whole', () => {
    for (const whole of [good, { ...good, pingMs: 5000 }]) expect(parseConfig(JSON.stringify(whole))).toEqual(whole);
  });

  it.each([
    ['is not JSON', `{"secret": "${secret}"`],
    ['is null', 'null'],
    ['has a short secret', JSON.stringify({ ...good, secret: 'abc' })],
    ['has a socket path that no socket can have', JSON.stringify({ ...good, socket: `/${'x'.repeat(120)}` })],
    ['has no home', JSON.stringify({ ...good, home: '' })],
    ['pings too often', JSON.stringify({ ...good, pingMs: 1 })],
    ['has an empty command', JSON.stringify({ ...good, daemonCommand: [] })],
    ['has a command that is no list of strings', JSON.stringify({ ...good, daemonCommand: ['x', 1] })],
  ])('is refused when it %s, without quoting the secret', (_, line) => {
    expect(() => parseConfig(line)).toThrow(expect.objectContaining({ code: 'bridge-config' }));
    try {
      parseConfig(line);
    } catch (error) {
      expect(String(error)).not.toContain(secret);
    }
  });
});

describe('a range of a part', () => {
  it.each([
    ['bytes=0-9', { first: 0, last: 9 }],
    ['bytes=90-', { first: 90, last: 99 }],
    ['bytes=-10', { first: 90, last: 99 }],
    ['bytes=-1000', { first: 0, last: 99 }],
    ['bytes=50-1000', { first: 50, last: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=9-0', undefined],
    ['bytes=0-1,5-6', undefined],
    ['bytes=-', undefined],
    ['rows=1-2', undefined],
    [undefined, undefined],
  ])('%s of 100 bytes', (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });
});

describe('what HTTP is asked for', () => {
  it.each(['..', '../x', 'a/b', '.hidden', '', 'a\0b', '%2e%2e'])('refuses the part name %j', (name) => {
    expect(() => checkPartName(name)).toThrow(expect.objectContaining({ code: 'part-name' }));
  });

  it.each([
    ['', 'steps', 'upto=1'],
    ['run', 'secrets', 'upto=1'],
    ['run', 'steps', ''],
    ['run', 'steps', 'after=-1&upto=1'],
    ['run', 'steps', 'after=x&upto=1'],
    ['run', 'steps', 'after=0&upto=9999999999999999'],
  ])('refuses the tail %s/%s?%s', (run, kind, query) => {
    expect(() => parseTail(run, kind, new URLSearchParams(query))).toThrow(expect.objectContaining({ code: 'tail-request' }));
  });
});
