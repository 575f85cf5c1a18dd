"""Which episodes of a run are recorded: what people write, as the run's configuration says it.

The daemon records, off the run's frame ring; the worker only publishes frames as always. `every_step` is the exception:
each step of every k-th episode is rendered then, which slows those episodes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import DuallaneError

RecordSettings = Mapping[str, Any] | int | bool | str | None


def record_settings(record: RecordSettings) -> dict[str, Any] | None:
    """As a mapping; None for nothing. The daemon checks the values.

    record: every k-th episode as a number; True for the best, the worst and failures; a mapping with every, best,
    worst, failures, failure_below, budget_mb, every_step, frames; or those as text, "every=10,best,failures". A failure
    is what the environment says (is_success or success in its last info), else an episode that ended in the way,
    terminated or truncated, which the run does worse with; failure_below says instead below which return one failed.
    frames: "auto" makes JPEGs of frames that do not pack without a loss, "lossless" of none, "jpeg" of all that can be.
    Raises DuallaneError('setting-invalid') for another type.
    """
    if record is None or record is False:
        return None
    if record is True:
        return {"best": True, "worst": True, "failures": True}
    if isinstance(record, int):
        return {"every": record}
    if isinstance(record, str):
        pairs = (part.partition("=") for part in record.split(",") if part.strip())
        return {name.strip(): _number(text) if equals else True for name, equals, text in pairs}
    if isinstance(record, Mapping):
        return dict(record)
    raise DuallaneError(
        "setting-invalid",
        f"record cannot be {record!r}: it is a number of episodes, True, a mapping, or text such as 'every=10,best'.",
    )


def with_record(config: Mapping[str, Any] | None, record: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The run's configuration with its recording in it."""
    if record is None:
        return config
    own = dict(config or {})
    ours = own.get("duallane")
    return {**own, "duallane": {**(ours if isinstance(ours, Mapping) else {}), "record": dict(record)}}


def every_step_of(record: Mapping[str, Any] | None) -> int:
    """Every how many episodes each step is rendered; 0 for never."""
    if not record or record.get("every_step") is not True:
        return 0
    every = record.get("every", 0)
    return every if isinstance(every, int) else 0


def _number(text: str) -> Any:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text.strip()
