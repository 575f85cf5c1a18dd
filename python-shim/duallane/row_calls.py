"""Batches over the row calls, for a trainer daemon that does not take batches (the source's).

Guarantees: a batch's call returns when the daemon has counted its rows. Sent again after a break the rows come twice,
because rows have no batch key. Values and events have no row call: they go nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from ._contract import duallane_pb2, limits
from ._contract import trainer_pb2 as pb
from .daemon_calls import Channel, TrainerServiceStub
from .plain_json import compact_json

_CALL_SECONDS = 6 * limits.UNARY_DEADLINE_MS / 1000


def publish_as_rows(channel: Channel, batch: duallane_pb2.Batch) -> int:
    """How many of the batch's rows the daemon has taken. Raises RpcError."""
    stub = TrainerServiceStub(channel)
    if batch.kind == duallane_pb2.BATCH_KIND_STEPS:
        return int(stub.PublishRunSteps(_steps(batch), timeout=_CALL_SECONDS).accepted)
    if batch.kind == duallane_pb2.BATCH_KIND_EPISODES:
        return int(stub.PublishRunEpisodes(_episodes(batch), timeout=_CALL_SECONDS).accepted)
    return 0


def _rows(batch: duallane_pb2.Batch) -> tuple[pa.Table, list[dict[str, Any]]]:
    table = pa.ipc.open_stream(batch.arrow_ipc).read_all()
    place = table.schema.get_field_index("ts")
    return table, table.set_column(place, "ts", table.column(place).cast(pa.int64())).to_pylist()


def _steps(batch: duallane_pb2.Batch) -> Iterator[pb.RunStep]:
    table, rows = _rows(batch)
    layout = table.schema.field("observation").metadata or {}
    for row in rows:
        yield pb.RunStep(
            run_id=batch.run_id,
            worker_id=batch.worker_id,
            **_common(row),
            step_index=max(0, row["step_index"]),
            reward=row["reward"] or 0.0,
            action_json=row["action_json"] or "",
            observation_json=row["observation_json"] or _observation(row["observation"], layout),
            render_hint_json=row["render_hint_json"] or "",
            render_payload_json=row["render_payload_json"] or "",
            frame_ref=row["frame_ref"] or "",
            policy_label=row["policy_label"] or "",
            backend=row["backend"] or "",
            payload_version=max(0, row["payload_version"]),
            episode_seed=row["episode_seed"] or 0,
        )


def _episodes(batch: duallane_pb2.Batch) -> Iterator[pb.RunEpisode]:
    for row in _rows(batch)[1]:
        yield pb.RunEpisode(
            run_id=batch.run_id,
            worker_id=batch.worker_id,
            **_common(row),
            total_reward=row["total_reward"] or 0.0,
            steps=max(0, row["steps"]),
            metadata_json=row["metadata_json"] or "",
        )


def _common(row: dict[str, Any]) -> dict[str, Any]:
    seconds, micros = divmod(row["ts"], 1_000_000)
    return {
        "agent_id": row["agent_id"],
        "episode_index": max(0, row["episode_index"]),
        "terminated": row["terminated"],
        "truncated": row["truncated"],
        "timestamp": {"seconds": seconds, "nanos": micros * 1000},
    }


def _observation(raw: bytes | None, layout: dict[bytes, bytes]) -> str:
    """Raw tensor bytes as JSON, by the column's dtype and shape; "" without them."""
    if raw is None or b"dtype" not in layout or b"shape" not in layout:
        return ""
    values = np.frombuffer(raw, dtype=layout[b"dtype"].decode())
    return compact_json(values.reshape(json.loads(layout[b"shape"])).tolist())
