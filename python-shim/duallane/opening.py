"""A worker joins a run: the daemon is made sure of, opens the run, and takes the worker."""

from __future__ import annotations

from pathlib import Path

from .control import register_worker
from .errors import DuallaneError
from .home import Daemon, ensure_daemon
from .publisher import open_run

_ATTEMPTS = 3


def joined_run(home: Path, other: Daemon | None, name: str, config_json: str, run_id: str, worker_id: str) -> str:
    """The run's id. Raises DuallaneError.

    A home's daemon that ends meanwhile is started again; a new run that it had opened by then stays without rows.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        daemon = other or ensure_daemon(home)
        try:
            run_id = open_run(daemon, name, config_json, run_id)
            register_worker(daemon, run_id, worker_id)
            return run_id
        except DuallaneError as error:
            if error.code != "daemon-lost" or other is not None or attempt == _ATTEMPTS:
                raise
    raise AssertionError("the last attempt returns or raises")
