"""What the fast lane shows of a run's environments: one of them or a grid, every n-th step, at a bearable price.

Guarantees
- An explicit argument wins over the source's environment switch; a switch that cannot be read is said and passed over.
- A frame and the numbers published with it belong to the same step.
- A renderer that fails is said once, and is the fast lane's trouble only.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from . import settings
from .errors import DuallaneError

if TYPE_CHECKING:
    from .run import Run

log = logging.getLogger("duallane")
_NO_PICTURE = object()
MODES = ("single", "grid", "off")


@dataclass(frozen=True)
class Video:
    """Which frames leave: of the environment in `slot` (single), of the first `grid_limit` as tiles (grid), or none.

    every: at most one frame in so many steps of an environment.
    """

    mode: str = "single"
    slot: int = 0
    grid_limit: int = settings.GRID_LIMIT
    every: int = 1

    def shows(self, slot: int) -> bool:
        """Whether the environment in `slot` is in the picture."""
        if self.mode == "grid":
            return slot < self.grid_limit
        return self.mode == "single" and slot == self.slot


def switches(arguments: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> tuple[Video, bool]:
    """(video, fast_lane_only) out of Run's arguments (None: not given) and the environment's switches.

    Raises DuallaneError('setting-invalid') for a bad argument.
    """
    chosen: dict[str, Any] = {}
    for name, text in (settings.fast_lane_switches() if environment is None else environment).items():
        try:
            chosen[name] = _READERS[name](text)
        except ValueError as error:
            log.warning("The switch for %s says %r, which is %s; it was passed over.", name, text, error)
    for name, value in arguments.items():
        if value is None:
            continue
        try:
            chosen[name] = _READERS[name](value)
        except (TypeError, ValueError) as error:
            raise DuallaneError("setting-invalid", f"{name} cannot be {value!r}: that is {error}.") from error
    video = Video(
        chosen.get("video", "single"),
        chosen.get("video_slot", 0),
        chosen.get("grid_limit", settings.GRID_LIMIT),
        chosen.get("render_every", 1),
    )
    return video, chosen.get("fast_lane_only", False)


def _mode(value: Any) -> str:
    word = str(value).strip().lower()
    if word not in MODES:
        raise ValueError(f"none of {', '.join(MODES)}")
    return word


def _whole(least: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        try:
            number = int(value)
        except ValueError:
            raise ValueError("no whole number") from None
        if number < least:
            raise ValueError(f"less than {least}")
        return number

    return read


def _fact(value: Any) -> bool:
    word = str(value).strip().lower()
    if word in ("1", "true", "yes", "on"):
        return True
    if word in ("0", "false", "no", "off"):
        return False
    raise ValueError("neither true nor false")


_READERS: dict[str, Callable[[Any], Any]] = {
    "video": _mode,
    "video_slot": _whole(0),
    "grid_limit": _whole(1),
    "render_every": _whole(1),
    "fast_lane_only": _fact,
}


def tiled(frames: Sequence[np.ndarray]) -> np.ndarray:
    """Frames of one shape as one picture: ceil(sqrt n) rows, row-major, black where tiles are missing."""
    if len(frames) == 1:
        return frames[0]
    rows = math.ceil(math.sqrt(len(frames)))
    columns = math.ceil(len(frames) / rows)
    height, width = frames[0].shape[:2]
    picture = np.zeros((rows * height, columns * width, *frames[0].shape[2:]), frames[0].dtype)
    for i, frame in enumerate(frames):
        row, column = divmod(i, columns)
        picture[row * height : (row + 1) * height, column * width : (column + 1) * width] = frame
    return picture


class Shown(NamedTuple):
    """The numbers that belong to a picture. reward, total_reward: the mean over its tiles when there are several."""

    reward: float
    total_reward: float
    episode: int
    step: int
    agent_id: str | None = None
    env_slot: int = 0


class EnvCamera:
    """The fast lane's side of one wrapped environment. Used by the training loop's thread alone.

    render: returns the frames in the picture, in the order of their tiles. slot: of a single environment, which shares
    the picture with the others of its run; None when `render` gives all there is. metadata: the environment's own.
    """

    def __init__(
        self,
        run: Run,
        render: Callable[[], Sequence[Any]],
        slot: int | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        fps = (metadata or {}).get("render_fps")
        self._fps = float(fps) if isinstance(fps, int | float) and math.isfinite(fps) else 0.0
        self._run = run
        self._render = render
        self._slot = slot
        self._every = run.video.every
        self._pace = run._frames.new_pace() if slot is not None and run.video.mode == "grid" else run._frames
        self._steps = 0
        self._steps_of_env = 0
        self._rate_from = (time.perf_counter(), 0)
        self._is_failing = False

    def is_due(self, steps: int = 1, episode: int = -1) -> bool:
        """Counts one call of step() that made `steps` environment steps. True when a frame may leave now.

        episode: of the environment in the picture; one whose every step is to be recorded is always due.
        """
        self._steps += steps
        self._steps_of_env += 1
        every = self._run.renders_all_every
        if every and episode >= 0 and episode % every == 0:
            return True
        return self._steps_of_env % self._every == 0 and self._pace.is_due(time.perf_counter())

    def publish(self, shown: Shown) -> None:
        """Renders, and publishes the picture with its numbers."""
        began = time.perf_counter()
        seconds = began - self._rate_from[0]
        rate = (self._steps - self._rate_from[1]) / seconds if seconds > 0 else 0.0
        self._rate_from = (began, self._steps)
        picture = self._picture()
        if picture is not _NO_PICTURE:
            self._run.publish_frame(picture, step_rate_hz=rate, env_fps=self._fps, **shown._asdict())
        self._pace.spent(began, time.perf_counter())

    def _picture(self) -> Any:
        try:
            frames = self._render()
            if self._slot is not None and self._run.video.mode == "grid":
                grid = self._run._frames.with_tile(self._slot, frames[0])
                return _NO_PICTURE if grid is None else grid
            return tiled(frames) if len(frames) > 1 else frames[0]
        except Exception as error:  # a renderer is foreign code; the loop goes on without its picture
            if not self._is_failing:
                log.warning("The environment cannot be rendered (%s); training and telemetry go on.", error)
            self._is_failing = True
            return _NO_PICTURE
