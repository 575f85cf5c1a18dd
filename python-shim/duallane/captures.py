"""What a row keeps of values that the training loop may change after the call: copies, made at once and cheaply.

Guarantees
- A foreign object's own failure is noted and its value left out; nothing raises.
- An observation over the limit is left out and counted.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from .arrow_columns import JsonText, Oddities
from .observation_columns import Form
from .plain_json import compact_json

log = logging.getLogger("duallane")
_LISTED_ELEMENTS_MAX = 64


def frozen(value: Any) -> Any:
    """The value as it is now: what can change later becomes a list of its own or JSON text at once."""
    if value is None or isinstance(value, bool | int | float | str | np.generic):
        return value
    if type(value) is np.ndarray and value.size <= _LISTED_ELEMENTS_MAX and value.dtype.kind in "biuf":
        return value.tolist()
    try:
        return JsonText(compact_json(value))
    except Exception:  # whatever a foreign object raises: the recorder notes it and leaves it out
        return value


def flat(values: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Names and values of mappings in mappings, joined by "/"."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}", value


def number(value: Any) -> float:
    """What float() makes of it, an array or tensor of one element included. Raises what that raises."""
    return float(value.item() if isinstance(value, np.ndarray) else value)


def whole(value: Any) -> int:
    """The int64 that the value is, as 2048.0 and a tensor of one element can be. Raises for anything else."""
    found = int(value.item() if isinstance(value, np.ndarray) else value)
    if not isinstance(value, str) and found != value:
        raise ValueError(f"{value} is not whole")
    if not -(2**63) <= found < 2**63:
        raise OverflowError("beyond 64 bits")
    return found


class Captures:
    """Observations of one run as they were when they came. limit: bytes of the largest that is kept."""

    def __init__(self, limit: int, odd: Oddities) -> None:
        self.limit = limit
        self.left_out = 0
        # The last array's, which fits as it is: whoever meets its like again need not look closer.
        self.dtype: np.dtype | None = None
        self.shape: tuple[int, ...] = ()
        self.form: Form | None = None
        self._odd = odd

    def one(self, observation: Any) -> tuple[Form | None, Any]:
        """(form, bytes) of an array, (None, what JSON can hold) of anything else, (None, None) when it is too large."""
        if type(observation) is np.ndarray and observation.dtype is self.dtype and observation.shape == self.shape:
            return self.form, observation.tobytes()
        try:
            if hasattr(observation, "detach"):
                observation = observation.detach().cpu().numpy()
            elif not isinstance(observation, np.ndarray | np.generic) and hasattr(observation, "__array__"):
                observation = np.asarray(observation)
            if isinstance(observation, np.generic):
                observation = observation.item()
            if not isinstance(observation, np.ndarray) or observation.dtype.hasobject:
                return None, self._sized(frozen(observation))
            if observation.nbytes > self.limit:
                return None, self._sized(None)
            if is_plain(observation.dtype):
                self.dtype, self.shape = observation.dtype, observation.shape
                self.form = (self.dtype, self.shape)
                return self.form, observation.tobytes()
            observation = observation.astype(observation.dtype.newbyteorder("<"))
            return (observation.dtype, observation.shape), observation.tobytes()
        except Exception as error:  # a foreign object's own failure: the row goes on without it
            self._odd.note(f"an observation could not be read ({error}); it was left out")
            return None, None

    def batch(self, observations: Any, count: int) -> tuple[Form | None, Any]:
        """Observations of `count` slots that `Arrays` did not take: (None, what `one` makes of each), or (None, None)
        when they are too large. Raises ValueError for another count."""
        is_array = isinstance(observations, np.ndarray) and observations.shape[:1] == (count,)
        if is_array and is_plain(observations.dtype) and observations.nbytes > self.limit * count:
            self._leave_out(count)
            return None, None
        each = [self.one(observation) for observation in observations]
        if len(each) != count:
            raise ValueError(f"{len(each)} observations of {count} environments")
        return None, each

    def _sized(self, observation: Any) -> Any:
        if observation is not None and not (
            isinstance(observation, str) and len(observation) > max(4 * self.limit, 1024)
        ):
            return observation
        self._leave_out(1)
        return None

    def _leave_out(self, count: int) -> None:
        if self.left_out == 0:
            log.info(
                "Observations over %s bytes are left out of the steps; Run(observation_bytes=...) keeps larger ones.",
                f"{self.limit:,}",
            )
        self.left_out += count


class Arrays:
    """Arrays whose first axis is the slots, and mostly of one form again and again. limit: bytes of one slot's."""

    __slots__ = ("_limit", "dtype", "form", "shape")

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit
        # The last array's, as in Captures.
        self.dtype: np.dtype | None = None
        self.shape: tuple[int, ...] = ()
        self.form: Form | None = None

    def raw(self, values: Any, count: int) -> tuple[Form | None, Any] | None:
        """(form of one slot, bytes of all); None when there is no such array, or it is over the limit."""
        if hasattr(values, "detach"):
            values = values.detach().cpu().numpy()
        if not isinstance(values, np.ndarray) or values.shape[:1] != (count,) or not is_plain(values.dtype):
            return None
        if self._limit is not None and values.nbytes > self._limit * count:
            return None
        self.dtype, self.shape = values.dtype, values.shape
        self.form = (values.dtype, values.shape[1:])
        return self.form, values.tobytes()


def frozen_each(values: Any, count: int) -> list[Any]:
    """What JSON can hold of each slot's value. Raises ValueError for another count."""
    each = [frozen(value) for value in values]
    if len(each) != count:
        raise ValueError(f"{len(each)} values of {count} environments")
    return each


def is_plain(dtype: np.dtype) -> bool:
    """Whether arrays of this dtype are stored as their bytes are."""
    return not dtype.hasobject and dtype.byteorder != ">" and bool(dtype.isbuiltin)
