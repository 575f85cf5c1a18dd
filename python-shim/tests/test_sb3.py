"""The Stable-Baselines3 callback, against the real library where it is installed (it brings torch)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scripted_daemon import ScriptedDaemon

import duallane

sb3 = pytest.importorskip("stable_baselines3", reason="Stable-Baselines3 (and torch) are not installed")

STEPS, EPISODES, METRICS, EVENTS = 1, 2, 3, 4


def values(daemon: ScriptedDaemon) -> dict[str, list[tuple[int, float]]]:
    told: dict[str, list[tuple[int, float]]] = {}
    for row in daemon.table(METRICS).to_pylist():
        told.setdefault(row["name"], []).append((row["step"], row["value"]))
    return told


def test_ppo_logs_every_step_episode_rollout_and_train_value(home: Path, daemon: ScriptedDaemon) -> None:
    from stable_baselines3.common.env_util import make_vec_env

    from duallane.sb3 import DuallaneCallback

    envs = make_vec_env("CartPole-v1", n_envs=2, seed=3)
    model = sb3.PPO("MlpPolicy", envs, n_steps=64, batch_size=64, n_epochs=2, device="cpu", seed=3)
    with duallane.Run("ppo", home=home) as run:
        model.learn(384, callback=DuallaneCallback(run, agent_id="ppo"))
    steps = daemon.table(STEPS).to_pylist()
    assert len(steps) == 384
    assert {r["env_slot"] for r in steps} == {0, 1}
    assert all(len(np.frombuffer(r["observation"], "<f4")) == 4 for r in steps)
    assert {r["action_json"] for r in steps} == {"0", "1"}
    episodes = daemon.table(EPISODES).to_pylist()
    assert len(episodes) == sum(r["terminated"] or r["truncated"] for r in steps) > 5
    assert all(e["total_reward"] == e["steps"] for e in episodes)
    assert {(e["agent_id"], e["game_id"], e["mode"]) for e in episodes} == {("ppo", "CartPole-v1", "train")}
    told = values(daemon)
    assert {"rollout/ep_rew_mean", "train/loss", "train/approx_kl", "train/entropy_loss"} <= told.keys()
    assert [step for step, _ in told["rollout/ep_rew_mean"]] == [128, 256, 384]
    assert [step for step, _ in told["train/loss"]] == [256, 384, 384], "the last update's values are not lost"
    started = next(json.loads(e["detail_json"]) for e in daemon.table(EVENTS).to_pylist() if e["kind"].startswith("tr"))
    assert started == {"algorithm": "PPO", "policy": "ActorCriticPolicy", "environments": 2, "step": 0}
    assert not any(type(out).__name__ == "_Values" for out in model.logger.output_formats)


def test_rows_hold_what_the_environment_gave_and_not_what_was_normalised(home: Path, daemon: ScriptedDaemon) -> None:
    from stable_baselines3.common.env_util import make_vec_env
    from stable_baselines3.common.vec_env import VecNormalize

    from duallane.sb3 import DuallaneCallback

    envs = VecNormalize(make_vec_env("CartPole-v1", n_envs=1, seed=3))
    with duallane.Run("ppo", home=home) as run:
        sb3.PPO("MlpPolicy", envs, n_steps=64, batch_size=64, n_epochs=1).learn(64, callback=DuallaneCallback(run))
    assert set(daemon.table(STEPS)["reward"].to_pylist()) == {1.0}


def test_a_continued_training_counts_on_and_an_off_policy_one_is_logged_too(home: Path, daemon: ScriptedDaemon) -> None:
    import gymnasium

    from duallane.sb3 import DuallaneCallback

    model: Any = sb3.DQN("MlpPolicy", gymnasium.make("CartPole-v1"), learning_starts=50, device="cpu", seed=1)
    with duallane.Run("dqn", home=home) as run:
        callback = DuallaneCallback(run)
        model.learn(100, callback=callback, log_interval=1)
        model.learn(100, callback=callback, log_interval=1, reset_num_timesteps=False)
    places = [(r["episode_index"], r["step_index"]) for r in daemon.table(STEPS).to_pylist()]
    assert len(places) == len(set(places)) == 200
    assert "train/loss" in values(daemon)


def test_environments_that_log_themselves_are_not_logged_twice(home: Path, daemon: ScriptedDaemon) -> None:
    import gymnasium

    from duallane.sb3 import DuallaneCallback

    with duallane.Run("a2c", home=home) as run:
        env = run.wrap(gymnasium.make("CartPole-v1", render_mode="rgb_array"))
        sb3.A2C("MlpPolicy", env, device="cpu").learn(50, callback=DuallaneCallback(run))
    assert daemon.table(STEPS).num_rows == 50
    assert "train/value_loss" in values(daemon)


def test_one_environment_of_the_vector_is_shown(home: Path, daemon: ScriptedDaemon) -> None:
    from stable_baselines3.common.env_util import make_vec_env

    from duallane.sb3 import DuallaneCallback

    envs = make_vec_env("CartPole-v1", n_envs=2, seed=3, env_kwargs={"render_mode": "rgb_array"})
    with duallane.Run("a2c", home=home, run_id=f"sb3-{home.name}", video="grid", frames_per_second=1e9) as run:
        sb3.A2C("MlpPolicy", envs, device="cpu").learn(20, callback=DuallaneCallback(run))
        assert run._frames.published > 0
        assert run._frames._ring is not None
        assert run._frames._ring.shape == (800, 600, 3)
