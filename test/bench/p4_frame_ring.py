"""P4: what publishing one frame costs the training loop. Prints one JSON object; us per frame, beside one memcpy of it.

The two are measured in turns in the same run, frame by frame, so that a busy machine harms both alike. The memcpy goes
through as many targets as the ring has slots, in shared memory as well: the same caches and pages as the ring's own.
A frame may cost 1.5 memcpys and 5 us. Usage: python test/bench/p4_frame_ring.py [frames]
"""

from __future__ import annotations

import json
import mmap
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "python-shim"))

import numpy as np
from duallane.frame_lane import frame_metadata
from duallane.frame_ring import FrameRingWriter

SIZES = {
    "84x84": (84, 84, 1),
    "210x160": (210, 160, 3),
    "640x480": (480, 640, 3),
    "1080p": (1080, 1920, 3),
}
FACTOR_MAX = 1.5
EXTRA_US_MAX = 5.0


def measure(
    name: str, shape: tuple[int, int, int], frames: int
) -> dict[str, float | bool]:
    """Medians and p99 over `frames` frames of different content."""
    height, width, channels = shape
    random = np.random.default_rng(0)
    pictures = [random.integers(0, 256, shape, np.uint8) for _ in range(4)]
    clock = time.perf_counter_ns
    published, copied = np.empty(frames, np.int64), np.empty(frames, np.int64)
    metadata = frame_metadata(3, 141, "default", 1.0, 59.0)
    with FrameRingWriter(f"p4-{name}-{os.getpid()}", width, height, channels) as ring:
        size = height * width * channels
        memory = mmap.mmap(-1, size * ring.capacity)
        targets = [
            np.frombuffer(memory, np.uint8, size, slot * size).reshape(shape)
            for slot in range(ring.capacity)
        ]
        for i in range(frames + 2 * ring.capacity):  # the first rounds make the pages
            picture = pictures[i % 4]
            began = clock()
            ring.publish(picture, metadata, 1.0, 59.0, 1200.0)
            after = clock()
            np.copyto(targets[i % ring.capacity], picture)
            ended = clock()
            if i >= 2 * ring.capacity:
                at = i - 2 * ring.capacity
                published[at], copied[at] = after - began, ended - after
    publish, publish_p99 = np.percentile(published, [50, 99]) / 1000
    copy, copy_p99 = np.percentile(copied, [50, 99]) / 1000
    limit = FACTOR_MAX * copy + EXTRA_US_MAX
    return {
        "publish_us": round(float(publish), 2),
        "publish_p99_us": round(float(publish_p99), 2),
        "memcpy_us": round(float(copy), 2),
        "memcpy_p99_us": round(float(copy_p99), 2),
        "limit_us": round(float(limit), 2),
        "is_within": bool(publish <= limit),
    }


def main(frames: int) -> None:
    results = {}
    for name, shape in SIZES.items():
        size = int(np.prod(shape))
        results[name] = measure(
            name, shape, max(50, min(frames, frames * 200_000 // size))
        )
    print(
        json.dumps(
            {"P4": results, "frames": frames, "load": round(os.getloadavg()[0], 1)}
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
