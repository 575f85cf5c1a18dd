/**
 * @jest-environment node
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { historyForms } from '../../src/pipeline/history/index.ts';
import type { PieceRange } from '../../src/widgets/link/page-link.ts';
import type { Progress } from '../../src/widgets/sql/engine.ts';
import type { HistoryEngine } from '../../src/widgets/sql/history-engine.ts';
import { askWhole, historyEngine, openEngine, reopenEngine } from './sql-engine-in-node.ts';
import { keepHistoryAs, MemoryHistory, pieceOf } from './sql-history.ts';

async function fresh(history: MemoryHistory): Promise<HistoryEngine> {
  return historyEngine(await reopenEngine(), history);
}

type Golden = { questions: { sql: string; rows: (string | null)[][] }[] };
const golden = JSON.parse(
  readFileSync(new URL('../../proto/fixtures/sql-answers.golden.json', import.meta.url), 'utf8'),
) as Golden;

const grown = () =>
  new MemoryHistory()
    .grow('a', 'steps', 1000)
    .seal('a', 'steps')
    .grow('a', 'steps', 1500)
    .seal('a', 'steps')
    .grow('a', 'steps', 1650);

describe.each(historyForms)('over a history kept as %s', (form) => {
  beforeAll(() => keepHistoryAs(form));

  describe('what is durable is what is counted', () => {
    it('counts sealed parts and the tail once each, and says how far it saw', async () => {
      const asking = await fresh(grown().grow('b', 'steps', 7));
      const { rows, summary } = await askWhole(
        asking,
        'SELECT run_id, count(*) AS n, min(seq_id) AS lo, max(seq_id) AS hi, count(DISTINCT seq_id) AS d FROM steps GROUP BY 1 ORDER BY 1',
      );
      expect(rows).toEqual([
        { run_id: 'a', n: 1650n, lo: 1n, hi: 1650n, d: 1650n },
        { run_id: 'b', n: 7n, lo: 1n, hi: 7n, d: 7n },
      ]);
      expect(summary.reach).toEqual([
        { run: 'a', kind: 'steps', watermark: 1650, rows: 1650 },
        { run: 'b', kind: 'steps', watermark: 7, rows: 7 },
      ]);
      expect(summary.loaded.parts).toBe(2);
    });

    it('fetches a part once, and only the rows that are new since the last question', async () => {
      const history = grown();
      const asking = await fresh(history);
      await askWhole(asking, 'SELECT count(*) FROM steps');
      history.grow('a', 'steps', 1700);
      const { rows } = await askWhole(asking, 'SELECT count(*) AS n FROM steps');
      expect(rows).toEqual([{ n: 1700n }]);
      expect(history.asked.parts).toHaveLength(2);
      expect(history.asked.tails).toEqual(['a steps 1500-1650', 'a steps 1650-1700']);
    });

    it('counts no row twice after the tail was sealed into a part', async () => {
      const history = grown();
      const asking = await fresh(history);
      await askWhole(asking, 'SELECT count(*) FROM steps');
      history.grow('a', 'steps', 1680).seal('a', 'steps').grow('a', 'steps', 1690);
      const { rows, summary } = await askWhole(
        asking,
        'SELECT count(*) AS n, count(DISTINCT seq_id) AS d, max(seq_id) AS hi FROM steps',
      );
      expect(summary.reach).toEqual([{ run: 'a', kind: 'steps', watermark: 1690, rows: 1690 }]);
      expect(rows).toEqual([{ n: 1690n, d: 1690n, hi: 1690n }]);
    });

    it('begins a table anew when its parts were merged into another', async () => {
      const history = grown();
      const asking = await fresh(history);
      await askWhole(asking, 'SELECT count(*) FROM steps');
      history.merge('a', 'steps');
      const { rows } = await askWhole(asking, 'SELECT count(*) AS n, count(DISTINCT seq_id) AS d FROM steps');
      expect(rows).toEqual([{ n: 1650n, d: 1650n }]);
    });

    it('keeps every value exact: 64-bit seeds, NULLs, microseconds, binary and text', async () => {
      const asking = await fresh(grown());
      const { rows } = await askWhole(
        asking,
        `SELECT seq_id, agent_id, reward, episode_seed::VARCHAR AS seed, strftime(ts, '%Y-%m-%d %H:%M:%S.%f') AS at,
      hex(observation) AS obs, observation_json, policy_label FROM steps WHERE seq_id IN (7, 1600) ORDER BY seq_id`,
      );
      expect(rows).toEqual([
        {
          seq_id: 7n,
          agent_id: 'agent_1',
          reward: null,
          seed: '18446744073709551007',
          at: '2026-01-01 00:00:00.007001',
          obs: '0700',
          observation_json: '[7,"é"]',
          policy_label: 'greedy',
        },
        {
          seq_id: 1600n,
          agent_id: 'agent_0',
          reward: 400,
          seed: '18446744073709551000',
          at: '2026-01-01 00:00:01.600001',
          obs: '4000',
          observation_json: '[1600,"é"]',
          policy_label: 'greedy',
        },
      ]);
    });
  });

  describe('the page answers as native DuckDB does over the same rows', () => {
    let asking: HistoryEngine;
    beforeAll(async () => {
      asking = await fresh(
        grown()
          .grow('a', 'episodes', 50)
          .seal('a', 'episodes')
          .grow('a', 'episodes', 60)
          .grow('b', 'steps', 45)
          .grow('b', 'episodes', 5),
      );
    });

    it.each(golden.questions)('$sql', async ({ sql, rows }) => {
      const { table } = await askWhole(asking, `SELECT COLUMNS(*)::VARCHAR FROM (${sql})`);
      expect(table.toArray().map((row) => [...row].map(([, value]) => value))).toEqual(rows);
    });
  });

  describe('a question loads what it needs', () => {
    it('loads the kinds it reads and no other, also when a column has a table’s name', async () => {
      const history = grown().grow('a', 'episodes', 20).seal('a', 'episodes');
      const asking = await fresh(history);
      const { rows } = await askWhole(asking, 'SELECT sum(steps)::BIGINT AS s FROM episodes');
      expect(rows).toEqual([{ s: 200n }]);
      expect(history.asked.parts).toEqual(['a-episodes-1-20.parquet']);
    });

    it('leaves texts out until a question names them, and gives all columns to a star', async () => {
      const history = grown();
      const asking = await fresh(history);
      await askWhole(asking, 'SELECT avg(reward) FROM steps');
      expect(history.asked.parts).toHaveLength(2);
      const { table, rows } = await askWhole(asking, 'SELECT * FROM steps ORDER BY seq_id LIMIT 1');
      expect(table.schema.fields).toHaveLength(21);
      expect(rows[0]?.observation_json).toBe('[1,"é"]');
      expect(history.asked.parts).toHaveLength(4);
    });

    it('loads a rare column when a question names it, and both tables’ columns stand in one', async () => {
      const asking = await fresh(grown());
      expect((await askWhole(asking, 'SELECT count(reward) AS n FROM steps')).rows).toEqual([{ n: 1415n }]);
      const seq = await askWhole(asking, 'SELECT max(seq_id) AS last FROM steps WHERE NOT truncated');
      expect(seq.rows).toEqual([{ last: 1650n }]);
      expect(seq.summary.loaded.rows).toBe(1500);
      const seed = await askWhole(asking, 'SELECT count(DISTINCT episode_seed) AS n FROM steps');
      expect(seed.rows).toEqual([{ n: 100n }]);
      const both = await askWhole(asking, 'SELECT count(DISTINCT s) AS n, min(seq_id) AS first FROM steps s');
      expect(both.rows).toEqual([{ n: 1650n, first: 1n }]);
      expect((await askWhole(asking, 'SELECT sum(seq_id)::BIGINT AS s FROM steps')).summary.loaded.rows).toBe(0);
    });

    it('shows a bound cell its runs only, and fetches nothing of the others', async () => {
      const history = grown().grow('b', 'steps', 40).seal('b', 'steps').grow('b', 'steps', 45);
      const asking = await fresh(history);
      const bound = await askWhole(asking, { sql: 'SELECT count(*) AS n FROM steps', runs: ['b'] });
      expect(bound.rows).toEqual([{ n: 45n }]);
      expect(history.asked.parts).toEqual(['b-steps-1-40.parquet']);
      expect((await askWhole(asking, 'SELECT count(*) AS n FROM steps')).rows).toEqual([{ n: 1695n }]);
      expect((await askWhole(asking, { sql: 'SELECT count(*) AS n FROM steps', runs: ['a'] })).rows).toEqual([{ n: 1650n }]);
      expect((await askWhole(asking, { sql: 'SELECT run_id FROM runs', runs: ['b'] })).rows).toEqual([{ run_id: 'b' }]);
    });

    it('loads nothing to describe a table', async () => {
      const history = grown();
      const asking = await fresh(history);
      const { rows } = await askWhole(asking, 'DESCRIBE steps');
      expect(rows.map((row) => row.column_name)).toContain('observation_json');
      expect(history.asked.parts).toEqual([]);
    });

    it('reads a part that has no run_id column as the run it is listed for', async () => {
      const asking = await fresh(new MemoryHistory().grow('a', 'steps', 10).seal('a', 'steps', ['run_id', 'worker_id']));
      const { rows } = await askWhole(asking, 'SELECT DISTINCT run_id, worker_id FROM steps');
      expect(rows).toEqual([{ run_id: 'a', worker_id: null }]);
    });

    it('shows the run list with its ledger', async () => {
      const asking = await fresh(grown());
      const { rows } = await askWhole(asking, 'SELECT run_id, name, created_at::VARCHAR AS at, finished_at, rejected FROM runs');
      expect(rows).toEqual([{ run_id: 'a', name: "it's a", at: '2026-01-01 00:00:00.123', finished_at: null, rejected: 3n }]);
    });

    it('shows the ledger of each worker and agent, what is missing and why, and what views were shown', async () => {
      const history = grown();
      const asking = await fresh(history);
      expect((await askWhole(asking, 'SELECT agent_id, received, violations FROM ledger ORDER BY 1')).rows).toEqual([
        { agent_id: '', received: 1n, violations: 0n },
        { agent_id: "it's", received: 9n, violations: 2n },
      ]);
      const gaps = 'SELECT cause, first_seq, last_seq, rows, reason, removed_at::VARCHAR AS at FROM ledger_gaps ORDER BY 1';
      expect((await askWhole(asking, gaps)).rows).toEqual([
        { cause: 'lost', first_seq: 3n, last_seq: 4n, rows: 2n, reason: '', at: null },
        { cause: 'removed', first_seq: 1n, last_seq: 2n, rows: 2n, reason: 'older than 1 day', at: '2026-01-01 00:00:00.123' },
      ]);
      const views = 'SELECT r.name, v.shown, v.skipped FROM ledger_views v JOIN runs r USING (run_id) WHERE v.open';
      expect((await askWhole(asking, views)).rows).toEqual([{ name: "it's a", shown: 4n, skipped: 5n }]);
    });
  });

  describe('what goes wrong is said', () => {
    const codeOf = (promise: Promise<unknown>) =>
      promise.then(
        () => 'answered',
        (error) => error.code,
      );

    it('lets no question write, though its text looked harmless', async () => {
      const asking = await fresh(grown());
      expect(await codeOf(askWhole(asking, 'WITH x AS (SELECT 1) INSERT INTO mem.main.runs (run_id) SELECT 1'))).toBe(
        'sql-refused',
      );
      expect(await codeOf(askWhole(asking, 'EXPLAIN ANALYZE DELETE FROM mem.main.runs'))).toBe('sql-refused');
      expect(await codeOf(askWhole(asking, "SELECT * FROM read_csv('https://example.org/a.csv')"))).toBe('sql-failed');
      expect((await askWhole(asking, 'SELECT count(*) AS n FROM runs')).rows).toEqual([{ n: 1n }]);
    });

    it('refuses a part that holds other rows than the listing says, and keeps nothing of it', async () => {
      const history = grown();
      const asking = await fresh(history);
      const good = history.bodyOf('a-steps-1-1000.parquet');
      const spoilt = {
        ...history,
        runs: () => history.runs(),
        ledgers: () => history.ledgers(),
        parts: history.parts.bind(history),
        tail: history.tail.bind(history),
        piece: async (_name: string, range: PieceRange) => pieceOf(good, range),
      };
      await expect(askWhole(historyEngine(await openEngine(), spoilt), 'SELECT count(*) FROM steps')).rejects.toMatchObject({
        code: 'history-incomplete',
      });
      expect((await askWhole(asking, 'SELECT count(*) AS n FROM steps')).rows).toEqual([{ n: 1650n }]);
    });

    it('asks for the listing again when a part went away while it was being followed', async () => {
      const history = grown();
      const asking = await fresh(history);
      history.onPart = async () => {
        history.onPart = async () => {};
        history.merge('a', 'steps');
      };
      expect((await askWhole(asking, 'SELECT count(*) AS n, count(DISTINCT seq_id) AS d FROM steps')).rows).toEqual([
        { n: 1650n, d: 1650n },
      ]);
    });

    it('gives DuckDB’s message with the place', async () => {
      const asking = await fresh(grown());
      await expect(askWhole(asking, 'SELECT rewrd FROM steps')).rejects.toThrow(/rewrd[\s\S]*LINE 1: SELECT rewrd[\s\S]*\^/);
    });

    it('says which table was meant, also one that the question did not name, and shows all tables to who asks', async () => {
      const asking = await fresh(grown());
      await expect(askWhole(asking, 'SELECT * FROM cleanrll')).rejects.toThrow(/Did you mean "cleanrl"/);
      await expect(askWhole(asking, 'SELECT * FROM steps, episodez')).rejects.toThrow(/Did you mean "episodes"/);
      const { rows } = await askWhole(asking, 'SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal');
      expect(rows.map((row) => row.view_name)).toEqual(expect.arrayContaining(['steps', 'runs', 'sb3']));
    });

    it('reads no table for a column of its name, also in a question that another one uses', async () => {
      const named = { worst: { sql: 'SELECT episode_index FROM episodes WHERE steps > 2' } };
      const { summary } = await askWhole(await fresh(grown()), { sql: 'SELECT count(*) FROM worst', named });
      expect(summary.reach.map(({ kind }) => kind)).not.toContain('steps');
    });

    it('says what to write instead of what the page’s engine does not carry', async () => {
      const asking = await fresh(grown());
      await expect(askWhole(asking, 'SELEC 1')).rejects.toMatchObject({
        sentence: expect.stringContaining('begins with SELECT'),
      });
      await expect(askWhole(asking, 'SELECT current_date')).rejects.toMatchObject({
        sentence: expect.stringContaining('now()::TIMESTAMP'),
      });
      await expect(askWhole(asking, "SELECT json_extract(observation_json, 'a') FROM steps")).rejects.toMatchObject({
        code: 'sql-extension',
        sentence: expect.stringContaining('“json_extract” needs DuckDB’s json extension'),
      });
      expect(await codeOf(askWhole(asking, "SELECT observation_json ->> '$.a' FROM steps"))).toBe('sql-extension');
    });

    it('loads nothing of a history that is too large for the page, and says what to do', async () => {
      const history = grown();
      const listing = await history.parts([], ['steps']);
      for (const part of listing.runs[0]?.parts ?? []) part.bytes = 6_000_000_000;
      const huge = {
        runs: () => history.runs(),
        ledgers: () => history.ledgers(),
        parts: async () => listing,
        tail: history.tail.bind(history),
        piece: history.piece.bind(history),
      };
      await expect(askWhole(historyEngine(await reopenEngine(), huge), 'SELECT count(*) FROM steps')).rejects.toMatchObject({
        code: 'history-too-large',
        sentence: expect.stringContaining('fewer runs'),
      });
      // The footer of one of them, to know what its columns take.
      expect(history.asked.parts).toEqual(['a-steps-1-1000.parquet']);
    });

    it('asks once for each part of a history that only seems too large', async () => {
      const history = grown();
      const listing = await history.parts([], ['steps']);
      const parts = listing.runs.flatMap((run) => run.parts);
      for (const part of parts) part.bytes = 1_100_000_000 / parts.length;
      const large = {
        runs: () => history.runs(),
        ledgers: () => history.ledgers(),
        parts: async () => listing,
        tail: history.tail.bind(history),
        piece: history.piece.bind(history),
      };
      const { rows } = await askWhole(historyEngine(await reopenEngine(), large), 'SELECT count(*) AS n FROM steps');
      expect(rows).toEqual([{ n: 1650n }]);
      expect([...history.asked.parts].sort()).toEqual(parts.map(({ name }) => name).sort());
    });

    it('cancels a running question, and answers the next one', async () => {
      const asking = await fresh(grown());
      const stop = new AbortController();
      const running = askWhole(asking, 'SELECT sum(sin(a.range * b.range)) FROM range(100000) a, range(100000) b', stop.signal);
      setTimeout(() => stop.abort(), 100);
      await expect(running).rejects.toMatchObject({ code: 'sql-cancelled' });
      expect((await askWhole(asking, 'SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    });

    it('goes on from where a cancelled load was', async () => {
      const history = grown();
      const asking = await fresh(history);
      const stop = new AbortController();
      const all = 'SELECT count(*) AS n, sum(reward) AS r FROM steps';
      const onProgress = (progress: Progress) => {
        if (progress.stage === 'loading' && progress.doneParts === 1) stop.abort();
      };
      const silent = { onProgress, onColumns: () => undefined, onRows: () => undefined };
      await expect(asking.ask({ sql: all }, silent, stop)).rejects.toMatchObject({ code: 'sql-cancelled' });
      const { rows, summary } = await askWhole(asking, all);
      expect(rows[0]?.n).toBe(1650n);
      // The row group that was under way was kept, too.
      expect(summary.loaded.rows).toBe(150);
    });

    it('cancels a question that waits without touching the one that runs', async () => {
      const asking = await fresh(grown());
      const stop = new AbortController();
      const first = askWhole(asking, 'SELECT count(*) AS n FROM steps');
      const second = askWhole(asking, 'SELECT 2', stop.signal);
      stop.abort();
      await expect(second).rejects.toMatchObject({ code: 'sql-cancelled' });
      expect((await first).rows).toEqual([{ n: 1650n }]);
    });

    it('stops at the row limit and says so', async () => {
      const asking = await fresh(grown());
      const { summary, table } = await askWhole(asking, { sql: 'SELECT * FROM range(1000000)', maxRows: 10_000 });
      expect(summary.isCut).toBe(true);
      expect(table.numRows).toBe(summary.rows);
      expect(summary.rows).toBeLessThanOrEqual(10_000);
    });
  });
});
