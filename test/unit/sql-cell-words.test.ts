import { describe, expect, it } from '@jest/globals';
import { placeError } from '../../src/widgets/elements/sql-error-place.ts';
import { readSaved, rowsOfSaved, saveAnswer } from '../../src/widgets/elements/sql-rows.ts';
import { progressLine, summaryLine } from '../../src/widgets/elements/sql-words.ts';

describe('the place of an error', () => {
  it('is the word under the caret of the right line', () => {
    const sql = 'SELECT a,\n  rewrd + 1\nFROM steps';
    const { sentence, place } = placeError(
      'Binder Error: Referenced column "rewrd" not found in FROM clause!\nCandidate bindings: "reward"\n\nLINE 2:   rewrd + 1\n          ^',
      sql,
    );
    expect(sentence).toBe('Referenced column "rewrd" not found in FROM clause!\nCandidate bindings: "reward"');
    expect(place?.text.slice(place.start, place.end)).toBe('rewrd');
    expect(place?.line).toBe(2);
  });

  it('comes with what would have worked', () => {
    const words = (message: string) => placeError(`${message}\n\nLINE 1: SELECT x\n               ^`, 'SELECT x').instead;
    expect(words('Binder Error: no\nCandidate bindings: "reward", "e.total_reward"')).toEqual(['reward', 'total_reward']);
    expect(words('Catalog Error: Table with name x does not exist!\nDid you mean "episodes"?')).toEqual(['episodes']);
    expect(words('Parser Error: syntax error at or near "x"')).toEqual([]);
  });

  it('is found in a long line that DuckDB cut on both sides', () => {
    const sql = `SELECT ${'a, '.repeat(60)}wrong, ${'b, '.repeat(60)}c FROM t`;
    const excerpt = `...${sql.slice(150, 200)}...`;
    const caret = 'LINE 1: '.length + 3 + sql.indexOf('wrong') - 150;
    const { place } = placeError(`Binder Error: no\n\nLINE 1: ${excerpt}\n${' '.repeat(caret)}^`, sql);
    expect(place?.text.slice(place.start, place.end)).toBe('wrong');
  });

  it('is not made up when the message names none, or a line that is not there', () => {
    expect(placeError('Out of Range Error: too large', 'SELECT 1')).toEqual({
      sentence: 'too large',
      place: undefined,
      instead: [],
    });
    expect(placeError('Parser Error: no\n\nLINE 9: x\n        ^', 'SELECT 1').place).toBeUndefined();
  });
});

describe('what would have worked', () => {
  it('is a row of metrics for a logged name without quotes', () => {
    const sql = 'SELECT step, losses/policy FROM metrics';
    const message = `Binder Error: Referenced column "losses" not found in FROM clause!\nCandidate bindings: "step"\n\nLINE 1: ${sql}\n${' '.repeat(21)}^`;
    const { sentence, place, instead } = placeError(message, sql);
    expect(sentence).toContain("WHERE name = 'losses/policy'");
    expect(sql.slice(place?.start, place?.end)).toBe('losses/policy');
    expect(instead).toEqual([]);
  });

  it('is to leave out NaN where a statistic meets it', () => {
    expect(placeError('Out of Range Error: STDDEV_POP for X is out of range!', 'SELECT 1').sentence).toContain('WHERE isfinite(');
  });
});

describe('what a notebook keeps of an answer', () => {
  const columns = [{ name: 'a', type: 'VARCHAR', isNumber: false }];
  const long = { columns, rows: 10_000, text: (row: number) => (row === 1 ? null : 'x'.repeat(5000)) };

  it('is at most 50 rows and 100 kB, and says how many there were', () => {
    const saved = saveAnswer(long, 'SELECT 1', '10 000 rows', 5);
    expect(saved.cells).toHaveLength(50);
    expect(saved.rows).toBe(10_000);
    expect(JSON.stringify(saved).length).toBeLessThan(100_000);
    expect(saved.cells[1]).toEqual([null]);
  });

  it('comes back as it was', () => {
    const saved = readSaved(JSON.parse(JSON.stringify(saveAnswer(long, 'SELECT 1', 'line', 5))));
    expect(saved && rowsOfSaved(saved).text(1, 0)).toBeNull();
    expect(saved?.sql).toBe('SELECT 1');
  });

  it.each([
    null,
    'x',
    {},
    { sql: 1 },
    { sql: '', columns: [{}], cells: [], rows: 0, at_ms: 0 },
    { sql: '', columns: [], cells: [[1]], rows: 1, at_ms: 0 },
  ])('is left alone when it is no answer: %j', (last) => expect(readSaved(last)).toBeUndefined());
});

describe('the line over an answer', () => {
  const summary = {
    rows: 20,
    isCut: false,
    bytes: 800_000,
    askMs: 12,
    loadMs: 300,
    loaded: { parts: 0, rows: 0, bytes: 0 },
    reach: [{ run: 'a', kind: 'steps' as const, watermark: 58_201, rows: 58_190 }],
  };
  const plain = (line: string) => line.replaceAll('\u202f', ' ');

  it('says rows, time, size and how far it saw', () => {
    expect(plain(summaryLine(summary))).toBe('20 rows · 12 ms · 0.8 MB · to step 58 201');
  });

  it('says that rows were left out', () => {
    expect(plain(summaryLine({ ...summary, isCut: true, rows: 1 }))).toContain('the first 1 row; there are more');
  });

  it('counts the rows of several runs together', () => {
    expect(
      plain(summaryLine({ ...summary, reach: [...summary.reach, { run: 'b', kind: 'steps', watermark: 7, rows: 7 }] })),
    ).toContain('2 runs, 58 197 steps');
  });

  it('says how much of the history is loaded', () => {
    expect(
      plain(
        progressLine(
          { stage: 'loading', doneParts: 3, parts: 12, doneBytes: 4_100_000, bytes: 20_000_000, rows: 120_000 },
          0,
          1500,
        ),
      ),
    ).toBe('Loading history: 3 of 12 parts · 4.1 MB of 20.0 MB · 120 000 rows · 1.5 s');
  });
});
