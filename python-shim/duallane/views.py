"""The views, as a notebook's Python sees them: what to show, and settings. No data passes through the kernel.

    view = duallane.live(run)          # return curve, episodes, steps
    duallane.fastlane(run)             # the newest frame
    duallane.player(run)               # recorded episodes, step by step
    view.settings = {"every": 4}       # reaches the view on the page while the kernel is free

A view is drawn from its notebook output and stays alive without the kernel; the ipywidgets model only carries settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ipywidgets import DOMWidget
from traitlets import Dict, List, Unicode, validate

from ._contract.contract import VERSION
from .errors import DuallaneError
from .view_output import ViewKind, checked_run_id, checked_settings, mime_bundle, view_output

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow as pa

    from .run import Run

_MODULE = "@duallane/lab"
_EPISODES_MAX = 6
_MODULE_VERSION = f"^{VERSION}"


class View(DOMWidget):
    """Base of the views. runs: ids; settings: the element's own options, plain JSON values."""

    _model_module = Unicode(_MODULE, read_only=True).tag(sync=True)
    _model_module_version = Unicode(_MODULE_VERSION, read_only=True).tag(sync=True)
    _view_module = Unicode(_MODULE, read_only=True).tag(sync=True)
    _view_module_version = Unicode(_MODULE_VERSION, read_only=True).tag(sync=True)
    _view_kind: ViewKind | Unicode = Unicode(read_only=True).tag(sync=True)

    runs = List(Unicode()).tag(sync=True)
    settings = Dict().tag(sync=True)

    def __init__(self, runs: list[str], settings: dict[str, Any], title: str = "") -> None:
        self._title = title
        super().__init__(runs=[checked_run_id(run_id) for run_id in runs], settings=checked_settings(settings))

    @validate("settings")
    def _check_settings(self, proposal: dict[str, Any]) -> dict[str, Any]:
        return checked_settings(proposal["value"])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return mime_bundle(view_output(self._view_kind, self.runs, self.settings, self._title, self.model_id))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(runs={self.runs!r}, settings={self.settings!r})"


class LiveTelemetry(View):
    """Return curve, episode table, step table and the run's ledger."""

    _model_name = Unicode("LiveTelemetryModel", read_only=True).tag(sync=True)
    _view_name = Unicode("LiveTelemetryView", read_only=True).tag(sync=True)
    _view_kind = Unicode("live-telemetry", read_only=True).tag(sync=True)


class FastLane(View):
    """The newest frame of each run, and of each process of it, with its numbers."""

    _model_name = Unicode("FastLaneModel", read_only=True).tag(sync=True)
    _view_name = Unicode("FastLaneView", read_only=True).tag(sync=True)
    _view_kind = Unicode("fast-lane", read_only=True).tag(sync=True)


class SqlCell(View):
    """A question in SQL, asked by the page over what is durable and the live tail. settings: sql, name, params, live.

    The same question in Python: `.arrow()`, `.pandas()`, `.polars()` answer it with native DuckDB in this process, as
    it stands in the cell then and on what is durable then; the page's answer is not carried over.
    """

    _model_name = Unicode("SqlCellModel", read_only=True).tag(sync=True)
    _view_name = Unicode("SqlCellView", read_only=True).tag(sync=True)
    _view_kind = Unicode("sql-cell", read_only=True).tag(sync=True)

    def arrow(self) -> pa.Table:
        """The answer as a pyarrow.Table. Raises what duallane.sql raises."""
        from .query import sql

        return sql(str(self.settings.get("sql", "")), self.settings.get("params") or None, run=list(self.runs) or None)

    def pandas(self) -> pandas.DataFrame:
        """The answer as a pandas DataFrame."""
        return self.arrow().to_pandas()

    def polars(self) -> polars.DataFrame:
        """The answer as a Polars DataFrame. Raises DuallaneError "polars-missing" when Polars is not installed."""
        from .run_history import polars_of

        return polars_of(self.arrow())


class EpisodePlayer(View):
    """Episodes step by step: frames, actions, rewards and whatever was logged."""

    _model_name = Unicode("EpisodePlayerModel", read_only=True).tag(sync=True)
    _view_name = Unicode("EpisodePlayerView", read_only=True).tag(sync=True)
    _view_kind = Unicode("episode-player", read_only=True).tag(sync=True)


def live(run: Run | str, **settings: Any) -> LiveTelemetry:
    """The run's numbers, live and afterwards.

    run: a Run or one of duallane.runs(), a run id, or the name of a run (the newest of that name). Any other text is
    the id of a run that is yet to come: the view waits for it. settings: every (show every n-th step; the run's own
    TELEMETRY_SAMPLING_INTERVAL when left out), agent, tab ("episodes", "steps", "values" or "events"), filter (of that
    tab, as typed there), smoothing (of the curve, in episodes), beside (the curve: "auto", "step", "frame" or
    "nothing"), height (pixels).
    Raises DuallaneError: "run-unknown" for what names no run, "run-id", "settings", and what ensure_daemon raises.
    """
    run_id, title = _identify(run)
    return LiveTelemetry([run_id], settings, title)


def fastlane(run: Run | str | Sequence[Run | str], **settings: Any) -> FastLane:
    """The newest frame of a run, or of several side by side; further processes of a run get tiles of their own.

    run: as for live, or several of them. Errors: as for live. settings: hud (numbers on the frame), height (pixels).
    """
    named = [run] if isinstance(run, str) or not isinstance(run, Sequence) else run
    found = [_identify(each) for each in named]
    return FastLane(
        list(dict.fromkeys(run_id for run_id, _ in found)), settings, found[0][1] if len(found) == 1 else ""
    )


def player(
    run: Run | str | Sequence[Run | str], episode: int | Sequence[int] | None = None, **settings: Any
) -> EpisodePlayer:
    """Episodes of a run, step by step. run and errors: as for live; or several runs, to compare.

    episode: its index, or several to put side by side, six at most; of several runs one index means that episode of
    each. Left out, the page's cursor chooses, else a failure that was recorded, else the newest. settings: align
    ("step", "time", "fraction" or "return"), speed (of the environment's own, 1), values (names of logged values that
    stand under the frame), height (pixels).

        duallane.player(run, episode=[3, 40], align="return")
    """
    named = [run] if isinstance(run, str) or not isinstance(run, Sequence) else list(run)
    found = [_identify(one) for one in named]
    chosen = [] if episode is None else [episode] if isinstance(episode, int) else [int(one) for one in episode]
    if any(one < 0 for one in chosen) or len(chosen) * len(found) > _EPISODES_MAX:
        raise DuallaneError(
            "settings", f"A player shows at most {_EPISODES_MAX} episodes, by their index from 0; not {episode!r}."
        )
    if chosen:
        settings["episodes"] = [{"run": run_id, "episode": one} for one in chosen for run_id, _ in found]
    return EpisodePlayer([run_id for run_id, _ in found], settings, found[0][1] if found else "")


def _identify(run: Run | str) -> tuple[str, str]:
    """(run id, name) of whatever names a run."""
    if isinstance(run, str):
        return _look_up(run)
    run_id = getattr(run, "run_id", None)
    if not isinstance(run_id, str):
        raise DuallaneError(
            "run-unknown", f"A view takes a duallane.Run, a run id or a run's name; not {type(run).__name__}."
        )
    return run_id, str(getattr(run, "name", "") or "")


def _look_up(text: str) -> tuple[str, str]:
    """A run id that the daemon knows, else the newest run of that name, else the id of a run that is yet to come."""
    from .catalogue import all_runs, named_runs

    checked_run_id(text)
    named = named_runs(text, all_runs(None))
    return (named[0].run_id, named[0].name) if named else (text, "")
