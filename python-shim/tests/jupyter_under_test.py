"""A real Jupyter server as a child process, with the server extension enabled as a user's would be."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.error import URLError
from urllib.request import Request, urlopen

PYTHON_SHIM = Path(__file__).parents[1]
STAND_IN = [sys.executable, str(Path(__file__).with_name("stand_in_bridge.py"))]
TOKEN = "token-of-the-tests"
T = TypeVar("T")


def until(look: Callable[[], T], what: str, seconds: float = 30.0, log: Callable[[], str] = str) -> T:
    """The first true value of `look`. Fails with `what` and the log's end when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        seen = look()
        if seen:
            return seen
        time.sleep(0.02)
    raise AssertionError(f"never seen: {what}\n{log()[-8000:]}")


def is_alive(pid: int) -> bool:
    """False for a process that has gone and for a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class JupyterUnderTest:
    """url ends with "/" and is below the base_url; `directory` is the server's own, removed with it."""

    def __init__(self, process: subprocess.Popen, url: str, directory: Path) -> None:
        self.process = process
        self.url = url
        self.directory = directory

    def log(self) -> str:
        return (self.directory / "server.log").read_text()

    def get_json(self, path: str) -> dict | None:
        """The JSON answer of an authenticated GET, None while the server does not give one."""
        with (
            contextlib.suppress(URLError, ConnectionError),
            urlopen(Request(self.url + path, headers={"Authorization": f"token {TOKEN}"}), timeout=20) as answer,
        ):
            return json.load(answer)
        return None

    def bridge_pid(self) -> int:
        return until(lambda: self.get_json("duallane/health"), "a healthy bridge", log=self.log)["pid"]


@contextlib.contextmanager
def jupyter(base_url: str = "/", **traits: object) -> Iterator[JupyterUnderTest]:
    """Starts a server and waits until it answers. traits: of DuallaneExtension."""
    directory = Path(tempfile.mkdtemp(prefix="dl-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    enabled = json.loads((PYTHON_SHIM / "jupyter-config/jupyter_server_config.d/duallane.json").read_text())
    config = {
        **enabled,
        "IdentityProvider": {"token": TOKEN},
        "DuallaneExtension": {"home": str(directory / "home"), "daemon_command": ["true"], **traits},
    }
    config["ServerApp"] |= {"base_url": base_url, "port": port, "port_retries": 0, "open_browser": False}
    others = ("jupyterlab", "notebook", "notebook_shim", "jupyter_lsp", "jupyter_server_terminals")
    config["ServerApp"]["jpserver_extensions"] |= dict.fromkeys(others, False)
    config["ServerApp"] |= {"root_dir": str(directory), "allow_root": True, "terminals_enabled": False}
    (directory / "jupyter_server_config.json").write_text(json.dumps(config))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    places = {name: str(directory / name.lower()) for name in ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    environment |= places | {"JUPYTER_CONFIG_DIR": str(directory), "JUPYTER_NO_CONFIG": "", "TMPDIR": str(directory)}
    environment |= {"PYTHONPATH": str(PYTHON_SHIM), "XDG_RUNTIME_DIR": "", "JUPYTERHUB_API_TOKEN": "hub-secret"}
    with open(directory / "server.log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", f"--config={directory / 'jupyter_server_config.json'}"],
            env=environment,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    server = JupyterUnderTest(process, f"http://127.0.0.1:{port}{base_url}", directory)
    try:
        until(lambda: server.get_json("api/status") or process.poll() is not None, "a Jupyter server", log=server.log)
        assert process.poll() is None, server.log()
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(directory, ignore_errors=True)
