"""The fast lane of one run, as the training loop sees it: hand over a frame, and never wait or fail.

Guarantees
- At most `frames_per_second` frames leave, and rendering them takes at most about `share` of the loop's time.
- What cannot be published (no room in shared memory, a frame of a wrong type) is said once and counted; nothing raises.
- A new frame size invalidates the ring and makes a new one.
- A ring that another process of the same run holds is left to it: this one's frames go to `<run_id>-w<index>`.
"""

from __future__ import annotations

import functools
import json
import logging
import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from . import settings
from ._contract import limits
from .errors import FrameRingError
from .frame_ring import FrameRingWriter, deep_capacity, frame_shape
from .video import tiled

log = logging.getLogger("duallane")
_STREAMS_MAX = 256


def frame_metadata(
    episode: int, step: int, agent: str, reward: float, total: float, env_slot: int = 0, fps: float = 0.0
) -> bytes:
    """The slot's JSON: the step in the picture, its reward and the return so far; t_ns is nanoseconds since 1970.

    env_slot, fps: left out when they are 0. fps: steps a second at which the environment is meant to be watched.
    """
    # Written by hand: json.dumps takes longer than the frame's copy.
    slot = f'"env_slot":{env_slot},' if env_slot else ""
    pace = f'"fps":{fps},' if fps > 0 else ""
    return (
        f'{{{slot}{pace}"episode":{episode},"step":{step},"agent":{_quoted(agent)},"t_ns":{time.time_ns()},'
        f'"reward":{reward if math.isfinite(reward) else "null"},"return":{total if math.isfinite(total) else "null"}}}'
    ).encode()


@functools.lru_cache(maxsize=64)
def _quoted(agent: str) -> str:
    return json.dumps(agent)


class FramePace:
    """When the next frame may leave: so often, and never for more than its share of the loop's time."""

    def __init__(self, frames_per_second: float) -> None:
        self._interval = 1.0 / frames_per_second if frames_per_second > 0 else math.inf
        self._due = 0.0 if frames_per_second > 0 else math.inf
        self._is_warm = False

    def is_due(self, now: float) -> bool:
        """Whether a frame may leave at `now` (time.perf_counter() seconds)."""
        return now >= self._due

    def spent(self, began: float, now: float) -> None:
        """Tells how long the last frame took, rendering included: the next one waits in proportion."""
        if self._due == math.inf:
            return
        cost = now - began
        # The first one also starts the renderer: no measure of the next ones.
        wait = max(self._interval - cost, cost / settings.FRAME_TIME_SHARE) if self._is_warm else self._interval
        self._is_warm = True
        self._due = now + wait


class FrameLane(FramePace):
    """Frames of one run. Used by one thread, the training loop's."""

    def __init__(
        self,
        run_id: str,
        frames_per_second: float = settings.FRAMES_PER_SECOND,
        on_off: Callable[[str], None] | None = None,
        is_deep: bool = False,
    ) -> None:
        """on_off: hears why the lane was switched off, once. is_deep: every frame is wanted, see `deep_capacity`."""
        super().__init__(frames_per_second)
        self._on_off = on_off
        self._is_deep = is_deep
        self._run_id = run_id
        self._stream = 0
        self._frames_per_second = frames_per_second
        self._ring: FrameRingWriter | None = None
        self._tiles: dict[int, np.ndarray] = {}
        self.off_reason: str | None = None
        self.published = 0
        self.refused = 0

    @property
    def is_on(self) -> bool:
        """Whether frames may leave by time, unless the lane is switched off meanwhile."""
        return self._frames_per_second > 0

    def new_pace(self) -> FramePace:
        """A pace of the same kind for one tile of a grid."""
        return FramePace(self._frames_per_second if self.off_reason is None else 0.0)

    def with_tile(self, slot: int, frame: np.ndarray) -> np.ndarray | None:
        """The grid with a new frame in it; None when the tile before it is the one that sends the grid."""
        frame_shape(frame)
        self._tiles[slot] = frame
        if slot != min(self._tiles):
            return None
        like = [tile for _, tile in sorted(self._tiles.items()) if tile.shape == frame.shape]
        return tiled(like)

    def publish(self, frame: Any, metadata: bytes, reward: float, total: float, step_rate_hz: float) -> bool:
        """True when the frame is in the ring. Units as in FrameRingWriter.publish."""
        if self.off_reason is not None:
            return False
        try:
            shape = frame_shape(frame)
            if self._ring is None or self._ring.shape != shape:
                self._renew(shape)
            self._ring.publish(frame, metadata, reward, total, step_rate_hz)  # type: ignore[union-attr]
        except FrameRingError as error:
            self._refuse(error)
            return False
        self.published += 1
        return True

    def _renew(self, shape: tuple[int, int, int]) -> None:
        if self._ring is not None:
            self._ring.close()
            self._ring = None
        height, width, channels = shape
        capacity = deep_capacity(height * width * channels) if self._is_deep else limits.RING_CAPACITY
        while True:
            stream = f"{self._run_id}-w{self._stream}" if self._stream else self._run_id
            try:
                self._ring = FrameRingWriter(stream, width, height, channels, capacity)
                return
            except FrameRingError as error:
                if error.code != "ring-taken" or self._stream >= _STREAMS_MAX:
                    raise
            self._stream += 1

    def _refuse(self, error: FrameRingError) -> None:
        self.refused += 1
        if error.code.startswith("ring-"):
            self.switch_off(error.sentence)
        elif self.refused == 1:
            log.warning("%s It is not shown; training and telemetry go on.", error.sentence)

    def switch_off(self, sentence: str) -> None:
        """No more frames; says why, once."""
        self.off_reason = sentence
        self._due = math.inf
        log.warning("%s", sentence)
        if self._on_off is not None:
            self._on_off(sentence)

    def close(self) -> None:
        """Removes the ring."""
        self._due = math.inf
        if self._ring is not None:
            self._ring.close()
            self._ring = None

    def forget(self) -> None:
        """For a forked child: no more frames from here, and the parent's ring stays as it is."""
        self.off_reason = self.off_reason or "Frames are published by the parent process."
        self._due = math.inf
        if self._ring is not None:
            self._ring.forget()
            self._ring = None
