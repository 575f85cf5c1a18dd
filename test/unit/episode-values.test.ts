/** What was logged in the time of an episode, when that is more than one page of an answer. */
import '../support/page-globals.ts';
import { beforeAll, expect, it } from '@jest/globals';
import type { SqlEngine } from '../../src/widgets/sql/index.ts';
import { streamAnswer } from '../../src/widgets/sql/stream-answer.ts';
import { askEvents, askValues } from '../../src/widgets/stores/episode-questions.ts';
import { breathe, openEngine } from './sql-engine-in-node.ts';

const life = { signal: new AbortController().signal };
let engine: SqlEngine;

/** A value of "a" every microsecond of the first 60,000, each tenth one of "b" too; an event every 10 microseconds. */
beforeAll(async () => {
  const duckdb = await openEngine();
  const connection = duckdb.connect();
  const ts = (us: string) => `make_timestamp(1000000 + ${us}) AS ts`;
  const values = `SELECT range AS us, 'a' AS name, range::DOUBLE AS value FROM range(60000)
    UNION ALL SELECT range * 10, 'b', -range::DOUBLE FROM range(6000)`;
  duckdb.run(
    `CREATE TEMP TABLE metrics AS SELECT row_number() OVER (ORDER BY us, name) AS seq_id, name, value, ${ts('us')} FROM (${values})`,
    connection,
  );
  duckdb.run(
    `CREATE TEMP TABLE events AS SELECT range + 1 AS seq_id, 'checkpoint_saved' AS kind, ${ts('range * 10')} FROM range(6000)`,
    connection,
  );
  const asking: Pick<SqlEngine, 'ask'> = {
    ask: async ({ sql, params = {} }, listener) => {
      const bound = sql.replace(/{{(\w+)}}/g, (_, name: string) => String(params[name]));
      await streamAnswer(duckdb.bindings, connection, bound, { maxRows: 1_000_000 }, listener, breathe, life.signal);
      return undefined as never;
    },
  };
  engine = asking as SqlEngine;
}, 60_000);

it('is all there, in order, and begins with the last value of each name before', async () => {
  const { rows, isWhole } = await askValues(engine, 'r', 1_000_005, 1_059_999, life);
  expect(isWhole).toBe(true);
  expect(rows).toHaveLength(2 + 59_995 + 5_999);
  expect(rows.slice(0, 3)).toEqual([
    { name: 'b', atUs: 1_000_000, value: 0 },
    { name: 'a', atUs: 1_000_004, value: 4 },
    { name: 'a', atUs: 1_000_005, value: 5 },
  ]);
  expect(rows.at(-1)).toEqual({ name: 'a', atUs: 1_059_999, value: 59_999 });
  const events = await askEvents(engine, 'r', 1_000_000, 1_060_000, life);
  expect([events.isWhole, events.rows.length]).toEqual([true, 6000]);
});

it('says that it is not all when there is more than can be taken', async () => {
  const { rows, isWhole } = await askValues(engine, 'r', 1_000_000, 1_060_000, life, 25_000);
  expect([isWhole, rows.length]).toEqual([false, 25_000]);
  expect(await askValues(engine, 'r', 1_000_000, 1_000_010, life, 12)).toMatchObject({ isWhole: false });
  expect(await askValues(engine, 'r', 1_000_000, 1_000_010, life, 13)).toMatchObject({ isWhole: true });
});
