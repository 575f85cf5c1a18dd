"""The Stable-Baselines3 callback against a stand-in of the library's two base classes: what a step's names mean.

test_sb3.py has the real library, where it is installed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scripted_daemon import ScriptedDaemon

import duallane

STEPS, EPISODES = 1, 2


@pytest.fixture
def callback_class(monkeypatch: pytest.MonkeyPatch) -> Any:
    if "duallane.sb3" not in sys.modules:
        names = ("stable_baselines3", "stable_baselines3.common", "stable_baselines3.common.callbacks")
        for name in (*names, "stable_baselines3.common.logger"):
            monkeypatch.setitem(sys.modules, name, ModuleType(name))
        base = type("BaseCallback", (), {"__init__": lambda self, verbose=0: None})
        sys.modules["stable_baselines3.common.callbacks"].BaseCallback = base  # type: ignore[attr-defined]
        sys.modules["stable_baselines3.common.logger"].KVWriter = object  # type: ignore[attr-defined]
    from duallane.sb3 import DuallaneCallback

    yield DuallaneCallback
    if "stable_baselines3" not in sys.modules or not hasattr(sys.modules["stable_baselines3"], "PPO"):
        monkeypatch.delitem(sys.modules, "duallane.sb3")


class Vector:
    """What the callback asks of a VecEnv."""

    num_envs = 2
    render_mode = None

    def get_attr(self, _name: str, indices: Any) -> list[Any]:
        return [SimpleNamespace(id="Stand-v0") for _ in indices]


def test_a_second_training_of_a_run_shares_no_episode_with_the_first(
    home: Path, daemon: ScriptedDaemon, callback_class: Any
) -> None:
    with duallane.Run("r", home=home) as run:
        for _ in range(2):
            callback = callback_class(run, steps=True, observations=False)
            callback.model = SimpleNamespace(policy=None, get_vec_normalize_env=lambda: None)
            callback.logger = SimpleNamespace(output_formats=[], name_to_value={})
            callback.training_env, callback.num_timesteps = Vector(), 0
            callback._on_training_start()
            callback.locals = {
                "infos": [{}, {}], "dones": np.array([True, False]), "rewards": np.ones(2), "actions": np.ones(2),
            }  # fmt: skip
            for _ in range(2):
                assert callback._on_step()
    rows = daemon.table(STEPS).to_pylist()
    assert [(r["env_slot"], r["episode_index"], r["step_index"]) for r in rows] == [
        (0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 0, 1), (0, 3, 0), (1, 1, 0), (0, 4, 0), (1, 1, 1),
    ]  # fmt: skip


def test_a_steps_names_become_rows_and_episodes(home: Path, daemon: ScriptedDaemon, callback_class: Any) -> None:
    with duallane.Run("r", home=home) as run:
        callback = callback_class(run, agent_id="ppo", steps=True)
        callback.model = SimpleNamespace(policy=None, get_vec_normalize_env=lambda: None)
        callback.logger = SimpleNamespace(output_formats=[], name_to_value={"train/loss": 0.5})
        callback.training_env = Vector()
        callback.num_timesteps = 0
        callback._on_training_start()
        final = np.full(3, 7, np.float32)
        for dones, infos in (
            ([False, False], [{}, {}]),
            ([True, False], [{"terminal_observation": final}, {}]),
            ([False, True], [{}, {"terminal_observation": final, "TimeLimit.truncated": True}]),
        ):
            callback.locals = {
                "infos": infos, "dones": np.array(dones), "rewards": np.array([1.0, 2.0], np.float32),
                "new_obs": np.zeros((2, 3), np.float32), "actions": np.array([[0.5], [0.25]]),
                "clipped_actions": np.array([[0.5], [0.25]]),
            }  # fmt: skip
            assert callback._on_step()
        callback._on_training_end()
    rows = daemon.table(STEPS).to_pylist()
    assert [(r["env_slot"], r["episode_index"], r["step_index"], r["reward"]) for r in rows] == [
        (0, 0, 0, 1.0), (1, 0, 0, 2.0), (0, 0, 1, 1.0), (1, 0, 1, 2.0), (0, 1, 0, 1.0), (1, 0, 2, 2.0),
    ]  # fmt: skip
    assert [(r["terminated"], r["truncated"]) for r in rows if r["terminated"] or r["truncated"]] == [
        (True, False), (False, True),
    ]  # fmt: skip
    seen = [float(np.frombuffer(r["observation"], "<f4")[0]) for r in rows]
    assert seen == [0, 0, 7, 0, 0, 7], "an episode's last row has its final observation"
    assert {r["action_json"] for r in rows} == {"[0.5]", "[0.25]"}
    episodes = daemon.table(EPISODES).to_pylist()
    assert [(e["env_slot"], e["steps"], e["total_reward"], e["outcome"], e["game_id"]) for e in episodes] == [
        (0, 2, 2.0, "Success", "Stand-v0"), (1, 3, 6.0, "Timeout", "Stand-v0"),
    ]  # fmt: skip
