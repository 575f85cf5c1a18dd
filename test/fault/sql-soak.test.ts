/**
 * Questions without end: researchers' questions whole, cut up and mixed, values that want to be SQL, cancellations, a history that
 * grows. The engine answers or says why not, keeps its history as it was, and its memory stays flat.
 *
 * DUALLANE_KILLS sets how many: five questions for each (`npm run test:long`: 1,000).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { DuallaneError } from '../../src/protocol/index.ts';
import { ResearchHistory } from '../support/research-history.ts';
import { askWhole, historyEngine, openEngine } from '../unit/sql-engine-in-node.ts';

const questions = Number(process.env.DUALLANE_KILLS ?? 12) * 5;
const seed = Number(process.env.DUALLANE_SEED ?? 7);

/** Numbers from 0 to 1, the same for the same seed. */
function chances(from: number): () => number {
  let state = from;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const texts = readFileSync(join(__dirname, '../support/research-questions.sql'), 'utf8')
  .split(/^-- .*$/m)
  .map((text) => text.trim().replace(/;$/, ''))
  .filter((text) => text !== '');
const hostile = ["'; DROP TABLE runs; --", '{{k}}', '\0', '"', "$$'$$", '/*', 'getvariable', '💥', '1e999', 'NULL'];
const words = [
  'SELECT',
  'DELETE FROM runs',
  '(',
  ')',
  ';',
  '*',
  'steps',
  '::BLOB',
  "'",
  '"',
  '{{k}}',
  ':run',
  '--',
  '0',
  'NULL',
  'COPY',
  '/*',
  "'/etc/passwd'",
];

it(`answers ${questions} questions, good and bad, in memory that does not grow`, async () => {
  const chance = chances(seed);
  const one = <T>(of: readonly T[]): T => of[Math.floor(chance() * of.length)] as T;
  const history = new ResearchHistory();
  const bindings = await openEngine();
  const engine = historyEngine(bindings, history);
  const outcomes: Record<string, number> = {};
  const memory: number[] = [];
  for (let asked = 0; asked < questions; asked += 1) {
    const pieces = one(texts).split(/(\s+)/);
    const changes = asked % 2 ? Math.floor(chance() * 3) : 0;
    for (let change = 0; change < changes; change += 1)
      pieces.splice(Math.floor(chance() * pieces.length), Math.floor(chance() * 3), one(words));
    const stop = new AbortController();
    const answer = askWhole(
      engine,
      {
        sql: pieces.join(''),
        params: { k: one([1, 5, ...hostile]), run: one(hostile), least: chance() },
        cursor: { run: one(hostile) },
      },
      stop.signal,
    );
    if (asked % 17 === 3) setImmediate(() => stop.abort());
    const outcome = await answer.then(
      () => 'answered',
      (error: unknown) => (error instanceof DuallaneError ? error.code : Promise.reject(error)),
    );
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    expect(['answered', 'sql-refused', 'sql-failed', 'sql-cancelled']).toContain(outcome);
    memory.push(bindings.memoryBytes());
  }
  const { rows } = await askWhole(
    engine,
    'SELECT (SELECT count(*) FROM runs) AS runs, (SELECT count(*) FROM episodes) AS episodes',
  );
  expect(rows).toEqual([{ runs: 6n, episodes: 240n }]);
  expect(outcomes.answered).toBeGreaterThan(questions / 3);
  expect(outcomes['sql-failed']).toBeGreaterThan(0);
  // WebAssembly's memory never shrinks: what is taken after a third of the questions is all that the rest may need.
  const third = memory[Math.floor(memory.length / 3)] ?? 0;
  expect(memory.at(-1)).toBeLessThan(third * 1.25 + 16_000_000);
  console.log(
    `${JSON.stringify(outcomes)}; engine ${Math.round(third / 1e6)} MB after a third, ${Math.round((memory.at(-1) ?? 0) / 1e6)} MB at the end`,
  );
}, 900_000);
