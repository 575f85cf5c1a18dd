"""`duallane doctor`: Jupyter's links of the chain, and those the bundle looks at, in one list. Changes nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import DuallaneError
from .node import node_command

_ASK_SECONDS = 5.0
_BUNDLE_SECONDS = 60.0
_MARKS = {"ok": "ok    ", "note": "note  ", "broken": "BROKEN"}
_REINSTALL = "Install it again where Jupyter runs: pip install --force-reinstall duallane"


@dataclass(frozen=True)
class Finding:
    """One link: state "ok", "note" (nothing is wrong, good to know) or "broken", and what to do."""

    link: str
    state: str
    says: str
    remedy: str = ""


def main(arguments: Sequence[str]) -> int:
    """Prints the findings, or JSON with --json. Returns 0 when nothing is broken."""
    findings = [_server_extension(), _labextension(), *_running_servers(), *_bundle(arguments)]
    if "--json" in arguments:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            print(f"{_MARKS[finding.state]}  {finding.link:<16}  {finding.says} {finding.remedy}".rstrip())
    return 1 if any(finding.state == "broken" for finding in findings) else 0


def _server_extension() -> Finding:
    """Whether Jupyter's configuration enables the server extension."""
    try:
        from jupyter_core.paths import jupyter_config_path
    except ImportError:
        return Finding("jupyter", "note", "Jupyter is not installed here.", "Views need it: pip install jupyterlab")
    found: dict[str, bool] = {}
    for directory in reversed(jupyter_config_path()):
        for path in sorted(Path(directory, "jupyter_server_config.d").glob("*.json")):
            found.update(_extensions_in(path))
        found.update(_extensions_in(Path(directory, "jupyter_server_config.json")))
    if found.get("duallane.jupyter", found.get("duallane")):
        return Finding("server extension", "ok", "Enabled.")
    remedy = "Enable it: jupyter server extension enable duallane.jupyter"
    return Finding("server extension", "broken", "It is not enabled: views would stay empty.", remedy)


def _extensions_in(path: Path) -> dict[str, bool]:
    try:
        settings = json.loads(path.read_text("utf-8"))
        return dict(settings.get("ServerApp", {}).get("jpserver_extensions", {}))
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _labextension() -> Finding:
    """Whether JupyterLab and Notebook find the views."""
    try:
        from jupyter_core.paths import jupyter_path
    except ImportError:
        return Finding("labextension", "note", "Jupyter is not installed here.")
    for directory in jupyter_path("labextensions"):
        package = Path(directory, "@duallane", "lab", "package.json")
        if package.exists():
            version = json.loads(package.read_text("utf-8")).get("version", "?")
            return Finding("labextension", "ok", f"{package.parent}, version {version}.")
    return Finding("labextension", "broken", "JupyterLab does not find @duallane/lab.", _REINSTALL)


def _running_servers() -> list[Finding]:
    """Asks each running Jupyter server of this user for its bridge."""
    try:
        from jupyter_server.serverapp import list_running_servers
    except ImportError:
        return []
    servers = list(list_running_servers())
    return [_bridge_of(server) for server in servers] or [
        Finding("jupyter server", "note", "None of yours is running now.")
    ]


def _bridge_of(server: dict[str, object]) -> Finding:
    url = str(server.get("url", ""))
    request = urllib.request.Request(f"{url}duallane/health")
    if server.get("token"):
        request.add_header("Authorization", f"token {server['token']}")
    # The server is on this machine: a proxy of the environment is not asked.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_ASK_SECONDS) as answer:
            health = json.load(answer)
            pages = health["pages"]
            if health["daemon"].get("state") != "connected":
                said = health["daemon"].get("sentence", "its daemon is away")
                return Finding("jupyter server", "broken", f"{url}: {said}", "Look at the daemon's lines below.")
            return Finding("jupyter server", "ok", f"{url}: its bridge answers, {pages} page(s) open.")
    except (OSError, ValueError, KeyError, AttributeError) as error:
        remedy = "Restart that Jupyter server after installing; its log says why the bridge is missing."
        return Finding("jupyter server", "broken", f"{url}: no bridge answers ({error}).", remedy)


def _bundle(arguments: Sequence[str]) -> list[Finding]:
    """What the Node side finds: home, daemon, disk, journal, shared memory, its log."""
    rest = [argument for argument in arguments if argument != "--json"]
    try:
        command = [*node_command(), "doctor", "--json", *rest]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=_BUNDLE_SECONDS, stdin=subprocess.DEVNULL
        )
        if done.returncode == 2:
            sys.exit(done.stderr.strip())
        return [Finding(**finding) for finding in json.loads(done.stdout)]
    except DuallaneError as error:
        return [Finding("node", "broken", error.sentence)]
    except (OSError, ValueError, TypeError, subprocess.SubprocessError) as error:
        return [Finding("node", "broken", f"The bundle cannot be run: {error}.", _REINSTALL)]
