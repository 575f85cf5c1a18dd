"""What all tests of the Python package share."""

from __future__ import annotations

import gc
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

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


@pytest.fixture
def ipython() -> Iterator[InteractiveShell]:
    """A shell with `%duallane`; the process gets its own `__main__` back, for which IPython puts another."""
    main = sys.modules["__main__"]
    shell = InteractiveShell.instance()
    shell.run_cell("%load_ext duallane")
    yield shell
    shell.reset()
    InteractiveShell.clear_instance()
    sys.modules["__main__"] = main
    gc.collect()
