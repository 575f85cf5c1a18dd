"""Groups of runs, what compare() takes, and its numbers from real rows."""

from __future__ import annotations

import json
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from jupyter_under_test import is_alive, until

import duallane
from duallane import comparison_rows
from duallane.home import read_daemon
from duallane.run_groups import NamedRun, flat_config, group_runs
from duallane.seed_statistics import band_of

GOLDEN = json.loads((Path(__file__).parents[2] / "proto/fixtures/run-groups.golden.json").read_text())
RUNS = [NamedRun(run["run_id"], run["name"], flat_config(run["config"])) for run in GOLDEN["runs"]]


@pytest.mark.parametrize("by", list(GOLDEN["by"]))
def test_groups_are_those_of_the_page(by: str) -> None:
    found = [
        {"label": group.label, "runs": [run.run_id for run in group.runs], "missing": list(group.missing_seeds)}
        for group in group_runs(RUNS, by)
    ]
    assert found == GOLDEN["by"][by]


def test_task_and_budget_are_those_of_the_page() -> None:
    by_id = {run.run_id: run for run in RUNS}
    assert {run: by_id[run].task for run in GOLDEN["tasks"]} == GOLDEN["tasks"]
    assert {run: by_id[run].budget for run in GOLDEN["budgets"]} == GOLDEN["budgets"]


def rows(**columns: list[Any]) -> dict[str, Any]:
    return {name: np.array(values) for name, values in columns.items()}


EPISODES = rows(
    worker_id=["w", "w", "w", "later", "later"],
    agent_id=["a", "b", "a", "a", "b"],
    total_reward=[10.0, 20.0, np.nan, 30.0, 40.0],
    steps=[5, 7, 3, 4, 6],
    us=[100_000_000, 101_000_000, 102_000_000, 110_000_000, 111_000_000],
)
METRICS = rows(
    worker_id=["w"] * 3,
    agent_id=["a"] * 3,
    name=["loss", "kl", "loss"],
    step=[5, 5, 12],
    value=[3.0, 9.0, 2.0],
    us=[100_500_000, 100_600_000, 110_500_000],
)


@pytest.mark.parametrize(
    ("axis", "agent", "x", "y"),
    [  # as test/unit/comparison.test.ts has them
        ("step", "a", [5, 9], [10, 30]),
        ("step", None, [5, 7, 9, 13], [10, 20, 30, 40]),
        ("episode", "b", [1, 2], [20, 40]),
        ("time", None, [0, 1, 10, 11], [10, 20, 30, 40]),
        ("process", None, [0, 1, 2, 3], [10, 20, 30, 40]),
        ("budget", "a", [0.05, 0.09], [10, 30]),
        ("metric:loss", None, [2, 3, 3], [40, 20, 30]),
    ],
)
def test_a_curve_has_the_numbers_of_the_page(axis: str, agent: str | None, x: list[float], y: list[float]) -> None:
    run = NamedRun("r", "r", {"total_timesteps": "100"})
    curve = comparison_rows._curve(EPISODES, METRICS, run, "return", axis, agent)
    assert (curve.x.tolist(), curve.y.tolist()) == (x, y)


@pytest.mark.parametrize(("axis", "x"), [("time", [2, 3, 12, 13]), ("process", [2, 3, 4, 5])])
def test_time_begins_when_the_run_was_opened(axis: str, x: list[float]) -> None:
    run = NamedRun("r", "r", {}, created_us=98_000_000)
    curve = comparison_rows._curve(EPISODES, None, run, "return", axis, None)
    assert (curve.x.tolist(), curve.seconds.tolist()) == (x, [2, 3, 12, 13])


def test_bands_are_around_the_line_and_of_two_runs_at_least() -> None:
    seeds = [("", np.array([level, level, np.nan])) for level in (1.0, 2.0, 3.0, 10.0)]
    middle, low, high, n = band_of(seeds, 3, "iqm")
    assert (middle[0], n.tolist()) == (2.5, [4, 4, 0])
    assert low[0] < 2.5 < high[0]
    assert (low[0], high[0]) == (low[1], high[1])
    assert np.isnan(middle[2])
    assert [edge[0] for edge in band_of(seeds[:1], 3, "min-max")[1:3]] == pytest.approx([np.nan] * 2, nan_ok=True)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="dl-") as directory:
        yield Path(directory)
        daemon = read_daemon(Path(directory))
        if daemon is not None and is_alive(daemon.pid):
            os.kill(daemon.pid, signal.SIGTERM)
            until(lambda: not is_alive(daemon.pid), "the daemon's end")


def test_real_runs_are_grouped_and_told_apart_only_where_they_differ(place: Path) -> None:
    for level in (100, 140):
        for seed in range(4):
            with duallane.Run(f"level-{level}", {"level": level, "seed": seed}, home=place, frames_per_second=0) as run:
                for episode in range(30):
                    run.log_episode(level + seed + episode % 3, 10, terminated=True)
    view = duallane.compare(["level-100", "level-140"], home=place, baseline="level-100", smoothing="off")
    assert view.settings == {"names": ["level-100", "level-140"], "baseline": "level-100", "smoothing": "off"}
    figures = view.figures()
    assert [(row.n, row.runs) for row in figures.values()] == [(4, 4), (4, 4)]
    against = figures["level-140"].against
    assert against is not None
    assert (against.verdict, against.improvement, against.difference) == ("better", 1.0, pytest.approx(40))
    fewer = duallane.compare(["level-100", "level-140"], home=place, baseline="level-100", better="lower")
    turned = fewer.figures()["level-140"].against
    assert turned is not None
    assert (turned.verdict, turned.improvement, turned.difference) == ("worse", 0.0, pytest.approx(40, abs=1))
    table = view.to_pandas()
    assert table.loc["level-100", "value"] == pytest.approx(102.5, abs=0.6)
    with pytest.warns(UserWarning, match="No run is called nope yet"):
        beside = duallane.compare(["level-100", "nope"], home=place, baseline="nope").to_pandas()
    assert list(beside.index) == ["level-100"]
    with pytest.raises(duallane.DuallaneError, match=r"called 'zz'\. As baseline take one of level-100, level-140"):
        duallane.compare(["level-100", "level-140"], home=place, baseline="zz").to_pandas()
    curve = view.curves()["level-140"]
    assert curve.x[-2] < 300 < curve.x[-1] + 1
    assert (curve.n == 4).any()
    assert ((curve.low <= curve.middle) | np.isnan(curve.low)).all()


def test_what_cannot_be_compared_is_refused_with_what_would_do(place: Path) -> None:
    with pytest.raises(duallane.DuallaneError, match="Runs, run ids and names") as found:
        duallane.compare([3], home=place)
    assert found.value.code == "run-unknown"
    for wrong in ({"axis": "steps"}, {"value": "reward"}, {"band": "ci"}, {"better": "up"}):
        with pytest.raises(duallane.DuallaneError, match="take "):
            duallane.compare(home=place, **wrong)
    with pytest.raises(duallane.DuallaneError, match="logged anything"):
        duallane.compare(["nobody"], home=place).figures()
    named = duallane.compare(SimpleNamespace(run_id="01J"), home=place)
    assert (named.runs, named.settings) == (["01J"], {})
