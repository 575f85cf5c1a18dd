"""What an environment says of success stands in its episode's metadata, alone and in every kind of vector."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from scripted_daemon import ScriptedDaemon

import duallane
from duallane.told_success import told_success

EPISODES = 2


class Reach(gymnasium.Env[np.ndarray, int]):
    """Ends after two steps and says whether `is_reached`, under `name`; None: it says nothing."""

    observation_space = gymnasium.spaces.Box(0, 1, (1,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, is_reached: bool | None, name: str = "is_success") -> None:
        self.said = {} if is_reached is None else {name: is_reached}
        self.steps = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[np.ndarray, dict]:
        super().reset(seed=seed)
        self.steps = 0
        return np.zeros(1, np.float32), {}

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict]:
        self.steps += 1
        is_over = self.steps == 2
        return np.zeros(1, np.float32), -1.0, is_over, False, dict(self.said) if is_over else {}


def told_of(daemon: ScriptedDaemon) -> list[Any]:
    rows = sorted(daemon.table(EPISODES).to_pylist(), key=lambda row: (row["env_slot"], row["episode_index"]))
    return [row["metadata_json"] and json.loads(row["metadata_json"]) for row in rows]


def test_of_one_environment(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:
        for env in (Reach(True), Reach(False, "success"), Reach(None)):
            logged = run.wrap(env)
            logged.reset()
            logged.step(0)
            logged.step(0)
    assert told_of(daemon) == [{"is_success": True}, {"is_success": False}, None]


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP, AutoresetMode.DISABLED])
def test_of_each_environment_of_a_vector(mode: AutoresetMode, home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:
        several = SyncVectorEnv([partial(Reach, reached) for reached in (True, False, None)], autoreset_mode=mode)
        logged = run.wrap(several)
        logged.reset()
        for _ in range(2):
            logged.step(np.zeros(3, np.int64))
    assert told_of(daemon) == [{"is_success": True}, {"is_success": False}, None]


@pytest.mark.parametrize("info", [None, {}, {"is_success": "yes"}, {"success": None}, {"is_success": np.zeros(2)}, 3])
def test_what_is_no_answer_says_nothing(info: Any) -> None:
    assert told_success(info) is None
