"""A run's life as its worker sees it, against a daemon that does on command what a real one does by accident."""

from __future__ import annotations

import gc
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scripted_daemon import ScriptedDaemon

import duallane
from duallane import settings
from duallane._contract import duallane_pb2 as pb
from duallane.arrow_batches import encode_steps, ipc_stream
from duallane.arrow_columns import Oddities
from duallane.episode_cursors import EpisodeCursors
from duallane.errors import DuallaneError, FrameRingError
from duallane.home import ensure_daemon, read_daemon
from duallane.publisher import resend_left_spools
from duallane.spool import Spool

STEPS, EPISODES, METRICS, EVENTS = 1, 2, 3, 4


def eventually(is_true: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_true():
            return True
        time.sleep(0.01)
    return False


def events(daemon: ScriptedDaemon) -> list[tuple[str, Any]]:
    rows = daemon.table(EVENTS).to_pylist()
    return [(row["kind"], json.loads(row["detail_json"] or "null")) for row in rows]


def test_everything_logged_is_stored_in_order_when_the_block_ends(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("cartpole", config={"lr": 3e-4}, home=home, worker_id="w") as run:
        for step in range(10_000):
            run.log_step(reward=step, episode=step // 100, step=step % 100, action=step % 2)
        run.log({"losses/policy": 0.5}, step=7)
        run.log_episode(12.0, 100, True, seed=3)
    assert json.loads(daemon.opened[0].config_json) == {"lr": 3e-4}
    steps = daemon.table(STEPS)
    assert steps["reward"].to_pylist() == list(range(10_000))
    assert set(steps["agent_id"].to_pylist()) == {"default"}
    assert daemon.table(METRICS).select(["name", "step", "value"]).to_pylist() == [
        {"name": "losses/policy", "step": 7, "value": 0.5}
    ]
    assert daemon.table(EPISODES)["outcome"].to_pylist() == ["Success"]
    assert [kind for kind, _ in events(daemon)] == ["run_started", "run_completed"]
    last = max((b for held in daemon.stored.values() for b in held), key=lambda b: b.batch_sequence)
    assert last.kind == pb.BATCH_KIND_EVENTS
    assert run.unsent_rows == 0


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (ValueError("bad lr"), "run_failed", "ValueError: bad lr"),
        (KeyboardInterrupt(), "run_cancelled", "interrupted from the keyboard"),
        (SystemExit(3), "run_failed", "SystemExit: 3"),
        (SystemExit(0), "run_completed", None),
    ],
)
def test_how_the_block_ends_is_how_the_run_ends(
    home: Path, daemon: ScriptedDaemon, error: BaseException, kind: str, reason: str | None
) -> None:
    with pytest.raises(type(error)), duallane.Run("r", home=home):
        raise error
    assert events(daemon)[-1] == (kind, {"reason": reason} if reason else {})


def test_a_script_that_never_closes_its_run_still_ends_it(home: Path, daemon: ScriptedDaemon) -> None:
    program = "import duallane, sys\nrun = duallane.Run('r', home=sys.argv[1])\nrun.log_step(reward=1)\n"
    environment = {**os.environ, "PYTHONPATH": str(Path(duallane.__file__).parents[1])}
    subprocess.run([sys.executable, "-c", program, str(home)], env=environment, check=True, timeout=60)
    assert [kind for kind, _ in events(daemon)] == ["run_started", "run_completed"]
    failing = subprocess.run(
        [sys.executable, "-c", program + "raise ValueError('x')", str(home)],
        env=environment, check=False, capture_output=True, timeout=60,
    )  # fmt: skip
    assert failing.returncode == 1
    assert ("run_failed", {"reason": "ValueError: x"}) in events(daemon)


@pytest.mark.parametrize(
    ("error", "end"),
    [
        ("KeyboardInterrupt()", ("run_cancelled", {"reason": "interrupted from the keyboard"})),
        ("duallane.RunCanceled('by hand')", ("run_cancelled", {"reason": "by hand"})),
        ("ValueError('x')", ("run_failed", {"reason": "ValueError: x"})),
        ("SystemExit(0)", ("run_completed", {})),
        ("SystemExit(3)", ("run_completed", {})),  # as Run's description says: only a block sees the code
    ],
)
def test_a_script_without_a_block_ends_its_run_by_its_exception(
    home: Path, daemon: ScriptedDaemon, error: str, end: tuple[str, dict[str, str]]
) -> None:
    program = f"import duallane, sys\nrun = duallane.Run('r', home=sys.argv[1])\nraise {error}"
    environment = {**os.environ, "PYTHONPATH": str(Path(duallane.__file__).parents[1])}
    subprocess.run(
        [sys.executable, "-c", program, str(home)], env=environment, check=False, capture_output=True, timeout=60
    )
    assert events(daemon)[-1] == end


def test_episodes_without_steps_count_by_themselves_too(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:
        for _ in range(2):
            run.log_episode(1.0, 10)
            run.log_episode(1.0, 10, agent_id="b")
        run.log_step(terminated=True)
        run.log_episode(1.0, 1)
        run.log_episode(1.0, 1, episode=40)
        run.log_episode(1.0, 1)
        for _ in range(2):
            run.log_step(terminated=True, episode=7)
            run.log_episode(1.0, 1)
    rows = daemon.table(EPISODES).select(["agent_id", "episode_index"]).to_pylist()
    told = [row["episode_index"] for row in rows if row["agent_id"] == "default"]
    assert told == [0, 1, 2, 40, 3, 7, 7]
    assert [row["episode_index"] for row in rows if row["agent_id"] == "b"] == [0, 1]


def test_steps_count_by_themselves_and_an_episode_ends_with_its_last_step(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:
        for terminated in (False, True, False):
            run.log_step(terminated=terminated)
            run.log_step(agent_id="b")
        run.log_episode(0.0, 2)
        run.log_step(episode=7)
        run.log_step(episode=7)
    rows = daemon.table(STEPS).to_pylist()
    mine = [(r["episode_index"], r["step_index"]) for r in rows if r["agent_id"] == "default"]
    assert mine == [(0, 0), (0, 1), (1, 0), (7, 0), (7, 1)]
    assert [(r["episode_index"], r["step_index"]) for r in rows if r["agent_id"] == "b"] == [(0, 0), (0, 1), (0, 2)]


def told_episodes(daemon: ScriptedDaemon) -> list[tuple[str, int, float, int, str]]:
    rows = daemon.table(EPISODES).to_pylist()
    return [(r["agent_id"], r["episode_index"], r["total_reward"], r["steps"], r["outcome"]) for r in rows]


def test_episodes_that_a_loop_only_ends_are_told_with_their_steps_and_rewards(
    home: Path, daemon: ScriptedDaemon
) -> None:
    with duallane.Run("r", home=home) as run:
        for reward in (1.0, np.float32(2)):
            run.log_step(reward)  # type: ignore[arg-type]
            run.log_step(-1, agent_id="b", truncated=True)
            run.log_step(reward, terminated=True)  # type: ignore[arg-type]
        run.flush()
        assert len(told_episodes(daemon)) == 4, "the last ones need no next step"
        run.flush()
        run.log_step(5.0)
    assert sorted(told_episodes(daemon)) == [
        ("b", 0, -1.0, 1, "Timeout"), ("b", 1, -1.0, 1, "Timeout"),
        ("default", 0, 2.0, 2, "Success"), ("default", 1, 4.0, 2, "Success"),
    ]  # fmt: skip


@pytest.mark.parametrize("is_numbered", [False, True])
def test_an_episode_that_the_loop_tells_is_told_once(home: Path, daemon: ScriptedDaemon, is_numbered: bool) -> None:
    with duallane.Run("r", home=home) as run:
        for number in range(3):
            run.log_step(1.0)
            run.log_step(1.0, terminated=True)
            if number > 0:
                run.flush()
            run.log_episode(7.0, 2, terminated=True, **({"episode": number} if is_numbered else {}))
    assert told_episodes(daemon) == [("default", number, 7.0, 2, "Success") for number in range(3)]


def test_a_loop_that_tells_its_episodes_late_or_early_is_soon_understood(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:
        run.log_step(1.0, agent_id="early")
        for number in range(3):
            run.log_step(1.0, agent_id="late", terminated=True)
            if number > 0:
                run.log_episode(7.0, 1, agent_id="late", episode=number - 1)
            run.log_episode(7.0, 1, agent_id="early", episode=number)
            run.log_step(1.0, agent_id="early", episode=number, terminated=True)
    numbers = [(agent, number) for agent, number, *_ in told_episodes(daemon)]
    assert [number for agent, number in numbers if agent == "early"] == [0, 1, 2]
    assert [number for agent, number in numbers if agent == "late"] == [0, 1]


@pytest.mark.parametrize("is_numbered", [False, True])
def test_a_loop_that_tells_an_episode_after_the_next_ones_first_step_has_each_once(
    home: Path, daemon: ScriptedDaemon, is_numbered: bool
) -> None:
    with duallane.Run("r", home=home) as run:
        for number in range(5):
            run.log_step(1.0)
            if number > 0:
                run.log_episode(7.0, 2, terminated=True, **({"episode": number - 1} if is_numbered else {}))
            run.log_step(1.0, terminated=True)
        run.log_episode(7.0, 2, terminated=True, **({"episode": 4} if is_numbered else {}))
    assert told_episodes(daemon) == [("default", number, 7.0, 2, "Success") for number in range(5)]
    steps = daemon.table(STEPS).select(["episode_index", "step_index"]).to_pylist()
    assert [tuple(row.values()) for row in steps] == [(number, step) for number in range(5) for step in range(2)]


def test_a_first_episode_that_only_its_steps_tell_of_is_there_when_the_third_begins() -> None:
    told: list[int] = []
    cursors = EpisodeCursors("a", lambda ended: told.append(ended.episode))
    for is_over in (False, True, False, True):
        cursors.step(None, 0, None, None, 1.0, is_over, False)
    assert told == []
    for number in (2, 3, 4):
        cursors.step(None, 0, None, None, 1.0, False, False)
        assert told == list(range(number))
        cursors.step(None, 0, None, None, 1.0, True, False)


def test_a_loop_that_tells_its_second_episode_has_its_first_told_for_it(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:
        for number in range(3):
            run.log_step(1.0, terminated=True)
            if number > 0:
                run.log_episode(7.0, 1, terminated=True)
    assert [(number, total) for _, number, total, *_ in told_episodes(daemon)] == [(0, 1.0), (1, 7.0), (2, 7.0)]


def test_an_observation_that_the_environment_overwrites_is_stored_as_it_was(home: Path, daemon: ScriptedDaemon) -> None:
    reused = np.zeros(3, np.float32)
    action = np.zeros(2)
    with duallane.Run("r", home=home) as run:
        for i in range(5):
            reused[:] = i
            action[:] = i
            run.log_step(observation=reused, action=action)
    rows = daemon.table(STEPS).to_pylist()
    assert [np.frombuffer(r["observation"], "<f4").tolist() for r in rows] == [[i] * 3 for i in range(5)]
    assert [json.loads(r["action_json"]) for r in rows] == [[i] * 2 for i in range(5)]


@pytest.mark.parametrize("observation", [np.zeros(5000), np.zeros(600, ">f8").astype("O"), "x" * 20_000])
def test_an_observation_over_the_limit_is_left_out_and_counted(
    home: Path, daemon: ScriptedDaemon, observation: Any
) -> None:
    with duallane.Run("r", home=home, observation_bytes=100) as run:
        run.log_step(observation=observation)
    row = daemon.table(STEPS).to_pylist()[0]
    assert (row["observation"], row["observation_json"], run.observations_left_out) == (None, None, 1)


def test_values_that_cannot_be_stored_are_said_once_counted_and_cost_no_row(
    home: Path, daemon: ScriptedDaemon, caplog: pytest.LogCaptureFixture
) -> None:
    with duallane.Run("r", home=home) as run:
        for _ in range(100):
            run.log_step(reward="lots", step=2**70, colour="red")
        run.log(loss="high", good=1.0)
        run.event("note", thing=object())
    assert daemon.table(STEPS).num_rows == 100
    assert daemon.table(METRICS)["name"].to_pylist() == ["good"]
    told = [detail for kind, detail in events(daemon) if kind == "rejected_lines"]
    assert sum(detail["count"] for detail in told) == 302
    assert len([r for r in caplog.records if "could not be stored as they came" in r.message]) == 1
    assert events(daemon)[-1][0] == "run_completed"


@pytest.mark.parametrize("step", [2.5, "x", float("nan"), 2**63, object()])
def test_a_value_at_a_step_that_is_none_is_left_out_and_counted(
    home: Path, daemon: ScriptedDaemon, caplog: pytest.LogCaptureFixture, step: Any
) -> None:
    with duallane.Run("r", home=home) as run:
        run.log({"loss": 1.0, "kl": 2.0}, step=step)
        for fit in (7, 8.0, np.int32(9), np.array(10)):
            run.log({"loss": 1.0}, step=fit)  # type: ignore[arg-type]
    assert daemon.table(METRICS)["step"].to_pylist() == [7, 8, 9, 10]
    assert "the value of loss, or its step, is no number" in caplog.text
    assert sum(detail["count"] for kind, detail in events(daemon) if kind == "rejected_lines") == 2


def test_a_killed_connection_loses_nothing_and_stores_nothing_twice(
    home: Path, daemon: ScriptedDaemon, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("duallane.home.daemon_command", lambda *_: [sys.executable, "-c", "exit('it is away')"])
    with duallane.Run("r", home=home) as run:
        for i in range(5_000):
            run.log_step(reward=i)
        assert run.flush(20)
        daemon.is_acknowledging = False
        received = len(daemon.received)
        for i in range(5_000, 12_000):
            run.log_step(reward=i)
        assert daemon.wait_for(received + 1)
        daemon.kill()
        for i in range(12_000, 20_000):
            run.log_step(reward=i)
        assert eventually(lambda: any("is away" in r.message for r in caplog.records))
        assert run.unsent_rows > 0
        daemon.is_acknowledging = True
        daemon.start()
        assert run.flush(30)
    assert daemon.table(STEPS)["reward"].to_pylist() == list(range(20_000))
    assert len([r for r in caplog.records if f"daemon of {home} is away" in r.message]) == 1
    assert any("is back" in r.message for r in caplog.records)


def test_an_acknowledgement_of_what_was_never_sent_or_that_comes_again_costs_no_row(
    home: Path, daemon: ScriptedDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("duallane.home.daemon_command", lambda *_: [sys.executable, "-c", "exit('it is away')"])
    with duallane.Run("r", home=home) as run:
        daemon.is_acknowledging = False
        daemon.claims = [1_000, 2**64 - 1, 0]
        run.log_step(reward=0)
        assert daemon.wait_for(1)
        for i in range(1, 100):
            run.log_step(reward=i)
        assert not run.flush(0.5)
        assert run.unsent_rows > 0
        daemon.kill()
        daemon.claims = [1, 1, 2**63]
        daemon.is_acknowledging = True
        daemon.start()
        assert run.flush(30)
    assert daemon.table(STEPS)["reward"].to_pylist() == list(range(100))
    assert run.lost_rows == 0


def test_a_refused_batch_is_left_out_and_the_others_go_on(
    home: Path, daemon: ScriptedDaemon, caplog: pytest.LogCaptureFixture
) -> None:
    with duallane.Run("r", home=home) as run:
        run.log_step(reward=0)
        assert run.flush(20)
        daemon.refuse = "batch-invalid"
        run.log_step(reward=1)
        assert run.flush(20)
        run.log_step(reward=2)
    assert daemon.table(STEPS)["reward"].to_pylist() == [0, 2]
    assert run.lost_rows == 1
    assert any("refused a batch" in r.message for r in caplog.records)
    assert events(daemon)[-1][0] == "run_completed"


def test_a_daemon_that_forgot_the_run_gets_it_opened_again_under_its_id(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:
        run.log_step(reward=0)
        assert run.flush(20)
        daemon.refuse = "run-unknown"
        run.log_step(reward=1)
        assert run.flush(20)
    assert [request.run_id for request in daemon.opened] == ["", run.run_id]
    assert daemon.table(STEPS)["reward"].to_pylist() == [0, 1]


def test_a_run_is_named_or_joined_by_its_id(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run(run_id="R7", home=home) as run:
        assert (run.run_id, run.name) == ("R7", "R7")
    with pytest.raises(duallane.DuallaneError, match="run-name"):
        duallane.Run(home=home)


def test_rows_left_by_a_run_without_daemon_are_sent_by_the_next_run(
    home: Path, daemon: ScriptedDaemon, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("duallane.home.daemon_command", lambda *_: [sys.executable, "-c", "exit('it is away')"])
    first = duallane.Run("r", home=home, run_id="R1")
    first.log_step(reward=0)
    assert first.flush(20)
    daemon.kill()
    first.log_step(reward=1)
    first.close(timeout=0.2)
    left = [r.message for r in caplog.records if "wait in" in r.message]
    assert len(left) == 1
    assert "2 rows in 2 batches of run R1" in left[0]
    daemon.start()
    with duallane.Run("r", home=home, run_id="R2"):
        assert eventually(lambda: not list((home / "spool").iterdir()))
    assert [row["reward"] for row in daemon.table(STEPS).to_pylist()] == [0, 1]
    assert [b.run_id for b in daemon.received if b.kind == STEPS] == ["R1", "R1"]


def test_rows_left_for_a_run_that_the_daemon_forgot_come_back_under_its_id(home: Path, daemon: ScriptedDaemon) -> None:
    left = Spool(home / "spool", "LOST", "w", memory_bytes=1)
    row = (None, 0, 0, 0, 1.0, False, False, time.time_ns(), None, None, None, None)
    for _ in range(4):
        left.append(STEPS, 1, ipc_stream(encode_steps(row, "a", Oddities())))
    left.acknowledge(1)  # by the daemon that has forgotten it
    left.leave()
    daemon.refuse = "run-unknown"
    assert resend_left_spools(home / "spool", ensure_daemon(home)) == 3
    assert [(r.run_name, r.run_id) for r in daemon.opened] == [("recovered", "LOST")]
    assert daemon.table(STEPS).num_rows == 3
    assert not list((home / "spool").iterdir())


def test_rows_move_on_while_the_loop_never_lets_go_of_the_interpreter(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:
        run.log_step(reward=1)
        deadline = time.monotonic() + 20
        while not any(b.kind == STEPS for b in daemon.received) and time.monotonic() < deadline:
            sum(range(1000))
        assert any(b.kind == STEPS for b in daemon.received)


def test_rows_that_nobody_follows_leave_in_few_large_batches(home: Path, daemon: ScriptedDaemon) -> None:
    def batches_of_20_000_steps() -> int:
        before = sum(b.kind == STEPS for b in daemon.received)
        for step in range(20_000):
            run.log_step(reward=step)
        run.flush()
        return sum(b.kind == STEPS for b in daemon.received) - before

    daemon.is_followed = False
    with duallane.Run("r", home=home) as run:
        assert eventually(lambda: not run._publisher.is_followed)
        time.sleep(settings.BLOCK_SECONDS)  # the recorder hears of it
        assert batches_of_20_000_steps() <= 2  # two when the second ended meanwhile
        daemon.is_followed = True
        run.event("somebody follows")
        assert eventually(lambda: run._publisher.is_followed)
        time.sleep(settings.BLOCK_SECONDS)
        assert batches_of_20_000_steps() >= 5
    assert daemon.table(STEPS)["reward"].to_pylist() == list(range(20_000)) * 2


def test_memory_stays_bounded_when_the_loop_outruns_the_thread(
    home: Path, daemon: ScriptedDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PENDING_ROWS_MAX", 8_192)
    with duallane.Run("r", home=home) as run:
        tape = run._recorder.steps
        most = 0
        for i in range(100_000):
            run.log_step(reward=i)
            most = max(most, tape.waiting_rows)
    assert most <= 8_193
    assert daemon.table(STEPS)["reward"].to_pylist() == list(range(100_000))


def test_two_threads_lose_no_row(home: Path, daemon: ScriptedDaemon) -> None:
    with duallane.Run("r", home=home) as run:

        def work(agent: str) -> None:
            for step in range(20_000):
                run.log_step(agent_id=agent, episode=0, step=step)

        threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    rows = daemon.table(STEPS).to_pydict()
    for name in ("a", "b"):
        mine = [s for s, agent in zip(rows["step_index"], rows["agent_id"], strict=True) if agent == name]
        assert mine == list(range(20_000))


def test_a_daemon_that_ends_while_a_run_is_opened_is_made_sure_of_again(
    home: Path, daemon: ScriptedDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    living = read_daemon(home)
    assert living is not None
    found = [replace(living, socket=str(home / "gone.sock"))] * 2 + [living] * 3
    monkeypatch.setattr("duallane.opening.ensure_daemon", lambda _home: found.pop(0))
    with duallane.Run("r", home=home) as run:
        run.log_step(reward=1)
    assert daemon.table(STEPS)["reward"].to_pylist() == [1]
    found[:] = [replace(living, socket=str(home / "gone.sock"))] * 3
    with pytest.raises(DuallaneError, match="cannot be opened: its connection broke"):
        duallane.Run("r", home=home)


def test_a_forked_child_logs_nothing_and_leaves_the_parents_ring(home: Path, daemon: ScriptedDaemon) -> None:
    frame = np.zeros((4, 4, 3), np.uint8)
    with duallane.Run("r", home=home, run_id=f"fork-{os.getpid()}") as run:
        run.log_step(reward=0)
        assert run.publish_frame(frame)
        child = os.fork()
        if child == 0:
            run.log_step(reward=1)
            os._exit(0 if not run.publish_frame(frame) and run.flush(0.1) is not None else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert Path(f"/dev/shm/mosaic.fastlane.{run.run_id}").exists()
        assert run.publish_frame(frame)
        run.log_step(reward=2)
    assert daemon.table(STEPS)["reward"].to_pylist() == [0, 2]
    assert not Path(f"/dev/shm/mosaic.fastlane.{run.run_id}").exists()


def test_logging_to_a_closed_run_is_harmless_said_once_and_counted(
    home: Path, daemon: ScriptedDaemon, caplog: pytest.LogCaptureFixture
) -> None:
    run = duallane.Run("r", home=home)
    run.close("failed", "because")
    for _ in range(10_000):
        run.log_step(reward=1)
    run.log(loss=1)
    run.log_episode(1.0, 1)
    run.close()
    assert run.lost_rows == 10_002
    assert caplog.text.count("has ended: what is logged to it now is kept nowhere") == 1
    assert run.outcome == "failed"
    assert events(daemon)[-1] == ("run_failed", {"reason": "because"})


def test_nothing_that_is_logged_raises_into_the_loop(home: Path, daemon: ScriptedDaemon) -> None:
    odd: list[Any] = [None, "x", [], {}, np.zeros(3), object(), 10**400, float("nan"), b"\xff", np.datetime64("now")]
    with duallane.Run("r", home=home) as run:
        for value in odd:
            for name in ("reward", "terminated", "truncated", "episode", "step", "agent_id", "action", "observation",
                         "env_slot", "ts_ns", "policy_label", "render_payload", "episode_seed"):  # fmt: skip
                run.log_step(**{name: value})
            run.log_episode(value, value, value, value, agent_id=value, env_slot=value, metadata=value)
            run.log({"m": value})
            run.log(value)  # no mapping at all
            run.event("e", value=value)
            run.publish_frame(value, reward=value, episode=value)
    assert daemon.table(STEPS).num_rows == 13 * len(odd)
    assert daemon.table(EPISODES).num_rows >= len(odd), "and those that steps have ended"
    assert run.lost_rows == 0


def test_a_run_that_is_dropped_without_close_ends_as_canceled(home: Path, daemon: ScriptedDaemon) -> None:
    run = duallane.Run("r", home=home)
    run.log_step(reward=1)
    del run
    gc.collect()
    assert eventually(lambda: len(daemon.received) > 1 and daemon.received[-1].kind == EVENTS)
    assert eventually(lambda: events(daemon)[-1][0] == "run_cancelled")
    assert daemon.table(STEPS).num_rows == 1


def test_a_config_that_is_no_mapping_and_an_unknown_outcome_are_refused(home: Path, daemon: ScriptedDaemon) -> None:
    with pytest.raises(DuallaneError, match="config-invalid"):
        duallane.Run("r", config=[1], home=home)  # type: ignore[arg-type]
    with pytest.raises(DuallaneError, match="config-invalid"):
        duallane.Run("r", config={"a": object()}, home=home)
    with duallane.Run("r", home=home) as run, pytest.raises(DuallaneError, match="outcome-unknown"):
        run.close("fine")


def test_a_home_without_a_daemon_that_starts_is_said_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("duallane.home.daemon_command", lambda *_: [sys.executable, "-c", "exit('no room here')"])
    with pytest.raises(DuallaneError, match="no room here") as caught:
        duallane.Run("r", home=home)
    assert caught.value.code == "daemon-unreachable"


logging.getLogger("duallane").setLevel(logging.DEBUG)


def test_why_there_are_no_frames_is_told_to_the_runs_views_once(
    home: Path, daemon: ScriptedDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_arguments: object) -> None:
        raise FrameRingError("ring-space", "Frames need 8 MB; 1 MB is free.")

    monkeypatch.setattr("duallane.frame_lane.FrameRingWriter", no_room)
    with duallane.Run("r", home=home) as run:
        for _ in range(3):
            assert run.publish_frame(np.zeros((4, 4, 3), np.uint8)) is False
    said = [detail for kind, detail in events(daemon) if kind == "fast_lane_off"]
    assert said == [{"sentence": "Frames need 8 MB; 1 MB is free."}]
