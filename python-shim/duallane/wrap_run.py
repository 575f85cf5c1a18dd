"""`duallane run --wrap -- python train.py`: a run out of a script that nobody edited.

Guarantees
- The script's standard streams, exit code and signals are its own; this process only waits.
- The run ends when the script ends: succeeded with exit code 0, canceled when it was interrupted, failed otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from . import settings
from .errors import DuallaneError
from .home import resolve_home

if TYPE_CHECKING:
    from .run import Run

END_KINDS = ("run_completed", "run_failed", "run_cancelled")
SITE = Path(__file__).parent / "wrapped_site"
_PASSED_ON = (signal.SIGTERM, signal.SIGHUP)


def is_asked_for(arguments: list[str]) -> bool:
    """Whether the command line of `duallane` says `run --wrap`."""
    before = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return before[:1] == ["run"] and "--wrap" in before


def main(arguments: list[str]) -> int:
    """Runs the command; its exit code, or 128 + the signal that ended it."""
    chosen = _parsed(arguments)
    home = resolve_home(chosen.home)
    try:
        from .run import Run

        run = Run(
            chosen.name or _name_of(chosen.command),
            {"command": chosen.command},
            home=home,
            run_id=chosen.run_id,
            worker_id=chosen.worker_id or f"wrap-{os.getpid()}",
            record=chosen.record,
        )
    except DuallaneError as error:
        print(f"duallane: {error.sentence}", file=sys.stderr)
        return 1
    print(f"duallane: run {run.run_id} of {home}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="duallane-") as scratch:
        joined = Path(scratch) / "joined"
        wrapped = {
            "run_id": run.run_id,
            "name": run.name,
            "home": str(home),
            "agent_id": chosen.agent_id,
            "frames": not chosen.no_frames,
            "record": chosen.record,
            "joined": str(joined),
        }
        code = _waited(chosen.command, settings.wrapping_environment(json.dumps(wrapped), SITE))
        outcome = _outcome(code)
        if not joined.exists():
            print(
                "duallane: no environment of gymnasium.make or make_vec was reset in this command, so there is nothing "
                "to see. Was it Python, without -I, -S or -E?",
                file=sys.stderr,
            )
        else:
            ended = _ends(run)
            for worker in set(joined.read_text("utf-8").split()) - set(ended):
                _end_for_the_dead(run, worker, outcome)
            outcome = outcome[0], _why(ended, outcome)
    run.close(*outcome)
    return code


def _outcome(code: int) -> tuple[str, str | None]:
    if code == 0:
        return "succeeded", None
    if code in (128 + signal.SIGINT, 128 + signal.SIGTERM):
        return "canceled", f"ended by {signal.Signals(code - 128).name}"
    return "failed", f"exit code {code}"


def _ends(run: Run) -> dict[str, str]:
    """What the script's processes said when they ended: by worker, why it failed or ''."""
    from .query import sql

    rows = sql(
        "SELECT worker_id, kind, detail_json FROM events WHERE kind = ANY($kinds) ORDER BY seq_id",
        {"kinds": list(END_KINDS)},
        home=run.home,
        run=run,
    ).to_pylist()
    return {
        row["worker_id"]: str(json.loads(row["detail_json"] or "{}").get("reason", ""))
        if row["kind"] == "run_failed"
        else ""
        for row in rows
    }


def _why(ended: dict[str, str], outcome: tuple[str, str | None]) -> str | None:
    """An exception that a process of a failed script told says more than the script's exit code."""
    told = [reason for reason in ended.values() if reason]
    return told[-1] if told and outcome[0] == "failed" else outcome[1]


def _end_for_the_dead(run: Run, worker: str, outcome: tuple[str, str | None]) -> None:
    """The script is over: a process of it that could not say so itself, such as a killed one, has ended with it."""
    from .run import Run

    Run(run.name, home=run.home, run_id=run.run_id, worker_id=worker).close(*outcome)


def _parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("duallane run --wrap", description="Watches a Python script that nobody edited.")
    parser.add_argument("--wrap", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--home", help="Duallane's home directory")
    parser.add_argument("--name", help="the run's name; the script's when left out")
    parser.add_argument("--run-id", help="joins or creates this run")
    parser.add_argument("--agent-id", help="of the rows; default when left out")
    parser.add_argument("--worker-id", help="of the command as a whole; its processes get their own")
    parser.add_argument("--no-frames", action="store_true", help="do not render what the script does not render")
    parser.add_argument("--record", help="episodes that are recorded, such as every=10,best,failures,budget_mb=100")
    parser.add_argument("command", nargs="+", help="what to run, after --")
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    if not {"-h", "--help"}.isdisjoint(arguments[:cut]):
        parser.parse_args(["--help"])
    if cut + 1 >= len(arguments):
        parser.error("the command is missing: duallane run --wrap -- python train.py")
    chosen = parser.parse_args([*arguments[1:cut], "--", arguments[cut + 1]])
    chosen.command = arguments[cut + 1 :]
    return chosen


def _name_of(command: list[str]) -> str:
    script = next((part for part in command if part.endswith(".py")), None)
    module = command[command.index("-m") + 1] if "-m" in command[:-1] else None
    return (Path(script).stem if script else module or Path(command[0]).name)[:120]


def _waited(command: list[str], environment: dict[str, str]) -> int:
    """A signal from the terminal reaches the whole group by itself; one to this process alone is passed on."""
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        child = subprocess.Popen(command, env=environment)
    except OSError as error:
        print(f"duallane: {command[0]} cannot be run: {error.strerror}.", file=sys.stderr)
        return 127
    for number in _PASSED_ON:
        signal.signal(number, lambda received, _frame: child.send_signal(received))
    code = child.wait()
    return code if code >= 0 else 128 - code
