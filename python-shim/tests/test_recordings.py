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
from duallane.recorded_episodes import RecordedEpisode
from duallane.recording_frames import FrameReader, open_recording

FIXTURES = Path(__file__).parents[2] / "proto/fixtures"


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
        ("best,frames=lossless", {"best": True, "frames": "lossless"}),
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


def test_frames_of_a_recording_of_before_there_were_jpegs_are_as_they_were_written():
    index, data = open_recording((FIXTURES / "recording-lossless.dlrec").read_bytes())
    with FrameReader(index, data) as reader:
        for n in range(6):
            frame = reader.frame(n)
            at = np.arange(frame.size)
            assert frame.shape == ((3, 2, 3) if n == 5 else (6, 8, 3))
            assert np.array_equal(frame.ravel(), (at * 7 + np.where(at < n * 6, n, 0)) & 255)


def test_of_a_mixed_recording_damaged_jpegs_are_named_by_step_and_no_other_frame_is_lost(caplog):
    episode = mixed(FIXTURES / "recording-mixed.dlrec")
    assert episode.jpeg_steps() == [12, 13, 14]
    steps = []
    with pytest.raises(DuallaneError, match="The frame of step 13 cannot be read: it is no whole JPEG"):
        steps.extend(step for step, _ in episode.read())
    found = dict(episode.read(skip_damaged=True))
    assert list(found) == [10, 11, 12, 15, 16]
    assert "steps [13, 14]" in caplog.text
    y, x = np.mgrid[0:16, 0:24]
    for step, frame in found.items():
        n = step - 10
        drawn = np.stack([x * 8 + n, y * 8 + n, np.full_like(x, 100 + n)], axis=2)
        error = np.square(frame.astype(float) - drawn).mean()
        assert error < 255**2 / 10**4 if step == 12 else error == 0


def test_a_file_whose_bytes_changed_is_refused_unless_damage_is_borne(tmp_path: Path):
    data = bytearray((FIXTURES / "recording-mixed.dlrec").read_bytes())
    data[20] ^= 1  # in the first frame, whose difference is the second
    path = tmp_path / "changed.dlrec"
    path.write_bytes(data)
    with pytest.raises(DuallaneError, match="not as it was written"):
        next(mixed(path).read())
    assert [step for step, _ in mixed(path).read(skip_damaged=True)] == [12, 15, 16]
    path.write_bytes(data[:-1])
    with pytest.raises(DuallaneError, match="recording-damaged"):
        next(mixed(path).read(skip_damaged=True))


def mixed(path: Path) -> RecordedEpisode:
    return RecordedEpisode("run-1", "a", 0, 4, None, 7, 7.0, True, False, ("demand",), 7, 3, path.stat().st_size, path)


def test_asking_for_recordings_works_after_recording_more_was_asked_for():
    # A module named like the function would take its place in the package.
    assert callable(duallane.record_next)
    assert callable(duallane.recordings)


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


def test_shaded_frames_are_kept_as_jpeg_unless_every_pixel_is_asked_for(home_of_daemon: Path):
    grain = np.random.default_rng(1).integers(0, 16, (120, 160, 1))
    shade = np.linspace(40, 200, 160)[None, :, None] * np.array([1.0, 0.8, 0.6])
    frames = [np.roll(shade + grain, 3 * at, axis=1).astype(np.uint8) for at in range(6)]
    errors = {}
    for form in ("auto", "lossless"):
        run = duallane.Run(form, home=home_of_daemon, record={"every": 1, "frames": form})
        run.publish_frame(frames[0], episode=9)
        until(lambda run=run: listed(run).live, "the frames to be read")
        for step, frame in enumerate(frames):
            run.publish_frame(frame, episode=0, step=step)
            time.sleep(0.1)
        run.log_episode(1.0, 6, True)
        run.close()
        (episode,) = until(lambda run=run: [one for one in duallane.recordings(run) if one.episode == 0], "a recording")
        assert episode.frames == 6
        errors[form] = [np.square(frame.astype(float) - frames[step]).mean() for step, frame in episode.read()]
        assert episode.jpeg_frames == (5 if form == "auto" else 0)
        assert episode.jpeg_steps() == ([1, 2, 3, 4, 5] if form == "auto" else [])
    assert errors["lossless"] == [0.0] * 6
    assert errors["auto"][0] == 0
    assert max(errors["auto"]) < 255**2 / 10**4


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
