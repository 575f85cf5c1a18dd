"""The SDK, history and SQL against the real trainer daemon. Needs the Node bundle: `npm run build:node`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import gymnasium
import numpy as np
import pyarrow as pa
import pytest

import duallane
from duallane._contract import duallane_pb2 as pb
from duallane._contract.arrow_schemas import ARROW_SCHEMAS
from duallane.catalogue import history_of
from duallane.errors import DuallaneError
from duallane.home import ensure_daemon, read_daemon


def end_daemon(home: Path, how: signal.Signals) -> None:
    """Ends the daemon of a home and waits until it is gone."""
    known = read_daemon(home)
    if known is None:
        return
    try:
        os.kill(known.pid, how)
    except ProcessLookupError:
        return
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{known.pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return
        if state == "Z":
            return
        time.sleep(0.02)
    raise AssertionError(f"the daemon {known.pid} did not end")


@pytest.fixture
def living(home: Path) -> Iterator[Path]:
    """A home whose daemon, if one came up, is ended afterwards."""
    yield home
    end_daemon(home, signal.SIGKILL)


def test_the_loop_hears_at_once_when_somebody_begins_to_follow_its_run(living: Path) -> None:
    with duallane.Run("r", home=living) as run:
        run.log_step(reward=1.0)
        deadline = time.monotonic() + 20
        while run._publisher.is_followed and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not run._publisher.is_followed
        with history_of(living) as daemon:
            call = daemon.StreamBatches(pb.StreamBatchesRequest(run_id=run.run_id))
            while not run._publisher.is_followed and time.monotonic() < deadline:
                time.sleep(0.01)
            assert run._publisher.is_followed
            call.cancel()


def sealed_rows(home: Path, run_id: str) -> int:
    """Steps of a run that stand in Parquet parts."""
    with history_of(home) as daemon:
        listed = daemon.ListParts(pb.ListPartsRequest(run_id=run_id, kinds=[pb.BATCH_KIND_STEPS]))
        return sum(part.rows for part in listed.parts)


def one(question: str, home: Path, **options: object) -> dict[str, object]:
    return duallane.sql(question, home=home, **options).to_pylist()[0]  # type: ignore[arg-type]


def test_a_wrapped_training_is_counted_exactly_by_sql_and_listed_with_its_outcome(living: Path) -> None:
    steps, returns = 0, []
    with duallane.Run("cartpole", config={"lr": 3e-4}, home=living) as run:
        env = run.wrap(gymnasium.make("CartPole-v1"))
        for episode in range(30):
            env.reset(seed=episode)
            total, is_over = 0.0, False
            while not is_over:
                _, reward, terminated, truncated, _ = env.step(env.action_space.sample())
                steps, total, is_over = steps + 1, total + float(reward), terminated or truncated
            returns.append(total)
        assert one("SELECT count(*) AS n FROM steps", living) == {"n": steps}, (
            "rows logged before the call are seen by it"
        )
    assert (
        duallane.sql("SELECT total_reward FROM episodes ORDER BY episode_index", home=living)[0].to_pylist() == returns
    )
    seen = one(
        "SELECT count(*) AS n, max(seq_id) AS last, count(DISTINCT episode_index) AS episodes FROM steps", living
    )
    assert seen == {"n": steps, "last": steps, "episodes": 30}
    summary = duallane.runs(living)[0]
    assert (summary.run_id, summary.name, summary.status, summary.outcome) == (
        run.run_id,
        "cartpole",
        "TERM",
        "succeeded",
    )
    assert (summary.steps, summary.episodes, summary.config) == (steps, 30, {"lr": 3e-4})
    assert one("SELECT status, outcome, durable FROM runs", living) == {
        "status": "TERM", "outcome": "succeeded", "durable": steps + 30 + 2,
    }  # fmt: skip


def test_a_daemon_killed_twice_in_mid_run_has_every_row_once(living: Path) -> None:
    with duallane.Run("r", home=living, worker_id="w") as run:
        for i in range(30_000):
            run.log_step(reward=i)
            if i in (9_000, 21_000):
                assert run.flush(60) or i > 9_000
                end_daemon(living, signal.SIGKILL)
        assert run.flush(60)
    rows = duallane.sql("SELECT seq_id, reward FROM steps ORDER BY seq_id", home=living)
    assert rows["reward"].to_pylist() == list(range(30_000))
    assert rows["seq_id"].to_pylist() == list(range(1, 30_001))
    assert duallane.runs(living)[0].outcome == "succeeded"


def test_two_agents_in_two_episodes_at_a_time_add_up_over_a_hundred_thousand_steps(living: Path) -> None:
    with duallane.Run("r", home=living) as run:

        def work(agent: str) -> None:
            for i in range(50_000):
                run.log_step(
                    reward=1, agent_id=agent, env_slot=i % 2, episode=i // 1000 * 2 + i % 2, step=i % 1000 // 2
                )

        threads = [threading.Thread(target=work, args=(name,)) for name in ("red", "blue")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    seen = duallane.sql(
        "SELECT agent_id, count(*) AS n, count(DISTINCT (episode_index, step_index)) AS places FROM steps "
        "GROUP BY ALL ORDER BY ALL",
        home=living,
    )
    assert seen.to_pylist() == [
        {"agent_id": "blue", "n": 50_000, "places": 50_000},
        {"agent_id": "red", "n": 50_000, "places": 50_000},
    ]
    assert duallane.runs(living)[0].repeated == 0


def test_sql_sees_sealed_parts_and_the_tail_as_one_table_of_the_contracts_types(living: Path) -> None:
    observation = np.arange(4, dtype=np.float32)
    large = np.zeros(1 << 20, np.uint8)
    with duallane.Run("r", home=living, worker_id="w", observation_bytes=2 << 20) as run:
        for i in range(5_000):
            run.log_step(reward=i, observation=large if i % 60 == 0 else None, policy_label="ppo")
        run.log_episode(1.0, 5_000, metadata={"k": 1})
        run.log(loss=0.5)
        assert run.flush(60)
        deadline = time.monotonic() + 60
        while not sealed_rows(living, run.run_id) and time.monotonic() < deadline:
            time.sleep(0.05)
        for i in range(5_000, 10_000):
            run.log_step(reward=i, observation=observation, policy_label="ppo")
        assert run.flush(60)
        assert 0 < sealed_rows(living, run.run_id) < 10_000, "some are in parts, some in the journal"
        table = duallane.sql("SELECT * FROM steps ORDER BY seq_id", home=living)
    assert table["seq_id"].to_pylist() == list(range(1, 10_001))
    assert table["reward"].to_pylist() == list(range(10_000))
    assert set(table["worker_id"].to_pylist()) == {"w"}
    assert set(table["policy_label"].to_pylist()) == {"ppo"}
    kept = table["observation"].to_pylist()
    assert kept[60] == large.tobytes()
    assert kept[61] is None
    assert kept[9_999] == observation.tobytes()
    for kind, schema in ARROW_SCHEMAS.items():
        answer = duallane.sql(f"SELECT * FROM {kind} LIMIT 1", home=living).schema
        wanted = [(f.name, pa.utf8() if pa.types.is_dictionary(f.type) else f.type) for f in schema]
        assert [(f.name, f.type) for f in answer] == wanted, kind


def test_parameters_are_bound_by_place_and_by_name_and_never_read_as_sql(living: Path) -> None:
    with duallane.Run("it's; DROP TABLE runs", home=living) as run:
        run.log_step()
    name = {"name": "it's; DROP TABLE runs"}
    assert one("SELECT count(*) AS n FROM runs WHERE name = $name", living, params=name) == {"n": 1}
    assert one("SELECT count(*) AS n FROM runs WHERE name = {{ name }}", living, params=name) == {"n": 1}
    assert one("SELECT '{{name}}' AS t FROM runs LIMIT ?", living, params=[np.int64(1)]) == {"t": "{{name}}"}
    assert one("SELECT count(*) AS n FROM steps", living, run=run) == {"n": 1}
    assert one("SELECT count(*) AS n FROM steps", living, run=[]) == {"n": 0}


@pytest.mark.parametrize(
    ("question", "code", "words"),
    [
        ("", "sql-refused", "no question yet"),
        ("SELECT 1; SELECT 2", "sql-refused", "One question at a time"),
        ("CREATE TABLE x (a INT)", "sql-refused", "CREATE is not possible"),
        ("COPY runs TO '/tmp/x.csv'", "sql-refused", "COPY is not possible"),
        ("ATTACH '/tmp/x.db'", "sql-refused", "ATTACH is not possible"),
        ("SELECT * FROM read_csv('/etc/passwd')", "sql-failed", "disabled by configuration"),
        ("SELECT * FROM '/etc/passwd'", "sql-failed", "does not exist"),
        ("SELECT * FROM question", "sql-failed", "question"),
        ("SELEC 1", "sql-failed", "syntax error"),
        ("SELECT no_such FROM steps", "sql-failed", "no_such"),
        ("SELECT $k", "sql-parameter", "k has no value"),
        ("SELECT {{ n }}, {{m}}", "sql-parameter", r'm, n have no value.*\{"m": 5\}'),
        ("SELECT ?", "sql-parameter", r"1 has no value"),
        (None, "sql-refused", "A question is text"),
    ],
)
def test_what_is_no_reading_question_is_refused_in_words(living: Path, question: str, code: str, words: str) -> None:
    with pytest.raises(DuallaneError, match=words) as caught:
        duallane.sql(question, home=living)
    assert caught.value.code == code


def test_odd_values_are_stored_and_counted_in_the_runs_ledger(living: Path) -> None:
    with duallane.Run("r", home=living) as run:
        run.log_step(reward="many")
        run.log_step(reward=float("nan"))
        run.log_step(reward=1e30, step=2**63)
    assert one("SELECT count(*) AS n, count(reward) AS rewards FROM steps", living) == {"n": 3, "rewards": 2}
    assert duallane.runs(living)[0].rejected == 2


@pytest.mark.parametrize("history", ["parquet", "sqlite"])
def test_sql_has_sealed_rows_of_both_forms_and_the_ledger_of_each_agent(living: Path, history: str) -> None:
    settings = {"history": history, "keep": {"observations": False}}
    with duallane.Run("r", config={"duallane": settings}, home=living) as run:
        for agent in ("a", "b", "b"):
            run.log_step(reward=1.0, observation=[1.0], agent_id=agent)
    with history_of(living) as daemon:
        daemon.CompactHistory(pb.CompactHistoryRequest(run_id=run.run_id))
    assert one("SELECT count(*) AS n, count(observation) AS kept FROM steps", living) == {"n": 3, "kept": 0}
    entries = duallane.sql(
        "SELECT agent_id, received, durable, thinned FROM ledger ORDER BY 1", home=living
    ).to_pylist()
    assert entries[1:] == [
        {"agent_id": "a", "received": 1, "durable": 1, "thinned": 1},
        {"agent_id": "b", "received": 2, "durable": 2, "thinned": 2},
    ]
    assert one("SELECT kept, thinned, removed FROM runs", living) == {
        "kept": "without observations",
        "thinned": 3,
        "removed": 0,
    }
    assert (
        duallane.sql("SELECT * FROM ledger_gaps UNION ALL BY NAME SELECT * FROM ledger_views", home=living).num_rows
        == 0
    )


def test_rows_left_by_a_killed_daemon_come_with_the_next_run(living: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = duallane.Run("r", home=living, run_id="LEFT")
    run.log_step(reward=0)
    assert run.flush(30)
    with monkeypatch.context() as away:
        away.setattr("duallane.home.daemon_command", lambda *_: [sys.executable, "-c", "exit('it is away')"])
        end_daemon(living, signal.SIGKILL)
        for i in range(1, 5_000):
            run.log_step(reward=i)
        run.close(timeout=0.5)
        assert list((living / "spool").glob("*/*.batches"))
    with duallane.Run("next", home=living):
        deadline = time.monotonic() + 60
        while list((living / "spool").iterdir()) and time.monotonic() < deadline:
            time.sleep(0.05)
    assert one("SELECT count(*) AS n, sum(reward) AS s FROM steps WHERE run_id = 'LEFT'", living) == {
        "n": 5_000, "s": sum(range(5_000)),
    }  # fmt: skip
    assert {run.name: run.outcome for run in duallane.runs(living)} == {"r": "succeeded", "next": "succeeded"}


def test_the_command_line_becomes_the_bundle_and_passes_its_exit_code_on(living: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(duallane.__file__).parents[1])}
    command = [sys.executable, "-m", "duallane.cli"]
    done = subprocess.run(
        [*command, "daemon", "--ensure", "--home", str(living)],
        env=environment, check=True, capture_output=True, text=True, timeout=90,
    )  # fmt: skip
    assert json.loads(done.stdout)["socket"] == ensure_daemon(living).socket
    wrong = subprocess.run(
        [*command, "no-such"], env=environment, check=False, capture_output=True, text=True, timeout=60
    )
    assert wrong.returncode == 2
    assert "no-such" in wrong.stderr


def test_runs_are_cancelled_archived_restored_and_deleted_from_python(living: Path, monkeypatch) -> None:
    run = duallane.Run("to be stopped", home=living)
    run.log_step(reward=1.0)
    assert run.flush(30)
    with pytest.raises(DuallaneError, match="cannot be archived: wait for its end") as refused:
        duallane.archive(run, living)
    assert refused.value.code == "run-alive"
    duallane.cancel(run, living)
    assert duallane.runs(living)[0].outcome == "canceled"
    run.close()
    duallane.archive(run, living)
    assert duallane.runs(living) == []
    assert duallane.runs(living, archived=True)[0].archived_at is not None
    assert one("SELECT count(*) AS n FROM steps", living) == {"n": 1}, "archive keeps the data"
    duallane.archive(run, living, restore=True)
    assert [summary.run_id for summary in duallane.runs(living)] == [run.run_id]
    monkeypatch.setattr("builtins.input", lambda question: "no")
    with pytest.raises(DuallaneError, match="Nothing was deleted"):
        duallane.delete(run, living)
    assert duallane.delete(run, living, yes=True) >= 1
    assert duallane.runs(living, archived=True) == []
    assert one("SELECT count(*) AS n FROM steps", living) == {"n": 0}


def test_whoever_reads_takes_the_newest_run_of_a_name_and_what_is_done_to_a_run_wants_one_alone(living: Path) -> None:
    first, second = (duallane.Run("twice", home=living) for _ in range(2))
    with duallane.Run("once", home=living) as run, first, second:
        for each in (run, first, second):
            each.log_step(reward=1.0)
            assert each.flush(30)
        duallane.pause("once", living)
        assert {found.name: found.status for found in duallane.runs(living)}["once"] == "PAUSE"
        duallane.cancel("once", living)
        assert duallane.recordings("once", living) == []
        with pytest.raises(DuallaneError, match=f"2 runs are called 'twice'.*{second.run_id}") as several:
            duallane.cancel("twice", living)
        assert several.value.code == "run-ambiguous"
        later = max(duallane.runs(living), key=lambda found: (found.name == "twice", found.created_at)).run_id
        assert duallane.history("twice", home=living).run_id == later
        for named in ("twice", [later, "twice"], later):
            asked = duallane.sql("SELECT DISTINCT run_id FROM steps", home=living, run=named)
            assert asked.to_pylist() == [{"run_id": later}]
        with pytest.raises(DuallaneError, match="no run with the id or name 'nope'"):
            duallane.sql("FROM steps", home=living, run="nope")
        for ask in (duallane.recordings, duallane.pause, duallane.cancel, duallane.logs):
            with pytest.raises(
                DuallaneError, match=r"no run with the id or name 'nope'\. `duallane.runs\(\)` lists them"
            ):
                ask("nope", living)


@pytest.mark.parametrize("hertz", [-1, 2**32, 1.5])
def test_a_rate_that_cannot_be_is_refused_with_what_would_do(hertz: float) -> None:
    with pytest.raises(DuallaneError, match="whole number of steps a second, 0 for no cap"):
        duallane.rate("any", hertz)  # type: ignore[arg-type]


def test_the_logs_of_a_run_are_its_last_lines_by_file(home: Path) -> None:
    directory = home / "runs" / "a%2Fb" / "logs"
    directory.mkdir(parents=True)
    (directory / "w.stderr.log").write_text("one\ntwo\nthree\n")
    assert duallane.logs("a/b", home, lines=2) == {"w.stderr.log": "two\nthree\n"}
