"""What the server extension takes from the machine: the bridge's environment and a place for its socket."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

# sun_path holds 108 bytes (104 on macOS), the closing zero included.
SOCKET_PATH_BYTES_MAX = 100
_SOCKET_DIRECTORY_PREFIX = "duallane-"
_KEPT_FROM_CHILDREN = ("JUPYTERHUB_", "JPY_", "JUPYTER_TOKEN")


def bridge_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The server's environment without the server's own secrets: the bridge may start a daemon that outlives it."""
    return {name: value for name, value in environment.items() if not name.startswith(_KEPT_FROM_CHILDREN)}


def _roots(environment: Mapping[str, str]) -> list[Path]:
    runtime = environment.get("XDG_RUNTIME_DIR")
    candidates = (runtime, tempfile.gettempdir(), "/tmp")
    return [Path(root) for root in candidates if root and os.access(root, os.W_OK | os.X_OK)]


def _is_left_behind(directory: Path) -> bool:
    """True for a socket directory of ours whose server no longer lives."""
    owner = directory.name.removeprefix(_SOCKET_DIRECTORY_PREFIX).split("-")[0]
    if not owner.isdigit() or directory.is_symlink() or directory.stat().st_uid != os.getuid():
        return False
    try:
        os.kill(int(owner), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def make_socket_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """A new directory, mode 0700, short enough for a Unix socket in it. Removes those that killed servers left.

    Raises OSError when no place is writable and short enough.
    """
    for root in _roots(environment):
        if len(os.fsencode(root)) > SOCKET_PATH_BYTES_MAX - 40:
            continue
        for directory in root.glob(f"{_SOCKET_DIRECTORY_PREFIX}*-*"):
            with contextlib.suppress(OSError):
                if _is_left_behind(directory):
                    shutil.rmtree(directory)
        return Path(tempfile.mkdtemp(prefix=f"{_SOCKET_DIRECTORY_PREFIX}{os.getpid()}-", dir=root))
    raise OSError("no writable directory with a short enough path for a Unix socket; name one in XDG_RUNTIME_DIR")
