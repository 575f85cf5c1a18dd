"""PettingZoo: every agent's rows under its own name, and rewards with the action that earned them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from scripted_daemon import ScriptedDaemon

import duallane
from duallane.errors import RunCanceled

pettingzoo = pytest.importorskip("pettingzoo", reason="PettingZoo is not installed")
STEPS, EPISODES = 1, 2


class Relay(pettingzoo.ParallelEnv):  # type: ignore[name-defined,misc]
    """Two runners; "b" drops out after two steps, "a" after three. The reward is the action."""

    metadata = {"name": "relay_v0", "render_modes": ["rgb_array"]}  # noqa: RUF012
    render_mode = "rgb_array"
    possible_agents = ["a", "b"]  # noqa: RUF012

    def reset(self, seed: int | None = None, options: Any = None) -> Any:
        self.agents = ["a", "b"]
        self.steps = 0
        return {agent: np.zeros(1, np.float32) for agent in self.agents}, {agent: {} for agent in self.agents}

    def step(self, actions: dict[str, int]) -> Any:
        self.steps += 1
        acting = self.agents
        ends = {agent: self.steps >= (3 if agent == "a" else 2) for agent in acting}
        self.agents = [agent for agent in acting if not ends[agent]]
        seen = {agent: np.full(1, self.steps, np.float32) for agent in acting}
        rewards = {agent: float(actions[agent]) for agent in acting}
        return seen, rewards, ends, dict.fromkeys(acting, False), {agent: {} for agent in acting}

    def render(self) -> np.ndarray:
        return np.full((4, 4, 3), self.steps, np.uint8)

    def observation_space(self, agent: str) -> gymnasium.Space:
        return gymnasium.spaces.Box(0, 9, (1,), np.float32)

    def action_space(self, agent: str) -> gymnasium.Space:
        return gymnasium.spaces.Discrete(5)


def test_agents_of_a_parallel_environment_log_until_they_drop_out(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home, run_id=f"zoo-{home.name}", frames_per_second=1e6) as run:
        env = run.wrap(Relay(), mode="eval")
        env.reset(seed=5)
        while env.agents:
            env.step({agent: 1 + (agent == "b") for agent in env.agents})
        env.reset()
        env.step({"a": 1, "b": 1})
        env.close()
        assert run._frames.published > 0
    rows = [
        (r["agent_id"], r["episode_index"], r["step_index"], r["reward"], r["terminated"])
        for r in daemon.table(STEPS).to_pylist()
    ]
    assert rows == [
        ("a", 0, 0, 1.0, False), ("b", 0, 0, 2.0, False), ("a", 0, 1, 1.0, False), ("b", 0, 1, 2.0, True),
        ("a", 0, 2, 1.0, True), ("a", 1, 0, 1.0, False), ("b", 1, 0, 1.0, False),
    ]  # fmt: skip
    episodes = daemon.table(EPISODES).to_pylist()
    assert [(e["agent_id"], e["total_reward"], e["steps"], e["seed"]) for e in episodes[:2]] == [
        ("b", 4.0, 2, 5),
        ("a", 3.0, 3, 5),
    ]
    assert [(e["outcome"], json.loads(e["metadata_json"])) for e in episodes[2:]] == [
        ("Running", {"abandoned": True})
    ] * 2
    assert {(e["game_id"], e["mode"]) for e in episodes} == {("relay_v0", "eval")}


def test_a_second_environment_of_the_same_agents_goes_on_with_their_next_episode(
    home: Path, daemon: ScriptedDaemon
) -> None:
    with duallane.Run("r", home=home) as run:
        run.log_step(agent_id="b", terminated=True)
        first, second = run.wrap(Relay()), run.wrap(Relay())
        for env in (first, second, first):
            env.reset()
            env.step({"a": 1, "b": 1})
    places = [(r["agent_id"], r["episode_index"]) for r in daemon.table(STEPS).to_pylist()]
    assert places == [("b", 0), ("a", 1), ("b", 1), ("a", 2), ("b", 2), ("a", 3), ("b", 3)]


def play(env: Any, moves: list[int], seed: int | None = None) -> None:
    """The loop of PettingZoo's documentation."""
    env.reset(seed=seed)
    moves = list(moves)
    for _agent in env.agent_iter():
        _, _, terminated, truncated, _ = env.last()
        env.step(None if terminated or truncated else moves.pop(0))


def test_the_loser_of_a_game_in_turns_gets_its_loss_with_its_own_last_move(home: Path, daemon: ScriptedDaemon) -> None:
    tictactoe = pytest.importorskip("pettingzoo.classic.tictactoe_v3", reason="tic-tac-toe is not installed")
    with duallane.Run("r", home=home) as run:
        env = run.wrap(tictactoe.env())
        play(env, [0, 3, 1, 4, 2], seed=1)  # the first player fills a column
        env.reset()
        env.step(4)
        env.close()
    rows = [
        (r["agent_id"], r["episode_index"], r["step_index"], r["action_json"], r["reward"], r["terminated"])
        for r in daemon.table(STEPS).to_pylist()
    ]
    one, two = "player_1", "player_2"
    assert sorted(row for row in rows if row[1] == 0) == [
        (one, 0, 0, "0", 0.0, False), (one, 0, 1, "1", 0.0, False), (one, 0, 2, "2", 1.0, True),
        (two, 0, 0, "3", 0.0, False), (two, 0, 1, "4", -1.0, True),
    ]  # fmt: skip
    assert [row for row in rows if row[1] == 1] == [(one, 1, 0, "4", 0.0, False)]
    episodes = {(e["agent_id"], e["episode_index"]): e for e in daemon.table(EPISODES).to_pylist()}
    assert (episodes[one, 0]["outcome"], episodes[two, 0]["outcome"]) == ("Success", "Failed")
    assert (episodes[one, 0]["steps"], episodes[two, 0]["steps"], episodes[one, 0]["seed"]) == (3, 2, 1)
    assert (episodes[one, 1]["outcome"], episodes[one, 1]["steps"]) == ("Running", 1)


def test_observations_of_a_game_in_turns_are_what_the_agent_sees_next(home: Path, daemon: ScriptedDaemon) -> None:
    tictactoe = pytest.importorskip("pettingzoo.classic.tictactoe_v3", reason="tic-tac-toe is not installed")
    with duallane.Run("r", home=home, observation_bytes=100_000) as run:
        env = run.wrap(tictactoe.env())
        env.reset()
        for move in (0, 3, 1):
            env.last()
            env.step(move)
    first = daemon.table(STEPS).to_pylist()[0]
    assert first["agent_id"] == "player_1"
    board = json.loads(first["observation_json"])["observation"]
    assert np.sum(board) == 2, "its own move and the answer to it"


def test_a_canceled_run_ends_the_agents_loop(home: Path, daemon: ScriptedDaemon) -> None:
    with pytest.raises(RunCanceled, match="enough"), duallane.Run("r", home=home) as run:
        env = run.wrap(Relay())
        env.reset()
        run._gate.cancel("enough of it")
        env.step({"a": 1, "b": 1})
