"""WebSocket {base_url}duallane/link: after the guard, a byte tunnel between the page and the bridge.

Guarantees
- The bridge speaks the WebSocket protocol with the page; no message is parsed or kept here.
- Bytes are read from one side only when the other has taken the last ones: a stalled reader adds no memory.
- The tunnel begins only after the bridge has accepted (101). Without a bridge the WebSocket opens and closes at once,
  code 1013, with a sentence as its reason: a page cannot read the body of a refused WebSocket.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import struct

from jupyter_server.auth.decorator import authorized, ws_authenticated
from tornado.iostream import IOStream, StreamClosedError

from .bridge import Ready
from .bridge_socket import SECRET_HEADER, connect
from .guard import GuardedRequest, Refused

_PASSED_ON = ("Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions")
_HEAD_BYTES_MAX = 16_384
_CHUNK_BYTES = 1 << 16
_TRY_AGAIN_LATER = 1013
_REASON_BYTES_MAX = 123
_WEBSOCKET_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Link(GuardedRequest):
    @ws_authenticated
    @authorized("execute")
    async def get(self) -> None:
        """A page's link carries orders (cancel, pause) beside its reading: `execute`, as for a kernel's WebSocket."""
        headers = self.request.headers
        if headers.get("Upgrade", "").lower() != "websocket" or "Sec-WebSocket-Key" not in headers:
            raise Refused(426, "websocket-needed", "This address speaks WebSocket only.")
        try:
            ready = await self.ready_bridge()
            upstream = await connect(ready)
            head = await self._ask(upstream, ready)
        except Refused as refused:
            await self._open_and_close(refused.sentence)
            return
        page = self._take_stream()
        await asyncio.gather(_pump(upstream, page, head), _pump(page, upstream))

    async def _ask(self, upstream: IOStream, ready: Ready) -> bytes:
        """Repeats the page's handshake to the bridge and returns its accepting head. Raises Refused without one."""
        passed = [f"{name}: {self.request.headers[name]}" for name in _PASSED_ON if name in self.request.headers]
        lines = ["GET /link HTTP/1.1", "Host: duallane", "Connection: Upgrade", "Upgrade: websocket", *passed]
        lines += [f"{SECRET_HEADER}: {ready.secret}", "", ""]
        try:
            await upstream.write("\r\n".join(lines).encode("latin-1"))
            head = await upstream.read_until(b"\r\n\r\n", max_bytes=_HEAD_BYTES_MAX)
        except StreamClosedError as cause:
            raise Refused(503, "bridge-starting", "The kernel bridge has just gone and is started again.") from cause
        if not head.startswith(b"HTTP/1.1 101 "):
            upstream.close()
            said = head.split(b"\r\n", 1)[0].decode("latin-1")
            raise Refused(502, "bridge-refused", f"The kernel bridge did not accept the link ({said}).")
        return head

    def _take_stream(self) -> IOStream:
        page = self.detach()
        page.set_nodelay(True)
        return page

    async def _open_and_close(self, sentence: str) -> None:
        """Accepts the WebSocket and closes it with the sentence as reason (RFC 6455, 4.2.2 and 5.5.1)."""
        self.log.info("duallane: a page's link was turned away: %s", sentence)
        key = self.request.headers["Sec-WebSocket-Key"].encode("latin-1")
        accept = base64.b64encode(hashlib.sha1(key + _WEBSOCKET_GUID).digest())
        reason = sentence.encode()[:_REASON_BYTES_MAX].decode("utf-8", "ignore").encode()
        close = struct.pack("!BBH", 0x88, 2 + len(reason), _TRY_AGAIN_LATER) + reason
        head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        page = self._take_stream()
        try:
            await page.write(head + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n" + close)
            async with asyncio.timeout(2.0):
                await page.read_bytes(_CHUNK_BYTES, partial=True)  # the page's own close frame
        except (StreamClosedError, TimeoutError):
            pass  # it is over either way
        finally:
            page.close()


async def _pump(source: IOStream, sink: IOStream, first: bytes = b"") -> None:
    """Carries bytes until either side closes, then closes both. `first` goes ahead."""
    try:
        if first:
            await sink.write(first)
        while True:
            await sink.write(await source.read_bytes(_CHUNK_BYTES, partial=True))
    except StreamClosedError:
        pass  # the ordinary end: the closing frames have been carried as bytes
    finally:
        source.close()
        sink.close()
