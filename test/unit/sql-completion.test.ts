import { describe, expect, it } from '@jest/globals';
import { type Known, offersAt } from '../../src/widgets/sql/completion.ts';

const known: Known = {
  metrics: [
    { name: 'losses/value_loss', count: 20 },
    { name: "it's", count: 1 },
  ],
  results: ['worst'],
  params: ['k'],
};

/** `|` is where the cursor stands. */
function at(text: string) {
  const cursor = text.indexOf('|');
  const found = offersAt(text.replace('|', ''), cursor, known);
  return {
    word: found && text.slice(found.from, cursor),
    texts: found?.offers.map(({ text: written }) => written) ?? [],
    offers: found?.offers ?? [],
  };
}

describe('what is offered', () => {
  it('after FROM is tables, views and results of other cells', () => {
    expect(at('SELECT * FROM |').texts).toEqual(expect.arrayContaining(['worst', 'episodes', 'config', 'cleanrl']));
    expect(at('SELECT * FROM |').texts).not.toContain('reward');
  });

  it('is columns of the tables that are read, and of no other', () => {
    expect(at('SELECT tot| FROM episodes').texts).toContain('total_reward');
    expect(at('SELECT x| FROM runs').texts).not.toContain('total_reward');
    expect(at('SELECT e.| FROM episodes AS e JOIN steps s USING (run_id)').texts).toContain('total_reward');
    expect(at('SELECT s.re| FROM episodes e JOIN steps s USING (run_id)').texts).toContain('reward');
    expect(at('SELECT s.re| FROM episodes e JOIN steps s USING (run_id)').texts).not.toContain('total_reward');
  });

  it('is logged names in single quotes, the quote and all', () => {
    expect(at("SELECT * FROM metrics WHERE name = 'lo|'")).toMatchObject({
      word: "'lo",
      texts: ["'losses/value_loss'", "'it''s'"],
    });
    expect(at("SELECT * FROM metrics WHERE name = 'lo|").word).toBe("'lo");
    expect(at('SELECT * FROM metrics WHERE name = lo|').texts).toContain("'losses/value_loss'");
  });

  it('is a column with a slash in double quotes, and a division is left alone', () => {
    expect(at('SELECT charts/ep| FROM cleanrl')).toMatchObject({
      word: 'charts/ep',
      texts: expect.arrayContaining(['"charts/episodic_return"']),
    });
    expect(at('SELECT total_reward/st| FROM episodes').word).toBe('st');
    expect(at('SELECT "roll| FROM sb3').word).toBe('"roll');
  });

  it('is values to give inside of braces', () => expect(at('LIMIT {{ |').texts).toEqual(['k']));

  it.each(["SELECT 'tex|t' FROM runs", 'SELECT 1 -- FROM |', 'SELECT /* FROM | */ 1'])('is nothing in %s', (text) =>
    expect(at(text).texts).toEqual([]),
  );
});
