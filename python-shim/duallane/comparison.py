"""Runs compared over seeds: a view for the notebook, and the same numbers here.

    view = duallane.compare(["ppo", "dqn"], baseline="dqn")   # every run of these names
    view                                                       # curves, bands, summary, config differences
    view.to_pandas()                                           # the summary's numbers
    view.curves()["ppo"].middle                                # the line that is drawn

The page reads history by itself; the numbers here are computed from the same rows by the same rules, with the same
draws of the bootstrap.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Unicode

from .errors import DuallaneError
from .view_output import checked_run_id
from .views import View

if TYPE_CHECKING:
    import pandas as pd

    from .run import Run
    from .run_groups import RunGroup
    from .seed_statistics import Better, Floats, GroupFigures, GroupRun

_BAND = "iqm"
_FALLS = re.compile(r"^metric:(.*[^a-z])?(loss|error|cost|regret)(e?s)?([^a-z/][^/]*)?$", re.IGNORECASE)
_AXES = ("step", "episode", "time", "process", "budget")


@dataclass(frozen=True)
class GroupCurve:
    """A group's line and band. x: middles of the bins; low, high: NaN where fewer than two runs are; n: runs there."""

    x: Floats
    middle: Floats
    low: Floats
    high: Floats
    n: Floats

    def __repr__(self) -> str:
        if len(self.x) == 0:
            return "<GroupCurve without a point>"
        return f"<GroupCurve of {len(self.x)} points, x {self.x[0]:g} to {self.x[-1]:g}, last {self.middle[-1]:g}>"


class RunCompare(View):
    """Many runs as groups of seeds. Made by duallane.compare."""

    _model_name = Unicode("RunCompareModel", read_only=True).tag(sync=True)
    _view_name = Unicode("RunCompareView", read_only=True).tag(sync=True)
    _view_kind = Unicode("run-compare", read_only=True).tag(sync=True)

    def __init__(
        self, runs: list[str], settings: dict[str, Any], title: str = "", home: Path | str | None = None
    ) -> None:
        self._home = home
        super().__init__(runs, settings, title)

    def figures(self) -> dict[str, GroupFigures]:
        """The summary's rows by the groups' names, from what is durable now.

        Warns of names that no run has. Raises DuallaneError: "runs" when no run has a point to compare, "settings" when
        nothing here is called as the baseline, and the errors of reaching the daemon.
        """
        from .seed_statistics import compare_groups

        baseline = self.settings.get("baseline")
        groups = self._groups()
        chosen = next((group.label for group, _ in groups if _is_named(group, baseline)), None)
        if baseline is not None and chosen is None and baseline not in self.settings.get("names", []):
            labels = ", ".join(group.label for group, _ in groups[:10])
            raise DuallaneError(
                "settings", f"No group or run here is called {baseline!r}. As baseline take one of {labels}."
            )
        _, _, rows = compare_groups(
            [(group.label, runs) for group, runs in groups],
            "iqm" if self.settings.get("band", _BAND) == "iqm" else "mean",
            at=self.settings.get("at"),
            baseline=chosen,
            threshold=self.settings.get("threshold"),
            better=self.settings.get("better") or usually_better(self.settings.get("value", "return")),
        )
        return {row.key: row for row in rows}

    def curves(self) -> dict[str, GroupCurve]:
        """The lines and bands of the whole chart, by the groups' names. Raises as figures."""
        from .seed_statistics import band_of, grid_over, on_grid

        groups = self._groups()
        grid = grid_over([run.curve.x for _, runs in groups for run in runs])
        found = {}
        for group, runs in groups:
            seeds = [(run.task, on_grid(run.curve.x, run.curve.smoothed, grid)) for run in runs if len(run.curve.x)]
            found[group.label] = GroupCurve(grid.middles, *band_of(seeds, grid.bins, self.settings.get("band", _BAND)))
        return found

    def to_pandas(self) -> pd.DataFrame:
        """The summary as a DataFrame, a row for each group. Raises as figures."""
        import pandas as pd

        rows = [_flat(figures) for figures in self.figures().values()]
        return pd.DataFrame(rows).set_index("group")

    def _groups(self) -> list[tuple[RunGroup, list[GroupRun]]]:
        from .comparison_rows import curves_of_runs
        from .run_groups import NamedRun, flat_config, group_runs
        from .seed_statistics import GroupRun, RunCurve, grid_over, smooth

        settings = self.settings
        names = settings.get("names", [])
        every = not self.runs and not names
        known = [
            NamedRun(run.run_id, run.name, flat_config(run.config), _us(run.created_at))
            for run in reversed(_known(self._home))
            if every or run.run_id in self.runs or run.name in names
        ]
        groups = group_runs(known, settings.get("by", "seed"))
        logged = curves_of_runs(
            known, settings.get("value", "return"), settings.get("axis", "step"), settings.get("agent"), self._home
        )
        ends = [curve.x[-1] for curve in logged.values() if len(curve.x)]
        if not ends:
            raise DuallaneError(
                "runs", "None of these runs has logged anything to compare yet. Ask again when they have."
            )
        absent = [name for name in names if all(run.name != name for run in known)]
        if absent:
            warnings.warn(f"No run is called {' or '.join(absent[:5])} yet: the others are compared.", stacklevel=3)
        reach = grid_over([curve.x for curve in logged.values()]).reach
        is_metric = settings.get("value", "return").startswith("metric:")
        words = settings.get("smoothing", "ema 2%" if is_metric else "mean 100")
        return [
            (
                group,
                [
                    GroupRun(
                        run.run_id,
                        run.task,
                        RunCurve(curve.x, curve.y, smooth(curve.x, curve.y, words, reach), curve.seconds),
                    )
                    for run in group.runs
                    for curve in [logged[run.run_id]]
                ],
            )
            for group in groups
        ]


def compare(
    runs: Run | str | Iterable[Run | str] = (), *, home: Path | str | None = None, **settings: Any
) -> RunCompare:
    """Runs side by side, as groups of seeds.

    runs: Runs, run ids, or names (every run of that name, those to come too); all runs when left out. settings: by
    ("seed": alike in all but the seed; "name"; "run"; or a config key such as "algo"), value ("return", "length" or
    "metric:NAME"), axis ("step", "episode", "time", "process", "budget" or "metric:NAME"), smoothing ("off", "mean
    100", "ema 2%"; the last for logged values when left out), band ("iqm", "bootstrap", "se", "sd", "min-max" or
    "none"), baseline (a group's name, or the id of one of its runs), better ("higher" or "lower"; left out, "lower"
    for a value whose name ends as a loss, error, cost or regret, else "higher"), at (the x to compare at),
    threshold (the level whose reaching is timed), agent, hidden, tab, height. Returns a view whose figures(),
    curves() and to_pandas() give its numbers.
    Raises DuallaneError: "run-unknown" for what is neither a run nor a text, "run-id", "settings", and what
    ensure_daemon raises.
    """
    named = [runs] if isinstance(runs, str) or hasattr(runs, "run_id") else list(runs)
    known = {run.run_id for run in _known(home)} if named else set()
    ids, names = [], list(settings.pop("names", []))
    for run in named:
        run_id = run if isinstance(run, str) else getattr(run, "run_id", None)
        if not isinstance(run_id, str):
            raise DuallaneError(
                "run-unknown", f"A comparison takes Runs, run ids and names of runs; not {type(run).__name__}."
            )
        if isinstance(run, str) and run not in known:
            names.append(checked_run_id(run))
        else:
            ids.append(run_id)
    _check(settings)
    title = ", ".join([*names, *(f"{len(ids)} runs" for _ in ids[:1])])
    return RunCompare(ids, {**({"names": names} if names else {}), **settings}, title, home)


def _us(created_at: datetime | None) -> int | None:
    """As the page knows it: whole milliseconds."""
    return None if created_at is None else (created_at - datetime(1970, 1, 1)) // timedelta(milliseconds=1) * 1000


def _known(home: Path | str | None) -> list[Any]:
    from .catalogue import runs

    return runs(home)


def _check(settings: dict[str, Any]) -> None:
    axis, value = settings.get("axis", "step"), settings.get("value", "return")
    if axis not in _AXES and not str(axis).startswith("metric:"):
        raise DuallaneError("settings", f"{axis!r} is no axis: take one of {', '.join(_AXES)}, or 'metric:NAME'.")
    if value not in ("return", "length") and not str(value).startswith("metric:"):
        raise DuallaneError("settings", f"{value!r} is no value: take 'return', 'length', or 'metric:NAME'.")
    if settings.get("better", "higher") not in ("higher", "lower"):
        raise DuallaneError("settings", f"{settings['better']!r} is not better: take 'higher' or 'lower'.")
    bands = ("iqm", "bootstrap", "se", "sd", "min-max", "none")
    if settings.get("band", _BAND) not in bands:
        raise DuallaneError("settings", f"{settings['band']!r} is no band: take one of {', '.join(bands)}.")


def usually_better(value: str) -> Better:
    """Which way a value gets better while nobody says: down for losses, errors, costs, regret; as the page has it."""
    return "lower" if _FALLS.search(value) else "higher"


def _is_named(group: RunGroup, baseline: str | None) -> bool:
    return baseline is not None and (group.label == baseline or any(run.run_id == baseline for run in group.runs))


def _flat(figures: GroupFigures) -> dict[str, Any]:
    low, high = figures.interval or (np.nan, np.nan)
    against = figures.against
    reached = figures.reached or (0, None, None)
    difference = (against.interval if against else None) or (np.nan, np.nan)
    improvement = (against.improvement_interval if against else None) or (np.nan, np.nan)
    return {
        "group": figures.key,
        "n": figures.n,
        "runs": figures.runs,
        "value": figures.value,
        "low": low,
        "high": high,
        "mean": figures.mean,
        "sd": figures.sd,
        "area": figures.area,
        "difference": against.difference if against else np.nan,
        "difference_low": difference[0],
        "difference_high": difference[1],
        "verdict": against.verdict if against else "",
        "improvement": against.improvement if against else np.nan,
        "improvement_low": improvement[0],
        "improvement_high": improvement[1],
        "reached": reached[0],
        "reached_x": reached[1],
        "reached_seconds": reached[2],
    }
