"""A slow daemon, a stopped one, a full disk: the SDK's trouble, told once, and never the training loop's."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from scripted_daemon import ScriptedDaemon
from test_real_daemon import end_daemon

import duallane
from duallane._contract import duallane_pb2 as pb
from duallane.home import read_daemon

STEPS = 1


def test_a_daemon_behind_a_slow_network_gets_every_row_once_and_that_rows_wait_is_said_once(
    home: Path, daemon: ScriptedDaemon, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    publish = ScriptedDaemon.PublishBatches

    def slowly(self: ScriptedDaemon, requests: Iterator[pb.Batch], context: object) -> Iterator[pb.BatchAck]:
        def paced() -> Iterator[pb.Batch]:
            for batch in requests:
                time.sleep(0.05)
                yield batch

        return publish(self, paced(), context)  # type: ignore[arg-type]

    monkeypatch.setattr(ScriptedDaemon, "PublishBatches", slowly)
    with duallane.Run("r", home=home) as run:
        run._publisher._spool._memory_bound = 300_000
        for i in range(60_000):
            run.log_step(reward=i)
        assert run.unsent_rows > 0, "the loop did not wait for the daemon"
        assert run.flush(60)
    assert daemon.table(STEPS)["reward"].to_pylist() == list(range(60_000))
    assert [record.message.split(":")[0] for record in caplog.records] == [
        "Rows come faster than the daemon stores them, or it is away"
    ]


def test_a_full_disk_while_the_daemon_is_away_costs_counted_rows_and_never_the_loop(
    home: Path, daemon: ScriptedDaemon, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("duallane.home.daemon_command", lambda *_: [sys.executable, "-c", "exit('it is away')"])
    (home / "spool").write_text("no directory can be made here")
    with duallane.Run("r", home=home) as run:
        assert run.flush(20)
        run._publisher._spool._memory_bound = 400_000
        daemon.kill()
        for i in range(60_000):
            run.log_step(reward=i)
        run._recorder.flush()
        assert run.lost_rows > 0
        daemon.start()
        assert run.flush(60)
    kept = daemon.table(STEPS)["reward"].to_pylist()
    assert kept == sorted(set(kept))
    assert len(kept) + run.lost_rows == 60_000
    told = [record.message for record in caplog.records]
    assert len([line for line in told if "takes nothing" in line]) == 1
    assert [line for line in told if "could not be kept" in line] == [
        f"{run.lost_rows:,} rows of run {run.run_id} could not be kept."
    ]


@pytest.fixture
def living(home: Path) -> Iterator[Path]:
    yield home
    known = read_daemon(home)
    if known is not None:
        os.kill(known.pid, signal.SIGCONT)
    end_daemon(home, signal.SIGKILL)


def test_a_vector_goes_on_while_the_daemon_stands_still_and_is_killed_and_every_row_is_there_once(living: Path) -> None:
    with duallane.Run("r", home=living, worker_id="w") as run:
        envs = run.wrap(gymnasium.make_vec("CartPole-v1", num_envs=4, vectorization_mode="vector_entry_point"))
        envs.reset(seed=1)
        known = read_daemon(living)
        assert known is not None
        for step in range(1500):
            envs.step(np.full(4, step % 2))
            run.log(loss=step)
            if step == 300:
                assert run.flush(60)
                os.kill(known.pid, signal.SIGSTOP)
            if step == 900:
                assert run.unsent_rows > 0
                os.kill(known.pid, signal.SIGKILL)
        envs.close()
        assert run.flush(90)
    seen = duallane.sql(
        "SELECT count(*) AS n, count(DISTINCT (env_slot, episode_index, step_index)) AS places FROM steps", home=living
    ).to_pylist()[0]
    booked = duallane.sql("SELECT sum(steps) AS steps FROM episodes", home=living).to_pylist()[0]
    assert seen["n"] == seen["places"] == booked["steps"] > 4000
    values = duallane.sql("SELECT value FROM metrics WHERE name = 'loss' ORDER BY seq_id", home=living)
    assert values["value"].to_pylist() == list(range(1500))
    assert run.lost_rows == 0
