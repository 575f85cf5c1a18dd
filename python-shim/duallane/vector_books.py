"""Rows and episodes of environments that step together, one slot each.

Guarantees
- A slot's episodes get the run's next numbers; their steps add up to the rows that were logged for it.
- A step in which no episode begins or ends is a few copies of whole arrays, whatever the number of slots.
"""

from __future__ import annotations

import weakref
from array import array
from collections.abc import Callable, Iterable, Sequence
from time import time_ns
from typing import TYPE_CHECKING, Any

import numpy as np

from .captures import Arrays, frozen_each
from .vector_tape import Places, VectorTape
from .video import Shown

if TYPE_CHECKING:
    from .run import Run

FLOAT64 = np.dtype(np.float64)
BOOL = np.dtype(np.bool_)
_REWARDS_KEPT = 512


class VectorBooks:
    """The books of `count` environments of one agent. over: slots in no episode. nobody: what `flags` makes of none."""

    def __init__(self, run: Run, count: int, agent_id: str | None, mode: str | None, game_id: str | None) -> None:
        self.run = run
        self.count = count
        self.over = set(range(count))
        self.pictured = [slot for slot in range(count) if run.video.shows(slot)]
        self._agent_id = agent_id
        self._mode = mode
        self._game_id = game_id
        self._tape = run.new_vector_tape(count, agent_id)
        self._tick = 0
        self._episodes = array("q", [-1] * count)
        self._since = array("q", [0] * count)  # the tick of each slot's step 0
        # Rewards are added up when somebody asks: these are of the ticks since `_added`, and not in `_returns` yet.
        self._rewards: list[bytes] = []
        self._added = 0
        self._returns = [0.0] * count
        self._places: Places | None = None
        self._seeds: list[int | None] = [None] * count
        self._actions, self._observations = Arrays(), Arrays(run.captures.limit)
        self.nobody = bytes(count)
        self._lengths = (count * FLOAT64.itemsize, count, count)
        weakref.finalize(self, _end, self._tape).atexit = False

    def begin(self, slots: Iterable[int], seeds: Sequence[int | None] | None = None) -> None:
        """A new episode in each of the slots. seeds: of all slots."""
        for slot in slots:
            self._episodes[slot] = self.run.take_episode(slot, self._agent_id)
            self._since[slot] = self._tick
            self._returns[slot] = 0.0
            self._seeds[slot] = None if seeds is None else seeds[slot]
            self.over.discard(slot)
        self._places = None

    def abandon(self, slots: Iterable[int] | None = None) -> None:
        """Logs what is going on in the slots (None: all) as Running; they are over."""
        for slot in range(self.count) if slots is None else slots:
            if slot not in self.over and self._steps_of(slot) > 0:
                self._log_episode(slot, False, False, {"abandoned": True})
            self.over.add(slot)

    def step(
        self,
        rewards: Any,
        terminated: bytes,
        truncated: bytes,
        actions: Any,
        observations: Any,
        final: dict[int, Any] | None = None,
        resting: Sequence[int] = (),
    ) -> None:
        """A row of every slot that is not `resting`.

        actions, observations: one array, or a sequence of what each slot has; observations None: they are not kept.
        final: observations that stand instead of those of some slots. Raises ValueError when shapes do not fit.
        """
        if type(rewards) is not np.ndarray or rewards.dtype is not FLOAT64:
            rewards = as_array(rewards).astype(np.float64)
        raw = rewards.tobytes()
        if (len(raw), len(terminated), len(truncated)) != self._lengths:
            raise ValueError(f"not one reward and end for each of {self.count} environments")
        tape, run = self._tape, self.run
        places = self._places if self._places is not None and not resting else self._place(resting)
        if type(tape.entries) is list:
            kept = self._actions
            if type(actions) is np.ndarray and actions.dtype is kept.dtype and actions.shape == kept.shape:
                action_form, acted = kept.form, actions.tobytes()
            else:
                action_form, acted = kept.raw(actions, self.count) or (None, frozen_each(actions, self.count))
            kept = self._observations
            if observations is None:
                form, seen = None, None
            elif (
                type(observations) is np.ndarray
                and observations.dtype is kept.dtype
                and observations.shape == kept.shape
            ):
                form, seen = kept.form, observations.tobytes()
            else:
                form, seen = kept.raw(observations, self.count) or run.captures.batch(observations, self.count)
            tape.entries.extend(
                (time_ns(), self._tick, places, raw, terminated, truncated, action_form, acted, form, seen, final)
            )
            if len(tape.entries) >= tape.block_items:
                run.behind(tape)
        else:
            tape.skip()
        self._tick += 1
        self._rewards.append(raw)
        tape.steps += self.count - len(resting)
        for slot in resting:
            self._since[slot] += 1
        if len(self._rewards) == _REWARDS_KEPT:
            self._add_up()

    def _place(self, resting: Sequence[int]) -> Places:
        stepped = None
        if resting:
            stepped = bytearray(b"\1" * self.count)
            for slot in resting:
                stepped[slot] = 0
        seeds = None if self._seeds.count(None) == self.count else tuple(self._seeds)
        places = Places(self._episodes.tobytes(), self._since.tobytes(), stepped, seeds)
        self._places = None if resting else places
        return places

    def end(
        self,
        slots: Iterable[int],
        terminated: bytes,
        truncated: bytes,
        told: Callable[[int], dict[str, Any] | None] = lambda _slot: None,
    ) -> None:
        """The episodes of the slots are over. told: what is said of a slot's episode beside, its metadata."""
        for slot in slots:
            self._log_episode(slot, bool(terminated[slot]), bool(truncated[slot]), told(slot))
            self.over.add(slot)

    @property
    def pictured_episode(self) -> int:
        """The episode in the picture; the first tile's when there are several."""
        return self._episodes[self.pictured[0]]

    def shown(self, rewards: Any) -> Shown:
        """The numbers of the picture: of its slot, or the mean over its tiles."""
        first = self.pictured[0]
        return Shown(
            float(as_array(rewards)[self.pictured].mean()),
            sum(map(self._return_of, self.pictured)) / len(self.pictured),
            self.pictured_episode,
            max(self._steps_of(first) - 1, 0),
            self._agent_id,
            first,
        )

    def _steps_of(self, slot: int) -> int:
        return self._tick - self._since[slot]

    def _return_of(self, slot: int) -> float:
        """What the slot's episode has been rewarded with so far."""
        rewards = array("d", b"".join(self._rewards[max(self._since[slot] - self._added, 0) :]))
        return sum(rewards[slot :: self.count], self._returns[slot])

    def _add_up(self) -> None:
        totals = np.frombuffer(b"".join(self._rewards)).reshape(-1, self.count).sum(axis=0).tolist()
        self._returns = [
            self._returns[slot] + totals[slot] if self._since[slot] <= self._added else self._return_of(slot)
            for slot in range(self.count)
        ]
        self._rewards, self._added = [], self._tick

    def _log_episode(self, slot: int, terminated: bool, truncated: bool, metadata: dict[str, Any] | None) -> None:
        seed = self._seeds[slot]
        self.run.log_episode(
            self._return_of(slot),
            self._steps_of(slot),
            terminated,
            truncated,
            episode=self._episodes[slot],
            agent_id=self._agent_id,
            env_slot=slot,
            seed=seed,
            episode_seed=seed,
            mode=self._mode,
            game_id=self._game_id,
            metadata=metadata,
        )


def _end(tape: VectorTape) -> None:
    tape.is_over = True


def as_array(values: Any) -> np.ndarray:
    """Of an array or a tensor on any device."""
    if type(values) is np.ndarray:
        return values
    return np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)


def flags(values: Any) -> bytes:
    """One byte for each slot, 0 or 1, of an array or a tensor."""
    if type(values) is np.ndarray and values.dtype is BOOL:
        return values.tobytes()
    return as_array(values).astype(np.bool_).tobytes()


def ended_slots(terminated: bytes, truncated: bytes) -> list[int]:
    """The slots whose episode is over, ascending."""
    if not any(truncated):
        return _raised(terminated)
    return sorted({*_raised(terminated), *_raised(truncated)})


def _raised(raised: bytes) -> list[int]:
    slots, slot = [], raised.find(1)
    while slot >= 0:
        slots.append(slot)
        slot = raised.find(1, slot + 1)
    return slots
