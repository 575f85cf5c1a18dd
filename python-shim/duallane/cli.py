"""The `duallane` command: finds Node and becomes the bundle, but for `run --wrap`, which is Python's business."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NoReturn

from .errors import DuallaneError
from .node import node_command
from .wrap_run import is_asked_for
from .wrap_run import main as wrap_run


def main() -> NoReturn:
    """Entry point. Replaces this process, so signals, exit code and standard streams are the bundle's own."""
    if is_asked_for(sys.argv[1:]):
        sys.exit(wrap_run(sys.argv[1:]))
    asks_for_help = not {"-h", "--help"}.isdisjoint(sys.argv[2:])
    if sys.argv[1:2] == ["doctor"] and not asks_for_help:  # the one command that sees something on Jupyter's side
        from . import doctor

        sys.exit(doctor.main(sys.argv[2:]))
    if sys.argv[1:2] == ["bench"]:  # what it measures is mostly the SDK
        from . import bench

        sys.exit(bench.main(sys.argv[2:]))
    try:
        command = [*node_command(), *sys.argv[1:]]
    except DuallaneError as error:
        sys.exit(f"duallane: {error.sentence}")
    if sys.platform == "win32":  # exec there returns to the shell before the child ends
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
