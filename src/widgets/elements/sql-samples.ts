/** Three questions to begin with, for a history of any kind. */
export interface Sample {
  title: string;
  sql: string;
}

export const samples: readonly Sample[] = [
  {
    title: 'Which runs are there, and how did they end?',
    sql: 'SELECT name, status, outcome, created_at, durable\nFROM runs\nORDER BY created_at DESC',
  },
  {
    title: 'Which episodes went best?',
    sql: 'SELECT run_id, agent_id, episode_index, total_reward, steps, outcome\nFROM episodes\nORDER BY total_reward DESC\nLIMIT 20',
  },
  {
    title: 'How does the return move, ten episodes at a time?',
    sql:
      'SELECT run_id, episode_index // 10 * 10 AS from_episode, count(*) AS episodes,\n       round(avg(total_reward), 2) AS mean_return\n' +
      'FROM episodes\nGROUP BY ALL\nORDER BY run_id, from_episode',
  },
];
