"""Compact, strict JSON of whatever a training loop hands over: numpy, tensors, tuples, odd floats."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np


def _plain(value: Any) -> Any:
    """json's `default`: something json knows, for a value it does not. Raises TypeError when there is nothing."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", "replace")
    if isinstance(value, set | frozenset):
        return list(value)
    if hasattr(value, "detach"):  # a torch tensor, on any device
        return value.detach().cpu().numpy().tolist()
    if hasattr(value, "__array__"):
        return np.asarray(value).tolist()
    raise TypeError(f"{type(value).__name__} is nothing JSON can hold")


def _strict(value: Any) -> Any:
    """The same value with NaN and infinities as null and keys as text."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(item) for item in value]
    if value is None or isinstance(value, str | int):
        return value
    return _strict(_plain(value))


def compact_json(value: Any) -> str:
    """JSON without spaces. NaN and infinities become null. Raises TypeError or ValueError for what JSON cannot hold."""
    if type(value) is int:
        return str(value)
    try:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain)
    except (TypeError, ValueError):  # a NaN, a key that is no text, or truly nothing for JSON: the slow way finds out
        return json.dumps(_strict(value), separators=(",", ":"), ensure_ascii=False, allow_nan=False)
