"""Rows and episodes of environments that step together, one slot each.

Guarantees
- A slot's episodes count from 0; their steps add up to the rows that were logged for it.
- One step of all slots is one addition to the run's rows.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from .video import Shown

if TYPE_CHECKING:
    from .run import Run

_NOTHING_MORE: dict[str, Any] = {}


class VectorBooks:
    """The books of `slots` environments of one agent. Masks are bool arrays of shape (slots,)."""

    def __init__(self, run: Run, slots: int, agent_id: str | None, mode: str | None, game_id: str | None) -> None:
        self.run = run
        self.count = slots
        self.is_over = np.ones(slots, np.bool_)
        self.some_are_over = True
        self.pictured = [slot for slot in range(slots) if run.video.shows(slot)]
        self._agent_id = agent_id
        self._mode = mode
        self._game_id = game_id
        self._slots = list(range(slots))
        self._episodes = np.full(slots, -1, np.int64)
        self._steps = np.zeros(slots, np.int64)
        self._returns = np.zeros(slots, np.float64)
        self._seeds: list[int | None] = [None] * slots

    def begin(self, begun: np.ndarray, seeds: Sequence[int | None] | None = None) -> None:
        """A new episode in the slots of the mask."""
        self._episodes += begun
        self._steps[begun] = 0
        self._returns[begun] = 0.0
        self.is_over[begun] = False
        self.some_are_over = bool(self.is_over.any())
        for slot in np.flatnonzero(begun).tolist():
            self._seeds[slot] = seeds[slot] if seeds is not None else None

    def abandon(self, slots: np.ndarray | None = None) -> None:
        """Logs what is going on in the slots of the mask (None: all) as Running; they are over."""
        left = ~self.is_over & (self._steps > 0)
        for slot in np.flatnonzero(left if slots is None else left & slots).tolist():
            self._log_episode(slot, False, False, {"abandoned": True})
        self.is_over |= True if slots is None else slots
        self.some_are_over = True

    def step(
        self,
        rewards: np.ndarray,
        terminated: np.ndarray,
        truncated: np.ndarray,
        actions: Sequence[Any],
        observations: Sequence[Any],
        stepped: np.ndarray | None = None,
    ) -> None:
        """A row of every slot, or of those in the mask `stepped`. actions, observations: as rows hold them."""
        if self.run.keeps_steps:
            columns: tuple[Sequence[Any], ...] = (
                self._slots,
                self._episodes.tolist(),
                self._steps.tolist(),
                rewards.tolist(),
                terminated.tolist(),
                truncated.tolist(),
                repeat(time.time_ns(), self.count),  # type: ignore[assignment]
                actions,
                observations,
            )
            rows = list(zip(repeat(self._agent_id), *columns, repeat(_NOTHING_MORE), strict=False))
            if stepped is not None:
                rows = [row for row, is_kept in zip(rows, stepped.tolist(), strict=True) if is_kept]
            self.run.add_steps(rows)
        self._steps += 1 if stepped is None else stepped
        self._returns += rewards if stepped is None else np.where(stepped, rewards, 0.0)

    def end(self, ended: np.ndarray, terminated: np.ndarray, truncated: np.ndarray) -> None:
        """The episodes of the slots in the mask `ended` are over."""
        for slot in np.flatnonzero(ended).tolist():
            self._log_episode(slot, bool(terminated[slot]), bool(truncated[slot]), None)
        self.is_over |= ended
        self.some_are_over = True

    def shown(self, rewards: np.ndarray) -> Shown:
        """The numbers of the picture: of its slot, or the mean over its tiles."""
        first = self.pictured[0]
        return Shown(
            float(rewards[self.pictured].mean()),
            float(self._returns[self.pictured].mean()),
            int(self._episodes[first]),
            max(int(self._steps[first]) - 1, 0),
            self._agent_id,
        )

    def _log_episode(self, slot: int, terminated: bool, truncated: bool, metadata: dict[str, Any] | None) -> None:
        self.run.log_episode(
            float(self._returns[slot]),
            int(self._steps[slot]),
            terminated,
            truncated,
            episode=int(self._episodes[slot]),
            agent_id=self._agent_id,
            env_slot=slot,
            seed=self._seeds[slot],
            episode_seed=self._seeds[slot],
            mode=self._mode,
            game_id=self._game_id,
            metadata=metadata,
        )


def as_array(values: Any) -> np.ndarray:
    """Of an array or a tensor on any device."""
    if type(values) is np.ndarray:
        return values
    return np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)
