"""Pause, steps, rate and cancel, as a training loop feels them. With the real daemon: needs `npm run build:node`."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import gymnasium
import pytest
from test_real_daemon import end_daemon

import duallane
from duallane._contract import trainer_pb2 as pb
from duallane._contract.trainer_pb2_grpc import TrainerServiceStub
from duallane.control import StepGate
from duallane.home import read_daemon


def until(is_so: Callable[[], bool], what: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"there was no {what}"
        time.sleep(0.01)


@pytest.fixture
def living(home: Path) -> Iterator[Path]:
    yield home
    end_daemon(home, signal.SIGKILL)


class Loop:
    """A training loop in a thread: counts its steps, keeps what ended it."""

    def __init__(self, run: duallane.Run) -> None:
        self.steps = 0
        self.ended_by: BaseException | None = None
        self._run = run
        self._is_stopping = False
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        env = self._run.wrap(gymnasium.make("CartPole-v1"))
        try:
            while not self._is_stopping:
                env.reset()
                is_over = False
                while not is_over and not self._is_stopping:
                    self.steps += 1
                    _, _, terminated, truncated, _ = env.step(env.action_space.sample())
                    is_over = terminated or truncated
        except BaseException as error:
            self.ended_by = error

    def stop(self) -> None:
        self._is_stopping = True
        self._thread.join(20)
        assert not self._thread.is_alive()


def order(home: Path, run_id: str, **event: object) -> pb.ControlEvent:
    """One order, as a view gives it; the daemon's answer. Raises grpc.RpcError with its refusal."""
    daemon = read_daemon(home)
    assert daemon is not None
    with grpc.insecure_channel(daemon.target) as channel:
        stub = TrainerServiceStub(channel)
        answers = list(stub.ControlStream(iter([pb.ControlEvent(run_id=run_id, **event)]), timeout=10))
    assert len(answers) == 1
    return answers[0]


def status(home: Path, run_id: str) -> str:
    daemon = read_daemon(home)
    assert daemon is not None
    with grpc.insecure_channel(daemon.target) as channel:
        runs = TrainerServiceStub(channel).ListRuns(pb.ListRunsRequest(), timeout=10).runs
    return next(pb.RunStatus.Name(run.status) for run in runs if run.run_id == run_id)


def test_a_paused_loop_takes_no_step_but_those_granted_and_a_cancelled_one_ends(living: Path) -> None:
    with duallane.Run("held", home=living) as run:
        loop = Loop(run)
        until(lambda: loop.steps > 50, "training")
        until(lambda: status(living, run.run_id) == "RUN_STATUS_EXEC", "EXEC")
        duallane.pause(run, living)
        until(lambda: run.is_paused, "pause")
        assert status(living, run.run_id) == "RUN_STATUS_PAUSE"
        time.sleep(0.1)  # the step that was under way
        held = loop.steps
        duallane.step(run.run_id, 7, living)
        until(lambda: loop.steps == held + 7, "the seven steps")
        time.sleep(0.3)
        assert loop.steps == held + 7
        duallane.resume(run, living)
        until(lambda: loop.steps > held + 100, "more steps")
        daemon = read_daemon(living)
        assert daemon is not None
        with grpc.insecure_channel(daemon.target) as channel:
            TrainerServiceStub(channel).CancelRun(pb.CancelRunRequest(run_id=run.run_id), timeout=10)
        until(lambda: loop.ended_by is not None, "the end of the loop")
        assert isinstance(loop.ended_by, duallane.RunCanceled)
        assert run.is_canceled
        assert "cancelled" in loop.ended_by.sentence
    assert run.lost_rows == 0
    table = duallane.sql(f"SELECT count(*) AS n FROM steps WHERE run_id = '{run.run_id}'", home=living)
    assert table.to_pylist()[0]["n"] == loop.steps, "what was stepped is stored, to the last step"


def test_a_run_that_is_deleted_while_its_sdk_is_open_loses_only_itself(
    living: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", failures.append)
    with duallane.Run("gone", home=living) as run, duallane.Run("stays", home=living) as other:
        run.log({"loss": 1.0})
        assert run.flush(20)
        duallane.cancel(run, home=living)
        until(lambda: status(living, run.run_id) == "RUN_STATUS_TERM", "the end")
        duallane.delete(run, home=living, yes=True)
        for step in range(5):
            run.log({"loss": 2.0}, step=step)
        until(lambda: run.lost_rows >= 5 and run.flush(0.1), "rows that are let go of")
        other.log({"loss": 3.0})
        assert other.flush(20)
    assert failures == []
    assert [record.getMessage() for record in caplog.records if "kept nowhere" in record.getMessage()] == [
        f"Rows of run {run.run_id} are kept nowhere from here on: the run was deleted."
    ]
    assert list((living / "spool").glob("*")) == []
    assert duallane.sql("SELECT value FROM metrics", home=living).to_pylist() == [{"value": 3.0}]


def test_a_capped_loop_keeps_to_its_rate_and_a_killed_daemon_does_not_lift_a_pause(living: Path) -> None:
    with duallane.Run("capped", home=living) as run:
        loop = Loop(run)
        until(lambda: loop.steps > 50, "training")
        order(living, run.run_id, max_rate_hz=100)
        until(lambda: not run._gate.is_free, "the cap")
        began, from_steps = time.monotonic(), loop.steps
        until(lambda: loop.steps >= from_steps + 60, "sixty steps")
        assert (loop.steps - from_steps) / (time.monotonic() - began) < 150
        order(living, run.run_id, max_rate_hz=0)
        until(lambda: run._gate.is_free, "the end of the cap")
        order(living, run.run_id, pause=True)
        until(lambda: run.is_paused, "pause")
        before = read_daemon(living)
        end_daemon(living, signal.SIGKILL)
        time.sleep(0.1)
        held = loop.steps
        until(lambda: read_daemon(living) != before and read_daemon(living) is not None, "the next daemon", 60)
        until(lambda: status(living, run.run_id) == "RUN_STATUS_PAUSE", "PAUSE, remembered")
        assert loop.steps == held
        until(lambda: order(living, run.run_id, resume=True).resume, "resume")
        until(lambda: loop.steps > held + 20, "steps again", 60)
        loop.stop()


def test_a_wait_ends_by_an_interrupt_and_by_close() -> None:
    gate = StepGate()
    gate.obey(pb.ControlEvent(run_id="r", pause=True))
    main = threading.main_thread().ident
    assert main is not None
    timer = threading.Timer(0.2, lambda: signal.pthread_kill(main, signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        gate.take("r")
    timer.join()
    threading.Timer(0.1, gate.open).start()
    gate.take("r")
    assert gate.is_free
