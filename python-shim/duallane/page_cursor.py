"""The page's one cursor, as Python reads and sets it.

    duallane.cursor.episode                              # where somebody clicked
    duallane.cursor.move(run=run.run_id, episode=12)     # every view of the page goes there
    duallane.cursor.observe(show, names=["episode"])     # calls show(change) at each move

The page keeps the cursor; it reaches the kernel while the kernel is free, and the other way round.
"""

from __future__ import annotations

from typing import Any

from ipywidgets import Widget
from traitlets import Int, List, Unicode

from ._contract.contract import VERSION

_BELOW = {"run": ("agent", "episode", "step"), "agent": ("episode", "step"), "episode": ("step",)}


class Cursor(Widget):
    """Traits: runs (ids of the selected runs), run, agent, episode, step; None is "nowhere"."""

    _model_module = Unicode("@duallane/lab", read_only=True).tag(sync=True)
    _model_module_version = Unicode(f"^{VERSION}", read_only=True).tag(sync=True)
    _model_name = Unicode("CursorModel", read_only=True).tag(sync=True)

    runs = List(Unicode()).tag(sync=True)
    run = Unicode(None, allow_none=True).tag(sync=True)
    agent = Unicode(None, allow_none=True).tag(sync=True)
    episode = Int(None, allow_none=True, min=0).tag(sync=True)
    step = Int(None, allow_none=True, min=0).tag(sync=True)

    def move(self, **to: Any) -> None:
        """Moves several traits as one. What lies below a trait that changes, and is not named, is forgotten.

        run may be a duallane.Run. Raises traitlets.TraitError for a value that a trait cannot have.
        """
        unknown = set(to) - {"runs", "run", "agent", "episode", "step"}
        if unknown:
            raise TypeError(f"A cursor has runs, run, agent, episode and step; not {', '.join(sorted(unknown))}.")
        if "run" in to:
            to["run"] = getattr(to["run"], "run_id", to["run"])
        if "runs" in to:
            to["runs"] = [getattr(run, "run_id", run) for run in to["runs"]]
        forgotten = {
            below: None for name in to if name in _BELOW and to[name] != getattr(self, name) for below in _BELOW[name]
        }
        with self.hold_sync(), self.hold_trait_notifications():
            for name, value in {**forgotten, **to}.items():
                setattr(self, name, value)

    def __repr__(self) -> str:
        return (
            f"Cursor(runs={self.runs!r}, run={self.run!r}, agent={self.agent!r}, "
            f"episode={self.episode!r}, step={self.step!r})"
        )


cursor = Cursor()
