"""The home directory and the one daemon that lives in it.

Guarantees
- A daemon is believed alive only when its socket takes a connection: a daemon.json left by a killed one does not count.
- `ensure_daemon` may be called by many at once; `duallane daemon --ensure` holds the lock.
"""

from __future__ import annotations

import json
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from . import settings
from ._contract import contract
from .errors import DuallaneError
from .forking import let_go, own, unforked
from .node import daemon_command


@dataclass(frozen=True)
class Daemon:
    """What daemon.json says: process id, Unix socket path, contract hash, version, and the TCP address if any."""

    pid: int
    socket: str
    contract: str
    version: str
    listen: str | None = None

    @property
    def target(self) -> str:
        """The address, as gRPC names it."""
        if not self.socket:
            return self.listen or ""
        return f"unix:{quote(self.socket)}"

    def is_answering(self) -> bool:
        """True when something takes connections on the socket."""
        with unforked():
            probe = own(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        try:
            probe.settimeout(2.0)
            probe.connect(self.socket)
            return True
        except OSError:
            return False
        finally:
            let_go(probe)


def other_daemon(target: str) -> Daemon:
    """A daemon of another making at HOST:PORT, such as the source's: nothing is known of it, and nothing is started."""
    return Daemon(0, "", contract.HASH, "", target)


def resolve_home(home: Path | str | None = None) -> Path:
    """Absolute path of the home directory: the argument, else DUALLANE_HOME, else XDG's data directory + /duallane."""
    return Path(home).expanduser().absolute() if home else settings.home_directory()


def parse_daemon(text: str) -> Daemon | None:
    """A daemon.json as Daemon, or None when it is not one (half-written, from another world)."""
    try:
        fields = json.loads(text)
        listen = fields.get("listen")
        return Daemon(
            int(fields["pid"]),
            str(fields["socket"]),
            str(fields["contract"]),
            str(fields["version"]),
            listen and str(listen),
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def read_daemon(home: Path | str) -> Daemon | None:
    """What `<home>/daemon.json` says, alive or not; None without a readable one."""
    try:
        return parse_daemon((Path(home) / "daemon.json").read_text("utf-8"))
    except OSError:
        return None


def _checked(daemon: Daemon, home: Path) -> Daemon:
    if daemon.contract != contract.HASH:
        raise DuallaneError(
            "contract-mismatch",
            f"The daemon of {home} (process {daemon.pid}, version {daemon.version}) speaks contract {daemon.contract}, "
            f"this package (version {contract.VERSION}) speaks {contract.HASH}. When its runs have ended, stop it with "
            f"`kill {daemon.pid}`; the next call starts the new one.",
        )
    return daemon


def ensure_daemon(
    home: Path | str | None = None, timeout: float = settings.ENSURE_SECONDS, node: str | None = None
) -> Daemon:
    """The living daemon of a home directory; starts one when none lives. Blocks up to `timeout` seconds.

    Raises DuallaneError: "daemon-unreachable" with the reason in a sentence, "contract-mismatch", and find_node's.
    """
    place = resolve_home(home)
    known = read_daemon(place)
    if known is not None and known.contract == contract.HASH and known.is_answering():
        return known
    try:
        done = _ran(place, node, timeout)
    except subprocess.TimeoutExpired as cause:
        raise DuallaneError(
            "daemon-unreachable",
            f"No trainer daemon came up in {place} within {timeout:g} s. Its log is in {place / 'log'}.",
        ) from cause
    except OSError as cause:
        raise DuallaneError("daemon-unreachable", f"The trainer daemon cannot be started: {cause}.") from cause
    lines = done.stdout.strip().splitlines()
    daemon = parse_daemon(lines[-1]) if lines else None
    if done.returncode != 0 or daemon is None:
        said = done.stderr.strip().splitlines()
        reason = said[-1] if said else f"`daemon --ensure` ended with {done.returncode} and said nothing."
        raise DuallaneError("daemon-unreachable", f"No trainer daemon in {place}: {reason}")
    return _checked(daemon, place)


def _ran(home: Path, node: str | None, timeout: float) -> subprocess.CompletedProcess[str]:
    """`daemon --ensure`, as subprocess.run would; a child forked while it starts does not hold its pipes open."""
    with unforked():
        starting = subprocess.Popen(
            daemon_command(home, node),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    with starting:
        try:
            stdout, stderr = starting.communicate(timeout=timeout)
        except BaseException:
            starting.kill()
            raise
    return subprocess.CompletedProcess(starting.args, starting.returncode, stdout, stderr)
