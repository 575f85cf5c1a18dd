"""`duallane.history(run)`, results with a name, and values from Python, against a real daemon."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from test_real_daemon import end_daemon

import duallane
from duallane._contract.contract import VIEW_MIME
from duallane.errors import DuallaneError


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="dlpy-"))
    with duallane.Run("first", home=place, config={"lr": 3e-4}) as run:
        for episode in range(20):
            for step in range(5):
                run.log_step(float(step), terminated=step == 4, episode=episode, step=step)
            run.log_episode(float(episode), 5, terminated=True, episode=episode)
        run.log({"losses/value_loss": 0.5}, step=50)
    yield place
    end_daemon(place, signal.SIGKILL)
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUALLANE_HOME", str(home))


def test_tables_of_a_run_come_as_arrow_and_pandas_and_are_counted(home: Path) -> None:
    past = duallane.history("first")
    assert len(past.episodes) == 20
    assert past.steps.arrow(columns=["step_index", "reward"]).schema == pa.schema(
        [("step_index", pa.int64()), ("reward", pa.float64())]
    )
    frame = past.episodes.pandas()
    assert list(frame["total_reward"]) == [float(n) for n in range(20)]
    assert str(frame["seed"].dtype) == "int64[pyarrow]"
    assert sum(batch.num_rows for batch in past.steps.batches(["reward"])) == 100
    assert past.metrics.arrow()["name"].to_pylist() == ["losses/value_loss"]
    assert past.steps.arrow()["seq_id"].to_pylist() == list(range(1, 101))


def test_rows_of_an_open_run_are_there_at_the_next_call(home: Path) -> None:
    with duallane.Run("open", home=home) as run:
        past = duallane.history(run)
        assert len(past.steps) == 0
        run.log_step(1.0, terminated=False, episode=0, step=0)
        assert len(past.steps) == 1


def test_what_is_not_there_is_said_in_a_sentence() -> None:
    with pytest.raises(DuallaneError, match="no run with the id or name 'nobody'"):
        duallane.history("nobody")
    with pytest.raises(DuallaneError, match="episodes has no column 'reward'"):
        duallane.history("first").episodes.arrow(columns=["reward"])
    with pytest.raises(DuallaneError, match="Give a Run, a run's id or its name"):
        duallane.history(7)


def test_polars_holds_what_arrow_holds(ipython: InteractiveShell) -> None:
    polars = pytest.importorskip("polars", reason="Polars is optional, and not installed here")
    past = duallane.history("first")
    episodes = past.episodes.polars(columns=["episode_index", "total_reward", "agent_id", "seed"])
    assert isinstance(episodes, polars.DataFrame)
    assert episodes["total_reward"].to_list() == [float(n) for n in range(20)]
    assert episodes["agent_id"].unique().to_list() == ["default"]
    assert episodes["seed"].dtype == polars.Int64
    for table in (past.steps, past.metrics, past.events):
        assert table.polars().to_dicts() == table.arrow().to_pylist()
    with capture_output():
        ipython.run_cell_magic("duallane", "worst_ones", "SELECT * FROM episodes ORDER BY total_reward LIMIT 3")
    assert ipython.user_ns["worst_ones"].polars()["total_reward"].to_list() == [0.0, 1.0, 2.0]


def test_polars_is_asked_for_in_words_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(DuallaneError, match="pip install polars"):
        duallane.history("first").events.polars()


def test_a_named_cell_is_a_table_and_a_variable(ipython: InteractiveShell) -> None:
    ipython.user_ns["k"] = np.int64(3)
    with capture_output() as captured:
        ipython.run_cell(
            "%%duallane worst\nSELECT * FROM episodes WHERE 'a{{k}}' <> '' ORDER BY total_reward LIMIT {{k}}"
        )
    settings = captured.outputs[0].data[VIEW_MIME]["settings"]
    assert settings["params"] == {"k": 3}
    assert ipython.user_ns["worst"].arrow()["total_reward"].to_pylist() == [0.0, 1.0, 2.0]
    assert duallane.sql("SELECT sum(total_reward) AS s FROM worst").to_pylist() == [{"s": 3.0}]
    ipython.user_ns["worst"].settings = {**settings, "params": {"k": 2}}  # as a slider in the page does
    assert duallane.sql("SELECT count(*) AS n FROM worst WHERE steps = {{five}}", {"five": 5}).to_pylist() == [{"n": 2}]


def test_values_are_never_read_as_sql(ipython: InteractiveShell) -> None:
    hostile = "'; DROP TABLE runs; --"
    ipython.user_ns["text"] = hostile
    with capture_output():
        ipython.run_cell("%%duallane said\nSELECT {{text}} AS t, count(*) AS n FROM runs WHERE name = {{text}}")
    assert duallane.sql("FROM said").to_pylist() == [{"t": hostile, "n": 0}]
    assert ipython.user_ns["said"].arrow().to_pylist() == [{"t": hostile, "n": 0}]


def test_what_cannot_be_a_value_is_refused(ipython: InteractiveShell) -> None:
    ipython.user_ns["thing"] = {"a": 1}
    with capture_output() as captured:
        ipython.run_cell("%%duallane\nSELECT {{thing}}")
    assert "thing is dict" in captured.stdout + captured.stderr
    assert captured.outputs == []


def test_a_result_cannot_be_made_of_itself(ipython: InteractiveShell) -> None:
    with capture_output():
        ipython.run_cell("%%duallane knot\nSELECT * FROM knot")
    with pytest.raises(DuallaneError, match="cannot be made of itself"):
        duallane.sql("SELECT * FROM knot")


def test_the_views_and_the_config_are_there_in_python_too() -> None:
    rows = duallane.sql('SELECT global_step, "charts/episodic_return" AS r FROM cleanrl ORDER BY 1 LIMIT 2').to_pylist()
    assert rows == [{"global_step": 5, "r": 0.0}, {"global_step": 10, "r": 1.0}]
    assert duallane.sql("SELECT value::DOUBLE AS lr FROM config WHERE key LIKE '%lr'").to_pylist() == [{"lr": 3e-4}]
