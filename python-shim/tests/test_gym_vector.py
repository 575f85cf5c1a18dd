"""Vector environments: rows and episodes are the same whatever the autoreset mode and the kind of vector are."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AsyncVectorEnv, AutoresetMode, SyncVectorEnv
from scripted_daemon import ScriptedDaemon

import duallane
from duallane._contract import frame_ring as layout
from duallane.errors import RunCanceled
from duallane.video import tiled

STEPS, EPISODES = 1, 2


class Ladder(gymnasium.Env[np.ndarray, int]):
    """Ends after `length` steps; the observation counts them from 100 * the episode's number; reward is the action."""

    metadata = {"render_modes": ["rgb_array"]}  # noqa: RUF012
    observation_space = gymnasium.spaces.Box(0, 1e6, (2,), np.float32)
    action_space = gymnasium.spaces.Discrete(10)

    def __init__(self, length: int = 2, render_mode: str | None = "rgb_array") -> None:
        self.render_mode = render_mode
        self.length = length
        self.episode = -1
        self.steps = 0
        self.renders = 0

    def _observation(self) -> np.ndarray:
        return np.array([100 * self.episode + self.steps, self.length], np.float32)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[np.ndarray, dict]:
        super().reset(seed=seed)
        self.episode += 1
        self.steps = 0
        return self._observation(), {}

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict]:
        self.steps += 1
        return self._observation(), float(action), self.steps >= self.length, False, {"n": self.steps}

    def render(self) -> np.ndarray:
        self.renders += 1
        return np.full((4, 6, 3), 10 * self.length + self.steps, np.uint8)


def ladders(*lengths: int) -> list[Callable[[], gymnasium.Env]]:
    return [partial(Ladder, length) for length in lengths]


def rows_of(daemon: ScriptedDaemon, slot: int) -> list[tuple[int, int, float, bool, float]]:
    return [
        (
            row["episode_index"],
            row["step_index"],
            row["reward"],
            row["terminated"],
            float(np.frombuffer(row["observation"], "<f4")[0]),
        )
        for row in daemon.table(STEPS).to_pylist()
        if row["env_slot"] == slot
    ]


def test_a_second_vector_of_a_run_goes_on_with_each_slots_next_episode(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:
        for _ in range(2):
            env = run.wrap(SyncVectorEnv(ladders(1, 9)))
            env.reset()
            for _ in range(3):
                env.step(np.array([1, 1]))
            env.close()
    places = [row[:2] for slot in (0, 1) for row in rows_of(daemon, slot)]
    assert places == [(0, 0), (1, 0), (2, 0), (3, 0), (0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]


def test_returns_add_up_over_episodes_of_any_length(home: Path, daemon: ScriptedDaemon) -> None:
    random = np.random.default_rng(1)
    with duallane.Run("r", home=home) as run:
        envs = run.wrap(SyncVectorEnv(ladders(3, 700, 1100, 5000)))
        envs.reset()
        for _ in range(2300):
            envs.step(random.integers(0, 10, 4))
        envs.close()
    rows: dict[tuple[int, int], list[float]] = {}
    for row in daemon.table(STEPS).to_pylist():
        rows.setdefault((row["env_slot"], row["episode_index"]), []).append(row["reward"])
    told = {
        (e["env_slot"], e["episode_index"]): (e["steps"], e["total_reward"]) for e in daemon.table(EPISODES).to_pylist()
    }
    assert told == {place: (len(rewards), sum(rewards)) for place, rewards in rows.items()}
    assert [told[place][0] for place in ((0, 0), (1, 2), (2, 1), (3, 0))] == [3, 700, 1100, 2300]


def test_steps_after_the_runs_end_are_counted_as_lost_and_none_is_kept(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:
        env = run.wrap(SyncVectorEnv(ladders(9, 9)))
        env.reset()
        env.step(np.array([1, 1]))
    env.step(np.array([1, 1]))
    late = run.wrap(SyncVectorEnv(ladders(9, 9)))
    late.reset()
    late.step(np.array([1, 1]))
    late.close()
    env.close()
    assert run.lost_rows == 4
    assert daemon.table(STEPS).num_rows == 2


@pytest.mark.parametrize("kind", [SyncVectorEnv, AsyncVectorEnv])
@pytest.mark.parametrize("mode", list(AutoresetMode))
def test_each_slot_has_the_rows_of_its_own_episodes_in_every_autoreset_mode(
    home: Path, daemon: ScriptedDaemon, kind: Any, mode: AutoresetMode
) -> None:
    with duallane.Run("r", home=home, frames_per_second=0) as run:
        envs = run.wrap(kind(ladders(2, 3), autoreset_mode=mode), agent_id="a")
        envs.reset(seed=7)
        played = [0, 0]
        while min(played) < 6:
            _, _, ended, _, _ = envs.step(np.array([1, 2]))
            if mode is AutoresetMode.DISABLED and ended.any():
                envs.reset(options={"reset_mask": ended})
            played = [played[slot] + 1 for slot in (0, 1)]
        envs.close()
    first, second = rows_of(daemon, 0), rows_of(daemon, 1)
    wanted = [(0, 0, 1.0, False, 1), (0, 1, 1.0, True, 2), (1, 0, 1.0, False, 101), (1, 1, 1.0, True, 102)]
    assert first[:4] == wanted
    assert second[:4] == [
        (0, 0, 2.0, False, 1), (0, 1, 2.0, False, 2), (0, 2, 2.0, True, 3), (1, 0, 2.0, False, 101),
    ]  # fmt: skip
    assert len(first) + len(second) == (9 if mode is AutoresetMode.NEXT_STEP else 12), "a resetting call is no step"
    episodes = daemon.table(EPISODES).to_pylist()
    whole = [e for e in episodes if e["metadata_json"] is None]
    assert {(e["env_slot"], e["episode_index"], e["steps"], e["total_reward"], e["outcome"]) for e in whole} >= {
        (0, 0, 2, 2.0, "Success"), (0, 1, 2, 2.0, "Success"), (1, 0, 3, 6.0, "Success"),
    }  # fmt: skip
    assert [e["seed"] for e in whole if e["episode_index"] == 0] == [7, 8]
    seeds = {(s["env_slot"], s["episode_index"]): s["episode_seed"] for s in daemon.table(STEPS).to_pylist()}
    assert {place: seed for place, seed in seeds.items() if seed is not None} == {(0, 0): 7, (1, 0): 8}
    assert all(e["agent_id"] == "a" for e in episodes)
    assert {e["game_id"] for e in episodes} == {"Ladder" if kind is SyncVectorEnv else None}
    left = [e for e in episodes if e["metadata_json"] is not None]
    assert all(json.loads(e["metadata_json"]) == {"abandoned": True} for e in left)
    assert sum(e["steps"] for e in episodes) == len(first) + len(second)


def test_the_loop_gets_exactly_what_the_bare_vector_gives(home: Path, daemon: ScriptedDaemon) -> None:
    bare = gymnasium.make_vec("CartPole-v1", num_envs=3, vectorization_mode="sync")
    with duallane.Run("r", home=home) as run:
        logged = run.wrap(gymnasium.make_vec("CartPole-v1", num_envs=3, vectorization_mode="sync"))
        assert np.array_equal(bare.reset(seed=3)[0], logged.reset(seed=3)[0])
        for i in range(60):
            actions = np.array([i % 2, 1, 0])
            for left, right in zip(bare.step(actions)[:4], logged.step(actions)[:4], strict=True):
                assert np.array_equal(left, right)
        assert (logged.num_envs, logged.single_action_space) == (3, bare.single_action_space)
    assert {e["game_id"] for e in daemon.table(EPISODES).to_pylist()} == {"CartPole-v1"}


def test_a_vector_made_in_one_piece_is_logged_too(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:
        envs = run.wrap(gymnasium.make_vec("CartPole-v1", num_envs=4, vectorization_mode="vector_entry_point"))
        envs.reset(seed=1)
        ended = 0
        for _ in range(100):
            answer = envs.step(np.ones(4, np.int64))
            ended += int((answer[2] | answer[3]).sum())
        envs.close()
    episodes = [e for e in daemon.table(EPISODES).to_pylist() if e["metadata_json"] is None]
    assert len(episodes) == ended > 20
    assert daemon.table(STEPS).num_rows == sum(e["steps"] for e in daemon.table(EPISODES).to_pylist())


def test_dict_observations_and_continuous_actions_are_kept_per_slot(home: Path, daemon: ScriptedDaemon) -> None:
    class Odd(Ladder):
        observation_space = gymnasium.spaces.Dict({"n": gymnasium.spaces.Box(0, 9, (1,), np.float32)})
        action_space = gymnasium.spaces.Box(-1, 1, (2,), np.float32)

        def _observation(self) -> Any:
            return {"n": np.array([self.steps], np.float32)}

        def step(self, action: Any) -> Any:
            return super().step(float(action[0]))  # type: ignore[arg-type]

    with duallane.Run("r", home=home) as run:
        envs = run.wrap(SyncVectorEnv([Odd, Odd]))
        envs.reset()
        envs.step(np.array([[0.5, 0.25], [1.0, 0.0]], np.float32))
    rows = daemon.table(STEPS).to_pylist()
    assert [json.loads(r["action_json"]) for r in rows] == [[0.5, 0.25], [1.0, 0.0]]
    assert [json.loads(r["observation_json"]) for r in rows] == [{"n": [1.0]}, {"n": [1.0]}]


def shown_frame(run: duallane.Run) -> tuple[tuple[int, int], np.ndarray, dict[str, Any]]:
    """Size, pixels and metadata of the newest frame in the run's ring."""
    ring = Path(f"/dev/shm/{layout.SEGMENT_PREFIX}{run.run_id}").read_bytes()
    width, height = struct.unpack_from("<II", ring, layout.HEADER_WIDTH)
    capacity, slot_size = struct.unpack_from("<II", ring, layout.HEADER_CAPACITY)
    (head,) = struct.unpack_from("<Q", ring, layout.HEADER_HEAD)
    start = layout.HEADER_BYTES + (head - 1) % capacity * slot_size
    _, frame_bytes, metadata_bytes = struct.unpack_from("<QII", ring, start)
    start += layout.SLOT_FRAME
    pixels = np.frombuffer(ring[start : start + frame_bytes], np.uint8).reshape(height, width, 3)
    return (height, width), pixels, json.loads(ring[start + frame_bytes : start + frame_bytes + metadata_bytes])


@pytest.mark.parametrize("kind", [SyncVectorEnv, AsyncVectorEnv])
def test_one_slot_is_shown_with_its_own_numbers_and_no_other_is_rendered(
    home: Path, daemon: ScriptedDaemon, kind: Any
) -> None:
    options: dict[str, Any] = {"frames_per_second": 1e6, "video_slot": 1}
    with duallane.Run("r", home=home, run_id=f"vec-{home.name}", **options) as run:
        envs = run.wrap(kind(ladders(5, 6)))
        envs.reset()
        envs.step(np.array([3, 4]))
        size, pixels, shown = shown_frame(run)
        if kind is SyncVectorEnv:
            assert [env.renders for env in envs.unwrapped.envs] == [0, 1]
        envs.close()
    assert (size, int(pixels[0, 0, 0])) == ((4, 6), 61)
    assert (shown["reward"], shown["return"], shown["episode"], shown["step"]) == (4.0, 4.0, 0, 0)


def test_a_grid_shows_the_first_environments_row_by_row_on_black(home: Path, daemon: ScriptedDaemon) -> None:
    options: dict[str, Any] = {"frames_per_second": 1e6, "video": "grid", "grid_limit": 3}
    with duallane.Run("r", home=home, run_id=f"grid-{home.name}", **options) as run:
        envs = run.wrap(SyncVectorEnv(ladders(5, 6, 7, 8)))
        envs.reset()
        envs.step(np.array([1, 2, 3, 4]))
        size, pixels, shown = shown_frame(run)
        assert [env.renders for env in envs.unwrapped.envs] == [1, 1, 1, 0]
    assert size == (8, 12)
    assert [int(pixels[y, x, 0]) for y in (0, 4) for x in (0, 6)] == [51, 61, 71, 0]
    assert shown["reward"] == 2.0


def test_single_environments_of_one_run_share_a_grid(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home, run_id=f"tile-{home.name}", frames_per_second=1e6, video="grid") as run:
        envs = [run.wrap(Ladder(5 + slot), env_slot=slot) for slot in range(2)]
        for env in envs:
            env.reset()
        for _ in range(2):
            for env in envs:
                env.step(1)
        size, pixels, _ = shown_frame(run)
    assert size == (8, 6)
    assert [int(pixels[y, 0, 0]) for y in (0, 4)] == [52, 61], "the second tile comes with the next picture"


def test_the_last_picture_of_an_episode_never_bears_the_next_ones_numbers(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home, run_id=f"same-{home.name}", frames_per_second=1e6) as run:
        envs = run.wrap(SyncVectorEnv(ladders(2), autoreset_mode=AutoresetMode.SAME_STEP))
        envs.reset()
        for _ in range(2):
            envs.step(np.array([1]))
        before = run._frames.published
        _, pixels, shown = shown_frame(run)
    assert (before, int(pixels[0, 0, 0]), shown["step"]) == (1, 21, 0), "step 2 was reset away and is not shown"


def test_pictures_are_tiled_by_the_sources_rule() -> None:
    tiles = [np.full((2, 3, 3), i + 1, np.uint8) for i in range(5)]
    picture = tiled(tiles)
    assert picture.shape == (6, 6, 3)
    assert picture[::2, ::3, 0].tolist() == [[1, 2], [3, 4], [5, 0]]


def test_an_answer_that_cannot_be_read_is_counted_and_the_loop_goes_on(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:
        inner = SyncVectorEnv(ladders(5))
        envs = run.wrap(inner)
        envs.reset()
        inner.step = lambda _: ("?", object(), None, None, {})  # type: ignore[method-assign,assignment,return-value]
        assert envs.step(np.array([1]))[0] == "?"
    assert any("could not be read" in (e["detail_json"] or "") for e in daemon.table(4).to_pylist())


def test_a_canceled_run_ends_a_vectors_loop_after_its_rows(home: Path, daemon: ScriptedDaemon) -> None:
    with pytest.raises(RunCanceled, match="enough"), duallane.Run("r", home=home) as run:
        envs = run.wrap(SyncVectorEnv(ladders(5, 5)))
        envs.reset()
        run._gate.cancel("enough of it")
        envs.step(np.array([1, 1]))
    assert daemon.table(STEPS).num_rows == 2


class Scripted(gymnasium.vector.VectorEnv):
    """Answers from the same arrays again and again, as a vector does that copies nothing."""

    metadata = {"autoreset_mode": AutoresetMode.DISABLED}  # noqa: RUF012
    num_envs = 2
    single_observation_space = gymnasium.spaces.Box(0, 9, (1,), np.float32)
    single_action_space = gymnasium.spaces.Box(-1, 1, (2,), np.float32)
    observation_space = gymnasium.spaces.Box(0, 9, (2, 1), np.float32)
    action_space = gymnasium.spaces.Box(-1, 1, (2, 2), np.float32)

    def __init__(self) -> None:
        self.observations: Any = np.zeros((2, 1), np.float32)
        self.rewards = np.zeros(2)
        self.ends = np.zeros(2, np.bool_)

    def reset(self, *, seed: Any = None, options: Any = None) -> Any:
        return self.observations, {}

    def step(self, actions: Any) -> Any:
        self.observations += 1
        self.rewards += 1.0
        return self.observations, self.rewards, self.ends, self.ends, {}


def test_arrays_that_change_after_a_step_leave_its_rows_as_they_were(home: Path, daemon: ScriptedDaemon) -> None:
    actions = np.zeros((2, 2), np.float32)
    with duallane.Run("r", home=home) as run:
        envs = run.wrap(Scripted())
        envs.reset()
        for i in range(3):
            actions[:] = (i, 0.5)
            envs.step(actions)
        actions[:] = np.nan
        envs.step(actions)
    rows = [row for row in daemon.table(STEPS).to_pylist() if row["env_slot"] == 1]
    assert [row["reward"] for row in rows] == [1.0, 2.0, 3.0, 4.0]
    assert [float(np.frombuffer(row["observation"], "<f4")[0]) for row in rows] == [1.0, 2.0, 3.0, 4.0]
    assert [row["action_json"] for row in rows] == ["[0.0,0.5]", "[1.0,0.5]", "[2.0,0.5]", "[null,null]"]


def test_observations_that_change_their_form_on_the_way_are_all_kept(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:
        bare = Scripted()
        envs = run.wrap(bare)
        envs.reset()
        for observations in (np.zeros((2, 1), np.float32), np.zeros((2, 3), np.int64), np.zeros((2, 2000)), [7, 8]):
            bare.step = lambda _, seen=observations: (seen, np.ones(2), np.zeros(2, bool), np.zeros(2, bool), {})  # type: ignore[method-assign]
            envs.step(np.zeros((2, 2)))
        assert run.observations_left_out == 2
    rows = [row for row in daemon.table(STEPS).to_pylist() if row["env_slot"] == 0]
    assert [row["step_index"] for row in rows] == [0, 1, 2, 3]
    assert [(row["observation"], row["observation_json"]) for row in rows] == [
        (None, "[0.0]"), (b"\0" * 24, None), (None, None), (None, "7"),
    ]  # fmt: skip


def test_every_step_of_a_recorded_episode_of_the_pictured_slot_is_rendered(home: Path, daemon: ScriptedDaemon) -> None:
    options: dict[str, Any] = {"frames_per_second": 1e-6, "record": {"every": 2, "every_step": True}}
    with duallane.Run("r", home=home, run_id=f"rec-{home.name}", **options) as run:
        envs = run.wrap(SyncVectorEnv(ladders(4, 9), autoreset_mode=AutoresetMode.NEXT_STEP))
        envs.reset()
        published = []
        for _ in range(10):
            envs.step(np.array([1, 1]))
            published.append(run._frames.published)
    assert published[:4] == [1, 2, 3, 4], "episode 0, each step of it"
    assert published[4:9] == [4] * 5, "the reset and episode 1"
