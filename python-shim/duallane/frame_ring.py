"""Producer side of the frame ring (FLAN v1): one writer, any number of readers, never blocks, the newest frame wins.

Guarantees
- A reader that follows the rule (seq equal to 2n + 2 before and after its copy) never sees half a frame, and the
  metrics in the header never are older than the newest whole frame's.
- The segment is allocated before it is used (posix_fallocate): a /dev/shm that is too small is an error at creation,
  never a SIGBUS in the trainer.
- A segment appears under its name complete: it is made under a private name and renamed. A writer holds a lock (flock)
  on its segment for its life, so a dead writer's ring can be told from a living one's, whatever killed it.

Layout: proto/frame-ring.layout.json, contract section 2.
"""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import secrets
import struct
from pathlib import Path
from typing import Any

import numpy as np

from . import settings
from ._contract import frame_ring as layout
from ._contract import limits
from .errors import FrameRingError

_U32 = struct.Struct("<I")
_U64 = struct.Struct("<Q")
_F64 = struct.Struct("<d")
_LENGTHS = struct.Struct("<II")
_CHANNELS = (1, 3, 4)
_FAST_LANE_OFF = "The fast lane is off; training and telemetry go on."


def segment_name(run_id: str) -> str:
    """Name of a run's segment in /dev/shm. A parallel worker's run_id carries `-w<index>`."""
    return layout.SEGMENT_PREFIX + run_id.replace("/", "_")


def frame_shape(frame: Any) -> tuple[int, int, int]:
    """(height, width, channels) of a frame. Raises FrameRingError('frame-format') for what is not one."""
    shape = getattr(frame, "shape", None)
    if not isinstance(frame, np.ndarray) or frame.dtype != np.uint8:
        kind = f"{frame.dtype} array" if isinstance(frame, np.ndarray) else type(frame).__name__
        raise FrameRingError("frame-format", f"A frame is a uint8 numpy array; this is a {kind}.")
    if len(shape) == 2:
        shape = (*shape, 1)
    if len(shape) != 3 or shape[2] not in _CHANNELS or 0 in shape:
        raise FrameRingError(
            "frame-format", f"A frame has the shape (height, width, 1, 3 or 4 channels); this one has {frame.shape}."
        )
    return int(shape[0]), int(shape[1]), int(shape[2])


def deep_capacity(frame_bytes: int, directory: Path = settings.SHARED_MEMORY_DIRECTORY) -> int:
    """Slots of a ring whose reader wants every frame, and may be late: at most RING_DEEP_BYTES, and a quarter of what
    is free in the shared memory; never fewer than other rings have.
    """
    try:
        room = os.statvfs(directory)
    except OSError:
        return limits.RING_CAPACITY  # the ring itself will say what is wrong
    free = min(limits.RING_DEEP_BYTES, room.f_bavail * room.f_frsize // 4)
    slot = layout.SLOT_HEADER_BYTES + frame_bytes + limits.RING_METADATA_BYTES
    return max(limits.RING_CAPACITY, min(limits.RING_DEEP_CAPACITY, free // slot))


class FrameRingWriter:
    """One ring of one run.

    run_id: names the segment (mosaic.fastlane.<run_id>). width, height: pixels. channels: 1, 3 or 4.
    capacity: slots. metadata_size: bytes kept for JSON in each slot. directory: the shared memory file system.
    Raises FrameRingError: "frame-format", "ring-space" (not enough shared memory), "ring-taken" (a living writer has
    it), "ring-unsupported" (no /dev/shm on this system).
    """

    def __init__(
        self,
        run_id: str,
        width: int,
        height: int,
        channels: int = 3,
        capacity: int = limits.RING_CAPACITY,
        metadata_size: int = limits.RING_METADATA_BYTES,
        directory: Path = settings.SHARED_MEMORY_DIRECTORY,
    ) -> None:
        if channels not in _CHANNELS or width < 1 or height < 1 or capacity < 1 or metadata_size < 0:
            raise FrameRingError(
                "frame-format",
                f"No ring holds {capacity} frames of {width} x {height} pixels with {channels} channels.",
            )
        self.path = directory / segment_name(run_id)
        self.shape = (height, width, channels)
        self.capacity = capacity
        self.published = 0
        self._frame_bytes = width * height * channels
        self._metadata_size = metadata_size
        self._slot_size = layout.SLOT_HEADER_BYTES + self._frame_bytes + metadata_size
        size = layout.HEADER_BYTES + capacity * self._slot_size
        if self._slot_size >= 1 << 32:
            raise FrameRingError("frame-size", f"A frame of {width} x {height} pixels is too large for the ring.")
        self._descriptor, temporary = _allocate(self.path, size)
        try:
            self._map = mmap.mmap(self._descriptor, size)
            self._write_header(width, height, channels)
            self._inode = os.fstat(self._descriptor).st_ino
            _refuse_living_writer(self.path)
            os.rename(temporary, self.path)
        except BaseException:
            os.unlink(temporary)
            os.close(self._descriptor)
            raise
        self._frames = [self._frame_view(slot) for slot in range(capacity)]
        self._closed = False

    def _write_header(self, width: int, height: int, channels: int) -> None:
        # 1 channel carries RGBA's hash, as the source writes it: readers trust `channels`.
        fields = (
            (layout.HEADER_VERSION, layout.VERSION),
            (layout.HEADER_FLAGS, 0),
            (layout.HEADER_CAPACITY, self.capacity),
            (layout.HEADER_SLOT_SIZE, self._slot_size),
            (layout.HEADER_PAYLOAD_SIZE, self._frame_bytes + self._metadata_size),
            (layout.HEADER_WIDTH, width),
            (layout.HEADER_HEIGHT, height),
            (layout.HEADER_CHANNELS, channels),
            (layout.HEADER_FORMAT_HASH, layout.FORMAT_RGB if channels == 3 else layout.FORMAT_RGBA),
        )
        for offset, value in fields:
            self._map[offset : offset + 4] = _U32.pack(value)
        self._map[layout.HEADER_MAGIC : layout.HEADER_MAGIC + 4] = layout.MAGIC.encode("ascii")

    def _frame_view(self, slot: int) -> np.ndarray:
        start = layout.HEADER_BYTES + slot * self._slot_size + layout.SLOT_FRAME
        return np.frombuffer(self._map, np.uint8, self._frame_bytes, start).reshape(self.shape)

    def publish(
        self,
        frame: np.ndarray,
        metadata: bytes = b"",
        last_reward: float = 0.0,
        rolling_return: float = 0.0,
        step_rate_hz: float = 0.0,
    ) -> int:
        """Copies one frame into the ring and returns its number, from 1.

        frame: uint8, shape (height, width, channels) of the ring, any memory order; (height, width) for one channel.
        metadata: JSON object {"episode", "step", "agent", "t_ns", "reward", "return"}; left out, never cut, when longer
        than metadata_size. last_reward, rolling_return: of the step and of its episode so far. step_rate_hz:
        environment steps per second. Raises FrameRingError: "frame-format", "frame-size", "ring-closed".
        """
        if self._closed:
            raise FrameRingError("ring-closed", "This frame ring is closed.")
        if frame_shape(frame) != self.shape:
            raise FrameRingError("frame-size", f"This ring holds frames of {self.shape}; this one is {frame.shape}.")
        number = self.published + 1
        slot = (number - 1) % self.capacity
        start = layout.HEADER_BYTES + slot * self._slot_size
        ring = self._map
        # Every store below is one slice: pack_into would zero the bytes first, and a reader polls in between.
        ring[start : start + 8] = _U64.pack(2 * number + 1)
        if len(metadata) > self._metadata_size:
            metadata = b""
        lengths = start + layout.SLOT_PAYLOAD_LEN
        ring[lengths : lengths + 8] = _LENGTHS.pack(self._frame_bytes, len(metadata))
        np.copyto(self._frames[slot], frame if frame.ndim == 3 else frame[:, :, None])
        tail = start + layout.SLOT_FRAME + self._frame_bytes
        ring[tail : tail + self._metadata_size] = metadata.ljust(self._metadata_size, b"\0")
        for offset, value in (
            (layout.HEADER_LAST_REWARD, last_reward),
            (layout.HEADER_ROLLING_RETURN, rolling_return),
            (layout.HEADER_STEP_RATE_HZ, step_rate_hz),
        ):
            ring[offset : offset + 8] = _F64.pack(value)
        ring[start : start + 8] = _U64.pack(2 * number + 2)
        ring[layout.HEADER_HEAD : layout.HEADER_HEAD + 8] = _U64.pack(number)
        self.published = number
        return number

    def close(self) -> None:
        """Marks the ring as invalid for whoever still reads it, and removes it. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        self._map[layout.HEADER_FLAGS : layout.HEADER_FLAGS + 4] = _U32.pack(layout.FLAG_INVALIDATED)
        self.forget()
        try:
            if os.stat(self.path).st_ino == self._inode:
                os.unlink(self.path)
        except FileNotFoundError:
            pass

    def forget(self) -> None:
        """Lets go of the memory without touching the ring: for a forked child, whose parent still writes it."""
        self._closed = True
        self._frames.clear()
        self._map.close()
        os.close(self._descriptor)

    def __enter__(self) -> FrameRingWriter:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


def _allocate(path: Path, size: int) -> tuple[int, Path]:
    """A locked segment of `size` bytes under a private name: (descriptor, path)."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileNotFoundError as cause:
        sentence = f"Frames need {path.parent}, which this system does not have. {_FAST_LANE_OFF}"
        raise FrameRingError("ring-unsupported", sentence) from cause
    except OSError as cause:
        raise FrameRingError(
            "ring-space", f"{path.parent} takes no frames ({cause.strerror}). {_FAST_LANE_OFF}"
        ) from cause
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.posix_fallocate(descriptor, 0, size)
    except OSError as cause:
        os.unlink(temporary)
        os.close(descriptor)
        if cause.errno != errno.ENOSPC:
            sentence = f"{path.parent} cannot hold frames ({cause.strerror}). {_FAST_LANE_OFF}"
            raise FrameRingError("ring-space", sentence) from cause
        room = os.statvfs(path.parent)
        free = room.f_bavail * room.f_frsize
        raise FrameRingError(
            "ring-space",
            f"Frames need {_megabytes(size)} MB of {path.parent}; {free // 1_000_000} MB are free. {_FAST_LANE_OFF}",
        ) from cause
    return descriptor, temporary


def _megabytes(size: int) -> int:
    return -(-size // 1_000_000)


def _is_locked(path: Path) -> bool:
    """True when a living writer of ours holds the segment; False also when there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _refuse_living_writer(path: Path) -> None:
    if _is_locked(path):
        raise FrameRingError("ring-taken", f"Another writer already shows the frames of {path.name}. {_FAST_LANE_OFF}")


def _has_writer(path: Path, processes: Path = Path("/proc")) -> bool:
    """True when a process maps the segment or has it open for writing (writers that take no lock: other languages)."""
    try:
        wanted = os.stat(path)
    except OSError:
        return False
    for process in processes.glob("[0-9]*"):
        try:
            if str(path) in (process / "maps").read_text("utf-8", "replace"):
                return True
            for descriptor in os.listdir(process / "fd"):
                seen = os.stat(process / "fd" / descriptor)
                if (seen.st_dev, seen.st_ino) == (wanted.st_dev, wanted.st_ino):
                    flags = (process / "fdinfo" / descriptor).read_text().split("flags:", 1)[1].split()[0]
                    if int(flags, 8) & os.O_ACCMODE != os.O_RDONLY:
                        return True
        except OSError:  # gone meanwhile, or another user's
            continue
    return False


def collect_dead_rings(directory: Path = settings.SHARED_MEMORY_DIRECTORY) -> list[str]:
    """Removes this user's rings that nobody writes any more; returns their names.

    A ring is dead when no lock is held on it and no visible process maps it or has it open for writing.
    """
    collected = []
    for path in [*directory.glob(f"{layout.SEGMENT_PREFIX}*"), *directory.glob(f".{layout.SEGMENT_PREFIX}*")]:
        try:
            if path.stat().st_uid != os.getuid() or _is_locked(path) or _has_writer(path):
                continue
            path.unlink()
            collected.append(path.name)
        except FileNotFoundError:
            continue
    return collected
