"""One gRPC call on a connection of its own, over HTTP/2 (RFC 9113), in Python alone.

Guarantees
- No library with threads and locks of its own is in the training process: it may fork at any moment.
- What is read is read when it is asked for: a slow reader holds back the daemon, and memory stays near one window.
Failure modes: RpcError with gRPC's status; UNAVAILABLE when the connection broke, DEADLINE_EXCEEDED, CANCELLED.
"""

from __future__ import annotations

import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar
from urllib.parse import unquote

from ._contract import contract, limits
from .daemon_channel import Connection, Route
from .hpack import HeaderBlocks, header_block

_DATA, _HEADERS, _RST_STREAM, _SETTINGS, _PING, _GOAWAY, _WINDOW_UPDATE, _CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
_END_STREAM = _ACK = 0x1
_END_HEADERS, _PADDED, _PRIORITY = 0x4, 0x8, 0x20
_NO_PUSH, _STREAM_WINDOW, _FRAME_BYTES = 2, 4, 5  # the settings we read or write
_STREAM = 1
_OUR_WINDOW = 4 << 20  # bytes that the daemon may send ahead of the reader
_FIRST_WINDOW, _FIRST_FRAME = 65_535, 16_384
_INLINE_BYTES = 32_768  # requests that fit the first window whatever the daemon's settings are
_CODES = [
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
    "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
    "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
]  # fmt: skip
# What HTTP/2's resets and HTTP's answers mean in gRPC's words.
_RESETS = {7: "UNAVAILABLE", 8: "CANCELLED", 11: "RESOURCE_EXHAUSTED", 12: "PERMISSION_DENIED"}
_ANSWERS = {"401": "UNAUTHENTICATED", "403": "PERMISSION_DENIED", "404": "UNIMPLEMENTED", "503": "UNAVAILABLE"}
_UNREADABLE = (ValueError, IndexError, struct.error)
Reply = TypeVar("Reply")


class RpcError(Exception):
    """A call that failed. code: gRPC's name of the status. details: the daemon's words. metadata: its trailers."""

    def __init__(self, code: str, details: str, metadata: dict[str, str] | None = None) -> None:
        super().__init__(f"{code}: {details}")
        self.code = code
        self.details = details
        self.metadata = metadata or {}


class Call(Generic[Reply]):
    """Iterates over the replies, in one thread. timeout: seconds for the whole of it.

    requests: messages; a thread sends them as they come, unless they are a short list. Raises RpcError.
    """

    def __init__(
        self,
        route: Route,
        path: str,
        requests: Iterable[Any],
        parse: Callable[[bytes], Reply],
        timeout: float | None,
    ) -> None:
        self._parse = parse
        self._deadline = None if timeout is None else time.monotonic() + timeout
        self._is_canceled = False
        self._is_over = False
        self._request_failure: BaseException | None = None
        self._frames = bytearray()
        self._messages = bytearray()
        self._unannounced = 0
        self._blocks = HeaderBlocks()
        self._block = b""
        self._is_last_block = False
        self._room = threading.Condition()
        self._window = self._stream_window = self._first_window = _FIRST_WINDOW
        self._frame_bytes = _FIRST_FRAME
        self._users = 1
        try:
            self._connection = Connection(route, timeout)
        except OSError as cause:
            raise self._broken(cause) from cause
        opening = _opening(route, path, timeout)
        if isinstance(requests, list) and sum(request.ByteSize() for request in requests) < _INLINE_BYTES:
            try:
                self._send_all(opening, requests)
            except BaseException:  # Ctrl-C
                self.close()
                raise
        else:
            self._users += 1
            threading.Thread(
                target=self._send_all, args=(opening, requests, True), name="duallane-requests", daemon=True
            ).start()

    def __iter__(self) -> Iterator[Reply]:
        return self

    def __next__(self) -> Reply:
        while True:
            message = self._next_message()
            if message is not None:
                return self._parse(message)
            if self._is_over:
                raise StopIteration
            try:
                self._read_frame()
            except (OSError, *_UNREADABLE) as error:
                self.close()
                raise self._broken(error) from error
            except BaseException:
                self.close()
                raise

    @property
    def is_over(self) -> bool:
        """Nothing more comes, or is wanted."""
        return self._is_over

    def only(self) -> Reply:
        """The reply of a call that has one."""
        replies = list(self)
        if len(replies) != 1:
            raise RpcError("INTERNAL", f"the daemon gave {len(replies)} replies to a call that has one")
        return replies[0]

    def cancel(self) -> None:
        """Ends the call, from any thread: who iterates gets RpcError CANCELLED. Harmless when it has ended."""
        with self._room:
            if self._is_over:
                return
            self._is_canceled = True
            self._room.notify_all()
        self._connection.break_off()

    def close(self) -> None:
        """For the thread that iterates, when it wants no more."""
        with self._room:
            if self._is_over:
                return
            self._is_over = True
            self._room.notify_all()
        self._connection.break_off()
        self._leave()

    def _leave(self) -> None:
        """Who reads, or sends, is done with the connection; the last one closes it."""
        with self._room:
            self._users -= 1
            is_unused = self._users == 0
        if is_unused:
            self._connection.close()

    def _broken(self, cause: BaseException) -> RpcError:
        if self._request_failure is not None:
            return RpcError("INTERNAL", f"the requests could not be made: {self._request_failure!r}")
        if self._is_canceled:
            return RpcError("CANCELLED", "it was cancelled here")
        if isinstance(cause, TimeoutError) and self._deadline is not None:
            return RpcError("DEADLINE_EXCEEDED", "the daemon did not answer in time")
        if isinstance(cause, _UNREADABLE):
            return RpcError("INTERNAL", f"the daemon's answer cannot be read: {cause}")
        return RpcError("UNAVAILABLE", str(cause))

    # -- sending ------------------------------------------------------------------------------------------------------

    def _send_all(self, opening: bytes, requests: Iterable[Any], is_own_thread: bool = False) -> None:
        try:
            self._connection.send(opening)
            for request in requests:
                if not self._send_message(request.SerializeToString()):
                    return
            self._connection.send(_frame_head(0, _DATA, _END_STREAM))
        except OSError:  # the reader hears of it, and perhaps why
            return
        except Exception as error:
            self._request_failure = error
            self.cancel()
        finally:
            if is_own_thread:
                self._leave()

    def _send_message(self, payload: bytes) -> bool:
        """False when the call is over."""
        head = struct.pack(">BI", 0, len(payload))
        rest = memoryview(payload)
        while head or rest:
            with self._room:
                while not self._is_canceled and not self._is_over and min(self._window, self._stream_window) <= 0:
                    self._room.wait()
                if self._is_canceled or self._is_over:
                    return False
                room = min(len(head) + len(rest), self._window, self._stream_window)
                self._window -= room
                self._stream_window -= room
            pieces: list[bytes | memoryview] = []
            while room:
                size = min(room, self._frame_bytes)
                pieces += (_frame_head(size, _DATA), head[:size], rest[: max(0, size - len(head))])
                head, rest = head[size:], rest[max(0, size - len(head)) :]
                room -= size
            self._connection.send(*pieces)
        return True

    # -- receiving ----------------------------------------------------------------------------------------------------

    def _next_message(self) -> bytes | None:
        if len(self._messages) < 5:
            return None
        is_packed, length = struct.unpack_from(">BI", self._messages)
        if is_packed or length > limits.GRPC_MESSAGE_BYTES:
            self.close()
            raise RpcError("INTERNAL", f"the daemon sent a message that cannot be read ({length:,} bytes)")
        if len(self._messages) < 5 + length:
            return None
        message = bytes(memoryview(self._messages)[5 : 5 + length])
        del self._messages[: 5 + length]
        return message

    def _taken(self, count: int) -> bytes:
        while len(self._frames) < count:
            rest = None if self._deadline is None else self._deadline - time.monotonic()
            if rest is not None and rest <= 0:
                raise TimeoutError
            chunk = self._connection.receive(rest)
            if not chunk:
                raise ConnectionResetError("it ended")
            self._frames += chunk
        taken = bytes(memoryview(self._frames)[:count])
        del self._frames[:count]
        return taken

    def _read_frame(self) -> None:
        high, low, kind, flags, stream = struct.unpack(">HBBBI", self._taken(9))
        payload = self._taken(high << 8 | low)
        if kind == _DATA:
            self._read_data(_unpadded(payload, flags), len(payload), flags)
        elif kind in (_HEADERS, _CONTINUATION):
            self._read_block(payload, kind, flags)
        elif kind == _SETTINGS and not flags & _ACK:
            self._read_settings(payload)
        elif kind == _PING and not flags & _ACK:
            self._connection.send(_frame_head(len(payload), _PING, _ACK, 0), payload)
        elif kind == _WINDOW_UPDATE:
            self._widen(payload, stream)
        elif kind == _RST_STREAM:
            (code,) = struct.unpack(">I", payload)
            raise RpcError(_RESETS.get(code, "INTERNAL"), f"the daemon broke the call off (HTTP/2 code {code})")
        elif kind == _GOAWAY and int.from_bytes(payload[:4], "big") < _STREAM:
            raise RpcError("UNAVAILABLE", "the daemon takes no calls any more")

    def _read_data(self, body: bytes, weight: int, flags: int) -> None:
        self._messages += body
        if flags & _END_STREAM:
            raise ValueError("it ended without a status")
        self._unannounced += weight
        if self._unannounced > _OUR_WINDOW // 2:
            more = struct.pack(">I", self._unannounced)
            self._unannounced = 0
            self._connection.send(
                _frame_head(4, _WINDOW_UPDATE, 0, 0), more, _frame_head(4, _WINDOW_UPDATE, 0, _STREAM), more
            )

    def _read_block(self, payload: bytes, kind: int, flags: int) -> None:
        if kind == _HEADERS:
            self._block = _unpadded(payload, flags)[5 if flags & _PRIORITY else 0 :]
            self._is_last_block = bool(flags & _END_STREAM)
        else:
            self._block += payload
        if not flags & _END_HEADERS:
            return
        headers = dict(self._blocks.read(self._block))
        answer = headers.get(":status", "200")
        if answer != "200" and "grpc-status" not in headers:
            raise RpcError(_ANSWERS.get(answer, "UNKNOWN"), f"it answered as HTTP, with status {answer}")
        if self._is_last_block:
            self._end(headers)

    def _end(self, headers: dict[str, str]) -> None:
        self.close()
        status = int(headers.get("grpc-status", "2"))
        code = _CODES[status] if status < len(_CODES) else "UNKNOWN"
        if code != "OK":
            raise RpcError(code, unquote(headers.get("grpc-message", "")), headers)

    def _read_settings(self, payload: bytes) -> None:
        with self._room:
            for name, value in struct.iter_unpack(">HI", payload):
                if name == _STREAM_WINDOW:
                    self._stream_window += value - self._first_window
                    self._first_window = value
                elif name == _FRAME_BYTES:
                    self._frame_bytes = value
            self._room.notify_all()
        self._connection.send(_frame_head(0, _SETTINGS, _ACK, 0))

    def _widen(self, payload: bytes, stream: int) -> None:
        (more,) = struct.unpack(">I", payload)
        with self._room:
            if stream:
                self._stream_window += more
            else:
                self._window += more
            self._room.notify_all()


def _opening(route: Route, path: str, timeout: float | None) -> bytes:
    """What begins a connection, and the call on it."""
    headers = [
        (":method", "POST"),
        (":scheme", "http" if route.tls is None else "https"),
        (":path", path),
        (":authority", route.authority),
        ("te", "trailers"),
        ("content-type", "application/grpc"),
        ("user-agent", f"duallane-python/{contract.VERSION}"),
    ]
    if timeout is not None:
        headers.append(("grpc-timeout", f"{max(1, int(timeout * 1000))}m"))
    if route.token:
        headers.append(("authorization", f"Bearer {route.token}"))
    block = header_block(headers)
    settings = struct.pack(">HIHI", _NO_PUSH, 0, _STREAM_WINDOW, _OUR_WINDOW)
    return b"".join(
        (
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            _frame_head(len(settings), _SETTINGS, 0, 0),
            settings,
            _frame_head(4, _WINDOW_UPDATE, 0, 0),
            struct.pack(">I", _OUR_WINDOW - _FIRST_WINDOW),
            _frame_head(len(block), _HEADERS, _END_HEADERS),
            block,
        )
    )


def _frame_head(length: int, kind: int, flags: int = 0, stream: int = _STREAM) -> bytes:
    return struct.pack(">HBBBI", length >> 8, length & 255, kind, flags, stream)


def _unpadded(payload: bytes, flags: int) -> bytes:
    return payload[1 : len(payload) - payload[0]] if flags & _PADDED else payload
