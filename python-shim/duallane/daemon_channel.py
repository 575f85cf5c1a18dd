"""Connections to a daemon: its Unix socket, or HOST:PORT with TLS and the token from the files that settings names.

A token never goes in the clear over a network: DuallaneError("token-unprotected"). Files that cannot be read are
"tls-unusable" and "token-unusable", with a sentence.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
from dataclasses import dataclass
from pathlib import Path

from . import settings
from .errors import DuallaneError
from .forking import let_go, own, unforked
from .home import Daemon

_HERE = re.compile(r"^(localhost|127(\.\d{1,3}){3}|\[::1\]):\d+$")
_CHUNK = 256 << 10


@dataclass(frozen=True)
class Route:
    """How a daemon is reached. address: a Unix socket's path, or host and port."""

    address: str | tuple[str, int]
    authority: str = "localhost"
    tls: ssl.SSLContext | None = None
    token: str = ""


def route_to(daemon: Daemon) -> Route:
    """The way to the daemon's Unix socket, or to one elsewhere as settings says. Reads files, connects to nothing."""
    if daemon.socket:
        return Route(daemon.socket)
    target = daemon.listen or ""
    files = settings.daemon_security()
    token = _read(files.token_file, "token-unusable").strip() if files.token_file else ""
    if bool(files.tls_cert) != bool(files.tls_key):
        raise DuallaneError("tls-unusable", "DUALLANE_TLS_CERT and DUALLANE_TLS_KEY go together: name both or none.")
    has_tls = bool(files.tls_ca or files.tls_cert)
    if token and not has_tls and not _HERE.match(target):
        raise DuallaneError(
            "token-unprotected",
            f"The token would go to {target} in the clear: name the CA of its certificate in DUALLANE_TLS_CA, "
            "or use a tunnel (ssh -L).",
        )
    host, _, port = target.rpartition(":")
    if not (host and port.isdigit()):
        raise DuallaneError("daemon-unreachable", f"A daemon elsewhere is named as HOST:PORT, not as {target!r}.")
    return Route((host.strip("[]"), int(port)), target, _tls_context(files) if has_tls else None, token)


def _tls_context(files: settings.DaemonSecurity) -> ssl.SSLContext:
    authorities = _read(files.tls_ca, "tls-unusable") if files.tls_ca else None
    for path in filter(None, (files.tls_cert, files.tls_key)):
        _read(path, "tls-unusable")
    try:
        context = ssl.create_default_context(cadata=authorities)
        if files.tls_cert:
            context.load_cert_chain(Path(files.tls_cert).expanduser(), Path(files.tls_key).expanduser())
    except ssl.SSLError as cause:
        raise DuallaneError("tls-unusable", f"The certificates for TLS cannot be used: {cause}.") from cause
    context.set_alpn_protocols(["h2"])
    return context


def _read(path: str, code: str) -> str:
    try:
        return Path(path).expanduser().read_text()
    except OSError as cause:
        raise DuallaneError(code, f"{path} cannot be read: {cause.strerror}.") from cause


class Connection:
    """Bytes to and from a daemon. One thread may receive while others send. Raises OSError.

    timeout: seconds that each wait may take; None waits for ever once it is connected.
    """

    def __init__(self, route: Route, timeout: float | None) -> None:
        self._socket = _dialed(route.address, timeout or settings.CONNECT_SECONDS)
        self._sending = threading.Lock()
        self._tls: _Tls | None = None
        try:
            if route.tls is not None:
                self._tls = _Tls(route.tls, route.address[0], self._socket)
            self._socket.settimeout(timeout)
        except BaseException:
            self.close()
            raise

    def send(self, plain: bytes) -> None:
        """All of it, nothing of another thread's in between."""
        with self._sending:
            self._socket.sendall(plain if self._tls is None else self._tls.sealed(plain))

    def receive(self, timeout: float | None = None) -> bytes:
        """What there is, at least a byte; b"" at the end. timeout: only for a connection that has one."""
        if timeout is not None:
            self._socket.settimeout(timeout)
        while True:
            chunk = self._socket.recv(_CHUNK)
            if self._tls is None or not chunk:
                return chunk
            opened = self._tls.opened(chunk)
            if self._tls.has_reply:
                self.send(b"")
            if opened:
                return opened

    def break_off(self) -> None:
        """Ends it from any thread: whoever sends or receives stops waiting."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:  # it has ended by itself
            return

    def close(self) -> None:
        """For the thread that receives, when no other sends any more or it was broken off."""
        let_go(self._socket)


def _dialed(address: str | tuple[str, int], timeout: float) -> socket.socket:
    if isinstance(address, str):
        places: list[tuple[int, str | tuple[str, int]]] = [(socket.AF_UNIX, address)]
    else:
        places = [(family, place) for family, *_, place in socket.getaddrinfo(*address, type=socket.SOCK_STREAM)]
    for number, (family, place) in enumerate(places, 1):
        with unforked():
            dialed = own(socket.socket(family, socket.SOCK_STREAM))
        try:
            dialed.settimeout(timeout)
            dialed.connect(place)
            if family != socket.AF_UNIX:
                dialed.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return dialed
        except BaseException as error:
            let_go(dialed)
            if number == len(places) or not isinstance(error, OSError):
                raise
    raise OSError(f"{address} has no address")


class _Tls:
    """TLS of one connection, apart from its socket: OpenSSL's own reading and writing cannot be shared by threads."""

    def __init__(self, context: ssl.SSLContext, host: str, plain: socket.socket) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._session = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._turn = threading.Lock()
        while True:
            try:
                self._session.do_handshake()
                break
            except ssl.SSLWantReadError:
                plain.sendall(self._outgoing.read())
                chunk = plain.recv(_CHUNK)
                if not chunk:
                    raise ConnectionResetError("it ended while TLS began") from None
                self._incoming.write(chunk)
        plain.sendall(self._outgoing.read())

    @property
    def has_reply(self) -> bool:
        """Whether reading made something that is to be sent."""
        return self._outgoing.pending > 0

    def sealed(self, plain: bytes) -> bytes:
        with self._turn:
            written = 0
            while written < len(plain):
                written += self._session.write(plain[written:])
            return self._outgoing.read()

    def opened(self, chunk: bytes) -> bytes:
        found = []
        with self._turn:
            self._incoming.write(chunk)
            while True:
                try:
                    found.append(self._session.read(_CHUNK))
                except ssl.SSLWantReadError:
                    return b"".join(found)
