"""What a view leaves in the notebook file: our own MIME type, an HTML sentence and a line of text.

Shape: proto/view-output.schema.json. The notebook file holds no widget state and no widget-view output: the view is
drawn from this output alone, with or without a kernel. The page writes the poster (its last picture) into it later.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ._contract.contract import VIEW_MIME
from .errors import DuallaneError

ViewKind = Literal["live-telemetry", "fast-lane", "sql-cell", "run-compare", "episode-player"]

VIEW_OUTPUT_VERSION = 1
SETTINGS_BYTES_MAX = 100_000
_RUN_ID_LENGTH_MAX = 128
_RUNS_MAX = 1000
_TITLE_LENGTH_MAX = 200
_NOT_IN_A_RUN_ID = re.compile(r"[\x00-\x1f/\\]")
_WHAT_IT_SHOWS: dict[ViewKind, str] = {
    "live-telemetry": "Live telemetry",
    "fast-lane": "Frames",
    "sql-cell": "SQL",
    "run-compare": "Comparison",
    "episode-player": "Episodes",
}


def checked_run_id(run_id: str) -> str:
    """The run id itself. Raises DuallaneError('run-id') for one that no run can have."""
    if not run_id or len(run_id) > _RUN_ID_LENGTH_MAX or _NOT_IN_A_RUN_ID.search(run_id):
        raise DuallaneError(
            "run-id",
            f"{run_id[:40]!r} is no run id: 1 to {_RUN_ID_LENGTH_MAX} characters, no slash, no control character.",
        )
    return run_id


def checked_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """A deep copy of a view's settings as plain JSON values. Raises DuallaneError('settings') for anything else."""
    try:
        text = json.dumps(dict(settings), allow_nan=False)
    except (TypeError, ValueError) as cause:
        raise DuallaneError("settings", f"A view's settings are plain JSON values: {cause}.") from cause
    if len(text.encode()) > SETTINGS_BYTES_MAX:
        raise DuallaneError(
            "settings", f"A view's settings hold at most {SETTINGS_BYTES_MAX} bytes; these are {len(text)}."
        )
    return json.loads(text)


def view_output(
    view: ViewKind, runs: Sequence[str], settings: Mapping[str, Any], title: str = "", model_id: str | None = None
) -> dict[str, Any]:
    """The MIME JSON. Raises DuallaneError: "run-id", "runs" or "settings"."""
    if len(runs) > _RUNS_MAX:
        raise DuallaneError("runs", f"A view shows at most {_RUNS_MAX} runs; {len(runs)} were named.")
    output: dict[str, Any] = {
        "version": VIEW_OUTPUT_VERSION,
        "view": view,
        "runs": [checked_run_id(run_id) for run_id in runs],
        "settings": checked_settings(settings),
    }
    if title:
        output["title"] = title[:_TITLE_LENGTH_MAX]
    if model_id:
        output["model_id"] = model_id
    return output


def mime_bundle(output: Mapping[str, Any]) -> dict[str, Any]:
    """All three forms of one output. What comes from a worker or a user is text in them, never markup."""
    subject = output.get("title") or ", ".join(output["runs"]) or "every run"
    what = f"{_WHAT_IT_SHOWS[output['view']]} of {subject}"
    return {
        VIEW_MIME: dict(output),
        "text/html": (
            f"<p>{html.escape(what)}</p>"
            "<p>This view draws itself in JupyterLab or Notebook 7 where Duallane is installed "
            "(<code>pip install duallane</code>, then reload the page). No kernel is needed.</p>"
        ),
        "text/plain": f"<Duallane: {what}>",
    }
