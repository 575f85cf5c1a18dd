"""P4: what publishing one frame costs the training loop, beside one memcpy of it.

The two are measured in turns, frame by frame, so that a busy machine harms both alike. The memcpy goes through as many
targets as the ring has slots, in shared memory as well: the same caches and pages as the ring's own.
"""

from __future__ import annotations

import mmap
import os
import time

import numpy as np

from ..frame_lane import frame_metadata
from ..frame_ring import FrameRingWriter
from .figures import Found

SIZES = {"84x84": (84, 84, 1), "210x160": (210, 160, 3), "640x480": (480, 640, 3), "1080p": (1080, 1920, 3)}
_FACTOR_MAX = 1.5
_EXTRA_US_MAX = 5.0


def frames(count: int) -> Found:
    """Publishes `count` small frames, and fewer large ones. Raises FrameRingError where shared memory is too small."""
    measured = {}
    for name, shape in SIZES.items():
        of_this_size = max(50, min(count, count * 200_000 // int(np.prod(shape))))
        publish, publish_p99, copy = _microseconds_of(shape, of_this_size)
        limit = _FACTOR_MAX * copy + _EXTRA_US_MAX
        measured[name] = {"publish us": publish, "p99 us": publish_p99, "memcpy us": copy, "limit us": limit}
    return Found("cost of publishing one frame", "<= 1.5 x memcpy + 5 us (limit)", measured)


def _microseconds_of(shape: tuple[int, int, int], count: int) -> tuple[float, float, float]:
    """(median and p99 of publish, median of memcpy) over `count` frames of different content."""
    height, width, channels = shape
    random = np.random.default_rng(0)
    pictures = [random.integers(0, 256, shape, np.uint8) for _ in range(4)]
    clock = time.perf_counter_ns
    published, copied = np.empty(count, np.int64), np.empty(count, np.int64)
    metadata = frame_metadata(3, 141, "default", 1.0, 59.0)
    with FrameRingWriter(f"bench-{width}-{os.getpid()}", width, height, channels) as ring:
        size = height * width * channels
        memory = mmap.mmap(-1, size * ring.capacity)
        targets = [np.frombuffer(memory, np.uint8, size, slot * size).reshape(shape) for slot in range(ring.capacity)]
        warming = 2 * ring.capacity  # the first rounds make the pages
        for i in range(count + warming):
            picture = pictures[i % 4]
            began = clock()
            ring.publish(picture, metadata, 1.0, 59.0, 1200.0)
            after = clock()
            np.copyto(targets[i % ring.capacity], picture)
            ended = clock()
            if i >= warming:
                published[i - warming], copied[i - warming] = after - began, ended - after
    publish, publish_p99 = np.percentile(published, [50, 99]) / 1000
    return float(publish), float(publish_p99), float(np.median(copied)) / 1000
