/**
 * @jest-environment node
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { askSeqList } from '../../src/widgets/sql/seq-list.ts';
import { RowBatch } from '../../src/widgets/stores/row-batch.ts';
import { noFilter, readFilter } from '../../src/widgets/stores/row-filter.ts';
import { historyEngine, reopenEngine } from './sql-engine-in-node.ts';
import { MemoryHistory, stepRows, streamOf } from './sql-history.ts';

const rows = 600;
const batch = new RowBatch(streamOf('steps', stepRows('a', 1, rows)));
let engine: ReturnType<typeof historyEngine>;

beforeAll(async () => {
  const history = new MemoryHistory().grow('a', 'steps', 400).seal('a', 'steps').grow('a', 'steps', rows).grow('b', 'steps', 90);
  engine = historyEngine(await reopenEngine(), history);
});

function filterOf(words: string, agent?: string) {
  const filter = readFilter('steps', words, agent);
  if ('sentence' in filter) throw new Error(filter.sentence);
  return filter;
}

describe('a table’s filter', () => {
  it.each([
    'reward<0',
    'reward>=100.5',
    'reward!=3',
    'episode=7',
    'agent=AGENT_1',
    'agent!=agent_1',
    'agent:_0',
    'agent_1',
    'terminated',
    '!terminated',
    'terminated=no',
    '!reward>10',
    'episode>3 episode<=9 agent_0 !terminated',
    'seed>0',
    "o'brien",
    '100%',
    'policy:x',
    'reward < 0',
    'reward >= 100.5 and episode <= 9',
    'Episode == 7 AND !terminated',
    '-1',
    '7',
  ])('finds the same rows of history in SQL as at hand: %s', async (words) => {
    const filter = filterOf(words);
    const atHand = Array.from({ length: rows }, (_, i) => batch.row(i)).filter((row) => filter.matches(row));
    const { seqs, reach } = await askSeqList(
      engine,
      { run: 'a', kind: 'steps', condition: filter.sql },
      { signal: new AbortController().signal },
    );
    expect([...seqs]).toEqual(atHand.map((row) => row.seq));
    expect(reach).toBe(rows);
  });

  it('lets only the chosen agent’s rows through, whatever the agent is called', () => {
    const filter = filterOf('', "it's = 'x' OR true");
    expect(filter.matches(batch.row(0))).toBe(false);
    expect(filter.sql).toBe("coalesce(lower(agent_id) = 'it''s = ''x'' or true', false)");
  });

  it('is no filter without words', () => {
    expect(readFilter('steps', '   ')).toBe(noFilter);
  });

  it.each([
    ['colour=red', 'There is no column “colour” here. There are worker, agent,'],
    ['constructor=1', 'There is no column “constructor” here.'],
    ['reward<low', '“low” is no number. reward is compared with one, such as reward>10.'],
    ['reward>', 'A value is missing after “reward>”.'],
  ])('says what is wrong with %s', (words, sentence) => {
    expect(readFilter('steps', words)).toEqual({ sentence: expect.stringContaining(sentence) });
  });
});
