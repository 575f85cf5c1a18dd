# Generated from proto/ by tools/generate.ts. Do not edit.

SQL_VIEWS: dict[str, tuple[tuple[str, ...], str]] = {
    "cleanrl": (("metrics","episodes",), """\
WITH ended AS (SELECT run_id, seq_id, total_reward, steps, (sum(steps) OVER (PARTITION BY run_id ORDER BY seq_id))::BIGINT AS step FROM episodes),
named AS (
  SELECT run_id, step, name, value FROM metrics
  UNION ALL SELECT run_id, step, 'charts/episodic_return', total_reward FROM ended WHERE run_id NOT IN (SELECT DISTINCT run_id FROM metrics WHERE name = 'charts/episodic_return')
  UNION ALL SELECT run_id, step, 'charts/episodic_length', steps::DOUBLE FROM ended WHERE run_id NOT IN (SELECT DISTINCT run_id FROM metrics WHERE name = 'charts/episodic_length')
)
SELECT run_id, step AS global_step,
  avg(value) FILTER (name = 'charts/episodic_return') AS "charts/episodic_return",
  avg(value) FILTER (name = 'charts/episodic_length') AS "charts/episodic_length",
  avg(value) FILTER (name = 'charts/learning_rate') AS "charts/learning_rate",
  avg(value) FILTER (name = 'charts/SPS') AS "charts/SPS",
  avg(value) FILTER (name = 'losses/value_loss') AS "losses/value_loss",
  avg(value) FILTER (name = 'losses/policy_loss') AS "losses/policy_loss",
  avg(value) FILTER (name = 'losses/entropy') AS "losses/entropy",
  avg(value) FILTER (name = 'losses/old_approx_kl') AS "losses/old_approx_kl",
  avg(value) FILTER (name = 'losses/approx_kl') AS "losses/approx_kl",
  avg(value) FILTER (name = 'losses/clipfrac') AS "losses/clipfrac",
  avg(value) FILTER (name = 'losses/explained_variance') AS "losses/explained_variance",
  avg(value) FILTER (name = 'losses/td_loss') AS "losses/td_loss",
  avg(value) FILTER (name = 'losses/q_values') AS "losses/q_values",
  avg(value) FILTER (name = 'losses/qf1_values') AS "losses/qf1_values",
  avg(value) FILTER (name = 'losses/qf2_values') AS "losses/qf2_values",
  avg(value) FILTER (name = 'losses/qf1_loss') AS "losses/qf1_loss",
  avg(value) FILTER (name = 'losses/qf2_loss') AS "losses/qf2_loss",
  avg(value) FILTER (name = 'losses/qf_loss') AS "losses/qf_loss",
  avg(value) FILTER (name = 'losses/actor_loss') AS "losses/actor_loss",
  avg(value) FILTER (name = 'losses/alpha') AS "losses/alpha",
  avg(value) FILTER (name = 'losses/alpha_loss') AS "losses/alpha_loss"
FROM named GROUP BY run_id, step"""),
    "sb3": (("metrics","episodes",), """\
WITH ended AS (SELECT run_id, seq_id, total_reward, steps, (sum(steps) OVER (PARTITION BY run_id ORDER BY seq_id))::BIGINT AS step FROM episodes),
recent AS (SELECT run_id, step, avg(total_reward) OVER (PARTITION BY run_id ORDER BY seq_id ROWS BETWEEN 99 PRECEDING AND CURRENT ROW) AS reward, avg(steps) OVER (PARTITION BY run_id ORDER BY seq_id ROWS BETWEEN 99 PRECEDING AND CURRENT ROW) AS length FROM ended),
named AS (
  SELECT run_id, step, name, value FROM metrics
  UNION ALL SELECT run_id, step, 'rollout/ep_rew_mean', reward FROM recent WHERE run_id NOT IN (SELECT DISTINCT run_id FROM metrics WHERE name = 'rollout/ep_rew_mean')
  UNION ALL SELECT run_id, step, 'rollout/ep_len_mean', length FROM recent WHERE run_id NOT IN (SELECT DISTINCT run_id FROM metrics WHERE name = 'rollout/ep_len_mean')
  UNION ALL SELECT DISTINCT run_id, step, 'time/total_timesteps', step::DOUBLE FROM ended WHERE run_id NOT IN (SELECT DISTINCT run_id FROM metrics WHERE name = 'time/total_timesteps')
)
SELECT run_id, step,
  avg(value) FILTER (name = 'rollout/ep_rew_mean') AS "rollout/ep_rew_mean",
  avg(value) FILTER (name = 'rollout/ep_len_mean') AS "rollout/ep_len_mean",
  avg(value) FILTER (name = 'rollout/success_rate') AS "rollout/success_rate",
  avg(value) FILTER (name = 'rollout/exploration_rate') AS "rollout/exploration_rate",
  avg(value) FILTER (name = 'eval/mean_reward') AS "eval/mean_reward",
  avg(value) FILTER (name = 'eval/mean_ep_length') AS "eval/mean_ep_length",
  avg(value) FILTER (name = 'eval/success_rate') AS "eval/success_rate",
  avg(value) FILTER (name = 'time/fps') AS "time/fps",
  avg(value) FILTER (name = 'time/iterations') AS "time/iterations",
  avg(value) FILTER (name = 'time/time_elapsed') AS "time/time_elapsed",
  avg(value) FILTER (name = 'time/total_timesteps') AS "time/total_timesteps",
  avg(value) FILTER (name = 'train/learning_rate') AS "train/learning_rate",
  avg(value) FILTER (name = 'train/n_updates') AS "train/n_updates",
  avg(value) FILTER (name = 'train/loss') AS "train/loss",
  avg(value) FILTER (name = 'train/value_loss') AS "train/value_loss",
  avg(value) FILTER (name = 'train/policy_gradient_loss') AS "train/policy_gradient_loss",
  avg(value) FILTER (name = 'train/entropy_loss') AS "train/entropy_loss",
  avg(value) FILTER (name = 'train/approx_kl') AS "train/approx_kl",
  avg(value) FILTER (name = 'train/clip_fraction') AS "train/clip_fraction",
  avg(value) FILTER (name = 'train/clip_range') AS "train/clip_range",
  avg(value) FILTER (name = 'train/explained_variance') AS "train/explained_variance",
  avg(value) FILTER (name = 'train/std') AS "train/std",
  avg(value) FILTER (name = 'train/actor_loss') AS "train/actor_loss",
  avg(value) FILTER (name = 'train/critic_loss') AS "train/critic_loss",
  avg(value) FILTER (name = 'train/ent_coef') AS "train/ent_coef",
  avg(value) FILTER (name = 'train/ent_coef_loss') AS "train/ent_coef_loss"
FROM named GROUP BY run_id, step"""),
    "monitor": (("episodes","runs",), """\
SELECT e.run_id, e.agent_id, e.episode_index, e.total_reward AS r, e.steps AS l,
  (epoch_us(e.ts) - epoch_us(r.created_at)) / 1e6 AS t
FROM episodes e LEFT JOIN runs r ON r.run_id = e.run_id"""),
}
