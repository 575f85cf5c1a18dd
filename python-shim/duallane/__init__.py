"""Duallane: watch, keep and query a reinforcement-learning run inside the notebook that started it.

    import duallane

    with duallane.Run("cartpole", config={"lr": 3e-4}) as run:
        env = run.wrap(gymnasium.make("CartPole-v1", render_mode="rgb_array"))
        ...  # train

    duallane.live(run); duallane.fastlane(run)       # views, in a notebook
    duallane.sql("SELECT * FROM episodes ORDER BY total_reward DESC LIMIT 10")

Names load on first use: importing the package costs neither Arrow nor gRPC.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ._contract.contract import VERSION as __version__
from .errors import DuallaneError, RunCanceled

if TYPE_CHECKING:
    from .catalogue import runs
    from .comparison import RunCompare, compare
    from .frame_ring import FrameRingWriter
    from .page_cursor import cursor
    from .query import sql
    from .recorded_episodes import record_next, recordings
    from .run import Run
    from .run_control import archive, cancel, delete, logs, pause, rate, resume, step
    from .run_history import history
    from .views import fastlane, live, player

_HOMES = {
    "FrameRingWriter": "frame_ring",
    "Run": "run",
    "RunCompare": "comparison",
    "archive": "run_control",
    "cancel": "run_control",
    "compare": "comparison",
    "cursor": "page_cursor",
    "delete": "run_control",
    "fastlane": "views",
    "history": "run_history",
    "live": "views",
    "load_ipython_extension": "magics",
    "logs": "run_control",
    "pause": "run_control",
    "player": "views",
    "rate": "run_control",
    "record_next": "recorded_episodes",
    "recordings": "recorded_episodes",
    "resume": "run_control",
    "runs": "catalogue",
    "sql": "query",
    "step": "run_control",
}

__all__ = [
    "DuallaneError",
    "FrameRingWriter",
    "Run",
    "RunCanceled",
    "RunCompare",
    "__version__",
    "archive",
    "cancel",
    "compare",
    "cursor",
    "delete",
    "fastlane",
    "history",
    "live",
    "logs",
    "pause",
    "player",
    "rate",
    "record_next",
    "recordings",
    "resume",
    "runs",
    "sql",
    "step",
]


def __getattr__(name: str) -> Any:
    module = _HOMES.get(name)
    if module is None:
        raise AttributeError(f"module 'duallane' has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """What `jupyter-builder develop` links in a source tree; a wheel carries it as shared data."""
    return [{"src": "labextension", "dest": "@duallane/lab"}]


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
