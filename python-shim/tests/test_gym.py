"""The Gymnasium wrapper: every step and episode, now and then a frame, and nothing changed for the training loop."""

from __future__ import annotations

import json
import logging
import struct
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from scripted_daemon import ScriptedDaemon

import duallane
from duallane._contract import frame_ring as layout
from duallane.errors import DuallaneError

STEPS, EPISODES = 1, 2


class Corridor(gymnasium.Env[np.ndarray, int]):
    """Three cells to the right; the observation is one array that is overwritten, the frame's fill is the step."""

    metadata = {"render_modes": ["rgb_array"]}  # noqa: RUF012
    observation_space = gymnasium.spaces.Box(0, 10, (1,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, render_mode: str | None = "rgb_array", reward: float = 1.0, limit: int = 100) -> None:
        self.render_mode = render_mode
        self.at = np.zeros(1, np.float32)
        self.steps = 0
        self.limit = limit
        self.reward = reward

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[np.ndarray, dict]:
        super().reset(seed=seed)
        self.at[:] = 0
        self.steps = 0
        return self.at, {}

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict]:
        self.at += action
        self.steps += 1
        return self.at, self.reward, bool(self.at[0] >= 3), self.steps >= self.limit, {}

    def render(self) -> np.ndarray:
        return np.full((6, 8, 3), self.steps, np.uint8)


def test_steps_and_episodes_are_logged_with_what_followed_each_action(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:
        env = run.wrap(Corridor(), agent_id="a", mode="eval")
        env.reset(seed=11)
        for action in (1, 0, 1, 1):
            answer = env.step(action)
        assert answer[1:] == (1.0, True, False, {})
        env.reset()
        env.step(1)
        env.reset()
        env.step(0)
        env.close()
    steps = daemon.table(STEPS).to_pylist()
    assert [(s["episode_index"], s["step_index"], s["action_json"], s["terminated"]) for s in steps] == [
        (0, 0, "1", False), (0, 1, "0", False), (0, 2, "1", False), (0, 3, "1", True), (1, 0, "1", False),
        (2, 0, "0", False),
    ]  # fmt: skip
    assert [s["episode_seed"] for s in steps] == [11, 11, 11, 11, None, None]
    assert [np.frombuffer(s["observation"], "<f4")[0] for s in steps] == [1, 1, 2, 3, 1, 0]
    whole, left, closed = daemon.table(EPISODES).to_pylist()
    wanted = {"agent_id": "a", "total_reward": 4.0, "steps": 4, "seed": 11, "episode_seed": 11, "mode": "eval"}
    assert {name: whole[name] for name in wanted} == wanted
    assert (whole["outcome"], whole["game_id"], whole["metadata_json"]) == ("Success", "Corridor", None)
    assert (left["outcome"], left["steps"], json.loads(left["metadata_json"])) == ("Running", 1, {"abandoned": True})
    assert (closed["episode_index"], closed["outcome"], closed["steps"]) == (2, "Running", 1)


def places_of(daemon: ScriptedDaemon) -> list[tuple[int, int, int]]:
    return [(s["env_slot"], s["episode_index"], s["step_index"]) for s in daemon.table(STEPS).to_pylist()]


def test_a_training_cell_that_runs_again_goes_on_with_the_next_episode(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:
        for agent_id in (None, "default"):  # the same agent
            env = run.wrap(Corridor(), agent_id=agent_id)
            env.reset()
            env.step(1)
            env.reset()
            env.step(1)
        run.log_step(1.0, terminated=True)
        env.reset()
        env.step(1)
    assert places_of(daemon) == [(0, episode, 0) for episode in range(6)]
    assert daemon.table(EPISODES)["episode_index"].to_pylist() == [0, 2, 3, 4]


def test_steps_of_an_environment_whose_run_has_ended_are_said_and_closing_it_is_not(
    home: Path, daemon: ScriptedDaemon, caplog: pytest.LogCaptureFixture
) -> None:
    with duallane.Run("r", home=home) as run:
        env = run.wrap(Corridor())
        env.reset()
        env.step(0)
    env.close()
    assert (run.lost_rows, caplog.text) == (0, "")
    env.step(0)
    run.wrap(Corridor()).reset()
    assert run.lost_rows == 1
    assert f"Run {run.run_id} has ended" in caplog.text


def test_two_living_environments_of_one_slot_share_no_episode(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:
        train, held_out, other = run.wrap(Corridor()), run.wrap(Corridor()), run.wrap(Corridor(), env_slot=1)
        for env in (train, held_out, other):
            env.reset()
        for _ in range(2):
            for env in (train, held_out, other):
                env.step(0)
        train.reset()
        train.step(0)
    assert places_of(daemon) == [(0, 0, 0), (0, 1, 0), (1, 0, 0), (0, 0, 1), (0, 1, 1), (1, 0, 1), (0, 2, 0)]


@pytest.mark.parametrize(
    ("reward", "limit", "word"), [(-1.0, 100, "Failed"), (0.0, 100, "Completed"), (1.0, 2, "Timeout")]
)
def test_an_episodes_outcome_is_said_in_the_source_systems_words(
    home: Path, daemon: ScriptedDaemon, reward: float, limit: int, word: str
) -> None:
    with duallane.Run("r", home=home) as run:
        env = run.wrap(Corridor(reward=reward, limit=limit))
        env.reset()
        while not any(env.step(1)[2:4]):
            pass
    assert daemon.table(EPISODES)["outcome"].to_pylist() == [word]


def test_the_newest_frame_stands_in_the_ring_with_the_numbers_of_its_step(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home, run_id=f"gym-{home.name}", frames_per_second=1e6) as run:
        env = run.wrap(Corridor())
        env.reset()
        env.step(1)
        ring = Path(f"/dev/shm/{layout.SEGMENT_PREFIX}{run.run_id}").read_bytes()
    assert struct.unpack_from("<II", ring, layout.HEADER_WIDTH) == (8, 6)
    assert struct.unpack_from("<Q", ring, layout.HEADER_HEAD) == (1,)
    _, frame_bytes, metadata_bytes = struct.unpack_from("<QII", ring, layout.HEADER_BYTES)
    start = layout.HEADER_BYTES + layout.SLOT_FRAME
    assert ring[start : start + frame_bytes] == bytes([1]) * (6 * 8 * 3)
    shown = json.loads(ring[start + frame_bytes : start + frame_bytes + metadata_bytes])
    assert {**shown, "t_ns": 0} == {
        "episode": 0,
        "step": 0,
        "agent": "default",
        "t_ns": 0,
        "reward": 1.0,
        "return": 1.0,
    }
    assert not Path(f"/dev/shm/{layout.SEGMENT_PREFIX}{run.run_id}").exists(), "gone with the run"


@pytest.mark.parametrize("options", [{"frames_per_second": 0}, {}])
def test_no_frame_is_rendered_that_nobody_wants(home: Path, daemon: ScriptedDaemon, options: dict[str, float]) -> None:
    with duallane.Run("r", home=home, **options) as run:  # type: ignore[arg-type]
        inner = Corridor(render_mode="rgb_array" if options else None)
        inner.render = lambda: pytest.fail("rendered")  # type: ignore[method-assign]
        env = run.wrap(inner)
        env.reset()
        env.step(1)


def test_frames_leave_by_time_and_not_by_step(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home, frames_per_second=0.001) as run:
        env = run.wrap(Corridor(limit=1000))
        env.reset()
        for _ in range(200):
            env.step(0)
        assert run._frames.published == 1


def test_a_renderer_that_returns_nonsense_is_said_once_and_training_goes_on(
    home: Path, daemon: ScriptedDaemon, caplog: pytest.LogCaptureFixture
) -> None:
    with duallane.Run("r", home=home, frames_per_second=1e6) as run:
        inner = Corridor()
        inner.render = lambda: None  # type: ignore[method-assign,return-value]
        env = run.wrap(inner)
        env.reset()
        for _ in range(3):
            env.step(0)
            run._frames._due = 0.0
    assert len([r for r in caplog.records if r.levelno >= logging.WARNING]) == 1
    assert "A frame is a uint8 numpy array; this is a NoneType." in caplog.text
    assert daemon.table(STEPS).num_rows == 3


def test_what_is_no_environment_is_refused_with_the_way_round(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run, pytest.raises(DuallaneError, match="not a object") as caught:
        run.wrap(object())
    assert caught.value.code == "wrap-unsupported"
    assert "run.log_step" in caught.value.sentence


def test_a_wrapped_environment_gives_exactly_what_the_bare_one_gives(home: Path, daemon: ScriptedDaemon) -> None:
    bare = gymnasium.make("CartPole-v1")
    with duallane.Run("r", home=home) as run:
        wrapped = run.wrap(gymnasium.make("CartPole-v1"))
        assert np.array_equal(bare.reset(seed=3)[0], wrapped.reset(seed=3)[0])
        for action in (0, 1, 1, 0, 1):
            left, right = bare.step(action), wrapped.step(action)
            assert np.array_equal(left[0], right[0])
            assert left[1:] == right[1:]
        assert wrapped.spec is not None
        assert gymnasium.make(wrapped.spec).spec == bare.spec, "and it can be made again from what it says of itself"
        assert wrapped.unwrapped.__class__ is bare.unwrapped.__class__
