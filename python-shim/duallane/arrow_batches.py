"""Turns rows as the training loop left them into Arrow IPC streams of the contract's schemas.

Guarantees
- Every row comes out, in order. A value that its column cannot hold is left out (null, or 0 where the column has no
  null) and noted in `Oddities`; nothing raises for a row's content.
- Each stream holds exactly one uncompressed record batch and the columns that a publisher sends (all but the daemon's).
"""

from __future__ import annotations

import base64

# Arrow imports this on its first conversion, which fails when that happens while the interpreter ends.
import concurrent.futures.thread  # noqa: F401
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ._contract.arrow_schemas import ARROW_SCHEMAS, SET_BY_DAEMON
from .plain_json import compact_json

PUBLISHED_SCHEMAS = {
    kind: pa.schema([field for field in schema if field.name not in SET_BY_DAEMON])
    for kind, schema in ARROW_SCHEMAS.items()
}
# Arrow imports pandas, where there is one, at its first conversion and under a lock: done here and now, so that a loop
# that forks meanwhile does not hand its child the lock in a locked state, for ever.
pa.array([0])
_DICTIONARY = pa.dictionary(pa.int32(), pa.utf8())
_CONVERSION_ERRORS = (pa.ArrowException, TypeError, ValueError, OverflowError, AttributeError, RuntimeError)
_SAMPLES = 8
_LISTED_ELEMENTS_MAX = 256


class JsonText(str):
    """Text that is JSON already."""

    __slots__ = ()


class Oddities:
    """What could not be stored as it came: a count, and a few samples to read."""

    def __init__(self) -> None:
        self.count = 0
        self.samples: list[str] = []

    def note(self, sample: str) -> None:
        self.count += 1
        if len(self.samples) < _SAMPLES:
            self.samples.append(sample[:200])

    def take(self) -> tuple[int, list[str]]:
        """Count and samples since the last call."""
        taken = (self.count, self.samples)
        self.count, self.samples = 0, []
        return taken


def ipc_stream(schema: pa.Schema, columns: Sequence[pa.Array]) -> bytes:
    """One Arrow IPC stream with one record batch."""
    batch = pa.RecordBatch.from_arrays(list(columns), schema=schema)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def _column(
    values: Sequence[Any], kind: pa.DataType, name: str, odd: Oddities, convert: Callable[[Any], Any], absent: Any
) -> pa.Array:
    """Fast when every value is what the column holds; value by value when one is not. `absent` replaces a misfit."""
    if absent is None or not any(value is None for value in values):
        try:
            return pa.array(values, kind)
        except _CONVERSION_ERRORS:
            pass
    return pa.array([_one(value, kind, name, odd, convert, absent) for value in values], kind)


def _one(value: Any, kind: pa.DataType, name: str, odd: Oddities, convert: Callable[[Any], Any], absent: Any) -> Any:
    if value is None:
        if absent is not None:
            odd.note(f"{name} is missing; {absent} was stored")
        return absent
    try:
        plain = convert(value)
        pa.scalar(plain, kind)
    except _CONVERSION_ERRORS:
        odd.note(f"{name} is {_short(value)}, which the column cannot hold; {absent} was stored")
        return absent
    return plain


def _short(value: Any) -> str:
    try:
        return repr(value)[:80]
    except Exception:  # a broken __repr__ is the training script's; the row goes on
        return f"a {type(value).__name__}"


def _bool(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().lower() not in ("", "0", "false", "no")
    return bool(value)


def _int(value: Any) -> int:
    if isinstance(value, float) and not value.is_integer():
        raise ValueError("not a whole number")
    return int(value)


def _texts(values: Sequence[Any], name: str, odd: Oddities, absent: str | None) -> pa.Array:
    first = values[0]
    if all(value is first for value in values):
        one = _text(first, name, odd, absent)
        if one is None:
            return pa.nulls(len(values), _DICTIONARY)
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(values), np.int32)), pa.array([one], pa.utf8()))
    return pa.array([_text(value, name, odd, absent) for value in values], pa.utf8()).dictionary_encode()


def _text(value: Any, name: str, odd: Oddities, absent: str | None) -> str | None:
    if value is None:
        return absent
    try:
        text = value if isinstance(value, str) else str(value)
    except Exception:  # a broken __str__ is the training script's; the row goes on
        odd.note(f"{name} is {_short(value)}; {absent} was stored")
        return absent
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text


def _json(value: Any, name: str, odd: Oddities) -> str | None:
    if value is None or isinstance(value, JsonText):
        return value
    try:
        text = compact_json(value)
        return text if text.isascii() else text.encode("utf-8", "replace").decode()
    except (TypeError, ValueError, RecursionError, RuntimeError, AttributeError) as error:
        odd.note(f"{name} is {_short(value)} ({error}); it was left out")
        return None


def _jsons(values: Sequence[Any], name: str, odd: Oddities) -> pa.Array:
    if all(value is None for value in values):
        return pa.nulls(len(values), pa.utf8())
    return pa.array(
        [str(int(v)) if type(v) is int or type(v) is np.int64 else _json(v, name, odd) for v in values], pa.utf8()
    )


def _times(values: Sequence[Any], odd: Oddities) -> pa.Array:
    try:
        whole = np.array(values)
        is_fit = whole.dtype.kind == "i" and whole.ndim == 1
    except _CONVERSION_ERRORS:
        is_fit = False
    if not is_fit:
        whole = pa.array([_one(value, pa.int64(), "ts_ns", odd, _int, time.time_ns()) for value in values]).to_numpy()
    return pa.array(whole // 1000, pa.timestamp("us"))


def _floats(values: Sequence[Any], name: str, odd: Oddities) -> pa.Array:
    return _column(values, pa.float64(), name, odd, float, None)


def _integers(values: Sequence[Any], kind: pa.DataType, name: str, odd: Oddities, absent: int | None = 0) -> pa.Array:
    try:
        whole = np.array(values)  # Arrow by itself would cut 3.5 to 3
        if whole.dtype.kind in "iu" and whole.ndim == 1:
            return pa.array(whole, kind)
    except _CONVERSION_ERRORS:
        pass
    return pa.array([_one(value, kind, name, odd, _int, absent) for value in values], kind)


def _bools(values: Sequence[Any], name: str, odd: Oddities) -> pa.Array:
    return _column(values, pa.bool_(), name, odd, _bool, False)


# An observation as raw bytes: (dtype, shape, bytes in C order). A tuple, because the training loop pays for making it.
Tensor = tuple[np.dtype, tuple[int, ...], bytes]


def _tensor_as_json(tensor: Tensor) -> Any:
    """Nested lists while that is short, else the source system's marker for an array."""
    dtype, shape, raw = tensor
    array = np.frombuffer(raw, dtype).reshape(shape)
    if array.size <= _LISTED_ELEMENTS_MAX:
        return array
    data = base64.b64encode(raw).decode("ascii")
    return {"__type__": "ndarray", "dtype": dtype.str, "shape": shape, "encoding": "base64", "data": data}


def _same_size_binaries(values: list[bytes]) -> pa.Array:
    offsets = np.arange(len(values) + 1, dtype=np.int32) * np.int32(len(values[0]))
    return pa.Array.from_buffers(
        pa.binary(), len(values), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(values))]
    )


def _observations(values: Sequence[Any], odd: Oddities) -> tuple[pa.Array, pa.Array, dict[bytes, bytes] | None]:
    """(observation_json, observation, its field's metadata): the batch's weightiest dtype and shape go as raw bytes,
    the others as JSON, so that every row can be read again."""
    if all(value is None for value in values):
        return pa.nulls(len(values), pa.utf8()), pa.nulls(len(values), pa.binary()), None
    tensors = [value for value in values if type(value) is tuple]
    if not tensors:
        return _jsons(values, "observation", odd), pa.nulls(len(values), pa.binary()), None
    dtype, shape, _ = tensors[0]
    is_uniform = all(tensor[0] is dtype and tensor[1] == shape for tensor in tensors)
    metadata = {b"dtype": dtype.str.encode(), b"shape": compact_json(list(shape)).encode()}
    if is_uniform and len(tensors) == len(values):
        return pa.nulls(len(values), pa.utf8()), _same_size_binaries([tensor[2] for tensor in tensors]), metadata
    if not is_uniform:
        weights: Counter[tuple[np.dtype, tuple[int, ...]]] = Counter()
        for tensor in tensors:
            weights[tensor[0], tensor[1]] += len(tensor[2]) + 1
        dtype, shape = weights.most_common(1)[0][0]
    raw: list[bytes | None] = []
    text: list[str | None] = []
    for value in values:
        is_tensor = type(value) is tuple
        if is_tensor and value[1] == shape and (value[0] is dtype or value[0] == dtype):
            raw.append(value[2])
            text.append(None)
        else:
            raw.append(None)
            text.append(_json(_tensor_as_json(value) if is_tensor else value, "observation", odd))
    metadata = {b"dtype": dtype.str.encode(), b"shape": compact_json(list(shape)).encode()}
    return pa.array(text, pa.utf8()), pa.array(raw, pa.binary()), metadata


# A step as the training loop leaves it: (agent_id, env_slot, episode, step, reward, terminated, truncated, ts_ns,
# action, observation, extra). `extra` is a dict of the rarer columns, mostly empty.
STEP_EXTRAS = (
    "render_hint", "render_payload", "frame_ref", "policy_label", "backend", "payload_version", "episode_seed",
)  # fmt: skip


def encode_steps(rows: Sequence[tuple[Any, ...]], agent: str, odd: Oddities) -> bytes:
    """Rows of log_step as one IPC stream. agent: what a row without agent_id gets."""
    agents, slots, episodes, steps, rewards, terminated, truncated, times, actions, observations, extras = zip(
        *rows, strict=True
    )
    observation_json, observation, metadata = _observations(observations, odd)
    extra = _extra_columns(extras, odd)
    schema = PUBLISHED_SCHEMAS["steps"]
    if metadata is not None:
        at = schema.get_field_index("observation")
        schema = schema.set(at, schema.field(at).with_metadata(metadata))
    columns = [
        _texts(agents, "agent_id", odd, agent),
        _integers(slots, pa.int32(), "env_slot", odd),
        _integers(episodes, pa.int64(), "episode_index", odd),
        _integers(steps, pa.int64(), "step_index", odd),
        _floats(rewards, "reward", odd),
        _bools(terminated, "terminated", odd),
        _bools(truncated, "truncated", odd),
        _times(times, odd),
        _jsons(actions, "action", odd),
        observation_json,
        observation,
        *extra,
    ]
    return ipc_stream(schema, columns)


def _extra_columns(extras: Sequence[dict[str, Any]], odd: Oddities) -> list[pa.Array]:
    rows = len(extras)
    if not any(extras):
        text, label = pa.nulls(rows, pa.utf8()), pa.nulls(rows, _DICTIONARY)
        version = pa.array(np.zeros(rows, np.int32))
        return [text, text, text, label, label, version, pa.nulls(rows, pa.uint64())]
    for row in extras:
        for name in row.keys() - set(STEP_EXTRAS):
            odd.note(f"a step has no column {name!r}; it was left out")

    def values(name: str, absent: Any = None) -> list[Any]:
        return [row.get(name, absent) for row in extras]

    return [
        _jsons(values("render_hint"), "render_hint", odd),
        _jsons(values("render_payload"), "render_payload", odd),
        pa.array([_text(v, "frame_ref", odd, None) for v in values("frame_ref")], pa.utf8()),
        _texts(values("policy_label"), "policy_label", odd, None),
        _texts(values("backend"), "backend", odd, None),
        _integers(values("payload_version", 0), pa.int32(), "payload_version", odd),
        _integers(values("episode_seed"), pa.uint64(), "episode_seed", odd, None),
    ]


def encode_episodes(rows: Sequence[dict[str, Any]], agent: str, odd: Oddities) -> bytes:
    """Rows of log_episode as one IPC stream."""

    def values(name: str) -> list[Any]:
        return [row[name] for row in rows]

    columns = [
        _texts(values("agent_id"), "agent_id", odd, agent),
        _integers(values("env_slot"), pa.int32(), "env_slot", odd),
        _integers(values("episode"), pa.int64(), "episode_index", odd),
        _floats(values("total_reward"), "total_reward", odd),
        _integers(values("steps"), pa.int64(), "steps", odd),
        _bools(values("terminated"), "terminated", odd),
        _bools(values("truncated"), "truncated", odd),
        _times(values("ts_ns"), odd),
        _integers(values("seed"), pa.int64(), "seed", odd, None),
        _integers(values("episode_seed"), pa.uint64(), "episode_seed", odd, None),
        _texts(values("mode"), "mode", odd, None),
        _texts(values("game_id"), "game_id", odd, None),
        _texts(values("outcome"), "outcome", odd, "Running"),
        _jsons(values("metadata"), "metadata", odd),
    ]
    return ipc_stream(PUBLISHED_SCHEMAS["episodes"], columns)


def encode_metrics(rows: Sequence[tuple[Any, ...]], agent: str, odd: Oddities) -> bytes:
    """Rows (agent_id, step, ts_ns, name, value) as one IPC stream. Values are floats already."""
    agents, steps, times, names, values = zip(*rows, strict=True)
    columns = [
        _texts(agents, "agent_id", odd, agent),
        _integers(steps, pa.int64(), "step", odd),
        _times(times, odd),
        _texts(names, "name", odd, ""),
        pa.array(values, pa.float64()),
    ]
    return ipc_stream(PUBLISHED_SCHEMAS["metrics"], columns)


def encode_events(rows: Sequence[tuple[Any, ...]], agent: str, odd: Oddities) -> bytes:
    """Rows (ts_ns, kind, detail) as one IPC stream."""
    times, kinds, details = zip(*rows, strict=True)
    columns = [_times(times, odd), _texts(kinds, "kind", odd, ""), _jsons(details, "detail", odd)]
    return ipc_stream(PUBLISHED_SCHEMAS["events"], columns)


ENCODERS: dict[str, Callable[[Sequence[Any], str, Oddities], bytes]] = {
    "steps": encode_steps,
    "episodes": encode_episodes,
    "metrics": encode_metrics,
    "events": encode_events,
}
