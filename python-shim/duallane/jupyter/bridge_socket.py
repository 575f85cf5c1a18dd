"""Connections to the bridge's Unix socket, as tornado streams."""

from __future__ import annotations

import socket

from tornado.iostream import IOStream, StreamClosedError

from .bridge import Ready
from .guard import Refused

SECRET_HEADER = "X-Duallane-Secret"
_READ_BYTES = 1 << 18


async def connect(ready: Ready) -> IOStream:
    """A stream to the bridge. Raises Refused(503) when it went away in this moment."""
    stream = IOStream(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM), read_chunk_size=_READ_BYTES)
    try:
        return await stream.connect(ready.socket)
    except (OSError, StreamClosedError) as cause:
        stream.close()
        raise Refused(503, "bridge-starting", "The kernel bridge has just gone and is started again.") from cause
