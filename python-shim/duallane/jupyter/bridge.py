"""The kernel bridge as a child of the Jupyter server: started, watched, restarted, and gone when the server goes.

Guarantees
- Socket path and secret are new for every start and travel on the child's standard input, never in argv or environment.
- The child's standard input stays open as long as this process lives; its end is the child's order to exit, after a
  SIGKILL of this process too.
- A bridge that ends is started again, sooner at first and at most every 10 s; one that lived for 30 s begins anew.
- Without a usable Node the Jupyter server goes on; `state` holds the sentence, and the search is repeated.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import secrets
import shutil
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import DuallaneError
from .environment import bridge_environment, make_socket_directory
from .relog import relog

READY_SECONDS = 30.0
STOP_SECONDS = 3.0
BACKOFF_FIRST_SECONDS = 0.2
BACKOFF_FACTOR = 1.5
BACKOFF_MAX_SECONDS = 10.0
STEADY_SECONDS = 30.0
LINE_BYTES_MAX = 4 << 20


@dataclass(frozen=True)
class Starting:
    """A bridge is being started, or will be after the back-off."""


@dataclass(frozen=True)
class Ready:
    """A bridge listens on `socket`; every request to it carries `secret`."""

    socket: str
    secret: str


@dataclass(frozen=True)
class Unavailable:
    """There is no bridge, and why. It is tried again."""

    code: str
    sentence: str


BridgeState = Starting | Ready | Unavailable


class Bridge:
    """One supervised bridge process.

    command: makes the child's argv; may raise DuallaneError (no Node, not built). Called in a thread, for every start.
    daemon_command: argv that ensures the daemon, handed to the bridge. Called in a thread, for every start.
    home: the home directory that the bridge serves.
    """

    def __init__(
        self,
        command: Callable[[], Sequence[str]],
        daemon_command: Callable[[], Sequence[str]],
        home: Path,
        log: logging.Logger,
        daemon_target: str = "",
        ping_seconds: float = 20.0,
        daemon_security: Mapping[str, str] | None = None,
    ) -> None:
        self._command = command
        self._daemon_command = daemon_command
        self._home = home
        self._log = log
        self._daemon_target = daemon_target
        self._ping_seconds = ping_seconds
        self._daemon_security = dict(daemon_security or {})
        self._state: BridgeState = Starting()
        self._changed = asyncio.Event()
        self._supervision: asyncio.Task[None] | None = None
        self._directory: Path | None = None

    @property
    def state(self) -> BridgeState:
        return self._state

    def start(self) -> None:
        """Begins supervision on the running event loop; returns at once."""
        self._supervision = asyncio.create_task(self._supervise(), name="duallane-bridge")

    async def stop(self) -> None:
        """Ends supervision and the child: standard input closed, then SIGTERM, then SIGKILL. Removes the socket."""
        if self._supervision is not None:
            self._supervision.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._supervision
        self._become(Unavailable("server-stopping", "The Jupyter server is stopping."))
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)

    async def settled(self, timeout: float) -> BridgeState:
        """The state as soon as it is not Starting; Starting after `timeout` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while isinstance(self._state, Starting):
                    await self._changed.wait()
        return self._state

    def _become(self, state: BridgeState) -> None:
        if state == self._state:
            return
        if isinstance(state, Unavailable) and state.code != "server-stopping":
            self._log.error("duallane: no live views: %s", state.sentence)
        self._state = state
        self._changed.set()
        self._changed = asyncio.Event()

    async def _supervise(self) -> None:
        delay = BACKOFF_FIRST_SECONDS
        clock = asyncio.get_running_loop().time
        while True:
            started = clock()
            try:
                await self._run_once()
            except DuallaneError as error:
                self._become(Unavailable(error.code, error.sentence))
            except Exception as error:  # supervision must go on: whatever it is, it is said, and tried again
                self._log.debug("duallane: the bridge could not be started", exc_info=True)
                self._become(Unavailable("bridge-start", f"The kernel bridge cannot be started: {error}."))
            if clock() - started > STEADY_SECONDS:
                delay = BACKOFF_FIRST_SECONDS
            await asyncio.sleep(delay)
            delay = min(delay * BACKOFF_FACTOR, BACKOFF_MAX_SECONDS)

    def _make_socket_path(self) -> Path:
        if self._directory is None or not self._directory.is_dir():
            self._directory = make_socket_directory()
        path = self._directory / "bridge.sock"
        path.unlink(missing_ok=True)
        return path

    async def _run_once(self) -> None:
        """Starts one bridge and returns when it has ended. Raises DuallaneError when it never became ready."""
        if sys.platform == "win32":
            raise DuallaneError("platform", "Live views need a Jupyter server on Linux or macOS, or in WSL on Windows.")
        command = await asyncio.to_thread(self._command)
        daemon_command = await asyncio.to_thread(self._daemon_command)
        path = self._make_socket_path()
        child = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=LINE_BYTES_MAX,
            start_new_session=True,
            umask=0o077,
            env=bridge_environment(),
        )
        errors = asyncio.create_task(relog(child.stderr, self._log))
        try:
            ready = Ready(str(path), secrets.token_hex(32))
            await self._introduce(child, ready, daemon_command)
            path.chmod(0o600)
            self._log.info("duallane: kernel bridge is up, process %d", child.pid)
            self._become(ready)
            await child.stdout.read()  # nothing more is said there; its end is the process's end
            code = await child.wait()
            self._log.warning("duallane: kernel bridge ended with %d; it is started again", code)
            self._become(Starting())
        finally:
            await _end(child)
            errors.cancel()
            await asyncio.gather(errors, return_exceptions=True)

    async def _introduce(self, child: asyncio.subprocess.Process, ready: Ready, daemon_command: Sequence[str]) -> None:
        introduction = {
            "socket": ready.socket,
            "secret": ready.secret,
            "home": str(self._home),
            "daemonCommand": list(daemon_command),
            "pingMs": round(self._ping_seconds * 1000),
        }
        if self._daemon_target:
            introduction["daemonTarget"] = self._daemon_target
            if self._daemon_security:
                introduction["daemonSecurity"] = self._daemon_security
        line = b""
        try:
            child.stdin.write(json.dumps(introduction).encode() + b"\n")
            await child.stdin.drain()
            async with asyncio.timeout(READY_SECONDS):
                line = await child.stdout.readline()
            answer = json.loads(line)
        except TimeoutError as cause:
            sentence = f"The kernel bridge was not ready within {READY_SECONDS:g} s."
            raise DuallaneError("bridge-start", sentence) from cause
        except (ConnectionError, ValueError) as cause:
            said = f"it said {line[:80]!r}" if line else "it ended; its last words are in the Jupyter server's log"
            raise DuallaneError("bridge-start", f"The kernel bridge did not start: {said}.") from cause
        if not isinstance(answer, dict) or answer.get("ready") is not True:
            raise DuallaneError("bridge-start", f"The kernel bridge did not start: it said {line[:80]!r}.")


async def _end(child: asyncio.subprocess.Process) -> None:
    """Ends a child and its process group, gently first. Harmless when it has ended."""
    child.stdin.close()
    for order in (None, signal.SIGTERM, signal.SIGKILL):
        if order is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, order)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await child.wait()
                return
