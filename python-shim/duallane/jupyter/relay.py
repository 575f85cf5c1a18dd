"""HTTP {base_url}duallane/parts/…, recordings/…, tail/…, health: after the guard, the same question to the bridge.

Guarantees
- Only named headers travel: of the request the range and cache conditions (no cookie, authorization, XSRF token or URL
  token), of the answer what describes its body.
- The body streams with back-pressure. An answer that breaks off at the bridge breaks off at the page, and never ends as
  if it were whole.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from jupyter_server.auth.decorator import authorized, ws_authenticated
from jupyter_server.utils import url_path_join
from tornado.http1connection import HTTP1Connection, HTTP1ConnectionParameters
from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, RequestStartLine, ResponseStartLine
from tornado.iostream import StreamClosedError

from .bridge_socket import SECRET_HEADER, connect
from .guard import GuardedRequest, Refused

_ASKED = ("Range", "If-Range", "If-None-Match", "If-Modified-Since", "Accept", "Accept-Encoding")
_ANSWERED = (
    "Content-Type",
    "Content-Length",
    "Content-Range",
    "Content-Encoding",
    "Accept-Ranges",
    "ETag",
    "Last-Modified",
    "Cache-Control",
    "Vary",
)
_FOR_THE_SERVER = ("token", "_xsrf")
_BODY_BYTES_MAX = 1 << 40


class Relay(GuardedRequest):
    @ws_authenticated
    @authorized
    async def get(self) -> None:
        await self._relay()

    @ws_authenticated
    @authorized
    async def head(self) -> None:
        await self._relay()

    def _target(self) -> str:
        """Path and query as the bridge knows them, still percent-encoded."""
        prefix = url_path_join(self.base_url, "duallane")
        pairs = parse_qsl(self.request.query, keep_blank_values=True)
        query = urlencode([(name, value) for name, value in pairs if name not in _FOR_THE_SERVER])
        return self.request.path[len(prefix) :] + (f"?{query}" if query else "")

    async def _relay(self) -> None:
        ready = await self.ready_bridge()
        self._upstream = await connect(ready)
        headers = HTTPHeaders({"Host": "duallane", "Connection": "close", SECRET_HEADER: ready.secret})
        for name in _ASKED:
            if name in self.request.headers:
                headers[name] = self.request.headers[name]
        connection = HTTP1Connection(
            self._upstream, True, HTTP1ConnectionParameters(no_keep_alive=True, max_body_size=_BODY_BYTES_MAX)
        )
        answer = _Answer(self)
        try:
            await connection.write_headers(RequestStartLine(self.request.method, self._target(), "HTTP/1.1"), headers)
            connection.finish()
            await connection.read_response(answer)
        except StreamClosedError:
            pass  # of either side; `answer` knows how far it got
        finally:
            self._upstream.close()
        if answer.is_whole:
            self.finish()
        elif self._headers_written:
            self.detach().close()
        else:
            raise Refused(502, "bridge-gone", "The kernel bridge went away before it answered. It is started again.")

    def on_connection_close(self) -> None:
        """The page has gone: stop asking."""
        if hasattr(self, "_upstream"):
            self._upstream.close()
        super().on_connection_close()


class _Answer(HTTPMessageDelegate):
    """Writes the bridge's answer into the page's, chunk by chunk."""

    def __init__(self, page: Relay) -> None:
        self._page = page
        self.is_whole = False

    def headers_received(self, start_line: ResponseStartLine, headers: HTTPHeaders) -> None:
        self._page.set_status(start_line.code, start_line.reason)
        self._page.set_header("Content-Type", "application/octet-stream")
        self._page.set_header("Cross-Origin-Resource-Policy", "same-origin")
        for name in _ANSWERED:
            if name in headers:
                self._page.set_header(name, headers[name])

    async def data_received(self, chunk: bytes) -> None:
        try:
            self._page.write(chunk)
            await self._page.flush()
        except StreamClosedError:
            self._page.on_connection_close()

    def finish(self) -> None:
        self.is_whole = True

    def on_connection_close(self) -> None:
        """`is_whole` stays false."""
