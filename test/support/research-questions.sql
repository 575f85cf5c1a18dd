-- Which runs are there, newest first?
SELECT run_id, name, status, outcome, created_at FROM runs ORDER BY created_at DESC, run_id;
-- Which runs failed, and with which words?
SELECT name, failure_reason FROM runs WHERE outcome = 'failed' ORDER BY name;
-- How long did each run take?
SELECT run_id, finished_at - created_at AS took FROM runs ORDER BY run_id;
-- Is anything missing between what came and what is kept?
SELECT run_id, received - durable - duplicate - rejected AS open FROM runs ORDER BY run_id;
-- Which settings differ between runs?
SELECT key, count(DISTINCT value) AS n, string_agg(DISTINCT value, ' | ' ORDER BY value) AS found FROM config GROUP BY key HAVING n > 1 ORDER BY key;
-- One row of settings for each run
PIVOT (SELECT run_id, key, value FROM config WHERE key IN ('algo', 'seed', 'optimizer.lr')) ON key USING any_value(value) GROUP BY run_id ORDER BY run_id;
-- Which learning rates were tried, as numbers?
SELECT DISTINCT value::DOUBLE AS lr FROM config WHERE key = 'optimizer.lr' ORDER BY lr;
-- Mean return of each run
SELECT run_id, round(avg(total_reward), 6) AS mean_return FROM episodes GROUP BY run_id ORDER BY run_id;
-- Mean return of the last ten episodes of each run
SELECT run_id, round(avg(total_reward), 6) AS last_ten FROM (SELECT *, row_number() OVER (PARTITION BY run_id ORDER BY seq_id DESC) AS back FROM episodes) WHERE back <= 10 GROUP BY run_id ORDER BY run_id;
-- The same for each algorithm over its seeds, with spread
SELECT c.value AS algo, count(*) AS seeds, round(avg(m), 6) AS mean, round(stddev_samp(m), 6) AS sd FROM (SELECT run_id, avg(total_reward) AS m FROM episodes GROUP BY run_id) r JOIN config c ON c.run_id = r.run_id AND c.key = 'algo' GROUP BY algo ORDER BY algo;
-- Interquartile mean of the final returns of each algorithm
WITH final AS (SELECT run_id, total_reward FROM episodes QUALIFY row_number() OVER (PARTITION BY run_id ORDER BY seq_id DESC) <= 8), ranked AS (SELECT c.value AS algo, total_reward, percent_rank() OVER (PARTITION BY c.value ORDER BY total_reward) AS p FROM final f JOIN config c ON c.run_id = f.run_id AND c.key = 'algo') SELECT algo, round(avg(total_reward), 6) AS iqm FROM ranked WHERE p BETWEEN 0.25 AND 0.75 GROUP BY algo ORDER BY algo;
-- Median, quartiles and extremes of the return
SELECT run_id, quantile_cont(total_reward, [0, 0.25, 0.5, 0.75, 1]) AS q FROM episodes GROUP BY run_id ORDER BY run_id;
-- The best episode of each run
SELECT run_id, arg_max(episode_index, total_reward) AS best, max(total_reward) AS return FROM episodes GROUP BY run_id ORDER BY run_id;
-- The ten worst episodes of all
SELECT run_id, episode_index, total_reward FROM episodes ORDER BY total_reward, run_id, episode_index LIMIT 10;
-- The k worst episodes | {"k": 4}
SELECT run_id, episode_index, total_reward FROM episodes ORDER BY total_reward, run_id, episode_index LIMIT {{k}};
-- Episodes of a run that is named | {"run": "it's b''; DROP TABLE runs --"}
SELECT count(*) FROM episodes JOIN runs USING (run_id) WHERE runs.name = {{run}};
-- Episodes above a return | {"least": 7.5}
SELECT run_id, count(*) FROM episodes WHERE total_reward > {{least}} GROUP BY run_id ORDER BY run_id;
-- Return, smoothed over ten episodes
SELECT run_id, episode_index, round(avg(total_reward) OVER (PARTITION BY run_id ORDER BY seq_id ROWS BETWEEN 9 PRECEDING AND CURRENT ROW), 6) AS smooth FROM episodes ORDER BY run_id, episode_index LIMIT 60;
-- Exponential smoothing of the return of one run
WITH RECURSIVE s AS (SELECT seq_id, total_reward AS ema FROM episodes WHERE run_id = 'r1' AND seq_id = 1 UNION ALL SELECT e.seq_id, 0.9 * s.ema + 0.1 * e.total_reward FROM s JOIN episodes e ON e.run_id = 'r1' AND e.seq_id = s.seq_id + 1) SELECT seq_id, round(ema, 6) FROM s ORDER BY seq_id;
-- The return as a curve over environment steps
SELECT run_id, sum(steps) OVER (PARTITION BY run_id ORDER BY seq_id)::BIGINT AS env_step, total_reward FROM episodes ORDER BY run_id, env_step LIMIT 50;
-- The return curve in bins of 50 steps, all seeds of an algorithm together
SELECT c.value AS algo, env_step // 50 * 50 AS bin, count(*) AS n, round(avg(total_reward), 6) AS mean FROM (SELECT run_id, total_reward, sum(steps) OVER (PARTITION BY run_id ORDER BY seq_id)::BIGINT AS env_step FROM episodes) e JOIN config c ON c.run_id = e.run_id AND c.key = 'algo' GROUP BY ALL ORDER BY ALL;
-- First environment step at which the mean of ten episodes reached a threshold
SELECT run_id, min(env_step) FILTER (smooth >= 6) AS reached FROM (SELECT run_id, sum(steps) OVER w::BIGINT AS env_step, avg(total_reward) OVER (PARTITION BY run_id ORDER BY seq_id ROWS 9 PRECEDING) AS smooth FROM episodes WINDOW w AS (PARTITION BY run_id ORDER BY seq_id)) GROUP BY run_id ORDER BY run_id;
-- Area under the return curve
SELECT run_id, round(sum((y + last_y) / 2 * (x - last_x)), 4) AS area FROM (SELECT run_id, total_reward AS y, lag(total_reward) OVER o AS last_y, seq_id AS x, lag(seq_id) OVER o AS last_x FROM episodes WINDOW o AS (PARTITION BY run_id ORDER BY seq_id)) GROUP BY run_id ORDER BY run_id;
-- How much did the return improve from the first to the last quarter?
SELECT run_id, round(avg(total_reward) FILTER (part = 4) - avg(total_reward) FILTER (part = 1), 6) AS gain FROM (SELECT *, ntile(4) OVER (PARTITION BY run_id ORDER BY seq_id) AS part FROM episodes) GROUP BY run_id ORDER BY run_id;
-- Trend of the return: slope over episodes
SELECT run_id, round(regr_slope(total_reward, episode_index), 8) AS slope, round(corr(total_reward, episode_index), 8) AS r FROM episodes GROUP BY run_id ORDER BY run_id;
-- Does a longer episode mean a higher return?
SELECT run_id, round(corr(steps, total_reward), 6) AS r FROM episodes GROUP BY run_id ORDER BY run_id;
-- How did episodes end?
SELECT run_id, outcome, count(*) AS n FROM episodes GROUP BY ALL ORDER BY ALL;
-- Share of episodes that ran into the time limit
SELECT run_id, round(avg(truncated::INTEGER), 4) AS timeouts FROM episodes GROUP BY run_id ORDER BY run_id;
-- Longest streak of successes
SELECT run_id, max(n) AS streak FROM (SELECT run_id, grp, count(*) AS n FROM (SELECT run_id, outcome, seq_id - row_number() OVER (PARTITION BY run_id, outcome ORDER BY seq_id) AS grp FROM episodes) WHERE outcome = 'Success' GROUP BY run_id, grp) GROUP BY run_id ORDER BY run_id;
-- Longest time without a new best return, in episodes
SELECT run_id, max(gap) AS longest FROM (SELECT run_id, seq_id - lag(seq_id, 1, 0) OVER (PARTITION BY run_id ORDER BY seq_id) AS gap FROM (SELECT run_id, seq_id, total_reward, max(total_reward) OVER (PARTITION BY run_id ORDER BY seq_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM episodes) WHERE before IS NULL OR total_reward > before) GROUP BY run_id ORDER BY run_id;
-- Histogram of returns in bins of 2
SELECT floor(total_reward / 2) * 2 AS bin, count(*) AS n FROM episodes GROUP BY bin ORDER BY bin;
-- A histogram in one value
SELECT run_id, histogram(outcome) AS h FROM episodes GROUP BY run_id ORDER BY run_id;
-- Which agent earns more?
SELECT agent_id, count(*) AS episodes, round(avg(total_reward), 6) AS mean FROM episodes GROUP BY agent_id ORDER BY agent_id;
-- Head to head: by how much is one agent ahead in each run?
SELECT run_id, round(avg(total_reward) FILTER (agent_id = 'red') - avg(total_reward) FILTER (agent_id = 'blue'), 6) AS ahead FROM episodes GROUP BY run_id ORDER BY run_id;
-- Probability that a return of one algorithm is above one of the other
WITH e AS (SELECT c.value AS algo, total_reward AS y FROM episodes JOIN config c USING (run_id) WHERE c.key = 'algo' AND episode_index >= 20) SELECT round(avg(CASE WHEN a.y > b.y THEN 1.0 WHEN a.y = b.y THEN 0.5 ELSE 0 END), 6) AS p FROM e a, e b WHERE a.algo = 'ppo' AND b.algo = 'dqn';
-- The same seed in two algorithms, side by side
SELECT a.value AS of_seed, round(avg(e.total_reward) FILTER (g.value = 'ppo'), 6) AS ppo, round(avg(e.total_reward) FILTER (g.value = 'dqn'), 6) AS dqn FROM episodes e JOIN config a ON a.run_id = e.run_id AND a.key = 'seed' JOIN config g ON g.run_id = e.run_id AND g.key = 'algo' GROUP BY of_seed ORDER BY of_seed;
-- Steps for each second of wall time
SELECT run_id, round(count(*) / (date_diff('millisecond', min(ts), max(ts)) / 1000), 4) AS sps FROM steps GROUP BY run_id ORDER BY run_id;
-- Was there a pause? Gaps of more than 40 ms between two steps
SELECT run_id, count(*) AS pauses FROM (SELECT run_id, ts - lag(ts) OVER (PARTITION BY run_id ORDER BY seq_id) AS gap FROM steps) WHERE gap > INTERVAL '40 milliseconds' GROUP BY run_id ORDER BY run_id;
-- Steps in every second of the clock
SELECT time_bucket(INTERVAL '1 second', ts) AS second, count(*) AS n FROM steps GROUP BY second ORDER BY second LIMIT 20;
-- How often was each action taken?
SELECT run_id, action_json AS action, count(*) AS n FROM steps GROUP BY ALL ORDER BY ALL;
-- Entropy of the actions, run by run, in bits
SELECT run_id, round(entropy(action_json), 6) AS bits FROM steps GROUP BY run_id ORDER BY run_id;
-- Which action follows which?
SELECT action_json AS this, next, count(*) AS n FROM (SELECT action_json, lead(action_json) OVER (PARTITION BY run_id, episode_index ORDER BY step_index, seq_id) AS next FROM steps) WHERE next IS NOT NULL GROUP BY ALL ORDER BY ALL;
-- Reward of each step of an episode, added up
SELECT step_index, reward, sum(reward) OVER (ORDER BY step_index) AS so_far FROM steps WHERE run_id = 'r2' AND episode_index = 3 ORDER BY step_index;
-- Discounted return of every episode
SELECT episode_index, round(sum(reward * pow(0.99, step_index)), 6) AS g FROM steps WHERE run_id = 'r1' GROUP BY episode_index ORDER BY episode_index;
-- Are the rewards of the steps those of the episodes?
SELECT count(*) AS episodes, count(*) FILTER (abs(s.total - e.total_reward) > 1e-9) AS other FROM episodes e JOIN (SELECT run_id, episode_index, sum(reward) AS total FROM steps GROUP BY ALL) s USING (run_id, episode_index);
-- Steps without a reward
SELECT run_id, count(*) - count(reward) AS without FROM steps GROUP BY run_id ORDER BY run_id;
-- How sparse is the reward?
SELECT run_id, round(avg((reward <> 0)::INTEGER), 6) AS share FROM steps GROUP BY run_id ORDER BY run_id;
-- The last steps before an episode failed
SELECT s.run_id, s.episode_index, s.step_index, s.action_json, s.reward FROM steps s JOIN episodes e USING (run_id, episode_index) WHERE e.outcome = 'Failed' AND s.step_index >= e.steps - 2 ORDER BY ALL LIMIT 20;
-- What did the agent see there?
SELECT seq_id, observation_json, octet_length(observation) AS bytes FROM steps WHERE run_id = 'r3' AND episode_index = 2 ORDER BY seq_id;
-- One number out of the observation
SELECT run_id, round(avg(regexp_extract(observation_json, '-?\d+\.?\d*')::DOUBLE), 6) AS mean FROM steps GROUP BY run_id ORDER BY run_id;
-- Which seeds were played more than once?
SELECT episode_seed, count(DISTINCT (run_id, episode_index)) AS n FROM steps GROUP BY episode_seed HAVING n > 3 ORDER BY n DESC, episode_seed LIMIT 10;
-- Episodes of the same seed with another end
SELECT seed, min(total_reward) AS low, max(total_reward) AS high FROM episodes GROUP BY seed HAVING low <> high ORDER BY seed LIMIT 10;
-- Which values were logged, how often, and from where to where?
SELECT name, count(*) AS n, min(step) AS first, max(step) AS last FROM metrics GROUP BY name ORDER BY name;
-- The newest value of each name
SELECT run_id, name, arg_max(value, step) AS value FROM metrics GROUP BY ALL ORDER BY ALL;
-- A loss as a curve, the mean of all seeds at each step
SELECT step, round(avg(value), 6) AS loss, count(*) AS seeds FROM metrics WHERE name = 'losses/value_loss' GROUP BY step ORDER BY step;
-- Several values side by side
PIVOT (SELECT run_id, step, name, value FROM metrics WHERE run_id = 'r1') ON name IN ('losses/value_loss', 'losses/policy_loss') USING first(value) GROUP BY step ORDER BY step;
-- Values that are not finite
SELECT run_id, name, count(*) AS n FROM metrics WHERE NOT isfinite(value) GROUP BY ALL ORDER BY ALL;
-- Where did the loss jump to more than twice its last value?
SELECT run_id, step, value FROM (SELECT *, lag(value) OVER (PARTITION BY run_id ORDER BY step) AS before FROM metrics WHERE name = 'losses/value_loss') WHERE isfinite(value) AND value > 2 * before ORDER BY run_id, step;
-- Does the loss go with the return? The two joined at the nearest step before
SELECT m.run_id, m.step, e.total_reward FROM metrics m ASOF JOIN (SELECT run_id, total_reward, sum(steps) OVER (PARTITION BY run_id ORDER BY seq_id)::BIGINT AS step FROM episodes) e ON e.run_id = m.run_id AND e.step <= m.step WHERE m.name = 'losses/value_loss' ORDER BY ALL LIMIT 20;
-- Names of one family
SELECT DISTINCT name FROM metrics WHERE name LIKE 'losses/%' ORDER BY name;
-- CleanRL's names
SELECT run_id, global_step, "charts/episodic_return", "losses/value_loss" FROM cleanrl WHERE run_id IN ('r1', 'r4') ORDER BY run_id, global_step LIMIT 30;
-- CleanRL's curve, smoothed
SELECT global_step, round(avg("charts/episodic_return") OVER (ORDER BY global_step ROWS 4 PRECEDING), 6) AS smooth FROM cleanrl WHERE run_id = 'r5' AND "charts/episodic_return" IS NOT NULL ORDER BY global_step;
-- Stable-Baselines3's names
SELECT run_id, step, round("rollout/ep_rew_mean", 6) AS ep_rew_mean, round("rollout/ep_len_mean", 6) AS ep_len_mean FROM sb3 WHERE "rollout/ep_rew_mean" IS NOT NULL ORDER BY run_id, step LIMIT 30;
-- Stable-Baselines3's Monitor
SELECT run_id, r, l, round(t, 3) AS t FROM monitor ORDER BY run_id, episode_index LIMIT 20;
-- What happened in a run besides episodes?
SELECT run_id, kind, count(*) AS n FROM events GROUP BY ALL ORDER BY ALL;
-- The return around every checkpoint
SELECT v.run_id, v.ts, round(avg(e.total_reward), 6) AS near FROM events v JOIN episodes e ON e.run_id = v.run_id AND abs(epoch_ms(e.ts) - epoch_ms(v.ts)) < 400 WHERE v.kind = 'checkpoint_saved' GROUP BY ALL ORDER BY ALL;
-- How are the runs doing, in one table?
SELECT r.run_id, r.status, count(*) AS episodes, sum(e.steps)::BIGINT AS steps, min(total_reward) AS low, max(total_reward) AS high, round(avg(total_reward), 6) AS mean FROM runs r LEFT JOIN episodes e USING (run_id) GROUP BY ALL ORDER BY ALL;
-- Which columns are there?
DESCRIBE episodes;
-- Bootstrapped bounds from fixed resamples of the seeds
SELECT algo, round(quantile_cont(m, 0.025), 6) AS low, round(quantile_cont(m, 0.975), 6) AS high FROM (SELECT algo, draw, avg(y) AS m FROM (SELECT a.algo, d.range AS draw, a.ys[1 + (hash(d.range, p.range) % len(a.ys))::INTEGER] AS y FROM (SELECT c.value AS algo, list(total_reward ORDER BY e.run_id, e.seq_id) AS ys FROM episodes e JOIN config c ON c.run_id = e.run_id AND c.key = 'algo' GROUP BY algo) a, range(50) d, range(12) p) GROUP BY algo, draw) GROUP BY algo ORDER BY algo;
