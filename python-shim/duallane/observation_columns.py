"""The two columns of observations: raw bytes where a batch's arrays are alike, JSON for the rest."""

from __future__ import annotations

import base64
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from .arrow_columns import Oddities, are_all, json_text, jsons
from .plain_json import compact_json

_LISTED_ELEMENTS_MAX = 256
_BINARY_BYTES_MAX = 2**31 - 1

# What the bytes of an observation are: (dtype, shape), C order, little endian. None: the value is no raw bytes.
Form = tuple[np.dtype, tuple[int, ...]]


def _tensor_as_json(form: Form, raw: bytes) -> Any:
    """Nested lists while that is short, else the source system's marker for an array."""
    dtype, shape = form
    array = np.frombuffer(raw, dtype).reshape(shape)
    if array.size <= _LISTED_ELEMENTS_MAX:
        return array
    data = base64.b64encode(raw).decode("ascii")
    return {"__type__": "ndarray", "dtype": dtype.str, "shape": shape, "encoding": "base64", "data": data}


def _form_metadata(form: Form) -> dict[bytes, bytes]:
    return {b"dtype": form[0].str.encode(), b"shape": compact_json(list(form[1])).encode()}


# (observation_json, observation, metadata of the latter's field)
Observations = tuple[pa.Array, pa.Array, dict[bytes, bytes] | None]


def uniform_observations(form: Form, rows: int, raw: bytes | np.ndarray) -> Observations:
    """`rows` observations of one form, one after the other in `raw`. ValueError: more than Arrow can number."""
    size = form[0].itemsize * math.prod(form[1])
    if rows * size > _BINARY_BYTES_MAX:
        raise ValueError(f"{rows} observations of {size} bytes are too many for one batch")
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(size)
    binaries = pa.Array.from_buffers(pa.binary(), rows, [None, pa.py_buffer(offsets), pa.py_buffer(raw)])
    return pa.nulls(rows, pa.utf8()), binaries, _form_metadata(form)


def observations(forms: Sequence[Form | None], values: Sequence[Any], odd: Oddities) -> Observations:
    """The batch's weightiest form goes as raw bytes, the others as JSON, so that every row can be read again."""
    first = forms[0]
    if are_all(forms, first):
        if first is None:
            return jsons(values, "observation", odd), pa.nulls(len(values), pa.binary()), None
        return uniform_observations(first, len(values), b"".join(values))
    weights: Counter[Form] = Counter()
    for form, value in zip(forms, values, strict=True):
        if form is not None:
            weights[form] += len(value) + 1
    chosen = weights.most_common(1)[0][0]
    raw: list[bytes | None] = []
    text: list[str | None] = []
    for form, value in zip(forms, values, strict=True):
        is_raw = form == chosen
        raw.append(value if is_raw else None)
        plain = value if form is None or is_raw else _tensor_as_json(form, value)
        text.append(None if is_raw else json_text(plain, "observation", odd))
    return pa.array(text, pa.utf8()), pa.array(raw, pa.binary()), _form_metadata(chosen)
