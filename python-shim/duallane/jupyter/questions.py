"""HTTP POST {base_url}duallane/sql: a question that is too large for the page, answered by native DuckDB in a child.

Guarantees
- One child for each question, two at a time; it is killed when the page has gone, which is also how a question is
  cancelled.
- The child gets the question on standard input, never in its arguments; the body that streams back is its frames
  (sql_child.py), with back-pressure. A child that breaks off breaks the answer off.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from pathlib import Path
from typing import Any

from jupyter_server.auth.decorator import authorized, ws_authenticated
from tornado.iostream import StreamClosedError

from .bridge import Bridge
from .guard import GuardedRequest, Refused

AT_A_TIME = 2
QUESTION_BYTES_MAX = 1 << 20
CHUNK_BYTES = 1 << 18


class Questions(GuardedRequest):
    def initialize(self, bridge: Bridge, home: Path, turns: asyncio.Semaphore) -> None:
        super().initialize(bridge)
        self.home = home
        self.turns = turns
        self._child: asyncio.subprocess.Process | None = None
        self._is_gone = False

    @ws_authenticated
    @authorized(action="read")
    async def post(self) -> None:
        question = self._question()
        async with self.turns:
            if self._is_gone:
                return
            self._child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "duallane.sql_child",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
            try:
                await self._stream(self._child, question)
            finally:
                self._end()
                await self._child.wait()

    def _question(self) -> bytes:
        if len(self.request.body) > QUESTION_BYTES_MAX:
            raise Refused(413, "question-long", f"A question holds at most {QUESTION_BYTES_MAX} bytes.")
        try:
            asked: Any = json.loads(self.request.body)
            kept = {name: asked[name] for name in ("sql", "runs", "used", "variables", "max_rows")}
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(
                400, "question-format", "This is no question: sql, runs, used, variables, max_rows."
            ) from error
        return json.dumps({**kept, "home": str(self.home)}).encode()

    async def _stream(self, child: asyncio.subprocess.Process, question: bytes) -> None:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        said = asyncio.create_task(child.stderr.read())
        child.stdin.write(question)
        child.stdin.close()
        self.set_header("Content-Type", "application/octet-stream")
        self.set_header("Cache-Control", "no-store")
        with contextlib.suppress(StreamClosedError):
            while chunk := await child.stdout.read(CHUNK_BYTES):
                self.write(chunk)
                await self.flush()
        words = (await said).decode(errors="replace").strip()
        if await child.wait() != 0 and not self._is_gone:
            self.log.warning("duallane: the native SQL engine ended with %s: %s", child.returncode, words[-2000:])
            if not self._headers_written:
                raise Refused(502, "engine-lost", "The native SQL engine broke off; the Jupyter server's log says why.")
            self.detach().close()

    def _end(self) -> None:
        if self._child is not None and self._child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._child.kill()

    def on_connection_close(self) -> None:
        """The page has gone, or does not want the answer any more."""
        self._is_gone = True
        self._end()
        super().on_connection_close()
