/**
 * @jest-environment node
 *
 * The questions researchers ask, answered by the page's engine and by native DuckDB over the same rows: cell by cell the same.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RowKind } from '../../src/protocol/index.ts';
import type { HistoryEngine } from '../../src/widgets/sql/history-engine.ts';
import { ResearchHistory } from '../support/research-history.ts';
import { askWhole, historyEngine, reopenEngine } from './sql-engine-in-node.ts';
import { streamOf } from './sql-history.ts';

const root = join(__dirname, '../..');
const text = readFileSync(join(root, 'test/support/research-questions.sql'), 'utf8');
const questions = text
  .split(/^-- /m)
  .slice(1)
  .map((entry) => {
    const [head = '', ...lines] = entry.split('\n');
    const [asks = '', params = '{}'] = head.split(' | ').slice(0, 2);
    return {
      asks,
      sql: lines.join('\n').trim().replace(/;$/, ''),
      params: JSON.parse(params) as Record<string, number | string>,
    };
  });

type Native = { rows: (string | null)[][] } | { code: string; sentence: string };

let page: HistoryEngine;
let native: Native[];
let directory: string;

beforeAll(async () => {
  const history = new ResearchHistory();
  page = historyEngine(await reopenEngine(), history);
  directory = mkdtempSync(join(tmpdir(), 'dl-'));
  for (const kind of ['steps', 'episodes', 'metrics', 'events'] as RowKind[]) {
    const rows = [...history.rows.values()].flatMap((kinds) => kinds[kind]);
    writeFileSync(join(directory, `${kind}.arrow`), streamOf(kind, rows));
  }
  writeFileSync(join(directory, 'runs.json'), JSON.stringify(await history.runs()));
  writeFileSync(join(directory, 'questions.json'), JSON.stringify(questions));
  const python = join(root, '.venv/bin/python');
  const env = { ...process.env, PYTHONPATH: join(root, 'python-shim') };
  native = JSON.parse(
    execFileSync(python, [join(root, 'test/support/native_sql.py'), directory], { env, maxBuffer: 1e8 }).toString(),
  );
}, 60_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function inPage({ sql, params }: (typeof questions)[number]): Promise<(string | null)[][]> {
  const isShape = /^\s*(describe|summarize)/i.test(sql);
  const { table } = await askWhole(page, { sql: isShape ? sql : `SELECT COLUMNS(*)::VARCHAR FROM (${sql})`, params });
  return table.toArray().map((row) => [...row].map(([, value]) => (value === null ? null : String(value))));
}

describe('over six runs of two algorithms', () => {
  it('there are at least sixty questions, and each has an answer with rows', () => {
    expect(questions.length).toBeGreaterThanOrEqual(60);
    expect(
      native
        .map((answer, index) =>
          'rows' in answer && answer.rows.length > 0 ? '' : `${questions[index]?.asks} ${JSON.stringify(answer)}`,
        )
        .filter(Boolean),
    ).toEqual([]);
  });

  it.each(questions.map((question, index) => ({ ...question, index })))('$asks', async (question) => {
    const expected = native[question.index];
    expect(await inPage(question)).toEqual(expected && 'rows' in expected ? expected.rows : expected);
  });
});
