"""P5's peer, run in a notebook's kernel: jupyter_rfb with the same frames at the same rate, timed by its own confirmations.

`measure` writes one JSON object to a file: frames confirmed a second, and p50, p95, p99 in ms from a frame's encoding to the
page's word that it was drawn, both clocks being this machine's.
"""

import asyncio
import json
import time
from pathlib import Path

import numpy as np
from IPython.display import display
from jupyter_rfb import RemoteFrameBuffer
from p5_picture import move, picture


class Frames(RemoteFrameBuffer):
    """Counts what the page confirms."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(css_width=f"{width}px", css_height=f"{height}px")
        self.frame = picture(width, height)
        self.latencies_ms: list[float] = []
        self.observe(self._confirmed, names=["_frame_feedback"])

    def get_frame(self) -> np.ndarray:
        return self.frame

    def _confirmed(self, change: dict) -> None:
        told = change["new"]
        self.latencies_ms.append(1000 * (told["localtime"] - told["timestamp"]))


async def _play(frames: Frames, fps: float, seconds: float) -> None:
    began, made = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        move(frames.frame, made)
        made += 1
        frames.request_draw()
        await asyncio.sleep(max(0.0, made / fps - (time.monotonic() - began)))


def measure(
    path: str, width: int, height: int, fps: float, seconds: float
) -> asyncio.Task:
    """Shows the widget below the cell; what it came to is in the file when the task is done."""
    frames = Frames(width, height)
    display(frames)

    async def work() -> None:
        while (
            len(frames.latencies_ms) < 30
        ):  # not the first frames: the page is busy with itself
            await _play(frames, fps, 0.5)
        frames.latencies_ms.clear()
        await _play(frames, fps, seconds)
        p50, p95, p99 = np.percentile(frames.latencies_ms, [50, 95, 99])
        found = {
            "shown": len(frames.latencies_ms) / seconds,
            "p50": p50,
            "p95": p95,
            "p99": p99,
        }
        partial = Path(f"{path}.part")
        partial.write_text(json.dumps(found))
        partial.rename(path)

    return asyncio.get_running_loop().create_task(work())
