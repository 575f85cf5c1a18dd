"""Statistics over seeds against what scipy, pandas and rliable say, and against what the page computes."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from duallane import seed_statistics as seeds
from duallane.comparison import usually_better

GOLDEN = json.loads((Path(__file__).parents[2] / "proto/fixtures/seed-statistics.golden.json").read_text())
SCORES, REFERENCE, OURS = GOLDEN["scores"], GOLDEN["reference"], GOLDEN["ours"]
MANY = {"replicates": 5000, "seed": 1}


def near(wanted: list[float]) -> Any:
    """Two bootstraps of one sample agree but for chance: within a twentieth of the interval's width."""
    return pytest.approx(wanted, abs=(wanted[1] - wanted[0]) / 20)


def test_intervals_agree_with_scipy_and_rliable() -> None:
    a, b, c, d = (SCORES[name] for name in "ABCD")
    assert seeds.iqm(a) == pytest.approx(REFERENCE["scipy_trim_mean"]["A"])
    assert seeds.interval_of([a], "mean", **MANY) == near(REFERENCE["scipy_bootstrap_mean"]["A"])
    assert seeds.interval_of([a], "iqm", **MANY) == near(REFERENCE["rliable_iqm"]["A"]["interval"])
    assert seeds.interval_of(c, "iqm", **MANY) == near(REFERENCE["rliable_iqm"]["C"]["interval"])
    difference = seeds.difference_interval([a], [b], "iqm", **MANY)
    assert difference == near(REFERENCE["scipy_bootstrap_difference_iqm"])
    assert seeds.probability_of_improvement(c, d) == pytest.approx(REFERENCE["rliable_improvement"]["value"])
    assert seeds.improvement_interval(c, d, **MANY) == near(REFERENCE["rliable_improvement"]["interval"])


def test_smoothing_is_that_of_pandas() -> None:
    x, y = (np.array(GOLDEN["curve"][name], float) for name in "xy")
    assert seeds.smooth(x, y, "ema 2%", 200) == pytest.approx(REFERENCE["pandas_ewm_halflife_4s"])
    assert seeds.smooth(x, y, "mean 3", 200) == pytest.approx(REFERENCE["pandas_rolling_3"])
    assert seeds.smooth(x, y, "off", 200) is y


def test_a_bin_holds_the_last_value_between_points_only() -> None:
    held = seeds.on_grid(np.array([12.0, 14.0, 31.0]), np.array([1.0, 3.0, 7.0]), seeds.Grid(10.0, 5))
    np.testing.assert_array_equal(held, [np.nan, 2, 3, 7, np.nan])
    assert seeds.grid_to(1000) == seeds.Grid(5.0, 201)
    assert (seeds.grid_to(1001).width, seeds.grid_to(0)) == (10.0, seeds.Grid(1.0, 1))


def test_the_comparison_has_the_numbers_of_the_page() -> None:
    draws = seeds._mix((seeds._mix(np.uint64([1])) + np.arange(8, dtype=np.uint64)) & np.uint64(0xFFFFFFFF))
    assert np.floor(draws / 2.0**32 * 1000).tolist() == OURS["draws_seed_0_size_1000"]
    groups = [
        (
            group["key"],
            [
                seeds.GroupRun(
                    run["id"],
                    run["task"],
                    seeds.RunCurve(
                        x := np.array(run["x"], float),
                        y := np.array(run["y"], float),
                        seeds.smooth(x, y, "mean 3", 1),
                        x / 10,
                    ),
                )
                for run in group["runs"]
            ],
        )
        for group in GOLDEN["groups"]
    ]
    turned = seeds.compare_groups(groups, "iqm", baseline="base", better="lower")[2]
    for row, page in zip(turned, OURS["judged_where_lower_is_better"], strict=True):
        reached = page["reached"]
        assert row.reached == pytest.approx((reached["n"], *(reached.get(key) for key in ("x", "seconds"))))
        if row.against is None:
            assert "verdict" not in page
            continue
        assert row.against.verdict == page["verdict"]
        assert row.against.improvement == pytest.approx(page["improvement"])
        assert row.against.improvement_interval == pytest.approx(page["improvementInterval"])
    at, threshold, rows = seeds.compare_groups(groups, "iqm", baseline="base")
    wanted = OURS["compared"]
    assert (at, threshold) == pytest.approx((wanted["at"], wanted["threshold"]))
    for row, page in zip(rows, wanted["groups"], strict=True):
        found = asdict(row)
        for name in ("key", "n", "runs"):
            assert found[name] == page[name]
        for name in ("value", "interval", "mean", "sd", "area"):
            assert found[name] == pytest.approx(page.get(name)), name
        assert found["reached"] == pytest.approx(
            (page["reached"]["n"], *(page["reached"].get(k) for k in ("x", "seconds")))
        )
        against = page.get("against")
        if against is None:
            assert found["against"] is None
            continue
        assert found["against"]["verdict"] == against["verdict"]
        for name, key in (
            ("difference", "difference"),
            ("interval", "interval"),
            ("improvement", "improvement"),
            ("improvement_interval", "improvementInterval"),
        ):
            assert found["against"][name] == pytest.approx(against[key]), name


@pytest.mark.parametrize(("value", "better"), GOLDEN["better"].items())
def test_a_loss_gets_better_downwards_while_nobody_says(value: str, better: str) -> None:
    assert usually_better(value) == better
