// Generated from proto/ by tools/generate.ts. Do not edit.

export const sqlViews = {
  "cleanrl": {
    "about": "One row per run and global step, a column for each of CleanRL's names.",
    "reads": [
      "metrics",
      "episodes"
    ],
    "columns": [
      {
        "name": "run_id",
        "type": "VARCHAR"
      },
      {
        "name": "global_step",
        "type": "BIGINT"
      },
      {
        "name": "charts/episodic_return",
        "type": "DOUBLE"
      },
      {
        "name": "charts/episodic_length",
        "type": "DOUBLE"
      },
      {
        "name": "charts/learning_rate",
        "type": "DOUBLE"
      },
      {
        "name": "charts/SPS",
        "type": "DOUBLE"
      },
      {
        "name": "losses/value_loss",
        "type": "DOUBLE"
      },
      {
        "name": "losses/policy_loss",
        "type": "DOUBLE"
      },
      {
        "name": "losses/entropy",
        "type": "DOUBLE"
      },
      {
        "name": "losses/old_approx_kl",
        "type": "DOUBLE"
      },
      {
        "name": "losses/approx_kl",
        "type": "DOUBLE"
      },
      {
        "name": "losses/clipfrac",
        "type": "DOUBLE"
      },
      {
        "name": "losses/explained_variance",
        "type": "DOUBLE"
      },
      {
        "name": "losses/td_loss",
        "type": "DOUBLE"
      },
      {
        "name": "losses/q_values",
        "type": "DOUBLE"
      },
      {
        "name": "losses/qf1_values",
        "type": "DOUBLE"
      },
      {
        "name": "losses/qf2_values",
        "type": "DOUBLE"
      },
      {
        "name": "losses/qf1_loss",
        "type": "DOUBLE"
      },
      {
        "name": "losses/qf2_loss",
        "type": "DOUBLE"
      },
      {
        "name": "losses/qf_loss",
        "type": "DOUBLE"
      },
      {
        "name": "losses/actor_loss",
        "type": "DOUBLE"
      },
      {
        "name": "losses/alpha",
        "type": "DOUBLE"
      },
      {
        "name": "losses/alpha_loss",
        "type": "DOUBLE"
      }
    ],
    "sql": "WITH ended AS (SELECT run_id, seq_id, total_reward, steps, (sum(steps) OVER (PARTITION BY run_id ORDER BY seq_id))::BIGINT AS step FROM episodes),\nnamed AS (\n  SELECT run_id, step, name, value FROM metrics\n  UNION ALL SELECT run_id, step, 'charts/episodic_return', total_reward FROM ended WHERE run_id NOT IN (SELECT DISTINCT run_id FROM metrics WHERE name = 'charts/episodic_return')\n  UNION ALL SELECT run_id, step, 'charts/episodic_length', steps::DOUBLE FROM ended WHERE run_id NOT IN (SELECT DISTINCT run_id FROM metrics WHERE name = 'charts/episodic_length')\n)\nSELECT run_id, step AS global_step,\n  avg(value) FILTER (name = 'charts/episodic_return') AS \"charts/episodic_return\",\n  avg(value) FILTER (name = 'charts/episodic_length') AS \"charts/episodic_length\",\n  avg(value) FILTER (name = 'charts/learning_rate') AS \"charts/learning_rate\",\n  avg(value) FILTER (name = 'charts/SPS') AS \"charts/SPS\",\n  avg(value) FILTER (name = 'losses/value_loss') AS \"losses/value_loss\",\n  avg(value) FILTER (name = 'losses/policy_loss') AS \"losses/policy_loss\",\n  avg(value) FILTER (name = 'losses/entropy') AS \"losses/entropy\",\n  avg(value) FILTER (name = 'losses/old_approx_kl') AS \"losses/old_approx_kl\",\n  avg(value) FILTER (name = 'losses/approx_kl') AS \"losses/approx_kl\",\n  avg(value) FILTER (name = 'losses/clipfrac') AS \"losses/clipfrac\",\n  avg(value) FILTER (name = 'losses/explained_variance') AS \"losses/explained_variance\",\n  avg(value) FILTER (name = 'losses/td_loss') AS \"losses/td_loss\",\n  avg(value) FILTER (name = 'losses/q_values') AS \"losses/q_values\",\n  avg(value) FILTER (name = 'losses/qf1_values') AS \"losses/qf1_values\",\n  avg(value) FILTER (name = 'losses/qf2_values') AS \"losses/qf2_values\",\n  avg(value) FILTER (name = 'losses/qf1_loss') AS \"losses/qf1_loss\",\n  avg(value) FILTER (name = 'losses/qf2_loss') AS \"losses/qf2_loss\",\n  avg(value) FILTER (name = 'losses/qf_loss') AS \"losses/qf_loss\",\n  avg(value) FILTER (name = 'losses/actor_loss') AS \"losses/actor_loss\",\n  avg(value) FILTER (name = 'losses/alpha') AS \"losses/alpha\",\n  avg(value) FILTER (name = 'losses/alpha_loss') AS \"losses/alpha_loss\"\nFROM named GROUP BY run_id, step"
  },
  "sb3": {
    "about": "One row per run and step, a column for each of Stable-Baselines3's names; means are over the last 100 episodes.",
    "reads": [
      "metrics",
      "episodes"
    ],
    "columns": [
      {
        "name": "run_id",
        "type": "VARCHAR"
      },
      {
        "name": "step",
        "type": "BIGINT"
      },
      {
        "name": "rollout/ep_rew_mean",
        "type": "DOUBLE"
      },
      {
        "name": "rollout/ep_len_mean",
        "type": "DOUBLE"
      },
      {
        "name": "rollout/success_rate",
        "type": "DOUBLE"
      },
      {
        "name": "rollout/exploration_rate",
        "type": "DOUBLE"
      },
      {
        "name": "eval/mean_reward",
        "type": "DOUBLE"
      },
      {
        "name": "eval/mean_ep_length",
        "type": "DOUBLE"
      },
      {
        "name": "eval/success_rate",
        "type": "DOUBLE"
      },
      {
        "name": "time/fps",
        "type": "DOUBLE"
      },
      {
        "name": "time/iterations",
        "type": "DOUBLE"
      },
      {
        "name": "time/time_elapsed",
        "type": "DOUBLE"
      },
      {
        "name": "time/total_timesteps",
        "type": "DOUBLE"
      },
      {
        "name": "train/learning_rate",
        "type": "DOUBLE"
      },
      {
        "name": "train/n_updates",
        "type": "DOUBLE"
      },
      {
        "name": "train/loss",
        "type": "DOUBLE"
      },
      {
        "name": "train/value_loss",
        "type": "DOUBLE"
      },
      {
        "name": "train/policy_gradient_loss",
        "type": "DOUBLE"
      },
      {
        "name": "train/entropy_loss",
        "type": "DOUBLE"
      },
      {
        "name": "train/approx_kl",
        "type": "DOUBLE"
      },
      {
        "name": "train/clip_fraction",
        "type": "DOUBLE"
      },
      {
        "name": "train/clip_range",
        "type": "DOUBLE"
      },
      {
        "name": "train/explained_variance",
        "type": "DOUBLE"
      },
      {
        "name": "train/std",
        "type": "DOUBLE"
      },
      {
        "name": "train/actor_loss",
        "type": "DOUBLE"
      },
      {
        "name": "train/critic_loss",
        "type": "DOUBLE"
      },
      {
        "name": "train/ent_coef",
        "type": "DOUBLE"
      },
      {
        "name": "train/ent_coef_loss",
        "type": "DOUBLE"
      }
    ],
    "sql": "WITH ended AS (SELECT run_id, seq_id, total_reward, steps, (sum(steps) OVER (PARTITION BY run_id ORDER BY seq_id))::BIGINT AS step FROM episodes),\nrecent AS (SELECT run_id, step, avg(total_reward) OVER (PARTITION BY run_id ORDER BY seq_id ROWS BETWEEN 99 PRECEDING AND CURRENT ROW) AS reward, avg(steps) OVER (PARTITION BY run_id ORDER BY seq_id ROWS BETWEEN 99 PRECEDING AND CURRENT ROW) AS length FROM ended),\nnamed AS (\n  SELECT run_id, step, name, value FROM metrics\n  UNION ALL SELECT run_id, step, 'rollout/ep_rew_mean', reward FROM recent WHERE run_id NOT IN (SELECT DISTINCT run_id FROM metrics WHERE name = 'rollout/ep_rew_mean')\n  UNION ALL SELECT run_id, step, 'rollout/ep_len_mean', length FROM recent WHERE run_id NOT IN (SELECT DISTINCT run_id FROM metrics WHERE name = 'rollout/ep_len_mean')\n  UNION ALL SELECT DISTINCT run_id, step, 'time/total_timesteps', step::DOUBLE FROM ended WHERE run_id NOT IN (SELECT DISTINCT run_id FROM metrics WHERE name = 'time/total_timesteps')\n)\nSELECT run_id, step,\n  avg(value) FILTER (name = 'rollout/ep_rew_mean') AS \"rollout/ep_rew_mean\",\n  avg(value) FILTER (name = 'rollout/ep_len_mean') AS \"rollout/ep_len_mean\",\n  avg(value) FILTER (name = 'rollout/success_rate') AS \"rollout/success_rate\",\n  avg(value) FILTER (name = 'rollout/exploration_rate') AS \"rollout/exploration_rate\",\n  avg(value) FILTER (name = 'eval/mean_reward') AS \"eval/mean_reward\",\n  avg(value) FILTER (name = 'eval/mean_ep_length') AS \"eval/mean_ep_length\",\n  avg(value) FILTER (name = 'eval/success_rate') AS \"eval/success_rate\",\n  avg(value) FILTER (name = 'time/fps') AS \"time/fps\",\n  avg(value) FILTER (name = 'time/iterations') AS \"time/iterations\",\n  avg(value) FILTER (name = 'time/time_elapsed') AS \"time/time_elapsed\",\n  avg(value) FILTER (name = 'time/total_timesteps') AS \"time/total_timesteps\",\n  avg(value) FILTER (name = 'train/learning_rate') AS \"train/learning_rate\",\n  avg(value) FILTER (name = 'train/n_updates') AS \"train/n_updates\",\n  avg(value) FILTER (name = 'train/loss') AS \"train/loss\",\n  avg(value) FILTER (name = 'train/value_loss') AS \"train/value_loss\",\n  avg(value) FILTER (name = 'train/policy_gradient_loss') AS \"train/policy_gradient_loss\",\n  avg(value) FILTER (name = 'train/entropy_loss') AS \"train/entropy_loss\",\n  avg(value) FILTER (name = 'train/approx_kl') AS \"train/approx_kl\",\n  avg(value) FILTER (name = 'train/clip_fraction') AS \"train/clip_fraction\",\n  avg(value) FILTER (name = 'train/clip_range') AS \"train/clip_range\",\n  avg(value) FILTER (name = 'train/explained_variance') AS \"train/explained_variance\",\n  avg(value) FILTER (name = 'train/std') AS \"train/std\",\n  avg(value) FILTER (name = 'train/actor_loss') AS \"train/actor_loss\",\n  avg(value) FILTER (name = 'train/critic_loss') AS \"train/critic_loss\",\n  avg(value) FILTER (name = 'train/ent_coef') AS \"train/ent_coef\",\n  avg(value) FILTER (name = 'train/ent_coef_loss') AS \"train/ent_coef_loss\"\nFROM named GROUP BY run_id, step"
  },
  "monitor": {
    "about": "Stable-Baselines3's Monitor: r is an episode's return, l its steps, t the seconds since the run began.",
    "reads": [
      "episodes",
      "runs"
    ],
    "columns": [
      {
        "name": "run_id",
        "type": "VARCHAR"
      },
      {
        "name": "agent_id",
        "type": "VARCHAR"
      },
      {
        "name": "episode_index",
        "type": "BIGINT"
      },
      {
        "name": "r",
        "type": "DOUBLE"
      },
      {
        "name": "l",
        "type": "BIGINT"
      },
      {
        "name": "t",
        "type": "DOUBLE"
      }
    ],
    "sql": "SELECT e.run_id, e.agent_id, e.episode_index, e.total_reward AS r, e.steps AS l,\n  (epoch_us(e.ts) - epoch_us(r.created_at)) / 1e6 AS t\nFROM episodes e LEFT JOIN runs r ON r.run_id = e.run_id"
  }
} as const;
