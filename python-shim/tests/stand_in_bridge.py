"""A kernel bridge in miniature, for the server extension's tests: the real one's start, secret and addresses, no data.

WebSocket /link repeats what it gets; the word "die" kills the process, "flood" sends 256 messages of 1 MiB.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

from tornado import web, websocket
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_unix_socket

PART = bytes(range(256)) * 4096


def log(level: str, event: str, **fields: object) -> None:
    print(
        json.dumps({"time": "2026-01-01T00:00:00Z", "level": level, "event": event, **fields}),
        file=sys.stderr,
        flush=True,
    )


class WithSecret:
    def prepare(self) -> None:
        if self.request.headers.get("x-duallane-secret") != self.settings["secret"]:
            raise web.HTTPError(403)


class Link(WithSecret, websocket.WebSocketHandler):
    def check_origin(self, origin: str) -> bool:
        return True

    async def on_message(self, message: str | bytes) -> None:
        if message == "die":
            os._exit(9)
        elif message == "headers":
            await self.write_message(json.dumps(dict(self.request.headers)))
        elif message == "flood":
            for _ in range(256):
                await self.write_message(bytes(1 << 20), binary=True)
                self.settings["sent"] += 1
        else:
            await self.write_message(message, binary=isinstance(message, bytes))


class Parts(WithSecret, web.RequestHandler):
    async def get(self, name: str) -> None:
        if name == "broken":
            self.set_header("Content-Length", "1000")
            self.write(b"x" * 10)
            await self.flush()
            self.detach().close()
            return
        if name == "unknown":
            raise web.HTTPError(404)
        first, last = 0, len(PART) - 1
        asked = self.request.headers.get("Range")
        if asked:
            first, last = (int(n) for n in asked.removeprefix("bytes=").split("-"))
            self.set_status(206)
            self.set_header("Content-Range", f"bytes {first}-{last}/{len(PART)}")
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        self.set_header("Set-Cookie", "bridge=1")
        self.set_header("Content-Length", str(last - first + 1))
        self.write(PART[first : last + 1])

    head = get


class Echo(WithSecret, web.RequestHandler):
    def get(self) -> None:
        told = {"uri": self.request.uri, "headers": dict(self.request.headers), "pid": os.getpid()}
        self.write({**told, "sent": self.settings["sent"], "home": self.settings["home"]})


async def main() -> None:
    introduction = json.loads(await asyncio.to_thread(sys.stdin.buffer.readline))
    application = web.Application(
        [("/link", Link), ("/parts/(.*)", Parts), ("/(?:tail/.*|health)", Echo)],
        secret=introduction["secret"],
        home=introduction["home"],
        sent=0,
    )
    HTTPServer(application).add_socket(bind_unix_socket(introduction["socket"]))
    print(json.dumps({"ready": True}), flush=True)
    log("warn", "stand-in-up", home=introduction["home"], daemonCommand=introduction["daemonCommand"])
    await asyncio.to_thread(sys.stdin.buffer.read)
    os._exit(0)


asyncio.run(main())
