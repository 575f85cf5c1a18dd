/** The list of log events is true: what the source logs is in it, and what is in it is logged. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { logEvents } from '../../src/protocol/index.ts';

const rooms = ['src/pipeline', 'src/kernel-bridge'];
const kebab = /'([a-z]+(?:-[a-z]+)+)'/g;

/** Ids made of a state at run time. */
const composed: Readonly<Record<string, readonly string[]>> = {
  '`daemon-${state.state}`': ['daemon-connecting', 'daemon-connected', 'daemon-incompatible'],
};

function filesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(directory, name));
}

/** The ids between a call's level and its fields. */
function eventsIn(source: string): string[] {
  return [...source.matchAll(/\blog\(([^;]*?)(?:,\s*\{|\);)/gs)].flatMap(([, args = '']) => {
    if (!/'(debug|info|warn|error)'|\blevel\b/.test(args)) return [];
    const made = Object.entries(composed).flatMap(([text, ids]) => (args.includes(text) ? ids : []));
    return [...[...args.matchAll(kebab)].map(([, id = '']) => id), ...made];
  });
}

const used = new Set(rooms.flatMap(filesOf).flatMap((file) => eventsIn(readFileSync(file, 'utf8'))));

it('finds ids wherever a call puts them', () => {
  expect(
    eventsIn(
      "log('info', isOn ? 'a-on' : 'a-off', { x: 1 }); this.#log(bad ? 'error' : 'warn', 'b-c', {});\nlog(level, 'd-e', {\n})",
    ),
  ).toEqual(['a-on', 'a-off', 'b-c', 'd-e']);
});

it('every event the source logs is listed with what an operator should do', () => {
  expect([...used].filter((id) => !(id in logEvents)).sort()).toEqual([]);
});

it('every listed event is logged somewhere, and means something', () => {
  expect(Object.keys(logEvents).filter((id) => !used.has(id))).toEqual([]);
  for (const { means } of Object.values(logEvents)) expect(means).toMatch(/\.$/);
});
