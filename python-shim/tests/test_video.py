"""What the fast lane shows: arguments, the source's switches, and the price of a picture."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scripted_daemon import ScriptedDaemon
from test_gym import Corridor

import duallane
from duallane.errors import DuallaneError
from duallane.video import Video, switches

STEPS, EPISODES, METRICS = 1, 2, 3


def test_an_argument_wins_over_the_sources_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {
        "GYM_GUI_FASTLANE_ONLY": "1",
        "GYM_GUI_FASTLANE_SLOT": "3",
        "GYM_GUI_FASTLANE_VIDEO_MODE": "GRID",
        "GYM_GUI_FASTLANE_GRID_LIMIT": "9",
        "TELEMETRY_SAMPLING_INTERVAL": "5",
    }.items():
        monkeypatch.setenv(name, text)
    assert switches({"video": None}) == (Video("grid", 3, 9, 5), True)
    assert switches({"video": "single", "video_slot": 0, "fast_lane_only": False}) == (Video("single", 0, 9, 5), False)


def test_a_switch_that_cannot_be_read_is_said_and_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    assert switches({}, {"video": "cinema", "video_slot": "first"}) == (Video(), False)
    assert [r.message for r in caplog.records] == [
        "The switch for video says 'cinema', which is none of single, grid, off; it was passed over.",
        "The switch for video_slot says 'first', which is no whole number; it was passed over.",
    ]


@pytest.mark.parametrize("bad", [{"video": "cinema"}, {"grid_limit": 0}, {"render_every": "x"}, {"video_slot": -1}])
def test_an_argument_that_cannot_be_is_refused_by_name(home: Path, bad: dict[str, object]) -> None:
    with pytest.raises(DuallaneError, match=f"setting-invalid: {next(iter(bad))} cannot be"):
        duallane.Run("r", home=home, **bad)  # type: ignore[arg-type]
    assert not list(home.iterdir()), "and no daemon was started for it"


def test_a_fast_lane_only_run_keeps_frames_values_and_events_but_no_step(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home, run_id=f"flo-{home.name}", frames_per_second=1e6, fast_lane_only=True) as run:
        env = run.wrap(Corridor())
        env.reset()
        for _ in range(4):
            env.step(1)
        assert run._frames.published > 0
        run.log(loss=0.5)
    assert {b.kind for b in daemon.received} == {METRICS, 4}
    assert daemon.table(METRICS).select(["name", "step"]).to_pylist() == [{"name": "loss", "step": 4}]


def test_only_every_nth_step_is_rendered(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home, run_id=f"nth-{home.name}", frames_per_second=1e9, render_every=5) as run:
        rendered = []
        inner = Corridor()
        inner.render = lambda: rendered.append(inner.steps) or np.zeros((2, 2, 3), np.uint8)  # type: ignore[method-assign,func-returns-value]
        env = run.wrap(inner)
        env.reset()
        for _ in range(20):
            run._frames._due = 0.0
            env.step(0)
    assert rendered == [5, 10, 15, 20]


def test_a_second_process_of_a_run_shows_its_frames_beside_the_first(home: Path, daemon: ScriptedDaemon) -> None:
    frame = np.zeros((4, 4, 3), np.uint8)
    run_id = f"two-{home.name}"
    with duallane.Run("r", home=home, run_id=run_id) as one, duallane.Run("r", home=home, run_id=run_id) as two:
        assert one.publish_frame(frame)
        assert two.publish_frame(frame)
        assert {path.name for path in Path("/dev/shm").glob(f"mosaic.fastlane.{run_id}*")} == {
            f"mosaic.fastlane.{run_id}", f"mosaic.fastlane.{run_id}-w1",
        }  # fmt: skip
    assert not list(Path("/dev/shm").glob(f"mosaic.fastlane.{run_id}*"))


def test_a_renderer_that_raises_costs_the_picture_and_not_the_step(
    home: Path, daemon: ScriptedDaemon, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> np.ndarray:
        raise OSError("no display")

    with duallane.Run("r", home=home, frames_per_second=1e9) as run:
        inner = Corridor()
        inner.render = broken  # type: ignore[method-assign]
        env = run.wrap(inner)
        env.reset()
        for _ in range(3):
            run._frames._due = 0.0
            env.step(0)
    assert daemon.table(STEPS).num_rows == 3
    assert len([r for r in caplog.records if "cannot be rendered (no display)" in r.message]) == 1


def test_nested_values_are_logged_under_joined_names(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:
        run.log({"losses": {"policy": 0.5, "value": np.float32(2.0)}, "kl": np.array([0.25])}, step=3, entropy=1)
        run.log({"bad": {"worse": "words"}})
    rows = daemon.table(METRICS).select(["name", "step", "value"]).to_pylist()
    assert rows == [
        {"name": "losses/policy", "step": 3, "value": 0.5},
        {"name": "losses/value", "step": 3, "value": 2.0},
        {"name": "kl", "step": 3, "value": 0.25},
        {"name": "entropy", "step": 3, "value": 1.0},
    ]
    told = [json.loads(e["detail_json"]) for e in daemon.table(4).to_pylist() if e["kind"] == "rejected_lines"]
    assert "bad/worse" in told[0]["samples"][0]
