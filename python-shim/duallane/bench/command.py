"""The command line of `duallane bench`: a home of its own, a daemon of its own, both gone afterwards.

Prints a table for each bench, or one JSON object with --json. The promises that need a browser or the sources (P3, P5
to P10) are measured by `npm run bench` in a clone.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ..errors import DuallaneError, FrameRingError
from ..home import read_daemon
from ..run import Run
from .figures import Found, table
from .frames import frames
from .ingest import ingest
from .steps import steps

_CALLS, _ROWS, _FRAMES = 100_000, 131_072, 2_000
_END_SECONDS = 10.0


def main(arguments: Sequence[str]) -> int:
    """0 when every bench that was asked for ran; else 1, with a sentence on stderr."""
    parser = argparse.ArgumentParser(
        prog="duallane bench", description="Measures on this machine, in a home that is removed afterwards."
    )
    parser.add_argument("names", nargs="*", metavar="p1|p2|p4", help="which; all when left out")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument("--small", action="store_true", help="a hundredth of the work, to see that it runs")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in BENCHES]
    if unknown:
        parser.error(f"there is no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    home = Path(tempfile.mkdtemp(prefix="dlb-"))
    found: dict[str, dict[str, object]] = {}
    try:
        for name in chosen.names or BENCHES:
            result = BENCHES[name](home, 0.01 if chosen.small else 1.0)
            found[name.upper()] = {"title": result.title, "reach": result.reach, "rows": result.rows}
            if not chosen.json:
                print(f"{table(name.upper(), result)}\n", flush=True)
    except (DuallaneError, FrameRingError, RuntimeError) as error:
        print(f"duallane bench: {error}", file=sys.stderr)
        return 1
    finally:
        _end_daemon(home)
        shutil.rmtree(home, ignore_errors=True)
    load = os.getloadavg()[0]
    if chosen.json:
        print(json.dumps({**found, "load": round(load, 2), "cores": os.cpu_count()}))
    elif load > (os.cpu_count() or 1) / 2:
        print(f"This machine is busy (load {load:.1f}): ratios can be trusted, absolute figures cannot.")
    return 0


def _steps(home: Path, share: float) -> Found:
    with Run("bench", home=home, frames_per_second=0) as run:
        return steps(run, int(_CALLS * share))


BENCHES: dict[str, Callable[[Path, float], Found]] = {
    "p1": _steps,
    "p2": lambda home, share: ingest(home, int(_ROWS * share)),
    "p4": lambda _home, share: frames(int(_FRAMES * share)),
}


def _end_daemon(home: Path) -> None:
    known = read_daemon(home)
    if known is None:
        return
    os.kill(known.pid, signal.SIGTERM)
    deadline = time.monotonic() + _END_SECONDS
    while read_daemon(home) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
