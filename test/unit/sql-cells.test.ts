import { describe, expect, it } from '@jest/globals';
import { Answer } from '../../src/widgets/sql/answer.ts';
import type { Engine } from '../../src/widgets/sql/engine-bindings.ts';
import { streamAnswer } from '../../src/widgets/sql/stream-answer.ts';
import { breathe, openEngine } from './sql-engine-in-node.ts';

let engine: Engine | undefined;

async function answerTo(sql: string): Promise<Answer> {
  engine ??= await openEngine();
  const connection = engine.connect();
  let answer: Answer | undefined;
  const listener = {
    onColumns: (header: Uint8Array) => {
      answer = new Answer(header);
    },
    onRows: (chunks: readonly Uint8Array[]) => answer?.add(chunks),
  };
  await streamAnswer(engine.bindings, connection, sql, { maxRows: 1_000_000 }, listener, breathe, new AbortController().signal);
  engine.bindings.disconnect(connection);
  return answer as Answer;
}

const values = [
  ['42::TINYINT', 'TINYINT'],
  ['-9223372036854775808', 'BIGINT'],
  ['18446744073709551615::UBIGINT', 'UBIGINT'],
  ['-170141183460469231731687303715884105727::HUGEINT', 'HUGEINT'],
  ['340282366920938463463374607431768211455::UHUGEINT', 'UHUGEINT'],
  ['-0.05::DECIMAL(10,2)', 'DECIMAL(10,2)'],
  ['12345678901234567890.123456::DECIMAL(38,6)', 'DECIMAL(38,6)'],
  ['0.1::DOUBLE', 'DOUBLE'],
  ['5::DOUBLE', 'DOUBLE'],
  ["'nan'::DOUBLE", 'DOUBLE'],
  ["'-inf'::DOUBLE", 'DOUBLE'],
  ['true', 'BOOLEAN'],
  ["'é ''q'''", 'VARCHAR'],
  ["TIMESTAMP '2026-01-02 03:04:05.000006'", 'TIMESTAMP'],
  ["TIMESTAMP '1969-12-31 23:59:59.999999'", 'TIMESTAMP'],
  ["TIMESTAMP '2026-01-02 03:04:05'", 'TIMESTAMP'],
  ["DATE '1960-02-29'", 'DATE'],
  ["TIME '10:11:12.5'", 'TIME'],
  ['[1, NULL, 3]', 'INTEGER[]'],
  ["{'a': 1, 'b': 2.5}", 'STRUCT'],
  ["INTERVAL '3 days'", 'INTERVAL'],
  ['NULL::BIGINT', 'BIGINT'],
] as const;

describe('a cell shows what DuckDB itself would write', () => {
  it.each(values)('%s', async (value, type) => {
    const answer = await answerTo(`SELECT ${value} AS v, (${value})::VARCHAR AS t`);
    expect(answer.text(0, 0)).toBe(answer.text(0, 1));
    expect(answer.columns[0]).toMatchObject({ name: 'v', type });
  });

  it('writes texts inside of nested values in quotes', async () => {
    const answer = await answerTo("SELECT {'a': ['x', NULL]} AS s, MAP {'k': 2} AS m");
    expect([answer.text(0, 0), answer.text(0, 1)]).toEqual(["{'a': ['x', NULL]}", "{'k'=2}"]);
  });

  it('refuses an ENUM, whose words the engine does not send, and says what to write', async () => {
    await expect(answerTo("SELECT 1 AS i, 'b'::ENUM('a', 'b') AS e")).rejects.toMatchObject({
      sentence: expect.stringContaining('e::VARCHAR'),
    });
  });

  it('shows binary as hexadecimal and says how long it is', async () => {
    const answer = await answerTo("SELECT '\\x01\\xFF'::BLOB AS a, repeat('a', 100)::BLOB AS b");
    expect(answer.text(0, 0)).toBe('01ff');
    expect(answer.text(0, 1)).toBe(`${'61'.repeat(32)}… (100 bytes)`);
  });

  it('finds every row of many batches, and none beyond', async () => {
    const answer = await answerTo(
      "SELECT i, CASE WHEN i % 3 = 0 THEN NULL ELSE 'r' || i END AS t, i % 2 = 0 AS even FROM range(100000) r(i)",
    );
    expect(answer.rows).toBe(100_000);
    for (const row of [0, 2047, 2048, 2049, 65_535, 99_999]) {
      expect([answer.text(row, 0), answer.text(row, 1), answer.text(row, 2)]).toEqual([
        String(row),
        row % 3 ? `r${row}` : null,
        String(row % 2 === 0),
      ]);
    }
    expect(answer.text(100_000, 0)).toBeUndefined();
  });
});
