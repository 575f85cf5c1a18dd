"""Reads the frames out of a recording's bytes. Format: proto/recording.schema.json.

Guarantees
- A frame whose bytes changed, or that is no whole JPEG, is "recording-damaged" and named by its step; no other frame is
  lost with it than the differences to it.
- JPEGs are decoded by the package's own Node program, one child for a reader, which ends with it: numpy has no decoder.
"""

from __future__ import annotations

import hashlib
import json
import struct
import subprocess
import zlib
from typing import Any

import numpy as np

from .errors import DuallaneError
from .node import node_command

JPEG_CODEC = 2
_MAGIC = b"DLREC1\n\0"
_FOOTER = struct.Struct("<Q32s8s")
_DELTA = struct.Struct("<II")
_LENGTH = struct.Struct("<I")


def open_recording(data: bytes, is_damage_borne: bool = False) -> tuple[dict[str, Any], bytes]:
    """The index of a recording, and all of its bytes.

    is_damage_borne: bytes that changed are no error as long as the index can be read; each frame has a checksum.
    Raises DuallaneError('recording-damaged').
    """
    whole = len(data) >= len(_MAGIC) + _FOOTER.size and data.startswith(_MAGIC)
    length, digest, magic = _FOOTER.unpack(data[-_FOOTER.size :]) if whole else (0, b"", b"")
    changed = hashlib.sha256(data[: 8 - _FOOTER.size]).digest() != digest
    if not whole or magic != _MAGIC or (changed and not is_damage_borne):
        raise DuallaneError("recording-damaged", "This recording is not as it was written.")
    end = len(data) - _FOOTER.size
    try:
        return json.loads(zlib.decompress(data[end - length : end], -zlib.MAX_WBITS)), data
    except (zlib.error, ValueError) as cause:
        raise DuallaneError("recording-damaged", "The index of this recording cannot be read.") from cause


class FrameReader:
    """Frames of one recording, one after the other. Use it in a `with` block: it may start a child for JPEGs."""

    def __init__(self, index: dict[str, Any], data: bytes) -> None:
        self._index = index
        self._data = data
        self._last: tuple[int, np.ndarray] | None = None
        self._decoder: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> FrameReader:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._decoder is not None:
            self._decoder.kill()
            self._decoder.communicate()

    def frame(self, at: int) -> np.ndarray:
        """Frame `at`, from 0, in ascending order: uint8 of shape (height, width, channels), a copy.

        Raises DuallaneError('recording-damaged'), and as `node_command` does where a JPEG needs the decoder.
        """
        frames = self._index["frames"]
        offset, codec = frames["offset"][at], frames["codec"][at]
        stored = self._data[offset : offset + frames["length"][at]]
        if "crc" in frames and zlib.crc32(stored) != frames["crc"][at]:
            raise self._damaged(at, "its bytes have changed")
        shape = tuple(self._index["shapes"][frames["shape"][at]])
        try:
            if codec == JPEG_CODEC:
                frame = np.frombuffer(self._pixels(stored), np.uint8).reshape(shape).copy()
            else:
                frame = self._exact(at, zlib.decompress(stored, -zlib.MAX_WBITS), shape)
        except (zlib.error, struct.error, ValueError) as cause:
            what = "it is no whole JPEG" if codec == JPEG_CODEC else "it does not fit the frame before it, or its size"
            raise self._damaged(at, what) from cause
        self._last = (at, frame)
        return frame.copy()

    def _exact(self, at: int, body: bytes, shape: tuple[int, ...]) -> np.ndarray:
        if self._index["frames"]["codec"][at] == 0:
            return np.frombuffer(body, np.uint8).reshape(shape).copy()
        first, rows = _DELTA.unpack_from(body)
        changed = np.frombuffer(body, np.uint8, offset=_DELTA.size).reshape(rows, *shape[1:])
        if self._last is None or self._last[0] != at - 1:
            raise ValueError("there is no frame before it")
        frame = self._last[1]
        frame[first : first + rows] ^= changed
        return frame

    def _pixels(self, file: bytes) -> bytes:
        """Pixels of a JPEG; empty when it is none."""
        if self._decoder is None:
            command = [*node_command(), "jpeg-pixels"]
            self._decoder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        child = self._decoder
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(_LENGTH.pack(len(file)) + file)
            child.stdin.flush()
            head = child.stdout.read(_LENGTH.size)
            if len(head) == _LENGTH.size:
                return child.stdout.read(_LENGTH.unpack(head)[0])
        except BrokenPipeError:
            pass  # it is told below, as an end without an answer is
        raise DuallaneError(
            "jpeg-failed", f"The JPEG decoder has ended with {child.wait()}; `{' '.join(child.args)}` says why."
        )

    def _damaged(self, at: int, what: str) -> DuallaneError:
        step = self._index["frames"]["step"][at]
        return DuallaneError("recording-damaged", f"The frame of step {step} cannot be read: {what}.")
