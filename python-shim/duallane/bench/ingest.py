"""P2: rows a second until the daemon says that they are on disk, beside what the disk takes of the same bytes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from .._contract import duallane_pb2 as pb
from ..arrow_batches import encode_steps, ipc_stream
from ..arrow_columns import Oddities
from ..control import register_worker
from ..daemon_calls import DuallaneServiceStub, connect
from ..home import ensure_daemon
from ..publisher import open_run
from .figures import Found

_SIZES = (256, 4096, 16_384)


def ingest(home: Path, rows: int) -> Found:
    """Publishes `rows` rows in batches of several sizes, twice, and takes the better time."""
    found = {}
    for size in _SIZES:
        batch = _batch(size)
        count = max(1, rows // size)
        _published(home, batch, size, max(1, count // 4))  # warm code: a daemon lives for days
        daemon = max(_published(home, batch, size, count) for _ in range(2))
        raw = max(_appended(home / "raw", batch, size, count) for _ in range(2))
        found[f"{size} rows a batch"] = {
            "rows/s": daemon, "raw append rows/s": raw, "% of raw": 100 * daemon / raw,
        }  # fmt: skip
    return Found("ingest to durable, batched, one worker", ">= 50 % of the raw append; >= 500,000 rows/s", found)


def _batch(size: int) -> bytes:
    form, raw = (np.dtype(np.float32), (4,)), np.zeros(4, np.float32).tobytes()
    now, rows = time.time_ns(), []
    for i in range(size):
        rows += (None, 0, 3, i, 1.0, False, False, now + i, i % 2, form, raw, None)
    made: pa.RecordBatch = encode_steps(rows, "default", Oddities())
    return ipc_stream(made)


def _published(home: Path, ipc: bytes, size: int, count: int) -> float:
    daemon = ensure_daemon(home)
    run_id = open_run(daemon, "bench", "{}", "")
    register_worker(daemon, run_id, "bench")
    session, durable = os.urandom(16), 0

    def batches() -> Iterator[pb.Batch]:
        for sequence in range(1, count + 1):
            yield pb.Batch(
                run_id=run_id, worker_id="bench", writer_session=session, batch_sequence=sequence,
                kind=pb.BATCH_KIND_STEPS, rows=size, arrow_ipc=ipc,
            )  # fmt: skip

    began = time.perf_counter()
    with connect(daemon) as channel:
        for ack in DuallaneServiceStub(channel).PublishBatches(batches()):
            durable = ack.batch_sequence
    seconds = time.perf_counter() - began
    if durable != count:
        raise RuntimeError(f"{durable} of {count} batches are durable")
    return count * size / seconds


def _appended(path: Path, ipc: bytes, size: int, count: int) -> float:
    began = time.perf_counter()
    with path.open("wb", buffering=0) as file:
        for _ in range(count):
            file.write(ipc)
            os.fdatasync(file.fileno())
    seconds = time.perf_counter() - began
    path.unlink()
    return count * size / seconds
