import { describe, expect, it } from '@jest/globals';
import { readQuestion } from '../../src/widgets/sql/question.ts';

const extraOf = (sql: string) => {
  const { extra } = readQuestion(sql);
  return extra === 'all' ? 'all' : [...extra];
};
const rare = ['seq_id', 'worker_id', 'env_slot', 'truncated', 'policy_label', 'backend', 'payload_version', 'episode_seed'];
const refusalOf = (sql: string) => {
  try {
    readQuestion(sql);
  } catch (error) {
    return (error as { sentence: string }).sentence;
  }
  return undefined;
};

describe('a question is one statement that reads', () => {
  it.each([
    'SELECT 1;',
    '  -- why\n SELECT 1 ; ',
    '(SELECT 1) UNION (SELECT 2)',
    'FROM steps',
    'WITH a(x) AS (SELECT 1), b AS MATERIALIZED (SELECT 2) SELECT * FROM a, b',
    'WITH RECURSIVE t(n) USING KEY (n) AS (SELECT 1) FROM t',
    'SELECT \';\' AS a, "drop" FROM runs',
    'SELECT $$;$$',
    'DESCRIBE steps',
    'EXPLAIN ANALYZE SELECT 1',
    'VALUES (1)',
    "SELECT replace(name, 'a', 'b') FROM runs",
    'SUMMARIZE episodes',
    'EXPLAIN (FORMAT json) SELECT 1',
    'PIVOT steps ON agent_id USING count(*)',
  ])('lets %j through', (sql) => expect(refusalOf(sql)).toBeUndefined());

  it.each([
    ['DROP TABLE steps', /DROP/],
    ["ATTACH 'x.db'", /cannot be attached/],
    ["COPY steps TO 'a.csv'", /written/],
    ['INSTALL json', /outside/],
    ['load json', /LOAD/],
    ['PRAGMA version', /fixed/],
    ['SET threads = 4', /fixed/],
    ['CREATE TABLE a AS SELECT 1', /CREATE/],
    ['/* /* a */ */ DELETE FROM runs', /DELETE/],
    ['WITH a AS (SELECT 1) DELETE FROM runs', /DELETE/],
    ['EXPLAIN ANALYZE INSERT INTO runs SELECT 1', /INSERT/],
    ['CALL pragma_version()', /CALL/],
    ['BEGIN', /BEGIN/],
    ['COMMIT', /COMMIT/],
    ['SELECT 1; SELECT 2', /one question at a time/],
    ['', /no question yet/],
    [' -- nothing', /no question yet/],
    ['42', /begins with/],
  ])('refuses %j and says why', (sql, why) => expect(refusalOf(sql)).toMatch(why));
});

describe('columns on demand are wanted when a question can reach them', () => {
  it.each([
    ['SELECT reward FROM steps', []],
    ['SELECT count(*), avg(reward * 2) FROM steps', []],
    ['SELECT observation_json FROM steps', ['observation_json']],
    ['SELECT s."observation" FROM steps s', ['observation']],
    ["SELECT 'observation' FROM steps -- observation", []],
    ['SELECT * FROM steps', 'all'],
    ['SELECT s.* FROM steps s', 'all'],
    ['SELECT reward, * EXCLUDE (observation) FROM steps', 'all'],
    ['FROM steps LIMIT 5', 'all'],
    ['SELECT count(*) FROM (FROM steps)', 'all'],
    ['SELECT 1 UNION FROM steps', 'all'],
    ['WITH a AS (SELECT reward FROM steps) FROM a', 'all'],
    ["SELECT COLUMNS('obs.*') FROM steps", 'all'],
    ['SELECT COLUMNS(*) FROM steps', 'all'],
    ['SELECT DISTINCT ON (agent_id) * FROM steps', 'all'],
    ['SELECT (a + b) * c FROM (SELECT 1 a, 2 b, 3 c)', []],
    ['SELECT extract(year FROM ts) FROM steps', []],
    ['SELECT seq_id, s."Truncated" FROM steps s', ['seq_id', 'truncated']],
    ['SELECT count(DISTINCT s) FROM steps s', rare],
    ['SELECT count(DISTINCT x) FROM (SELECT 1) JOIN steps AS x ON true', rare],
    ['SELECT steps FROM steps WHERE true', rare],
    ['SELECT s.reward FROM steps s JOIN episodes e ON e.steps = s.step_index', []],
    ['SELECT reward FROM steps WHERE reward > 1 GROUP BY ALL ORDER BY 1', []],
  ])('%s', (sql, extra) => expect(extraOf(sql)).toEqual(extra));
});
