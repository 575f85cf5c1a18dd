/**
 * @jest-environment node
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { HistoryEngine } from '../../src/widgets/sql/history-engine.ts';
import { bindNames } from '../../src/widgets/sql/parameters.ts';
import { ResearchHistory } from '../support/research-history.ts';
import { askWhole, historyEngine, reopenEngine } from './sql-engine-in-node.ts';

describe('names in a question', () => {
  it.each([
    ['SELECT \'{{a}}\', "{{b}}" -- {{c}} :run', [], []],
    ['SELECT {{ k }} + {{k}} /* {{z}} */', ['k'], []],
    ['SELECT episode_index::step, list[1:step], {a:run} FROM t', [], []],
    ['SELECT :run, a = :episode AND b IN :selected_runs', [], ['run', 'episode', 'selected_runs']],
    ['SELECT $1, {{}}, { {a} }, :nothing', [], []],
  ])('%s', (sql, params, cursor) => {
    const bound = bindNames(sql);
    expect([bound.params, bound.cursor]).toEqual([params, cursor]);
  });

  it('leads a place in what the engine reads back to the question', () => {
    const sql = 'SELECT {{k}}, wrong FROM t WHERE a = :run AND b';
    const bound = bindNames(sql);
    for (const word of ['SELECT', 'wrong', 'AND']) expect(bound.origin(bound.sql.indexOf(word))).toBe(sql.indexOf(word));
  });
});

describe('values of a question', () => {
  let page: HistoryEngine;
  beforeAll(async () => {
    page = historyEngine(await reopenEngine(), new ResearchHistory());
  });

  const hostile = [
    "'; DROP TABLE runs; --",
    "') OR 1=1 --",
    '{{b}}',
    '\0',
    '"',
    '\\',
    "$$'$$",
    'é🦆\n',
    "getvariable('param__b')",
    '',
  ];

  it.each(hostile)('come back as they are, and are nothing but a value: %j', async (value) => {
    const { rows } = await askWhole(page, {
      sql: 'SELECT {{a}} AS a, length({{a}}) AS n, (SELECT count(*) FROM runs WHERE name = {{a}}) AS named, {{b}} AS b',
      params: { a: value, b: 'other' },
    });
    expect(rows).toEqual([{ a: value, n: BigInt([...value].length), named: 0n, b: 'other' }]);
    expect((await askWhole(page, 'SELECT count(*) AS n FROM runs')).rows).toEqual([{ n: 6n }]);
  });

  it('keep their types: whole numbers, fractions, truth, nothing, lists', async () => {
    const { rows } = await askWhole(page, {
      sql: 'SELECT typeof({{i}}) AS i, typeof({{f}}) AS f, {{t}} AS t, {{z}} IS NULL AS z, len({{l}}) AS l, typeof({{m}}) AS m',
      params: { i: 7, f: 7.5, t: true, z: null, l: ['a', "b'"], m: [1, 2] },
    });
    expect(rows).toEqual([{ i: 'BIGINT', f: 'DOUBLE', t: true, z: true, l: 2n, m: 'BIGINT[]' }]);
  });

  it('are NULL for a cursor that points at nothing, and what it points at otherwise', async () => {
    const sql = 'SELECT count(*) AS n FROM episodes WHERE run_id = :run OR run_id IN :selected_runs';
    expect((await askWhole(page, sql)).rows).toEqual([{ n: 0n }]);
    expect((await askWhole(page, { sql, cursor: { run: 'r1', selected_runs: ['r2', "r3'"] } })).rows).toEqual([{ n: 80n }]);
  });

  it('a list of runs is looked in with and without parentheses', async () => {
    for (const places of ['IN :selected_runs', 'IN (:selected_runs)', 'in( :selected_runs )']) {
      const sql = `SELECT count(*) AS n FROM runs WHERE run_id ${places} AND name IS NOT NULL`;
      expect((await askWhole(page, { sql, cursor: { selected_runs: ['r1', 'r2'] } })).rows).toEqual([{ n: 2n }]);
    }
  });

  it('are asked for by name when there is none', async () => {
    await expect(askWhole(page, 'SELECT {{least}}')).rejects.toMatchObject({
      code: 'sql-parameter',
      sentence: expect.stringContaining('define least in Python'),
    });
  });
});

describe('results with a name', () => {
  let page: HistoryEngine;
  const named = {
    worst: { sql: 'SELECT run_id, total_reward FROM episodes ORDER BY total_reward, run_id LIMIT {{k}}', params: { k: 3 } },
    of_them: { sql: 'SELECT count(*) AS n, {{k}} AS k FROM worst', params: { k: "'" } },
    loop: { sql: 'SELECT * FROM knot' },
    knot: { sql: 'SELECT * FROM loop' },
    evil: { sql: 'DELETE FROM runs' },
  };
  beforeAll(async () => {
    page = historyEngine(await reopenEngine(), new ResearchHistory());
  });

  it('are tables of other questions, each with its own values, and of the same rows', async () => {
    const { rows, summary } = await askWhole(page, { sql: 'SELECT n, k, {{k}} AS mine FROM of_them', params: { k: 5 }, named });
    expect(rows).toEqual([{ n: 3n, k: "'", mine: 5n }]);
    expect(summary.reach.map(({ kind }) => kind)).toContain('episodes');
  });

  it('cannot be made of themselves, and cannot write', async () => {
    await expect(askWhole(page, { sql: 'SELECT * FROM loop', named })).rejects.toMatchObject({
      sentence: expect.stringContaining('loop uses knot uses loop'),
    });
    await expect(askWhole(page, { sql: 'SELECT * FROM evil', named })).rejects.toMatchObject({ code: 'sql-refused' });
  });
});
