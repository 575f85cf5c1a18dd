"""Columns of Arrow out of values as the training loop left them.

Guarantee: every value gets its place, in order. One that its column cannot hold is left out (null, or 0 where the
column has no null) and noted in `Oddities`; nothing raises for a value.
"""

from __future__ import annotations

# Arrow imports this on its first conversion, which fails when that happens while the interpreter ends.
import concurrent.futures.thread  # noqa: F401
import json
import time
from array import array
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from .plain_json import compact_json

# Arrow imports pandas, where there is one, at its first conversion and under a lock: done here and now, so that a loop
# that forks meanwhile does not hand its child the lock in a locked state, for ever.
pa.array([0])
DICTIONARY = pa.dictionary(pa.int32(), pa.utf8())
_CONVERSION_ERRORS = (pa.ArrowException, TypeError, ValueError, OverflowError, AttributeError, RuntimeError)
_SAMPLES = 8


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


def _packed(code: str, values: Sequence[Any]) -> np.ndarray | None:
    """The values as 8 bytes each, "d" for floats and "q" for whole numbers; None when one of them is none such."""
    try:
        return np.frombuffer(array(code, values), np.dtype(code))
    except Exception:  # whatever a foreign object raises: it is looked at by itself
        return None


def column_over(values: np.ndarray, kind: pa.DataType) -> pa.Array:
    """A column over the array's own memory, whose elements are the kind's. Unlike pa.array it never lets go of the
    interpreter, which a busy loop would be slow to give back."""
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


def flags_column(raw: bytes) -> pa.Array:
    """A column of bool out of a byte for each value, 0 or 1."""
    if raw.count(0) == len(raw):
        return pa.Array.from_buffers(pa.bool_(), len(raw), [None, pa.py_buffer(bytes((len(raw) + 7) // 8))])
    return pa.array(np.frombuffer(raw, np.bool_))


def constant_text(text: str, rows: int) -> pa.Array:
    """A dictionary column that says the same everywhere."""
    return pa.DictionaryArray.from_arrays(
        column_over(np.zeros(rows, np.int32), pa.int32()), pa.array([text], pa.utf8())
    )


def _holds_none(values: Sequence[Any]) -> bool:
    try:
        return None in values
    except Exception:  # a comparison of the training script's own kind
        return any(value is None for value in values)


def are_all(values: Sequence[Any], wanted: Any) -> bool:
    """Whether every value is `wanted`, which is None, a text or a tuple of plain things."""
    try:
        return values.count(wanted) == len(values)
    except Exception:  # a comparison of the training script's own kind
        return all(value is wanted for value in values)


def _column(
    values: Sequence[Any], kind: pa.DataType, name: str, odd: Oddities, convert: Callable[[Any], Any], absent: Any
) -> pa.Array:
    """Fast when every value is what the column holds; value by value when one is not. `absent` replaces a misfit."""
    if absent is None or not _holds_none(values):
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


def texts(values: Sequence[Any], name: str, odd: Oddities, absent: str | None) -> pa.Array:
    """A dictionary column."""
    first = values[0]
    if (first is None or type(first) is str) and are_all(values, first):
        one = plain_text(first, name, odd, absent)
        if one is None:
            return pa.nulls(len(values), DICTIONARY)
        return constant_text(one, len(values))
    return pa.array([plain_text(value, name, odd, absent) for value in values], pa.utf8()).dictionary_encode()


def plain_text(value: Any, name: str, odd: Oddities, absent: str | None) -> str | None:
    """The value as text that UTF-8 can hold; `absent` where there is none."""
    if value is None:
        return absent
    try:
        text = value if isinstance(value, str) else str(value)
    except Exception:  # a broken __str__ is the training script's; the row goes on
        odd.note(f"{name} is {_short(value)}; {absent} was stored")
        return absent
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text


def json_text(value: Any, name: str, odd: Oddities) -> str | None:
    """The value's JSON; None for None, and for what JSON cannot hold, which is noted."""
    if value is None or isinstance(value, JsonText):
        return value
    try:
        text = compact_json(value)
        return text if text.isascii() else text.encode("utf-8", "replace").decode()
    except (TypeError, ValueError, RecursionError, RuntimeError, AttributeError) as error:
        odd.note(f"{name} is {_short(value)} ({error}); it was left out")
        return None


def jsons(values: Sequence[Any], name: str, odd: Oddities) -> pa.Array:
    """A utf8 column of each value's JSON."""
    kinds = set(map(type, values))
    if kinds == {type(None)}:
        return pa.nulls(len(values), pa.utf8())
    if kinds <= {int, np.int64} and (whole := _packed("q", values)) is not None:
        return pa.array(whole).cast(pa.utf8())
    return pa.array([json_text(value, name, odd) for value in values], pa.utf8())


def array_jsons(array: np.ndarray, name: str, odd: Oddities) -> pa.Array:
    """As jsons, of what stands along an array's first axis."""
    if array.ndim == 1 and array.dtype.kind in "iu":
        return pa.array(array).cast(pa.utf8())
    rows = array.tolist()
    if array.ndim == 2 and array.shape[1] and array.dtype.kind in "iuf":
        try:
            whole = json.dumps(rows, separators=(",", ":"), allow_nan=False)
        except ValueError:  # NaN and infinities become null, one by one
            return jsons(rows, name, odd)
        return pa.array([f"[{row}]" for row in whole[2:-2].split("],[")], pa.utf8())
    return jsons(rows, name, odd)


def times(values: Sequence[Any], odd: Oddities) -> pa.Array:
    """A column of timestamp[us], of nanoseconds since 1970."""
    whole = _packed("q", values)
    if whole is None:
        whole = pa.array([_one(value, pa.int64(), "ts_ns", odd, _int, time.time_ns()) for value in values]).to_numpy()
    return column_over(whole // 1000, pa.timestamp("us"))


def floats(values: Sequence[Any], name: str, odd: Oddities) -> pa.Array:
    """A column of float64."""
    packed = _packed("d", values)
    return (
        column_over(packed, pa.float64())
        if packed is not None
        else _column(values, pa.float64(), name, odd, float, None)
    )


def integers(values: Sequence[Any], kind: pa.DataType, name: str, odd: Oddities, absent: int | None = 0) -> pa.Array:
    """A column of whole numbers of the given type."""
    whole = _packed("q", values)  # Arrow by itself would cut 3.5 to 3
    try:
        if whole is not None:
            return column_over(whole, kind) if kind == pa.int64() else pa.array(whole, kind)
        if absent is None and set(map(type, values)) <= {int, type(None)}:
            return pa.array(values, kind)
    except _CONVERSION_ERRORS:
        pass
    return pa.array([_one(value, kind, name, odd, _int, absent) for value in values], kind)


def bools(values: Sequence[Any], name: str, odd: Oddities) -> pa.Array:
    """A column of bool."""
    try:
        raw = bytes(values)
        if raw.count(0) + raw.count(1) == len(values):
            return flags_column(raw)
    except Exception:  # whatever a foreign object raises: it is looked at by itself
        pass
    return _column(values, pa.bool_(), name, odd, _bool, False)
