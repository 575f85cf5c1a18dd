"""A run's rows as one curve: the value asked for over the x asked for.

The page's rules: src/widgets/comparison/run-curve.ts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .query import sql
from .run_groups import NamedRun
from .seed_statistics import Floats

_COLUMNS = {
    "episodes": "worker_id, agent_id, total_reward, steps, epoch_us(ts) AS us",
    "metrics": "worker_id, agent_id, name, step, value, epoch_us(ts) AS us",
}


@dataclass(frozen=True)
class LoggedCurve:
    """Ascending in x. seconds: since the run was opened, or its first row where that is earlier."""

    x: Floats
    y: Floats
    seconds: Floats


Rows = dict[str, Any]


def curves_of_runs(
    runs: Sequence[NamedRun], value: str, axis: str, agent: str | None, home: Path | str | None
) -> dict[str, LoggedCurve]:
    """One curve for each run, by run id."""
    ids = [run.run_id for run in runs]
    needs_metrics = any(choice.startswith("metric:") for choice in (value, axis))
    episodes = _rows("episodes", ids, home)
    metrics = _rows("metrics", ids, home) if needs_metrics else {}
    return {
        run.run_id: _curve(episodes.get(run.run_id), metrics.get(run.run_id), run, value, axis, agent) for run in runs
    }


def _rows(kind: str, ids: list[str], home: Path | str | None) -> dict[str, Rows]:
    table = sql(f"SELECT run_id, {_COLUMNS[kind]} FROM {kind} ORDER BY run_id, seq_id", home=home, run=ids)
    columns = {name: table.column(name).to_numpy() for name in table.column_names}
    found = {}
    for run_id in dict.fromkeys(columns["run_id"].tolist()):
        of = columns["run_id"] == run_id
        found[run_id] = {name: column[of] for name, column in columns.items()}
    return found


def _curve(
    episodes: Rows | None, metrics: Rows | None, run: NamedRun, value: str, axis: str, agent: str | None
) -> LoggedCurve:
    is_metric = value.startswith("metric:")
    rows = metrics if is_metric else episodes
    if rows is None or (axis == "budget" and run.budget is None):
        return LoggedCurve(np.empty(0), np.empty(0), np.empty(0))
    y = rows["value" if is_metric else "total_reward" if value == "return" else "steps"].astype(float)
    kept = np.isfinite(y)
    if agent is not None:
        kept &= rows["agent_id"] == agent
    if is_metric:
        kept &= rows["name"] == value.removeprefix("metric:")
    firsts = [each["us"].min() for each in (episodes, metrics) if each is not None]
    began = min(firsts if run.created_us is None else [*firsts, run.created_us])
    seconds = (rows["us"][kept] - began) / 1e6
    x = _x_of(rows, kept, seconds, episodes, metrics, is_metric, axis, run.budget)
    order = np.argsort(x, kind="stable")
    order = order[np.isfinite(x[order])]
    return LoggedCurve(x[order], y[kept][order], seconds[order])


def _x_of(
    rows: Rows,
    kept: Any,
    seconds: Floats,
    episodes: Rows | None,
    metrics: Rows | None,
    is_metric: bool,
    axis: str,
    budget: float | None,
) -> Floats:
    if axis in ("step", "budget"):
        steps = rows["step"][kept].astype(float) if is_metric else _counted(rows, kept, rows["steps"])
        return steps / (budget or 1.0) if axis == "budget" else steps
    if axis == "episode":
        if not is_metric:
            return _counted(rows, kept, np.ones(len(kept)))
        ends = np.sort(episodes["us"]) if episodes is not None else np.empty(0)
        return np.searchsorted(ends, rows["us"][kept], side="right").astype(float)
    if axis == "time":
        return seconds
    if axis == "process":
        return _attended(rows, kept, seconds)
    return _newest(metrics, axis.removeprefix("metric:"), rows["us"][kept])


def _counted(rows: Rows, kept: Any, amounts: Any) -> Floats:
    """Running sum for each agent."""
    out = np.zeros(len(kept))
    for agent in set(rows["agent_id"][kept].tolist()):
        of = kept & (rows["agent_id"] == agent)
        out[of] = np.cumsum(amounts[of].astype(float))
    return out[kept]


def _attended(rows: Rows, kept: Any, seconds: Floats) -> Floats:
    """seconds without those in which no worker was at work: from its first row, or the run's beginning, to its last."""
    us, workers = rows["us"], rows["worker_id"]
    spans = sorted((us[workers == w].min(), us[workers == w].max()) for w in set(workers.tolist()))
    away, end, at = np.zeros(int(kept.sum())), spans[0][1], us[kept]
    for first, last in spans:
        if first > end:
            away += np.where(at >= first, first - end, 0)
        end = max(end, last)
    return seconds - away / 1e6


def _newest(metrics: Rows | None, name: str, times: Any) -> Floats:
    """The newest value of that name at each time; NaN before the first."""
    if metrics is None:
        return np.full(len(times), np.nan)
    of = metrics["name"] == name
    order = np.argsort(metrics["us"][of], kind="stable")
    at, values = metrics["us"][of][order], metrics["value"][of][order]
    place = np.searchsorted(at, times, side="right") - 1
    return np.where(place >= 0, values[np.maximum(place, 0)], np.nan) if len(values) else np.full(len(times), np.nan)
