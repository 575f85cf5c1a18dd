"""What an environment says of success when an episode ends: `is_success` or `success` in its info."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

_NAMES = ("is_success", "success")


def told_success(info: Any) -> dict[str, bool] | None:
    """An episode's metadata; None when nothing is said."""
    if not isinstance(info, Mapping):
        return None
    for name in _NAMES:
        value = info.get(name)
        if isinstance(value, (bool, int, float, np.generic)):
            return {"is_success": bool(value)}
    return None


def told_success_of(infos: Any, slot: int) -> dict[str, bool] | None:
    """The same for one environment of a vector, whose infos are arrays with a mask of who said something."""
    final = infos.get("final_info", infos) if isinstance(infos, Mapping) else None
    if not isinstance(final, Mapping):
        return None
    for name in _NAMES:
        values, said = final.get(name), final.get(f"_{name}")
        if isinstance(values, np.ndarray) and isinstance(said, np.ndarray) and said[slot]:
            return {"is_success": bool(values[slot])}
    return None
