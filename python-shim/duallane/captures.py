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

from .arrow_batches import JsonText, Oddities
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


class Captures:
    """Observations of one run as they were when they came. limit: bytes of the largest that is kept."""

    def __init__(self, limit: int, odd: Oddities) -> None:
        self.limit = limit
        self.left_out = 0
        self.plain_dtype: np.dtype | None = None  # the last one that needs no conversion: the fast way checks for it
        self._odd = odd

    def one(self, observation: Any) -> Any:
        """An observation as a row holds it: (dtype, shape, bytes), or JSON, or None when it is too large."""
        try:
            if hasattr(observation, "detach"):
                observation = observation.detach().cpu().numpy()
            elif not isinstance(observation, np.ndarray | np.generic) and hasattr(observation, "__array__"):
                observation = np.asarray(observation)
            if isinstance(observation, np.generic):
                observation = observation.item()
            if not isinstance(observation, np.ndarray) or observation.dtype.hasobject:
                return self._sized(frozen(observation))
            if observation.nbytes > self.limit:
                return self._sized(None)
            if not self._is_plain(observation.dtype):
                observation = observation.astype(observation.dtype.newbyteorder("<"))
            return (observation.dtype, observation.shape, observation.tobytes())
        except Exception as error:  # a foreign object's own failure: the row goes on without it
            self._odd.note(f"an observation could not be read ({error}); it was left out")
            return None

    def batch(self, observations: Any, count: int) -> list[Any]:
        """`count` observations that stand in one array, each as `one` makes it; [] when they do not."""
        if hasattr(observations, "detach"):
            observations = observations.detach().cpu().numpy()
        if not isinstance(observations, np.ndarray) or observations.shape[:1] != (count,):
            return []
        if observations.dtype is not self.plain_dtype and not self._is_plain(observations.dtype):
            return []
        size = observations.nbytes // count
        if size > self.limit:
            return [self._sized(None) for _ in range(count)]
        dtype, shape, raw = observations.dtype, observations.shape[1:], observations.tobytes()
        return [(dtype, shape, raw[at : at + size]) for at in range(0, size * count, size)] if size else []

    def _is_plain(self, dtype: np.dtype) -> bool:
        if dtype.hasobject or dtype.byteorder == ">" or not dtype.isbuiltin:
            return False
        self.plain_dtype = dtype
        return True

    def _sized(self, observation: Any) -> Any:
        if observation is not None and not (
            isinstance(observation, str) and len(observation) > max(4 * self.limit, 1024)
        ):
            return observation
        if self.left_out == 0:
            log.info(
                "Observations over %s bytes are left out of the steps; Run(observation_bytes=...) keeps larger ones.",
                f"{self.limit:,}",
            )
        self.left_out += 1
        return None
