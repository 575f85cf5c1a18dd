"""Recorded episodes, for Python: which there are, their frames as arrays, and recording more.

Frames come exactly as they were published, but those that are JPEG: `RecordedEpisode.jpeg_steps` names them. The file's
format: proto/recording.schema.json.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ._contract import duallane_pb2 as pb
from ._contract import limits
from .catalogue import history_of, run_id_of
from .errors import DuallaneError
from .recording_frames import JPEG_CODEC, FrameReader, open_recording

if TYPE_CHECKING:
    from .run import Run

log = logging.getLogger("duallane")
_DEADLINE_SECONDS = limits.UNARY_DEADLINE_MS / 1000


@dataclass(frozen=True)
class RecordedEpisode:
    """One recorded episode. steps is None when its end was never told; frames: how many of its steps have a frame.

    reasons: why it was kept, of "every", "best", "worst", "failure" and "demand". jpeg_frames: of the frames so many
    are JPEG, close to what was rendered and not exact; 0 where every pixel is as it was.
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
    jpeg_frames: int
    bytes: int
    path: Path

    def read(self, skip_damaged: bool = False) -> Iterator[tuple[int, np.ndarray]]:
        """(step index, frame) one after the other; frame: uint8 of shape (height, width, channels), a copy.

        skip_damaged: frames that cannot be read are left out, and their steps told in a warning, instead of the
        exception. Raises DuallaneError: "recording-damaged" when the file is not as it was written, "recording-gone".
        """
        index, data = _opened(self.path, skip_damaged)
        with FrameReader(index, data) as reader:
            lost = []
            for at, step in enumerate(index["frames"]["step"]):
                try:
                    frame = reader.frame(at)
                except DuallaneError as error:
                    if not skip_damaged or error.code != "recording-damaged":
                        raise
                    lost.append(step)
                    continue
                yield step, frame
        if lost:
            log.warning("The frames of steps %s of %s cannot be read; they were left out.", lost, self.path)

    def jpeg_steps(self) -> list[int]:
        """Steps whose frame is a JPEG: close to what was rendered, not exact. Raises DuallaneError, as `read`."""
        index, _ = _opened(self.path)
        frames = index["frames"]
        return [step for step, codec in zip(frames["step"], frames["codec"], strict=True) if codec == JPEG_CODEC]


def recordings(run: Run | str, home: Path | str | None = None) -> list[RecordedEpisode]:
    """What is recorded of a run, in the order it was recorded. run: a Run, a run id, or a name (the newest of it).

    Raises DuallaneError: "run-unknown", or when no daemon can be reached.
    """
    home = home or getattr(run, "home", None)
    run_id = run_id_of(run, home, is_read=True)
    with history_of(home) as daemon:
        answer = daemon.ListRecordings(pb.ListRecordingsRequest(run_id=run_id), timeout=_DEADLINE_SECONDS)
    return [_episode(run_id, one) for one in answer.recordings]


def record_next(run: Run | str, episodes: int = 1, home: Path | str | None = None) -> None:
    """Has the daemon record the next episodes of a living run that begin; a name is of one run alone.

    Raises DuallaneError, as `recordings`, and "run-ambiguous".
    """
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
        jpeg_frames=one.jpeg_frames,
        bytes=one.bytes,
        path=Path(one.path),
    )


def _opened(path: Path, is_damage_borne: bool = False) -> tuple[dict[str, Any], bytes]:
    try:
        return open_recording(path.read_bytes(), is_damage_borne)
    except FileNotFoundError as cause:
        raise DuallaneError(
            "recording-gone", f"{path} is gone: its run was deleted, or its budget was full."
        ) from cause
    except DuallaneError as error:
        raise DuallaneError(error.code, f"{path}: {error.sentence}") from error
