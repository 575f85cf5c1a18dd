"""Turns rows as the training loop left them into Arrow record batches of the contract's schemas.

Rows lie flat in a list, field after field in the order given here: a row by itself would be one more object for
Python's garbage collector to look at, which costs the loop more than all the rest.

Guarantees
- Every row comes out, in order. A value that its column cannot hold is left out and noted; nothing raises for it.
- A batch has the columns that a publisher sends (all but the daemon's).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from ._contract.arrow_schemas import ARROW_SCHEMAS, SET_BY_DAEMON
from .arrow_columns import (
    DICTIONARY,
    Oddities,
    are_all,
    bools,
    column_over,
    floats,
    integers,
    jsons,
    plain_text,
    texts,
    times,
)
from .observation_columns import Observations, observations

PUBLISHED_SCHEMAS = {
    kind: pa.schema([field for field in schema if field.name not in SET_BY_DAEMON])
    for kind, schema in ARROW_SCHEMAS.items()
}
# `observation` is bytes when `form` tells what they are, else anything JSON can hold. `extra`: None, a dict of
# STEP_EXTRAS, the rarer columns, or the episode's seed alone.
STEP_FIELDS = (
    "agent_id", "env_slot", "episode", "step", "reward", "terminated", "truncated", "ts_ns", "action", "form",
    "observation", "extra",
)  # fmt: skip
STEP_EXTRAS = (
    "render_hint", "render_payload", "frame_ref", "policy_label", "backend", "payload_version", "episode_seed",
)  # fmt: skip
EPISODE_FIELDS = (
    "agent_id", "env_slot", "episode", "total_reward", "steps", "terminated", "truncated", "ts_ns", "seed",
    "episode_seed", "mode", "game_id", "outcome", "metadata",
)  # fmt: skip
METRIC_FIELDS = ("agent_id", "step", "ts_ns", "name", "value")
EVENT_FIELDS = ("ts_ns", "kind", "detail")
_NOTHING_MORE: dict[str, Any] = {}


def ipc_stream(batch: pa.RecordBatch) -> bytes:
    """One Arrow IPC stream with this record batch in it, uncompressed."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def steps_schema(observation_metadata: dict[bytes, bytes] | None) -> pa.Schema:
    """That of steps, with the dtype and shape of the raw observations."""
    schema = PUBLISHED_SCHEMAS["steps"]
    if observation_metadata is None:
        return schema
    at = schema.get_field_index("observation")
    return schema.set(at, schema.field(at).with_metadata(observation_metadata))


def encode_steps(rows: Sequence[Any], agent: str, odd: Oddities) -> pa.RecordBatch:
    """Rows of STEP_FIELDS. agent: what a row without agent_id gets."""
    agents, slots, episodes, steps, rewards, terminated, truncated, at, actions, forms, seen, extras = _columns(
        rows, STEP_FIELDS
    )
    observed: Observations = observations(forms, seen, odd)
    columns = [
        texts(agents, "agent_id", odd, agent),
        integers(slots, pa.int32(), "env_slot", odd),
        integers(episodes, pa.int64(), "episode_index", odd),
        integers(steps, pa.int64(), "step_index", odd),
        floats(rewards, "reward", odd),
        bools(terminated, "terminated", odd),
        bools(truncated, "truncated", odd),
        times(at, odd),
        jsons(actions, "action", odd),
        *observed[:2],
        *_extra_columns(extras, odd),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=steps_schema(observed[2]))


def no_extras(rows: int, seeds: pa.Array | None = None) -> list[pa.Array]:
    """The columns of STEP_EXTRAS for rows that have none, or a seed alone."""
    text, label, version, seed = (column.slice(0, rows) for column in _no_extras(1 << rows.bit_length()))
    return [text, text, text, label, label, version, seed if seeds is None else seeds]


@lru_cache(maxsize=4)
def _no_extras(rows: int) -> tuple[pa.Array, ...]:
    texts, labels, seeds = (pa.nulls(rows, kind) for kind in (pa.utf8(), DICTIONARY, pa.uint64()))
    return texts, labels, column_over(np.zeros(rows, np.int32), pa.int32()), seeds


def _extra_columns(extras: Sequence[dict[str, Any] | None], odd: Oddities) -> list[pa.Array]:
    if are_all(extras, None):
        return no_extras(len(extras))
    try:
        seeds = np.frombuffer(array("Q", extras), np.uint64)  # of one seeded episode after the other
        return no_extras(len(extras), column_over(seeds, pa.uint64()))
    except Exception:  # rows without a seed, with more than a seed, or what is none: they are looked at one by one
        pass
    if dict not in set(map(type, extras)):
        return no_extras(len(extras), integers(extras, pa.uint64(), "episode_seed", odd, None))
    given = [_NOTHING_MORE if row is None else row if type(row) is dict else {"episode_seed": row} for row in extras]
    for row in given:
        for name in row.keys() - set(STEP_EXTRAS):
            called = f" (in log_step it is called {name[:-6]})" if name in ("episode_index", "step_index") else ""
            odd.note(f"a step has no column {name!r}{called}; it was left out")

    def values(name: str, absent: Any = None) -> list[Any]:
        return [row.get(name, absent) for row in given]

    return [
        jsons(values("render_hint"), "render_hint", odd),
        jsons(values("render_payload"), "render_payload", odd),
        pa.array([plain_text(value, "frame_ref", odd, None) for value in values("frame_ref")], pa.utf8()),
        texts(values("policy_label"), "policy_label", odd, None),
        texts(values("backend"), "backend", odd, None),
        integers(values("payload_version", 0), pa.int32(), "payload_version", odd),
        integers(values("episode_seed"), pa.uint64(), "episode_seed", odd, None),
    ]


def encode_episodes(rows: Sequence[Any], agent: str, odd: Oddities) -> pa.RecordBatch:
    """Rows of EPISODE_FIELDS."""
    of = dict(zip(EPISODE_FIELDS, _columns(rows, EPISODE_FIELDS), strict=True))
    columns = [
        texts(of["agent_id"], "agent_id", odd, agent),
        integers(of["env_slot"], pa.int32(), "env_slot", odd),
        integers(of["episode"], pa.int64(), "episode_index", odd),
        floats(of["total_reward"], "total_reward", odd),
        integers(of["steps"], pa.int64(), "steps", odd),
        bools(of["terminated"], "terminated", odd),
        bools(of["truncated"], "truncated", odd),
        times(of["ts_ns"], odd),
        integers(of["seed"], pa.int64(), "seed", odd, None),
        integers(of["episode_seed"], pa.uint64(), "episode_seed", odd, None),
        texts(of["mode"], "mode", odd, None),
        texts(of["game_id"], "game_id", odd, None),
        texts(of["outcome"], "outcome", odd, "Running"),
        jsons(of["metadata"], "metadata", odd),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=PUBLISHED_SCHEMAS["episodes"])


def encode_metrics(rows: Sequence[Any], agent: str, odd: Oddities) -> pa.RecordBatch:
    """Rows of METRIC_FIELDS. Values are floats already."""
    agents, steps, at, names, values = _columns(rows, METRIC_FIELDS)
    columns = [
        texts(agents, "agent_id", odd, agent),
        integers(steps, pa.int64(), "step", odd),
        times(at, odd),
        texts(names, "name", odd, ""),
        pa.array(values, pa.float64()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=PUBLISHED_SCHEMAS["metrics"])


def encode_events(rows: Sequence[Any], agent: str, odd: Oddities) -> pa.RecordBatch:
    """Rows of EVENT_FIELDS."""
    at, kinds, details = _columns(rows, EVENT_FIELDS)
    columns = [times(at, odd), texts(kinds, "kind", odd, ""), jsons(details, "detail", odd)]
    return pa.RecordBatch.from_arrays(columns, schema=PUBLISHED_SCHEMAS["events"])


def _columns(rows: Sequence[Any], fields: Sequence[str]) -> list[Sequence[Any]]:
    width = len(fields)
    return [rows[at::width] for at in range(width)]


Encoder = Callable[[Sequence[Any], str, Oddities], pa.RecordBatch]
# Of each kind: how many fields a row has, and what makes a batch of rows.
ENCODERS: dict[str, tuple[int, Encoder]] = {
    "steps": (len(STEP_FIELDS), encode_steps),
    "episodes": (len(EPISODE_FIELDS), encode_episodes),
    "metrics": (len(METRIC_FIELDS), encode_metrics),
    "events": (len(EVENT_FIELDS), encode_events),
}
