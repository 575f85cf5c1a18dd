"""Recorded episodes as Python asks for them: a real daemon, a real environment."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from test_real_daemon import end_daemon

import duallane
from duallane.errors import DuallaneError
from duallane.frame_lane import frame_metadata
from duallane.record_settings import every_step_of, record_settings, with_record


@pytest.fixture
def home_of_daemon(home: Path) -> Iterator[Path]:
    yield home
    end_daemon(home, signal.SIGTERM)


@pytest.mark.parametrize(
    ("given", "settings"),
    [
        (None, None),
        (False, None),
        (10, {"every": 10}),
        (True, {"best": True, "worst": True, "failures": True}),
        ("every=10, best,failure_below=0.5", {"every": 10, "best": True, "failure_below": 0.5}),
        ({"every": 2}, {"every": 2}),
    ],
)
def test_what_people_write_is_one_form(given, settings):
    assert record_settings(given) == settings


def test_another_type_is_refused_with_what_would_do():
    with pytest.raises(DuallaneError, match="every=10,best"):
        record_settings([1])  # type: ignore[arg-type]


def test_the_policy_stands_beside_what_the_config_says_already():
    config = {"lr": 1, "duallane": {"history": "sqlite"}}
    assert with_record(config, {"every": 2}) == {"lr": 1, "duallane": {"history": "sqlite", "record": {"every": 2}}}
    assert with_record(config, None) is config


def test_every_step_is_rendered_only_where_it_is_asked_for():
    assert every_step_of({"every": 5, "every_step": True}) == 5
    assert every_step_of({"every": 5}) == every_step_of(None) == every_step_of({"every_step": True}) == 0


def test_a_slot_is_named_in_the_frames_numbers_when_it_is_not_the_first():
    assert b"env_slot" not in frame_metadata(1, 2, "a", 0.0, 0.0)
    assert b'"env_slot":3,' in frame_metadata(1, 2, "a", 0.0, 0.0, 3)


def test_each_step_of_every_second_episode_is_recorded_as_it_was_rendered(home_of_daemon: Path):
    run = duallane.Run("recorded", home=home_of_daemon, record={"every": 2, "every_step": True})
    env = run.wrap(gymnasium.make("FrozenLake-v1", render_mode="rgb_array"))
    env.reset(seed=1)
    env.render()  # starts the renderer: the daemon's reader is there by then
    until(lambda: listed(run).live, "the frames to be read")
    rendered: dict[tuple[int, int], np.ndarray] = {}
    for episode in range(3):
        env.reset(seed=episode + 2)
        over, step = False, 0
        while not over:
            _, _, terminated, truncated, _ = env.step(step % 4)
            rendered[episode + 1, step] = env.render()
            over, step = terminated or truncated, step + 1
    run.close()
    found = until(lambda: duallane.recordings(run), "a recording")
    assert [one.episode for one in found] == [2]
    (second,) = found
    frames = dict(second.read())
    assert second.reasons == ("every",)
    assert second.seed == 3
    assert second.frames == len(frames)
    assert set(frames) <= set(range(second.steps))
    assert len(frames) > second.steps * 0.5, "a busy machine may lose some, not most"
    for step, frame in frames.items():
        assert np.array_equal(frame, rendered[2, step])


def listed(run: duallane.Run):
    from duallane._contract import duallane_pb2 as pb
    from duallane.catalogue import history_of

    with history_of(run.home) as daemon:
        return daemon.ListRecordings(pb.ListRecordingsRequest(run_id=run.run_id))


def until(found, what: str, seconds: float = 20.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := found():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"timed out waiting for {what}")
