"""One gRPC call on a connection of its own, over HTTP/2 (h2), in Python alone.

Guarantees
- No library with threads and locks of its own is in the training process: it may fork at any moment.
- What is read is read when it is asked for: a slow reader holds back the daemon, and memory stays near one window.
Failure modes: RpcError with gRPC's status; UNAVAILABLE when the connection broke, DEADLINE_EXCEEDED, CANCELLED.
Format: gRPC over HTTP/2 (github.com/grpc/grpc, doc/PROTOCOL-HTTP2.md).
"""

from __future__ import annotations

import contextlib
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    TrailersReceived,
)
from h2.exceptions import H2Error
from h2.settings import SettingCodes, Settings

from ._contract import contract, limits
from .daemon_channel import Connection, Route
from .rpc_error import RpcError, reset_error, status_error

_STREAM = 1
_HEAD_BYTES = 9  # of a frame; its first three are the length of the rest
_OUR_WINDOW = 4 << 20  # bytes that the daemon may send ahead of the reader
_FIRST_WINDOW = 65_535
_INLINE_BYTES = 32_768  # requests that fit the first window whatever the daemon's settings are
_UNREADABLE = (H2Error, ValueError)
Reply = TypeVar("Reply")


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
        self._headers: dict[str, str] = {}
        self._is_ended = False  # by the daemon; it may have given messages that were not read yet
        self._is_leaving = False
        self._room = threading.Condition()
        self._flushing = threading.Lock()
        self._http = _opened()
        self._users = 1
        try:
            self._connection = Connection(route, timeout)
        except OSError as cause:
            raise self._broken(cause) from cause
        self._http.send_headers(_STREAM, _headers(route, path, timeout))
        if isinstance(requests, list) and sum(request.ByteSize() for request in requests) < _INLINE_BYTES:
            try:
                self._send_all(requests)
            except BaseException:  # Ctrl-C
                self.close()
                raise
        else:
            self._users += 1
            threading.Thread(
                target=self._send_all, args=(requests, True), name="duallane-requests", daemon=True
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
                self._read()
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

    def _send_all(self, requests: Iterable[Any], is_own_thread: bool = False) -> None:
        try:
            self._flush()
            for request in requests:
                if not self._send_message(request.SerializeToString()):
                    return
            with self._room:
                self._http.end_stream(_STREAM)
            self._flush()
        except (OSError, H2Error):  # the reader hears of it, and perhaps why
            return
        except Exception as error:
            self._request_failure = error
            self.cancel()
        finally:
            if is_own_thread:
                self._leave()

    def _send_message(self, payload: bytes) -> bool:
        """False when the call is over."""
        rest = memoryview(struct.pack(">BI", 0, len(payload)) + payload)
        while rest:
            with self._room:
                while not self._is_wanted_no_more and self._http.local_flow_control_window(_STREAM) <= 0:
                    self._room.wait()
                if self._is_wanted_no_more:
                    return False
                room = min(len(rest), self._http.local_flow_control_window(_STREAM))
                for at in range(0, room, self._http.max_outbound_frame_size):
                    piece = rest[at : min(room, at + self._http.max_outbound_frame_size)]
                    self._http.send_data(_STREAM, bytes(piece))
            rest = rest[room:]
            self._flush()
        return True

    @property
    def _is_wanted_no_more(self) -> bool:
        return self._is_canceled or self._is_over or self._is_ended

    def _flush(self) -> None:
        """What is to be sent, in order, whichever thread made it."""
        with self._flushing:
            with self._room:
                waiting = self._http.data_to_send()
            if waiting:
                self._connection.send(waiting)

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

    def _read(self) -> None:
        """What the daemon says next; at the end its status."""
        if self._is_ended:
            self._end()
            return
        rest = None if self._deadline is None else self._deadline - time.monotonic()
        if rest is not None and rest <= 0:
            raise TimeoutError
        chunk = self._connection.receive(rest)
        if not chunk:
            raise ConnectionResetError("it ended")
        self._frames += chunk
        with self._room:
            for frame in self._whole_frames():
                try:
                    events = self._http.receive_data(frame)
                except H2Error as error:
                    if self._is_leaving:  # h2 takes nothing after a GOAWAY, though the daemon may still answer
                        raise ConnectionResetError("the daemon ended") from error
                    raise
                for event in events:
                    self._take(event)
            self._room.notify_all()
        if not self._is_ended:
            with contextlib.suppress(OSError):  # it has ended; what it said before is still to be read
                self._flush()

    def _whole_frames(self) -> Iterator[bytes]:
        """One by one, to the end of the call: h2 gives nothing of what came before a frame that it refuses."""
        while not self._is_ended and len(self._frames) >= _HEAD_BYTES:
            size = _HEAD_BYTES + int.from_bytes(self._frames[:3], "big")
            if len(self._frames) < size:
                return
            yield bytes(memoryview(self._frames)[:size])
            del self._frames[:size]

    def _take(self, event: Event) -> None:
        if isinstance(event, DataReceived):
            self._messages += event.data
            self._http.acknowledge_received_data(event.flow_controlled_length, _STREAM)
        elif isinstance(event, ResponseReceived | TrailersReceived):
            self._headers |= dict(event.headers)
        elif isinstance(event, StreamEnded):
            self._is_ended = True
        elif isinstance(event, StreamReset):
            raise reset_error(int(event.error_code))
        elif isinstance(event, ConnectionTerminated):
            if (event.last_stream_id or 0) < _STREAM:
                raise RpcError("UNAVAILABLE", "the daemon takes no calls any more")
            self._is_leaving = True

    def _end(self) -> None:
        self.close()
        error = status_error(self._headers)
        if error is not None:
            raise error


def _opened() -> H2Connection:
    """A connection of one call; nothing is sent yet."""
    http = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))
    ours = {SettingCodes.ENABLE_PUSH: 0, SettingCodes.INITIAL_WINDOW_SIZE: _OUR_WINDOW}
    http.local_settings = Settings(client=True, initial_values=ours)
    http.initiate_connection()
    http.increment_flow_control_window(_OUR_WINDOW - _FIRST_WINDOW)
    return http


def _headers(route: Route, path: str, timeout: float | None) -> list[tuple[str, str]]:
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
    return headers
