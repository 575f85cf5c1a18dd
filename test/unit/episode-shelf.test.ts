/** The episodes a player can open, over a history of more than it lists. */
import '../support/page-globals.ts';
import { expect, it } from '@jest/globals';
import type { RecordingList } from '../../src/protocol/index.ts';
import type { PageLink } from '../../src/widgets/link/page-link.ts';
import type { SqlEngine } from '../../src/widgets/sql/index.ts';
import { streamAnswer } from '../../src/widgets/sql/stream-answer.ts';
import { episodesMost } from '../../src/widgets/stores/episode-questions.ts';
import { EpisodeShelf } from '../../src/widgets/stores/episode-shelf.ts';
import { breathe, openEngine } from './sql-engine-in-node.ts';

const life = { signal: new AbortController().signal };
const recordings = async (): Promise<RecordingList> => {
  throw new Error('nothing is recorded here');
};

/** 25,000 episodes of "a"; the first 100 of "b" too. */
async function episodes(): Promise<{ engine: SqlEngine; asked: string[] }> {
  const duckdb = await openEngine();
  const connection = duckdb.connect();
  const columns = `range AS episode_index, range + 1 AS seq_id, 0 AS env_slot, range * 1.5 AS total_reward, 10 AS steps, true AS terminated,
    false AS truncated, range % 7 AS seed, NULL::BIGINT AS episode_seed, 'CartPole-v1' AS game_id`;
  const made = `CREATE TEMP TABLE episodes AS SELECT 'b' AS agent_id, ${columns} FROM range(100) UNION ALL SELECT 'a', ${columns} FROM range(25000)`;
  duckdb.run(made, connection);
  const asked: string[] = [];
  const engine: Pick<SqlEngine, 'ask'> = {
    ask: async ({ sql, params }, listener) => {
      asked.push(sql);
      const bound = sql.replace('{{episode}}', String(params?.episode));
      await streamAnswer(duckdb.bindings, connection, bound, { maxRows: 1_000_000 }, listener, breathe, life.signal);
      return undefined as never;
    },
  };
  return { engine: engine as SqlEngine, asked };
}

it('finds an episode that lies before those that are listed, of each agent, and says nothing is there only when it is so', async () => {
  const { engine, asked } = await episodes();
  const shelf = new EpisodeShelf({ recordings } as unknown as PageLink, engine, ['r']);
  await shelf.lookForRecordings(life);
  expect(shelf.sentence).toContain('nothing is recorded here');
  await shelf.lookForRows(life);
  expect(shelf.rows.get('r')).toHaveLength(episodesMost);
  expect(shelf.first?.place.episode).toBe(24_999);
  expect(shelf.find({ episode: 50 })).toBeUndefined();

  expect((await shelf.seek({ episode: 50, agent: 'b' }, life))?.row).toMatchObject({ agent: 'b', totalReward: 75, seed: '1' });
  expect((await shelf.seek({ episode: 50, agent: 'a' }, life))?.place).toEqual({ run: 'r', agent: 'a', slot: 0, episode: 50 });
  expect(asked).toHaveLength(2);
  expect(await shelf.seek({ episode: 20_000 }, life)).toBeDefined();
  expect(asked).toHaveLength(2);
  expect(await shelf.seek({ episode: 25_000 }, life)).toBeUndefined();
});
