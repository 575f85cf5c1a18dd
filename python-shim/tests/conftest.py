"""What all tests of the Python package share."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from scripted_daemon import ScriptedDaemon


@pytest.fixture
def home() -> Iterator[Path]:
    """A home directory with a path short enough for a Unix socket."""
    directory = Path(tempfile.mkdtemp(prefix="dlpy-"))
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def daemon(home: Path) -> Iterator[ScriptedDaemon]:
    scripted = ScriptedDaemon(home)
    yield scripted
    scripted.kill()
