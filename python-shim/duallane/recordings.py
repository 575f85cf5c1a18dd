"""Recorded episodes, for Python: which there are, their frames as arrays, and recording more.

Frames come exactly as they were published. The file's format: proto/recording.schema.json.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ._contract import duallane_pb2 as pb
from ._contract import limits
from .catalogue import history_of, run_id_of
from .errors import DuallaneError

if TYPE_CHECKING:
    from .run import Run

_DEADLINE_SECONDS = limits.UNARY_DEADLINE_MS / 1000
_MAGIC = b"DLREC1\n\0"
_FOOTER = struct.Struct("<Q32s8s")
_DELTA = struct.Struct("<II")


@dataclass(frozen=True)
class RecordedEpisode:
    """One recorded episode. steps is None when its end was never told; frames: how many of its steps have a frame.

    reasons: why it was kept, of "every", "best", "worst", "failure" and "demand".
    """

    run_id: str
    agent_id: str
    env_slot: int
    episode: int
    seed: int | None
    steps: int | None
    total_reward: float | None
    terminated: bool
    truncated: bool
    reasons: tuple[str, ...]
    frames: int
    bytes: int
    path: Path

    def read(self) -> Iterator[tuple[int, np.ndarray]]:
        """(step index, frame) one after the other; frame: uint8 of shape (height, width, channels), a copy.

        Raises DuallaneError: "recording-damaged" when the file is not as it was written, "recording-gone".
        """
        index, data = _opened(self.path)
        frames = index["frames"]
        last: np.ndarray | None = None
        for at, step in enumerate(frames["step"]):
            offset, length = frames["offset"][at], frames["length"][at]
            body = zlib.decompress(data[offset : offset + length], -zlib.MAX_WBITS)
            shape = tuple(index["shapes"][frames["shape"][at]])
            if frames["codec"][at] == 0:
                last = np.frombuffer(body, np.uint8).reshape(shape).copy()
            else:
                first, rows = _DELTA.unpack_from(body)
                changed = np.frombuffer(body, np.uint8, offset=_DELTA.size).reshape(rows, *shape[1:])
                assert last is not None
                last[first : first + rows] ^= changed
            yield step, last.copy()


def recordings(run: Run | str, home: Path | str | None = None) -> list[RecordedEpisode]:
    """What is recorded of a run, in the order it was recorded. run: a Run, a run id, or a name that one run alone has.

    Raises DuallaneError: "run-unknown", "run-ambiguous", or when no daemon can be reached.
    """
    home = home or getattr(run, "home", None)
    run_id = run_id_of(run, home)
    with history_of(home) as daemon:
        answer = daemon.ListRecordings(pb.ListRecordingsRequest(run_id=run_id), timeout=_DEADLINE_SECONDS)
    return [_episode(run_id, one) for one in answer.recordings]


def record_next(run: Run | str, episodes: int = 1, home: Path | str | None = None) -> None:
    """Has the daemon record the next episodes of a living run that begin. Raises DuallaneError, as `recordings`."""
    home = home or getattr(run, "home", None)
    request = pb.RecordNextRequest(run_id=run_id_of(run, home), episodes=episodes)
    with history_of(home) as daemon:
        daemon.RecordNext(request, timeout=_DEADLINE_SECONDS)


def _episode(run_id: str, one: Any) -> RecordedEpisode:
    return RecordedEpisode(
        run_id=run_id,
        agent_id=one.agent_id,
        env_slot=one.env_slot,
        episode=one.episode_index,
        seed=one.seed if one.HasField("seed") else None,
        steps=one.steps if one.HasField("steps") else None,
        total_reward=one.total_reward if one.HasField("total_reward") else None,
        terminated=one.terminated,
        truncated=one.truncated,
        reasons=tuple(one.reasons),
        frames=one.frames,
        bytes=one.bytes,
        path=Path(one.path),
    )


def _opened(path: Path) -> tuple[dict[str, Any], bytes]:
    try:
        data = path.read_bytes()
    except FileNotFoundError as cause:
        raise DuallaneError(
            "recording-gone", f"{path} is gone: its run was deleted, or its budget was full."
        ) from cause
    whole = len(data) >= len(_MAGIC) + _FOOTER.size and data.startswith(_MAGIC)
    length, digest, magic = _FOOTER.unpack(data[-_FOOTER.size :]) if whole else (0, b"", b"")
    if not whole or magic != _MAGIC or hashlib.sha256(data[: 8 - _FOOTER.size]).digest() != digest:
        raise DuallaneError("recording-damaged", f"{path} is not as it was written.")
    end = len(data) - _FOOTER.size
    return json.loads(zlib.decompress(data[end - length : end], -zlib.MAX_WBITS)), data
