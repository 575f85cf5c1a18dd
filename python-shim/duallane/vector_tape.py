"""Steps of environments that step together, as whole arrays: one entry a step, whatever the number of environments.

Guarantees
- An entry is the bytes of the arrays as they were: what the loop does with them later changes nothing.
- A batch is made of whole columns, without work per row, as long as actions and observations are arrays of one form.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from .arrow_batches import no_extras, steps_schema
from .arrow_columns import Oddities, array_jsons, column_over, constant_text, flags_column, integers, jsons
from .observation_columns import Form, Observations, observations, uniform_observations
from .tapes import Tape

# actions, observations: the bytes of all slots' arrays when their form (of one slot) is given. Else actions are a list
# of what JSON can hold, and observations a list of (form, value), or None. final: observations that stand instead of
# those, by slot.
FIELDS = (
    "ts_ns", "tick", "places", "rewards", "terminated", "truncated", "action_form", "actions", "form", "observations",
    "final",
)  # fmt: skip


class Places(NamedTuple):
    """Where the slots are in their episodes, until one of them begins or ends: bytes of int64 arrays.

    A slot's step index is the entry's tick less `since`. stepped: bool, the slots that take part; None: all. seeds:
    what the episodes were begun with; None: nobody said of any.
    """

    episodes: bytes
    since: bytes
    stepped: bytes | None
    seeds: tuple[int | None, ...] | None = None


class VectorTape(Tape):
    """The steps of `slots` environments of one agent. steps: rows that entries stand for so far."""

    def __init__(self, slots: int, agent: str) -> None:
        super().__init__("steps", len(FIELDS), partial(_encode, slots, agent), slots)
        self.steps = 0

    @property
    def logged(self) -> int:
        """As Tape's, without the slots that took no part."""
        return self.steps


def _encode(slots: int, agent: str, block: Sequence[Any], odd: Oddities) -> pa.RecordBatch:
    width = len(FIELDS)
    at, ticks, places, rewards, terminated, truncated, action_forms, actions, forms, seen, finals = (
        block[field::width] for field in range(width)
    )
    entries = len(at)
    rows = entries * slots
    episodes = np.frombuffer(b"".join([place.episodes for place in places]), np.int64)
    since = np.frombuffer(b"".join([place.since for place in places]), np.int64)
    observed = _observations(forms, seen, finals, slots, odd)
    columns = [
        constant_text(agent, rows),
        column_over(np.tile(np.arange(slots, dtype=np.int32), entries), pa.int32()),
        column_over(episodes, pa.int64()),
        column_over(np.repeat(np.array(ticks, np.int64), slots) - since, pa.int64()),
        column_over(np.frombuffer(b"".join(rewards), np.float64), pa.float64()),
        flags_column(b"".join(terminated)),
        flags_column(b"".join(truncated)),
        column_over(np.repeat(np.array(at, np.int64) // 1000, slots), pa.timestamp("us")),
        _actions(action_forms, actions, slots, odd),
        *observed[:2],
        *no_extras(rows, _seeds(places, slots, odd)),
    ]
    batch = pa.RecordBatch.from_arrays(columns, schema=steps_schema(observed[2]))
    if all(place.stepped is None for place in places):
        return batch
    everyone = np.ones(slots, np.bool_).tobytes()
    return batch.filter(pa.array(np.frombuffer(b"".join([place.stepped or everyone for place in places]), np.bool_)))


def _seeds(places: Sequence[Places], slots: int, odd: Oddities) -> pa.Array | None:
    if all(place.seeds is None for place in places):
        return None
    unknown = (None,) * slots
    each = list(chain.from_iterable(place.seeds or unknown for place in places))
    return integers(each, pa.uint64(), "episode_seed", odd, None)


def _actions(forms: Sequence[Form | None], actions: Sequence[Any], slots: int, odd: Oddities) -> pa.Array:
    first = forms[0]
    if first is not None and forms.count(first) == len(forms):
        array = np.frombuffer(b"".join(actions), first[0]).reshape(len(forms) * slots, *first[1])
        return array_jsons(array, "action", odd)
    each: list[Any] = []
    for form, values in zip(forms, actions, strict=True):
        each += values if form is None else np.frombuffer(values, form[0]).reshape(slots, *form[1]).tolist()
    return jsons(each, "action", odd)


def _observations(
    forms: Sequence[Form | None], seen: Sequence[Any], finals: Sequence[Any], slots: int, odd: Oddities
) -> Observations:
    first, rows = forms[0], len(forms) * slots
    if forms.count(first) == len(forms):
        replaced = [
            (entry * slots + slot, value)
            for entry, final in enumerate(finals)
            if final
            for slot, value in final.items()
        ]
        if first is None and not replaced and seen.count(None) == len(seen):
            return observations([None] * rows, [None] * rows, odd)
        if first is not None and all(form == first for _, (form, _) in replaced):
            raw = b"".join(seen)
            if replaced:
                size = len(raw) // rows
                raw = bytearray(raw)
                for row, (_, value) in replaced:
                    raw[row * size : (row + 1) * size] = value
            return uniform_observations(first, rows, raw)
    each = list(chain.from_iterable(_by_slot(*entry, slots) for entry in zip(forms, seen, finals, strict=True)))
    return observations([form for form, _ in each], [value for _, value in each], odd)


def _by_slot(form: Form | None, seen: Any, final: dict[int, Any] | None, slots: int) -> list[tuple[Form | None, Any]]:
    """One entry's observations, each as a row holds it."""
    if seen is None:
        rows: list[tuple[Form | None, Any]] = [(None, None)] * slots
    elif form is None:
        rows = list(seen)
    else:
        size = len(seen) // slots
        rows = [(form, seen[slot * size : (slot + 1) * size]) for slot in range(slots)]
    for slot, value in (final or {}).items():
        rows[slot] = value
    return rows
