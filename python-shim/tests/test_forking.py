"""A process that watches a run may fork at any moment: neither it nor its children lose a row, stop or break."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import nbclient
import nbformat
import pytest
from test_real_daemon import end_daemon

import duallane
from duallane import forking, settings
from duallane.home import ensure_daemon, read_daemon

ROUNDS = max(3, int(os.environ.get("DUALLANE_KILLS", "0")))
SECONDS = 60


@pytest.fixture
def living(home: Path) -> Iterator[Path]:
    ensure_daemon(home)
    yield home
    end_daemon(home, signal.SIGKILL)


def ended(child: int) -> int:
    """The exit code of a forked child; it is killed when it does not end."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(child, signal.SIGABRT)
    os.waitpid(child, 0)
    raise AssertionError("a forked child stands still")


def forked(body: object, *arguments: object) -> int:
    """The process id of a child that does this and nothing else."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        body(*arguments)  # type: ignore[operator]
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def play(home: Path, run_id: str, worker: str, steps: int) -> None:
    """A child's own part of the run."""
    with duallane.Run("r", home=home, run_id=run_id, worker_id=worker) as run:
        for step in range(steps):
            run.log_step(reward=1.0, episode=0, step=step)


def play_with_a_grandchild(home: Path, run_id: str, worker: str, steps: int) -> None:
    with duallane.Run("r", home=home, run_id=run_id, worker_id=worker) as run:
        grandchild = forked(play, home, run_id, f"{worker}-own", steps)
        for step in range(steps):
            run.log_step(reward=1.0, episode=0, step=step)
        assert ended(grandchild) == 0


def play_and_be_silent(parent: duallane.Run) -> None:
    """A child that goes on with its parent's Run: its rows go nowhere, and nothing stops it."""
    for _ in range(5000):
        parent.log_step(reward=9.0)
    parent.log(loss=1.0)
    parent.flush()
    parent.close()


def kill_soon(home: Path, seconds: float) -> threading.Timer:
    known = read_daemon(home)
    timer = threading.Timer(seconds, os.kill, (known.pid if known else 0, signal.SIGKILL))
    timer.start()
    return timer


def one_round(home: Path, number: int, chance: random.Random) -> dict[str, int]:
    """A run that forks children of all kinds while it logs; in every other round its daemon is killed meanwhile."""
    rows: dict[str, int] = {}
    killing = kill_soon(home, chance.uniform(0, 0.3)) if number % 2 else None
    with duallane.Run("r", home=home, worker_id=f"parent-{number}") as run:
        moments = sorted(chance.choice((0, chance.randrange(4000))) for _ in range(6))
        kinds = chance.sample(["play", "grandchild", "silent", "exit", "exec", "multiprocessing"], 6)
        children: list[int] = []
        processes: list[multiprocessing.process.BaseProcess] = []
        for step in range(4000):
            while moments and moments[0] <= step:
                moments.pop(0)
                kind, steps, worker = kinds.pop(), chance.randrange(1, 3000), f"{number}-{len(rows)}"
                if kind in ("play", "multiprocessing", "grandchild"):
                    rows[worker] = steps
                if kind == "play":
                    children.append(forked(play, home, run.run_id, worker, steps))
                elif kind == "grandchild":
                    rows[f"{worker}-own"] = steps
                    children.append(forked(play_with_a_grandchild, home, run.run_id, worker, steps))
                elif kind == "silent":
                    children.append(forked(play_and_be_silent, run))
                elif kind == "exit":
                    children.append(forked(int))
                elif kind == "exec":
                    children.append(forked(os.execv, "/bin/true", ["true"]))
                else:
                    process = multiprocessing.get_context("fork").Process(
                        target=play, args=(home, run.run_id, worker, steps)
                    )
                    process.start()
                    processes.append(process)
            run.log_step(reward=1.0, episode=0, step=step)
            if step % 64 == 0:
                time.sleep(chance.uniform(0, 0.01))
        rows[f"parent-{number}"] = 4000
        assert [ended(child) for child in children] == [0] * len(children)
        for process in processes:
            process.join(SECONDS)
            assert process.exitcode == 0
    if killing is not None:
        killing.join()
    assert run.lost_rows == 0
    return rows


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Python 3.12 warns of any fork beside threads
def test_forks_at_any_moment_cost_no_row_of_parent_child_or_grandchild_and_store_none_twice(living: Path) -> None:
    expected: dict[str, int] = {}
    seed = int.from_bytes(os.urandom(4), "big")
    for number in range(ROUNDS):
        expected |= one_round(living, number, random.Random(seed + number))
    seen = duallane.sql(
        "SELECT worker_id, count(*) AS n, count(DISTINCT step_index) AS steps FROM steps GROUP BY 1", home=living
    ).to_pylist()
    assert {row["worker_id"]: row["n"] for row in seen} == expected, f"seed {seed}"
    assert {row["worker_id"]: row["steps"] for row in seen} == expected, f"seed {seed}"


def test_a_forked_child_holds_no_descriptor_of_its_parents_run(living: Path) -> None:
    def descriptors() -> set[str]:
        found = set()
        for name in os.listdir("/proc/self/fd"):
            try:
                found.add(os.readlink(f"/proc/self/fd/{name}"))
            except OSError:  # that of the listing itself
                continue
        return found

    before = descriptors()
    with duallane.Run("r", home=living) as run:
        run.log_step()
        assert run.flush()
        run._publisher._left.join(SECONDS)  # it would take the new spool for a dead one's
        run._publisher._spool._claim_directory()
        assert len([name for name in descriptors() - before if name.startswith("socket:")]) >= 2, "rows and control"

        def look() -> None:
            assert not {name for name in descriptors() - before if name.startswith("socket:") or name.endswith("/lock")}

        assert ended(forked(look)) == 0


def test_a_run_and_its_questions_need_no_grpc_library(living: Path) -> None:
    program = f"""
import sys
sys.modules["grpc"] = None
import duallane
with duallane.Run("r", home={str(living)!r}) as run:
    run.log_step()
assert len(duallane.runs(home={str(living)!r})) == 1
assert duallane.sql("SELECT count(*) AS n FROM steps", home={str(living)!r}).to_pylist() == [{{"n": 1}}]
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=90)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_fork_waits_for_what_it_would_tear_apart_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    def held(seconds: float, whole: threading.Event, is_held: threading.Event) -> None:
        with forking.unforked():
            is_held.set()
            time.sleep(seconds)
            whole.set()

    for bound, seconds, is_whole in ((20.0, 0.2, True), (0.1, 1.0, False)):
        monkeypatch.setattr(settings, "FORK_SECONDS", bound)
        whole, is_held = threading.Event(), threading.Event()
        thread = threading.Thread(target=held, args=(seconds, whole, is_held))
        thread.start()
        assert is_held.wait(10)

        def look(expected: bool = is_whole, event: threading.Event = whole) -> None:
            assert event.is_set() is expected
            with forking.unforked():
                pass

        child = forked(look)
        assert ended(child) == 0
        thread.join()


def test_a_notebooks_cell_forks_children_that_log_into_its_run(living: Path) -> None:
    cell = f"""
import multiprocessing, os, duallane
run = duallane.Run("r", home={str(living)!r}, worker_id="cell")
def play(worker):
    with duallane.Run("r", home={str(living)!r}, run_id=run.run_id, worker_id=worker) as own:
        for _ in range(100):
            own.log_step()
fork = multiprocessing.get_context("fork")
children = [fork.Process(target=play, args=(f"child-{{n}}",)) for n in range(3)]
for child in children:
    child.start()
    run.log_step()
for child in children:
    child.join(60)
assert [child.exitcode for child in children] == [0, 0, 0], [child.exitcode for child in children]
run.close()
"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    nbclient.NotebookClient(notebook, timeout=120).execute()
    seen = duallane.sql("SELECT worker_id, count(*) AS n FROM steps GROUP BY 1 ORDER BY 1", home=living)
    assert [tuple(row.values()) for row in seen.to_pylist()] == [
        ("cell", 3), ("child-0", 100), ("child-1", 100), ("child-2", 100),
    ]  # fmt: skip
