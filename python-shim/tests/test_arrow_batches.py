"""Rows as a training loop leaves them, as Arrow of the contract's schemas."""

from __future__ import annotations

import base64
import json
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from duallane._contract.arrow_schemas import ARROW_SCHEMAS, SET_BY_DAEMON
from duallane.arrow_batches import (
    EPISODE_FIELDS,
    STEP_FIELDS,
    encode_episodes,
    encode_events,
    encode_metrics,
    encode_steps,
    ipc_stream,
)
from duallane.arrow_columns import Oddities
from duallane.plain_json import compact_json

NOW = 1_700_000_000_123_456_789


def step(**changes: Any) -> tuple[Any, ...]:
    row = dict.fromkeys(STEP_FIELDS) | {
        "env_slot": 0, "episode": 1, "step": 2, "reward": 0.5, "terminated": False, "truncated": False, "ts_ns": NOW,
        "action": 1,
    }  # fmt: skip
    assert changes.keys() <= row.keys()
    return tuple({**row, **changes}.values())


def tensor(array: np.ndarray) -> dict[str, Any]:
    return {"form": (array.dtype, array.shape), "observation": array.tobytes()}


def stored(*rows: tuple[Any, ...], odd: Oddities | None = None) -> pa.Table:
    batch = encode_steps(list(chain(*rows)), "a", Oddities() if odd is None else odd)
    read = list(pa.ipc.open_stream(ipc_stream(batch)))
    assert len(read) == 1
    return pa.Table.from_batches(read)


def test_every_kind_is_published_with_the_contracts_columns_types_and_nullability() -> None:
    odd = Oddities()
    episode = dict.fromkeys(EPISODE_FIELDS) | {"env_slot": 0, "episode": 0, "steps": 1, "ts_ns": NOW}
    episode |= {"terminated": True, "truncated": False}
    made = {
        "steps": encode_steps(step(), "a", odd),
        "episodes": encode_episodes(list(episode.values()), "a", odd),
        "metrics": encode_metrics((None, 3, NOW, "loss", 0.5), "a", odd),
        "events": encode_events((NOW, "checkpoint_saved", {"at": 3}), "a", odd),
    }
    for kind, batch in made.items():
        wanted = pa.schema([field for field in ARROW_SCHEMAS[kind] if field.name not in SET_BY_DAEMON])
        assert batch.schema.equals(wanted), kind
    assert odd.count == 0


def test_a_step_comes_back_as_it_was_logged() -> None:
    extra = {
        "render_hint": {"a": 1}, "frame_ref": "f", "policy_label": "ppo", "backend": "sb3", "payload_version": 2,
        "episode_seed": 2**64 - 1,
    }  # fmt: skip
    row = stored(step(agent_id="b", action=np.int64(3), extra=extra)).to_pylist()[0]
    assert row | {"ts": None} == {
        "agent_id": "b", "env_slot": 0, "episode_index": 1, "step_index": 2, "reward": 0.5, "terminated": False,
        "truncated": False, "ts": None, "action_json": "3", "observation_json": None, "observation": None,
        "render_hint_json": '{"a":1}', "render_payload_json": None, "frame_ref": "f", "policy_label": "ppo",
        "backend": "sb3", "payload_version": 2, "episode_seed": 2**64 - 1,
    }  # fmt: skip
    assert row["ts"].isoformat() == "2023-11-14T22:13:20.123456"


def test_arrays_travel_as_raw_bytes_with_dtype_and_shape_in_the_fields_metadata() -> None:
    arrays = [np.arange(6, dtype=np.float32).reshape(2, 3) + i for i in range(3)]
    table = stored(*(step(**tensor(a)) for a in arrays))
    metadata = table.schema.field("observation").metadata
    assert metadata == {b"dtype": b"<f4", b"shape": b"[2,3]"}
    shape = json.loads(metadata[b"shape"])
    back = [np.frombuffer(b, metadata[b"dtype"].decode()).reshape(shape) for b in table["observation"].to_pylist()]
    assert all(np.array_equal(a, b) for a, b in zip(arrays, back, strict=True))


def test_an_array_of_another_shape_in_the_same_batch_is_kept_as_json() -> None:
    mixed = [
        tensor(np.zeros(2, np.float32)),
        tensor(np.ones(3, np.float16)),
        tensor(np.zeros(2, np.float32)),
        {"observation": None},
        {"observation": {"k": 1}},
    ]
    table = stored(*(step(**o) for o in mixed))
    assert table["observation_json"].to_pylist() == [None, "[1.0,1.0,1.0]", None, None, '{"k":1}']
    assert [b is not None for b in table["observation"].to_pylist()] == [True, False, True, False, False]


def test_the_weightiest_array_form_goes_as_bytes_and_a_large_other_one_as_a_marker() -> None:
    large, other, small = np.zeros((30, 30), np.uint8), np.arange(300, dtype=np.int16), np.zeros(2)
    observations = [tensor(a) for a in (small, small, large, small, other)]
    table = stored(*(step(**o) for o in observations))
    assert table.schema.field("observation").metadata == {b"dtype": b"|u1", b"shape": b"[30,30]"}
    assert table["observation"].to_pylist() == [None, None, large.tobytes(), None, None]
    texts = table["observation_json"].to_pylist()
    assert texts[0] == "[0.0,0.0]"
    marker = json.loads(texts[4])
    assert (marker["__type__"], marker["dtype"], marker["shape"]) == ("ndarray", "<i2", [300])
    assert base64.b64decode(marker["data"]) == other.tobytes()


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError("no")

    def __float__(self) -> float:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("changes", "column", "wanted", "odd_values"),
    [
        ({"reward": None}, "reward", None, 0),
        ({"reward": "x"}, "reward", None, 1),
        ({"reward": "1.5"}, "reward", 1.5, 0),
        ({"reward": Broken()}, "reward", None, 1),
        ({"reward": np.float32(0.25)}, "reward", 0.25, 0),
        ({"reward": np.array([0.25])[0]}, "reward", 0.25, 0),
        ({"reward": 10**400}, "reward", None, 1),
        ({"terminated": np.bool_(True)}, "terminated", True, 0),
        ({"terminated": 1}, "terminated", True, 0),
        ({"terminated": "false"}, "terminated", False, 0),
        ({"terminated": None}, "terminated", False, 1),
        ({"step": 2**63}, "step_index", 0, 1),
        ({"step": -1}, "step_index", -1, 0),
        ({"step": 3.0}, "step_index", 3, 0),
        ({"step": 3.5}, "step_index", 0, 1),
        ({"episode": "seven"}, "episode_index", 0, 1),
        ({"env_slot": 2**31}, "env_slot", 0, 1),
        ({"ts_ns": "yesterday"}, "frame_ref", None, 1),
        ({"ts_ns": 2**70}, "frame_ref", None, 1),
        ({"agent_id": 7}, "agent_id", "7", 0),
        ({"agent_id": Broken()}, "agent_id", "a", 1),
        ({"reward": np.array([1.0, 2.0])}, "reward", None, 1),
        ({"agent_id": "\ud800"}, "agent_id", "?", 0),
        ({"action": Broken()}, "action_json", None, 1),
        ({"action": float("nan")}, "action_json", "null", 0),
        ({"action": np.array([1, 2])}, "action_json", "[1,2]", 0),
        ({"observation": {1: (np.float32(2), {3})}}, "observation_json", '{"1":[2.0,[3]]}', 0),
        ({"extra": {"no_such": 1}}, "frame_ref", None, 1),
        ({"extra": {"episode_seed": -1}}, "episode_seed", None, 1),
        ({"extra": -1}, "episode_seed", None, 1),
        ({"extra": np.int64(5)}, "episode_seed", 5, 0),
    ],
)
def test_a_value_its_column_cannot_hold_is_counted_and_costs_no_row(
    changes: dict[str, Any], column: str, wanted: Any, odd_values: int
) -> None:
    odd = Oddities()
    table = stored(step(), step(**changes), step(), odd=odd)
    assert table[column].to_pylist()[1] == wanted
    assert table["reward"].to_pylist()[::2] == [0.5, 0.5]
    assert odd.count == odd_values


def test_a_reward_that_is_not_a_number_is_an_ordinary_value() -> None:
    odd = Oddities()
    rewards = stored(*(step(reward=r) for r in (float("nan"), float("inf"), 1e30)), odd=odd)["reward"]
    assert str(rewards.to_pylist()) == "[nan, inf, 1e+30]"
    assert odd.count == 0


def test_json_is_strict_and_compact() -> None:
    assert compact_json({"a": [1, float("nan"), float("-inf")], "é": np.int8(3)}) == '{"a":[1,null,null],"é":3}'
    with pytest.raises(TypeError):
        compact_json({"a": object()})
