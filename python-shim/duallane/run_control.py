"""What can be done to runs from Python, as on the command line: pause, cap, step, cancel, archive, delete, logs.

A run is named by the Run object, its id, or its name where one run alone has it. Raises DuallaneError with a code and
a sentence: "run-unknown", "run-ambiguous" (several have that name), "run-alive" (archive and delete want a run that
has ended), "run-ended", "pause-unsupported" (no worker of the run can obey), "history-full", and the errors of
reaching the daemon.
"""

from __future__ import annotations

from collections import deque
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING

from ._contract import duallane_pb2 as pb
from ._contract import limits
from ._contract import trainer_pb2 as trainer
from .catalogue import channel_of, history_of, run_id_of
from .daemon_calls import TrainerServiceStub
from .errors import DuallaneError
from .home import resolve_home

if TYPE_CHECKING:
    from .run import Run

_DEADLINE_SECONDS = limits.UNARY_DEADLINE_MS / 1000
_CANCEL_SECONDS = (limits.UNARY_DEADLINE_MS + limits.CANCEL_GRACE_MS) / 1000
_DELETE_SECONDS = 120.0


def cancel(run: Run | str, home: Path | str | None = None) -> None:
    """Stops a run's processes (SIGTERM, then SIGKILL after 5 s) and ends it as canceled; harmless when it has ended."""
    request = trainer.CancelRunRequest(run_id=run_id_of(run, home))
    with channel_of(home) as channel:
        TrainerServiceStub(channel).CancelRun(request, timeout=_CANCEL_SECONDS)


def pause(run: Run | str, home: Path | str | None = None) -> None:
    """Holds a run's workers after their next step, until `resume`."""
    _order(run, home, trainer.ControlEvent(pause=True))


def resume(run: Run | str, home: Path | str | None = None) -> None:
    """Lets a paused run go on; harmless when it is not paused."""
    _order(run, home, trainer.ControlEvent(resume=True))


def rate(run: Run | str, max_hz: int, home: Path | str | None = None) -> None:
    """Caps the steps a second of each worker of a run; 0 takes the cap away."""
    hertz = _count(max_hz, 0, "A rate is a whole number of steps a second, 0 for no cap")
    _order(run, home, trainer.ControlEvent(max_rate_hz=hertz))


def step(run: Run | str, steps: int = 1, home: Path | str | None = None) -> None:
    """Lets each worker of a paused run take so many steps; does nothing to a run that is not paused."""
    granted = _count(steps, 1, "A run is given a whole number of steps, at least 1")
    _order(run, home, trainer.ControlEvent(grant_steps=granted))


def _order(run: Run | str, home: Path | str | None, event: trainer.ControlEvent) -> None:
    event.run_id = run_id_of(run, home)
    with channel_of(home) as channel:
        # The daemon answers with the order itself when it has accepted it.
        list(TrainerServiceStub(channel).ControlStream([event], timeout=_DEADLINE_SECONDS))


def archive(run: Run | str, home: Path | str | None = None, *, restore: bool = False) -> None:
    """Puts a run that has ended out of the usual lists; its history stays as it is. restore: back into the lists."""
    request = pb.ArchiveRunRequest(run_id=run_id_of(run, home), restore=restore)
    with history_of(home) as daemon:
        daemon.ArchiveRun(request, timeout=_DEADLINE_SECONDS)


def delete(run: Run | str, home: Path | str | None = None, *, yes: bool = False) -> int:
    """Removes a run that has ended with all of its history, for good. Returns how many durable rows it had.

    Asks on standard input unless `yes`; DuallaneError("not-confirmed") when the answer is not yes or nobody can answer.
    """
    run_id = run_id_of(run, home)
    if not yes:
        _confirm(run_id)
    with history_of(home) as daemon:
        return daemon.DeleteRun(pb.DeleteRunRequest(run_id=run_id), timeout=_DELETE_SECONDS).rows


def logs(run: Run | str, home: Path | str | None = None, *, lines: int = 200) -> dict[str, str]:
    """The last lines of what a run's workers printed that is not telemetry, by log file. Empty for a notebook's run."""
    directory = _logs_of(getattr(run, "run_id", run), home)
    if not directory.is_dir():  # perhaps a name: the daemon knows
        directory = _logs_of(run_id_of(run, home, is_read=True), home)
    tails: dict[str, str] = {}
    for path in sorted(directory.glob("*.log")):
        with path.open(encoding="utf-8", errors="replace") as file:
            tails[path.name] = "".join(deque(file, maxlen=lines))
    return tails


def _logs_of(run_id: str, home: Path | str | None) -> Path:
    return resolve_home(home) / "runs" / run_id.replace("/", "%2F") / "logs"


def _count(number: int, least: int, what: str) -> int:
    """The number itself. Raises DuallaneError "setting-invalid" for what the daemon's orders cannot hold."""
    if not isinstance(number, Integral) or not least <= number < 2**32:
        raise DuallaneError("setting-invalid", f"{what}; not {number!r}.")
    return int(number)


def _confirm(run_id: str) -> None:
    try:
        answer = input(f"Delete run {run_id} and its history for good? Write yes: ")
    except EOFError as cause:
        raise DuallaneError(
            "not-confirmed", "Nobody can be asked here: pass yes=True to delete. Nothing was deleted."
        ) from cause
    if answer.strip().lower() != "yes":
        raise DuallaneError("not-confirmed", "Nothing was deleted.")
